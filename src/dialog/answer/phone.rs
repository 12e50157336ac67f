//! Phone numbers as people type them (pakn-domain 9).

use crate::vietnamese::fold;

/// What a text says when a phone number was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Phone {
    /// A number in E.164.
    Good(String),
    /// A mobile number of before 2018, with what it became, in E.164.
    Old {
        typed: String,
        now: String,
    },
    /// A switchboard (1800, 1900, 1022): nobody's own.
    Hotline,
    /// So many digits that make no number.
    Digits(usize),
    NoNumber,
}

/// Old eleven-digit mobile prefixes and what they became in 2018.
const RENUMBERED: [(&str, &str); 21] = [
    ("0120", "070"),
    ("0121", "079"),
    ("0122", "077"),
    ("0126", "076"),
    ("0128", "078"),
    ("0123", "083"),
    ("0124", "084"),
    ("0125", "085"),
    ("0127", "081"),
    ("0129", "082"),
    ("0162", "032"),
    ("0163", "033"),
    ("0164", "034"),
    ("0165", "035"),
    ("0166", "036"),
    ("0167", "037"),
    ("0168", "038"),
    ("0169", "039"),
    ("0186", "056"),
    ("0188", "058"),
    ("0199", "059"),
];

/// Fewer digits than this are no attempt at a number.
const ATTEMPT: usize = 5;

/// Reads the longest run of digits: written, spelt out in words, with a letter O for a zero.
pub fn read(text: &str) -> Phone {
    let digits = longest_run(text);
    let local = match digits.strip_prefix("0084").or_else(|| digits.strip_prefix("84").filter(|rest| rest.len() >= 9)) {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => digits,
    };
    let second = local.as_bytes().get(1).copied().unwrap_or_default();
    match local.len() {
        10 if local.starts_with('0') && b"35789".contains(&second) => Phone::Good(e164(&local)),
        11 if local.starts_with("02") => Phone::Good(e164(&local)),
        11 => match RENUMBERED.iter().find(|(old, _)| local.starts_with(old)) {
            Some((old, new)) => Phone::Old { now: e164(&format!("{new}{}", &local[old.len()..])), typed: local },
            None => Phone::Digits(11),
        },
        4.. if local == "1022" || is_hotline(&local) => Phone::Hotline,
        ATTEMPT.. => Phone::Digits(local.len()),
        _ => Phone::NoNumber,
    }
}

fn is_hotline(digits: &str) -> bool {
    (8..=10).contains(&digits.len()) && (digits.starts_with("1800") || digits.starts_with("1900"))
}

fn e164(local: &str) -> String {
    format!("+84{}", &local[1..])
}

fn longest_run(text: &str) -> String {
    let mut runs = vec![String::new()];
    let folded = fold(text);
    for word in
        folded.split(|sign: char| sign.is_whitespace() || ".-()+".contains(sign)).filter(|word| !word.is_empty())
    {
        match digits_of(word) {
            Some(digits) => runs.last_mut().expect("there is always a run").push_str(&digits),
            None => runs.push(String::new()),
        }
    }
    // The first of equals: people name their main number first.
    runs.into_iter().rev().max_by_key(String::len).unwrap_or_default()
}

fn digits_of(word: &str) -> Option<String> {
    let spelt = match word {
        "khong" => "0",
        "mot" => "1",
        "hai" => "2",
        "ba" => "3",
        "bon" | "tu" => "4",
        "nam" | "lam" => "5",
        "sau" => "6",
        "bay" => "7",
        "tam" => "8",
        "chin" => "9",
        _ => {
            let word = word.trim_matches([',', ';', ':', '!', '?']).replace('o', "0");
            return (!word.is_empty() && word.bytes().all(|letter| letter.is_ascii_digit())).then_some(word);
        }
    };
    Some(spelt.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_read_in_every_form() {
        for typed in [
            "0912345678",
            "0912 345 678",
            "0912.345.678",
            "0912-345-678",
            "(0912) 345678",
            "+84912345678",
            "84912345678",
            "0084912345678",
            "+84 (0)912 345 678",
            "O912345678",
            "o912 345 678",
            "không chín một hai ba bốn năm sáu bảy tám",
            "khong chin mot hai 345 678",
            "sđt của tôi là 0912345678 nhé",
            "số: 0912 345 678.",
            "0912345678 hoặc 0987654321",
        ] {
            assert_eq!(read(typed), Phone::Good("+84912345678".into()), "{typed}");
        }
    }

    #[test]
    fn a_landline_has_eleven_digits() {
        assert_eq!(read("024 3900 0000"), Phone::Good("+842439000000".into()));
    }

    #[test]
    fn an_old_number_is_converted() {
        let old = Phone::Old { typed: "01681234567".into(), now: "+84381234567".into() };
        assert_eq!(read("0168 123 4567"), old);
        assert_eq!(read("01991234567"), Phone::Old { typed: "01991234567".into(), now: "+84591234567".into() });
    }

    #[test]
    fn what_is_no_number_says_why() {
        assert_eq!(read("091234567"), Phone::Digits(9));
        assert_eq!(read("0412345678"), Phone::Digits(10));
        assert_eq!(read("19001009"), Phone::Hotline);
        assert_eq!(read("1022"), Phone::Hotline);
        assert_eq!(read("1800 1234"), Phone::Hotline);
        assert_eq!(read("không có"), Phone::NoNumber);
        assert_eq!(read("số 5 ngõ 12"), Phone::NoNumber);
        assert_eq!(read(""), Phone::NoNumber);
    }
}
