//! The SQL of leases: who sends which message.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::verdict::Case;
use crate::privacy::Personal;
use crate::zalo::gate::Urgency;
use crate::zalo::window::{Channel, Reach};

/// A message in the hand of the one who sends it.
#[derive(Debug)]
pub(super) struct Leased {
    pub outbox_message_id: i64,
    pub inbox_event_id: Option<i64>,
    /// None of somebody who has no Zalo that we know.
    pub zalo_user_id: Option<String>,
    /// As it is kept: one that cannot be read must not hold up the others.
    pub message: Value,
    pub template: Option<Value>,
    /// E.164
    pub phone: Option<Personal>,
    kind: String,
    last_heard_at: Option<DateTime<Utc>>,
    closed: Vec<String>,
    chat_closed_at: Option<DateTime<Utc>>,
    attempts: i32,
    begun_at: DateTime<Utc>,
}

impl Leased {
    pub(super) fn case(&self) -> Case {
        let closed = self.closed.iter().filter_map(|name| Channel::named(name));
        Case {
            is_reply: matches!(self.kind.as_str(), "reply" | "word"),
            reach: Reach {
                last_heard_at: self.last_heard_at,
                closed: closed.collect(),
                chat_closed_at: self.chat_closed_at,
                has_template: self.template.is_some(),
                has_phone: self.phone.is_some(),
                is_stranger: self.zalo_user_id.is_none(),
            },
            attempts: self.attempts,
            begun_at: self.begun_at,
        }
    }
}

/// When the next message of this urgency is due, or the next lease lapses.
pub(super) async fn next_due_at(
    connection: &mut PgConnection,
    urgency: Urgency,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select due_at as "due_at!" from outbox_message
           where state in ('waiting', 'leased') and urgency = $1
           order by due_at limit 1"#,
        urgency.rank(),
    )
    .fetch_optional(connection)
    .await
}

/// Claims up to `most` messages of this urgency that are due, the longest due first, one for each citizen.
pub(super) async fn claim(
    connection: &mut PgConnection,
    urgency: Urgency,
    lease: Uuid,
    (at, until): (DateTime<Utc>, DateTime<Utc>),
    most: u32,
) -> sqlx::Result<Vec<Leased>> {
    sqlx::query_as!(
        Leased,
        r#"with due as (
               select mine.outbox_message_id, mine.state = 'leased' as was_leased
               from outbox_message as mine
               where mine.state in ('waiting', 'leased') and mine.urgency = $5 and mine.due_at <= $2
                 and not exists (
                     select from outbox_message as other
                     where other.citizen_id = mine.citizen_id
                       and other.state in ('waiting', 'leased')
                       and other.outbox_message_id <> mine.outbox_message_id
                       and case other.state
                           -- numbers follow the order of inserts, not of commits: an earlier number may turn up while a
                           -- later one is under way, and then the one under way is finished first
                           when 'leased' then
                               mine.state = 'waiting' or other.outbox_message_id < mine.outbox_message_id
                           else
                               mine.state = 'waiting' and other.outbox_message_id < mine.outbox_message_id
                               -- what is less urgent and put off holds up nothing today
                               and (other.urgency <= mine.urgency or other.send_at <= $2)
                       end
                 )
               order by mine.due_at, mine.outbox_message_id
               limit $4
               for update skip locked
           )
           update outbox_message as message
           set state = 'leased', lease = $1, lease_until = $3, attempts = message.attempts + 1,
               -- an attempt has begun: no later reply may take its place
               held = false,
               -- whoever had it did not say how it ended
               perhaps_twice = message.perhaps_twice or due.was_leased
           from due, citizen
           where message.outbox_message_id = due.outbox_message_id and citizen.citizen_id = message.citizen_id
           returning message.outbox_message_id, message.inbox_event_id, citizen.zalo_user_id, citizen.last_heard_at,
                     message.message, message.template, message.phone as "phone: Personal", message.kind,
                     message.closed, message.chat_closed_at, message.attempts, message.begun_at"#,
        lease,
        at,
        until,
        i64::from(most),
        urgency.rank(),
    )
    .fetch_all(connection)
    .await
}

/// Gives back what stands under these leases; gives how many messages that were.
pub(super) async fn let_go(connection: &mut PgConnection, leases: &[Uuid]) -> sqlx::Result<u64> {
    let freed = sqlx::query!(
        "update outbox_message set state = 'waiting', lease = null, lease_until = null, perhaps_twice = true
         where lease = any($1)",
        leases,
    )
    .execute(connection)
    .await?;
    Ok(freed.rows_affected())
}
