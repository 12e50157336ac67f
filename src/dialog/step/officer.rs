//! A person is wanted (voice.md T16): the machine is silent until it is called back.

use super::super::answer::choice;
use super::super::answer::words::Meaning;
use super::super::session::WithOfficer;
use super::super::turn::Effect;
use super::Scene;
use crate::privacy::Personal;

impl Scene<'_> {
    /// Calls an officer, with what it is about, and says when somebody reads.
    pub(super) fn wants_officer(&mut self, screen: &str) {
        let title = self.answer_to("title").unwrap_or_default();
        let about: Vec<&str> = [self.said.as_str(), title].into_iter().filter(|part| !part.is_empty()).collect();
        self.effects.push(Effect::CallOfficer { about: Personal::new(about.join(": ")) });
        let away = self.facts.officers_back.clone();
        let is_away = away.is_some();
        self.set("back_at", away.unwrap_or_default());
        self.session.aside = None;
        self.screen(if is_away && screen == "person" { "person_away" } else { screen });
        self.session.officer = Some(WithOfficer { since: self.at, confirmed: !is_away });
    }

    /// A message for the officer. «tiếp tục» and the buttons of the last reply bring the machine back.
    pub(super) fn message_for_officer(&mut self, text: &str) {
        let lexicon = &self.catalog.menu.lexicon;
        let comes_back =
            [Meaning::GoOn, Meaning::Start, Meaning::Lookup].iter().any(|meaning| self.means(text, *meaning));
        if let Some(offer) = choice::by_words(lexicon, text, &self.session.offered) {
            let payload = offer.payload.clone();
            self.session.officer = None;
            return self.pressed(&payload);
        }
        if comes_back {
            self.session.officer = None;
            if !self.means(text, Meaning::GoOn) {
                self.command(text);
                return;
            }
            return self.back_from_officer();
        }
        if let Some(officer) = &mut self.session.officer
            && !officer.confirmed
        {
            officer.confirmed = true;
            self.set("back_at", self.facts.officers_back.clone().unwrap_or_default());
            self.screen("message_kept");
        }
    }

    fn back_from_officer(&mut self) {
        let screen = self.catalog.screen("back_from_person");
        if self.session.open.is_some() || self.reopen_kept() {
            let text = self.fill(&screen.text);
            self.taken.push(text);
            return self.ask();
        }
        self.say(&screen.text, &screen.buttons);
    }
}
