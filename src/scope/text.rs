//! A text as a row of words that can be compared, however it was typed.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::vietnamese::{fold, is_tone};

/// From this share of words with diacritics on, a sentence was typed with them, and they tell words apart.
const MARKED_SHARE: usize = 4;

/// What stands before the name of a commune or a former district.
const UNITS: [&str; 6] = ["phuong", "xa", "quan", "huyen", "tran", "cua"];
const LONGEST_NAME: usize = 4;

/// A word in the forms in which words are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Form {
    /// Lower case, no diacritics, `i` for a final `y`.
    pub folded: String,
    /// Lower case, the tone mark at the end: «hòa» and «hoà» are the same.
    pub toned: String,
}

#[derive(Clone, Debug)]
pub(super) struct Word {
    pub form: Form,
    /// Where it stands in the composed text, in bytes.
    pub span: Range<usize>,
    /// Sentences, lines and parts behind «với lại» have numbers.
    pub sentence: usize,
    /// Whether its sentence was typed with diacritics.
    pub in_marked: bool,
    /// Part of the name of a commune: in «phường Ô Chợ Dừa» there is no market.
    pub is_name: bool,
}

/// Shortenings: «hs» is «hồ sơ».
pub(super) type Shortenings = HashMap<String, Vec<Form>>;

impl Form {
    pub fn new(word: &str) -> Self {
        let lower = undrawn(&word.to_lowercase());
        let (tones, letters): (Vec<char>, Vec<char>) = lower.nfd().partition(|letter| is_tone(*letter));
        let toned: String = one_i(&letters.into_iter().collect::<String>()).chars().chain(tones).collect();
        Self { folded: one_i(&fold(&lower)), toned }
    }

    /// Typed without diacritics.
    pub fn is_bare(&self) -> bool {
        self.toned.is_ascii()
    }

    pub fn is_number(&self) -> bool {
        self.folded.starts_with(|letter: char| letter.is_ascii_digit())
    }
}

/// The words of a composed text; everything but letters and digits parts them. A question mark is a word.
pub(super) fn words(text: &str, short: &Shortenings) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut start, mut sentence) = (None, 0);
    for (at, sign) in text.char_indices().chain([(text.len(), '\n')]) {
        if sign.is_alphanumeric() || (start.is_some() && unicode_normalization::char::is_combining_mark(sign)) {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            push(&mut words, text, start..at, sentence, short);
        }
        if sign == '?' && words.last().is_some_and(|word| word.form.folded != "?") {
            let form = Form { folded: "?".to_owned(), toned: "?".to_owned() };
            words.push(Word { form, span: at..at + 1, sentence, in_marked: false, is_name: false });
        }
        if ends_sentence(sign, &text[at..]) && words.last().is_some_and(|word| word.sentence == sentence) {
            sentence += 1;
        }
    }
    mark(&mut words);
    name(&mut words, text);
    words
}

fn push(words: &mut Vec<Word>, text: &str, span: Range<usize>, sentence: usize, short: &Shortenings) {
    let typed = &text[span.clone()];
    let word = |form| Word { form, span: span.clone(), sentence, in_marked: false, is_name: false };
    // Of two letters without diacritics one may be a shortening; only the exact spelling is.
    match short.get(&typed.to_lowercase()) {
        Some(forms) => words.extend(forms.iter().cloned().map(word)),
        None => words.push(word(Form::new(typed))),
    }
}

/// A dot inside «1.200» or «p.láng» ends nothing.
fn ends_sentence(sign: char, rest: &str) -> bool {
    let is_end = matches!(sign, '!' | '?' | ';' | '…' | '。' | '？' | '！');
    sign == '\n' || is_end || (sign == '.' && rest[1..].starts_with(char::is_whitespace))
}

fn mark(words: &mut [Word]) {
    let mut first = 0;
    while first < words.len() {
        let length = words[first..].iter().take_while(|word| word.sentence == words[first].sentence).count();
        let sentence = &mut words[first..first + length];
        let marked = sentence.iter().filter(|word| !word.form.is_bare()).count();
        let is_marked = marked * MARKED_SHARE >= length;
        sentence.iter_mut().for_each(|word| word.in_marked = is_marked);
        first += length;
    }
}

