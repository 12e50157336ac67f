//! A pressed button, or a number or title that stands for one.

use super::super::answer::choice::{self, Offer};
use super::super::answer::words::Meaning;
use super::super::definition::{Choice, Does, Step, Text};
use super::super::kind::Kind;
use super::super::session::{Aside, Pending};
use super::Scene;
use crate::gazetteer;

impl<'a> Scene<'a> {
    /// Whether the text chose a button of the last reply.
    pub(super) fn chose_offered(&mut self, text: &str) -> bool {
        let lexicon = &self.catalog.menu.lexicon;
        if self.is_reviewing() {
            if let Some(number) = choice::number(lexicon, text, 0) {
                self.numbered_in_review(number);
                return true;
            }
            let chosen = choice::by_words(lexicon, text, &self.session.offered).map(|offer| offer.payload.clone());
            return chosen.inspect(|payload| self.pressed(payload)).is_some();
        }
        if self.session.aside == Some(Aside::Erasing) && self.is_no_word_to_erase(text) {
            self.screen("data_erase_again");
            return true;
        }
        if self.session.aside.is_none()
            && let Some((_, step)) = self.at_step()
            && step.not_by_number
            && choice::number(lexicon, text, self.session.offered.len()).is_some()
        {
            self.retry_choice(step);
            return true;
        }
        let chosen = choice::choose(lexicon, text, &self.session.offered).or_else(|| self.stopped(text));
        let chosen = chosen.map(|offer| offer.payload.clone());
        if let Some(payload) = &chosen {
            self.pressed(payload);
        }
        chosen.is_some()
    }

    /// «thôi» is «done» where something may go on, and «no» after a yes/no question.
    fn stopped(&self, text: &str) -> Option<&Offer> {
        let is_asked = matches!(self.session.aside, None | Some(Aside::Leaving));
        if !is_asked || !self.means(text, Meaning::Stop) {
            return None;
        }
        let bears =
            |word: &str| self.session.offered.iter().find(|offer| offer.words.iter().any(|listed| listed == word));
        bears("@done").or_else(|| bears("@no"))
    }

    /// Whether the review's own question is open, in which a bare number may be an item or a button.
    pub(super) fn is_reviewing(&self) -> bool {
        self.session.aside.is_none() && self.at_step().is_some_and(|(_, step)| step.kind == Kind::Review)
    }

    /// Does what a button means.
    pub(super) fn pressed(&mut self, payload: &str) {
        self.is_pressed = true;
        self.session.idle = 0;
        let (name, rest) = payload.split_once(':').unwrap_or((payload, ""));
        match name {
            "#choose" => return self.chose_value(rest),
            "#view" => return self.view(rest),
            "#public" => return self.view_public(rest),
            "#link" => return self.show_link(rest, payload),
            "#edit" => return self.chose_item(rest),
            "#still_send" | "#stop_here" => return self.pressed_in_guidance(name, rest),
            "#guide" => return self.show_guide(rest),
            "#data" | "#withdraw" | "#consent" => return self.pressed_about_data(name, rest),
            "#start" if rest != "petition" => return self.wants_follow_up(rest),
            "#done" => return self.start_follow_up_about("survey", rest),
            "#undone" => return self.start_follow_up_about("reopen", rest),
            "#gone" => return self.gone(rest),
            "#later" => return self.later(rest),
            "#person" if !rest.is_empty() => {
                self.petition = self.own(rest);
                return self.wants_officer("person");
            }
            _ => {}
        }
        match payload {
            "#start:petition" => self.start(),
            "#mine" => self.mine(),
            "#help" | "#about" => self.small_case("help"),
            "#channels" => self.small_case("channels"),
            "#person" => self.wants_officer("person"),
            "#message" => self.leave_message(),
            "#agree" => self.agreed_first(),
            "#disagree" => self.disagreed(),
            "#cancel" => self.leave_question("cancel"),
            _ => self.pressed_about_draft(name, rest),
        }
    }

    /// «supplement», or «supplement:HN-PAKN-…»
    fn wants_follow_up(&mut self, rest: &str) {
        match rest.split_once(':') {
            Some((form, reference)) => self.start_follow_up_about(form, reference),
            None => self.start_follow_up(rest),
        }
    }

    /// A button under a question of a form: only the open question of the open draft can still be answered.
    fn chose_value(&mut self, rest: &str) {
        let mut parts = rest.splitn(3, ':');
        let (step, value, key) = (parts.next(), parts.next(), parts.next());
        let (Some(step), Some(value), Some(key)) = (step, value, key) else { return self.old_button("") };
        match self.at_step() {
            Some((_, open)) if self.open().key == key && open.id == step => {
                self.session.aside = None;
                self.chosen(open, value);
            }
            _ => self.old_button(key),
        }
    }

    /// Says what became of the question that a button belongs to; never does something new.
    pub(super) fn old_button(&mut self, key: &str) {
        let filed = self.facts.petitions.iter().find(|petition| !key.is_empty() && petition.draft == key);
        let Some(filed) = filed else { return self.small_case("old_button") };
        self.set("submitted", &filed.submitted);
        self.set("short_reference", &filed.short);
        self.set("shown_reference", &filed.reference);
        self.screen("already_filed");
    }

    /// A link cannot be opened by typing: its address is said.
    fn show_link(&mut self, target: &str, payload: &str) {
        let title = self.session.offered.iter().find(|offer| offer.payload == payload).map(|offer| offer.title.clone());
        self.set("button", title.unwrap_or_default());
        self.set("value", target);
        self.small_case("link");
    }

