//! Name, phone and address in one line: «Ngô Thị Mai 0976543210 số 9 ngách 45/2 Ngọc Lâm, Bồ Đề».

use std::sync::LazyLock;

use regex::Regex;

use super::name::{self, Name};
use super::phone::{self, Phone};
use super::words::Lexicon;

/// What stood in one line.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactLine {
    pub name: Name,
    /// E.164
    pub phone: Option<String>,
    /// What stood after the number or after the first comma.
    pub rest: String,
}

/// The text before a phone number, the number in E.164, and the text after it.
pub fn split_at_number(text: &str) -> Option<(&str, String, &str)> {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:\+?84|[0oO])(?:[ .\-()]*[\doO]){8,10}\b").expect("a pattern that compiles"));
    NUMBER.find_iter(text).find_map(|found| match phone::read(found.as_str()) {
        Phone::Good(number) => Some((&text[..found.start()], number, &text[found.end()..])),
        _ => None,
    })
}

/// Reads a line that begins with a name. The phone number divides it; without one the first comma does.
pub fn read(lexicon: &Lexicon, text: &str) -> ContactLine {
    let (before, phone, rest) = match split_at_number(text) {
        Some((before, number, rest)) => (before, Some(number), rest),
        None => {
            let (before, rest) = text.split_once([',', ';', '\n']).unwrap_or((text, ""));
            (before, None, rest)
        }
    };
    let before = before.trim().trim_end_matches([',', ';', '-', ':']);
    ContactLine {
        name: name::read(lexicon, before),
        phone,
        rest: rest.trim().trim_matches([',', ';', '-', ' ']).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, phone: Option<&str>, rest: &str) -> ContactLine {
        ContactLine { name: Name::Full(name.into()), phone: phone.map(str::to_owned), rest: rest.into() }
    }

    #[test]
    fn three_answers_in_one_line_are_taken_apart() {
        let lexicon = Lexicon::default();
        let mai = "Ngô Thị Mai 0976543210 số 9 ngách 45/2 Ngọc Lâm, Bồ Đề";
        let read_mai = line("Ngô Thị Mai", Some("+84976543210"), "số 9 ngách 45/2 Ngọc Lâm, Bồ Đề");
        assert_eq!(read(&lexicon, mai), read_mai);
        let hoa = "Nguyễn Thị Hoa, 0912 345 678, số 5 ngõ 12 Lê Duẩn, phường Cửa Nam";
        let read_hoa = line("Nguyễn Thị Hoa", Some("+84912345678"), "số 5 ngõ 12 Lê Duẩn, phường Cửa Nam");
        assert_eq!(read(&lexicon, hoa), read_hoa);
        assert_eq!(read(&lexicon, "Lê An, phường Láng"), line("Lê An", None, "phường Láng"));
        assert_eq!(read(&lexicon, "Trần Văn Bình"), line("Trần Văn Bình", None, ""));
    }
}
