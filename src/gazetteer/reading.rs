//! Which place a text means, all its mentions taken together.

use std::ops::Range;

use super::Found;
use super::atlas::{Commune, District, Former, HANOI, OFFERED, Province, Unit};
use super::index::FAR;
use super::mention::{Firmness, Mention};
use super::word::{Gap, Word, key};

/// What was found, and which words said it.
pub(super) struct Reading {
    pub found: Found,
    pub taken: Vec<Range<usize>>,
}

/// The place that `words` name; the last firm one when there are several.
pub(super) fn read(words: &[Word], mentions: &[Mention]) -> Reading {
    let home = mentions.iter().find(|mention| is_said_province(mention, true));
    let away = mentions.iter().rev().find(|mention| is_said_province(mention, false));
    if let (None, Some(away)) = (home, away)
        && let Some(reading) = elsewhere(words, mentions, away)
    {
        return reading;
    }
    let mut reading = near(words, mentions, home.is_some());
    if !matches!(reading.found, Found::Nothing) {
        reading.taken.extend(home.map(|mention| mention.words.clone()));
    }
    reading
}

/// Every firm mention of a commune, read on its own (with its district).
pub(super) fn read_each(words: &[Word], mentions: &[Mention]) -> Vec<(Found, Range<usize>)> {
    let firm = mentions.iter().enumerate().filter(|(at, mention)| {
        mention.firmness >= Firmness::Tail && mention.has_commune() && master_of(mentions, *at).is_none()
    });
    firm.map(|(at, mention)| {
        let found = resolve(words, mention, district_of(mentions, at).map(|(district, _)| district), true);
        (found, mention.words.clone())
    })
    .chain(lone_districts(mentions).map(|(_, mention, district)| (split_district(district), mention.words.clone())))
    .collect()
}

fn is_said_province(mention: &Mention, is_home: bool) -> bool {
    let is_alone = mention.units.iter().all(|unit| matches!(unit, Unit::Province(_)));
    let fits = province(mention).is_some_and(|province| (province.code == HANOI) == is_home);
    let is_firm = match mention.kind {
        Some(_) => true,
        None => is_alone && mention.firmness >= if is_home { Firmness::Tail } else { Firmness::Whole },
    };
    fits && is_firm
}

fn province(mention: &Mention) -> Option<&'static Province> {
    mention.units.iter().find_map(|unit| match unit {
        Unit::Province(province) => Some(*province),
        _ => None,
    })
}

/// A place in the province that `away` names. `None` when a commune that only Hanoi has stands in the text as well.
fn elsewhere(words: &[Word], mentions: &[Mention], away: &Mention) -> Option<Reading> {
    let province = province(away)?;
    let is_there = |commune: &&&Commune| commune.province_code == province.code;
    let marked = mentions.iter().rev().find_map(|mention| {
        let commune = mention.far.iter().find(is_there)?;
        Some((*commune, mention.words.clone()))
    });
    let bare = || {
        let part = part_ending_at(words, away.words.start);
        let commune = FAR.get(&key(&words[part.clone()]))?.iter().find(is_there)?;
        Some((*commune, part))
    };
    match marked.or_else(bare) {
        Some((commune, taken)) => Some(Reading {
            found: Found::Elsewhere { said: format!("{}, {}", commune.said, province.said) },
            taken: vec![taken, away.words.clone()],
        }),
        None if away.kind.is_none() && mentions.iter().any(|m| m.kind.is_some() && m.has_present_commune()) => None,
        None => {
            Some(Reading { found: Found::Elsewhere { said: province.said.clone() }, taken: vec![away.words.clone()] })
        }
    }
}

/// The part of the text that ends before the word at `end`: after a comma, or from the start.
fn part_ending_at(words: &[Word], end: usize) -> Range<usize> {
    let mut start = end.saturating_sub(1);
    while start > 0 && words[start].before == Gap::Blank {
        start -= 1;
    }
    start..end
}

