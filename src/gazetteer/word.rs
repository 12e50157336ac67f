//! A text as a row of words that can be compared.

use std::ops::Range;

use crate::vietnamese;

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    Blank,
    /// A dot, dash or bracket: ends a part, but may stand inside a name (`P. Láng`, `Văn Miếu - Quốc Tử Giám`).
    Soft,
    /// A comma, a semicolon, a new line: no name goes across it.
    Hard,
}

#[derive(Debug)]
pub(super) struct Word {
    /// Where the word stands in the (composed) text, in bytes.
    pub span: Range<usize>,
    /// Without case, diacritics and the difference of `y` and `i`.
    pub folded: String,
    /// In lower case, the tone marks in old style.
    pub written: String,
    pub before: Gap,
}

impl Word {
    /// Typed without diacritics, or exactly so.
    pub fn may_be(&self, written: &str) -> bool {
        let is_as_long = self.written.len() == written.chars().count();
        self.written == written || (self.is_bare() && is_as_long && self.folded == fold_word(written))
    }

    pub fn is_bare(&self) -> bool {
        self.written.is_ascii()
    }

    pub fn has_digit(&self) -> bool {
        self.folded.contains(|letter: char| letter.is_ascii_digit())
    }
}

/// The words of a composed text.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    let mut before = Gap::Hard;
    for (at, letter) in text.char_indices().chain([(text.len(), '\n')]) {
        if letter.is_alphanumeric() || (start.is_some() && unicode_normalization::char::is_combining_mark(letter)) {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            words.push(word(&text[start..at], start, before));
            before = Gap::Blank;
        }
        before = match letter {
            ',' | ';' | '\n' | '|' => Gap::Hard,
            _ if letter.is_whitespace() || before == Gap::Hard => before,
            _ => Gap::Soft,
        };
    }
    words
}

fn word(typed: &str, start: usize, before: Gap) -> Word {
    let span = start..start + typed.len();
    Word { span, folded: fold_word(typed), written: vietnamese::old_style(&typed.to_lowercase()), before }
}

fn fold_word(typed: &str) -> String {
    let folded = vietnamese::fold(typed);
    // «Mỹ» and «Mĩ», «Lý» and «Lí» are one word.
    match folded.strip_suffix('y') {
        Some(head) if !head.is_empty() && !head.ends_with(['a', 'e', 'o', 'u', 'y']) => format!("{head}i"),
        _ => folded,
    }
}

/// What a name is looked up by.
pub(super) fn key(words: &[Word]) -> String {
    let words: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
    words.join(" ")
}

/// [`key`] of a name that is not part of a longer text.
pub(super) fn key_of(name: &str) -> String {
    key(&words(&vietnamese::nfc(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_key_however_it_is_typed() {
        for typed in ["Mỹ Đình 1", "mĩ đình  1", "MY DINH 1", "my\u{303} đi\u{300}nh-1"] {
            assert_eq!(key_of(typed), "mi dinh 1", "{typed}");
        }
        assert_eq!(key_of("Thụy Khuê"), "thuy khue");
        assert_eq!(key_of("Văn Miếu - Quốc Tử Giám"), "van mieu quoc tu giam");
    }

    #[test]
    fn commas_part_a_text_and_dots_only_half() {
        let gaps: Vec<Gap> = words("số 5, P.Láng - HN").iter().map(|word| word.before).collect();
        assert_eq!(gaps, [Gap::Hard, Gap::Blank, Gap::Hard, Gap::Soft, Gap::Soft]);
    }
}
