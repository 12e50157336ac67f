//! How Vietnamese is written: composed or decomposed, with or without diacritics, with the tone mark here or there.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Composed form (NFC). Lengths are counted and texts are shown in this form.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Lower case, no diacritics, `đ` as `d`, runs of white space as one blank: for comparing, never for showing.
pub fn fold(text: &str) -> String {
    let bare = text.nfd().filter(|&letter| !is_combining_mark(letter)).flat_map(char::to_lowercase);
    let bare = bare.map(|letter| if letter == 'đ' { 'd' } else { letter });
    bare.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_folds_the_same_however_it_was_typed() {
        for typed in ["Hòa Bình", "Hoà Bình", "ho\u{300}a  bi\u{300}nh", "HÒA BÌNH"] {
            assert_eq!(fold(typed), "hoa binh", "{typed}");
        }
        assert_eq!(fold("Đống Đa"), "dong da");
    }
}
