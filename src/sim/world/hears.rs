//! What citizens do, and how the service comes to hear of it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::super::bubble::{Bubble, Side};
use super::super::citizen::{Citizen, SharedContact};
use super::super::dress::Dress;
use super::super::event::{self, Event, Signing};
use super::super::phone::PhoneId;
use super::super::post::Delivery;
use super::super::quirk::Quirk;
use super::super::settings::SimSettings;
use super::{WebhookState, World, delta};

impl World {
    /// The citizen does something that counts as an interaction; the service will hear of it.
    pub fn says(&mut self, id: PhoneId, name: &str, bubble: Option<Bubble>, message: Value, at: DateTime<Utc>) {
        let msg_id = bubble.as_ref().map(|bubble| bubble.msg_id.clone());
        let citizen = &mut self.citizens[id.0];
        citizen.interacts(at);
        citizen.bubbles.extend(bubble);
        let event = event::from_citizen(&self.settings, citizen, name, message, at);
        self.tell(id, event, msg_id, at);
    }

    /// The citizen sends their contact data.
    pub fn shares(&mut self, id: PhoneId, bubble: Bubble, shared: &SharedContact, at: DateTime<Utc>) {
        let msg_id = bubble.msg_id.clone();
        let citizen = &mut self.citizens[id.0];
        citizen.interacts(at);
        citizen.bubbles.push(bubble);
        citizen.shared = Some(shared.clone());
        let event = event::contact(&self.settings, citizen, shared, at);
        self.tell(id, event, Some(msg_id), at);
    }

    /// The citizen follows the account.
    pub fn follows(&mut self, id: PhoneId, at: DateTime<Utc>) {
        let citizen = &mut self.citizens[id.0];
        citizen.is_follower = true;
        citizen.interacts(at);
        let event = event::follow(&self.settings, &self.citizens[id.0], at);
        self.tell(id, event, None, at);
    }

    /// The citizen stops following the account, which is no interaction.
    pub fn unfollows(&mut self, id: PhoneId, at: DateTime<Utc>) {
        self.citizens[id.0].is_follower = false;
        let event = event::follow(&self.settings, &self.citizens[id.0], at);
        self.tell(id, event, None, at);
    }

    /// Somebody of the office writes to the citizen in Zalo's own tool.
    pub fn officer_writes(&mut self, id: PhoneId, text: &str, at: DateTime<Utc>) {
        let bubble = Bubble::new(Side::Account, text.to_owned(), at);
        let message = json!({ "text": text, "msg_id": bubble.msg_id });
        self.citizens[id.0].bubbles.push(bubble);
        let event = event::from_officer(&self.settings, &self.citizens[id.0], message, at);
        self.tell(id, event, None, at);
    }

    /// Something that is no message: the service is told as this event tells it.
    pub fn happens(
        &mut self,
        id: PhoneId,
        told: impl FnOnce(&SimSettings, &Citizen, DateTime<Utc>) -> Event,
        at: DateTime<Utc>,
    ) {
        let event = told(&self.settings, &self.citizens[id.0], at);
        self.tell(id, event, None, at);
    }

    /// An event begins its way to the service, as the manners and the dice will have it.
    pub fn tell(&mut self, id: PhoneId, event: Event, msg_id: Option<String>, at: DateTime<Utc>) {
        let copies = if self.manners.sends_twice || self.chances.strikes(Quirk::Twice) { 2 } else { 1 };
        let is_unknown = self.chances.strikes(Quirk::UnknownEvent);
        for _ in 0..copies {
            self.post(id, event.clone(), msg_id.clone(), at);
        }
        if is_unknown {
            let unknown = event::unknown(&self.settings, &self.citizens[id.0], at);
            self.post(id, unknown, None, at);
        }
        for (quirk, signing) in [(Quirk::UnsignedTest, Signing::Missing), (Quirk::BadlySignedTest, Signing::Wrong)] {
            if self.chances.strikes(quirk) {
                let event = event::console_test(&self.settings, signing, at);
                self.put(Delivery::new(id, event, None, at).loose());
            }
        }
    }

    fn post(&mut self, id: PhoneId, event: Event, msg_id: Option<String>, at: DateTime<Utc>) {
        let event = self.dressed(event);
        let mut due_at = at + delta(self.manners.delay);
        let is_overtaken = self.chances.strikes(Quirk::Overtaken);
        if is_overtaken || self.chances.strikes(Quirk::Late) {
            due_at += delta(self.manners.late);
        }
        let mut delivery = Delivery::new(id, event, msg_id, due_at);
        if self.chances.strikes(Quirk::AtOnce) {
            delivery.copies = self.manners.at_once;
        }
        let is_loose = is_overtaken || !self.manners.in_order;
        self.put(if is_loose { delivery.loose() } else { delivery });
    }

    /// Puts it into the post, unless Zalo has given up.
    pub fn put(&mut self, delivery: Delivery) {
        if self.webhooks == WebhookState::On {
            self.post.put(delivery);
        }
    }

    /// The body in another dress: the same words, other bytes.
    fn dressed(&mut self, event: Event) -> Event {
        let mut dress = Dress {
            is_escaped: self.chances.strikes(Quirk::Escaped),
            is_spaced: self.chances.strikes(Quirk::Spaced),
            is_shuffled: self.chances.strikes(Quirk::Shuffled),
            has_numbered_time: self.chances.strikes(Quirk::NumberedTime),
            chances: &mut self.chances,
        };
        dress.on(event)
    }
}
