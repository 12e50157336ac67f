//! Words that mean something everywhere, compared the way people type: any case, with or without diacritics, letters
//! drawn out, polite particles around them.
//!
//! A command is the whole message: «Hủy giấy phép của tôi» is a story, «hủy đi ạ» is a command.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub use super::meaning::Meaning;
use crate::vietnamese::{fold, is_tone, nfc};

/// The words of every meaning, and the little words around them.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// By the folded form: the meaning and the word as listed.
    meanings: BTreeMap<String, Vec<(Meaning, Spoken)>>,
    pub lists: WordLists,
}

/// Words that help to read, in folded form once they are in a [`Lexicon`].
#[derive(Clone, Debug, Default)]
pub struct WordLists {
    /// Polite particles around a command.
    pub fillers: Vec<String>,
    /// Words for the first button, the second …
    pub ordinals: Vec<Vec<String>>,
    /// Words for the last button.
    pub last: Vec<String>,
    /// Words before a number: «số», «nút».
    pub number_leads: Vec<String>,
    /// Words before an item of the review: «sửa», «đổi».
    pub edit_verbs: Vec<String>,
    /// Words before an item's number: «mục».
    pub item_leads: Vec<String>,
    /// Words around a wrong item: «sai».
    pub wrong: Vec<String>,
    /// Words before a person's name: «tôi tên là».
    pub name_leads: Vec<String>,
    /// Polite words behind a name, as written: «Hạ» is a name, «ạ» is none.
    pub name_tails: Vec<String>,
    /// Words that are in no name, as written: «sao», «không».
    pub no_name: Vec<String>,
    /// Labels of a form that people fill in: «SĐT», «Địa chỉ».
    pub labels: Vec<String>,
    /// Words that introduce a correction: «à nhầm».
    pub correction_leads: Vec<String>,
}

impl WordLists {
    /// Folded, the longer first: «ad» must not leave an «ơi» behind.
    fn folded(mut self) -> Self {
        let fold_all = |words: &mut Vec<String>| {
            for word in words.iter_mut() {
                *word = fold(word);
            }
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        };
        self.ordinals.iter_mut().for_each(fold_all);
        let lists = [
            &mut self.fillers,
            &mut self.last,
            &mut self.number_leads,
            &mut self.edit_verbs,
            &mut self.item_leads,
            &mut self.wrong,
            &mut self.name_leads,
            &mut self.labels,
            &mut self.correction_leads,
        ];
        lists.into_iter().for_each(fold_all);
        self
    }
}

impl Lexicon {
    pub fn new(meanings: &[(Meaning, Vec<String>)], lists: WordLists) -> Self {
        let mut lexicon = Lexicon { meanings: BTreeMap::new(), lists: lists.folded() };
        for (meaning, words) in meanings {
            for word in words {
                let spoken = Spoken::new(word);
                lexicon.meanings.entry(spoken.folded.clone()).or_default().push((*meaning, spoken));
            }
        }
        lexicon
    }

    /// How many words are known.
    pub fn count(&self) -> usize {
        self.meanings.values().map(Vec::len).sum()
    }

    /// Everything that the whole message may mean; which one holds, the open question decides. The form that leaves out
    /// the fewest little words counts; among equals a polite word («dạ giúp») is not what was meant.
    pub fn meanings(&self, text: &str) -> Vec<Meaning> {
        if is_too_long(text) {
            return Vec::new();
        }
        let mut best: Option<(usize, usize, Vec<Meaning>)> = None;
        for form in self.forms(text) {
            let listed = self.meanings.get(&form.folded);
            let said = listed.into_iter().flatten().filter(|(_, word)| word.is_said_by(&form));
            let mut found: Vec<Meaning> = said.map(|(meaning, _)| *meaning).collect();
            found.dedup();
            let words = form.folded.split(' ').count();
            let politeness = |meaning| POLITE.iter().position(|polite| polite == meaning).map_or(0, |at| at + 1);
            let polite = found.iter().map(politeness).min().unwrap_or_default();
            let is_better = best.as_ref().is_none_or(|(most, before, _)| words == *most && polite < *before);
            if !found.is_empty() && is_better {
                best = Some((words, polite, found));
            }
        }
        best.map(|(_, _, found)| found).unwrap_or_else(|| self.meanings_of_parts(text))
    }

