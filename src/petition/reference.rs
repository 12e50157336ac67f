//! The reference: `HN-PAKN-20261118-0042-K`. Short enough to be read over the phone; a slip of the tongue does not lead
//! to somebody else's petition.
//!
//! The last character is a check letter over the date and the number. Its 23 letters leave out I, O and Q, which are
//! mistaken for digits. The weights are distinct powers of a primitive root of 23, so that **any** one wrong digit and
//! **any** two exchanged digits, neighbours or not, give another letter. The own prefix keeps the reference apart from
//! the national code `PAKN.YYYYMMDD.NNNN`.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

const PREFIX: &str = "HN-PAKN";
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
/// A primitive root of 23: its powers run through all 22 remainders but 0.
const ROOT: u32 = 17;
const LAST_WEIGHT: u32 = 2;
const START: u32 = 16;
/// Eight digits of the date and a number of at most ten: fewer than the 22 distinct weights.
const MOST_DIGITS: usize = 18;

/// A reference whose check letter is right. Ordered by day and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    day: NaiveDate,
    number: u32,
}

/// What was given is no reference: misread, mistyped or something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reference")]
pub struct NotAReference;

impl Reference {
    /// The `number`-th petition of a Hanoi day, from 1. More than 9,999 a day make the reference longer.
    pub fn new(day: NaiveDate, number: u32) -> Option<Self> {
        ((2000..=9999).contains(&day.year()) && number > 0).then_some(Self { day, number })
    }

    /// «0042-K»: for the citizen's own list, never the only name of a petition.
    pub fn short(&self) -> String {
        format!("{:04}-{}", self.number, self.check_letter())
    }

    fn check_letter(&self) -> char {
        let digits = format!("{}{:04}", self.day.format("%Y%m%d"), self.number);
        char::from(LETTERS[remainder(digits.as_bytes()) as usize])
    }
}

fn remainder(digits: &[u8]) -> u32 {
    let weigh = |(sum, weight), digit: &u8| (sum + weight * u32::from(digit - b'0'), weight * ROOT % 23);
    let (sum, _) = digits.iter().rev().fold((START, LAST_WEIGHT), weigh);
    sum % 23
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}-{}-{}", self.day.format("%Y%m%d"), self.short())
    }
}

impl FromStr for Reference {
    type Err = NotAReference;

    /// Reads what people type and dictate: any case, blanks, dots or dashes of any kind or none, the letter O for a zero
    /// and I or L for a one among the digits, the prefix left out.
    fn from_str(typed: &str) -> Result<Self, NotAReference> {
        let bare: String = typed.chars().filter(|sign| !is_separator(*sign)).flat_map(char::to_uppercase).collect();
        let bare = bare.strip_prefix("HN").unwrap_or(&bare);
        let bare = bare.strip_prefix("PAKN").unwrap_or(bare);
        let check = bare.chars().last().filter(|letter| letter.is_ascii_uppercase()).ok_or(NotAReference)?;
        let digits: String = bare[..bare.len() - 1].chars().map(as_digit).collect();
        if digits.len() > MOST_DIGITS || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(NotAReference);
        }
        let (day, number) = digits.split_at_checked(8).ok_or(NotAReference)?;
        if number.len() < 4 || (number.len() > 4 && number.starts_with('0')) {
            return Err(NotAReference);
        }
        let day = NaiveDate::parse_from_str(day, "%Y%m%d").map_err(|_| NotAReference)?;
        let number = number.parse().map_err(|_| NotAReference)?;
        Self::new(day, number).filter(|reference| reference.check_letter() == check).ok_or(NotAReference)
    }
}

text_column!(Reference);

fn is_separator(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '-' | '‐' | '‑' | '–' | '—' | '.' | '_' | '/' | '#')
}

