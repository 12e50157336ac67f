//! The SQL of people who wait for somebody of the office: citizens whom no message reached, and those who asked for a person.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::officer::Sight;
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
    pub created_at: DateTime<Utc>,
    /// The last way that was tried, and what came of it; none where nothing was written down.
    pub channel: Option<String>,
    pub code: Option<i64>,
    pub reason: Option<String>,
    /// Calls that reached nobody so far, and the last of them.
    pub attempts: i64,
    pub called_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
    /// Not before this day.
    pub again_on: Option<NaiveDate>,
}

/// Whom to call, the longest waiting first, of the petitions that stand in somebody's lists. A call that was made is a line
/// in the petition's history.
pub async fn calls(connection: &mut PgConnection, sight: &Sight) -> sqlx::Result<Vec<Call>> {
    sqlx::query_as!(
        Call,
        r#"select outbox_message_id, petition_id as "petition_id!", reference, status as "status: Status", title as "title: Personal", submitter_name as "name: Personal",
                petition.phone as "phone: Personal", identity_confidential or contact_locked_at is not null as "identity_confidential!",
                coalesce(message ->> 'text', '') as "text!: Personal",
                outbox_message.created_at, last.channel as "channel?", last.code as "code?", last.reason as "reason?",
                called.attempts as "attempts!", called.called_at as "called_at?", called.note as "note?", called.again_on as "again_on?"
         from outbox_message join petition using (petition_id)
         left join lateral (
             select channel, code, reason from outbox_attempt
             where outbox_attempt.outbox_message_id = outbox_message.outbox_message_id
               and outcome not in ('again', 'returned')
             order by outbox_attempt_id desc limit 1
         ) as last on true
         cross join lateral (
             select count(*) as attempts, max(called_at) as called_at,
                    (array_agg(note order by call_attempt_id desc))[1] as note,
                    (array_agg(again_on order by call_attempt_id desc))[1] as again_on
             from call_attempt where call_attempt.outbox_message_id = outbox_message.outbox_message_id
         ) as called
         where state in ('unreachable', 'given_up')
           -- who took a petition back need not be called about it
           and status <> 'withdrawn'
           and ($1::text is null or handling_agency_id = $1) and ($2::bigint is null or handler_id = $2)
           and not exists (select from petition_named_officer n
                           where n.petition_id = petition.petition_id and n.officer_id = $3)
         order by outbox_message_id"#,
        sight.agency_id,
        sight.handler_id,
        sight.officer_id,
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

/// How many people wait for somebody of the office, of those whom somebody may see: those to call today, and those who
/// asked for a person.
pub async fn count_people(connection: &mut PgConnection, sight: &Sight, today: NaiveDate) -> sqlx::Result<People> {
    sqlx::query_as!(
        People,
        r#"select (select count(distinct officer_call.citizen_id) from officer_call
              left join lateral (
                  select petition_id, handling_agency_id, handler_id from petition
                  where petition.citizen_id = officer_call.citizen_id
                  order by (petition.petition_id = officer_call.petition_id) is true desc, petition_id desc limit 1
              ) as latest on true
              where answered_at is null and ($1::text is null or handling_agency_id = $1) and ($2::bigint is null or handler_id = $2)
           and not exists (select from petition_named_officer n
                           where n.petition_id = latest.petition_id and n.officer_id = $3)) as "asked!",
             (select count(*) from outbox_message join petition using (petition_id)
              where state in ('unreachable', 'given_up') and status <> 'withdrawn'
                -- tried today, and put off
                and ((select again_on from call_attempt
                      where call_attempt.outbox_message_id = outbox_message.outbox_message_id
                      order by call_attempt_id desc limit 1) > $4) is not true
                and ($1::text is null or handling_agency_id = $1) and ($2::bigint is null or handler_id = $2)
           and not exists (select from petition_named_officer n
                           where n.petition_id = petition.petition_id and n.officer_id = $3)) as "unreached!""#,
        sight.agency_id,
        sight.handler_id,
        sight.officer_id,
        today,
    )
    .fetch_one(connection)
    .await
}

/// How many people wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Who asked for a person.
    pub asked: i64,
    /// Whom no message reached.
    pub unreached: i64,
}

