//! What an officer types to find a petition.

use crate::petition::Reference;
use crate::vietnamese::fold;

/// The fewest signs of a part that is sought.
const SHORTEST_PART: usize = 3;
/// The digits of a number in the country, without the 0 before them.
const PHONE_DIGITS: usize = 9;

/// What an officer looks for, as typed: a reference, whole or its end, with dashes or without; a national code or a part of
/// it; a name; the last three or more digits of a phone number; words, with or without diacritics, all of which have to
/// occur (the last one may be just begun).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Then nothing else was meant.
    pub(super) reference: Option<Reference>,
    /// As `tsquery`: the words.
    pub(super) words: Option<String>,
    /// A pattern for a reference or a national code without its dashes.
    pub(super) code: Option<String>,
    /// A pattern for a folded name: for one word only, since several are sought as words, of names too.
    pub(super) name: Option<String>,
    /// A pattern for a phone number read backwards.
    pub(super) phone: Option<String>,
}

impl Sought {
    /// Nothing when nothing was typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let folded = fold(typed);
        if folded.is_empty() {
            return None;
        }
        if let Ok(reference) = typed.parse() {
            return Some(Self { reference: Some(reference), ..Self::default() });
        }
        let is_number = number(typed).is_some();
        let is_word = !folded.contains(' ');
        Some(Self {
            reference: None,
            words: prefixed(&folded),
            code: code(&folded),
            name: (!is_number && is_word && folded.chars().count() >= SHORTEST_PART).then(|| like(&folded)),
            phone: number(typed).map(|digits| digits.chars().rev().collect::<String>() + "%"),
        })
    }

    /// Several words and nothing else: no part of a code, or of a name.
    pub(super) fn is_of_words(&self) -> bool {
        self.words.is_some() && self.code.is_none() && self.name.is_none() && self.phone.is_none()
    }

    /// Only digits: to whoever may not know a sender, the words of a petition are not to be searched for a number.
    pub(super) fn is_number(&self) -> bool {
        self.phone.is_some()
    }
}

/// A `tsquery` of the words of a folded text, the last one perhaps just begun: `so & do & qua:*`. None when it has no word.
pub fn prefixed(folded: &str) -> Option<String> {
    let words: Vec<&str> = folded.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| format!("{}:*", words.join(" & ")))
}

/// «0042-K» is the end of a reference; four signs or more with a digit among them may stand anywhere in a code.
fn code(folded: &str) -> Option<String> {
    let bare: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_one = folded.chars().all(|sign| sign.is_ascii_alphanumeric() || "-. _/".contains(sign));
    let has_digit = bare.bytes().any(|sign| sign.is_ascii_digit());
    if !is_one || !has_digit || bare.len() <= SHORTEST_PART {
        return None;
    }
    let (last, before) = bare.as_bytes().split_last()?;
    let is_end = last.is_ascii_lowercase() && before.iter().all(u8::is_ascii_digit);
    Some(if is_end { format!("%{bare}") } else { format!("%{bare}%") })
}

/// The digits of a phone number or of its end, as it ends in E.164: without the 0 or the +84 before it.
fn number(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|sign| !sign.is_whitespace() && !".-()".contains(*sign)).collect();
    let (is_whole, digits) = match digits.strip_prefix('+') {
        Some(rest) => (true, rest.to_owned()),
        None => (digits.len() > PHONE_DIGITS + 1, digits),
    };
    if digits.len() < SHORTEST_PART || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let national = if is_whole { digits.strip_prefix("84").unwrap_or(&digits) } else { &digits };
    // the end of a number may begin with a 0; a whole one does not in E.164
    let national = if national.len() > PHONE_DIGITS { national.trim_start_matches('0') } else { national };
    Some(national.to_owned())
}

/// A pattern for «contains this».
fn like(part: &str) -> String {
    format!("%{}%", part.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_taken_for_what_it_can_be() {
        let sought = |typed: &str| Sought::parse(typed).expect("something");
        assert_eq!(Sought::parse("  "), None);
        assert!(sought("hn pakn 20261118 0042 k").reference.is_some());
        assert_eq!(sought("0042-K").code.as_deref(), Some("%0042k"));
        assert_eq!(sought("0042k").code.as_deref(), Some("%0042k"));
        assert_eq!(sought("H26.12.3-261105-0042").code.as_deref(), Some("%h261232611050042%"));
        assert_eq!(sought("Sổ đỏ quá").words.as_deref(), Some("so & do & qua:*"));
        assert_eq!(sought("Sổ đỏ quá").code, None);
        assert_eq!(sought("50% giá_").words.as_deref(), Some("50 & gia:*"));
        assert_eq!(sought("%_").words, None);
        assert_eq!(sought("Thành").name.as_deref(), Some("%thanh%"));
        assert_eq!(sought("Ngô Văn Thành").name, None);
        assert_eq!(sought("Ngô Văn Thành").words.as_deref(), Some("ngo & van & thanh:*"));
    }

    #[test]
    fn a_phone_number_is_sought_by_its_end() {
        for (typed, end) in [
            ("678", Some("678")),
            ("078", Some("078")),
            ("0912 345 678", Some("912345678")),
            ("0912.345.678", Some("912345678")),
            ("+84 912 345 678", Some("912345678")),
            ("84912345678", Some("912345678")),
            ("024 3900 0000", Some("2439000000")),
            ("78", None),
            ("12a", None),
        ] {
            assert_eq!(number(typed).as_deref(), end, "{typed}");
        }
    }
}
