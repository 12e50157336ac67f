//! The citizen's own petitions, and somebody else's by reference (voice.md T12).

use chrono::TimeDelta;

use super::super::answer::choice::Offer;
use super::super::answer::phone::{self, Phone};
use super::super::answer::reference::{self, Named};
use super::super::answer::story::shorten;
use super::super::definition::Text;
use super::super::session::Aside;
use super::super::turn::{Button, Effect, KnownPetition, Press};
use super::Scene;
use super::say::button;
use super::slot::with;
use crate::privacy::Personal;

/// A phone number may be tried so often in an hour for petitions of others.
const TRIES: usize = 3;
const WITHIN: TimeDelta = TimeDelta::hours(1);
/// Each of ten titles leaves room for the others.
const TITLE: usize = 60;

impl<'a> Scene<'a> {
    /// The citizen's own petitions, newest first.
    pub(super) fn mine(&mut self) {
        self.session.aside = Some(Aside::Looking);
        if self.facts.petitions.is_empty() {
            return self.screen("none");
        }
        let screen = self.catalog.screen("list");
        let pattern = self.catalog.screen("list_line").text.as_str();
        let line = |(at, petition): (usize, &KnownPetition)| {
            let title = shorten(&petition.title, TITLE);
            let values = [
                ("count", (at + 1).to_string()),
                ("short_reference", petition.short.clone()),
                ("title", title),
                ("value", petition.status_line.clone()),
            ];
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            with(pattern, &values)
        };
        let lines: Vec<String> = self.facts.petitions.iter().enumerate().map(line).collect();
        self.set("lines", lines.join("\n"));
        self.set("count", lines.len().to_string());
        self.set("shown_reference", self.facts.petitions[0].reference.clone());
        let see = screen.buttons.first().map(|button| button.title.clone()).unwrap_or_default();
        let offers = self.facts.petitions.iter().map(|petition| self.see(&see, petition)).collect();
        let text = self.fill(&screen.text);
        self.reply_with(text, &screen.buttons[1..], offers);
    }

    /// «Xem 0042-K»
    fn see(&self, title: &Text, petition: &KnownPetition) -> (Button, Offer) {
        let payload = format!("#view:{}", petition.reference);
        let title = with(title.as_str(), &[("short_reference", &petition.short)]);
        button(title, Press::Payload(payload.clone()), payload, vec![petition.short.clone()])
    }

    /// A petition by its reference, or the latest.
    pub(super) fn view(&mut self, reference: &str) {
        let petitions: &'a [KnownPetition] = &self.facts.petitions;
        let own = match reference {
            "latest" => petitions.first(),
            reference => petitions.iter().find(|petition| petition.reference == reference),
        };
        match own {
            Some(petition) => self.view_own(petition),
            None if reference == "latest" => self.mine(),
            None => self.view_foreign(reference),
        }
    }

    fn view_own(&mut self, petition: &'a KnownPetition) {
        self.session.aside = Some(Aside::Looking);
        self.petition = Some(petition);
        self.set("detail", &petition.detail);
        self.screen("detail");
    }

    fn view_foreign(&mut self, reference: &str) {
        self.set("shown_reference", reference);
        if self.recent_tries() >= TRIES {
            return self.screen("closed");
        }
        self.session.aside = Some(Aside::Foreign { reference: reference.to_owned() });
        self.screen("foreign");
    }

    /// What everybody may see.
    pub(super) fn view_public(&mut self, reference: &str) {
        self.set("shown_reference", reference);
        self.effects.push(Effect::LookUp { reference: reference.to_owned(), phone: None });
        self.screen("found");
    }

    /// Whether a message names a reference and nothing else.
    pub(super) fn named_reference(&mut self, text: &str) -> bool {
        match reference::read(text) {
            Some(Named::Own(reference)) if self.named_which(&reference) => {}
            Some(Named::Own(reference)) => self.view(&reference),
            Some(Named::Short(short)) => return self.named_short(&short),
            Some(Named::National) => self.small_case("national"),
            Some(Named::Dossier) => self.small_case("dossier"),
            None => return false,
        }
        true
    }

    fn named_short(&mut self, short: &str) -> bool {
        let facts = self.facts;
        if let Some(petition) = facts.petitions.iter().find(|petition| petition.short == short) {
            if !self.named_which(&petition.reference) {
                self.view_own(petition);
            }
            return true;
        }
        // With a form open «0042 k» may be anything; otherwise it can only be a reference.
        if self.session.open.is_none() {
            self.screen("unknown_short");
        }
        self.session.open.is_none()
    }

    /// The phone number for somebody else's reference. Never says which of the two does not fit.
    pub(super) fn gave_phone_for_lookup(&mut self, text: &str) -> bool {
        let Some(Aside::Foreign { reference }) = self.session.aside.clone() else { return false };
        let number = match phone::read(text) {
            Phone::Good(number) | Phone::Old { now: number, .. } => number,
            Phone::Digits(_) | Phone::Hotline => {
                self.set("shown_reference", &reference);
                self.screen("phone_unread");
                return true;
            }
            Phone::NoNumber => return false,
        };
        self.set("shown_reference", &reference);
        if self.recent_tries() >= TRIES {
            self.screen("closed");
            return true;
        }
        self.session.tried_at.push(self.at);
        self.effects.push(Effect::LookUp { reference, phone: Some(Personal::new(number)) });
        self.screen("found");
        true
    }

    fn recent_tries(&mut self) -> usize {
        let at = self.at;
        self.session.tried_at.retain(|tried_at| at - *tried_at < WITHIN);
        self.session.tried_at.len()
    }
}
