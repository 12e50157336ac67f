//! The state of the small Zalo. Synchronous and without I/O; every question of time is answered by `at`.

mod hears;
mod sends;
mod templates;
mod uploads;

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::citizen::{Citizen, Tally};
use super::consent::Grants;
use super::fault::Faults;
use super::manners::Manners;
use super::media::Media;
use super::phone::PhoneId;
use super::post::Post;
use super::quirk::Chances;
use super::rules::refusal::Refusal;
use super::rules::upload::Upload;
use super::settings::SimSettings;
use super::token::Tokens;
pub use sends::Receipt;

/// So much is shown and kept of what happened.
const LOG_LINES: usize = 200;
/// The seed of the dice until somebody sows another.
const SEED: u64 = 1;

#[derive(Debug)]
pub struct World {
    settings: SimSettings,
    citizens: Vec<Citizen>,
    by_user_id: HashMap<String, PhoneId>,
    by_phone: HashMap<String, PhoneId>,
    pub began_at: DateTime<Utc>,
    pub tokens: Tokens,
    pub grants: Grants,
    pub faults: Faults,
    pub manners: Manners,
    pub chances: Chances,
    /// Events that wait to be delivered.
    pub post: Post,
    pub webhooks: WebhookState,
    pub webhook_url: Url,
    /// The files people sent, by path.
    pub media: HashMap<String, Media>,
    pub media_host: String,
    /// What the account uploaded, by id or token.
    uploads: HashMap<String, Upload>,
    uploaded: Tally,
    templates_sent: Tally,
    /// Template messages by phone, with their time.
    phone_messages: HashMap<String, DateTime<Utc>>,
    rate: (i64, u32),
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

impl World {
    pub fn new(settings: &SimSettings) -> Self {
        let began_at = settings.clock.now();
        Self {
            citizens: Vec::new(),
            by_user_id: HashMap::new(),
            by_phone: HashMap::new(),
            began_at,
            tokens: Tokens::new(settings.refresh_token.clone(), began_at),
            grants: Grants::default(),
            faults: Faults::default(),
            manners: Manners::default(),
            chances: Chances::seeded(SEED),
            post: Post::default(),
            webhooks: WebhookState::On,
            webhook_url: settings.webhook_url.clone(),
            media: HashMap::new(),
            media_host: "http://127.0.0.1:8090".to_owned(),
            uploads: HashMap::new(),
            uploaded: Tally::default(),
            templates_sent: Tally::default(),
            phone_messages: HashMap::new(),
            rate: (0, 0),
            log: VecDeque::new(),
            messages_sent: 0,
            settings: settings.clone(),
        }
    }

    /// Somebody new comes to Zalo.
    pub fn admit(&mut self, name: &str) -> PhoneId {
        let id = PhoneId(self.citizens.len());
        let citizen = Citizen::new(name.to_owned(), format!("8490{:07}", id.0 + 1));
        self.by_user_id.insert(citizen.user_id.clone(), id);
        self.by_phone.insert(citizen.phone.clone(), id);
        self.citizens.push(citizen);
        id
    }

    /// The citizen has this number from now on, and whoever had it has none.
    pub fn renumber(&mut self, id: PhoneId, phone: &str) {
        let old = std::mem::replace(&mut self.citizens[id.0].phone, phone.to_owned());
        self.by_phone.remove(&old);
        self.by_phone.insert(phone.to_owned(), id);
    }

    pub fn has(&self, id: PhoneId) -> bool {
        id.0 < self.citizens.len()
    }

    pub fn citizen(&self, id: PhoneId) -> &Citizen {
        &self.citizens[id.0]
    }

    pub fn citizen_mut(&mut self, id: PhoneId) -> &mut Citizen {
        &mut self.citizens[id.0]
    }

    /// The citizen whom the account knows by this id. Nobody knows an anonymous one.
    pub fn find(&self, user_id: &str) -> Option<PhoneId> {
        let id = *self.by_user_id.get(user_id)?;
        let citizen = self.citizen(id);
        (citizen.anonymous_in.is_none() && !citizen.standing.has_no_account).then_some(id)
    }

    /// The anonymous citizen in this conversation.
    pub fn find_anonymous(&self, anonymous_id: &str, conversation_id: &str) -> Option<PhoneId> {
        let id = *self.by_user_id.get(anonymous_id)?;
        (self.citizen(id).anonymous_in.as_deref() == Some(conversation_id)).then_some(id)
    }

    pub fn phones_on_page(&self) -> Vec<PhoneId> {
        (0..self.citizens.len()).filter(|&id| self.citizens[id].is_on_page).map(PhoneId).collect()
    }

    pub fn followers(&self) -> usize {
        self.citizens.iter().filter(|citizen| citizen.is_follower).count()
    }

    /// Counts a call of the API; gives what is left of this minute's.
    pub fn count_call(&mut self, at: DateTime<Utc>) -> Result<u32, Refusal> {
        let minute = at.timestamp().div_euclid(60);
        let (counted, so_far) = self.rate;
        let calls = if counted == minute { so_far + 1 } else { 1 };
        self.rate = (minute, calls);
        self.manners.rate_limit.checked_sub(calls).ok_or_else(|| Refusal::of(-32))
    }

    pub fn note(&mut self, at: DateTime<Utc>, text: impl Into<String>) {
        self.log.push_back(LogLine { at, text: text.into() });
        while self.log.len() > LOG_LINES {
            self.log.pop_front();
        }
    }
}

/// A wait, as chrono counts it.
pub fn delta(wait: Duration) -> TimeDelta {
    TimeDelta::from_std(wait).expect("a wait that chrono can count")
}
