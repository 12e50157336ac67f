//! Carries out what the dialog decided, in the transaction of the turn.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::heard;
use super::store::Claimed;
use crate::attachment;
use crate::casework::{self, Enclosure, Filing, FollowUp, Noted, Rules};
use crate::clock;
use crate::dialog::{self, Attachment, Card, Draft, Effect, Heard, Press, Say};
use crate::outbox::{self, Kind, Post};
use crate::privacy::Personal;
use crate::zalo::event::Event;
use crate::zalo::message::{self, Message};

/// A denunciation's words are gone from the inbox within a day; the worker that empties has some hours for it.
const EMPTIED_AFTER: TimeDelta = TimeDelta::hours(20);

/// A reply that comes later than this says why (voice.md T19).
const LATE: TimeDelta = TimeDelta::minutes(10);

/// What earlier effects of the turn have to tell in its reply.
type Slots = BTreeMap<&'static str, String>;

/// Carries out the effects in their order, and gives what is to be put into the post room; the reply comes last and takes its
/// slots from what went before.
pub async fn act(
    connection: &mut PgConnection,
    rules: &Rules,
    event: &Claimed,
    effects: Vec<Effect>,
    at: DateTime<Utc>,
) -> anyhow::Result<Vec<Post>> {
    let (mut slots, mut posts) = (Slots::new(), Vec::new());
    for effect in effects {
        match effect {
            Effect::Consent { version } => {
                casework::record_consent(connection, event.citizen_id, &version, at).await?;
            }
            Effect::Reuse { version } => {
                casework::record_reuse(connection, event.citizen_id, &version, at).await?;
            }
            Effect::File(draft) => file(connection, rules, event, draft, &mut slots).await?,
            Effect::LookUp { reference, phone } => {
                let found =
                    casework::lookup(rules, connection, event.citizen_id, &reference, phone.as_ref(), at).await?;
                slots.insert("lookup", found);
            }
            Effect::Empty { events } => {
                let events = ids(&events);
                super::store::empty_later(connection, &events, event.happened_at + EMPTIED_AFTER).await?;
                attachment::drop_of_events(connection, &events).await?;
            }
            Effect::Confide { events } => {
                let told = told(connection, event.citizen_id, &ids(&events)).await?;
                casework::confide(connection, event.citizen_id, &told, at).await?;
            }
            Effect::Remind { say, at: send_at } => {
                let kind = Kind::Reminder { inbox_event_id: event.inbox_event_id };
                let message = message(rules, &say, &slots);
                posts.push(Post { citizen_id: event.citizen_id, kind, message, fallback: None, at, send_at });
            }
            Effect::CallOfficer { about, about_petition } => {
                super::store::call_officer(connection, event, &about, about_petition.as_deref(), at).await?;
            }
            Effect::KeepForOfficer => {
                casework::keep_for_officer(connection, event.citizen_id, event.inbox_event_id, at).await?;
            }
            Effect::MachineBack => casework::leave_talk(connection, event.citizen_id, at).await?,
            Effect::EraseMine => {
                attachment::drop_drafts(connection, event.citizen_id).await?;
                slots.extend(noted(casework::erase(rules, connection, event.citizen_id, at).await?));
            }
            Effect::CorrectMine { words } => {
                slots.extend(noted(casework::correct(rules, connection, event.citizen_id, words, at).await?));
            }
            Effect::WithdrawConsent { purpose } => {
                let done = casework::withdraw_consent(rules, connection, event.citizen_id, &purpose, at).await?;
                slots.extend(noted(done));
            }
            Effect::GiveConsent { purpose, version } => {
                casework::consent_again(connection, event.citizen_id, &purpose, &version, at).await?;
            }
            Effect::Say(say) => {
                let say = if is_late(event, at) { apologetic(rules, event, say, at) } else { say };
                posts.push(reply(rules, event, say, &slots, at));
            }
        }
    }
    Ok(posts)
}

/// Without the reminders to those who want none.
pub async fn wanted(connection: &mut PgConnection, posts: Vec<Post>) -> anyhow::Result<Vec<Post>> {
    let is_reminder = |post: &Post| matches!(post.kind, Kind::Reminder { .. });
    let reminded: Vec<i64> = posts.iter().filter(|post| is_reminder(post)).map(|post| post.citizen_id).collect();
    if reminded.is_empty() {
        return Ok(posts);
    }
    let refusers = casework::who_wants_no_messages(connection, &reminded).await?;
    let is_wanted = |post: &Post| !(is_reminder(post) && refusers.contains(&post.citizen_id));
    Ok(posts.into_iter().filter(is_wanted).collect())
}

