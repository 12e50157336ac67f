//! Name, phone and address in one line: «Ngô Thị Mai 0976543210 số 9 ngách 45/2 Ngọc Lâm, Bồ Đề».

use std::sync::LazyLock;

use regex::Regex;

use super::name::{self, Name};
use super::phone::{self, Phone};
use super::words::Lexicon;
use crate::gazetteer::{self, Found};
use crate::vietnamese::fold;

/// What stood in one message.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactLine {
    pub name: Name,
    /// E.164
    pub phone: Option<String>,
    /// Everything else, in order: an address, an agency.
    pub rest: String,
}

/// The text before a phone number, the number in E.164, and the text after it.
pub fn split_at_number(text: &str) -> Option<(&str, String, &str)> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\(?(?:\+?84|\b[0o])\)?(?:[ .\-()_]*[\doil]){8,10}\b").expect("a pattern that compiles")
    });
    NUMBER.find_iter(text).find_map(|found| match phone::read(found.as_str()) {
        Phone::Good(number) => Some((&text[..found.start()], number, &text[found.end()..])),
        _ => None,
    })
}

/// Reads name, phone number and address in any order, parted by the number, commas or lines, with or without labels
/// («Họ tên: …; SĐT: …; Địa chỉ: …»).
pub fn read(lexicon: &Lexicon, text: &str) -> ContactLine {
    let (before, phone, after) = match split_at_number(text) {
        Some((before, number, after)) => (before, Some(number), after),
        None => (text, None, ""),
    };
    let mut parts = parts(lexicon, before);
    parts.extend(self::parts(lexicon, after));
    let full = parts.iter().position(|part| is_person(lexicon, part));
    let name_at = full.or_else(|| (!parts.is_empty()).then_some(0));
    let name = name_at.map_or(Name::NoName, |at| name::read(lexicon, parts[at]));
    if name != Name::NoName
        && let Some(at) = name_at
    {
        parts.remove(at);
    }
    ContactLine { name, phone, rest: parts.join(", ") }
}

/// What a story says about its sender in so many words: «Tên tôi là Nguyễn Văn Khải», «SĐT của tôi: 0912 345 678». Names
/// and numbers of others stand in stories too, so nothing else is believed.
pub fn told(lexicon: &Lexicon, story: &str) -> (Option<String>, Option<String>) {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        let word = r"\p{Lu}[\p{L}'’]*";
        let lead = "(?i:tên tôi là|tôi tên là|tôi tên|tên em là|em tên là|em tên|tên cháu là|cháu tên là|họ và tên|họ tên|tôi là|em là)";
        // At the beginning of a sentence: «mẹ tôi là Nguyễn Thị Hoa» names somebody else.
        Regex::new(&format!(r"(?:^|[\n.;,:!?]\s*){lead}\s*:?\s+({word}(?:\s+{word}){{1,5}})"))
            .expect("a pattern that compiles")
    });
    static PHONE: LazyLock<Regex> = LazyLock::new(|| {
        let own = "(?:(?:sđt|sdt|đt|điện thoại|dien thoai|số)(?: của)?(?: tôi| em| cháu| toi)(?: là)?|(?:^|[\n.;,] ?)(?:sđt|sdt|đt|số điện thoại|điện thoại|liên hệ)(?: liên hệ)?\\s*:)";
        Regex::new(&format!(r"(?i){own}\s*([+(\d][\d .()\-+oOlI]{{8,20}})")).expect("a pattern that compiles")
    });
    let name = NAME.captures(story).and_then(|found| match name::read(lexicon, &found[1]) {
        Name::Full(name) if gazetteer::place(&name) == Found::Nothing => Some(name),
        _ => None,
    });
    let phone = PHONE.captures(story).and_then(|found| match phone::read(&found[1]) {
        Phone::Good(number) => Some(number),
        _ => None,
    });
    (name, phone)
}

/// The parts of a text between commas and line ends, without their labels; what was only a label is gone.
fn parts<'t>(lexicon: &Lexicon, text: &'t str) -> Vec<&'t str> {
    let edges = |sign: char| sign.is_whitespace() || ",;-:.|".contains(sign);
    let parts = text.split([',', ';', '\n', '|']).map(|part| part.trim_matches(edges));
    parts.map(|part| without_label(lexicon, part).trim_matches(edges)).filter(|part| !part.is_empty()).collect()
}