    /// A value for the open step.
    pub(super) fn chosen(&mut self, step: &'a Step, value: &str) {
        match (step.kind, value) {
            (_, "leave") if self.follow_up().is_some() => self.leave_follow_up(),
            (Kind::Consent, "yes") => self.agreed(step),
            (Kind::Consent, _) => self.disagreed(),
            (Kind::Choice, value) => self.chose_option(step, value),
            (Kind::Story, "add") => {
                self.open_mut().pending = Some(Pending::Adding);
                let hint = step.hint("add");
                self.say(&hint.text, &hint.buttons);
            }
            (Kind::Agency, "unknown") => self.agency_unknown(step),
            (Kind::Agency, code) => match gazetteer::agency_by_code(code) {
                Some(agency) => self.agency_found(step, &agency.code),
                None => self.old_button(""),
            },
            (Kind::Address, "unknown") => self.place_unknown(step),
            (Kind::Address, code) => match gazetteer::commune(code) {
                Some(commune) => self.commune_chosen(step, commune),
                None => self.old_button(""),
            },
            (Kind::More, "done") => self.more_done(step),
            (Kind::More, "more") => {
                let hint = step.hint("add");
                self.say(&hint.text, &hint.buttons);
            }
            (Kind::More, option) => self.more_chosen(step, option),
            (Kind::Files, "remove") => {
                self.open_mut().attachments.clear();
                self.advance();
            }
            (Kind::Name, _) => self.short_name_accepted(),
            (Kind::Phone, "new") => self.new_phone_accepted(step),
            (Kind::Phone, "other") => {
                self.open_mut().pending = None;
                self.ask_short();
            }
            (Kind::Reuse, "reuse") => self.take_known(),
            (Kind::IdentityNumber, "remove") => self.remove_identity_number(step),
            (Kind::IdentityPhoto, "remove") => self.remove_identity_photo(step),
            (Kind::Similar, "follow") => self.follow_similar(step),
            (Kind::Review, "edit") => {
                self.open_mut().pending = Some(Pending::Which);
                let hint = step.hint("which");
                self.say(&hint.text, &hint.buttons);
            }
            (Kind::Review, "cancel") => self.leave_question("cancel"),
            (Kind::Review, sending) => self.send(sending),
            _ => self.settle(step),
        }
    }

    /// A typed word that means something at the open step only: skip, do not know, done.
    pub(super) fn meant_for_step(&mut self, text: &str) -> bool {
        let Some((_, step)) = self.at_step() else { return false };
        if self.session.aside.is_some() {
            return false;
        }
        let meanings = self.catalog.menu.lexicon.meanings(text);
        let says = |meaning| meanings.contains(&meaning);
        let can_go_on = step.can_skip || self.is_settled(step);
        // «đã xong» and «dạ xong» are the same without diacritics.
        let is_done = says(Meaning::Done) || says(Meaning::Finished);
        if [Meaning::Stop, Meaning::Cancel].into_iter().any(says) && self.ends_early() {
            return true;
        }
        match step.kind {
            Kind::Review => return self.meant_for_review(text, &meanings),
            Kind::More if is_done || says(Meaning::Stop) || says(Meaning::Send) => self.more_done(step),
            Kind::Story if is_done || says(Meaning::Stop) => self.story_done(step),
            Kind::Phone if (says(Meaning::Skip) || says(Meaning::Unknown)) && self.answer_to("phone").is_none() => {
                self.phone_skipped(step)
            }
            Kind::Agency if says(Meaning::Unknown) || says(Meaning::Skip) => self.agency_unknown(step),
            Kind::Address if says(Meaning::Unknown) => self.place_unknown(step),
            Kind::Address if says(Meaning::Skip) && !says(Meaning::Keep) && !self.is_settled(step) => {
                self.address_continued(step)
            }
            _ if can_go_on && (says(Meaning::Skip) || is_done || says(Meaning::Unknown)) => self.settle(step),
            Kind::Name | Kind::Company | Kind::Representative if says(Meaning::Skip) && meanings.len() == 1 => {
                self.retry(step, None);
            }
            _ => return false,
        }
        true
    }

    fn story_done(&mut self, step: &'a Step) {
        if self.is_settled(step) { self.advance() } else { self.retry(step, None) }
    }

    /// The buttons that a step's question bears.
    pub(super) fn step_buttons(&self, step: &Step) -> Vec<Choice> {
        if step.kind != Kind::Review {
            return step.buttons.clone();
        }
        let sendings = self.form().sendings.iter().filter(|sending| sending.when.holds(|name| self.answer_to(name)));
        let send = sendings.map(|sending| Choice {
            title: Text(sending.title.as_str().to_owned()),
            words: sending.words.clone(),
            does: Does::Value(sending.value.clone()),
            when: Default::default(),
        });
        send.chain(step.buttons.iter().cloned()).collect()
    }

    /// Agreement before anything was begun.
    pub(super) fn agreed_first(&mut self) {
        if self.has_consent() && self.session.open.is_some() {
            return self.old_button("");
        }
        if self.session.open.is_none() {
            self.begin("petition");
            if let Some(overheard) = self.session.overheard.take() {
                self.add_to_story(overheard.reveal());
            }
        }
        let consent = self.form().steps.iter().find(|step| step.kind == Kind::Consent);
        match consent {
            Some(step) if !self.has_consent() => self.agreed(step),
            _ => self.advance(),
        }
    }

    fn disagreed(&mut self) {
        self.session.open = None;
        self.session.overheard = None;
        self.session.aside = Some(Aside::Notice);
        self.screen("refused");
    }
}
