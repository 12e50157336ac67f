//! An officer's own words to a citizen, in the chat. They move nothing; that they were said is a line of the history.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::officer::Officer;
use crate::outbox::{Fallback, Kind, Post, enqueue};
use crate::petition::consent::{self, Purpose};
use crate::petition::{Action, Event, Petition, Reference, conversation, event, store};
use crate::vietnamese::nfc;
use crate::zalo::message::Message;
use crate::zalo::window::{self, WINDOW};

use super::talk::officer_wrote;
use super::{CaseError, Rules, notice};

/// With who speaks in front of them they fit into one message of 2,000 characters.
const TEXT_LIMIT: usize = 1_000;

/// What an officer wants to say.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    pub officer: &'a Officer,
    pub text: &'a str,
    pub at: DateTime<Utc>,
}

/// To whom it is said.
#[derive(Clone, Copy, Debug)]
pub enum Listener<'a> {
    /// The sender of a petition. `seen` is how many lines its history had on the screen, if the screen showed it: two
    /// officers do not answer the same question, and a button pressed twice does not write twice.
    Sender { reference: &'a str, seen: Option<usize> },
    /// Somebody who wrote to us and has no petition.
    Citizen(i64),
}

/// Sends the words in the chat, with who speaks in front of them. Once Zalo does not let us write there any more, to the
/// sender of a petition as a template message, where the office has one and the words fit into it.
pub async fn say(
    rules: &Rules,
    connection: &mut PgConnection,
    listener: Listener<'_>,
    word: Word<'_>,
) -> Result<(), CaseError> {
    let (citizen_id, petition) = match listener {
        Listener::Citizen(citizen_id) => (citizen_id, None),
        Listener::Sender { reference, seen } => {
            let petition = unanswered(connection, reference, seen).await?;
            (petition.citizen_id, Some(petition))
        }
    };
    let text = readable(word.text)?;
    let kind = Kind::Word { petition_id: petition.as_ref().map(|petition| petition.petition_id) };
    let message = notice::word(rules, speaker(rules, word.officer), &text);
    let fallback = match window::is_open(conversation::last_heard_at(connection, citizen_id).await?, word.at) {
        true => None,
        false => Some(by_template(rules, connection, petition.as_ref(), &message, word.officer).await?),
    };
    let post = Post { citizen_id, kind, message, fallback, at: word.at, send_at: word.at };
    let outbox_message_id = enqueue(connection, &post).await?;
    officer_wrote(connection, citizen_id, Some(word.officer.officer_id), word.at).await?;
    if let Some(petition) = petition {
        let line = Event {
            petition_id: petition.petition_id,
            action: Action::Word,
            from: Some(petition.status),
            to: petition.status,
            officer_id: Some(word.officer.officer_id),
            detail: json!({ "outbox_message_id": outbox_message_id }),
            at: word.at,
        };
        event::record(connection, &line).await?;
    }
    Ok(())
}

/// How many characters an officer can write to this sender where the chat is closed; none where no template message
/// leads to them.
pub async fn template_room(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    officer: &Officer,
) -> Result<Option<usize>, CaseError> {
    let named = notice::word(rules, speaker(rules, officer), "");
    let Some(Fallback { phone, .. }) = notice::fallback(rules, petition, &named) else { return Ok(None) };
    let has_way = phone.is_some() || !conversation::is_stranger(connection, petition.citizen_id).await?;
    if !has_way || consent::is_withdrawn(connection, petition.citizen_id, Purpose::Messages).await? {
        return Ok(None);
    }
    let blank = rules.notices.template().iter().find(|param| param.value.contains("{news}"));
    Ok(blank.map(|param| param.limit.saturating_sub(named.text.chars().count())))
}

async fn by_template(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: Option<&Petition>,
    message: &Message,
    officer: &Officer,
) -> Result<Fallback, CaseError> {
    let petition = petition.ok_or(CaseError::WindowClosed)?;
    let room = template_room(rules, connection, petition, officer).await?.ok_or(CaseError::WindowClosed)?;
    let named = notice::word(rules, speaker(rules, officer), "").text.chars().count();
    if message.text.chars().count() > room + named {
        return Err(CaseError::invalid(
            "word",
            format!("Tin mẫu chứa nhiều nhất {room} ký tự: rút ngắn, hoặc gọi điện."),
        ));
    }
    notice::fallback(rules, petition, message).ok_or(CaseError::WindowClosed)
}

/// Until when an officer can write in the chat to a citizen who was last heard at `last_heard_at`.
pub fn may_say_until(last_heard_at: DateTime<Utc>) -> DateTime<Utc> {
    last_heard_at + WINDOW
}

/// The petition, locked, unless somebody wrote to its sender since it was on the screen.
async fn unanswered(
    connection: &mut PgConnection,
    reference: &str,
    seen: Option<usize>,
) -> Result<Petition, CaseError> {
    let reference: Reference = reference.parse().map_err(|_| CaseError::Missing)?;
    let petition = store::lock(connection, &reference).await?.ok_or(CaseError::Missing)?;
    if let Some(seen) = seen {
        let lines = event::history(connection, petition.petition_id).await?;
        if lines.iter().skip(seen).any(|line| line.action == Action::Word) {
            return Err(CaseError::Stale);
        }
    }
    Ok(petition)
}

fn readable(typed: &str) -> Result<String, CaseError> {
    let lines = typed.replace("\r\n", "\n");
    let plain: String = lines.chars().filter(|sign| *sign == '\n' || !sign.is_control()).collect();
    let text = nfc(plain.trim());
    match text.chars().count() {
        0 => Err(CaseError::invalid("word", "Viết điều cần nhắn người gửi.")),
        1..=TEXT_LIMIT => Ok(text),
        _ => Err(CaseError::invalid("word", format!("Rút tin còn nhiều nhất {TEXT_LIMIT} ký tự."))),
    }
}

/// The office is called as in every other notice.
fn speaker<'a>(rules: &'a Rules, officer: &'a Officer) -> &'a str {
    if officer.agency_id == rules.focal_agency { rules.notices.office() } else { &officer.agency_name }
}
