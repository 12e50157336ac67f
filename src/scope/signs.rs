//! The signs that stand in a text, and what they amount to together.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Class;
use super::lexicon::{LEXICON, Matter, Meaning, Verdict};
use super::text::Word;

/// More of one sign say no more; it keeps the reading of a long text linear.
const MOST: usize = 40;
/// What the second, the third … of a sign add.
const REPEATED: [f64; 3] = [1.0, 0.5, 0.25];
/// The name under which every procedure is a sign as well.
const MATTER: &str = "matter";

/// A sign, and the words that give it.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub sign: &'static str,
    pub words: Range<usize>,
}

/// Everything found in a text, in the order of the words.
pub(super) struct Found {
    /// By the number of the sign.
    hits: Vec<Vec<Range<usize>>>,
    /// Procedures and whose they are.
    pub matters: Vec<(&'static Matter, Range<usize>)>,
}

/// How much a text, or a part of it, is of each class, and which words said so.
#[derive(Default)]
pub(super) struct Scores {
    pub of: BTreeMap<Class, f64>,
    pub hits: Vec<(Class, f64, Hit)>,
    /// Of field reports: the weight and the subject.
    pub subject: Option<(f64, &'static str)>,
}

impl Scores {
    pub fn of(&self, class: Class) -> f64 {
        self.of.get(&class).copied().unwrap_or_default()
    }

    /// The classes, the likeliest first.
    pub fn ranking(&self) -> Vec<(Class, f64)> {
        let mut ranking: Vec<_> = self.of.iter().map(|(class, weight)| (*class, *weight)).collect();
        ranking.sort_by(|one, other| other.1.total_cmp(&one.1));
        ranking
    }

    fn add(&mut self, class: Class, weight: f64, hit: Hit) {
        *self.of.entry(class).or_default() += weight;
        self.hits.push((class, weight, hit));
    }
}

impl Found {
    pub fn new(words: &[Word]) -> Self {
        let lexicon = &*LEXICON;
        let mut hits = vec![Vec::new(); lexicon.signs.len()];
        let mut not_hits = vec![Vec::new(); lexicon.signs.len()];
        let (mut matters, mut not_matters) = (Vec::new(), Vec::new());
        for (meaning, range) in lexicon.index.find(words) {
            if words[range.clone()].iter().all(|word| word.is_name) {
                continue;
            }
            match Meaning::of(meaning) {
                Meaning::Sign(at) => keep(&mut hits[at], range),
                Meaning::NotSign(at) => keep(&mut not_hits[at], range),
                Meaning::Matter(at) => matters.push((at, range)),
                Meaning::NotMatter(at) => not_matters.push((at, range)),
            }
        }
        for (hits, not) in hits.iter_mut().zip(&not_hits) {
            hits.retain(|hit| !not.iter().any(|not| overlap(hit, not)));
        }
        matters.truncate(MOST);
        not_matters.truncate(MOST);
        matters.retain(|(at, hit)| !not_matters.iter().any(|(other, not)| at == other && overlap(hit, not)));
        // «liên thông khai sinh, đăng ký thường trú»: the first says what it is about, the longer of two at one place.
        matters.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end)));
        if let Some(sign) = lexicon.sign(MATTER) {
            matters.iter().for_each(|(_, range)| keep(&mut hits[sign], range.clone()));
        }
        Self { hits, matters: matters.into_iter().map(|(at, range)| (&lexicon.matters[at], range)).collect() }
    }

    /// Whether a sign stands in these words, and where first.
    pub fn first(&self, sign: &str, within: &Range<usize>) -> Option<Range<usize>> {
        self.all(sign).find(|hit| is_within(hit, within)).cloned()
    }

    pub fn all(&self, sign: &str) -> impl Iterator<Item = &Range<usize>> {
        LEXICON.sign(sign).into_iter().flat_map(|sign| &self.hits[sign])
    }

    /// What the signs in these words amount to.
    pub fn scores(&self, within: &Range<usize>) -> Scores {
        let lexicon = &*LEXICON;
        let mut scores = Scores::default();
        let inside: Vec<Vec<&Range<usize>>> =
            self.hits.iter().map(|hits| hits.iter().filter(|hit| is_within(hit, within)).collect()).collect();
        for (sign, hits) in lexicon.signs.iter().zip(&inside) {
            for (class, weight) in &sign.gives {
                for (hit, share) in hits.iter().zip(REPEATED) {
                    scores.add(*class, weight * share, Hit { sign: &sign.name, words: (*hit).clone() });
                }
            }
        }
        for verdict in &lexicon.verdicts {
            let Some(together) = standing_together(verdict, &inside) else { continue };
            let share = verdict.weight / together.len() as f64;
            for hit in together {
                scores.add(verdict.class, share, hit);
            }
            let subject = verdict.subject.as_deref().map(|subject| (verdict.weight, subject));
            if scores.subject.is_none_or(|known| subject.is_some_and(|new| new.0 > known.0)) {
                scores.subject = subject.or(scores.subject);
            }
        }
        scores
    }
}

fn keep(hits: &mut Vec<Range<usize>>, range: Range<usize>) {
    if let Some(last) = hits.last_mut().filter(|last| overlap(last, &range)) {
        last.end = last.end.max(range.end);
    } else if hits.len() < MOST {
        hits.push(range);
    }
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn is_within(hit: &Range<usize>, words: &Range<usize>) -> bool {
    words.start <= hit.start && hit.end <= words.end
}

/// One hit of each list of signs, near to each other; `near = 0` is anywhere.
fn standing_together(verdict: &Verdict, inside: &[Vec<&Range<usize>>]) -> Option<Vec<Hit>> {
    if verdict.none.iter().any(|sign| !inside[*sign].is_empty()) {
        return None;
    }
    let (first, rest) = verdict.all.split_first()?;
    hits_of(first, inside).find_map(|hit| {
        let mut together = vec![hit.clone()];
        for signs in rest {
            let is_near = |other: &Hit| verdict.near == 0 || distance(&hit.words, &other.words) <= verdict.near;
            let is_other = |other: &Hit| other.words != hit.words;
            together.push(hits_of(signs, inside).find(|other| is_other(other) && is_near(other))?);
        }
        Some(together)
    })
}

fn hits_of<'a>(signs: &'a [usize], inside: &'a [Vec<&Range<usize>>]) -> impl Iterator<Item = Hit> + 'a {
    signs.iter().flat_map(|sign| {
        inside[*sign].iter().map(|hit| Hit { sign: &LEXICON.signs[*sign].name, words: (*hit).clone() })
    })
}

fn distance(one: &Range<usize>, other: &Range<usize>) -> usize {
    one.start.saturating_sub(other.end).max(other.start.saturating_sub(one.end))
}
