//! The state of the small Zalo. Synchronous and without I/O; every question of time is answered by `at`.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use url::Url;

use super::citizen::{Bubble, Citizen, SharedContact, Side};
use super::courier::Delivery;
use super::event::{self, Event};
use super::fault::{Faults, Manners};
use super::media::Media;
use super::phone::PhoneId;
use super::rules::{self, Accepted, Refusal};
use super::settings::SimSettings;
use super::token::Tokens;

/// So much is shown and kept of what happened.
const LOG_LINES: usize = 200;

#[derive(Debug)]
pub struct World {
    settings: SimSettings,
    citizens: Vec<Citizen>,
    pub tokens: Tokens,
    pub faults: Faults,
    pub manners: Manners,
    /// Events that wait to be delivered, oldest first.
    pub deliveries: VecDeque<Delivery>,
    pub last_delivery: u64,
    pub webhooks: WebhookState,
    pub webhook_url: Url,
    /// The files people sent, by path.
    pub media: HashMap<String, Media>,
    pub media_host: String,
    pub log: VecDeque<LogLine>,
    pub messages_sent: usize,
}

/// Does Zalo send events?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    On,
    /// Zalo gave up after the last repetition.
    Off,
}

/// One thing that happened, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub at: DateTime<Utc>,
    pub text: String,
}

/// What an accepted message is answered with.
#[derive(Debug)]
pub struct Receipt {
    pub message_id: String,
    pub user_id: String,
    /// Free replies left, if this one was free.
    pub free_left: Option<u32>,
}

impl World {
    pub fn new(settings: &SimSettings) -> Self {
        Self {
            citizens: Vec::new(),
            tokens: Tokens::new(settings.refresh_token.clone(), settings.clock.now()),
            faults: Faults::default(),
            manners: Manners::default(),
            deliveries: VecDeque::new(),
            last_delivery: 0,
            webhooks: WebhookState::On,
            webhook_url: settings.webhook_url.clone(),
            media: HashMap::new(),
            media_host: "http://127.0.0.1:8090".to_owned(),
            log: VecDeque::new(),
            messages_sent: 0,
            settings: settings.clone(),
        }
    }

    /// Somebody new comes to Zalo.
    pub fn admit(&mut self, name: &str) -> PhoneId {
        self.citizens.push(Citizen::new(name.to_owned()));
        PhoneId(self.citizens.len() - 1)
    }

    pub fn citizen(&self, id: PhoneId) -> &Citizen {
        &self.citizens[id.0]
    }

    pub fn citizen_mut(&mut self, id: PhoneId) -> &mut Citizen {
        &mut self.citizens[id.0]
    }

    pub fn find(&self, user_id: &str) -> Option<PhoneId> {
        self.citizens.iter().position(|citizen| citizen.user_id == user_id).map(PhoneId)
    }

    pub fn phones_on_page(&self) -> Vec<PhoneId> {
        (0..self.citizens.len()).filter(|&id| self.citizens[id].is_on_page).map(PhoneId).collect()
    }

    pub fn note(&mut self, at: DateTime<Utc>, text: impl Into<String>) {
        self.log.push_back(LogLine { at, text: text.into() });
        while self.log.len() > LOG_LINES {
            self.log.pop_front();
        }
    }

    /// The citizen does something that counts as an interaction; the service will hear of it.
    pub fn says(
        &mut self,
        id: PhoneId,
        name: &str,
        bubble: Option<Bubble>,
        message: serde_json::Value,
        at: DateTime<Utc>,
    ) {
        let msg_id = bubble.as_ref().map(|bubble| bubble.msg_id.clone());
        let citizen = &mut self.citizens[id.0];
        citizen.interacts(at);
        citizen.bubbles.extend(bubble);
        let event = event::from_citizen(&self.settings, &self.citizens[id.0], name, message, at);
        self.tell(id, event, msg_id, at);
    }

    /// The citizen sends their contact data.
    pub fn shares(&mut self, id: PhoneId, bubble: Bubble, shared: &SharedContact, at: DateTime<Utc>) {
        let msg_id = bubble.msg_id.clone();
        let citizen = &mut self.citizens[id.0];
        citizen.interacts(at);
        citizen.bubbles.push(bubble);
        let event = event::contact(&self.settings, &self.citizens[id.0], shared, at);
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

    /// The citizen has their data deleted, as this or that product of Zalo's tells it.
    pub fn removes(
        &mut self,
        id: PhoneId,
        told: impl FnOnce(&SimSettings, &Citizen, DateTime<Utc>) -> Event,
        at: DateTime<Utc>,
    ) {
        let event = told(&self.settings, &self.citizens[id.0], at);
        self.tell(id, event, None, at);
    }

    /// The account sends a message (`message/cs`): it is shown and confirmed, or refused.
    pub fn accept(&mut self, body: &serde_json::Value, at: DateTime<Utc>) -> Result<Receipt, Refusal> {
        let id = self.find(rules::recipient(body)?).ok_or_else(rules::unknown_recipient)?;
        rules::window(self.citizens[id.0].last_heard_at, at)?;
        let Accepted { text, choices, card } = rules::message(body)?;
        if card.is_some() && self.manners.takes_no_cards {
            return Err(Refusal::of(-233));
        }
        let bubble = Bubble { choices, card, ..Bubble::new(Side::Account, text.clone(), at) };
        let message_id = bubble.msg_id.clone();
        let citizen = &mut self.citizens[id.0];
        let free_left = citizen.takes_free_reply(at).then(|| citizen.free_replies(at));
        citizen.bubbles.push(bubble);
        let user_id = citizen.user_id.clone();
        self.messages_sent += 1;
        self.confirm(id, &text, &message_id, at);
        Ok(Receipt { message_id, user_id, free_left })
    }

    /// The echo and the receipts of a message that was just shown.
    fn confirm(&mut self, id: PhoneId, text: &str, message_id: &str, at: DateTime<Utc>) {
        let Manners { echoes, receipts, .. } = self.manners;
        let mut events = Vec::new();
        if echoes {
            events.push(("oa_send_text", json!({ "text": text, "msg_id": message_id })));
        }
        if receipts {
            events.push(("user_received_message", json!({ "msg_id": message_id })));
            events.push(("user_seen_message", json!({ "msg_ids": [message_id] })));
        }
        for (name, message) in events {
            let event = event::from_account(&self.settings, &self.citizens[id.0], name, message, at);
            self.tell(id, event, None, at);
        }
    }

    /// An event begins its way to the service, once or twice.
    fn tell(&mut self, id: PhoneId, event: Event, msg_id: Option<String>, at: DateTime<Utc>) {
        if self.webhooks == WebhookState::Off {
            return;
        }
        let due_at = at + delta(self.manners.delay);
        let copies = if self.manners.sends_twice { 2 } else { 1 };
        for _ in 0..copies {
            self.last_delivery += 1;
            let number = self.last_delivery;
            self.deliveries.push_back(Delivery::new(number, id, event.clone(), msg_id.clone(), due_at));
        }
    }
}

/// A wait, as chrono counts it.
pub fn delta(wait: Duration) -> TimeDelta {
    TimeDelta::from_std(wait).expect("a wait that chrono can count")
}
