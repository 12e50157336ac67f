//! What Zalo tells us: one webhook body, read leniently (zalo-oa 1.4 to 1.8).

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use super::content::{Attachment, Contact, Said};
use super::event_name::Family;
use super::shape;

/// The message id of the console's test button, always the same.
const TEST_MESSAGE_ID: &str = "This is message id";
/// Zalo repeats a delivery for hours; an event that claims to be older than this has a clipped timestamp.
const OLDEST: TimeDelta = TimeDelta::days(30);
/// How far Zalo's clock may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// Echoes of what was written to people who are not logged in.
const TO_ANONYMOUS: &str = "oa_send_anonymous_";
/// Longer than any event name.
const NAME_LIMIT: usize = 64;
/// More than any id has letters that cannot be part of one.
const USER_ID_LIMIT: usize = 64;

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// As Zalo wrote it, whether we know it or not.
    pub name: String,
    /// The application that the event was sent for.
    pub app_id: Option<String>,
    pub content: Content,
    family: Family,
    citizen: Option<String>,
    /// Whom or what the event is about where it has no message id.
    subject: Option<String>,
    user_id_by_app: Option<String>,
    message_id: Option<String>,
    timestamp: Option<String>,
    sent_at: Option<DateTime<Utc>>,
    is_console_test: bool,
    digest: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A citizen wrote, or pressed a button: a press comes as a text (zalo-oa 0.9).
    Message(Said),
    /// A citizen sent a sticker or a gif without words.
    Sticker,
    /// A citizen sent somebody's contact card.
    BusinessCard,
    /// A citizen followed the account or opened the chat for the first time.
    Arrived,
    Unfollowed,
    /// A citizen sent the contact form.
    Contact(Contact),
    /// A citizen called, or answered whether we may call.
    Call,
    /// A citizen reacted to a message.
    Reaction,
    /// A citizen wants their data deleted.
    Withdrawn,
    /// The same from another Zalo product, which names only the id within the application.
    Removed {
        user_id_by_app: String,
    },
    /// Somebody who is not logged in wrote. They can be answered only in the version of the API that we do not use.
    Anonymous(Said),
    /// The account wrote. `admin_id` is there only where a person did, in Zalo's own chat tool.
    Echo {
        message_id: Option<String>,
        admin_id: Option<String>,
    },
    /// A chat message of ours arrived.
    Delivered {
        message_id: String,
    },
    /// Chat messages of ours were read.
    Seen {
        message_ids: Vec<String>,
    },
    /// A template message that was sent to a phone number arrived.
    TemplateDelivered {
        message_id: String,
        tracking_id: Option<String>,
        delivered_at: Option<DateTime<Utc>>,
    },
    /// The account's own affairs, and what nobody has written down yet.
    Other,
}

/// Why a body is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the body is not JSON")]
    NotJson,
    #[error("the body is JSON, but names no event")]
    NotAnEvent,
}

impl Event {
    /// Reads a body. Only its name is required: whatever else is missing, new or misspelt is left out.
    pub fn parse(body: &[u8]) -> Result<Self, Unreadable> {
        let value: Value = serde_json::from_slice(body).map_err(|_| Unreadable::NotJson)?;
        let name = name(&value).ok_or(Unreadable::NotAnEvent)?;
        let family = Family::of(&name);
        Ok(Self {
            app_id: shape::id(&value, "/app_id"),
            content: content(family, &value),
            citizen: citizen(family, &name, &value),
            subject: subject(&value),
            user_id_by_app: shape::id(&value, "/user_id_by_app"),
            message_id: shape::id(&value, "/message/msg_id"),
            timestamp: shape::id(&value, "/timestamp"),
            sent_at: shape::time(&value, "/timestamp"),
            is_console_test: value.pointer("/message/msg_id").and_then(Value::as_str) == Some(TEST_MESSAGE_ID),
            digest: digest(body),
            name,
            family,
        })
    }

    /// The citizen who did this, by the id that is theirs within our account; also the one to whom an officer wrote in
    /// Zalo's own tool. None for everything else that the account did (receipts among it), for its own affairs, and for
    /// people who are not logged in.
    pub fn citizen(&self) -> Option<&str> {
        self.citizen.as_deref()
    }

    /// When it happened; `received_at` where the event's own time cannot be true. Official samples lack digits.
    pub fn happened_at(&self, received_at: DateTime<Utc>) -> DateTime<Utc> {
        let plausible = received_at - OLDEST..=received_at + AHEAD;
        self.sent_at.filter(|at| plausible.contains(at)).unwrap_or(received_at)
    }

