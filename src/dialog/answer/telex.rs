//! Words typed on a keyboard whose Vietnamese was switched off: «ddoongf ys» (Telex), «d9o62ng2 y1» (VNI).
//!
//! Decoded only when it is clear: the words as typed are no Vietnamese, decoded they are syllables that exist.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::vietnamese::{fold, nfc, old_style};

/// So much must speak for it: a doubled letter or horn counts one, a tone key one.
const CLEAR: usize = 2;
/// And one word in so many must be such a word: «test» in a story without diacritics is no Telex.
const SHARE: usize = 4;

/// The text in Vietnamese, if it was clearly typed in raw Telex.
pub fn telex(text: &str) -> Option<String> {
    decoded(text, &TELEX, CLEAR)
}

/// What the text might say in Telex or VNI, for words of command, which can be recognised: elsewhere «max» is no «mã»,
/// and digits number houses.
pub fn guesses(text: &str) -> impl Iterator<Item = String> {
    [&TELEX, &VNI].into_iter().filter_map(move |keys| decoded(text, keys, 1))
}

/// What the keys do.
struct Keys {
    /// Keys for the tones: sắc, huyền, hỏi, ngã, nặng.
    tones: [char; 5],
    /// A letter, the key behind it (not always at once), and what they make.
    marks: &'static [(char, char, char)],
}

const TONES: [char; 5] = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];

static TELEX: Keys = Keys {
    tones: ['s', 'f', 'r', 'x', 'j'],
    marks: &[
        ('a', 'a', 'â'),
        ('e', 'e', 'ê'),
        ('o', 'o', 'ô'),
        ('a', 'w', 'ă'),
        ('o', 'w', 'ơ'),
        ('u', 'w', 'ư'),
        ('d', 'd', 'đ'),
    ],
};

static VNI: Keys = Keys {
    tones: ['1', '2', '3', '4', '5'],
    marks: &[
        ('a', '6', 'â'),
        ('e', '6', 'ê'),
        ('o', '6', 'ô'),
        ('a', '8', 'ă'),
        ('o', '7', 'ơ'),
        ('u', '7', 'ư'),
        ('d', '9', 'đ'),
    ],
};

fn decoded(text: &str, keys: &Keys, enough: usize) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let (mut clear, mut spelt) = (0, 0);
    let words: Vec<String> = text
        .split_inclusive(|sign: char| !sign.is_ascii_alphanumeric())
        .map(|word| {
            let end = word.find(|sign: char| !sign.is_ascii_alphanumeric()).unwrap_or(word.len());
            let (bare, behind) = word.split_at(end);
            match syllable(bare, keys) {
                Some((decoded, keys_used)) => {
                    clear += keys_used;
                    spelt += 1;
                    format!("{decoded}{behind}")
                }
                None => word.to_owned(),
            }
        })
        .collect();
    (clear >= enough && spelt * SHARE >= words.len()).then(|| old_style(&words.concat()))
}

/// The syllable that a word spells, and how many keys it took; none for a word that is one as it stands.
fn syllable(word: &str, keys: &Keys) -> Option<(String, usize)> {
    let lower = word.to_ascii_lowercase();
    if lower.len() < 2 || lower.len() > 10 || is_syllable(&lower) {
        return None;
    }
    let mut letters: Vec<char> = Vec::new();
    let (mut tone, mut used) = (None, 0);
    for key in lower.chars() {
        let has_vowel = letters.iter().any(|letter| is_vowel(*letter));
        if let Some(at) = keys.tones.iter().position(|tone| *tone == key).filter(|_| has_vowel) {
            if tone.replace(TONES[at]).is_some() {
                return None;
            }
            used += 1;
            continue;
        }
        if key == 'w' || key.is_ascii_digit() || letters.iter().any(|letter| keys.makes(*letter, key).is_some()) {
            let changed = keys.apply(&mut letters, key);
            if changed {
                used += 1;
                continue;
            }
            if !key.is_ascii_alphabetic() || key == 'w' {
                return None;
            }
        }
        letters.push(key);
    }
    let bare: String = letters.iter().collect();
    if used == 0 || !is_syllable(&bare) {
        return None;
    }
    let toned = tone.map_or_else(|| bare.clone(), |tone| with_tone(&letters, tone));
    Some((cased(&toned, word), used))
}

impl Keys {
    fn makes(&self, letter: char, key: char) -> Option<char> {
        self.marks.iter().find(|(plain, mark, _)| *plain == letter && *mark == key).map(|(_, _, made)| *made)
    }

