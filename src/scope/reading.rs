//! From signs to a reading.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lexicon::LEXICON;
use super::noise::{Foreign, foreign};
use super::signs::{Found, Scores};
use super::text::{Word, words};
use super::{Class, Emergency, Reading, Reason};
use crate::vietnamese::nfc;

/// Below this a text says too little.
const LEAST: f64 = 1.6;
const LITTLE: f64 = 0.6;
const SENTENCE: usize = 8;
/// So much a part of a text says by itself to be a matter of its own.
const OWN_MATTER: f64 = 3.5;
/// Parts of a text that are looked at for a second matter.
const MOST_PARTS: usize = 60;
const MOST_REASONS: usize = 6;
/// Words between a danger and «đang», «cứu với», and between it and what makes it a story.
const NEAR_DANGER: usize = 12;

/// So much of the weight of a dossier makes it conduct; more where the dossier is late.
const CONDUCT_SHARE: f64 = 0.39;
const CONDUCT_SHARE_OF_LATE: f64 = 0.48;
const CONDUCT: f64 = 3.4;
const BRIBE: f64 = 6.0;
const BRIBE_SHARE: f64 = 0.5;
const COMPLAINT: f64 = 5.5;
const COMPLAINT_SHARE: f64 = 0.6;

/// What makes a matter of a text that also tells the machine what to do.
const TROUBLES: [&str; 8] = ["matter", "late", "extra", "bounced", "fee_trouble", "attitude", "absent", "idle"];

/// Any of these may begin a petition, and an insult asks to be asked about.
const ADMINISTRATION: [&str; 18] = [
    "matter",
    "dossier",
    "late",
    "extra",
    "bounced",
    "system",
    "portal",
    "fee_trouble",
    "rule",
    "asked_office",
    "office",
    "official",
    "leader",
    "attitude",
    "absent",
    "harass",
    "neglect",
    "insult",
];
/// The confidence of what is only not something else.
const GUESS: f64 = 0.15;

/// Petitions: what the service is for.
const PETITIONS: [Class; 2] = [Class::Procedure, Class::Conduct];
/// What may stand besides a petition and belongs elsewhere.
const ELSEWHERE: [Class; 3] = [Class::FieldReport, Class::PrivateDispute, Class::Judicial];

/// Where citizens are received, and where a leader's abuse is looked into.
const RECEPTION: &str = "HN-TCD";
const INSPECTORATE: &str = "HN-TTRA";
pub(super) const ADVISERS: [&str; 2] = [RECEPTION, INSPECTORATE];

pub(super) fn read(text: &str) -> Reading {
    let text = nfc(text);
    let words = words(&text, &LEXICON.short);
    let found = Found::new(&words);
    let all = 0..words.len();
    let scores = found.scores(&all);
    let orders_machine = found.first("order", &all).is_some();
    let (class, confidence) = class_of(&text, &words, &found, &scores);
    let parts: Vec<Part> = parts(&words, &found).map(|range| Part::new(&found, range)).collect();
    let (class, besides) = split(class, &parts);
    let emergency = emergency(&words, &found);
    let class =
        if emergency.is_some() && matches!(class, Class::Unclear | Class::Spam) { Class::FieldReport } else { class };
    let class = spoken_for(class, &found);
    let is_field = class == Class::FieldReport || besides == Some(Class::FieldReport);
    let (competent, yields_to_commune) = competent(class, &found, &all);
    Reading {
        class,
        confidence,
        reasons: reasons(&text, &words, class, besides, &scores),
        emergency,
        besides,
        subject: is_field.then(|| subject(&scores, &parts)),
        competent,
        yields_to_commune,
        is_angry: found.first("insult", &all).is_some(),
        orders_machine,
    }
}

/// The likeliest class, and how sure it is.
fn class_of(text: &str, words: &[Word], found: &Found, scores: &Scores) -> (Class, f64) {
    let ranking = promoted(scores, found, &(0..words.len()));
    let (class, weight) = ranking.first().copied().unwrap_or((Class::Unclear, 0.0));
    let all = 0..words.len();
    if found.first("order", &all).is_some() && !TROUBLES.iter().any(|sign| found.first(sign, &all).is_some()) {
        return (Class::Spam, 0.8);
    }
    let second = ranking.get(1).map_or(0.0, |(_, weight)| weight.max(0.0));
    let is_petition = PETITIONS.contains(&class) && weight >= OWN_MATTER;
    let known = found.all("english").count();
    match foreign(text, words, known) {
        Some(Foreign::Language) if !is_petition && class != Class::Spam => return (Class::NotVietnamese, 0.9),
        Some(Foreign::Noise) if weight < LEAST => return (Class::Spam, 0.8),
        _ => {}
    }
    if weight < LEAST {
        // A little is a sign all the same: «test»; a procedure named in a whole sentence.
        let least = match class {
            Class::Spam => 1.0,
            _ if words.len() < SENTENCE => LEAST,
            Class::Procedure | Class::Conduct | Class::FieldReport | Class::PrivateDispute | Class::Judicial => LITTLE,
            _ => 2.0 * LITTLE,
        };
        let is_enough = weight >= least && (class == Class::Spam || found.first("insult", &all).is_none());
        if !is_enough && words.len() >= SENTENCE && is_worldly(found, &all) {
            return (Class::FieldReport, GUESS);
        }
        return if is_enough { (class, 0.3) } else { (Class::Unclear, 0.2) };
    }
    (class, confidence(weight, second))
}

