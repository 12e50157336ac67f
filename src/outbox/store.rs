//! What goes into the post room.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::again;
use crate::privacy::Personal;
use crate::zalo::message::{Message, Template};

/// One message to be sent to a citizen.
#[derive(Clone, Debug)]
pub struct Post {
    pub citizen_id: i64,
    pub kind: Kind,
    pub message: Message,
    /// What goes instead where the chat is closed; none: only the chat will do.
    pub fallback: Option<Fallback>,
    pub at: DateTime<Utc>,
    /// Not before this time; later than `at` for a reply that is held for a moment of quiet.
    pub send_at: DateTime<Utc>,
}

/// The same news as a template message.
#[derive(Clone, Debug)]
pub struct Fallback {
    pub template: Template,
    /// The citizen's number in E.164, for where Zalo finds the citizen only by it.
    pub phone: Option<Personal>,
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

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Reply { .. } => "reply",
            Self::Reminder { .. } => "reminder",
            Self::Notice { .. } => "notice",
            Self::Word { .. } => "word",
        }
    }
}

/// Puts a message into the post room, in the caller's transaction; one that is too long for Zalo in several parts, of which
/// the last one's number is given. A reply takes the place of a held one, and of a reminder, that nobody has claimed yet;
/// and where a citizen is replied to, the chat is open: news that did not reach them goes out before.
pub async fn enqueue(connection: &mut PgConnection, post: &Post) -> sqlx::Result<i64> {
    if let Kind::Reply { inbox_event_id } = post.kind {
        replace_held(connection, post.citizen_id, inbox_event_id).await?;
        again::return_stranded(connection, post.citizen_id, post.at).await?;
    }
    let mut last = 0;
    for (nth, part) in post.message.clone().into_parts().iter().enumerate() {
        last = insert(connection, post, part, post.fallback.as_ref().filter(|_| nth == 0)).await?;
    }
    Ok(last)
}

async fn replace_held(connection: &mut PgConnection, citizen_id: i64, inbox_event_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update outbox_message set state = 'replaced'
         where citizen_id = $1 and state = 'waiting' and held and inbox_event_id <> $2",
        citizen_id,
        inbox_event_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert(
    connection: &mut PgConnection,
    post: &Post,
    message: &Message,
    fallback: Option<&Fallback>,
) -> sqlx::Result<i64> {
    let (inbox_event_id, petition_id) = match post.kind {
        Kind::Reply { inbox_event_id } | Kind::Reminder { inbox_event_id } => (Some(inbox_event_id), None),
        Kind::Notice { petition_id } => (None, Some(petition_id)),
        Kind::Word { petition_id } => (None, petition_id),
    };
    sqlx::query_scalar!(
        "insert into outbox_message
             (citizen_id, kind, petition_id, inbox_event_id, message, template, phone, send_at, held, created_at, begun_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
         returning outbox_message_id",
        post.citizen_id,
        post.kind.name(),
        petition_id,
        inbox_event_id,
        Json(message) as _,
        fallback.map(|fallback| Json(&fallback.template)) as _,
        fallback.and_then(|fallback| fallback.phone.as_ref()).map(Personal::reveal),
        post.send_at,
        post.send_at > post.at,
        post.at,
    )
    .fetch_one(connection)
    .await
}
