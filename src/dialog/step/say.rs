//! Puts the reply together: what was understood, one question, the ways out as buttons.

use super::super::answer::choice::Offer;
use super::super::answer::story::shorten;
use super::super::definition::{CardText, Choice, Condition, Does, Reply, Step, Text};
use super::super::kind::Kind;
use super::super::known::{DRAFT_PAYLOADS, GUIDE_PAYLOADS};
use super::super::session::Open;
use super::super::turn::{Button, Card, Press, Say};
use super::Scene;

/// Zalo's limits (zalo-oa 2.1).
const TEXT_LIMIT: usize = 2_000;
const BUTTON_LIMIT: usize = 5;
const TITLE_LIMIT: usize = 100;
const SUBTITLE_LIMIT: usize = 500;

impl<'a> Scene<'a> {
    /// Says a screen with its own buttons.
    pub(super) fn screen(&mut self, name: &str) {
        let screen = self.catalog.screen(name);
        self.say(&screen.text, &screen.buttons);
    }

    /// Says a text with buttons, after what was understood.
    pub(super) fn say(&mut self, text: &Text, buttons: &[Choice]) {
        let text = self.fill(text);
        self.reply_with(text, buttons, Vec::new());
    }

    /// Says what fits the case, with its buttons.
    pub(super) fn reply(&mut self, reply: &'a Reply) {
        let text = self.variant(&reply.text).expect("the catalog holds a text for every case");
        self.say(text, &reply.buttons);
    }

    /// A small case that keeps the open question: it follows in half a line, with its buttons.
    pub(super) fn small_case(&mut self, name: &str) {
        if self.session.officer.is_some() {
            return;
        }
        let screen = self.catalog.screen(name);
        if self.session.open.is_some() {
            self.take_note(name);
            self.ask_short_with(&screen.buttons);
        } else {
            self.say(&screen.text, &screen.buttons);
        }
    }

    /// Begins the reply with a screen's text.
    pub(super) fn take_note(&mut self, name: &str) {
        let text = self.fill(&self.catalog.screen(name).text);
        self.taken.push(text);
    }

    /// The open step's question in full.
    pub(super) fn ask(&mut self) {
        let Some((_, step)) = self.at_step() else { return self.screen("nothing_open") };
        self.session.aside = None;
        match step.kind {
            Kind::Review => return self.ask_review(),
            Kind::Similar => return self.ask_similar(step),
            Kind::More if self.has_substance() => return self.ask_for_more(step),
            _ => {}
        }
        let question = self.variant(&step.ask).expect("the catalog holds a question for every case");
        if !question.slots().contains(&"understood") {
            let understood = self.understood.take();
            self.taken.extend(understood);
        }
        match &step.card {
            Some(card) if !self.is_settled(step) && !self.open().has_shared_contact => self.say_card(card, question),
            _ => self.say(question, &step.buttons),
        }
    }

    /// Zalo's card; the question in words goes along for where there is none.
    fn say_card(&mut self, card: &'a CardText, question: &'a Text) {
        let before = self.taken.join(" ");
        self.say(question, &[]);
        let subtitle = self.variant(&card.subtitle).map(|subtitle| self.fill(subtitle)).unwrap_or_default();
        let room = SUBTITLE_LIMIT.saturating_sub(subtitle.chars().count() + 1);
        let subtitle = format!("{} {subtitle}", shorten(&before, room)).trim().to_owned();
        let title = shorten(&self.fill(&card.title), TITLE_LIMIT);
        if let Some(reply) = &mut self.reply {
            reply.card = Some(Card { title, subtitle });
        }
    }

    /// The open question in half a line.
    pub(super) fn ask_short(&mut self) {
        self.ask_short_with(&[]);
    }

    /// The same with more ways out; the question is open already, so nothing needs to begin.
    fn ask_short_with(&mut self, more: &[Choice]) {
        let Some((_, step)) = self.at_step() else { return self.screen("nothing_open") };
        self.session.aside = None;
        let understood = self.understood.take();
        self.taken.extend(understood);
        let mut buttons = self.step_buttons(step);
        buttons.extend(more.iter().filter(|choice| choice.does != Does::Go("#start:petition".to_owned())).cloned());
        buttons.truncate(BUTTON_LIMIT);
        self.say(&step.short, &buttons);
    }

    /// Says something about the open question; its own buttons stay where there are no others.
    pub(super) fn ask_again(&mut self, text: &Text, buttons: &[Choice]) {
        let Some((_, step)) = self.at_step() else { return };
        let own = self.step_buttons(step);
        self.say(text, if buttons.is_empty() { &own } else { buttons });
    }

