//! Phrases of the lexicon, looked for in a text in one pass over its words.
//!
//! How a phrase is written: `a/b` is one or the other, `_` joins the words of such a choice (`nhận/đòi_hỏi tiền`), `…`
//! stands for up to four words of the same sentence, `#` for a number, and `!` behind a word asks for its diacritics
//! even where the rest was typed without («đuổi!» is never «dưới»). A lone short word asks for them by itself, unless
//! `?` stands behind it: «rac» is hardly anything but «rác?», but «chay» may be «cháy» or «chạy».
//! `?` alone is the sign.

use std::collections::HashMap;
use std::ops::Range;

use super::text::{Form, Word};

/// Words that `…` may skip.
const SKIPPED: usize = 4;
/// No phrase takes more words, with all that it skips.
const LONGEST: usize = 32;
/// A lone word shorter than this is too many words when it has no diacritics.
const LONE: usize = 6;

#[derive(Debug)]
enum Part {
    /// One of these rows of words.
    Words(Vec<Vec<Wanted>>),
    Number,
    Skip,
}

#[derive(Debug)]
struct Wanted {
    form: Form,
    is_strict: bool,
}

#[derive(Debug)]
pub(super) struct Phrase {
    parts: Vec<Part>,
}

/// How far words are from what was looked for.
#[derive(Clone, Copy, Default)]
struct Doubt {
    words: usize,
    /// Without diacritics in a sentence that has them.
    bare: usize,
    /// With other diacritics.
    wrong: usize,
    /// Whether words were skipped between them.
    is_apart: bool,
}

impl Doubt {
    /// A slip is forgiven when enough other words are right.
    fn is_forgiven(self) -> bool {
        match self.words {
            1 => self.bare + self.wrong == 0,
            2 | 3 if self.is_apart => self.bare + self.wrong == 0,
            2 | 3 => self.wrong == 0 && self.bare <= 1,
            words => self.wrong + self.bare <= words / 3,
        }
    }
}

impl Phrase {
    /// # Errors
    ///
    /// A phrase that begins or ends with `…` or has no words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts: Vec<Part> = text.split_whitespace().map(part).collect();
        if let [Part::Words(rows)] = parts.as_mut_slice() {
            for row in rows.iter_mut().filter(|row| row.len() == 1) {
                let is_short = row[0].form.folded.len() < LONE;
                row[0].is_strict |= is_short && !text.contains('?');
            }
        }
        let is_open = |part: Option<&Part>| !matches!(part, Some(Part::Words(_) | Part::Number));
        if is_open(parts.first()) || is_open(parts.last()) {
            return Err(format!("«{text}» begins or ends with … or is empty"));
        }
        Ok(Self { parts })
    }

    /// The folded words that may begin it; none stands for a number.
    fn beginnings(&self) -> Vec<Option<String>> {
        match &self.parts[0] {
            Part::Words(rows) => rows.iter().map(|row| Some(row[0].form.folded.clone())).collect(),
            _ => vec![None],
        }
    }

    /// How many words it takes at the beginning of these.
    fn begins(&self, words: &[Word]) -> Option<usize> {
        match_parts(&self.parts, words, 0, Doubt::default())
    }
}

fn part(text: &str) -> Part {
    match text {
        "…" => Part::Skip,
        "#" => Part::Number,
        _ => Part::Words(text.split('/').map(|row| row.split('_').map(wanted).collect()).collect()),
    }
}

fn wanted(word: &str) -> Wanted {
    let bare = if word == "?" { word } else { word.trim_end_matches(['!', '?']) };
    Wanted { form: Form::new(bare), is_strict: word.ends_with('!') }
}

/// Where the parts end that are all found from `at` on.
fn match_parts(parts: &[Part], words: &[Word], at: usize, doubt: Doubt) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else {
        return doubt.is_forgiven().then_some(at);
    };
    match part {
        Part::Skip => (0..=SKIPPED).find_map(|skipped| {
            match_parts(rest, words, at + skipped, Doubt { is_apart: doubt.is_apart || skipped > 0, ..doubt })
        }),
        Part::Number => {
            let is_number = words.get(at).is_some_and(|word| word.form.is_number());
            is_number.then(|| match_parts(rest, words, at + 1, doubt)).flatten()
        }
        Part::Words(rows) => rows.iter().find_map(|row| {
            let doubt = compare(row, words.get(at..at + row.len())?, doubt)?;
            match_parts(rest, words, at + row.len(), doubt)
        }),
    }
}

