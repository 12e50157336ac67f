//! Which agency it is about, and for conduct where and when.

use super::super::definition::Step;
use super::super::session::Pending;
use super::Scene;
use super::place::capitalised;
use crate::gazetteer::{self, Agency, Found, FoundAgency};

/// Longer texts that name no agency are more of the story.
const STRAY: usize = 40;
/// How much of an unread name is quoted.
const SHOWN: usize = 60;

impl<'a> Scene<'a> {
    pub(super) fn agency(&mut self, step: &'a Step, text: &str) {
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

    /// Where and when, in one breath. What names an agency is taken; the agency alone may be asked for again.
    pub(super) fn incident(&mut self, step: &'a Step, text: &str) {
        if !self.catalog.menu.lexicon.meanings(text).is_empty() {
            return self.settle(step);
        }
        self.open_mut().set("incident", text);
        if let FoundAgency::One(agency) = gazetteer::agency(text) {
            self.open_mut().set("target_agency_code", agency.code.clone());
        }
        self.note_taken(step);
        self.advance();
    }
}
