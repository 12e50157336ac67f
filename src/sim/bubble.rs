//! What stands on a phone: messages with what belongs to them.

use chrono::{DateTime, Utc};

use super::citizen::random_msg_id;

/// One message on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    pub msg_id: String,
    pub from: Side,
    pub text: String,
    pub picture: Option<Picture>,
    pub choices: Vec<Choice>,
    /// The card that asks for contact data.
    pub card: Option<Card>,
    /// The message it answers, by id.
    pub quote: Option<String>,
    /// The template it was made from.
    pub template_id: Option<String>,
    /// What somebody thinks of it, as `/-heart`.
    pub reaction: Option<String>,
    pub at: DateTime<Utc>,
    /// When the service took it (the citizen's messages only).
    pub taken_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Citizen,
    Account,
}

/// A file that somebody sent along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub name: String,
    /// On the media host.
    pub path: String,
    pub is_image: bool,
}

/// A card that asks for contact data (`request_user_info`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub title: String,
    pub subtitle: String,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub title: String,
    pub does: Does,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Sends the payload as a message that is shown.
    Say(String),
    /// Sends the payload as a message that is not shown.
    Whisper(String),
    Open(String),
    Call(String),
    /// Writes this content to that number, as a text message of the phone.
    Text(String, String),
}

impl Bubble {
    pub fn new(from: Side, text: impl Into<String>, at: DateTime<Utc>) -> Self {
        Self {
            msg_id: random_msg_id(),
            from,
            text: text.into(),
            picture: None,
            choices: Vec::new(),
            card: None,
            quote: None,
            template_id: None,
            reaction: None,
            at,
            taken_at: None,
        }
    }
}
