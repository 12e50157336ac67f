//! The SQL of the channel's page: how it flows, what went wrong, and what an officer does about it.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::vitals::{BUSY, Vitals};
use crate::clock::{hanoi, midnight};
use crate::zalo::account::kept;
use crate::zalo::token;

/// What rings. Read for every page of the office, so it looks at what few rows stand in partial indexes.
pub async fn take_vitals(connection: &mut PgConnection, app_id: &str, at: DateTime<Utc>) -> sqlx::Result<Vitals> {
    let row = sqlx::query!(
        r#"select (select count(*) from inbox_event where state = 'set_aside') as "set_aside!",
                (select count(*) from outbox_message
                 where state in ('given_up', 'unreachable')
                   and (state = 'given_up' or petition_id is null and kind <> 'reminder')) as "unsent!",
                (select count(*) from zalo_alert) as "alerts!",
                exists (select from zalo_alert where kind = 'stopped:chat') as "is_chat_stopped!",
                heard.last_heard_at,
                (select count(*) from (
                     select from inbox_event
                     where received_at > heard.last_heard_at - interval '7 days' limit $1) as week) as "week!",
                (select count from webhook_refusal where reason = 'wrong_signature' and day_on = $2) as wrong_today,
                (select last_at from webhook_refusal where reason = 'wrong_signature' and day_on = $2) as wrong_at
         from (select (select received_at from inbox_event
                       -- what our own office does to a conversation is no sign of Zalo's
                       where event_name not like 'house.%'
                       order by received_at desc limit 1) as last_heard_at) as heard"#,
        BUSY,
        hanoi(at).date_naive(),
    )
    .fetch_one(&mut *connection)
    .await?;
    Ok(Vitals {
        set_aside: row.set_aside,
        unsent: row.unsent,
        alerts: row.alerts,
        is_chat_stopped: row.is_chat_stopped,
        last_heard_at: row.last_heard_at,
        week: row.week,
        wrong_today: row.wrong_today.unwrap_or_default(),
        wrong_at: row.wrong_at,
        token: token::health(connection, app_id).await?,
        account: kept::account(connection, app_id).await?,
    })
}

/// How the channel flows just now, and what it used.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    pub heard_today: i64,
    /// Events that wait for their turn.
    pub inbox_waiting: i64,
    pub sent_today: i64,
    /// Of these Zalo told that they arrived.
    pub delivered_today: i64,
    /// Given up or without a way on this day.
    pub failed_today: i64,
    /// Messages that are due.
    pub due: i64,
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// Seconds after which half of the day's replies had gone out.
    pub median: Option<f64>,
    /// Chat messages that cost something, and template messages, of the last seven days.
    pub paid_week: i64,
    pub template_week: i64,
    /// Knocks turned away today, but for Zalo's own tests.
    pub turned_away: i64,
    /// Signed by Zalo and not understood, of the last seven days.
    pub unknown_week: i64,
    /// What people sent in the last seven days: kept, not to be had, infected, and not there after an hour.
    pub media_kept: i64,
    pub media_failed: i64,
    pub media_infected: i64,
    pub media_late: i64,
}

pub async fn flow(connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<Flow> {
    sqlx::query_as!(
        Flow,
        r#"select (select count(*) from inbox_event
                 where received_at >= $1 and event_name not like 'house.%') as "heard_today!",
                (select count(*) from inbox_event where state = 'waiting') as "inbox_waiting!",
                sent.today as "sent_today!", sent.delivered as "delivered_today!",
                (select count(*) from outbox_message
                 where state in ('given_up', 'unreachable')
                   and exists (select from outbox_attempt
                               where outbox_attempt.outbox_message_id = outbox_message.outbox_message_id
                                 and attempted_at >= $1)) as "failed_today!",
                due.waiting as "due!", due.oldest_at as oldest_due_at,
                (select percentile_cont(0.5) within group (
                     order by extract(epoch from sent_at - received_at)::float8)
                 from outbox_message join inbox_event using (inbox_event_id)
                 where sent_at >= $1 and kind = 'reply') as median,
                sent.paid as "paid_week!", sent.template as "template_week!",
                (select coalesce(sum(count), 0)::bigint from webhook_refusal
                 where day_on = $4 and reason <> 'console_test') as "turned_away!",
                (select count(*) from inbox_event
                 where event_name = 'unknown' and received_at >= $3) as "unknown_week!",
                media.kept as "media_kept!", media.failed as "media_failed!", media.infected as "media_infected!",
                media.late as "media_late!"
         from (select count(*) filter (where sent_at >= $1) as today,
                      count(*) filter (where sent_at >= $1 and delivered_at is not null) as delivered,
                      count(*) filter (where channel = 'chat' and not is_free) as paid,
                      count(*) filter (where channel <> 'chat') as template
               from outbox_message where sent_at >= $3) as sent,
              (select count(*) as waiting, min(due_at) as oldest_at
               from outbox_message where state in ('waiting', 'leased') and due_at <= $2) as due,
              (select count(*) filter (where state = 'kept') as kept,
                      count(*) filter (where state = 'failed') as failed,
                      count(*) filter (where state = 'infected') as infected,
                      count(*) filter (where state in ('waiting', 'unscanned')
                                         and received_at < $2 - interval '1 hour') as late
               from media where received_at >= $3) as media"#,
        midnight(hanoi(at).date_naive()),
        at,
        at - TimeDelta::days(7),
        hanoi(at).date_naive(),
    )
    .fetch_one(connection)
    .await
}

