//! Which agency it is about, and for conduct where and when.

use super::super::answer::moment;
use super::super::answer::story::Told;
use super::super::definition::{Inference, Step};
use super::super::kind::Kind;
use super::super::session::{Open, Pending};
use super::Scene;
use super::place::capitalised;
use crate::clock::hanoi;
use crate::gazetteer::{self, Agency, Found, FoundAgency};

/// The category of petitions that have an incident.
const CONDUCT: &str = "official_conduct";

/// Longer texts that name no agency are more of the story.
const STRAY: usize = 40;
/// How much of an unread name is quoted.
const SHOWN: usize = 60;

impl<'a> Scene<'a> {
    pub(super) fn agency(&mut self, step: &'a Step, text: &str) {
        let text = &self.take_contact_aside(text);
        match gazetteer::agency(text) {
            FoundAgency::One(agency) => self.agency_found(step, &agency.code),
            FoundAgency::Several(agencies) => self.offer_agencies(step, text, &agencies),
            FoundAgency::Nothing if !self.catalog.menu.lexicon.meanings(text).is_empty() => self.retry(step, None),
            FoundAgency::Nothing if self.stray(text, STRAY) => {}
            FoundAgency::Nothing => self.agency_unread(step, text),
        }
    }

    pub(super) fn agency_found(&mut self, step: &'a Step, code: &str) {
        let open = self.open_mut();
        open.set("target_agency_code", code);
        open.forget("target_agency_text");
        open.settled.remove(&step.id);
        self.note_taken(step);
        self.advance();
    }

    fn offer_agencies(&mut self, step: &'a Step, text: &str, agencies: &[&'static Agency]) {
        let (hint, old_name) = match gazetteer::address(text).place {
            Found::Split { old_name, .. } => ("split", old_name),
            Found::Near { .. } => ("near", text.to_owned()),
            _ => ("several", text.to_owned()),
        };
        self.set("old_name", capitalised(&old_name));
        self.set("typed", super::super::answer::story::shorten(text, SHOWN));
        self.open_mut().pending = Some(match hint {
            "near" => Pending::Near { typed: old_name },
            _ => Pending::Split { old_name },
        });
        let offers = agencies.iter().map(|agency| {
            let place = agency.said.strip_prefix("UBND ").unwrap_or(&agency.said);
            let mut words = vec![agency.said.clone()];
            words.extend((agencies.len() == 1 && hint == "near").then(|| "@yes".to_owned()));
            self.candidate(capitalised(place), &agency.code, words)
        });
        let offers = offers.collect();
        let hint = step.hint(hint);
        let text = self.fill(&hint.text);
        self.reply_with(text, &hint.buttons, offers);
    }

    /// Three times unread: what was typed is kept, an officer sorts it.
    fn agency_unread(&mut self, step: &'a Step, text: &str) {
        let open = self.open_mut();
        let typed = match open.answer("target_agency_text") {
            Some(before) => format!("{before}; {text}"),
            None => text.to_owned(),
        };
        open.set("target_agency_text", typed);
        if self.tries(step) < 2 {
            return self.retry(step, None);
        }
        self.open_mut().forget("target_agency_code");
        let note = self.fill(&step.hint("kept").text);
        self.taken.push(note);
        self.settle(step);
    }

    pub(super) fn agency_unknown(&mut self, step: &'a Step) {
        if let Some(Pending::Near { typed }) = &self.open().pending {
            let typed = typed.clone();
            self.set("typed", &typed);
            self.open_mut().set("target_agency_text", typed);
            let note = self.fill(&step.hint("unknown").text);
            self.taken.push(note);
        } else if let Some(Pending::Split { old_name }) = self.open_mut().pending.take() {
            let form = self.form();
            let typed = super::slot::with(form.said("old_place"), &[("place", &old_name)]);
            self.set("typed", &typed);
            self.open_mut().set("target_agency_text", typed);
            self.open_mut().forget("target_agency_code");
            let note = self.fill(&step.hint("unknown").text);
            self.taken.push(note);
        }
        self.settle(step);
    }

    /// Where, when and at which step, in one breath. The agency alone may be asked for again.
    pub(super) fn incident(&mut self, step: &'a Step, text: &str) {
        if !self.catalog.menu.lexicon.meanings(text).is_empty() {
            return self.settle(step);
        }
        let text = &self.take_contact_aside(text);
        let open = self.open_mut();
        for answer in ["incident_on", "incident_time", "incident_step"] {
            // What was told in the story stands until it is told otherwise; what was said here is said anew.
            if !open.inferred.contains(answer) {
                open.forget(answer);
            }
        }
        open.set("incident", text.as_str());
        self.tell_incident(text, |open, answer, value| open.set(answer, value));
        match gazetteer::agency(text) {
            FoundAgency::One(agency) => self.open_mut().set("target_agency_code", agency.code.clone()),
            FoundAgency::Several(agencies) if self.answer_to("target_agency_code").is_none() => {
                let form = self.form();
                if let Some(step) = form.steps.iter().find(|step| step.kind == Kind::Agency) {
                    self.turn_to(&step.id);
                    return self.offer_agencies(step, text, &agencies);
                }
            }
            _ => {}
        }
        self.note_taken(step);
        self.advance();
    }

    /// What the story tells of when and at which step, for a petition about conduct.
    pub(super) fn infer_incident(&mut self, content: &str) {
        if self.answer_to("category") == Some(CONDUCT) {
            self.tell_incident(content, |open, answer, value| open.infer(answer, value));
        }
    }

    /// `put` sets an answer as given or as inferred.
    fn tell_incident(&mut self, text: &str, put: fn(&mut Open, &str, String)) {
        let form = self.form();
        let moment = moment::read(text, hanoi(self.at).date_naive());
        let told = Told::new(text);
        let says = |inference: &&Inference| {
            inference.answer == "incident_step" && inference.words.iter().any(|word| told.mentions(word))
        };
        let step = form.inferences.iter().find(says).map(|inference| inference.value.clone());
        let open = self.open_mut();
        let answers = [
            ("incident_on", moment.on.map(|day| day.to_string())),
            ("incident_time", moment.time.map(|time| time.to_string())),
            ("incident_step", step),
        ];
        for (answer, value) in answers.into_iter().filter_map(|(answer, value)| Some((answer, value?))) {
            put(open, answer, value);
        }
    }

    /// Whether everything that the question about the incident asks has been told: where, on which day, at which step.
    pub(super) fn has_told_incident(&self) -> bool {
        let is_there = |answer: &&str| self.answer_to(answer).is_some();
        let is_placed = self.answer_to("target_agency_code").or_else(|| self.answer_to("target_agency_text")).is_some();
        is_placed && ["incident_on", "incident_step"].iter().all(is_there)
    }
}
