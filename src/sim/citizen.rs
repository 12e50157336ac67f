//! A citizen as Zalo knows them.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use rand::Rng;

use super::bubble::Bubble;
use crate::clock::hanoi;

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
    /// `84…`, the number of their phone.
    pub phone: String,
    /// Writes without saying who they are, in this conversation.
    pub anonymous_in: Option<String>,
    pub standing: Standing,
    /// What they last sent by the contact form.
    pub shared: Option<SharedContact>,
    /// Template messages today and this month, in Hanoi.
    pub templates: Tally,
    /// Messages they have received and not yet looked at.
    pub unseen: Vec<String>,
    free_replies: u32,
}

/// How somebody stands to the account, and to Zalo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Standing {
    /// Has blocked the account: -217, by phone -141.
    pub has_blocked: bool,
    /// Refuses messages of this kind: template by user id -244, by phone -139.
    pub refuses_templates: bool,
    /// Not on Zalo for more than 45 days: -227, by phone -114.
    pub is_inactive: bool,
    /// Has no Zalo at all: the number gets -118, the user id -201.
    pub has_no_account: bool,
    /// Not eligible for template messages by phone: -140.
    pub is_ineligible: bool,
    /// Their Zalo is too old for template messages by phone: -110.
    pub is_outdated: bool,
    /// Administers the application, and so gets what is sent in development mode (else -127).
    pub is_admin: bool,
}

/// Counts by day and by month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    day: Option<NaiveDate>,
    today: u32,
    this_month: u32,
}

impl Tally {
    /// How many today, and this month.
    pub fn at(&self, at: DateTime<Utc>) -> (u32, u32) {
        let today = hanoi(at).date_naive();
        let Some(day) = self.day else { return (0, 0) };
        let is_this_month = (day.year(), day.month()) == (today.year(), today.month());
        (if day == today { self.today } else { 0 }, if is_this_month { self.this_month } else { 0 })
    }

    /// One more.
    pub fn add(&mut self, at: DateTime<Utc>) {
        let (today, this_month) = self.at(at);
        *self = Self { day: Some(hanoi(at).date_naive()), today: today + 1, this_month: this_month + 1 };
    }
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

impl Citizen {
    pub fn new(name: String, phone: String) -> Self {
        Self {
            user_id: random_id(),
            user_id_by_app: random_id(),
            name,
            is_on_page: true,
            is_follower: false,
            last_heard_at: None,
            bubbles: Vec::new(),
            phone,
            anonymous_in: None,
            standing: Standing::default(),
            shared: None,
            templates: Tally::default(),
            unseen: Vec::new(),
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

/// Looks like a message id of Zalo: 20 hexadecimal digits.
pub fn random_msg_id() -> String {
    hex::encode(rand::rng().random::<[u8; 10]>())
}

/// Looks like an id of Zalo: 19 digits, more than a float can hold.
pub fn random_id() -> String {
    rand::rng().random_range(1_000_000_000_000_000_000_u64..9_000_000_000_000_000_000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_forgets_the_day_and_then_the_month() {
        let at: DateTime<Utc> = "2026-11-18T02:00:00Z".parse().expect("a time");
        let mut tally = Tally::default();
        assert_eq!(tally.at(at), (0, 0));
        tally.add(at);
        tally.add(at);
        assert_eq!(tally.at(at), (2, 2));
        assert_eq!(tally.at(at + TimeDelta::hours(15)), (0, 2), "Hanoi's day ends at 17:00");
        tally.add(at + TimeDelta::days(1));
        assert_eq!(tally.at(at + TimeDelta::days(1)), (1, 3));
        assert_eq!(tally.at(at + TimeDelta::days(20)), (0, 0), "December");
    }

    #[test]
    fn eight_replies_in_48_hours_are_free() {
        let at: DateTime<Utc> = "2026-11-18T02:00:00Z".parse().expect("a time");
        let mut citizen = Citizen::new("Bà Lan".to_owned(), "84900000001".to_owned());
        assert!(!citizen.takes_free_reply(at), "never heard");
        citizen.interacts(at);
        assert!((0..8).all(|_| citizen.takes_free_reply(at)));
        assert!(!citizen.takes_free_reply(at), "the ninth");
        citizen.interacts(at);
        assert_eq!(citizen.free_replies(at + FREE_FOR), 8);
        assert_eq!(citizen.free_replies(at + FREE_FOR + TimeDelta::seconds(1)), 0);
    }
}
