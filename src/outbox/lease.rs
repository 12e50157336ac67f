//! The SQL of leases: who sends which message, and how it ended.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::verdict::{Case, Next, Settlement, Terms, Unsent};
use crate::privacy::Personal;
use crate::zalo::client::Sent;
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

/// Writes how it ended, and what was tried in vain. False where the lease has passed to somebody else: then nothing is
/// written.
pub(super) async fn settle(
    connection: &mut PgConnection,
    (outbox_message_id, lease): (i64, Uuid),
    settlement: &Settlement,
    terms: &Terms,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    match settlement {
        Settlement::Sent { channel, sent, is_plain } => {
            settle_sent(connection, (outbox_message_id, lease), (*channel, sent, *is_plain), terms, at).await
        }
        Settlement::Unsent(unsent) => settle_unsent(connection, (outbox_message_id, lease), unsent, at).await,
    }
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

async fn settle_sent(
    connection: &mut PgConnection,
    (outbox_message_id, lease): (i64, Uuid),
    (channel, sent, is_plain): (Channel, &Sent, bool),
    terms: &Terms,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let quota = sent.quota.as_ref();
    let done = sqlx::query!(
        "update outbox_message
         set state = 'sent', lease = null, lease_until = null, sent_at = $3, channel = $4, zalo_message_id = $5,
             message = case when $6 then message - 'card' - 'attached' - 'quote' else message end,
             quota_kind = $7, quota_left = $8,
             -- where Zalo does not tell: what comes soon after the citizen's last doing costs nothing, up to a number
             is_free = case
                 when $9::boolean is not null then $9
                 when $4 <> 'chat' then false
                 else exists (
                     select from citizen
                     where citizen.citizen_id = outbox_message.citizen_id and last_heard_at > $10
                       and $11 > (select count(*) from outbox_message as earlier
                                  where earlier.citizen_id = citizen.citizen_id and earlier.sent_at >= last_heard_at))
             end,
             last_error = null, template = null, phone = null
         where outbox_message_id = $1 and lease = $2",
        outbox_message_id,
        lease,
        at,
        channel.name(),
        sent.message_id.as_deref(),
        is_plain,
        quota.and_then(|quota| quota.kind.as_deref()),
        quota.and_then(|quota| quota.left),
        quota.and_then(|quota| quota.is_free()),
        at - terms.free_for,
        terms.free_replies,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn settle_unsent(
    connection: &mut PgConnection,
    (outbox_message_id, lease): (i64, Uuid),
    Unsent { next, channel, why }: &Unsent,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let channel = channel.map(Channel::name);
    let (send_at, is_counted) = match next {
        Next::Later { send_at, is_counted } => (Some(*send_at), *is_counted),
        Next::OtherWay => (Some(at), true),
        Next::GivenUp | Next::Unreachable => (None, true),
    };
    let done = sqlx::query!(
        "with settled as (
             update outbox_message
             set state = $3, lease = null, lease_until = null, send_at = coalesce($4, send_at),
                 channel = coalesce($5, channel),
                 closed = case when $6::text is null then closed else array_append(closed, $6) end,
                 chat_closed_at = case when $6 = 'chat' then $7 else chat_closed_at end,
                 -- each way has its own schedule of attempts
                 attempts = case when $6::text is not null and $3 = 'waiting' then 0
                                 when $8 then attempts else attempts - 1 end,
                 last_error = $9, perhaps_twice = perhaps_twice or $10
             where outbox_message_id = $1 and lease = $2
             returning outbox_message_id, channel
         )
         insert into outbox_attempt (outbox_message_id, channel, outcome, code, reason, attempted_at)
         select outbox_message_id, channel, $11, $12, $9, $7 from settled",
        outbox_message_id,
        lease,
        next.state(),
        send_at,
        channel,
        channel.filter(|_| next.closes_the_way()),
        at,
        is_counted,
        why.reason,
        why.perhaps_sent,
        next.outcome(),
        why.code,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
