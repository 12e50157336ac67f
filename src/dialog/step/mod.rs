//! One event, one turn.

mod advance;
mod agency;
mod arrive;
mod choose;
mod command;
#[cfg(test)]
mod commands_everywhere;
mod contact;
mod data;
mod denounce;
mod extra;
mod file;
mod follow_up;
mod guide;
mod identity;
mod leave;
mod lookup;
mod more;
mod officer;
mod place;
mod plain;
mod remind;
mod reuse;
mod review;
mod say;
mod similar;
mod slot;
mod story;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod typed;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::answer::clean::clean;
use super::answer::telex;
use super::answer::words::Meaning;
use super::definition::{Form, Step};
use super::session::{Aside, Open, Session};
use super::turn::{Effect, Facts, Heard, KnownPetition, Say, Turn};
use super::{Attachment, Catalog};
use crate::scope::Reading;

/// Thinks about one event. `event` is its stable id; the draft that begins with it bears it as its key.
pub fn step(
    catalog: &Catalog,
    session: &Session,
    heard: &Heard,
    facts: &Facts,
    at: DateTime<Utc>,
    event: &str,
) -> Turn<Session> {
    let mut scene = Scene {
        catalog,
        facts,
        at,
        event,
        session: session.clone(),
        effects: Vec::new(),
        taken: Vec::new(),
        understood: None,
        moment: BTreeMap::new(),
        quiet: 0,
        is_pressed: false,
        holds_story: false,
        said: String::new(),
        files_before: 0,
        petition: None,
        matter: None,
        reply: None,
        returned: None,
    };
    scene.forget_old_drafts();
    scene.hear(heard);
    scene.file_by_answer(session.open.as_ref());
    scene.say_who_is_back();
    if let Some(say) = scene.reply.take() {
        let reminder = scene.reminder();
        scene.effects.extend(reminder);
        scene.effects.push(Effect::Say(say));
    }
    Turn { session: scene.session, effects: scene.effects }
}

/// One event while it is thought about.
struct Scene<'a> {
    catalog: &'a Catalog,
    facts: &'a Facts,
    at: DateTime<Utc>,
    event: &'a str,
    session: Session,
    effects: Vec<Effect>,
    /// What was understood; begins the reply.
    taken: Vec<String>,
    /// What a story told, for the question that has a place for it.
    understood: Option<String>,
    /// Values for slots that belong to this moment.
    moment: BTreeMap<&'static str, String>,
    /// Seconds that the reply waits for more.
    quiet: u32,
    /// A button was pressed, or chosen by typing: the reply waits for nothing.
    is_pressed: bool,
    /// The reply that waits is about the story: what comes meanwhile goes on with it.
    holds_story: bool,
    /// What was typed, or the title of the button that was pressed.
    said: String,
    /// How many files the form had before this event.
    files_before: usize,
    /// The citizen's own petition that this turn is about.
    petition: Option<&'a KnownPetition>,
    /// The text that was read last, and what it is about.
    matter: Option<(String, Reading)>,
    reply: Option<Say>,
    /// The machine came back in this turn after it had been silent: the screen that says so.
    returned: Option<&'static str>,
}

impl<'a> Scene<'a> {
    fn forget_old_drafts(&mut self) {
        let (at, kept) = (self.at, self.catalog.menu.kept);
        let is_fresh = |open: &Open| at - open.touched_at <= kept;
        self.session.kept.retain(is_fresh);
        if self.session.open.as_ref().is_some_and(|open| !is_fresh(open)) {
            self.session.open = None;
            self.session.aside = None;
        }
    }

    fn hear(&mut self, heard: &Heard) {
        let was_away = self.session.heard_at.is_none_or(|heard_at| self.at - heard_at > self.catalog.menu.away);
        if was_away && matches!(self.session.aside, Some(Aside::Guided(_))) {
            self.session.aside = None;
        }
        if !matches!(heard, Heard::Nothing | Heard::OfficerEnded | Heard::Withdrawn) {
            self.follow_officer();
        }
        match heard {
            // Not the citizen's own doing.
            Heard::Nothing => return,
            Heard::OfficerEnded => return self.officer_ended(),
            Heard::Withdrawn => return self.withdrawn(),
            Heard::Message { text, attachments } => self.message(&clean(text.reveal()), attachments, was_away),
            Heard::Contact(contact) => {
                self.machine_returns();
                self.contact_form(contact);
            }
            Heard::Arrived => self.arrived(was_away),
            Heard::Sticker => self.small_case("sticker"),
            Heard::BusinessCard => self.small_case("business_card"),
            Heard::Call => self.small_case("call"),
            Heard::Emptied => self.emptied(),
        }
        self.session.heard_at = Some(self.at);
        if let Some(open) = &mut self.session.open {
            open.touched_at = self.at;
        }
    }