fn compare(row: &[Wanted], words: &[Word], mut doubt: Doubt) -> Option<Doubt> {
    for (wanted, word) in row.iter().zip(words) {
        if wanted.form.folded != word.form.folded {
            return None;
        }
        doubt.words += 1;
        let is_bare = word.form.is_bare();
        match wanted.form.toned == word.form.toned {
            true => {}
            false if wanted.is_strict => return None,
            false if is_bare && !word.in_marked => {}
            false if is_bare => doubt.bare += 1,
            false => doubt.wrong += 1,
        }
    }
    Some(doubt)
}

/// Phrases by the word they begin with; each carries a number.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_word: HashMap<String, Vec<(usize, usize)>>,
    by_number: Vec<(usize, usize)>,
    phrases: Vec<Phrase>,
}

impl Index {
    /// Adds a phrase that stands for `meaning`.
    pub fn add(&mut self, phrase: Phrase, meaning: usize) {
        let entry = (self.phrases.len(), meaning);
        for beginning in phrase.beginnings() {
            let list = match beginning {
                Some(word) => self.by_word.entry(word).or_default(),
                None => &mut self.by_number,
            };
            if !list.contains(&entry) {
                list.push(entry);
            }
        }
        self.phrases.push(phrase);
    }

    /// Every place where a phrase stands, with its meaning, from left to right.
    pub fn find<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
        words.iter().enumerate().flat_map(move |(at, word)| {
            let named = self.by_word.get(&word.form.folded).map_or(&[][..], Vec::as_slice);
            let numbered = if word.form.is_number() { self.by_number.as_slice() } else { &[] };
            let found = named.iter().chain(numbered);
            let is_candidate = !named.is_empty() || !numbered.is_empty();
            let sentence = if is_candidate { rest_of_sentence(&words[at..]) } else { &[] };
            found.filter_map(move |(phrase, meaning)| {
                let length = self.phrases[*phrase].begins(sentence)?;
                Some((*meaning, at..at + length))
            })
        })
    }
}

/// As far as a phrase may reach.
fn rest_of_sentence(words: &[Word]) -> &[Word] {
    let length = words.iter().take(LONGEST).take_while(|word| word.sentence == words[0].sentence).count();
    &words[..length]
}

#[cfg(test)]
mod tests {
    use super::super::text::{Shortenings, words};
    use super::*;

    fn says(text: &str, phrase: &str) -> bool {
        let mut index = Index::default();
        index.add(Phrase::parse(phrase).expect("a phrase"), 0);
        index.find(&words(text, &Shortenings::new())).next().is_some()
    }

    #[test]
    fn words_are_found_whole_with_choices_gaps_and_numbers() {
        assert!(says("cán bộ cầm của tôi hai phong bì", "nhận/cầm … tiền/phong_bì"));
        assert!(!says("cầm. Tiền", "cầm … tiền"), "a gap stays in its sentence");
        assert!(says("đòi 30 triệu", "đòi # triệu"));
        assert!(!says("thái độc", "thái độ"));
    }

    #[test]
    fn diacritics_count_where_there_are_any() {
        assert!(says("toi bi duoi ra ngoai", "đuổi?"));
        assert!(!says("toi bi duoi ra ngoai", "đuổi"), "a lone short word says too little");
        assert!(says("toi bi duoi ra ngoai", "bị đuổi"));
        assert!(!says("toi bi duoi ra ngoai", "đuổi!"));
        assert!(!says("tôi ở dưới nhà", "đuổi"));
        assert!(says("tôi nộp hồ so rồi", "hồ sơ"), "one slip in a phrase");
        assert!(!says("ban nhạc hát hay", "bán"), "a lone word has to be right");
    }

    #[test]
    fn a_phrase_has_words_at_both_ends() {
        assert!(Phrase::parse("… tiền").is_err());
        assert!(Phrase::parse("").is_err());
    }
}
