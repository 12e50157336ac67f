//! The SQL of leases: who sends which message, and how it ended.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// A message in the hand of the one who sends it.
#[derive(Debug)]
pub(super) struct Leased {
    pub outbox_message_id: i64,
    pub zalo_user_id: String,
    /// The citizen's last doing, which opened the 7-day window.
    pub last_heard_at: Option<DateTime<Utc>>,
    /// As it is kept: one that cannot be read must not hold up the others.
    pub message: Value,
    /// This one included.
    pub attempts: i32,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Settlement {
    /// `is_plain`: its card was left out, and is taken out of what we keep.
    Sent {
        zalo_message_id: Option<String>,
        is_plain: bool,
    },
    Later {
        send_at: DateTime<Utc>,
        reason: String,
        perhaps_sent: bool,
    },
    GivenUp {
        reason: String,
        perhaps_sent: bool,
    },
    Unreachable {
        reason: String,
    },
}

/// When the next message is due, or the next lease lapses.
pub(super) async fn next_due_at(connection: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"select min(case state when 'waiting' then send_at else lease_until end) as "due_at"
           from outbox_message
           where state in ('waiting', 'leased')"#,
    )
    .fetch_one(connection)
    .await
}

/// Claims up to `most` messages that are due, the oldest first, one for each citizen.
pub(super) async fn claim(
    connection: &mut PgConnection,
    lease: Uuid,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
    most: i64,
) -> sqlx::Result<Vec<Leased>> {
    sqlx::query_as!(
        Leased,
        r#"with due as (
               select mine.outbox_message_id, mine.state = 'leased' as was_leased
               from outbox_message as mine
               where mine.state in ('waiting', 'leased')
                 and case mine.state when 'waiting' then mine.send_at else mine.lease_until end <= $2
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
                               -- a reminder for tomorrow holds up nothing today
                               and (other.kind <> 'reminder' or other.send_at <= $2)
                       end
                 )
               order by mine.outbox_message_id
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
           returning message.outbox_message_id, citizen.zalo_user_id, citizen.last_heard_at,
                     message.message, message.attempts"#,
        lease,
        at,
        until,
        most,
    )
    .fetch_all(connection)
    .await
}

/// Writes how it ended. False where the lease has passed to somebody else: then nothing is written.
pub(super) async fn settle(
    connection: &mut PgConnection,
    outbox_message_id: i64,
    lease: Uuid,
    settlement: &Settlement,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let Columns { state, send_at, zalo_message_id, is_plain, reason, perhaps_sent } = settlement.columns();
    let done = sqlx::query!(
        "update outbox_message
         set state = $3, lease = null, lease_until = null,
             send_at = coalesce($4, send_at),
             sent_at = case when $3 = 'sent' then $5::timestamptz end,
             zalo_message_id = $6,
             last_error = $7,
             perhaps_twice = perhaps_twice or $8,
             message = case when $9 then message - 'card' else message end
         where outbox_message_id = $1 and lease = $2",
        outbox_message_id,
        lease,
        state,
        send_at,
        at,
        zalo_message_id,
        reason,
        perhaps_sent,
        is_plain,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(Default)]
struct Columns<'a> {
    state: &'static str,
    send_at: Option<DateTime<Utc>>,
    zalo_message_id: Option<&'a str>,
    is_plain: bool,
    reason: Option<&'a str>,
    perhaps_sent: bool,
}

impl Settlement {
    /// The state's name, also for the metrics.
    pub(super) fn state(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::Later { .. } => "waiting",
            Self::GivenUp { .. } => "given_up",
            Self::Unreachable { .. } => "unreachable",
        }
    }

    fn columns(&self) -> Columns<'_> {
        let state = self.state();
        match self {
            Self::Sent { zalo_message_id, is_plain } => Columns {
                state,
                zalo_message_id: zalo_message_id.as_deref(),
                is_plain: *is_plain,
                ..Columns::default()
            },
            Self::Later { send_at, reason, perhaps_sent } => Columns {
                state,
                send_at: Some(*send_at),
                reason: Some(reason),
                perhaps_sent: *perhaps_sent,
                ..Columns::default()
            },
            Self::GivenUp { reason, perhaps_sent } => {
                Columns { state, reason: Some(reason), perhaps_sent: *perhaps_sent, ..Columns::default() }
            }
            Self::Unreachable { reason } => Columns { state, reason: Some(reason), ..Columns::default() },
        }
    }
}
