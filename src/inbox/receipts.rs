//! What happens beside the conversations: receipts of what we sent, the account's own affairs, talks that officers ended.

use std::sync::Arc;

use chrono::TimeDelta;
use sqlx::{PgConnection, PgPool};

use super::own::{self, Own};
use super::store::{self, Laneless};
use crate::casework::{self, Rules};
use crate::clock::Clock;
use crate::outbox;
use crate::zalo::event::{Content, Event};

/// How many events one transaction carries.
const BATCH: i64 = 100;
/// A receipt may overtake our own note that the message was sent; so it is tried again a few times.
const ATTEMPTS: i32 = 3;
const PAUSE: TimeDelta = TimeDelta::seconds(2);

/// The worker that files receipts with the messages they belong to.
#[derive(Clone)]
pub struct Receipts {
    pub pool: PgPool,
    pub rules: Arc<Rules>,
    pub clock: Clock,
}

impl Receipts {
    /// Works on the waiting events without a lane, and puts what officers ended into the citizens' lanes; returns how
    /// much was done.
    pub async fn round(&self) -> anyhow::Result<usize> {
        let at = self.clock.now();
        let mut transaction = self.pool.begin().await?;
        let mut ended = 0;
        while let Some((citizen_id, ended_at)) = casework::take_ended_talk(&mut transaction).await? {
            own::insert(&mut transaction, Own::OfficerEnded, citizen_id, ended_at).await?;
            ended += 1;
        }
        let claimed = store::claim_laneless(&mut transaction, at, BATCH).await?;
        let mut done = Vec::new();
        for waiting in &claimed {
            if note(&mut transaction, &self.rules, waiting).await? || waiting.attempts >= ATTEMPTS {
                done.push(waiting.inbox_event_id);
            } else {
                store::postpone(&mut transaction, waiting.inbox_event_id, at + PAUSE, "no such message yet").await?;
            }
        }
        store::finish_laneless(&mut transaction, &done, at).await?;
        transaction.commit().await?;
        Ok(ended + done.len())
    }
}

/// Files a receipt with its message; false where the message is not known. What is no receipt, or cannot be read, was
/// kept for people: there is nothing more to do with it.
async fn note(connection: &mut PgConnection, rules: &Rules, waiting: &Laneless) -> anyhow::Result<bool> {
    let Ok(event) = Event::parse(&waiting.body) else { return Ok(true) };
    let at = waiting.happened_at;
    match &event.content {
        Content::Delivered { message_id } => Ok(outbox::delivered(connection, message_id, at).await?),
        Content::Seen { message_ids } => {
            let mut are_known = true;
            for message_id in message_ids {
                are_known &= outbox::seen(connection, message_id, at).await?;
            }
            Ok(are_known)
        }
        Content::TemplateDelivered { message_id, tracking_id, delivered_at } => {
            let at = delivered_at.unwrap_or(at);
            Ok(outbox::delivered_by_phone(connection, message_id, tracking_id.as_deref(), at).await?)
        }
        Content::Removed { user_id_by_app } => {
            match own::citizen_by_app(connection, user_id_by_app).await? {
                Some(citizen_id) => own::insert(connection, Own::Withdrawn, citizen_id, at).await?,
                None => casework::removed_by_zalo(rules, connection, user_id_by_app, at).await?,
            }
            Ok(true)
        }
        _ => Ok(true),
    }
}
