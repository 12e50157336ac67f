//! A citizen as Zalo knows them, and what stands on their phone.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;

/// Free replies after each interaction, and for how long (zalo-oa 2.5; sources disagree, nothing is refused for it).
const FREE_REPLIES: u32 = 8;
const FREE_FOR: TimeDelta = TimeDelta::hours(48);

/// Somebody who uses Zalo.
#[derive(Debug)]
pub struct Citizen {
    /// Scoped to the account.
    pub user_id: String,
    /// Scoped to the application.
    pub user_id_by_app: String,
    pub name: String,
    /// Whose phone stands on the page.
    pub is_on_page: bool,
    pub is_follower: bool,
    pub last_heard_at: Option<DateTime<Utc>>,
    pub bubbles: Vec<Bubble>,
    free_replies: u32,
}

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

/// What somebody sends by the card.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct SharedContact {
    pub name: String,
    /// `849…`
    pub phone: String,
    pub address: String,
    pub ward: String,
    /// Only the old shape has one.
    pub district: String,
    pub city: String,
    pub shape: Shape,
}

/// The two shapes of the address in `user_submit_info` (zalo-oa 1.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// `full_address` with city, ward and address.
    #[default]
    Current,
    /// City, district, ward and address beside the name; the phone as a number.
    Old,
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
}

impl Citizen {
    pub fn new(name: String) -> Self {
        Self {
            user_id: random_id(),
            user_id_by_app: random_id(),
            name,
            is_on_page: true,
            is_follower: false,
            last_heard_at: None,
            bubbles: Vec::new(),
            free_replies: 0,
        }
    }

    /// Notes an interaction: it opens the window and renews the free replies.
    pub fn interacts(&mut self, at: DateTime<Utc>) {
        self.last_heard_at = Some(at);
        self.free_replies = FREE_REPLIES;
    }

    /// Free replies left now.
    pub fn free_replies(&self, at: DateTime<Utc>) -> u32 {
        let is_free = self.last_heard_at.is_some_and(|heard| at <= heard + FREE_FOR);
        if is_free { self.free_replies } else { 0 }
    }

    /// Takes one free reply, if one is left. True: it was free.
    pub fn takes_free_reply(&mut self, at: DateTime<Utc>) -> bool {
        let is_free = self.free_replies(at) > 0;
        if is_free {
            self.free_replies -= 1;
        }
        is_free
    }
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
            at,
            taken_at: None,
        }
    }
}

/// Looks like a message id of Zalo: 20 hexadecimal digits.
pub fn random_msg_id() -> String {
    hex::encode(rand::rng().random::<[u8; 10]>())
}

/// Looks like an id of Zalo: 19 digits, more than a float can hold.
fn random_id() -> String {
    rand::rng().random_range(1_000_000_000_000_000_000_u64..9_000_000_000_000_000_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_replies_in_48_hours_are_free() {
        let at: DateTime<Utc> = "2026-11-18T02:00:00Z".parse().expect("a time");
        let mut citizen = Citizen::new("Bà Lan".to_owned());
        assert!(!citizen.takes_free_reply(at), "never heard");
        citizen.interacts(at);
        assert!((0..8).all(|_| citizen.takes_free_reply(at)));
        assert!(!citizen.takes_free_reply(at), "the ninth");
        citizen.interacts(at);
        assert_eq!(citizen.free_replies(at + FREE_FOR), 8);
        assert_eq!(citizen.free_replies(at + FREE_FOR + TimeDelta::seconds(1)), 0);
    }
}