/// An event that was set aside after too many attempts: the citizen's later events went on without it.
#[derive(Clone, Debug)]
pub struct SetAside {
    pub inbox_event_id: i64,
    pub event_name: String,
    pub received_at: DateTime<Utc>,
    pub attempts: i32,
    pub last_error: Option<String>,
    /// Its words are not kept any longer: there is nothing to repeat.
    pub is_emptied: bool,
}

/// The events that were set aside, the latest first, at most a hundred.
pub async fn set_aside(connection: &mut PgConnection) -> sqlx::Result<Vec<SetAside>> {
    sqlx::query_as!(
        SetAside,
        r#"select inbox_event_id, event_name, received_at, attempts, last_error,
                  emptied_at is not null as "is_emptied!"
           from inbox_event
           where state = 'set_aside' order by inbox_event_id desc limit 100"#,
    )
    .fetch_all(connection)
    .await
}

/// Lets an event that was set aside have its turn again. Its lane went on without it, so it is thought as what it is now: a
/// message that comes late; the citizen's waiting events stand behind it. False where it is not set aside any more, or its
/// words are gone.
pub async fn repeat(connection: &mut PgConnection, inbox_event_id: i64, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update inbox_event set state = 'waiting', attempts = 0, retry_at = $2, finished_at = null
         where inbox_event_id = $1 and state = 'set_aside' and emptied_at is null",
        inbox_event_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A message that went nowhere. What it says and to whom stays out: whoever sends it again need not know.
#[derive(Clone, Debug)]
pub struct Unsent {
    pub outbox_message_id: i64,
    pub kind: String,
    pub reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_error: Option<String>,
}

/// What was given up, and what reached nobody and is about no petition, the latest first, at most a hundred.
pub async fn unsent(connection: &mut PgConnection) -> sqlx::Result<Vec<Unsent>> {
    sqlx::query_as!(
        Unsent,
        r#"select outbox_message_id, outbox_message.kind, reference as "reference?", outbox_message.created_at, last_error
           from outbox_message left join petition using (petition_id)
           where state in ('given_up', 'unreachable')
             and (state = 'given_up' or petition_id is null and outbox_message.kind <> 'reminder')
           order by outbox_message_id desc limit 100"#,
    )
    .fetch_all(connection)
    .await
}

/// How a message was last tried in one way.
#[derive(Clone, Debug)]
pub struct Tried {
    pub outbox_message_id: i64,
    pub channel: String,
    pub code: Option<i64>,
    pub reason: Option<String>,
}

/// The last attempt in each way, for these messages, in the order of the attempts.
pub async fn tried(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Tried>> {
    sqlx::query_as!(
        Tried,
        r#"select outbox_message_id as "outbox_message_id!", channel as "channel!", code, reason
           from (select distinct on (outbox_message_id, channel)
                        outbox_attempt_id, outbox_message_id, channel, code, reason
                 from outbox_attempt
                 where outbox_message_id = any($1) and outcome not in ('again', 'returned')
                 order by outbox_message_id, channel, outbox_attempt_id desc) as last
           order by outbox_attempt_id"#,
        ids,
    )
    .fetch_all(connection)
    .await
}

/// Whose news a message is; none for replies and for words of officers, and where there is no such message.
pub async fn news_of(connection: &mut PgConnection, outbox_message_id: i64) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "select citizen_id from outbox_message where outbox_message_id = $1 and kind in ('notice', 'reminder')",
        outbox_message_id,
    )
    .fetch_optional(connection)
    .await
}
