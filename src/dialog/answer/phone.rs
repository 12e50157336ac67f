//! Phone numbers as people type them (pakn-domain 9).

use super::words::is_marked;
use crate::vietnamese::{fold, nfc};

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

/// Reads the first number in the text: written in any grouping, spelt out in words, with letters for digits. A number of
/// twelve digits is an identity number and a number that follows «mst» a tax code: neither is a phone.
pub fn read(text: &str) -> Phone {
    let runs = runs(text);
    let read: Vec<Phone> = runs.iter().map(|run| read_run(run)).collect();
    let best = |wanted: fn(&Phone) -> bool| read.iter().find(|phone| wanted(phone)).cloned();
    best(|phone| matches!(phone, Phone::Good(_)))
        .or_else(|| best(|phone| matches!(phone, Phone::Old { .. })))
        .or_else(|| best(|phone| *phone == Phone::Hotline))
        .or_else(|| runs.iter().max_by_key(|run| run.len()).map(|run| read_run(run)))
        .unwrap_or(Phone::NoNumber)
}

fn read_run(digits: &str) -> Phone {
    let abroad = digits.strip_prefix("0084").or_else(|| digits.strip_prefix("84").filter(|rest| rest.len() >= 9));
    let local = match abroad {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        None => digits.to_owned(),
    };
    let second = local.as_bytes().get(1).copied().unwrap_or_default();
    match local.len() {
        10 if local.starts_with('0') && b"35789".contains(&second) => Phone::Good(e164(&local)),
        // Copied out of a table, or typed in a hurry: the zero in front is missing.
        9 if !local.starts_with('0') && abroad.is_none() && is_mobile(&local) => Phone::Good(format!("+84{local}")),
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

/// Nine digits that can only be a mobile number without its zero; 84… is rather one cut short.
fn is_mobile(nine: &str) -> bool {
    b"35789".contains(&nine.as_bytes()[0]) && !nine.starts_with("84")
}

fn is_hotline(digits: &str) -> bool {
    (8..=10).contains(&digits.len()) && (digits.starts_with("1800") || digits.starts_with("1900"))
}

fn e164(local: &str) -> String {
    format!("+84{}", &local[1..])
}

/// Digits that stand together.
#[derive(Default)]
struct Run {
    digits: String,
    /// Some were spelt out: «ba», «nam», «tu» are also other words.
    is_spelt: bool,
}

/// So many digits are spelt out on purpose.
const SPELT: usize = 8;

/// The runs of digits, in order. A word in between ends a run; blanks, dots, dashes and brackets do not, unless the run
/// is a whole number already («0912345678 0987654321»).
fn runs(text: &str) -> Vec<String> {
    let mut runs = vec![Run::default()];
    // «bà» is no «ba» where people type their marks.
    let typed = if is_marked(text) { nfc(text).to_lowercase() } else { fold(text) };
    let mut is_tax_code = false;
    let separates = |sign: char| sign.is_whitespace() || ".-()+_/".contains(sign);
    for word in typed.split(separates).filter(|word| !word.is_empty()) {
        let run = runs.last_mut().expect("there is always a run");
        match digits_of(word).filter(|_| !is_tax_code) {
            Some(digits) => {
                let is_spelt = !word.contains(|letter: char| letter.is_ascii_digit());
                let is_whole = matches!(read_run(&run.digits), Phone::Good(_));
                // A word or two before the figures («số hai: 0912…») are not of the number.
                let is_word_before = run.is_spelt && !is_spelt && run.digits.len() < 3;
                if (is_whole || is_word_before) && digits.starts_with('0') {
                    runs.push(Run { digits, is_spelt });
                } else {
                    run.digits.push_str(&digits);
                    run.is_spelt |= is_spelt;
                }
            }
            None => {
                is_tax_code = TAX_CODE.contains(&word) || (is_tax_code && digits_of(word).is_none() && word.len() <= 3);
                runs.push(Run::default());
            }
        }
        // «0912, 345, 678» goes on, «số 5, 0912345678» does not.
        let goes_on = runs.last().is_some_and(|run| run.digits.starts_with('0') && run.digits.len() < 9);
        if word.ends_with([',', ';']) && !goes_on {
            runs.push(Run::default());
        }
    }
    runs.retain(|run| !run.digits.is_empty() && (!run.is_spelt || run.digits.len() >= SPELT));
    runs.into_iter().map(|run| run.digits).collect()
}

/// What follows these is no phone number.
const TAX_CODE: [&str; 6] = ["mst", "mst:", "thue", "thue:", "thuế", "thuế:"];

fn digits_of(word: &str) -> Option<String> {
    let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
    let spelt = match word {
        "khong" | "không" | "ko" | "k" | "linh" | "le" | "lẻ" => "0",
        "mot" | "một" => "1",
        "hai" => "2",
        "ba" => "3",
        "bon" | "bốn" | "tu" | "tư" => "4",
        "nam" | "năm" | "lam" | "lăm" => "5",
        "sau" | "sáu" => "6",
        "bay" | "bảy" | "bẩy" => "7",
        "tam" | "tám" => "8",
        "chin" | "chín" => "9",
        _ => return in_figures(word),
    };
    Some(spelt.to_owned())
}

/// Figures, with a letter O or o for a zero and an l or I for a one; glued words around them fall off («sdt0912…»).
fn in_figures(word: &str) -> Option<String> {
    let is_figure = |letter: char| letter.is_ascii_digit();
    let core = word.trim_matches(|letter: char| !is_figure(letter) && !"oil".contains(letter));
    let figures: String = core.replace('o', "0").replace(['l', 'i'], "1");
    let count = core.chars().filter(|letter| is_figure(*letter)).count();
    let is_number = !figures.is_empty() && figures.chars().all(is_figure) && count * 2 >= figures.len().max(1);
    if is_number && (core.len() == word.len() || count >= 9) {
        return Some(figures);
    }
    // «o912» and «O9l2»: the letters stand for figures only beside figures.
    None
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
            "0912345678, 0987654321",
            "0912, 345, 678",
            "số 5, 0912345678",
            "0912 345 678 0987 654 321",
            "0912345678/0987654321",
            "0912_345_678",
            "09.12.34.56.78",
            "o9l2 345 678",
            "O9I2345678",
            "912345678",
            "912 345 678",
            "+84-912-345-678",
            "(+84)912345678",
            "84 912 345 678",
            "sđt e 0912345678 nha",
            "sdt:0912345678",
            "sđt của cháu bà: 0912345678 nha",
            "số của anh Ba 0912345678",
            "đt0912345678",
            "zalo 0912345678 ạ",
            "nhà số 5, sđt 0912345678",
            "0912345678 (zalo)",
            "không chín một hai, ba bốn năm, sáu bảy tám",
            "ko chín một hai ba bốn năm sáu bẩy tám",
            "dạ số của em là không chín một hai ba bốn lăm sáu bảy tám ạ",
            "cccd 001087001234, sđt 0912345678",
            "mst 0109988772, sđt 0912345678",
            "gọi 1900 1009 không được, số tôi 0912345678",
        ] {
            assert_eq!(read(typed), Phone::Good("+84912345678".into()), "{typed}");
        }
    }

    #[test]
    fn a_landline_has_eleven_digits() {
        for typed in ["024 3900 0000", "02439000000", "(024) 3900.0000", "+84 24 3900 0000", "024-39000000"] {
            assert_eq!(read(typed), Phone::Good("+842439000000".into()), "{typed}");
        }
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
        assert_eq!(read("tổng đài 1900 1009"), Phone::Hotline);
        assert_eq!(read("001087001234"), Phone::Digits(12), "an identity number");
        assert_eq!(read("mst 0109988772"), Phone::NoNumber);
        assert_eq!(read("mã số thuế: 0109988772"), Phone::NoNumber);
        assert_eq!(read("hai ba"), Phone::NoNumber);
        assert_eq!(read("ở phường Cửa Nam từ 5/10, quá hẹn"), Phone::NoNumber);
        assert_eq!(read("số 5 ngõ 12 tổ 3"), Phone::NoNumber);
        assert_eq!(read("1022"), Phone::Hotline);
        assert_eq!(read("1800 1234"), Phone::Hotline);
        assert_eq!(read("không có"), Phone::NoNumber);
        assert_eq!(read("số 5 ngõ 12"), Phone::NoNumber);
        assert_eq!(read(""), Phone::NoNumber);
    }
}