    /// Marks the letters that the key belongs to: «uow» is «ươ», a later «a» makes the «a» before it «â».
    fn apply(&self, letters: &mut [char], key: char) -> bool {
        let horn = self.makes('o', key) == Some('ơ');
        if horn && let Some(at) = letters.windows(2).position(|pair| pair == ['u', 'o']) {
            letters[at] = 'ư';
            letters[at + 1] = 'ơ';
            return true;
        }
        let found = letters.iter().rposition(|letter| self.makes(*letter, key).is_some());
        // «uaw» is «ưa»: in Telex the key for ă makes the u before it a ư.
        let found = match found {
            Some(at) if key == 'w' && letters[at] == 'a' && at > 0 && letters[at - 1] == 'u' => Some(at - 1),
            other => other,
        };
        let Some(at) = found else { return false };
        letters[at] = self.makes(letters[at], key).unwrap_or(letters[at]);
        true
    }
}

fn is_vowel(letter: char) -> bool {
    "aăâeêioôơuưy".contains(letter)
}

/// On the marked vowel, else on the middle or first one, as old-style writing has it.
fn with_tone(letters: &[char], tone: char) -> String {
    let onset = if letters.starts_with(&['q', 'u'])
        || (letters.starts_with(&['g', 'i']) && letters.len() > 2 && is_vowel(letters[2]))
    {
        2
    } else {
        letters.iter().position(|letter| is_vowel(*letter)).unwrap_or_default()
    };
    let vowels: Vec<usize> = (onset..letters.len()).take_while(|at| is_vowel(letters[*at])).collect();
    let marked = vowels.iter().rev().find(|at| "ăâêôơư".contains(letters[**at]));
    let has_coda = vowels.last().is_some_and(|at| at + 1 < letters.len());
    let at = match (marked, vowels.len()) {
        (Some(at), _) => *at,
        (None, 3) => vowels[1],
        (None, 2) if has_coda => vowels[1],
        _ => vowels.first().copied().unwrap_or_default(),
    };
    let toned = letters.iter().enumerate().flat_map(|(place, letter)| [Some(*letter), (place == at).then_some(tone)]);
    nfc(&toned.flatten().collect::<String>())
}

fn cased(decoded: &str, typed: &str) -> String {
    let is_upper = typed.len() > 1 && !typed.contains(|letter: char| letter.is_ascii_lowercase());
    if is_upper {
        return decoded.to_uppercase();
    }
    let mut letters = decoded.chars();
    match letters.next() {
        Some(first) if typed.starts_with(|letter: char| letter.is_ascii_uppercase()) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => decoded.to_owned(),
    }
}

/// What a syllable may be after its first consonants: tones aside, and also without any marks.
static RIMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let rimes = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et \
            ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh \
            oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân \
            uâng uât uây uc uê uênh uêch ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uynh uyên uyêt uyu uyn uyp uyt ư ưa ưc ưi ưm ưn \
            ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu";
    rimes.split_whitespace().flat_map(|rime| [rime.to_owned(), fold(rime)]).collect()
});

/// Whether this is a syllable, tones aside.
fn is_syllable(word: &str) -> bool {
    const ONSETS: [&str; 29] = [
        "ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
        "n", "p", "r", "s", "t", "v", "x", "q", "",
    ];
    let word: String = word.nfc().collect();
    ONSETS.iter().filter_map(|onset| word.strip_prefix(onset)).any(|rime| RIMES.contains(rime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_telex_is_read() {
        for (typed, meant) in [
            ("ddoongf ys", "đồng ý"),
            ("hoof sow", "hồ sơ"),
            ("phuwowngf Lasng", "phường Láng"),
            ("Nguyeexn Thij Hoaf", "Nguyễn Thị Hòa"),
            ("NGUYEEXN VAWN AN", "NGUYỄN VĂN AN"),
            ("quay laji ddi", "quay lại đi"),
            ("suwar mucj 3", "sửa mục 3"),
            ("truwowngf hopwj", "trường hợp"),
        ] {
            assert_eq!(telex(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn a_word_of_command_may_be_guessed() {
        let guess = |typed: &str| guesses(typed).collect::<Vec<_>>();
        assert_eq!(guess("huyr"), ["hủy"]);
        assert_eq!(guess("d9o6ng2 y1"), ["đồng ý"]);
        assert_eq!(guess("hu3y bo3"), ["hủy bỏ"]);
        assert!(guess("d9o62ng2 y1").iter().all(|guess| guess != "đồng ý"), "a tone twice is no syllable");
    }

    #[test]
    fn what_means_something_as_it_stands_is_left_alone() {
        for typed in [
            "toi nop ho so o phuong lang",
            "Kim Min-jun",
            "Max",
            "Lee Min Ho",
            "ok",
            "hello",
            "so 5 ngo 12",
            "Y Moan",
            "",
        ] {
            assert_eq!(telex(typed), None, "{typed}");
        }
        for typed in ["so 5 ngo 12", "P1204 CT2", "0912345678", "xin chao"] {
            assert_eq!(guesses(typed).count(), 0, "{typed}");
        }
    }
}
