//! What we may send: text and buttons (zalo-oa 2.1).

use serde::{Deserialize, Serialize};

/// Zalo's limit on a text, in NFC characters.
pub const TEXT_LIMIT: usize = 2_000;
/// Zalo's limit on buttons under one message.
pub const BUTTON_LIMIT: usize = 5;

/// One chat message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
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