fn noted(noted: Noted) -> [(&'static str, String); 2] {
    [("requested_at", noted.requested), ("request_due", noted.due)]
}

async fn file(
    connection: &mut PgConnection,
    rules: &Rules,
    event: &Claimed,
    draft: Draft,
    slots: &mut Slots,
) -> anyhow::Result<()> {
    if let Some(reference) = draft.about.clone() {
        return file_about(connection, rules, event, (reference, draft), slots).await;
    }
    let filing = Filing {
        citizen_id: event.citizen_id,
        draft_key: draft.key,
        answers: draft.answers,
        extra: draft.extra.into_iter().map(extra).collect(),
        attachments: draft.attachments.into_iter().map(enclosure).collect(),
        consent_version: draft.consent_version,
    };
    // A petition is received when it was sent, however late we read it: its deadlines run from there.
    let filed = casework::file(rules, connection, &filing, event.happened_at).await.context("filing")?;
    slots.insert("accept_due", clock::say_near_deadline(filed.accept_due_at));
    slots.insert("answer_due", clock::say_deadline(filed.answer_due_at));
    slots.insert("short", filed.short);
    slots.insert("reference", filed.reference);
    metrics::counter!("petitions_filed_total").increment(1);
    Ok(())
}

/// A form about a petition: one of the verbs that belong to its sender.
async fn file_about(
    connection: &mut PgConnection,
    rules: &Rules,
    event: &Claimed,
    (reference, draft): (String, Draft),
    slots: &mut Slots,
) -> anyhow::Result<()> {
    let given = FollowUp {
        citizen_id: event.citizen_id,
        reference,
        draft_key: draft.key,
        answers: draft.answers,
        attachments: draft.attachments.into_iter().map(enclosure).collect(),
    };
    let at = event.happened_at;
    let followed = match draft.form.as_str() {
        "supplement" => casework::supplement(rules, connection, &given, at).await,
        "withdraw" => casework::withdraw(rules, connection, &given, at).await,
        "reopen" => casework::reopen(rules, connection, &given, at).await,
        "survey" => casework::rate(rules, connection, &given, at).await,
        other => anyhow::bail!("the register takes no form «{other}»"),
    };
    let followed = followed.with_context(|| format!("filing {}", draft.form))?;
    slots.insert("answer_due", clock::say_deadline(followed.answer_due_at));
    slots.insert("agency", followed.agency);
    slots.insert("short", followed.short);
    slots.insert("reference", followed.reference);
    Ok(())
}

fn reply(rules: &Rules, event: &Claimed, say: Say, slots: &Slots, at: DateTime<Utc>) -> Post {
    Post {
        citizen_id: event.citizen_id,
        kind: Kind::Reply { inbox_event_id: event.inbox_event_id },
        message: message(rules, &say, slots),
        fallback: None,
        at,
        send_at: at + TimeDelta::seconds(say.quiet.into()),
    }
}

/// Whether this is the first reply after we were away for long.
fn is_late(event: &Claimed, at: DateTime<Utc>) -> bool {
    at - event.happened_at > LATE && event.finished_at.is_none_or(|finished_at| finished_at <= event.happened_at)
}

fn apologetic(rules: &Rules, event: &Claimed, say: Say, at: DateTime<Utc>) -> Say {
    let sorry = casework::late_notice(rules, event.happened_at, at);
    let begun = |text: &str| format!("{sorry}\n{text}");
    let card = say.card.as_ref().map(|card| Card { subtitle: begun(&card.subtitle), ..card.clone() });
    Say { text: begun(&say.text), card, ..say }
}

fn message(rules: &Rules, say: &Say, slots: &Slots) -> Message {
    let slots: Vec<(&str, &str)> = slots.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let Say { text, buttons, card, .. } = say.filled(&slots);
    let buttons = buttons.into_iter().map(|button| message::Button {
        title: button.title,
        press: match button.press {
            Press::Payload(payload) => message::Press::Hide(payload),
            Press::Url(url) => message::Press::Url(url),
            Press::Phone(phone) => message::Press::Phone(phone),
        },
    });
    let card =
        card.map(|Card { title, subtitle }| message::Card { title, subtitle, image_url: rules.card_image_url() });
    Message { text, buttons: buttons.collect(), card, ..Message::default() }
}

/// The dialog knows events by name; here the name is the number.
fn ids(events: &[String]) -> Vec<i64> {
    events.iter().filter_map(|event| event.parse().ok()).collect()
}

/// What these events told, in their order; of those that are emptied already, nothing.
async fn told(connection: &mut PgConnection, citizen_id: i64, events: &[i64]) -> anyhow::Result<Personal> {
    let mut lines = Vec::new();
    for body in super::store::bodies(connection, citizen_id, events).await? {
        if let Ok(Heard::Message { text, attachments }) = Event::parse(&body).map(|event| heard::from_event(&event)) {
            lines.extend(Some(text.reveal().to_owned()).filter(|text| !text.is_empty() && !text.starts_with('#')));
            lines.extend(attachments.into_iter().filter_map(|sent| sent.url));
        }
    }
    Ok(Personal::new(lines.join("\n")))
}

fn extra(extra: dialog::Extra) -> casework::Extra {
    let dialog::Extra { answer, label, value } = extra;
    casework::Extra { answer, label, value }
}

fn enclosure(attachment: Attachment) -> Enclosure {
    let Attachment { kind, url, name, size, description, latitude, longitude, is_identity } = attachment;
    Enclosure { kind, url, name, size, description, latitude, longitude, is_identity }
}

/// Tells the citizen that an event was set aside, so that they do not wait for an answer that will not come.
pub async fn apologise(
    connection: &mut PgConnection,
    rules: &Rules,
    event: &Claimed,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let message = casework::set_aside_notice(rules, &format!("T{}", event.inbox_event_id));
    let kind = Kind::Reply { inbox_event_id: event.inbox_event_id };
    let post = Post { citizen_id: event.citizen_id, kind, message, fallback: None, at, send_at: at };
    outbox::enqueue(connection, &post).await?;
    Ok(())
}
