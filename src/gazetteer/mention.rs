//! Where in a text a place is named, and how sure it is that a place is meant.

use std::ops::Range;

use super::atlas::{Commune, Kind, Unit};
use super::index::{FAR, LONGEST, NEAR};
use super::word::{Gap, Word, key};

#[derive(Debug)]
pub(super) struct Mention {
    /// The words it takes, with «phường» before and «cũ» behind.
    pub words: Range<usize>,
    /// The words of the bare name.
    pub name: Range<usize>,
    pub kind: Option<Kind>,
    /// What the name may mean in Hanoi, or as a province.
    pub units: Vec<Unit>,
    /// Communes of other provinces with this name; looked for only behind «phường», «xã», «đặc khu».
    pub far: Vec<&'static Commune>,
    /// «cũ», «trước đây» stands with it.
    pub is_former: bool,
    pub firmness: Firmness,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Firmness {
    /// Perhaps a street, a person, or a word: «12 Láng Hạ».
    Loose,
    /// The last words of a part that says more: «số 9 Nguyễn Văn Cừ Bồ Đề».
    Tail,
    /// All that a part says: «…, Bồ Đề».
    Whole,
    /// With its kind («phường Bồ Đề») or behind the name of an office («một cửa Bồ Đề»).
    Marked,
}

impl Mention {
    pub fn has_commune(&self) -> bool {
        !self.far.is_empty() || self.units.iter().any(|unit| matches!(unit, Unit::Commune(_) | Unit::Former(_)))
    }

    pub fn has_present_commune(&self) -> bool {
        self.units.iter().any(|unit| matches!(unit, Unit::Commune(_)))
    }

