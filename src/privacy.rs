//! Personal data that cannot be logged by accident.
//!
//! A [`Personal`] value prints as `[đã che]`. Whoever needs the value says so with [`Personal::reveal`], which is easy
//! to search for (Law 91/2025/QH15: only for handling the petition, never for the public).

pub mod mask;

use std::fmt;

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
}
