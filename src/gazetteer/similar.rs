//! A name with one letter wrong: «phường cửa nan». Asked about, never taken for sure.

use std::ops::Range;

use super::Found;
use super::atlas::{Commune, Kind, OFFERED, Unit};
use super::index::{LONGEST, NEAR};
use super::mention::marker_at;
use super::word::{Gap, Word, key};

/// Letters a name must have: in a shorter one a wrong letter makes another word.
const CLEAR: usize = 5;

/// The communes whose name is one letter away from one that stands behind «phường» or «xã», or is all that was typed.
pub(super) fn similar(words: &[Word], is_filler: fn(&Word) -> bool) -> Option<(Found, Range<usize>)> {
    let marked = (0..words.len()).filter_map(|at| {
        let (kind, length) = marker_at(words, at)?;
        matches!(kind, Kind::Ward | Kind::Rural | Kind::Town).then_some((at, at + length))
    });
    let all = words.iter().position(|word| !is_filler(word)).map(|at| (at, at));
    let all = all.filter(|(at, _)| words.len() <= at + *LONGEST && is_long(&words[*at..]));
    let found = marked.chain(all).find_map(|(start, name)| {
        let end = name + words[name..].iter().skip(1).take_while(|word| word.before == Gap::Blank).count() + 1;
        let longest = end.min(name + *LONGEST).min(words.len());
        // Behind «phường» something else may follow; alone, the name must be everything.
        let shortest = if start < name { name + 1 } else { longest };
        let tried = (shortest..=longest).rev().filter(|_| start < name || longest == words.len());
        tried.into_iter().find_map(|end| Some((nearest(&words[name..end])?, start..end)))
    });
    found.map(|(candidates, taken)| (Found::Near { candidates }, taken))
}

/// Whether words that stand alone are likely a name: two or more, and no name of something else.
fn is_long(words: &[Word]) -> bool {
    const LONG: usize = 7;
    let said = key(words);
    words.len() > 1 && said.len() > LONG && !NEAR.contains_key(&said)
}

fn nearest(said: &[Word]) -> Option<Vec<&'static Commune>> {
    let said = key(said);
    if said.chars().filter(|letter| *letter != ' ').count() < CLEAR {
        return None;
    }
    let mut candidates: Vec<&Commune> = Vec::new();
    let mut near: Vec<_> = NEAR.iter().filter(|(name, _)| name.len() >= CLEAR && is_one_off(&said, name)).collect();
    near.sort_by_key(|(name, _)| name.as_str());
    let present = |units: &&Vec<Unit>| units.iter().any(|unit| matches!(unit, Unit::Commune(_)));
    for (_, units) in near {
        let wants_present = present(&units);
        for unit in units.iter().filter(|unit| !wants_present || matches!(unit, Unit::Commune(_))) {
            let communes: Vec<&'static Commune> = match unit {
                Unit::Commune(commune) => vec![*commune],
                Unit::Former(former) => former.successors.clone(),
                Unit::District(_) | Unit::Province(_) => Vec::new(),
            };
            candidates.extend(communes.into_iter().filter(|commune| !candidates.contains(commune)).collect::<Vec<_>>());
        }
    }
    (1..=OFFERED).contains(&candidates.len()).then_some(candidates)
}

/// One letter more, less, another, or two changed about.
fn is_one_off(said: &str, name: &str) -> bool {
    let alike = said.chars().zip(name.chars()).take_while(|(a, b)| a == b);
    let same: usize = alike.map(|(letter, _)| letter.len_utf8()).sum();
    let (said, name) = (&said[same..], &name[same..]);
    let alike = said.chars().rev().zip(name.chars().rev()).take_while(|(a, b)| a == b);
    let same: usize = alike.map(|(letter, _)| letter.len_utf8()).sum();
    let (said, name) = (&said[..said.len() - same], &name[..name.len() - same]);
    let letters = |text: &str| text.chars().take(3).count();
    match (letters(said), letters(name)) {
        (0, 1) | (1, 0) | (1, 1) => true,
        (2, 2) => said.chars().eq(name.chars().rev()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_is_one_letter() {
        for (said, name) in [
            ("cua nan", "cua nam"),
            ("ngia do", "nghia do"),
            ("yen hao", "yen hoa"),
            ("bo dee", "bo de"),
            ("ua nam", "cua nam"),
        ] {
            assert!(is_one_off(said, name), "{said}");
        }
        for (said, name) in
            [("cua nam", "cua nam"), ("cua mon", "cua nam"), ("lang", "lang ha"), ("cau anm", "cua nam")]
        {
            assert!(!is_one_off(said, name), "{said}");
        }
    }
}