/// A citizen who asked for a person in the chat («gặp cán bộ»).
#[derive(Clone, Debug)]
pub struct Asking {
    pub officer_call_id: i64,
    /// What they were writing about.
    pub about: Personal,
    pub called_at: DateTime<Utc>,
    /// They wrote more while the machine was silent: when last.
    pub news_at: Option<DateTime<Utc>>,
    /// The last thing they wrote since: the name and the body of its event.
    pub last_event_name: Option<String>,
    pub last_event: Option<Vec<u8>>,
    /// Whether they asked from a petition: then it is this one.
    pub is_about: bool,
    /// Else their latest petition, if they have one, with what is known from it.
    pub petition_id: Option<i64>,
    pub reference: Option<String>,
    pub name: Option<Personal>,
    pub phone: Option<Personal>,
    pub identity_confidential: Option<bool>,
    pub last_heard_at: Option<DateTime<Utc>>,
}

/// Who asked for a person and was not answered yet, the longest waiting first, of those whom somebody may see. Who has no
/// petition is seen by who sees everything.
pub async fn asking(connection: &mut PgConnection, sight: &Sight) -> sqlx::Result<Vec<Asking>> {
    sqlx::query_as!(
        Asking,
        r#"select officer_call_id, about as "about: Personal", called_at, news_at,
                said.event_name as "last_event_name?", said.body as "last_event?",
                latest.petition_id as "petition_id?", latest.reference as "reference?",
                (officer_call.petition_id is not null) as "is_about!",
                latest.submitter_name as "name?: Personal", latest.phone as "phone: Personal",
                latest.identity_confidential as "identity_confidential?", citizen.last_heard_at
         from officer_call join citizen using (citizen_id)
         left join lateral (
             -- who took a petition back was told that their contact data are masked
             select petition_id, reference, handling_agency_id, handler_id,
                    identity_confidential or contact_locked_at is not null as identity_confidential,
                    case when status <> 'withdrawn' then submitter_name end as submitter_name,
                    case when status <> 'withdrawn' then phone end as phone
             from petition where petition.citizen_id = officer_call.citizen_id
             -- the one they asked from, or else the latest
             order by (petition.petition_id = officer_call.petition_id) is true desc, petition_id desc limit 1
         ) latest on true
         left join lateral (
             select event_name, body from inbox_event
             where inbox_event.citizen_id = officer_call.citizen_id and event_name like 'user\_send\_%'
               and received_at > coalesce(citizen.erased_at, '-infinity')
               and (inbox_event.inbox_event_id > officer_call.inbox_event_id
                    or inbox_event.inbox_event_id = officer_call.inbox_event_id and news_at is not null)
               and empty_at is null
             order by inbox_event_id desc limit 1
         ) said on true
         where answered_at is null
           -- who called twice stands here once
           and not exists (
               select from officer_call later
               where later.citizen_id = officer_call.citizen_id and later.answered_at is null
                 and later.officer_call_id > officer_call.officer_call_id)
           and ($1::text is null or handling_agency_id = $1) and ($2::bigint is null or handler_id = $2)
           and not exists (select from petition_named_officer n
                           where n.petition_id = latest.petition_id and n.officer_id = $3)
         order by officer_call_id"#,
        sight.agency_id,
        sight.handler_id,
        sight.officer_id,
    )
    .fetch_all(connection)
    .await
}

/// Since when the sender of this petition waits for somebody to write about it.
pub async fn called_about(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select called_at from officer_call where petition_id = $1 and answered_at is null
         order by officer_call_id limit 1",
        petition_id,
    )
    .fetch_optional(connection)
    .await
}