    /// What several short sentences mean together: «ok, gửi đi» sends, «em đồng ý, bà cũng đồng ý» agrees.
    fn meanings_of_parts(&self, text: &str) -> Vec<Meaning> {
        let parts: Vec<&str> = text.split([',', '.', ';', '\n']).filter(|part| !part.trim().is_empty()).collect();
        if !(2..=3).contains(&parts.len()) {
            return Vec::new();
        }
        let mut found: Vec<Vec<Meaning>> = parts.into_iter().map(|part| self.meanings(part)).collect();
        if found.iter().any(Vec::is_empty) {
            return Vec::new();
        }
        let is_polite = |meanings: &Vec<Meaning>| meanings.iter().all(|meaning| POLITE.contains(meaning));
        if !found.iter().all(is_polite) {
            found.retain(|meanings| !is_polite(meanings));
        }
        let shared = |meaning: &Meaning| found.iter().all(|meanings| meanings.contains(meaning));
        found[0].iter().copied().filter(shared).collect()
    }

    pub fn means(&self, text: &str, meaning: Meaning) -> bool {
        self.meanings(text).contains(&meaning)
    }

    /// Whether the whole message is one of `words`; `@yes` stands for all words of a meaning.
    pub fn says_one_of(&self, text: &str, words: &[String]) -> bool {
        if is_too_long(text) {
            return false;
        }
        is_one_of(&self.forms(text), &self.meanings(text), words)
    }

    /// The message as typed, then with the little words around it taken off, the fewest first.
    pub fn forms(&self, text: &str) -> Vec<Spoken> {
        /// Nobody surrounds a word with more than a few.
        const MOST: usize = 32;
        let mut forms = vec![Spoken::new(text)];
        let mut at = 0;
        while at < forms.len() && forms.len() < MOST {
            for shorter in self.without_fillers(&forms[at]) {
                if !forms.contains(&shorter) {
                    forms.push(shorter);
                }
            }
            at += 1;
        }
        forms.sort_by_key(|form| std::cmp::Reverse(form.folded.split(' ').count()));
        forms
    }

    /// The form without a little word at its end, and without one at its beginning.
    fn without_fillers(&self, form: &Spoken) -> Vec<Spoken> {
        let words: Vec<&str> = form.toned.split(' ').collect();
        let folded: Vec<&str> = form.folded.split(' ').collect();
        if folded.len() != words.len() {
            return Vec::new();
        }
        let is_filler = |words: &[&str]| {
            let said = words.join(" ");
            self.lists.fillers.contains(&said)
        };
        let mut shorter = Vec::new();
        // The longer first: «ad» must not leave an «ơi» behind.
        for count in (1..words.len().min(LONGEST_FILLER + 1)).rev() {
            let rest = words.len() - count;
            if is_filler(&folded[rest..]) {
                shorter.push(Spoken::new(&words[..rest].join(" ")));
            }
            if is_filler(&folded[..count]) {
                shorter.push(Spoken::new(&words[count..].join(" ")));
            }
        }
        shorter
    }
}

/// Whether a message in these forms, with these meanings, is one of `words`.
pub(super) fn is_one_of(forms: &[Spoken], meanings: &[Meaning], words: &[String]) -> bool {
    words.iter().any(|word| match word.strip_prefix('@') {
        Some(name) => Meaning::named(name).is_some_and(|meaning| meanings.contains(&meaning)),
        None => {
            let word = Spoken::new(word);
            forms.iter().any(|form| word.is_said_by(form))
        }
    })
}

/// Words of the longest polite phrase.
const LONGEST_FILLER: usize = 3;
/// What polite words mean when they stand alone, the politest last.
const POLITE: [Meaning; 3] = [Meaning::Yes, Meaning::Greeting, Meaning::Thanks];

/// A phrase in the forms in which phrases are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Lower case without diacritics.
    pub folded: String,
    /// Lower case, the tone mark moved to the end of its word: «hòa» and «hoà» are the same.
    toned: String,
}

impl Spoken {
    pub fn new(text: &str) -> Self {
        let text = undrawn(&nfc(text).to_lowercase());
        let text = without_signs(&text).replace([',', ';'], " ");
        Self { folded: fold(&text), toned: tones_last(&text) }
    }

