//! The conversation beside the petition.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use sqlx::PgConnection;

use super::super::quick::{self, Offered};
use super::super::visit::Visit;
use super::super::{AdminState, refusals, words};
use super::moves::failure;
use super::{address, may_on};
use crate::attachment::{self, Media, State};
use crate::casework::{self, Masks, may_say_until};
use crate::clock::{hanoi, say_weekday};
use crate::http::Failure;
use crate::officer::{Right, Role};
use crate::petition::conversation::{self, Conversation, Delivery, Said, Side};
use crate::petition::talk::Talk;
use crate::petition::{Petition, attachment as register};

pub struct Chat {
    /// Where its news are told, and the revision that stands here.
    pub events: String,
    pub revision: String,
    pub bubbles: Vec<Bubble>,
    pub has_older: bool,
    /// Class and words: until when a chat message reaches the citizen.
    pub window: (&'static str, String),
    /// What to do instead of writing in the chat, once Zalo does not let us.
    pub is_over: Option<String>,
    /// How much can be written all the same, as a template message.
    pub room: Option<usize>,
    /// Sentences to begin with.
    pub quick: Vec<Offered>,
    /// Since when the machine is silent, because somebody of the office writes.
    pub silent_since: Option<String>,
    /// The sender had what was said before erased.
    pub is_erased: bool,
}

pub struct Bubble {
    /// Keeps it apart from all others on the page.
    pub id: String,
    /// On the first message of a day: the day, in words and for the machine.
    pub day: Option<(String, String)>,
    /// Who speaks, for those who cannot see on which side it stands.
    pub speaker: &'static str,
    pub is_ours: bool,
    pub text: String,
    pub attached: Vec<String>,
    pub files: Vec<Picture>,
    /// The hour, and how far a message of ours has come.
    pub when: String,
    /// It did not arrive, and somebody has to do something.
    pub is_lost: bool,
    /// Its number, for who may send it again.
    pub lost: Option<i64>,
    /// What was tried in vain, in words.
    pub tried: Vec<String>,
}

/// A file that came with a message.
#[derive(Clone)]
pub struct Picture {
    /// Where it is handed out; its thumbnail stands below.
    pub file: String,
    pub is_drawn: bool,
}

/// What a conversation is drawn from.
pub struct Heard {
    conversation: Conversation,
    talk: Option<Talk>,
    revision: String,
    files: BTreeMap<i64, Vec<Picture>>,
    room: Option<usize>,
    quick: Vec<Offered>,
    may_send_again: bool,
}

/// Reads the conversation with the sender, for who talks with them.
pub async fn read(
    connection: &mut PgConnection,
    state: &AdminState,
    visit: &Visit,
    petition: &Petition,
    limit: i64,
) -> Result<Option<Heard>, Failure> {
    if !may_on(visit, Right::Talk, petition) {
        return Ok(None);
    }
    // first: what comes after it is told
    let revision = conversation::revision(connection, petition.citizen_id).await?;
    let conversation = conversation::read(connection, petition.citizen_id, limit).await?;
    let rules = &state.rules;
    Ok(Some(Heard {
        talk: casework::officer_talk(connection, petition.citizen_id).await.map_err(failure)?,
        files: files(connection, visit, petition, &conversation.said).await?,
        room: casework::template_room(rules, connection, petition, &visit.officer).await.map_err(failure)?,
        quick: quick::offered(connection, &visit.officer).await?,
        may_send_again: visit.may(Right::Channel),
        conversation,
        revision,
    }))
}

/// What came with each message and lies here, by the message; of papers that prove who somebody is, only for the focal
/// office.
async fn files(
    connection: &mut PgConnection,
    visit: &Visit,
    petition: &Petition,
    said: &[Said],
) -> Result<BTreeMap<i64, Vec<Picture>>, Failure> {
    let mut files: BTreeMap<i64, Vec<Picture>> = BTreeMap::new();
    if !may_on(visit, Right::Attachments, petition) {
        return Ok(files);
    }
    let ids: Vec<i64> = said.iter().filter_map(|said| said.inbox_event_id).collect();
    for (inbox_event_id, media) in attachment::of_events(connection, &ids).await? {
        let Media { media_id, is_drawn, .. } = media;
        let is_open = visit.officer.role == Role::FocalOffice || !register::is_identity(connection, media_id).await?;
        if media.state == State::Kept && is_open {
            let file = format!("{}/messages/{media_id}", address(&petition.reference));
            files.entry(inbox_event_id).or_default().push(Picture { file, is_drawn });
        }
    }
    Ok(files)
}

impl Heard {
    /// Draws it; unless the sender was revealed, who they are is hidden in what was said.
    pub fn draw(self, petition: &Petition, is_revealed: bool, at: DateTime<Utc>) -> Chat {
        let last_heard_at = self.conversation.last_heard_at;
        let is_stranger = self.conversation.is_stranger;
        Chat {
            events: format!("{}/conversation/events", address(&petition.reference)),
            bubbles: bubbles(&self, petition, is_revealed),
            revision: self.revision,
            has_older: self.conversation.has_older,
            window: if is_stranger { ("is-closed", "Không qua Zalo".to_owned()) } else { window(last_heard_at, at) },
            is_over: if is_stranger { Some(NO_ZALO.to_owned()) } else { closed(last_heard_at, at) },
            room: self.room,
            quick: self.quick,
            silent_since: self.talk.and_then(|talk| silent_since(talk, at)),
            is_erased: self.conversation.is_erased,
        }
    }
}

const NO_ZALO: &str = "Phản ánh này không gửi qua Zalo nên không có khung chat. Cần báo gì thì gọi điện hoặc gửi thư.";

fn bubbles(heard: &Heard, petition: &Petition, is_revealed: bool) -> Vec<Bubble> {
    let masks = Masks::of(&petition.details);
    let mut last_day: Option<NaiveDate> = None;
    let bubbles = heard.conversation.said.iter().map(|said| {
        let day = hanoi(said.at).date_naive();
        let is_new_day = last_day.replace(day) != Some(day);
        let (speaker, delivery) = match &said.by {
            Side::Citizen => ("Người gửi", None),
            Side::Service(delivery) => ("Trợ lý tự động", Some(delivery)),
            Side::Officer(delivery) => ("Cán bộ", Some(delivery)),
        };
        let text = said.text.reveal();
        let files = said.inbox_event_id.and_then(|id| heard.files.get(&id)).cloned();
        Bubble {
            id: match (said.inbox_event_id, delivery.and_then(|delivery| delivery.outbox_message_id)) {
                (_, Some(id)) => format!("said-o{id}"),
                (id, None) => format!("said-i{}", id.unwrap_or_default()),
            },
            files: files.unwrap_or_default(),
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
            is_lost: delivery.is_some_and(Delivery::is_lost),
            lost: delivery
                .filter(|delivery| heard.may_send_again && delivery.is_lost())
                .and_then(|delivery| delivery.outbox_message_id),
            tried: delivery.map(tried).unwrap_or_default(),
        }
    });
    bubbles.collect()
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
