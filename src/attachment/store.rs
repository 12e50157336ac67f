//! The SQL of media, but for leases.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::trouble::Reason;
use crate::zalo::event::Attachment;

/// What is fetched (zalo-oa 1.5); a link is a page of somebody else's, a place has no bytes, and a sticker says nothing.
const FETCHED: [&str; 5] = ["image", "gif", "audio", "video", "file"];
/// What no petition took is kept so long: a draft lives for a week, and an officer may ask about a conversation.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// How far something has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum State {
    Waiting,
    /// Kept, and shown to nobody before it was scanned.
    Unscanned,
    Kept,
    Failed,
    Infected,
    Dropped,
}

/// Something that was sent along, as far as it is known.
#[derive(Clone, Debug)]
pub struct Media {
    pub media_id: i64,
    /// Who sent it.
    pub citizen_id: i64,
    pub state: State,
    /// Why it has not come, so far or at all.
    pub reason: Option<Reason>,
    /// When it is tried again, or scanned.
    pub retry_at: DateTime<Utc>,
    /// Where its bytes lie.
    pub folder: Uuid,
    pub copy: Option<Uuid>,
    pub mime: Option<String>,
    /// Bytes.
    pub size: Option<i64>,
    /// A thumbnail and a copy without metadata lie beside it.
    pub is_drawn: bool,
}

/// Notes what came with a message, to be fetched, in the transaction of its turn. Once, however often the turn is
/// repeated.
pub async fn register(
    connection: &mut PgConnection,
    citizen_id: i64,
    inbox_event_id: i64,
    attachments: &[Attachment],
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    for (position, attachment) in (1..).zip(attachments) {
        let Some(url) = attachment.url.as_deref().filter(|_| FETCHED.contains(&attachment.kind.as_str())) else {
            continue;
        };
        sqlx::query!(
            "insert into media
                 (citizen_id, inbox_event_id, position, kind, url, declared_size, checksum, received_at, retry_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
             on conflict (inbox_event_id, position) do nothing",
            citizen_id,
            inbox_event_id,
            position,
            attachment.kind,
            url,
            attachment.size,
            attachment.checksum,
            at,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// What is known of each of these.
pub async fn media(connection: &mut PgConnection, media_ids: &[i64]) -> sqlx::Result<BTreeMap<i64, Media>> {
    let found = sqlx::query_as!(
        Media,
        r#"select media_id, citizen_id, state as "state: State", reason as "reason: Reason", retry_at, folder, copy, mime, size, is_drawn
           from media where media_id = any($1)"#,
        media_ids,
    )
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().map(|media| (media.media_id, media)).collect())
}

/// What came with these events, each with its event, in the order in which it was sent.
pub async fn of_events(connection: &mut PgConnection, inbox_event_ids: &[i64]) -> sqlx::Result<Vec<(i64, Media)>> {
    let rows = sqlx::query!(
        r#"select inbox_event_id as "inbox_event_id!", media_id from media
           where inbox_event_id = any($1) and state <> 'dropped' order by inbox_event_id, position"#,
        inbox_event_ids,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut found = media(connection, &rows.iter().map(|row| row.media_id).collect::<Vec<_>>()).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.inbox_event_id, found.remove(&row.media_id)?))).collect())
}

/// What is known of one.
pub async fn find(connection: &mut PgConnection, media_id: i64) -> sqlx::Result<Option<Media>> {
    Ok(media(connection, &[media_id]).await?.remove(&media_id))
}

/// Begins again with something that has not come. False where nothing is to be begun: it came, or is under way.
pub async fn try_again(connection: &mut PgConnection, media_id: i64, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update media set state = 'waiting', attempts = 0, retry_at = $2
         where media_id = $1 and state in ('waiting', 'failed') and (lease_until is null or lease_until <= $2)",
        media_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Drops what came with these events, whose words are not to be kept either; what a petition took stays with it.
pub async fn drop_of_events(connection: &mut PgConnection, inbox_event_ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "update media set state = 'dropped', url = '', checksum = null, declared_size = null, lease = null
         where inbox_event_id = any($1) and state <> 'dropped'
           and not exists (select from attachment where attachment.media_id = media.media_id)",
        inbox_event_ids,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Drops what a citizen sent and no petition took: they had their data erased.
pub async fn drop_drafts(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update media set state = 'dropped', url = '', checksum = null, declared_size = null, lease = null
         where citizen_id = $1 and state <> 'dropped'
           and not exists (select from attachment where attachment.media_id = media.media_id)",
        citizen_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Drops what no petition took within the time, and what came with events whose words are not to be kept.
pub(super) async fn drop_due(connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update media set state = 'dropped', url = '', checksum = null, declared_size = null, lease = null
         from inbox_event
         where inbox_event.inbox_event_id = media.inbox_event_id and media.state <> 'dropped'
           and (media.received_at < $1 or inbox_event.empty_at is not null)
           and not exists (select from attachment where attachment.media_id = media.media_id)",
        at - KEPT_FOR,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is dropped, and fetched by nobody any more: a fetch ends before its lease.
pub(super) async fn dropped(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<(i64, Uuid)>> {
    let rows = sqlx::query!(
        "select media_id, folder from media
         where state = 'dropped' and (lease_until is null or lease_until <= $1)
           -- filed in the moment in which it was dropped
           and not exists (select from attachment where attachment.media_id = media.media_id)
         order by media_id limit $2",
        at,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.media_id, row.folder)).collect())
}

/// Its bytes are gone: the row goes too.
pub(super) async fn forget(connection: &mut PgConnection, media_id: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from media where media_id = $1 and state = 'dropped'", media_id).execute(connection).await?;
    Ok(())
}
