//! The talk between the office and a citizen in the chat: since when, until when, and who waits for it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The latest talk with a citizen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Talk {
    /// The office's last word.
    pub wrote_at: Option<DateTime<Utc>>,
    /// Not before `wrote_at`: the talk is over.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The latest talk with a citizen.
pub async fn of(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<Option<Talk>> {
    sqlx::query_as!(Talk, "select wrote_at, ended_at from officer_talk where citizen_id = $1", citizen_id)
        .fetch_optional(connection)
        .await
}

/// The office wrote to the citizen. News of an older word, come late, does not open a talk that was ended since.
pub async fn wrote(connection: &mut PgConnection, citizen_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into officer_talk as talk (citizen_id, wrote_at) values ($1, $2)
         on conflict (citizen_id) do update
         set wrote_at = greatest(talk.wrote_at, excluded.wrote_at),
             ended_at = case when talk.ended_at >= excluded.wrote_at then talk.ended_at end,
             notice_due = talk.notice_due and talk.ended_at >= excluded.wrote_at",
        citizen_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An officer ended the talk: the dialog is to tell the citizen. False where there is nothing to end.
pub async fn end(connection: &mut PgConnection, citizen_id: i64, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into officer_talk as talk (citizen_id, ended_at, notice_due)
         select $1, $2, true
         where exists (select from officer_call where citizen_id = $1)
            or exists (select from officer_talk where citizen_id = $1)
         on conflict (citizen_id) do update
         set ended_at = excluded.ended_at, notice_due = true
         -- ended already, and nobody has written or called since
         where talk.ended_at is null
            or talk.ended_at < greatest(
                   talk.wrote_at, (select max(called_at) from officer_call where officer_call.citizen_id = $1))",
        citizen_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A talk that an officer ended and of which the dialog has not been told: whose, and when it ended. It is taken: the
/// caller tells.
pub async fn take_ended(connection: &mut PgConnection) -> sqlx::Result<Option<(i64, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"update officer_talk set notice_due = false
           where citizen_id = (select citizen_id from officer_talk where notice_due limit 1 for update skip locked)
           returning citizen_id, ended_at as "ended_at!""#,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.citizen_id, row.ended_at)))
}

/// The citizen went on with the machine: nobody need end the talk any more, and nobody is told.
pub async fn leave(connection: &mut PgConnection, citizen_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update officer_talk set ended_at = greatest(wrote_at, $2), notice_due = false
         where citizen_id = $1 and ended_at is null",
        citizen_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whoever asked for a person was answered; who did is not known where it was done in Zalo's own tool.
pub async fn answered(
    connection: &mut PgConnection,
    citizen_id: i64,
    officer_id: Option<i64>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update officer_call set answered_at = $3, officer_id = $2
         where citizen_id = $1 and answered_at is null and coalesce(news_at, called_at) <= $3",
        citizen_id,
        officer_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The citizen wrote while the machine was silent: they are on the list again, with the time.
pub async fn news(
    connection: &mut PgConnection,
    citizen_id: i64,
    inbox_event_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let known = sqlx::query!(
        "update officer_call set answered_at = null, news_at = $2
         where officer_call_id = (select max(officer_call_id) from officer_call where citizen_id = $1)",
        citizen_id,
        at,
    )
    .execute(&mut *connection)
    .await?;
    if known.rows_affected() == 0 {
        // The office wrote first.
        sqlx::query!(
            "insert into officer_call (citizen_id, inbox_event_id, about, called_at, news_at) values ($1, $2, '', $3, $3)
             on conflict (inbox_event_id) do nothing",
            citizen_id,
            inbox_event_id,
            at,
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}
