//! How Vietnamese is written: composed or decomposed, with or without diacritics, with the tone mark here or there.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Composed form (NFC). Lengths are counted and texts are shown in this form.
pub fn nfc(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// Lower case, no diacritics, `đ` as `d`, runs of white space as one blank: for comparing, never for showing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut is_parted = false;
    let mut add = |letter: char| {
        if letter.is_whitespace() {
            is_parted = true;
            return;
        }
        if std::mem::take(&mut is_parted) && !folded.is_empty() {
            folded.push(' ');
        }
        folded.push(if letter == 'đ' { 'd' } else { letter });
    };
    for letter in text.chars() {
        if letter.is_ascii() {
            add(letter.to_ascii_lowercase());
            continue;
        }
        // letter by letter: the order of marks that are left out does not matter
        decompose_canonical(letter, |part| {
            if !is_combining_mark(part) {
                part.to_lowercase().for_each(&mut add);
            }
        });
    }
    folded
}

/// Composed, with the tone mark where official papers put it: `Hòa`, `Thủy`, `khỏe`, not `Hoà`, `Thuỷ`, `khoẻ`.
///
/// The two styles differ only in syllables that end in `oa`, `oe` or `uy` (after `q` the `u` belongs to the consonant).
pub fn old_style(text: &str) -> String {
    let mut letters: Vec<char> = text.nfc().collect();
    for at in 1..letters.len() {
        let ends = letters.get(at + 1).is_none_or(|next| !next.is_alphabetic());
        let after_q = at >= 2 && letters[at - 2].eq_ignore_ascii_case(&'q');
        if let (true, false, Some(tone)) = (ends, after_q, late_tone(letters[at - 1], letters[at])) {
            let [glide, vowel] = [letters[at - 1], std::iter::once(letters[at]).nfd().next().unwrap_or(letters[at])];
            letters[at - 1] = [glide, tone].into_iter().nfc().next().unwrap_or(glide);
            letters[at] = vowel;
        }
    }
    letters.into_iter().collect()
}

/// A tone mark by itself, as a decomposed letter has it.
pub fn is_tone(letter: char) -> bool {
    matches!(letter, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

/// The tone mark on the second letter of `oà`, `oè`, `uỳ`.
fn late_tone(glide: char, vowel: char) -> Option<char> {
    let mut parts = std::iter::once(vowel).nfd();
    let (bare, tone, rest) = (parts.next()?, parts.next()?, parts.next());
    let pair = [glide.to_ascii_lowercase(), bare.to_ascii_lowercase()];
    (is_tone(tone) && rest.is_none() && matches!(pair, ['o', 'a' | 'e'] | ['u', 'y'])).then_some(tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tone_marks_are_shown_where_official_papers_put_them() {
        for (typed, shown) in [
            ("Yên Hoà", "Yên Hòa"),
            ("Thuỷ, khoẻ, TOÀ, uỷ ban", "Thủy, khỏe, TÒA, ủy ban"),
            ("Hoa\u{300} Bi\u{300}nh", "Hòa Bình"),
            (
                "Hòa, quý, quỳ, Quỳnh, toàn, khuỷu, ngoại, hoặc, thuế",
                "Hòa, quý, quỳ, Quỳnh, toàn, khuỷu, ngoại, hoặc, thuế",
            ),
        ] {
            assert_eq!(old_style(typed), shown);
        }
    }

    #[test]
    fn the_same_word_folds_the_same_however_it_was_typed() {
        for typed in ["Hòa Bình", "Hoà Bình", "ho\u{300}a  bi\u{300}nh", "HÒA BÌNH"] {
            assert_eq!(fold(typed), "hoa binh", "{typed}");
        }
        assert_eq!(fold("Đống Đa"), "dong da");
        assert_eq!(fold(" \u{a0}Đống\n\t ĐA  "), "dong da");
        assert_eq!(fold(" \u{301} "), "");
        assert_eq!(fold("İ ﬁ Ω"), "i ﬁ ω", "other people's letters, too");
    }
}
