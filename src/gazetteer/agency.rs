//! Which agency a citizen means.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::atlas::{Commune, OFFERED, rows};
use super::word::{Word, key_of, words};
use super::{Found, mention, reading};
use crate::vietnamese::{nfc, old_style};

/// Where an agency stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    City,
    Department,
    /// A unit of a department.
    Unit,
    Commune,
    /// Answers to a ministry: outside the city's competence.
    CentralVertical,
}

impl Level {
    /// As in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Department => "department",
            Self::Unit => "unit",
            Self::Commune => "commune",
            Self::CentralVertical => "central_vertical",
        }
    }
}

/// An agency that petitions are about, or go to.
#[derive(Debug, PartialEq, Eq)]
pub struct Agency {
    /// This project's own: `HN-…`, `TW-…`; `HN-` and the commune's code for its committee.
    pub code: String,
    /// «Ủy ban nhân dân thành phố Hà Nội»
    pub name: String,
    /// As it is said in a message: «UBND phường Cửa Nam», «Sở Công Thương».
    pub said: String,
    pub level: Level,
    /// `people_committee`, `department`, `police` …
    pub kind: String,
    /// The code of the agency above it.
    pub parent: Option<String>,
    /// How sure the line is: `confirmed`, `from_seed`, `from_memory`, `uncertain`.
    pub certainty: String,
    pub note: String,
}

/// What a text about agencies turned out to mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundAgency {
    One(&'static Agency),
    /// Two to [`OFFERED`] to choose from (one alone when it is still to be asked), the likeliest first.
    Several(Vec<&'static Agency>),
    Nothing,
}

#[derive(Deserialize)]
struct AgencyRow {
    code: String,
    name: String,
    level: Level,
    #[serde(rename = "type")]
    kind: String,
    parent: String,
    status: String,
    note: String,
}

static AGENCIES: LazyLock<Vec<Agency>> = LazyLock::new(|| {
    let agency = |row: AgencyRow| {
        let name = old_style(&row.name);
        let said = name.replace("Ủy ban nhân dân", "UBND");
        let parent = Some(row.parent).filter(|parent| !parent.is_empty());
        let AgencyRow { code, level, kind, status: certainty, note, .. } = row;
        Agency { code, name, said, level, kind, parent, certainty, note }
    };
    rows(include_str!("agencies.csv")).into_iter().map(agency).collect()
});

static BY_CODE: LazyLock<HashMap<&str, &Agency>> =
    LazyLock::new(|| AGENCIES.iter().map(|agency| (agency.code.as_str(), agency)).collect());

/// All agencies, committees of communes last.
pub fn agencies() -> &'static [Agency] {
    &AGENCIES
}

pub fn agency_by_code(code: &str) -> Option<&'static Agency> {
    BY_CODE.get(code).copied()
}

fn committee(commune: &Commune) -> &'static Agency {
    agency_by_code(&format!("HN-{}", commune.code)).expect("every commune of Hanoi has its committee in agencies.csv")
}

/// The agency that the text names: an answer («một cửa phường cửa nam»), or a story that names one.
///
/// An office of a commune is its committee; an agency that is gone is the one that took over.
pub fn agency(text: &str) -> FoundAgency {
    let text = nfc(text);
    let words = words(&text);
    let mentions = mention::mentions(&words, is_filler);
    let names = names(&words);
    let is_elsewhere = matches!(reading::read(&words, &mentions).found, Found::Elsewhere { .. });
    let places = if is_elsewhere { Vec::new() } else { reading::read_each(&words, &mentions) };
    let places: Vec<(Found, Range<usize>)> =
        places.into_iter().filter(|(_, place)| !names.iter().any(|name| is_branch_of(&words, name, place))).collect();
    let is_at_office = |place: &Range<usize>| mention::stands_before(&words, place.start, &mention::OFFICES);
    let any_office = places.iter().any(|(_, place)| is_at_office(place));
    let committees = places.into_iter().filter(|(_, place)| !any_office || is_at_office(place));
    let committees = committees.map(|(found, place)| (place.start, committees_of(found)));
    let named = names.into_iter().map(|name| (name.words.start, name.agencies));
    let mut found: Vec<_> = committees.chain(named).filter(|(_, hit)| !matches!(hit, FoundAgency::Nothing)).collect();
    found.sort_by_key(|(start, _)| *start);
    match found.into_iter().map(|(_, hit)| hit).reduce(both) {
        Some(hit) => hit,
        None => match general(&words) {
            FoundAgency::Nothing if !is_elsewhere => misspelt(&words),
            hit => hit,
        },
    }
}

/// A commune with one letter wrong, in a text too short for a story.
fn misspelt(words: &[Word]) -> FoundAgency {
    const SHORT: usize = 8;
    let similar = (words.len() <= SHORT).then(|| super::similar::similar(words, is_filler)).flatten();
    similar.map_or(FoundAgency::Nothing, |(found, _)| committees_of(found))
}

fn committees_of(found: Found) -> FoundAgency {
    match found {
        Found::One(commune) => FoundAgency::One(committee(commune)),
        Found::Split { candidates, .. } => FoundAgency::Several(candidates.into_iter().map(committee).collect()),
        Found::Near { candidates } => FoundAgency::Several(candidates.into_iter().map(committee).collect()),
        Found::Elsewhere { .. } | Found::Nothing => FoundAgency::Nothing,
    }
}

fn both(first: FoundAgency, second: FoundAgency) -> FoundAgency {
    if first == second {
        return first;
    }
    let mut all: Vec<&Agency> = Vec::new();
    for agency in [first, second].into_iter().flat_map(list) {
        if !all.contains(&agency) {
            all.push(agency);
        }
    }
    all.truncate(OFFERED);
    FoundAgency::Several(all)
}