    fn message(&mut self, text: &str, attachments: &[Attachment], was_away: bool) {
        self.said = self.title_or_text(text);
        if is_payload(text) {
            self.pressed_with_officer(text);
            return self.pressed(text);
        }
        if was_away {
            self.drop_empty_follow_up();
        }
        if self.session.officer.is_some() {
            return self.message_for_officer(text);
        }
        if was_away && self.has_substance() {
            if self.guarded(text) {
                return;
            }
            return self.back_after_pause(text, attachments);
        }
        let is_held = self.take_hold() | self.take_up_guided();
        if self.tells_more_of_denunciation(text, attachments) {
            return self.denounced();
        }
        self.files_before = self.session.open.as_ref().map_or(0, |open| open.attachments.len());
        if self.session.open.is_none()
            && (self.came_as_asked(text, attachments)
                || (!attachments.is_empty() && self.added_lately(text, attachments)))
        {
            return;
        }
        let came = self.take_files(attachments);
        match (text.is_empty(), came) {
            (true, None) => {}
            (true, Some(came)) => self.after_files(&came, is_held),
            (false, came) => {
                if let Some(came) = came {
                    self.mention_files(&came, is_held);
                }
                self.text(text, is_held);
            }
        }
    }

    /// Whether the last reply still waited: then the citizen has not seen its question, and this goes on with the story.
    fn take_hold(&mut self) -> bool {
        let at = self.at;
        let until = self.session.open.as_mut().and_then(|open| open.held_until.take());
        // What is collected about a petition is asked for the same way, held or not.
        until.is_some_and(|until| at < until) && self.follow_up().is_none()
    }

    fn text(&mut self, text: &str, is_held: bool) {
        let is_greeting = self.means(text, Meaning::Greeting);
        if is_held {
            if is_greeting || !self.command(text) {
                self.more_story(text);
            }
            return;
        }
        if self.understood(text) || telex::guesses(text).any(|guess| self.understood(&guess)) {
            return;
        }
        if self.session.aside == Some(Aside::Correcting) {
            return self.correct_mine(text);
        }
        if matches!(self.session.aside, Some(Aside::Foreign { .. })) && self.gave_phone_for_lookup(text) {
            return;
        }
        // A picture in letters is a sticker.
        let is_picture = !text.chars().any(char::is_alphanumeric);
        if self.session.open.is_some() {
            return if is_picture { self.small_case("sticker") } else { self.answer(text) };
        }
        if self.awaits_words() && self.guarded(text) {
            return;
        }
        if !(self.which_again(text) || self.added_lately(text, &[]) || self.asks_whether_supplement(text)) {
            self.first_words(text);
        }
    }

    /// Whether the whole message chose a button, or was a word that means something here or everywhere.
    fn understood(&mut self, text: &str) -> bool {
        self.chose_offered(text) || self.meant_for_step(text) || self.command(text) || self.named_reference(text)
    }

    fn means(&self, text: &str, meaning: Meaning) -> bool {
        self.catalog.menu.lexicon.means(text, meaning)
    }

    /// The form that is open, with its definition and the step whose question is open.
    fn at_step(&self) -> Option<(&'a Form, &'a Step)> {
        let open = self.session.open.as_ref()?;
        let form = self.catalog.forms.get(&open.form)?;
        Some((form, form.step(&open.step)?))
    }

    fn open(&self) -> &Open {
        self.session.open.as_ref().expect("only called while a form is open")
    }

    fn open_mut(&mut self) -> &mut Open {
        self.session.open.as_mut().expect("only called while a form is open")
    }

    fn form(&self) -> &'a Form {
        let catalog: &'a Catalog = self.catalog;
        catalog.forms.get(&self.open().form).expect("forms are opened by the names of the catalog")
    }

    /// Whether the citizen has put anything into the open form.
    fn has_substance(&self) -> bool {
        self.session.open.as_ref().is_some_and(is_worth_keeping)
    }
}

fn is_worth_keeping(open: &Open) -> bool {
    !open.attachments.is_empty() || open.answers.keys().any(|name| !open.inferred.contains(name))
}

impl Scene<'_> {
    /// What the citizen sees of a message: of a pressed button its title.
    fn title_or_text(&self, text: &str) -> String {
        let offer = self.session.offered.iter().find(|offer| offer.payload == text);
        match offer {
            Some(offer) => offer.title.clone(),
            None if is_payload(text) => String::new(),
            None => text.to_owned(),
        }
    }
}

/// Whether a text is a pressed button: «#1» is how some people write a number.
fn is_payload(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_lowercase()))
}