/// Who asked by this call, and the reference of their latest petition; nobody once they were answered. The call stays
/// locked until the caller's transaction ends.
pub async fn take_call(
    connection: &mut PgConnection,
    officer_call_id: i64,
) -> sqlx::Result<Option<(i64, Option<String>)>> {
    let row = sqlx::query!(
        r#"select citizen_id,
                (select reference from petition where petition.citizen_id = officer_call.citizen_id
                 order by (petition.petition_id = officer_call.petition_id) is true desc, petition_id desc
                 limit 1) as reference
         from officer_call where officer_call_id = $1 and answered_at is null
         for update"#,
        officer_call_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.citizen_id, row.reference)))
}

/// A talk with a citizen in which the machine is silent and nobody waits for an answer just now.
#[derive(Clone, Debug)]
pub struct Talking {
    pub citizen_id: i64,
    pub wrote_at: DateTime<Utc>,
    /// Their latest petition, if they have one, with what is known from it.
    pub petition_id: Option<i64>,
    pub reference: Option<String>,
    pub name: Option<Personal>,
    pub identity_confidential: Option<bool>,
}

/// The talks that nobody ended, the oldest word first; older ones than `since` are over by themselves.
pub async fn talking(connection: &mut PgConnection, sight: &Sight, since: DateTime<Utc>) -> sqlx::Result<Vec<Talking>> {
    sqlx::query_as!(
        Talking,
        r#"select officer_talk.citizen_id, wrote_at as "wrote_at!", latest.petition_id as "petition_id?",
                latest.reference as "reference?", latest.submitter_name as "name?: Personal",
                latest.identity_confidential as "identity_confidential?"
         from officer_talk
         left join lateral (
             select petition_id, reference, submitter_name, handling_agency_id, handler_id,
                    identity_confidential or contact_locked_at is not null as identity_confidential
             from petition where petition.citizen_id = officer_talk.citizen_id order by petition_id desc limit 1
         ) latest on true
         where ended_at is null and wrote_at > $1
           and not exists (
               select from officer_call
               where officer_call.citizen_id = officer_talk.citizen_id and answered_at is null)
           and ($2::text is null or handling_agency_id = $2) and ($3::bigint is null or handler_id = $3)
           and not exists (select from petition_named_officer n
                           where n.petition_id = latest.petition_id and n.officer_id = $4)
         order by wrote_at"#,
        since,
        sight.agency_id,
        sight.handler_id,
        sight.officer_id,
    )
    .fetch_all(connection)
    .await
}

/// An officer answered whoever asked; a second answer changes nothing.
pub async fn record_answered(
    connection: &mut PgConnection,
    officer_call_id: i64,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update officer_call set answered_at = $3, officer_id = $2
         where officer_call_id = $1 and answered_at is null",
        officer_call_id,
        officer_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A call that was made.
#[derive(Clone, Debug)]
pub struct Made<'a> {
    pub outbox_message_id: i64,
    pub officer_id: i64,
    pub is_reached: bool,
    pub note: &'a str,
    pub again_on: Option<NaiveDate>,
    pub at: DateTime<Utc>,
}

/// Keeps a call; the petition's history has its line beside it.
pub async fn record_call(connection: &mut PgConnection, made: &Made<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into call_attempt (outbox_message_id, officer_id, is_reached, note, again_on, called_at)
         values ($1, $2, $3, $4, $5, $6)",
        made.outbox_message_id,
        made.officer_id,
        made.is_reached,
        made.note,
        made.again_on,
        made.at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One call at a time is written down for a message.
pub async fn lock_message(connection: &mut PgConnection, outbox_message_id: i64) -> sqlx::Result<()> {
    sqlx::query!("select from outbox_message where outbox_message_id = $1 for update", outbox_message_id)
        .fetch_optional(connection)
        .await?;
    Ok(())
}

/// The latest petition of a citizen.
pub async fn latest_petition(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select reference from petition where citizen_id = $1 order by petition_id desc limit 1",
        citizen_id,
    )
    .fetch_optional(connection)
    .await
}
