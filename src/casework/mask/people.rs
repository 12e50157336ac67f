//! People in a text: names behind a form of address or an office, and names that are looked for. Compared word by word,
//! with or without diacritics. The text is in composed form.

use std::ops::Range;

use crate::privacy::mask::{is_same, words};
use crate::vietnamese::{fold, old_style};

/// Forms of address. One word behind them in a capital letter is a name.
const ADDRESSES: [&[&str]; 11] = [
    &["ông"],
    &["bà"],
    &["anh"],
    &["chị"],
    &["cô"],
    &["chú"],
    &["bác"],
    &["dì"],
    &["cậu"],
    &["đồng", "chí"],
    &["đ", "c"],
];
/// What people are: behind these only a surname begins a name («cán bộ Sở Xây dựng» is nobody).
const OFFICES: [&[&str]; 22] = [
    &["cán", "bộ"],
    &["công", "chức"],
    &["viên", "chức"],
    &["chuyên", "viên"],
    &["nhân", "viên"],
    &["lãnh", "đạo"],
    &["chủ", "tịch"],
    &["bí", "thư"],
    &["trưởng", "phòng"],
    &["phó", "phòng"],
    &["trưởng", "ban"],
    &["giám", "đốc"],
    &["công", "an"],
    &["bác", "sĩ"],
    &["giáo", "viên"],
    &["tổ", "trưởng"],
    &["tên", "là"],
    &["tên"],
    &["tôi", "là"],
    &["con", "là"],
    &["vợ", "là"],
    &["chồng", "là"],
];
const SURNAMES: [&str; 44] = [
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong",
    "ly", "dinh", "trinh", "doan", "mai", "truong", "lam", "luong", "cao", "ha", "luu", "ta", "to", "chu", "dao",
    "quach", "kieu", "thai", "nghiem", "nong", "vuong", "tong", "khuat", "khong", "phung", "ton", "bach", "tang", "la",
];
/// Before these a form of address begins the name of a street, a town, a language.
const NO_PERSON: [&str; 9] = ["phố", "đường", "phường", "hai", "chợ", "đền", "tiếng", "nước", "chùa"];
/// A full name has at most so many words.
const LONGEST: usize = 5;

type Word<'t> = (Range<usize>, &'t str);

/// Where somebody is named behind a form of address or an office, without that; and wherever the same full name stands
/// again.
pub(super) fn addressed(text: &str) -> Vec<Range<usize>> {
    let words: Vec<Word<'_>> = words(text).collect();
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match name_at(text, &words, at) {
            Some((first, last)) => {
                places.push(words[first].0.start..words[last].0.end);
                at = last + 1;
            }
            None => at += 1,
        }
    }
    let full: Vec<String> = places.iter().map(|place| text[place.clone()].to_owned()).collect();
    let again = full.iter().filter(|name| name.split_whitespace().count() >= 2).flat_map(|name| named(text, name));
    let again: Vec<Range<usize>> = again.filter(|place| places.iter().all(|known| apart(known, place))).collect();
    again.into_iter().for_each(|place| {
        if places.iter().all(|known| apart(known, &place)) {
            places.push(place);
        }
    });
    places.sort_by_key(|place| place.start);
    places
}

/// Where this name stands, as whole words. One word alone is too often just a word: it is found nowhere.
pub(super) fn named(text: &str, name: &str) -> Vec<Range<usize>> {
    let (words, name): (Vec<Word<'_>>, Vec<&str>) = (words(text).collect(), name.split_whitespace().collect());
    if name.len() < 2 || words.len() < name.len() {
        return Vec::new();
    }
    let runs = words.windows(name.len());
    let hits = runs.filter(|run| run.iter().zip(&name).all(|((_, word), name)| is_same(word, name)));
    hits.map(|run| run[0].0.start..run[run.len() - 1].0.end).collect()
}

/// Whether the text names this person: a name of three words or more anywhere, one of two words behind a form of address or
/// an office.
pub fn names(text: &str, name: &str) -> bool {
    let words: Vec<Word<'_>> = words(text).collect();
    let places = named(text, name);
    if name.split_whitespace().count() >= 3 {
        return !places.is_empty();
    }
    places.iter().any(|place| {
        let first = words.iter().position(|(range, _)| range.start == place.start).unwrap_or_default();
        let goes_on =
            words.get(first + 2).is_some_and(|next| is_name(next.1) && is_blank(text, &words[first + 1], next));
        !goes_on && titles().any(|title| first >= title.len() && is_title(&words[first - title.len()..first], title))
    })
}

fn titles() -> impl Iterator<Item = &'static [&'static str]> {
    ADDRESSES.iter().chain(&OFFICES).copied()
}

