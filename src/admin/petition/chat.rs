//! The conversation beside the petition.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::words;
use crate::casework::Masks;
use crate::clock::{hanoi, say_weekday};
use crate::petition::Details;
use crate::petition::conversation::{Conversation, Delivery, Side};

/// Zalo lets us write for seven days after the citizen last did something (zalo-oa 2.5).
const WINDOW: TimeDelta = TimeDelta::days(7);

pub struct Chat {
    pub bubbles: Vec<Bubble>,
    pub has_older: bool,
    /// Class and words: until when a chat message reaches the citizen.
    pub window: (&'static str, String),
}

pub struct Bubble {
    /// On the first message of a day: the day, in words and for the machine.
    pub day: Option<(String, String)>,
    pub is_ours: bool,
    pub text: String,
    pub attached: Vec<String>,
    /// The hour, and how far a message of ours has come.
    pub when: String,
    /// The message did not arrive.
    pub is_lost: bool,
}

/// Draws a conversation; unless the sender was revealed, who they are is hidden in what was said.
pub fn draw(conversation: &Conversation, details: &Details, is_revealed: bool, at: DateTime<Utc>) -> Chat {
    let masks = Masks::of(details);
    let mut last_day: Option<NaiveDate> = None;
    let bubbles = conversation.said.iter().map(|said| {
        let day = hanoi(said.at).date_naive();
        let is_new_day = last_day.replace(day) != Some(day);
        let (delivery, is_lost) = match &said.by {
            Side::Citizen => (None, false),
            Side::Service(delivery) => {
                (Some(delivered(*delivery)), matches!(delivery, Delivery::GivenUp | Delivery::Unreachable))
            }
        };
        let text = said.text.reveal();
        Bubble {
            day: is_new_day.then(|| {
                let weekday = say_weekday(said.at).replacen("thứ", "Thứ", 1);
                (format!("{weekday}, {}", words::date(said.at)), day.to_string())
            }),
            is_ours: said.by != Side::Citizen,
            text: if is_revealed { text.to_owned() } else { masks.hide(text) },
            attached: said.attached.clone(),
            when: match delivery {
                None => words::clock(said.at),
                Some(delivery) => format!("{} · {delivery}", words::clock(said.at)),
            },
            is_lost,
        }
    });
    let bubbles = bubbles.collect();
    Chat { bubbles, has_older: conversation.has_older, window: window(conversation.last_heard_at, at) }
}

fn delivered(delivery: Delivery) -> String {
    match delivery {
        Delivery::Waiting => "đang chờ gửi".to_owned(),
        Delivery::Sent => "đã gửi".to_owned(),
        Delivery::Delivered(at) => format!("đã nhận {}", words::clock(at)),
        Delivery::Seen(at) => format!("đã xem {}", words::clock(at)),
        Delivery::GivenUp => "Zalo không nhận".to_owned(),
        Delivery::Unreachable => "không tới được, cần gọi điện".to_owned(),
    }
}

fn window(last_heard_at: Option<DateTime<Utc>>, at: DateTime<Utc>) -> (&'static str, String) {
    match last_heard_at.map(|heard_at| heard_at + WINDOW) {
        Some(until) if until > at => ("is-done", format!("Nhắn được đến {}", words::near(until, at))),
        Some(until) => ("is-closed", format!("Hết hạn nhắn từ {}", words::near(until, at))),
        None => ("is-closed", "Chưa nhắn được".to_owned()),
    }
}
