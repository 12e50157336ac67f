//! Personal data that cannot be logged by accident.
//!
//! A [`Personal`] value prints as `[đã che]`. Whoever needs the value says so with [`Personal::reveal`], which is easy
//! to search for (Law 91/2025/QH15: only for handling the petition, never for the public).

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// A name, a phone number, an address, a citizen's words: shown only on purpose.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Personal(String);

impl Personal {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself. Every call is a place where personal data leaves its wrapping.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[đã che]")
    }
}

impl From<String> for Personal {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Personal {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

/// «0912***678» for lists; never in public.
pub fn mask_phone(e164: &str) -> String {
    let local = local_phone(e164);
    match (local.get(..4), local.len().checked_sub(3).and_then(|at| local.get(at..))) {
        (Some(head), Some(tail)) if local.len() >= 9 => format!("{head}***{tail}"),
        _ => "***".to_owned(),
    }
}

/// «0912 345 678» from `+84912345678`; «024 3900 0000» for a landline.
pub fn say_phone(e164: &str) -> String {
    let local = local_phone(e164);
    let cuts: &[usize] = match (local.len(), local.starts_with("02")) {
        (10, false) => &[4, 7],
        (11, true) => &[3, 7],
        _ => return local,
    };
    let mut said = String::new();
    for (at, digit) in local.chars().enumerate() {
        if cuts.contains(&at) {
            said.push(' ');
        }
        said.push(digit);
    }
    said
}

fn local_phone(e164: &str) -> String {
    match e164.strip_prefix("+84") {
        Some(rest) => format!("0{rest}"),
        None => e164.to_owned(),
    }
}

/// Hides what must never be public in a text that people wrote: phone numbers, identity numbers, e-mail addresses,
/// dossier numbers (pakn-domain 4.5). Names and house numbers are hidden by the officer who looks at the preview.
pub fn mask_identifiers(text: &str) -> String {
    static MASKS: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
        let mask = |pattern, word| (Regex::new(pattern).expect("a pattern that compiles"), word);
        [
            mask(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", "[email]"),
            mask(r"\bH\d{2}\.[\d.]+-\d{6}-\d{3,}\b", "[mã hồ sơ]"),
            mask(r"\b0\d{11}\b", "[số định danh]"),
            mask(r"(?:\+84|\b84|\b0)(?:[ .\-]?\d){8,10}\b", "[điện thoại]"),
        ]
    });
    MASKS.iter().fold(text.to_owned(), |text, (pattern, word)| pattern.replace_all(&text, *word).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_value_does_not_print() {
        assert_eq!(format!("{:?}", Personal::new("Trần Văn Bình")), "[đã che]");
    }

    #[test]
    fn phones_are_said_in_groups_and_masked_in_lists() {
        assert_eq!(say_phone("+84912345678"), "0912 345 678");
        assert_eq!(say_phone("+842439000000"), "024 3900 0000");
        assert_eq!(mask_phone("+84912345678"), "0912***678");
    }

    #[test]
    fn what_identifies_a_person_is_hidden_in_public_texts() {
        let text = "Gọi 0912.345.678 hoặc a.b@mail.vn, CCCD 001087001234, hồ sơ H26.12.3-261105-0042, ngày 12/10/2026";
        assert_eq!(
            mask_identifiers(text),
            "Gọi [điện thoại] hoặc [email], CCCD [số định danh], hồ sơ [mã hồ sơ], ngày 12/10/2026"
        );
    }
}
