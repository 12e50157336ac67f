//! The first words, the notice, and what is said when nothing is open.

use super::super::answer::story::{STORY, letters};
use super::super::definition::Step;
use super::super::session::Aside;
use super::super::turn::Effect;
use super::Scene;
use crate::clock::hanoi;
use crate::privacy::Personal;

impl<'a> Scene<'a> {
    /// The chat was opened, or a greeting was typed.
    pub(super) fn arrived(&mut self, was_away: bool) {
        if self.session.officer.is_some() {
            return;
        }
        if self.has_substance() {
            if was_away {
                self.resume_question(None, Vec::new());
            }
            return;
        }
        if !self.session.kept.is_empty() {
            self.reopen_kept();
            return self.resume_question(None, Vec::new());
        }
        self.session.open = None;
        self.greet();
    }

    pub(super) fn greet(&mut self) {
        if self.has_consent() {
            self.session.aside = None;
            self.screen("greeting_again");
        } else {
            self.session.aside = Some(Aside::Notice);
            self.screen("greeting");
        }
    }

    /// Words while nothing is open: a story begins a form, anything else is greeted and not forgotten.
    pub(super) fn first_words(&mut self, text: &str) {
        if self.guided(text) {
            return;
        }
        let overheard = self.session.overheard.take();
        let all = match &overheard {
            Some(before) => format!("{}\n{text}", before.reveal()),
            None => text.to_owned(),
        };
        if letters(&all) >= STORY {
            return self.first_story(&all);
        }
        if letters(text) > 0 && self.catalog.menu.lexicon.meanings(text).is_empty() {
            self.session.overheard = Some(Personal::new(all));
            self.session.told_in.push(self.event.to_owned());
            self.quiet = self.catalog.menu.quiet;
        } else {
            self.session.overheard = overheard;
        }
        let was_greeted = self.session.aside == Some(Aside::Notice);
        match was_greeted || self.has_consent() {
            true => self.screen("unclear"),
            false => self.greet(),
        }
    }

    /// A story while nothing is open. With a draft set aside it may belong there.
    fn first_story(&mut self, text: &str) {
        if !self.session.kept.is_empty() {
            self.reopen_kept();
            return self.add_or_new(text, Vec::new());
        }
        self.begin("petition");
        self.tell(text);
    }

    /// Takes a story into the form that has just begun.
    pub(super) fn tell(&mut self, text: &str) {
        let Some((_, step)) = self.at_step() else { return };
        self.story(step, text);
    }

    /// A new petition is wanted.
    pub(super) fn start(&mut self) {
        self.drop_empty_follow_up();
        if self.session.open.is_none() && !self.session.kept.is_empty() {
            self.reopen_kept();
        }
        if self.has_substance() {
            return self.resume_question(None, Vec::new());
        }
        if self.session.open.is_some() {
            return self.ask();
        }
        if !self.has_consent() {
            return self.greet();
        }
        self.start_anew();
    }

    /// Begins a petition and asks its first question.
    pub(super) fn start_anew(&mut self) {
        self.begin("petition");
        if let Some(overheard) = self.session.overheard.take() {
            self.add_to_story(overheard.reveal());
        }
        self.advance();
    }

    /// Agreement to the notice, recorded with its version.
    pub(super) fn agreed(&mut self, step: &'a Step) {
        let version = self.catalog.consent_version().to_owned();
        self.effects.push(Effect::Consent { version: version.clone() });
        self.open_mut().consent = Some(version);
        self.session.aside = None;
        self.note_taken(step);
        self.advance();
    }

    /// Thanks, or «ok» with nothing open: answered once a day, else left alone.
    pub(super) fn thanked(&mut self) {
        if self.session.open.is_some() {
            return self.ask_short();
        }
        let today = hanoi(self.at).date_naive();
        if self.session.thanked_on != Some(today) {
            self.session.thanked_on = Some(today);
            self.screen("thanks");
        }
    }
}