/// «Địa chỉ: số 5 …», «sđt»: a label stands before a colon, or alone.
fn without_label<'t>(lexicon: &Lexicon, part: &'t str) -> &'t str {
    let is_label = |text: &str| lexicon.lists.labels.contains(&fold(text));
    match part.split_once(':') {
        Some((label, rest)) if is_label(label) => rest,
        _ if is_label(part) => "",
        _ => {
            // «Nguyễn Thị Hoa sđt»: the label of the number that stood behind it.
            let label = lexicon.lists.labels.iter().find(|label| {
                let words = label.split(' ').count();
                let last: Vec<&str> = part.split_whitespace().rev().take(words).collect();
                last.len() == words && fold(&last.into_iter().rev().collect::<Vec<_>>().join(" ")) == **label
            });
            let count = label.map_or(0, |label| label.split(' ').count());
            let mut rest = part;
            for _ in 0..count {
                rest = rest.trim_end().rsplit_once(char::is_whitespace).map_or("", |(before, _)| before);
            }
            rest
        }
    }
}

/// A full name that names no place.
fn is_person(lexicon: &Lexicon, part: &str) -> bool {
    matches!(name::read(lexicon, part), Name::Full(_)) && gazetteer::place(part) == Found::Nothing
}

#[cfg(test)]
mod tests {
    use super::super::words::WordLists;
    use super::*;

    fn line(name: &str, phone: Option<&str>, rest: &str) -> ContactLine {
        ContactLine { name: Name::Full(name.into()), phone: phone.map(str::to_owned), rest: rest.into() }
    }

    #[test]
    fn three_answers_in_one_line_are_taken_apart() {
        let labels = ["họ tên", "sđt", "địa chỉ", "đt"].map(str::to_owned).to_vec();
        let lexicon = Lexicon::new(&[], WordLists { labels, ..WordLists::default() });
        let mai = "Ngô Thị Mai 0976543210 số 9 ngách 45/2 Ngọc Lâm, Bồ Đề";
        let read_mai = line("Ngô Thị Mai", Some("+84976543210"), "số 9 ngách 45/2 Ngọc Lâm, Bồ Đề");
        assert_eq!(read(&lexicon, mai), read_mai);
        let hoa = "Nguyễn Thị Hoa, 0912 345 678, số 5 ngõ 12 Lê Duẩn, phường Cửa Nam";
        let read_hoa = line("Nguyễn Thị Hoa", Some("+84912345678"), "số 5 ngõ 12 Lê Duẩn, phường Cửa Nam");
        assert_eq!(read(&lexicon, hoa), read_hoa);
        assert_eq!(read(&lexicon, "Lê An, phường Láng"), line("Lê An", None, "phường Láng"));
        assert_eq!(read(&lexicon, "Trần Văn Bình"), line("Trần Văn Bình", None, ""));
        let an = line("Nguyễn Văn An", Some("+84912345678"), "phường Cửa Nam");
        for typed in [
            "Nguyễn Văn An, 0912 345 678, phường Cửa Nam",
            "0912345678 Nguyễn Văn An, phường Cửa Nam",
            "0912345678, phường Cửa Nam, Nguyễn Văn An",
            "phường Cửa Nam, Nguyễn Văn An, 0912.345.678",
            "phường Cửa Nam - 0912345678 - Nguyễn Văn An",
            "Nguyễn Văn An\n0912345678\nphường Cửa Nam",
            "Họ tên: Nguyễn Văn An; SĐT: 0912345678; Địa chỉ: phường Cửa Nam",
            "Họ tên: Nguyễn Văn An\nĐịa chỉ: phường Cửa Nam\nĐT: +84 912 345 678.",
            "Nguyễn Văn An sđt 0912345678 phường Cửa Nam",
            "Nguyễn Văn An | 0912345678 | phường Cửa Nam",
        ] {
            assert_eq!(read(&lexicon, typed), an, "{typed}");
        }
    }

    #[test]
    fn a_story_tells_who_its_sender_is_only_in_so_many_words() {
        let lexicon = Lexicon::default();
        let told = |story: &str| {
            let (name, phone) = told(&lexicon, story);
            (name.unwrap_or_default(), phone.unwrap_or_default())
        };
        let khai = "Tên tôi là Nguyễn Văn Khải, 72 tuổi. Ngày 1/10 tôi nộp hồ sơ. SĐT: 0912 345 678.";
        assert_eq!(told(khai), ("Nguyễn Văn Khải".into(), "+84912345678".into()));
        assert_eq!(told("Mẹ tôi là Nguyễn Thị Hoa, 76 tuổi").0, "", "somebody else");
        assert_eq!(told("hồ sơ quá hẹn, sđt của tôi 0912.345.678"), (String::new(), "+84912345678".into()));
        for others in [
            "chị Trần Thị Mai ở quầy 2 bảo tôi gọi 0912345678",
            "tôi là người dân phường Láng",
            "cán bộ tên là Hoa, gọi 1900 1009 không được",
        ] {
            assert_eq!(told(others), (String::new(), String::new()), "{others}");
        }
    }
}
