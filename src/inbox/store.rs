//! The SQL of the door.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::dialog::Facts;
use crate::privacy::Personal;

/// An event whose turn it is: the oldest waiting one of its citizen.
#[derive(Debug)]
pub struct Claimed {
    pub inbox_event_id: i64,
    pub citizen_id: i64,
    pub happened_at: DateTime<Utc>,
    pub body: Vec<u8>,
    pub attempts: i32,
    /// The citizen's last finished event.
    pub finished: Option<i64>,
    /// And when it was finished.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Claims the oldest waiting events whose citizen has no earlier waiting event, at most `limit`, oldest first.
///
/// That event's row is the lock of the lane: [`insert`](super::arrival::insert) numbers a citizen's events in the order of their commits, so no
/// earlier one can turn up later, and a later one cannot be claimed while this one waits or is being worked on.
pub async fn claim(connection: &mut PgConnection, at: DateTime<Utc>, limit: i64) -> sqlx::Result<Vec<Claimed>> {
    sqlx::query_as!(
        Claimed,
        r#"select e.inbox_event_id, c.citizen_id, e.happened_at, e.body, e.attempts, c.last_event_id as finished,
                  last.finished_at as "finished_at?"
           from inbox_event e
           join citizen c using (citizen_id)
           left join inbox_event last on last.inbox_event_id = c.last_event_id
           where e.state = 'waiting'
             -- as the index inbox_event_waiting_first has it, which knows no receipts
             and e.citizen_id > 0
             and e.retry_at <= $1
             -- looked up for each: compared with all that wait, a crowd would cost its square
             and e.inbox_event_id = (
                 select first.inbox_event_id from inbox_event first
                 where first.citizen_id = e.citizen_id and first.state = 'waiting'
                 order by first.inbox_event_id
                 limit 1)
           order by e.inbox_event_id
           limit $2
           for update of e skip locked"#,
        at,
        limit,
    )
    .fetch_all(connection)
    .await
}

/// Claims one event, if it is still waiting and nobody is in its lane.
pub async fn claim_one(connection: &mut PgConnection, inbox_event_id: i64) -> sqlx::Result<Option<Claimed>> {
    sqlx::query_as!(
        Claimed,
        r#"select e.inbox_event_id, c.citizen_id, e.happened_at, e.body, e.attempts, c.last_event_id as finished,
                  last.finished_at as "finished_at?"
           from inbox_event e
           join citizen c using (citizen_id)
           left join inbox_event last on last.inbox_event_id = c.last_event_id
           where e.inbox_event_id = $1 and e.state = 'waiting'
           for update of e skip locked"#,
        inbox_event_id,
    )
    .fetch_optional(connection)
    .await
}

/// Finishes events of different citizens: keeps what the dialog was told with each, and moves each citizen's lane on by one
/// turn.
pub async fn finish(
    connection: &mut PgConnection,
    finished: &[(&Claimed, Facts)],
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let events: Vec<i64> = finished.iter().map(|(claimed, _)| claimed.inbox_event_id).collect();
    let citizens: Vec<i64> = finished.iter().map(|(claimed, _)| claimed.citizen_id).collect();
    let facts: Vec<Json<&Facts>> = finished.iter().map(|(_, facts)| Json(facts)).collect();
    sqlx::query!(
        "with finished as (
             select * from unnest($1::bigint[], $2::bigint[], $3::jsonb[]) as finished (inbox_event_id, citizen_id, facts)
         ), locked as materialized (
             -- in the order in which the door locks them
             select citizen_id from citizen where citizen_id = any($2)
             order by zalo_user_id for no key update
         ), moved as (
             update citizen
             set turns = turns + 1, last_event_id = finished.inbox_event_id
             from finished join locked using (citizen_id)
             -- said twice, so that no plan of the first day reads all citizens
             where citizen.citizen_id = finished.citizen_id and citizen.citizen_id = any($2)
             returning citizen.last_event_id, citizen.turns)
         update inbox_event
         set state = 'done', finished_at = $4, facts = finished.facts, turn = moved.turns, last_error = null
         from finished join moved on moved.last_event_id = finished.inbox_event_id
         where inbox_event.inbox_event_id = finished.inbox_event_id",
        &events,
        &citizens,
        &facts as &[Json<&Facts>],
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One finished event, for a rebuild.
#[derive(Debug)]
pub struct Finished {
    pub inbox_event_id: i64,
    pub happened_at: DateTime<Utc>,
    pub body: Vec<u8>,
    pub facts: Json<Facts>,
}

/// The citizen's finished events since `since`, in the order in which they were finished.
pub async fn finished(
    connection: &mut PgConnection,
    citizen_id: i64,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<Finished>> {
    sqlx::query_as!(
        Finished,
        r#"select inbox_event_id, happened_at, body, facts as "facts!: Json<Facts>"
           from inbox_event
           where citizen_id = $1 and state = 'done' and finished_at >= $2
           order by turn"#,
        citizen_id,
        since,
    )
    .fetch_all(connection)
    .await
}

/// The bodies of these events of one citizen, in their order.
pub async fn bodies(connection: &mut PgConnection, citizen_id: i64, ids: &[i64]) -> sqlx::Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!(
        "select body from inbox_event
         where citizen_id = $1 and inbox_event_id = any($2) and emptied_at is null
         order by inbox_event_id",
        citizen_id,
        ids,
    )
    .fetch_all(connection)
    .await
}

/// The words of these events are not kept beyond `at`.
pub async fn empty_later(connection: &mut PgConnection, ids: &[i64], at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update inbox_event set empty_at = least(empty_at, $2)
         where inbox_event_id = any($1) and emptied_at is null",
        ids,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Empties what is not to be kept any longer, and tells how many events that were. One that still waits for its turn is
/// left until it had it.
pub async fn empty_due(connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "update inbox_event set body = '', emptied_at = $1
         where empty_at <= $1 and emptied_at is null and state <> 'waiting'",
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Notes that an event could not be worked on; it waits until `retry_at`, and its citizen's later events with it.
pub async fn postpone(
    connection: &mut PgConnection,
    inbox_event_id: i64,
    retry_at: DateTime<Utc>,
    error: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update inbox_event set attempts = attempts + 1, retry_at = $2, last_error = $3
         where inbox_event_id = $1 and state = 'waiting'",
        inbox_event_id,
        retry_at,
        error,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives an event up: officers see it, and its lane goes on without it. False where it is not waiting any more.
pub async fn set_aside(
    connection: &mut PgConnection,
    inbox_event_id: i64,
    error: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update inbox_event
         set state = 'set_aside', attempts = attempts + 1, last_error = $2, finished_at = $3
         where inbox_event_id = $1 and state = 'waiting'",
        inbox_event_id,
        error,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// An event that belongs to no citizen's lane: a receipt, a tag, a template's change of state.
#[derive(Debug)]
pub struct Laneless {
    pub inbox_event_id: i64,
    pub happened_at: DateTime<Utc>,
    pub body: Vec<u8>,
    pub attempts: i32,
}

/// Claims waiting events without a lane, oldest first.
pub async fn claim_laneless(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Laneless>> {
    sqlx::query_as!(
        Laneless,
        "select inbox_event_id, happened_at, body, attempts
         from inbox_event
         where state = 'waiting' and citizen_id is null and retry_at <= $1
         order by inbox_event_id
         limit $2
         for update skip locked",
        at,
        limit,
    )
    .fetch_all(connection)
    .await
}

/// Finishes events without a lane.
pub async fn finish_laneless(connection: &mut PgConnection, ids: &[i64], at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update inbox_event set state = 'done', finished_at = $2 where inbox_event_id = any($1)", ids, at,)
        .execute(connection)
        .await?;
    Ok(())
}

/// Puts the citizen on the list of those who asked for a person.
pub async fn call_officer(
    connection: &mut PgConnection,
    claimed: &Claimed,
    about: &Personal,
    petition: Option<&str>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into officer_call (citizen_id, inbox_event_id, about, called_at, petition_id)
         values ($1, $2, $3, $4, (select petition_id from petition where reference = $5 and citizen_id = $1))
         on conflict (inbox_event_id) do nothing",
        claimed.citizen_id,
        claimed.inbox_event_id,
        about.reveal(),
        at,
        petition,
    )
    .execute(connection)
    .await?;
    Ok(())
}