    pub fn is_district_said(&self) -> bool {
        matches!(self.kind, Some(Kind::District | Kind::City))
    }
}

const MARKERS: [(&str, Kind); 15] = [
    ("phường", Kind::Ward),
    ("p", Kind::Ward),
    ("f", Kind::Ward),
    ("xã", Kind::Rural),
    ("x", Kind::Rural),
    ("thị trấn", Kind::Town),
    ("tt", Kind::Town),
    ("đặc khu", Kind::Zone),
    ("quận", Kind::District),
    ("q", Kind::District),
    ("huyện", Kind::District),
    ("h", Kind::District),
    ("thị xã", Kind::District),
    ("tx", Kind::District),
    ("tỉnh", Kind::Province),
];
const CITY: [&str; 2] = ["thành phố", "tp"];
/// «phường» with its marks gone astray («phuờng», «Phương»): believed only before a name of two words or more.
const SLIPPED: &str = "phuong";
const FORMERLY: [&str; 8] =
    ["cũ", "trước đây", "trước kia", "ngày trước", "hồi trước", "lúc trước", "trước sáp nhập", "trước"];
/// «trước ở phường Nhân Chính», «trước là xã Vân Hà».
const FORMERLY_BEFORE: [&str; 6] =
    ["trước ở", "trước là", "trước đây là", "trước đây ở", "trước thuộc", "trước đây thuộc"];
/// What stands before a name that is a street, a hamlet, a bridge …, not a commune.
const LANDMARKS: [&str; 25] = [
    "pho", "duong", "ngo", "ngach", "hem", "so", "nha", "thon", "xom", "lang", "to", "khu", "cho", "truong", "vien",
    "cau", "ga", "ho", "ben", "dinh", "chua", "hoc", "mam", "sieu", "benh",
];

/// Behind these a name is that of a commune.
pub(super) const OFFICES: [&str; 9] = [
    "một cửa",
    "1 cửa",
    "ubnd",
    "ủy ban",
    "ủy ban nhân dân",
    "hành chính công",
    "tiếp nhận hồ sơ",
    "trả kết quả",
    "chủ tịch",
];

/// Reads `words` from left to right. `is_filler` tells the words that may stand around a place and say nothing
/// (`nhà em ở …`).
pub(super) fn mentions(words: &[Word], is_filler: fn(&Word) -> bool) -> Vec<Mention> {
    let mut mentions = Vec::<Mention>::new();
    let mut at = 0;
    while at < words.len() {
        // In «ủy ban nhân dân phường …» there is no Đan Phượng.
        let office = OFFICES.iter().filter_map(|phrase| phrase_length(words, at, phrase)).max();
        let mention = if office.is_none() { mention_at(words, at) } else { None };
        let Some(mut mention) = mention else {
            at += office.unwrap_or(1);
            continue;
        };
        look_around(words, &mut mention);
        at = mention.words.end;
        mentions.push(mention);
    }
    for at in 0..mentions.len() {
        let firmness = firmness(words, &mentions, at, is_filler);
        mentions[at].firmness = firmness;
    }
    mentions
}

/// The longest name that begins at `at`, with or without its kind.
fn mention_at(words: &[Word], at: usize) -> Option<Mention> {
    let bare = (1..=*LONGEST).rev().find_map(|length| named(words, at, at..at + length, None));
    let marked = marker_at(words, at).and_then(|(kind, length)| {
        let name = at + length;
        (1..=*LONGEST).rev().find_map(|length| named(words, at, name..name + length, Some(kind)))
    });
    let slipped = (marked.is_none() && words[at].folded == SLIPPED).then(|| {
        let name = at + 1;
        (2..=*LONGEST).rev().find_map(|length| named(words, at, name..name + length, Some(Kind::Ward)))
    });
    match (bare, marked.or(slipped.flatten())) {
        (Some(bare), Some(marked)) if bare.words.end > marked.words.end => Some(bare),
        (bare, marked) => marked.or(bare),
    }
}

fn named(words: &[Word], start: usize, name: Range<usize>, kind: Option<Kind>) -> Option<Mention> {
    let said = words.get(name.clone())?;
    // «làng» is not «Láng»: a name of one word is typed with its own marks, or none, unless its kind stands with it.
    let is_another_word = |unit: &Unit| !said[0].may_be(&unit.name().to_lowercase());
    if said[1..].iter().any(|word| word.before == Gap::Hard) || (kind.is_some() && said[0].before == Gap::Hard) {
        return None;
    }
    let key = key(said);
    let (mut units, kind) = units_of(&key, kind);
    if kind.is_none() && said.len() == 1 && !said[0].is_bare() {
        units.retain(|unit| !is_another_word(unit));
    }
    let far = match kind {
        Some(Kind::Ward | Kind::Rural | Kind::Zone) => FAR.get(&key).cloned().unwrap_or_default(),
        _ => Vec::new(),
    };
    if units.is_empty() && far.is_empty() {
        return None;
    }
    let firmness = if name.start > start { Firmness::Marked } else { Firmness::Loose };
    Some(Mention { words: start..name.end, name, kind, units, far, is_former: false, firmness })
}

/// What `key` means with this kind; when nothing of the kind has the name («quận Yên Hòa»), the kind is forgotten.
fn units_of(key: &str, kind: Option<Kind>) -> (Vec<Unit>, Option<Kind>) {
    let all = NEAR.get(key).map_or(&[][..], Vec::as_slice);
    let fitting: Vec<Unit> = all.iter().copied().filter(|unit| fits(*unit, kind)).collect();
    if !fitting.is_empty() || matches!(kind, Some(Kind::City | Kind::Province)) {
        return (fitting, kind);
    }
    let local: Vec<Unit> = all.iter().copied().filter(|unit| !matches!(unit, Unit::Province(_))).collect();
    let kind = kind.filter(|_| local.is_empty());
    (local, kind)
}

fn fits(unit: Unit, kind: Option<Kind>) -> bool {
    match (unit, kind) {
        (_, None) => true,
        (Unit::Commune(_) | Unit::Former(_), Some(kind)) => {
            matches!(kind, Kind::Ward | Kind::Rural | Kind::Town | Kind::Zone)
        }
        (Unit::District(_), Some(kind)) => matches!(kind, Kind::District | Kind::City),
        (Unit::Province(_), Some(kind)) => matches!(kind, Kind::Province | Kind::City),
    }
}

pub(super) fn marker_at(words: &[Word], at: usize) -> Option<(Kind, usize)> {
    let markers = MARKERS.iter().copied().chain(CITY.map(|marker| (marker, Kind::City)));
    markers
        .filter_map(|(marker, kind)| Some((kind, phrase_length(words, at, marker)?)))
        .max_by_key(|(_, length)| *length)
}

/// How many words `phrase` takes when it stands at `at`; each typed exactly or without diacritics.
pub(super) fn phrase_length(words: &[Word], at: usize, phrase: &str) -> Option<usize> {
    let mut length = 0;
    for part in phrase.split(' ') {
        let word = words.get(at + length)?;
        if !word.may_be(part) {
            return None;
        }
        length += 1;
    }
    Some(length)
}

/// Takes in «cũ» behind the name, and sees «trước ở» before it.
fn look_around(words: &[Word], mention: &mut Mention) {
    let end = mention.words.end;
    let behind = FORMERLY.iter().filter_map(|phrase| phrase_length(words, end, phrase)).max();
    if let Some(length) = behind {
        mention.words.end += length;
    }
    mention.is_former = behind.is_some() || stands_before(words, mention.words.start, &FORMERLY_BEFORE);
}

/// Whether one of `phrases` ends right before the word at `at`.
pub(super) fn stands_before(words: &[Word], at: usize, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let length = phrase.split(' ').count();
        at >= length && phrase_length(words, at - length, phrase).is_some()
    })
}