/// Words that begin with a capital behind «phường» are its name; in a text all of capitals nothing is.
fn name(words: &mut [Word], text: &str) {
    let is_capital = |word: &Word| text[word.span.clone()].starts_with(char::is_uppercase);
    if words.iter().filter(|word| is_capital(word)).count() * 2 > words.len() {
        return;
    }
    for at in 0..words.len() {
        let is_unit = UNITS.contains(&words[at].form.folded.as_str());
        let end = words.len().min(at + 1 + LONGEST_NAME);
        let length = if is_unit { words[at + 1..end].iter().take_while(|word| is_capital(word)).count() } else { 0 };
        words[at + 1..at + 1 + length].iter_mut().for_each(|word| word.is_name = true);
    }
}

/// «lý» and «lí», «quy» and «qui» are one word.
fn one_i(word: &str) -> String {
    match word.strip_suffix('y') {
        Some("qu") => "qui".to_owned(),
        Some(head) if !head.is_empty() && !head.ends_with(['a', 'e', 'o', 'u', 'y', 'â']) && is_plain_end(head) => {
            format!("{head}i")
        }
        _ => word.to_owned(),
    }
}

/// In decomposed letters «ây» ends in a circumflex before the `y`.
fn is_plain_end(head: &str) -> bool {
    head.ends_with(|letter: char| letter.is_alphabetic() && !unicode_normalization::char::is_combining_mark(letter))
}

/// Letters drawn out for feeling are one letter: «lâuuuu».
fn undrawn(word: &str) -> String {
    let mut kept = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut times = 1;
        while letters.next_if_eq(&letter).is_some() {
            times += 1;
        }
        kept.extend(std::iter::repeat_n(letter, if times >= 3 && letter.is_alphabetic() { 1 } else { times }));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let short = Shortenings::from([("hs".to_owned(), vec![Form::new("hồ"), Form::new("sơ")])]);
        words(text, &short).into_iter().map(|word| word.form.folded).collect()
    }

    #[test]
    fn a_word_is_the_same_however_it_is_typed() {
        for typed in ["hòa", "hoà", "HOÀ", "ho\u{300}a"] {
            assert_eq!(Form::new(typed), Form::new("hòa"), "{typed}");
        }
        assert_eq!(Form::new("kí"), Form::new("ký"));
        assert_eq!(Form::new("qui"), Form::new("quy"));
        assert_eq!(Form::new("lâuuuu"), Form::new("lâu"));
        assert_ne!(Form::new("mây"), Form::new("mâi"));
        assert_ne!(Form::new("tay"), Form::new("tai"));
    }

    #[test]
    fn shortenings_are_said_in_full_and_point_to_what_was_typed() {
        assert_eq!(folded("nộp HS ở p.láng"), ["nop", "ho", "so", "o", "p", "lang"]);
    }

    #[test]
    fn sentences_end_at_lines_and_marks_but_not_inside_numbers() {
        let sentences = |text| words(text, &Shortenings::new()).iter().map(|word| word.sentence).collect::<Vec<_>>();
        assert_eq!(sentences("phí 1.200 đồng. hết\n\nxong?!"), [0, 0, 0, 0, 1, 2, 2]);
    }

    #[test]
    fn the_name_of_a_commune_is_no_word() {
        let names = |text| words(text, &Shortenings::new()).iter().filter(|word| word.is_name).count();
        assert_eq!(names("hỏi phường Ô Chợ Dừa thì nói"), 3);
        assert_eq!(names("ra phường chợ"), 0);
        assert_eq!(names("RA PHƯỜNG Ô CHỢ DỪA HỎI"), 0);
    }

    #[test]
    fn each_sentence_tells_whether_it_has_diacritics() {
        let marked = words("toi nop ho so\nhẹn ba ngày", &Shortenings::new());
        assert_eq!(marked.iter().filter(|word| word.in_marked).count(), 3);
    }
}