fn name_at(text: &str, words: &[Word<'_>], at: usize) -> Option<(usize, usize)> {
    let is_here = |title: &&&[&str]| words.get(at..at + title.len()).is_some_and(|there| is_title(there, title));
    let address = ADDRESSES.iter().find(is_here).copied();
    let title = address.or_else(|| OFFICES.iter().find(is_here).copied())?;
    let before = at.checked_sub(1).map(|before| words[before].1.to_lowercase());
    if before.is_some_and(|before| NO_PERSON.contains(&before.as_str())) {
        return None;
    }
    let first = at + title.len();
    let follows = |nth: usize| is_blank(text, &words[nth - 1], &words[nth]);
    let count =
        (first..words.len().min(first + LONGEST)).take_while(|nth| follows(*nth) && is_name(words[*nth].1)).count();
    let starts_with_surname = words.get(first).is_some_and(|(_, word)| SURNAMES.contains(&fold(word).as_str()));
    // «ba» is «bà» and three, «co» is «cô» and there is: one word behind them says nothing
    let is_clear = words[at].1.to_lowercase() == "anh" || !words[at].1.is_ascii();
    let is_person = match (address, count) {
        (_, 0) => return in_small_letters(words, first, starts_with_surname),
        (Some(_), 1) => is_clear,
        (Some(_), _) => is_clear || starts_with_surname,
        (None, count) => count >= 2 && starts_with_surname && !is_city(&words[first..first + count]),
    };
    is_person.then_some((first, first + count - 1))
}

/// «ong nguyen van nam», all in small letters: a surname, «văn» or «thị», a given name.
fn in_small_letters(words: &[Word<'_>], first: usize, starts_with_surname: bool) -> Option<(usize, usize)> {
    let middle = words.get(first + 1).map(|(_, word)| fold(word))?;
    let is_full = starts_with_surname && ["van", "thi"].contains(&middle.as_str()) && words.len() > first + 2;
    is_full.then_some((first, first + 2))
}

/// «công an Hà Nội»: Hà is a surname, too.
fn is_city(name: &[Word<'_>]) -> bool {
    matches!(name, [(_, first), (_, second)] if fold(first) == "ha" && ["noi", "dong"].contains(&fold(second).as_str()))
}

fn is_title(there: &[Word<'_>], title: &[&str]) -> bool {
    there.len() == title.len() && there.iter().zip(title).all(|((_, word), title)| is_same(&old_style(word), title))
}

/// In a capital letter, and no number.
fn is_name(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase) && word.chars().all(char::is_alphabetic)
}

fn is_blank(text: &str, before: &Word<'_>, after: &Word<'_>) -> bool {
    text[before.0.end..after.0.start].chars().all(|sign| sign == ' ' || sign == '\u{a0}')
}

fn apart(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.end <= other.start || other.end <= one.start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vietnamese::nfc;

    fn people(text: &str) -> Vec<String> {
        let text = nfc(text);
        addressed(&text).into_iter().map(|place| text[place].to_owned()).collect()
    }

    #[test]
    fn people_are_found_behind_a_form_of_address_or_an_office() {
        for (text, found) in [
            ("gặp bà Nguyễn Thị Hoa ở quầy 2", &["Nguyễn Thị Hoa"] as &[&str]),
            ("anh Tuấn ở bàn số 3 quát", &["Tuấn"]),
            ("Ông NGUYỄN VĂN NAM ký", &["NGUYỄN VĂN NAM"]),
            ("cán bộ Lê Minh hẹn lại; Lê Minh không đến", &["Lê Minh", "Lê Minh"]),
            ("ba\u{300} Nguye\u{302}\u{303}n Thi\u{323} Hoa", &["Nguyễn Thị Hoa"]),
            ("gap ong Nguyen Van Nam", &["Nguyen Van Nam"]),
            ("gap ong nguyen van nam o quay", &["nguyen van nam"]),
            ("Đồng chí Trần Đức, chị Lan.", &["Trần Đức", "Lan"]),
        ] {
            assert_eq!(people(text), found, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_somebody_stays() {
        for text in [
            "phố Hai Bà Trưng",
            "đường Bà Triệu",
            "cán bộ Sở Xây dựng",
            "chủ tịch UBND phường",
            "Ông/Bà gửi lại",
            "ba Phường",
            "co Ban tiep dan",
            "học tiếng Anh Văn",
            "anh cán bộ quát",
            "công an Hà Nội",
        ] {
            assert_eq!(people(text), [] as [&str; 0], "{text}");
        }
    }

    #[test]
    fn an_officer_is_named_by_three_words_or_with_a_title() {
        assert!(names("hồ sơ do Trần Thu Hà nhận", "Trần Thu Hà"));
        assert!(names("do tran thu ha nhan", "Trần Thu Hà"));
        assert!(names("chị LÊ MINH", "Lê Minh") && names("chuyên viên Lê Minh", "Lê Minh"));
        assert!(!names("ông Lê Minh Khai", "Lê Minh"));
        assert!(!names("Lê Minh Khai", "Lê Minh") && !names("đường Lê Minh", "Lê Minh"));
        assert!(!names("ông Trần Thu", "Trần Thu Hà"));
    }
}
