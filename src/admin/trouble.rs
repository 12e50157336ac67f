//! The SQL of what went wrong between us and Zalo: citizens whom no message reached, events that nobody could work on.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::petition::Status;
use crate::privacy::Personal;

/// A citizen to be called: a notice of theirs came to its end without reaching them.
#[derive(Clone, Debug)]
pub struct Call {
    pub outbox_message_id: i64,
    pub petition_id: i64,
    pub reference: String,
    pub status: Status,
    pub title: Personal,
    pub name: Personal,
    /// E.164
    pub phone: Option<Personal>,
    pub identity_confidential: bool,
    /// What the citizen should have read.
    pub text: Personal,
    /// `unreachable` or `given_up`
    pub state: String,
    pub created_at: DateTime<Utc>,
}

/// Whom to call, the longest waiting first. A call that was made is a line in the petition's history.
pub async fn calls(connection: &mut PgConnection) -> sqlx::Result<Vec<Call>> {
    sqlx::query_as!(
        Call,
        r#"select outbox_message_id, petition_id as "petition_id!", reference, status as "status: Status", title as "title: Personal", submitter_name as "name: Personal",
                phone as "phone: Personal", identity_confidential, coalesce(message ->> 'text', '') as "text!: Personal",
                state, outbox_message.created_at
         from outbox_message join petition using (petition_id)
         where state in ('unreachable', 'given_up')
           and not exists (
               select from petition_event
               where petition_event.petition_id = petition.petition_id and action = 'call'
                 and (detail ->> 'outbox_message_id')::bigint = outbox_message_id)
         order by outbox_message_id"#,
    )
    .fetch_all(connection)
    .await
}

/// Writes into the history of these petitions that an officer saw who the senders are; once a Hanoi day is enough.
pub async fn record_reveals(
    connection: &mut PgConnection,
    petition_ids: &[i64],
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into petition_event (petition_id, action, status_from, status_to, officer_id, happened_at)
         select distinct petition_id, 'reveal', status, status, $2::bigint, $3::timestamptz
         from petition
         where petition_id = any($1)
           and not exists (
               select from petition_event seen
               where seen.petition_id = petition.petition_id and seen.action = 'reveal' and seen.officer_id = $2
                 and (seen.happened_at at time zone 'Asia/Ho_Chi_Minh')::date
                     = ($3::timestamptz at time zone 'Asia/Ho_Chi_Minh')::date)",
        petition_ids,
        officer_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn count_calls(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from outbox_message
         where state in ('unreachable', 'given_up') and petition_id is not null
           and not exists (
               select from petition_event
               where petition_event.petition_id = outbox_message.petition_id and action = 'call'
                 and (detail ->> 'outbox_message_id')::bigint = outbox_message_id)"#,
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
}

/// A message that was given up: Zalo refused it, and trying again would not help.
#[derive(Clone, Debug)]
pub struct GivenUp {
    pub outbox_message_id: i64,
    pub reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub attempts: i32,
    pub last_error: Option<String>,
}

/// The channel's troubles, the latest first, at most a hundred of each.
#[derive(Clone, Debug, Default)]
pub struct Troubles {
    pub set_aside: Vec<SetAside>,
    pub given_up: Vec<GivenUp>,
    pub flow: Flow,
}

/// How the channel flows just now.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    pub heard_today: i64,
    pub last_heard_at: Option<DateTime<Utc>>,
    pub inbox_waiting: i64,
    pub sent_today: i64,
    pub outbox_waiting: i64,
    pub oldest_waiting_at: Option<DateTime<Utc>>,
}

pub async fn count(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select (select count(*) from inbox_event where state = 'set_aside')
              + (select count(*) from outbox_message where state = 'given_up') as "count!""#,
    )
    .fetch_one(connection)
    .await
}

/// Everything the page about the channel shows. `today` is the Hanoi day's first moment.
pub async fn read(connection: &mut PgConnection, today: DateTime<Utc>) -> sqlx::Result<Troubles> {
    let set_aside = sqlx::query_as!(
        SetAside,
        "select inbox_event_id, event_name, received_at, attempts, last_error from inbox_event
         where state = 'set_aside' order by inbox_event_id desc limit 100",
    )
    .fetch_all(&mut *connection)
    .await?;
    let given_up = sqlx::query_as!(
        GivenUp,
        r#"select outbox_message_id, reference as "reference?", outbox_message.created_at, attempts, last_error
         from outbox_message left join petition using (petition_id)
         where state = 'given_up' order by outbox_message_id desc limit 100"#,
    )
    .fetch_all(&mut *connection)
    .await?;
    let flow = sqlx::query_as!(
        Flow,
        r#"select (select count(*) from inbox_event where received_at >= $1) as "heard_today!",
                (select max(received_at) from inbox_event) as last_heard_at,
                (select count(*) from inbox_event where state = 'waiting') as "inbox_waiting!",
                (select count(*) from outbox_message where sent_at >= $1) as "sent_today!",
                (select count(*) from outbox_message where state in ('waiting', 'leased')) as "outbox_waiting!",
                (select min(send_at) from outbox_message where state in ('waiting', 'leased')) as oldest_waiting_at"#,
        today,
    )
    .fetch_one(connection)
    .await?;
    Ok(Troubles { set_aside, given_up, flow })
}