fn list(found: FoundAgency) -> Vec<&'static Agency> {
    match found {
        FoundAgency::One(agency) => vec![agency],
        FoundAgency::Several(agencies) => agencies,
        FoundAgency::Nothing => Vec::new(),
    }
}

/// An agency called by its name.
struct Name {
    words: Range<usize>,
    agencies: FoundAgency,
}

#[derive(Deserialize)]
struct NameRow {
    name: String,
    codes: String,
}

/// The most general ones are meant only when nothing else is said: every commune has a centre of the same name.
const GENERAL: [&str; 2] = ["HN-UBND", "HN-TTHCC"];

/// Full names and everyday names, by [`key_of`] them.
static NAMES: LazyLock<HashMap<String, FoundAgency>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for agency in AGENCIES.iter().filter(|agency| agency.level != Level::Commune) {
        if !GENERAL.contains(&agency.code.as_str()) {
            names.insert(key_of(&agency.name), FoundAgency::One(agency));
            names.insert(key_of(&agency.said), FoundAgency::One(agency));
        }
    }
    for row in rows::<NameRow>(include_str!("agency-names.csv")) {
        let code = |code| agency_by_code(code).expect("agency-names.csv has codes of agencies.csv");
        let agencies: Vec<&Agency> = row.codes.split(' ').map(code).collect();
        let found = if let [agency] = agencies[..] { FoundAgency::One(agency) } else { FoundAgency::Several(agencies) };
        names.insert(key_of(&row.name), found);
    }
    names
});

/// Every agency named in the text, the longest name at each place.
fn names(words: &[Word]) -> Vec<Name> {
    static LONGEST: LazyLock<usize> =
        LazyLock::new(|| NAMES.keys().map(|key| key.split(' ').count()).max().unwrap_or_default());
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let name = (1..=*LONGEST).rev().find_map(|length| {
            let said = words.get(at..at + length)?;
            let agencies = NAMES.get(&super::word::key(said))?.clone();
            // «Thuế», but not «thuê».
            let is_it = match said[0].folded.as_str() {
                "thue" => said.len() > 1 || said[0].may_be("thuế"),
                // «CA phường», but not «cả phường».
                "ca" => said[0].is_bare(),
                _ => true,
            };
            is_it.then_some(Name { words: at..at + length, agencies })
        });
        at = name.as_ref().map_or(at + 1, |name| name.words.end);
        names.extend(name);
    }
    // «Kính gửi …» names the reader, not the one who is written about.
    names.retain(|name| !mention::stands_before(words, name.words.start, &["kính gửi"]));
    names
}

/// «công an phường Láng», «văn phòng đăng ký đất đai, chi nhánh Hà Đông»: the place belongs to the agency.
fn is_branch_of(words: &[Word], name: &Name, place: &Range<usize>) -> bool {
    let is_branch =
        |word: &Word| word.has_digit() || ["chi", "nhanh", "cn", "so", "khu", "vuc"].contains(&word.folded.as_str());
    if name.words.end > place.start {
        return name.words.start <= place.start;
    }
    words[name.words.end..place.start].iter().all(|word| is_branch(word) || super::is_filler(word))
}

fn general(words: &[Word]) -> FoundAgency {
    const HOTLINE: &str = "1022";
    /// Behind these it is a number like any other.
    const NUMBERED: [&str; 8] =
        ["hồ sơ", "hồ sơ số", "hs", "hs số", "mã số", "mã hồ sơ", "biên nhận số", "giấy hẹn số"];
    const GENERAL_NAMES: [(&str, &str); 18] = [
        ("trung tâm phục vụ hành chính công", "HN-TTHCC"),
        ("trung tâm hành chính công", "HN-TTHCC"),
        ("ttpvhcc", "HN-TTHCC"),
        ("tthcc", "HN-TTHCC"),
        (HOTLINE, "HN-TTHCC"),
        ("tổng đài 1022", "HN-TTHCC"),
        ("ubnd hn", "HN-UBND"),
        ("ubnd tp hà nội", "HN-UBND"),
        ("ub tp", "HN-UBND"),
        ("ubnd thành phố", "HN-UBND"),
        ("ubnd tp", "HN-UBND"),
        ("ubnd hà nội", "HN-UBND"),
        ("ubnd tphn", "HN-UBND"),
        ("ủy ban thành phố", "HN-UBND"),
        ("ủy ban tp", "HN-UBND"),
        ("ủy ban nhân dân thành phố", "HN-UBND"),
        ("ủy ban nhân dân tp", "HN-UBND"),
        ("ủy ban nhân dân hà nội", "HN-UBND"),
    ];
    let is_file = |name: &str, at| name == HOTLINE && mention::stands_before(words, at, &NUMBERED);
    let stands =
        |name: &str| (0..words.len()).any(|at| mention::phrase_length(words, at, name).is_some() && !is_file(name, at));
    let code = GENERAL_NAMES.iter().find(|(name, _)| stands(name)).map(|(_, code)| code);
    code.and_then(|code| agency_by_code(code)).map_or(FoundAgency::Nothing, FoundAgency::One)
}

/// Words around a commune that only say that its office is meant.
fn is_filler(word: &Word) -> bool {
    const OFFICE_WORDS: [&str; 36] = [
        "một", "1", "cửa", "ubnd", "ủy", "ban", "nhân", "dân", "bộ", "phận", "tiếp", "nhận", "và", "trả", "kết", "quả",
        "trụ", "sở", "văn", "phòng", "trung", "tâm", "phục", "vụ", "hành", "chính", "công", "điểm", "cơ", "quan",
        "cán", "nộp", "hồ", "sơ", "lên", "ra",
    ];
    super::is_filler(word) || OFFICE_WORDS.iter().any(|filler| word.may_be(filler))
}