    /// Whether somebody who typed `form` said the beginning of this, in whole words.
    pub fn begins_with(&self, form: &Spoken) -> bool {
        let begins = |whole: &str, said: &str| {
            whole.strip_prefix(said).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        begins(&self.folded, &form.folded)
            && (form.is_bare() || form.folded.contains(' ') || begins(&self.toned, &form.toned))
    }

    pub(super) fn folded_and_toned(self) -> (String, String) {
        (self.folded, self.toned)
    }

    fn is_bare(&self) -> bool {
        self.toned == self.folded
    }

    /// Whether somebody who typed `form` said this. Without diacritics one word stands for many; with them, a single
    /// word means only itself («Hồng» is a name, «hông» a no), while in longer phrases a wrong mark is forgiven.
    pub fn is_said_by(&self, form: &Spoken) -> bool {
        self.folded == form.folded && (form.is_bare() || self.toned == form.toned || self.folded.contains(' '))
    }
}

/// No command and no button's title is this long; a story need not be compared with them.
pub fn is_too_long(text: &str) -> bool {
    const LONGEST: usize = 400;
    text.len() > LONGEST
}

/// Signs and pictures around words say nothing («ok 👍», «"gửi".»); alone they may («👍», «?», «-»).
fn without_signs(text: &str) -> &str {
    // A tone mark that stands by itself belongs to its word.
    let is_sign = |sign: char| !sign.is_alphanumeric() && !is_combining_mark(sign);
    let trimmed = text.trim_matches(is_sign);
    if !trimmed.is_empty() {
        return trimmed;
    }
    let bare = text.trim_matches(|sign: char| sign.is_whitespace() || ".,!…~:;\"'“”()".contains(sign));
    if bare.is_empty() { text.trim() } else { bare }
}

/// Letters drawn out for feeling are one letter («okeee», «đúngggg»), signs and pictures too («???», «👍👍»); stars count.
fn undrawn(text: &str) -> String {
    // The colour of a thumb does not matter.
    let is_tint = |sign: &char| matches!(sign, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let mut letters = text.chars().filter(|letter| !is_tint(letter)).peekable();
    let mut kept = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        let mut run = 1;
        while letters.next_if_eq(&letter).is_some() {
            run += 1;
        }
        let is_drawn = match letter.is_alphanumeric() {
            true => run >= 3 && letter.is_alphabetic(),
            false => run >= 2 && letter != '⭐' && !letter.is_whitespace(),
        };
        let times = if is_drawn { 1 } else { run };
        kept.extend(std::iter::repeat_n(letter, times));
    }
    kept
}

/// Each word with its tone mark at its end.
fn tones_last(text: &str) -> String {
    let (mut toned, mut tones) = (String::with_capacity(text.len() + text.len() / 2), String::new());
    for word in text.split_whitespace() {
        if !toned.is_empty() {
            toned.push(' ');
        }
        if word.is_ascii() {
            toned.push_str(word);
            continue;
        }
        for letter in word.nfd() {
            if is_tone(letter) { tones.push(letter) } else { toned.push(letter) }
        }
        toned.push_str(&tones);
        tones.clear();
    }
    toned
}

/// Whether a text carries any Vietnamese mark: only then do marks distinguish words.
pub fn is_marked(text: &str) -> bool {
    text.nfd().any(|letter| is_combining_mark(letter) || letter == 'đ' || letter == 'Đ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Lexicon::new(
            &[
                (Meaning::Yes, words(&["ok", "oke", "đồng ý", "👍"])),
                (Meaning::No, words(&["hông", "hong", "không"])),
                (Meaning::Skip, words(&["bỏ"])),
                (Meaning::Cancel, words(&["hủy", "bỏ đi"])),
                (Meaning::Help, words(&["?"])),
            ],
            WordLists { fillers: words(&["ạ", "đi", "ad", "ad ơi", "dạ", "em"]), ..WordLists::default() },
        )
    }

    #[test]
    fn a_command_is_the_whole_message_with_polite_words_taken_off() {
        let lexicon = lexicon();
        for typed in ["hủy", "Huỷ!", "huy di a", "HỦY ĐI Ạ", "da huy ad oi", "hu\u{309}y"] {
            assert_eq!(lexicon.meanings(typed), [Meaning::Cancel], "{typed}");
        }
        assert_eq!(lexicon.meanings("Hủy giấy phép của tôi"), []);
        assert_eq!(lexicon.meanings("okeee ạ"), [Meaning::Yes]);
        assert_eq!(lexicon.meanings("👍"), [Meaning::Yes]);
        assert_eq!(lexicon.meanings("?"), [Meaning::Help]);
    }

    #[test]
    fn the_longer_phrase_wins_over_a_particle_in_it() {
        assert_eq!(lexicon().meanings("bỏ đi"), [Meaning::Cancel]);
        assert_eq!(lexicon().meanings("bỏ ạ"), [Meaning::Skip]);
    }

    #[test]
    fn a_marked_word_means_only_itself() {
        assert_eq!(lexicon().meanings("Hồng"), []);
        assert_eq!(lexicon().meanings("hong"), [Meaning::No]);
        assert_eq!(lexicon().meanings("đông ý"), [Meaning::Yes], "a wrong mark in a phrase is forgiven");
    }
}