fn firmness(words: &[Word], mentions: &[Mention], at: usize, is_filler: fn(&Word) -> bool) -> Firmness {
    let mention = &mentions[at];
    let Range { start, end } = mention.words;
    if mention.firmness == Firmness::Marked || stands_before(words, start, &OFFICES) {
        return Firmness::Marked;
    }
    let before = at.checked_sub(1).map(|at| &mentions[at]);
    let follows = before.is_some_and(|other| other.words.end == start && other.firmness >= Firmness::Tail);
    let is_followed = mentions.get(at + 1).is_some_and(|other| other.words.start == end);
    if !is_followed && !part_behind(words, end).iter().all(is_filler) {
        return Firmness::Loose;
    }
    let part = part_before(words, start);
    // «số 3 ngõ 5 láng hạ cũ»: streets are not called former.
    let is_former = mention.words.end > mention.name.end && mention.is_former;
    if is_former && !part.last().is_some_and(|word| LANDMARKS.contains(&word.folded.as_str())) {
        return Firmness::Whole;
    }
    if follows || part.iter().all(is_filler) || is_town_of(words, mention, part) {
        return Firmness::Whole;
    }
    let is_long_name = mention.name.len() >= 2 && mention.has_present_commune();
    if is_long_name && leaves_a_street(part) { Firmness::Tail } else { Firmness::Loose }
}

/// «tp Vinh Nghệ An»: a town that we do not know, of a province that we do.
fn is_town_of(words: &[Word], mention: &Mention, part: &[Word]) -> bool {
    let is_province = mention.units.iter().all(|unit| matches!(unit, Unit::Province(_)));
    let marker = marker_at(words, mention.words.start - part.len());
    is_province && matches!(marker, Some((Kind::City | Kind::District, length)) if length < part.len())
}

/// The words of the same part before the word at `at`.
fn part_before(words: &[Word], at: usize) -> &[Word] {
    let mut start = at;
    while start > 0 && words[start].before == Gap::Blank {
        start -= 1;
    }
    &words[start..at]
}

/// The words of the same part from the word at `at`.
fn part_behind(words: &[Word], at: usize) -> &[Word] {
    let length = words[at..].iter().take_while(|word| word.before == Gap::Blank).count();
    &words[at..at + length]
}

/// In «5 Trần Hưng Đạo» the name may belong to the street; in «30 Nguyễn Thượng Hiền Cửa Nam» a street of two words or
/// more is left without it.
fn leaves_a_street(part: &[Word]) -> bool {
    let is_landmark = |word: &&Word| LANDMARKS.contains(&word.folded.as_str());
    if part.last().is_some_and(|word| is_landmark(&word)) {
        return false;
    }
    part.iter().rev().take_while(|word| !word.has_digit() && !is_landmark(word)).count() >= 2
}