/// Nothing of offices and papers in a whole sentence: whatever it is, it hardly belongs here.
fn is_worldly(found: &Found, all: &Range<usize>) -> bool {
    !ADMINISTRATION.iter().any(|sign| found.first(sign, all).is_some())
}

/// The classes, the likeliest first. A dossier is told at length, an insult or a «hủy quyết định» in three words: what is
/// said of them in earnest comes before the dossier it happened with.
fn promoted(scores: &Scores, found: &Found, all: &Range<usize>) -> Vec<(Class, f64)> {
    let mut ranking = scores.ranking();
    // An order to the machine changes nothing of a real matter.
    if found.first("order", all).is_some() && found.first("ad", all).is_none() {
        ranking.retain(|(class, _)| *class != Class::Spam);
    }
    let Some((first, weight)) = ranking.first().copied() else { return ranking };
    let (conduct, complaint) = (scores.of(Class::Conduct), scores.of(Class::KhieuNai));
    let says = |sign| found.first(sign, all).is_some();
    let share = if says("late") { CONDUCT_SHARE_OF_LATE } else { CONDUCT_SHARE };
    let is_conduct = conduct >= CONDUCT
        && match first {
            Class::Procedure => conduct >= weight * share,
            _ => ELSEWHERE.contains(&first) && says("attitude"),
        };
    let outweighs = first == Class::Procedure && complaint >= weight * COMPLAINT_SHARE;
    let is_complaint = complaint >= COMPLAINT && (outweighs || ELSEWHERE.contains(&first));
    let bribe = scores.of(Class::ToCao);
    let is_bribe = PETITIONS.contains(&first) && says("bribe_sure") && bribe >= BRIBE && bribe >= weight * BRIBE_SHARE;
    let class = match first {
        _ if is_bribe => Class::ToCao,
        _ if is_complaint => Class::KhieuNai,
        _ if is_conduct => Class::Conduct,
        first => first,
    };
    if let Some(at) = ranking.iter().position(|(other, _)| *other == class) {
        ranking[..=at].rotate_right(1);
    }
    ranking
}

/// From 0.1 to 0.98, in hundredths.
fn confidence(weight: f64, second: f64) -> f64 {
    let confidence = (weight - second * 0.6) / (weight + 1.2);
    (confidence.clamp(0.1, 0.98) * 100.0).round() / 100.0
}

/// A part of a text that may be a matter of its own.
struct Part {
    scores: Scores,
    class: Class,
    weight: f64,
    names_procedure: bool,
}

impl Part {
    fn new(found: &Found, range: Range<usize>) -> Self {
        let scores = found.scores(&range);
        let (class, weight) = scores.ranking().first().copied().unwrap_or((Class::Unclear, 0.0));
        let names_procedure = found.first("matter", &range).is_some();
        Self { scores, class, weight, names_procedure }
    }

    fn petition(&self) -> f64 {
        PETITIONS.iter().map(|class| self.scores.of(*class)).fold(0.0, f64::max)
    }
}

/// Sentences and lines, parted again at «với lại».
fn parts(words: &[Word], found: &Found) -> impl Iterator<Item = Range<usize>> {
    let turns: BTreeSet<usize> = found.all("besides").map(|turn| turn.start).collect();
    let is_cut = |at: usize| at == 0 || words[at].sentence != words[at - 1].sentence || turns.contains(&at);
    let mut cuts: Vec<usize> = (0..words.len()).filter(|at| is_cut(*at)).take(MOST_PARTS).collect();
    cuts.push(words.len());
    cuts.windows(2).map(|pair| pair[0]..pair[1]).collect::<Vec<_>>().into_iter()
}

