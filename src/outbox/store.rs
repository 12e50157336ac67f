//! The SQL of the post room.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::zalo::message::Message;

/// One message to be sent to a citizen.
#[derive(Clone, Debug)]
pub struct Post {
    pub citizen_id: i64,
    pub kind: Kind,
    pub message: Message,
    pub at: DateTime<Utc>,
    /// Not before this time; later than `at` for a reply that is held for a moment of quiet.
    pub send_at: DateTime<Utc>,
}

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The reply to an event of the citizen.
    Reply { inbox_event_id: i64 },
    /// One word about a draft, unless the citizen is heard before; holds up nothing while it waits.
    Reminder { inbox_event_id: i64 },
    /// News of a petition.
    Notice { petition_id: i64 },
    /// An officer's own words, about a petition or to somebody who has none.
    Word { petition_id: Option<i64> },
}

/// Puts a message into the post room, in the caller's transaction. A reply takes the place of a held one, and of a
/// reminder, that nobody has claimed yet.
pub async fn enqueue(connection: &mut PgConnection, post: &Post) -> sqlx::Result<i64> {
    let (kind, inbox_event_id, petition_id) = match post.kind {
        Kind::Reply { inbox_event_id } => ("reply", Some(inbox_event_id), None),
        Kind::Reminder { inbox_event_id } => ("reminder", Some(inbox_event_id), None),
        Kind::Notice { petition_id } => ("notice", None, Some(petition_id)),
        Kind::Word { petition_id } => ("word", None, petition_id),
    };
    if let Kind::Reply { inbox_event_id } = post.kind {
        sqlx::query!(
            "update outbox_message set state = 'replaced'
             where citizen_id = $1 and state = 'waiting' and held and inbox_event_id <> $2",
            post.citizen_id,
            inbox_event_id,
        )
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query_scalar!(
        "insert into outbox_message
             (citizen_id, kind, petition_id, inbox_event_id, message, send_at, held, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         returning outbox_message_id",
        post.citizen_id,
        kind,
        petition_id,
        inbox_event_id,
        Json(&post.message) as _,
        post.send_at,
        post.send_at > post.at,
        post.at,
    )
    .fetch_one(connection)
    .await
}

/// Notes that a message arrived. False where no message of ours has this id: receipts also come for messages that
/// others sent, and may overtake the settling of our own.
pub async fn delivered(connection: &mut PgConnection, zalo_message_id: &str, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update outbox_message set delivered_at = coalesce(delivered_at, $2) where zalo_message_id = $1",
        zalo_message_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Notes that a message was read, and with that arrived. False where no message of ours has this id.
pub async fn seen(connection: &mut PgConnection, zalo_message_id: &str, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update outbox_message set seen_at = coalesce(seen_at, $2), delivered_at = coalesce(delivered_at, $2)
         where zalo_message_id = $1",
        zalo_message_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Whether we sent the message that Zalo knows by this id.
pub async fn is_ours(connection: &mut PgConnection, zalo_message_id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from outbox_message where zalo_message_id = $1) as "is_ours!""#,
        zalo_message_id,
    )
    .fetch_one(connection)
    .await
}
