//! What tells a petition from others: its words without those that every petition has. Vietnamese is written in syllables, and
//! most of any two petitions are the same few hundred of them («tôi», «hồ sơ», «đề nghị»): compared whole, a land dossier is
//! as near to a closed counter as one closed counter to another. Compared by what is left, they part.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::vietnamese::fold;

/// Syllables, folded, that stand in more than about one of twenty petitions, or say nothing by themselves: counted over the
/// collected texts in `tests/fixtures/scope`.
const EVERYWHERE: &str = "\
    ad ai an anh ay ba bac ban bang bao bat bi bo ca cac can cap cau chau chi chieu chinh cho chu chua \
    chung chuyen co con cong cu cua cung da dai dan dang dau day de dem den di dinh do doi don du duoc \
    duoi duong em gap ghi gi gia giai giay gio giup goi gui ha hanoi hay hen het ho hoa hoi hom huyen \
    khi khong kia kiem kien kieu ky la lai lam lan len luc luon ma may me minh moi mong mot nam nao nay neu \
    ngay nghi ngoai nguoi nha nhan nhieu nhu nhung noi nop nua o ong phai phan pho phong phuong phut qua \
    quan quy quyet ra rang rat roi rui sang sao so tai thang thanh thay the theo thi thong thu thuong \
    toi tp tra tren trieu tro trong trua truoc truong ubnd uy va van vao vay ve vi viec vien voi vu vua \
    xa xac xe xin xu xuong yeu";

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| EVERYWHERE.split_whitespace().collect());

/// The words before which people name somebody, folded.
const BEFORE_A_NAME: [&str; 7] = ["ong", "ba", "anh", "chi", "co", "chu", "ten"];

/// As many names of one text are looked at.
const MOST_NAMES: usize = 20;

/// The telling syllables of a text, folded, in their order. Numbers are left out: they are dates and counters.
pub fn gist(text: &str) -> String {
    let folded = fold(text);
    let syllables = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|syllable| is_telling(syllable));
    syllables.collect::<Vec<_>>().join(" ")
}

fn is_telling(syllable: &str) -> bool {
    syllable.starts_with(|letter: char| letter.is_alphabetic()) && !COMMON.contains(syllable)
}

/// Who is named in a text, folded: «ông Trần Văn Bình» gives «tran van binh». Only what was written with capitals is found.
pub fn names(text: &str) -> HashSet<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut names = HashSet::new();
    for (at, word) in words.iter().enumerate() {
        if names.len() < MOST_NAMES && BEFORE_A_NAME.contains(&fold(word).as_str()) {
            names.extend(name_at(&words[at + 1..]));
        }
    }
    names
}

/// One to four capitalised words up to the next sign.
fn name_at(words: &[&str]) -> Option<String> {
    let mut name = Vec::new();
    for word in words.iter().take(4) {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let is_capital = bare.chars().next().is_some_and(char::is_uppercase);
        let is_shouted = bare.chars().count() > 1 && bare.chars().all(char::is_uppercase);
        if !is_capital || is_shouted {
            break;
        }
        name.push(fold(bare));
        if word.ends_with(|letter: char| !letter.is_alphanumeric()) {
            break;
        }
    }
    (!name.is_empty()).then(|| name.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_petition_has_is_left_out() {
        let with = gist("Sáng nay 19/11 tôi ra Bộ phận Một cửa lấy số, đến 9h thì ngừng phát số.");
        assert_eq!(with, gist("sang nay 19/11 toi ra bo phan mot cua lay so, den 9h thi ngung phat so"));
        assert_eq!(with, "lay ngung phat");
        assert_eq!(gist("Tôi đề nghị xem lại hồ sơ của tôi"), "xem");
    }

    #[test]
    fn a_name_is_found_where_it_is_written_as_one() {
        let found = |text| {
            let mut names: Vec<String> = names(text).into_iter().collect();
            names.sort();
            names
        };
        assert_eq!(found("bị anh Trần Văn Bình, cán bộ tư pháp, quát"), ["tran van binh"]);
        assert_eq!(found("Chị Hoa ở quầy 2 và ông Lê Minh."), ["hoa", "le minh"]);
        assert!(found("chị cán bộ ở quầy số 2 nói cáu gắt; bà LAN kể").is_empty());
    }
}
