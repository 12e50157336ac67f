//! The conversation beside the petition.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::{refusals, words};
use crate::casework::{Masks, may_say_until};
use crate::clock::{hanoi, say_weekday};
use crate::petition::Details;
use crate::petition::conversation::{Conversation, Delivery, Side};
use crate::petition::talk::Talk;

pub struct Chat {
    pub bubbles: Vec<Bubble>,
    pub has_older: bool,
    /// Class and words: until when a chat message reaches the citizen.
    pub window: (&'static str, String),
    /// What to do instead of writing, once Zalo does not let us.
    pub is_over: Option<String>,
    /// Since when the machine is silent, because somebody of the office writes.
    pub silent_since: Option<String>,
    /// The sender had what was said before erased.
    pub is_erased: bool,
}

pub struct Bubble {
    /// On the first message of a day: the day, in words and for the machine.
    pub day: Option<(String, String)>,
    /// Who speaks, for those who cannot see on which side it stands.
    pub speaker: &'static str,
    pub is_ours: bool,
    pub text: String,
    pub attached: Vec<String>,
    /// The hour, and how far a message of ours has come.
    pub when: String,
    /// The number of a message that did not arrive, to send it again.
    pub lost: Option<i64>,
    /// What was tried in vain, in words.
    pub tried: Vec<String>,
}

/// Draws a conversation; unless the sender was revealed, who they are is hidden in what was said.
pub fn draw(
    conversation: &Conversation,
    talk: Option<Talk>,
    details: &Details,
    is_revealed: bool,
    at: DateTime<Utc>,
) -> Chat {
    let masks = Masks::of(details);
    let mut last_day: Option<NaiveDate> = None;
    let bubbles = conversation.said.iter().map(|said| {
        let day = hanoi(said.at).date_naive();
        let is_new_day = last_day.replace(day) != Some(day);
        let (speaker, delivery) = match &said.by {
            Side::Citizen => ("Người gửi", None),
            Side::Service(delivery) => ("Trợ lý tự động", Some(delivery)),
            Side::Officer(delivery) => ("Cán bộ", Some(delivery)),
        };
        let text = said.text.reveal();
        Bubble {
            day: is_new_day.then(|| {
                let weekday = say_weekday(said.at).replacen("thứ", "Thứ", 1);
                (format!("{weekday}, {}", words::date(said.at)), day.to_string())
            }),
            speaker,
            is_ours: said.by != Side::Citizen,
            text: if is_revealed { text.to_owned() } else { masks.hide(text) },
            // people name their files after themselves
            attached: match is_revealed {
                true => said.attached.clone(),
                false => said.attached.iter().map(|name| masks.hide(name)).collect(),
            },
            when: match delivery {
                None => words::clock(said.at),
                Some(delivery) => delivered(delivery, said.at),
            },
            lost: delivery.filter(|delivery| delivery.is_lost()).and_then(|delivery| delivery.outbox_message_id),
            tried: delivery.map(tried).unwrap_or_default(),
        }
    });
    let bubbles = bubbles.collect();
    let last_heard_at = conversation.last_heard_at;
    Chat {
        bubbles,
        has_older: conversation.has_older,
        window: window(last_heard_at, at),
        is_over: closed(last_heard_at, at),
        silent_since: talk.and_then(|talk| silent_since(talk, at)),
        is_erased: conversation.is_erased,
    }
}

/// Nobody waits for an officer who cannot write any more.
fn silent_since(talk: Talk, at: DateTime<Utc>) -> Option<String> {
    let wrote_at = talk.wrote_at.filter(|wrote_at| talk.ended_at.is_none() && may_say_until(*wrote_at) > at)?;
    Some(words::near(wrote_at, at))
}

/// «đã gửi 10:02, đã nhận 10:02, đã xem 10:05 · tin mẫu»; what is known of it, each with its hour. The day is said where it
/// is another one than the message's.
fn delivered(delivery: &Delivery, at: DateTime<Utc>) -> String {
    let hour = |then: DateTime<Utc>| match hanoi(then).date_naive() == hanoi(at).date_naive() {
        true => words::clock(then),
        false => words::moment(then),
    };
    let steps = [("đã gửi", delivery.sent_at), ("đã nhận", delivery.delivered_at), ("đã xem", delivery.seen_at)];
    let mut said: Vec<String> =
        steps.into_iter().filter_map(|(word, then)| then.map(|then| format!("{word} {}", hour(then)))).collect();
    if said.is_empty() {
        said.push(match (delivery.state.as_str(), delivery.send_at) {
            ("waiting", Some(send_at)) if send_at > at && !delivery.tried.is_empty() => {
                format!("chưa gửi được, gửi lại lúc {}", hour(send_at))
            }
            ("waiting" | "leased", _) => "đang chờ gửi".to_owned(),
            ("given_up", _) => "Zalo không nhận".to_owned(),
            ("unreachable", _) => "không tới được, cần gọi điện".to_owned(),
            ("called", _) => "không tới được, cán bộ đã gọi điện".to_owned(),
            ("withheld", _) => "không gửi: người này không nhận tin".to_owned(),
            _ => format!("đã gửi {}", words::clock(at)),
        });
    }
    match delivery.channel.as_str() {
        "chat" | "" => said.join(", "),
        channel => format!("{} · {}", said.join(", "), refusals::way(channel)),
    }
}

/// «khung chat: quá 7 ngày chưa nhắn», one line for each attempt that did not bring the message.
fn tried(delivery: &Delivery) -> Vec<String> {
    let told = delivery.tried.iter().map(|tried| {
        let when = words::moment(tried.at);
        match tried.outcome.as_str() {
            "again" => format!("{when}: cán bộ cho gửi lại"),
            "returned" => format!("{when}: người này nhắn lại nên gửi trong khung chat"),
            _ => {
                let why = refusals::why(&tried.channel, tried.code, tried.reason.as_deref());
                format!("{when}, {}: {why}", refusals::way(&tried.channel))
            }
        }
    });
    told.collect()
}

fn window(last_heard_at: Option<DateTime<Utc>>, at: DateTime<Utc>) -> (&'static str, String) {
    match last_heard_at.map(may_say_until) {
        Some(until) if until > at => ("is-done", format!("Nhắn được đến {}", words::near(until, at))),
        Some(until) => ("is-closed", format!("Hết hạn nhắn từ {}", words::near(until, at))),
        None => ("is-closed", "Chưa nhắn được".to_owned()),
    }
}

/// What officers read where they would write, once Zalo does not let us write to this citizen any more.
pub fn closed(last_heard_at: Option<DateTime<Utc>>, at: DateTime<Utc>) -> Option<String> {
    match last_heard_at.map(may_say_until) {
        Some(until) if until > at => None,
        Some(until) => Some(format!(
            "Zalo chỉ cho nhắn người này đến {}. Cần báo gì thì gọi điện, hoặc chờ họ nhắn lại.",
            words::moment(until)
        )),
        None => Some("Người này chưa nhắn trang Zalo nên chưa nhắn lại được. Cần báo gì thì gọi điện.".to_owned()),
    }
}
