//! What we may send: text and buttons (zalo-oa 2.1).

use serde::{Deserialize, Serialize};

/// Zalo's limit on a text, in NFC characters.
pub const TEXT_LIMIT: usize = 2_000;
/// Zalo's limit on buttons under one message.
pub const BUTTON_LIMIT: usize = 5;

/// Zalo's limits on the card that asks for contact data, in NFC characters.
pub const CARD_TITLE_LIMIT: usize = 100;
pub const CARD_SUBTITLE_LIMIT: usize = 500;

/// One chat message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// With a card: what goes instead where Zalo takes no card.
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// Goes alone, without text and buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
}

/// The card that asks for contact data (`request_user_info`): one tap sends what Zalo knows as `user_submit_info`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub title: String,
    pub subtitle: String,
    /// The picture above the title.
    pub image_url: String,
}

impl Message {
    /// The same for where Zalo takes no card.
    pub fn without_card(&self) -> Self {
        Self { card: None, ..self.clone() }
    }
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// At most 100 characters for Zalo, 20 for us.
    pub title: String,
    pub press: Press,
}

/// What pressing a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// Comes back as an ordinary text message that the citizen does not see (`oa.query.hide`), at most 1,000 characters.
    Hide(String),
    /// Opens a page (`oa.open.url`).
    Url(String),
    /// Calls a number, as `84…` or a short number (`oa.open.phone`).
    Phone(String),
}