fn near(words: &[Word], mentions: &[Mention], is_home: bool) -> Reading {
    let firm = mentions.iter().enumerate().filter(|(at, mention)| {
        mention.firmness >= Firmness::Tail && mention.has_commune() && master_of(mentions, *at).is_none()
    });
    let best = firm.max_by_key(|(at, mention)| {
        let is_present = mention.has_present_commune() && !mention.is_former;
        (!mention.units.is_empty(), mention.firmness, is_present, *at)
    });
    if let Some((at, mention)) = best {
        let district = district_of(mentions, at);
        let doubt = || street_in_district(mentions, at, mention);
        let found = doubt().unwrap_or_else(|| resolve(words, mention, district.map(|(district, _)| district), is_home));
        let mut taken = vec![mention.words.clone()];
        taken.extend(district.map(|(_, at)| mentions[at].words.clone()));
        return Reading { found, taken };
    }
    let Some((at, mention, district)) = lone_districts(mentions).last() else {
        return Reading { found: Found::Nothing, taken: Vec::new() };
    };
    let found = street_in_district(mentions, at, mention).unwrap_or_else(|| split_district(district));
    Reading { found, taken: vec![mention.words.clone()] }
}

/// «12 Đội Cấn, Ba Đình»: a street, and the ward Ba Đình or all of the former district? The former commune of the
/// street's name knows the likely ones; they are offered. `None`: there is no doubt, or nothing to offer.
fn street_in_district(mentions: &[Mention], at: usize, mention: &Mention) -> Option<Found> {
    let (street, district) = (&mentions[at.checked_sub(1)?], district(mention)?);
    let is_street = street.firmness == Firmness::Loose && street.words.end == mention.words.start;
    if !is_street || (mention.firmness == Firmness::Marked && !mention.is_district_said()) {
        return None;
    }
    let namesake = street.units.iter().find_map(|unit| match unit {
        Unit::Former(former) if former.district == district.full_name => Some(*former),
        _ => None,
    })?;
    let mut candidates = namesake.successors.clone();
    let present = mention.units.iter().find_map(|unit| if let Unit::Commune(c) = unit { Some(*c) } else { None });
    candidates.truncate(OFFERED - 1);
    candidates.extend(present.filter(|commune| !candidates.contains(commune)));
    (candidates.len() > 1).then(|| Found::Split { old_name: namesake.name.clone(), candidates })
}

/// Firm mentions of a former district without a commune, and where they stand among `mentions`.
fn lone_districts(mentions: &[Mention]) -> impl Iterator<Item = (usize, &Mention, &'static District)> {
    let lone = mentions.iter().enumerate().filter(|(at, mention)| {
        mention.firmness >= Firmness::Whole && !mention.has_commune() && master_of(mentions, *at).is_none()
    });
    lone.filter_map(|(at, mention)| Some((at, mention, district(mention)?)))
}

fn district(mention: &Mention) -> Option<&'static District> {
    mention.units.iter().find_map(|unit| match unit {
        Unit::District(district) => Some(*district),
        _ => None,
    })
}

/// The district that stands with the commune at `at`, and where it is mentioned.
fn district_of(mentions: &[Mention], at: usize) -> Option<(Beside, usize)> {
    let beside = |other: usize| {
        let (commune, mention) = (&mentions[at], mentions.get(other)?);
        let district = district(mention).filter(|_| mention.firmness >= Firmness::Whole)?;
        let is_near = commune.words.end == mention.words.start || commune.words.start == mention.words.end;
        let knows = is_near && commune.units.iter().any(|unit| belongs(*unit, district));
        knows.then_some((Beside { district, is_said: mention.is_district_said() }, other))
    };
    let is_commune = mentions[at].firmness >= Firmness::Tail && mentions[at].has_commune();
    let behind = || beside(at + 1);
    let before = || beside(at.checked_sub(1)?).filter(|(district, _)| district.is_said);
    is_commune.then(|| behind().or_else(before)).flatten()
}

/// The commune whose district is mentioned at `at`.
fn master_of(mentions: &[Mention], at: usize) -> Option<usize> {
    let around = [at.checked_sub(1), Some(at + 1).filter(|after| *after < mentions.len())];
    around.into_iter().flatten().find(|master| district_of(mentions, *master).is_some_and(|(_, place)| place == at))
}

/// A former district said together with a commune.
#[derive(Clone, Copy)]
struct Beside {
    district: &'static District,
    /// «quận», «huyện», «thị xã» stands with it.
    is_said: bool,
}

fn belongs(unit: Unit, district: &District) -> bool {
    match unit {
        Unit::Commune(commune) => district.all.contains(&commune),
        Unit::Former(former) => former.district == district.full_name,
        Unit::District(_) | Unit::Province(_) => false,
    }
}