    /// By what a repeated delivery is recognised (zalo-oa 1.8); at least one key. Two receipts may tell of the same
    /// message, so a receipt has a key for each message that was seen.
    pub fn dedupe_keys(&self) -> Vec<String> {
        let name = &self.name;
        if let Content::Seen { message_ids } = &self.content {
            return message_ids.iter().map(|id| format!("{name}:{id}")).collect();
        }
        if let Some(id) = &self.message_id {
            return vec![format!("{name}:{id}")];
        }
        // Where nothing says which event this is, the body does: a repetition has the same bytes.
        let subject = self.subject.as_deref().unwrap_or(&self.digest);
        vec![match &self.timestamp {
            Some(timestamp) => {
                format!("{name}:{timestamp}:{subject}:{}", self.user_id_by_app.as_deref().unwrap_or_default())
            }
            None => format!("{name}:{}", self.digest),
        }]
    }

    /// Whether the console's «Kiểm tra» button sent it. Its message id never changes, so it must not be kept.
    pub fn is_console_test(&self) -> bool {
        self.is_console_test
    }

    /// Whether it lets us write to the citizen for the next seven days (zalo-oa 2.5).
    pub fn opens_window(&self) -> bool {
        self.family.opens_window()
    }
}

/// By what a repeated delivery of a body is recognised that is no [`Event`].
pub fn dedupe_key_of_unknown(body: &[u8]) -> String {
    format!("unknown:{}", digest(body))
}

fn digest(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

/// One callback of Zalo spells the field `event`.
fn name(value: &Value) -> Option<String> {
    let name = shape::id(value, "/event_name").or_else(|| shape::id(value, "/event"))?;
    (name.len() <= NAME_LIMIT).then_some(name)
}

fn content(family: Family, value: &Value) -> Content {
    match family {
        Family::Message => Content::Message(Said::read(value)),
        Family::Sticker => match Said::read(value) {
            said if said.text.is_some() => Content::Message(said),
            _ => Content::Sticker,
        },
        Family::BusinessCard => Content::BusinessCard,
        Family::Anonymous => Content::Anonymous(Said::read(value)),
        Family::Echo => Content::Echo {
            message_id: shape::id(value, "/message/msg_id"),
            admin_id: shape::id(value, "/sender/admin_id"),
        },
        Family::Received => received(value).unwrap_or(Content::Other),
        Family::Seen => seen(value).unwrap_or(Content::Other),
        Family::Reaction => Content::Reaction,
        Family::Followed | Family::ChatOpened => Content::Arrived,
        Family::Unfollowed => Content::Unfollowed,
        Family::ContactShared => Content::Contact(Contact::read(value)),
        Family::Call => Content::Call,
        Family::Withdrawn => Content::Withdrawn,
        Family::Removed => match shape::id(value, "/user_id_by_app") {
            Some(user_id_by_app) => Content::Removed { user_id_by_app },
            None => Content::Other,
        },
        Family::Office | Family::Unknown => Content::Other,
    }
}

/// Chat and template receipts share a name. A header tells them apart too, but the body is all that is kept.
fn received(value: &Value) -> Option<Content> {
    let message_id = shape::id(value, "/message/msg_id")?;
    let message = value.get("message")?;
    if message.get("delivery_time").is_none() && message.get("tracking_id").is_none() {
        return Some(Content::Delivered { message_id });
    }
    Some(Content::TemplateDelivered {
        message_id,
        tracking_id: shape::id(value, "/message/tracking_id"),
        delivered_at: shape::time(value, "/message/delivery_time"),
    })
}

fn seen(value: &Value) -> Option<Content> {
    let many = value.pointer("/message/msg_ids").and_then(Value::as_array);
    let one = value.pointer("/message/msg_id");
    let mut message_ids: Vec<_> = many.into_iter().flatten().chain(one).filter_map(shape::as_id).collect();
    message_ids.sort_unstable();
    message_ids.dedup();
    (!message_ids.is_empty()).then_some(Content::Seen { message_ids })
}

/// Where the citizen's id stands depends on the event; only those have one in which a citizen acts, or an officer writes to
/// one by hand.
fn citizen(family: Family, name: &str, value: &Value) -> Option<String> {
    let is_of_a_person = || shape::id(value, "/sender/admin_id").is_some() && !name.starts_with(TO_ANONYMOUS);
    let places: &[&str] = match family {
        Family::Message | Family::Sticker | Family::BusinessCard | Family::Reaction | Family::ContactShared => {
            &["/sender/id"]
        }
        Family::Followed | Family::Unfollowed => &["/follower/id"],
        Family::ChatOpened | Family::Withdrawn => &["/user_id"],
        // No sample of a call is known.
        Family::Call => &["/user_id", "/sender/id"],
        // What an officer writes in Zalo's own tool belongs to the citizen's conversation.
        Family::Echo if is_of_a_person() => &["/recipient/id"],
        Family::Anonymous | Family::Echo | Family::Received | Family::Seen | Family::Removed => &[],
        Family::Office | Family::Unknown => &[],
    };
    let id = places.iter().find_map(|place| shape::id(value, place))?;
    (id.len() <= USER_ID_LIMIT && id.chars().all(|letter| letter.is_ascii_alphanumeric())).then_some(id)
}

fn subject(value: &Value) -> Option<String> {
    ["/follower/id", "/user_id", "/sender/id", "/data/user_id"].iter().find_map(|place| shape::id(value, place))
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
