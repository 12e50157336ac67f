//! Texts in which hardly a word is Vietnamese: another language, or keys pressed at random.

use super::text::Word;

const ONSETS: [&str; 28] = [
    "", "b", "c", "ch", "d", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "q", "r",
    "s", "t", "th", "tr", "v", "x", "f",
];
const CODAS: [&str; 9] = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"];
const NUCLEI: [&str; 42] = [
    "a", "ai", "ao", "au", "ay", "e", "eo", "eu", "i", "ia", "ie", "ieu", "iu", "o", "oa", "oai", "oao", "oay", "oe",
    "oeo", "oi", "oo", "u", "ua", "uay", "ue", "ui", "uo", "uoi", "uou", "uu", "uy", "uya", "uye", "uyu", "y", "ya",
    "ye", "yeu", "uan", "ua", "uai",
];
/// Fewer words say nothing about a language.
const FEWEST: usize = 3;

/// A lone strange word of this length may be «alo», «admin».
const LOAN: usize = 5;

/// What a text is when it is hardly Vietnamese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    Language,
    Noise,
}

/// `known` is how many of the words a sign of another language was found in.
pub(super) fn foreign(text: &str, words: &[Word], known: usize) -> Option<Foreign> {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let latin = text.chars().filter(|letter| letter.is_alphabetic() && is_latin(*letter)).count();
    if letters > 0 && latin * 2 < letters {
        return Some(Foreign::Language);
    }
    let spoken: Vec<&Word> = words.iter().filter(|word| !word.form.is_number()).collect();
    let strange = spoken.iter().filter(|word| !may_be_vietnamese(&word.form.folded)).count();
    if spoken.len() >= FEWEST && known >= 2 && (known + strange) * 5 >= spoken.len() * 3 {
        return Some(Foreign::Language);
    }
    let longest = spoken.iter().map(|word| word.form.folded.len()).max().unwrap_or_default();
    let is_noise =
        strange * 2 >= spoken.len() && (strange > 1 || longest > LOAN || spoken.iter().all(|word| is_mute(word)));
    (strange > 0 && is_noise).then_some(Foreign::Noise)
}

/// Letters without any vowel, too many for a shortening: «fghjk».
fn is_mute(word: &Word) -> bool {
    word.form.folded.len() >= LOAN && !word.form.folded.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

fn is_latin(letter: char) -> bool {
    letter < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&letter) || ('\u{300}'..'\u{370}').contains(&letter)
}

/// Whether letters make a syllable of Vietnamese, or a shortening without vowels.
fn may_be_vietnamese(folded: &str) -> bool {
    let is_short = folded.chars().count() <= 2;
    is_short || ONSETS.iter().any(|onset| folded.strip_prefix(onset).is_some_and(is_rhyme))
}

fn is_rhyme(rhyme: &str) -> bool {
    CODAS.iter().any(|coda| rhyme.strip_suffix(coda).is_some_and(|nucleus| NUCLEI.contains(&nucleus)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_told_from_keys_pressed_at_random() {
        for syllable in ["nguyen", "khuyu", "quyet", "giai", "uong", "ho", "xoay", "nghieng"] {
            assert!(may_be_vietnamese(syllable), "{syllable}");
        }
        for noise in ["asdfgh", "qwerty", "jkljkl", "street", "please"] {
            assert!(!may_be_vietnamese(noise), "{noise}");
        }
    }
}