/// The petition in a mixed text is its class; what belongs elsewhere stands besides (pakn-domain 4.3, rule a).
fn split(class: Class, parts: &[Part]) -> (Class, Option<Class>) {
    let is_petition = PETITIONS.contains(&class);
    if !is_petition && !ELSEWHERE.contains(&class) {
        return (class, None);
    }
    let elsewhere = parts
        .iter()
        .filter(|part| ELSEWHERE.contains(&part.class) && part.weight >= OWN_MATTER && part.petition() < LEAST)
        .max_by(|one, other| one.weight.total_cmp(&other.weight));
    let own = parts
        .iter()
        .filter(|part| PETITIONS.contains(&part.class) && part.weight >= OWN_MATTER)
        .filter(|part| part.class == Class::Conduct || part.names_procedure)
        .max_by(|one, other| one.weight.total_cmp(&other.weight));
    match (is_petition, elsewhere, own) {
        (true, Some(elsewhere), _) => (class, Some(elsewhere.class)),
        (false, Some(_), Some(own)) => (own.class, Some(class)),
        _ => (class, None),
    }
}

/// A danger that is now, not a story: near «đang», «cứu với», and no paper or past time around it.
fn emergency(words: &[Word], found: &Found) -> Option<Emergency> {
    let kinds = [("fire", Emergency::Fire), ("violence", Emergency::Violence), ("accident", Emergency::Accident)];
    let all = 0..words.len();
    let is_short = words.len() <= NEAR_DANGER + 2;
    let plea = found.first("plea", &all).is_some();
    let hits = kinds.into_iter().flat_map(|(sign, kind)| found.all(sign).map(move |hit| (hit, kind)));
    hits.filter(|(hit, _)| {
        let around = hit.start.saturating_sub(NEAR_DANGER)..(hit.end + NEAR_DANGER).min(words.len());
        let is_now = found.first("now", &around).is_some() || is_short;
        let is_story = found.first("story", &around).is_some();
        is_now && (!is_story || (plea && is_short))
    })
    .min_by_key(|(hit, _)| hit.start)
    .map(|(_, kind)| kind)
}

/// A procedure of a body that answers to a ministry is outside the city.
fn spoken_for(class: Class, found: &Found) -> Class {
    let first = found.matters.iter().find(|(matter, _)| matter.agency.starts_with("TW-") || matter.agency.is_empty());
    let is_outside = found.matters.first().map(|(matter, _)| &matter.agency) == first.map(|(matter, _)| &matter.agency)
        && first.is_some_and(|(matter, _)| matter.agency.starts_with("TW-"));
    if class == Class::Procedure && is_outside { Class::OutsideCity } else { class }
}

/// Whose task it usually is, and whether a commune named in the text has it instead.
fn competent(class: Class, found: &Found, all: &Range<usize>) -> (Option<&'static str>, bool) {
    let says = |sign| found.first(sign, all).is_some();
    match class {
        Class::KhieuNai => (Some(RECEPTION), false),
        // A leader's abuse is the inspectorate's; a bribe is told where citizens are received.
        Class::ToCao if says("leader") && (says("crime") || says("illegal_building")) => (Some(INSPECTORATE), false),
        Class::ToCao => (Some(RECEPTION), false),
        Class::Procedure | Class::Conduct | Class::OutsideCity => match found.matters.first() {
            Some((matter, _)) if !matter.agency.is_empty() => (Some(&matter.agency), matter.yields),
            _ => (None, false),
        },
        _ => (None, false),
    }
}

fn subject(scores: &Scores, parts: &[Part]) -> &'static str {
    let of_part = parts.iter().filter(|part| part.class == Class::FieldReport).filter_map(|part| part.scores.subject);
    let best = of_part.chain(scores.subject).max_by(|one, other| one.0.total_cmp(&other.0));
    best.map_or("other", |(_, subject)| subject)
}

/// The words that led to the class, the strongest first; of what stands besides, one.
fn reasons(text: &str, words: &[Word], class: Class, besides: Option<Class>, scores: &Scores) -> Vec<Reason> {
    let class = if class == Class::OutsideCity { Class::Procedure } else { class };
    let said = |class: Class| {
        let mut hits: Vec<_> = scores.hits.iter().filter(|(of, weight, _)| *of == class && *weight > 0.0).collect();
        hits.sort_by(|one, other| other.1.total_cmp(&one.1));
        hits.into_iter().map(|(_, _, hit)| {
            let span = words[hit.words.start].span.start..words[hit.words.end - 1].span.end;
            Reason { words: text[span].to_owned(), sign: hit.sign }
        })
    };
    let mut reasons: Vec<Reason> = Vec::new();
    for reason in said(class) {
        if reasons.len() < MOST_REASONS && !reasons.iter().any(|known| known.words == reason.words) {
            reasons.push(reason);
        }
    }
    reasons.extend(besides.and_then(|besides| said(besides).next()));
    reasons
}
