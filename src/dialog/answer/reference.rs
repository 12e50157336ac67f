//! References of petitions, as people copy or dictate them.

use std::sync::LazyLock;

use regex::Regex;

use crate::vietnamese::fold;

/// What kind of number a message names.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// Our own: `HN-PAKN-20261118-0042-K`. The check character is the registry's business.
    Own(String),
    /// Our own in short, as in the citizen's own list: `0042-K`.
    Short(String),
    /// The national portal's: `PAKN.20200812.0012`.
    National,
    /// A dossier at a one-stop counter: `H26.…`.
    Dossier,
}

/// More letters than this around a reference make the message a story that mentions it.
const LETTERS_AROUND: usize = 30;

/// Finds a reference in a message that is about nothing else.
pub fn read(text: &str) -> Option<Named> {
    static OWN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"hn[\s._-]*pakn[\s._-]*(\d{8})[\s._-]*(\d{4,6})[\s._-]*([a-z0-9])\b"));
    static NATIONAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bpakn\.\d{8}\.\d{4,}"));
    static DOSSIER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bh\d{2}\.[\d.]+-\d{6}-\d{3,}"));
    static SHORT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:ma|so|xem|tra cuu|tra)?\s*(\d{4,6})[\s-]+([a-z])$"));
    let folded = fold(text);
    let alone = |found: regex::Match<'_>| {
        let around = folded.replacen(found.as_str(), "", 1);
        around.chars().filter(|letter| letter.is_alphabetic()).count() <= LETTERS_AROUND
    };
    if let Some(found) = OWN.captures(&folded).filter(|found| alone(found.get(0).expect("a match"))) {
        let reference = format!("HN-PAKN-{}-{}-{}", &found[1], &found[2], found[3].to_uppercase());
        return Some(Named::Own(reference));
    }
    if NATIONAL.find(&folded).is_some_and(alone) {
        return Some(Named::National);
    }
    if DOSSIER.find(&folded).is_some_and(alone) {
        return Some(Named::Dossier);
    }
    SHORT.captures(&folded).map(|found| Named::Short(format!("{}-{}", &found[1], found[2].to_uppercase())))
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern that compiles")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_however_it_was_copied() {
        for typed in [
            "HN-PAKN-20261102-0009-C",
            "hn pakn 20261102 0009 c",
            "hnpakn202611020009c",
            "Mã HN-PAKN-20261102-0009-C.",
            "tra cứu HN.PAKN.20261102.0009.C ạ",
        ] {
            assert_eq!(read(typed), Some(Named::Own("HN-PAKN-20261102-0009-C".into())), "{typed}");
        }
        assert_eq!(read("0042-k"), Some(Named::Short("0042-K".into())));
        assert_eq!(read("xem 0042 K"), Some(Named::Short("0042-K".into())));
    }

    #[test]
    fn other_peoples_numbers_are_told_apart() {
        assert_eq!(read("PAKN.20200812.0012"), Some(Named::National));
        assert_eq!(read("H26.12.3-261105-0042"), Some(Named::Dossier));
        assert_eq!(read("0912 345 678"), None);
    }

    #[test]
    fn a_story_that_mentions_a_reference_is_a_story() {
        let story = "Tôi đã gửi HN-PAKN-20261102-0009-C từ đầu tháng mà phường vẫn chưa trả lời cho tôi";
        assert_eq!(read(story), None);
    }
}