fn as_digit(sign: char) -> char {
    match sign {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn any_reference() -> impl Strategy<Value = Reference> {
        let number = prop_oneof![1..=9_999u32, 10_000..=u32::MAX];
        (0..20_000i64, number).prop_map(|(days, number)| {
            Reference::new(day("2026-01-01") + chrono::TimeDelta::days(days), number).expect("a day of this millennium")
        })
    }

    #[test]
    fn the_examples_given_to_citizens_are_right() {
        for (on, number, text) in [
            ("2026-11-18", 42, "HN-PAKN-20261118-0042-K"),
            ("2026-11-18", 43, "HN-PAKN-20261118-0043-M"),
            ("2026-11-18", 44, "HN-PAKN-20261118-0044-P"),
            ("2026-11-02", 9, "HN-PAKN-20261102-0009-C"),
        ] {
            let reference = Reference::new(day(on), number).expect("a reference");
            assert_eq!(reference.to_string(), text);
        }
        assert_eq!(Reference::new(day("2026-11-18"), 42).expect("a reference").short(), "0042-K");
    }

    #[test]
    fn a_reference_is_read_the_way_people_write_it() {
        let reference = Reference::new(day("2026-11-18"), 42).expect("a reference");
        for typed in [
            "HN-PAKN-20261118-0042-K",
            "hn pakn 20261118 0042 k",
            " hnpakn202611180042k ",
            "HN–PAKN–2O261118–OO42–K",
            "hn.pakn.20261118.0042.k",
            "pakn 2026ll18 0042 k",
            "20261118-0042-K",
        ] {
            assert_eq!(typed.parse(), Ok(reference), "{typed}");
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for typed in [
            "",
            "K",
            "0042-K",
            "PAKN.20261118.0042",
            "HN-PAKN-20261118-0042",
            "HN-PAKN-20261118-0042-O",
            "HN-PAKN-20261118-042-K",
            "HN-PAKN-20261318-0042-K",
            "HN-PAKN-20261118-00042-K",
            "HN-PAKN-20261118-0000-A",
            "HN-PAKN-20261118-99999999999-A",
            "H26.12.3-261105-0042",
            "Ế",
        ] {
            assert_eq!(typed.parse::<Reference>(), Err(NotAReference), "{typed}");
        }
    }

    #[test]
    fn more_than_9999_petitions_a_day_make_it_longer() {
        let reference = Reference::new(day("2026-11-18"), 10_000).expect("a reference");
        assert!(reference.short().starts_with("10000-"));
        assert_eq!(reference.to_string().parse(), Ok(reference));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(reference in any_reference()) {
            prop_assert_eq!(reference.to_string().parse(), Ok(reference));
            prop_assert_eq!(reference.to_string().to_lowercase().replace('-', " ").parse(), Ok(reference));
        }

        #[test]
        fn one_wrong_sign_never_leads_to_another_petition(
            reference in any_reference(), place in 0..13usize, wrong in 0..33usize,
        ) {
            let mut signs = reference.to_string().into_bytes();
            let places: Vec<usize> = (8..signs.len()).filter(|at| signs[*at] != b'-').collect();
            let place = places[place % places.len()];
            let wrong = b"0123456789ABCDEFGHJKLMNPRSTUVWXYZ"[wrong];
            prop_assume!(signs[place] != wrong && char::from(wrong).is_ascii_digit() == signs[place].is_ascii_digit());
            signs[place] = wrong;
            prop_assert_eq!(String::from_utf8(signs).expect("ascii").parse::<Reference>(), Err(NotAReference));
        }

        #[test]
        fn two_exchanged_digits_never_lead_to_another_petition(
            reference in any_reference(), one in 0..18usize, other in 0..18usize,
        ) {
            let mut signs = reference.to_string().into_bytes();
            let places: Vec<usize> = (8..signs.len()).filter(|at| signs[*at].is_ascii_digit()).collect();
            let (one, other) = (places[one % places.len()], places[other % places.len()]);
            prop_assume!(signs[one] != signs[other]);
            signs.swap(one, other);
            prop_assert_eq!(String::from_utf8(signs).expect("ascii").parse::<Reference>(), Err(NotAReference));
        }
    }
}