    /// The first variant whose condition holds.
    pub(super) fn variant(&self, variants: &'a [(Condition, Text)]) -> Option<&'a Text> {
        variants.iter().find(|(when, _)| when.holds(|name| self.answer_to(name))).map(|(_, text)| text)
    }

    pub(super) fn answer_to(&self, name: &str) -> Option<&str> {
        let form = |open: &'_ Open| self.catalog.forms.get_key_value(&open.form).map(|(name, _)| name.as_str());
        match name {
            "open_form" => self.session.open.as_ref().and_then(form),
            "kept_form" => self.session.kept.last().and_then(form),
            name if name.starts_with("petition_") => self.at_hand()?.circumstance(name),
            name => self.session.open.as_ref()?.answer(name),
        }
    }

    /// Notes what a step understood, if it says so.
    pub(super) fn note_taken(&mut self, step: &'a Step) {
        if let Some(text) = self.variant(&step.taken) {
            let text = self.fill(text);
            self.taken.push(text);
        }
    }

    /// The reply of this turn. `offers` are choices beyond the buttons, counted before them.
    pub(super) fn reply_with(&mut self, text: String, choices: &[Choice], offers: Vec<(Button, Offer)>) {
        let mut parts = std::mem::take(&mut self.taken);
        parts.push(text);
        parts.retain(|part| !part.is_empty());
        let own: Vec<(Button, Offer)> = choices
            .iter()
            .filter(|choice| choice.when.holds(|name| self.answer_to(name)))
            .map(|choice| self.offer(choice))
            .collect();
        let room = BUTTON_LIMIT.saturating_sub(own.len());
        let mut buttons: Vec<Button> = offers.iter().take(room).map(|(button, _)| button.clone()).collect();
        buttons.extend(own.iter().map(|(button, _)| button.clone()));
        buttons.truncate(BUTTON_LIMIT);
        self.session.offered = offers.into_iter().chain(own).map(|(_, offer)| offer).collect();
        let quiet = if self.is_pressed { 0 } else { self.catalog.quiet(self.quiet) };
        if let Some(open) = &mut self.session.open {
            open.held_until =
                (quiet > 0 && self.holds_story).then(|| self.at + chrono::TimeDelta::seconds(i64::from(quiet)));
        }
        self.reply =
            Some(Say { text: within_limit(&parts.join(" ").replace(" \n", "\n")), buttons, card: None, quiet });
    }

    /// A button and how it can be chosen by typing.
    pub(super) fn offer(&self, choice: &Choice) -> (Button, Offer) {
        let title = self.fill(&choice.title);
        let (press, payload) = match &choice.does {
            Does::Value(value) => self.carrying(value),
            Does::Go(target) => self.leading_to(target),
            Does::Url(url) => (Press::Url(self.fill(url)), format!("#link:{}", self.fill(url))),
            Does::Phone(phone) => (Press::Phone(phone.as_str().to_owned()), format!("#link:{}", phone.as_str())),
        };
        button(title, press, payload, choice.words.clone())
    }

    /// A payload that answers the open step of this draft.
    fn carrying(&self, value: &str) -> (Press, String) {
        let (step, key) = self.session.open.as_ref().map_or(("", ""), |open| (&open.step, &open.key));
        let payload = format!("#choose:{step}:{value}:{key}");
        (Press::Payload(payload.clone()), payload)
    }

    fn leading_to(&self, target: &str) -> (Press, String) {
        let draft = self.session.open.as_ref().or(self.session.kept.last());
        let key = draft.map_or("", |draft| draft.key.as_str());
        let payload = match target {
            "#edit" => format!("#edit:{}:{key}", self.moment.get("item").map_or("", String::as_str)),
            target if DRAFT_PAYLOADS.contains(&target) => format!("{target}:{key}"),
            target if GUIDE_PAYLOADS.contains(&target) => format!("{target}:{}", self.guided_key()),
            target => Text(target.to_owned()).fill(|slot| self.slot(slot)),
        };
        (Press::Payload(payload.clone()), payload)
    }

    /// A choice that is not in the files: a candidate place, one of the citizen's petitions.
    pub(super) fn candidate(&self, title: String, value: &str, words: Vec<String>) -> (Button, Offer) {
        let (press, payload) = self.carrying(value);
        button(title, press, payload, words)
    }
}

/// What Zalo takes.
pub(super) fn within_limit(text: &str) -> String {
    shorten(text, TEXT_LIMIT)
}

pub(super) fn button(title: String, press: Press, payload: String, words: Vec<String>) -> (Button, Offer) {
    let title = shorten(&title, TITLE_LIMIT);
    (Button { title: title.clone(), press }, Offer { title, payload, words })
}