/// What one mention means. A present commune wins, unless «cũ» or a former district stands with the name.
fn resolve(words: &[Word], mention: &Mention, beside: Option<Beside>, is_home: bool) -> Found {
    let mut units: Vec<Unit> = mention.units.clone();
    units.retain(|unit| matches!(unit, Unit::Commune(_) | Unit::Former(_)));
    if let Some(Beside { district, .. }) = beside {
        keep_if_any(&mut units, |unit| belongs(*unit, district));
    }
    if mention.is_former {
        keep_if_any(&mut units, |unit| matches!(unit, Unit::Former(_)));
    }
    let has_former = units.iter().any(|unit| matches!(unit, Unit::Former(_)));
    if let (true, false, Some(district)) = (mention.is_former, has_former, district(mention)) {
        return split_district(district);
    }
    let likeness = |unit: &Unit| likeness(words, mention, *unit);
    if let Some(best) = units.iter().map(likeness).max() {
        units.retain(|unit| likeness(unit) == best);
    }
    let wants_former = mention.is_former || beside.is_some_and(|beside| beside.is_said);
    let present = units.iter().find_map(|unit| match unit {
        Unit::Commune(commune) => Some(*commune),
        _ => None,
    });
    let former: Vec<&Former> =
        units.iter().filter_map(|unit| if let Unit::Former(f) = unit { Some(*f) } else { None }).collect();
    match present {
        Some(commune) if !wants_former || former.is_empty() => Found::One(commune),
        _ if !former.is_empty() => split(&former, mention.name.len()),
        _ => far_away(mention, is_home),
    }
}

fn keep_if_any(units: &mut Vec<Unit>, is_wanted: impl Fn(&Unit) -> bool) {
    if units.iter().any(&is_wanted) {
        units.retain(is_wanted);
    }
}

/// How much the unit is what was typed: its kind, and its diacritics when some were typed.
fn likeness(words: &[Word], mention: &Mention, unit: Unit) -> u8 {
    let kind = match unit {
        Unit::Commune(commune) => Some(commune.kind),
        Unit::Former(former) => Some(former.kind),
        Unit::District(_) | Unit::Province(_) => None,
    };
    let typed = &words[mention.name.clone()];
    let is_bare = typed.iter().all(Word::is_bare);
    let name = super::word::words(unit.name());
    let is_spelled = is_bare || typed.iter().zip(&name).all(|(typed, word)| typed.written == word.written);
    u8::from(mention.kind.is_none() || mention.kind == kind) + u8::from(is_spelled)
}

/// A commune of another province, when only one has the name and nothing says that Hanoi is meant.
fn far_away(mention: &Mention, is_home: bool) -> Found {
    match mention.far.as_slice() {
        [commune] if !is_home => {
            let province = super::provinces().iter().find(|province| province.code == commune.province_code);
            let province = province.expect("a commune lies in a province");
            Found::Elsewhere { said: format!("{}, {}", commune.said, province.said) }
        }
        _ => Found::Nothing,
    }
}

/// The successors of former communes of one name: main ones first. `said` words of the name were typed («Mỹ Đình»).
fn split(former: &[&Former], said: usize) -> Found {
    let mut candidates: Vec<&Commune> = Vec::new();
    let main = former.iter().filter_map(|unit| unit.successors.first());
    let rest = former.iter().flat_map(|unit| unit.successors.iter().skip(1));
    for successor in main.chain(rest) {
        if !candidates.contains(successor) {
            candidates.push(successor);
        }
    }
    candidates.truncate(OFFERED);
    // A namesake whose successor nobody knows: the other's may be wrong, so it is asked.
    let is_sure = former.iter().all(|unit| !unit.successors.is_empty());
    match candidates.as_slice() {
        [] => Found::Nothing,
        [commune] if is_sure => Found::One(commune),
        _ => {
            let name: Vec<&str> = former[0].name.split(' ').take(said).collect();
            Found::Split { old_name: name.join(" "), candidates }
        }
    }
}

/// Of a former district the likeliest communes are offered; any other can still be typed.
fn split_district(district: &District) -> Found {
    let candidates: Vec<&Commune> = district.main.iter().copied().take(OFFERED).collect();
    match candidates.is_empty() {
        true => Found::Nothing,
        false => Found::Split { old_name: district.said.clone(), candidates },
    }
}
