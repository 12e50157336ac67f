//! Where the citizen is: a house and a commune.

use super::super::answer::story::shorten;
use super::super::definition::Step;
use super::super::session::Pending;
use super::Scene;
use crate::gazetteer::{self, Commune, Found};

/// The national form's limits for a house (pakn-domain 3.2), in characters.
const SHORTEST: usize = 3;
const LONGEST: usize = 200;
/// How much of an unread address is quoted.
const SHOWN: usize = 60;

impl<'a> Scene<'a> {
    pub(super) fn address(&mut self, step: &'a Step, text: &str) {
        if self.is_settled(step) {
            self.forget_address(step);
        }
        let text = &self.take_phone_aside(text);
        let found = gazetteer::address(text);
        let is_answer = self.catalog.menu.lexicon.meanings(text).is_empty();
        match found.place {
            Found::Nothing if !is_answer => self.address_continued(step),
            Found::One(commune) => {
                self.add_house(&found.detail);
                self.commune_chosen(step, commune);
            }
            Found::Split { old_name, candidates } => {
                self.add_house(&found.detail);
                self.offer_communes(step, old_name, &candidates);
            }
            Found::Near { candidates } => {
                self.add_house(&found.detail);
                self.offer_near_communes(step, text, &candidates);
            }
            Found::Elsewhere { said } => self.elsewhere(step, text, &said),
            Found::Nothing if self.answer_to("commune_code").is_some() => {
                self.add_house(text);
                self.address_continued(step);
            }
            Found::Nothing => {
                self.add_house(text);
                self.ask_for_place(step);
            }
        }
    }

    pub(super) fn forget_address(&mut self, step: &Step) {
        let open = self.open_mut();
        for answer in ["commune_code", "province_code", "address_detail"] {
            open.forget(answer);
        }
        open.settled.remove(&step.id);
    }

    /// Adds to the house and street; nothing typed is lost.
    pub(super) fn add_house(&mut self, detail: &str) {
        if detail.is_empty() {
            return;
        }
        let open = self.open_mut();
        let house = match open.answer("address_detail") {
            Some(before) if before.contains(detail) => before.to_owned(),
            Some(before) => format!("{before}, {detail}"),
            None => detail.to_owned(),
        };
        open.set("address_detail", shorten(&house, LONGEST));
    }

    pub(super) fn commune_chosen(&mut self, step: &'a Step, commune: &Commune) {
        let open = self.open_mut();
        open.pending = None;
        open.set("commune_code", commune.code.clone());
        open.set("province_code", commune.province_code.clone());
        self.address_continued(step);
    }

    /// What is still missing of the address.
    pub(super) fn address_continued(&mut self, step: &'a Step) {
        if self.answer_to("commune_code").is_none() {
            self.ask_for_place(step);
        } else if self.has_house() {
            self.advance();
        } else {
            self.ask_for_house(step);
        }
    }

    pub(super) fn has_house(&self) -> bool {
        self.answer_to("address_detail").is_some_and(|house| house.chars().count() >= SHORTEST)
    }

    fn offer_communes(&mut self, step: &'a Step, old_name: String, candidates: &[&'static Commune]) {
        self.set("old_name", capitalised(&old_name));
        self.open_mut().pending = Some(Pending::Split { old_name });
        let offer =
            |commune: &&Commune| self.candidate(capitalised(&commune.said), &commune.code, vec![commune.name.clone()]);
        let offers = candidates.iter().map(offer).collect();
        let hint = step.hint("split");
        let text = self.fill(&hint.text);
        self.reply_with(text, &hint.buttons, offers);
    }

    /// A name with one letter wrong: asked, with what was typed kept for the case that it is none of these.
    fn offer_near_communes(&mut self, step: &'a Step, typed: &str, candidates: &[&'static Commune]) {
        self.set("typed", shorten(typed, SHOWN));
        self.open_mut().pending = Some(Pending::Near { typed: typed.to_owned() });
        let offer = |commune: &&Commune| {
            let mut words = vec![commune.name.clone()];
            words.extend((candidates.len() == 1).then(|| "@yes".to_owned()));
            self.candidate(capitalised(&commune.said), &commune.code, words)
        };
        let offers = candidates.iter().map(offer).collect();
        let hint = step.hint("near");
        let text = self.fill(&hint.text);
        self.reply_with(text, &hint.buttons, offers);
    }

    fn elsewhere(&mut self, step: &'a Step, text: &str, said: &str) {
        self.open_mut().set("address_detail", shorten(text, LONGEST));
        self.set("place", said);
        let note = self.fill(&step.hint("elsewhere").text);
        self.taken.push(note);
        self.settle(step);
    }

    /// «Tôi không rõ»: the old name stays for an officer.
    pub(super) fn place_unknown(&mut self, step: &'a Step) {
        if let Some(Pending::Near { typed }) = &self.open().pending {
            let typed = typed.clone();
            self.add_house(&typed);
            return self.keep_as_typed(step);
        }
        let Some(Pending::Split { old_name }) = self.open_mut().pending.take() else {
            return match self.answer_to("address_detail") {
                Some(_) => self.keep_as_typed(step),
                None => self.ask_for_place(step),
            };
        };
        let typed = super::slot::with(self.form().said("old_place"), &[("place", &old_name)]);
        self.add_house(&typed);
        self.set("typed", typed);
        let note = self.fill(&step.hint("unknown").text);
        self.taken.push(note);
        self.settle(step);
    }

    fn ask_for_place(&mut self, step: &'a Step) {
        match self.tried(step, "place") {
            1 => self.hint(step, "no_place"),
            2 => self.hint(step, "no_place_again"),
            _ => self.keep_as_typed(step),
        }
    }

    fn ask_for_house(&mut self, step: &'a Step) {
        match self.tried(step, "house") {
            1 => self.hint(step, "no_house"),
            2 => self.hint(step, "no_house_again"),
            _ => {
                let commune = self.slot("commune").unwrap_or_default();
                self.add_house(&commune);
                self.settle(step);
            }
        }
    }

    /// The registry needs something to send a letter to, if only the word that nothing could be read.
    fn keep_as_typed(&mut self, step: &'a Step) {
        if !self.has_house() {
            let unread = self.form().said("no_address").to_owned();
            self.add_house(&unread);
        }
        let note = self.fill(&step.hint("kept").text);
        self.taken.push(note);
        self.settle(step);
    }

    fn hint(&mut self, step: &'a Step, name: &str) {
        let hint = step.hint(name);
        self.say(&hint.text, &hint.buttons);
    }

    fn tried(&mut self, step: &Step, what: &str) -> u8 {
        let tries = self.open_mut().tries.entry(format!("{}.{what}", step.id)).or_default();
        *tries = tries.saturating_add(1);
        *tries
    }
}

/// «Phường Láng» from «phường Láng».
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
