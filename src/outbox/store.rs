//! What goes into the post room.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

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

    fn inbox_event_id(self) -> Option<i64> {
        match self {
            Self::Reply { inbox_event_id } | Self::Reminder { inbox_event_id } => Some(inbox_event_id),
            Self::Notice { .. } | Self::Word { .. } => None,
        }
    }

    fn petition_id(self) -> Option<i64> {
        match self {
            Self::Reply { .. } | Self::Reminder { .. } => None,
            Self::Notice { petition_id } => Some(petition_id),
            Self::Word { petition_id } => petition_id,
        }
    }
}

/// Puts a message into the post room, in the caller's transaction; one that is too long for Zalo in several parts, of which
/// the last one's number is given. A reply takes the place of a held one, and of a reminder, that nobody has claimed yet;
/// and where a citizen is replied to, the chat is open: news that did not reach them goes out before.
pub async fn enqueue(connection: &mut PgConnection, post: &Post) -> sqlx::Result<i64> {
    let numbers = enqueue_all(connection, std::slice::from_ref(post)).await?;
    Ok(numbers.last().copied().expect("a message has one part at least"))
}

/// Puts messages into the post room in their order, each as [`enqueue`] does. Gives the numbers of all their parts.
pub async fn enqueue_all(connection: &mut PgConnection, posts: &[Post]) -> sqlx::Result<Vec<i64>> {
    let parts = |post| {
        let Post { message, .. }: &Post = post;
        message.clone().into_parts().into_iter().enumerate().map(move |(nth, part)| (post, nth == 0, part))
    };
    let parts: Vec<_> = posts.iter().flat_map(parts).collect();
    if parts.is_empty() { Ok(Vec::new()) } else { insert(connection, &parts).await }
}

/// Each part with its post, and whether it is the first: what goes instead of a message goes instead of its first part.
async fn insert(connection: &mut PgConnection, parts: &[(&Post, bool, Message)]) -> sqlx::Result<Vec<i64>> {
    let posts = || parts.iter().map(|(post, _, _)| *post);
    let fallbacks = || parts.iter().map(|(post, is_first, _)| post.fallback.as_ref().filter(|_| *is_first));
    let citizens: Vec<_> = posts().map(|post| post.citizen_id).collect();
    let kinds: Vec<_> = posts().map(|post| post.kind.name()).collect();
    let petitions: Vec<_> = posts().map(|post| post.kind.petition_id()).collect();
    let events: Vec<_> = posts().map(|post| post.kind.inbox_event_id()).collect();
    let messages: Vec<_> = parts.iter().map(|(_, _, message)| Json(message)).collect();
    let templates: Vec<_> = fallbacks().map(|fallback| fallback.map(|fallback| Json(&fallback.template))).collect();
    let phones: Vec<_> = fallbacks().map(|fallback| fallback?.phone.as_ref().map(Personal::reveal)).collect();
    let send_at: Vec<_> = posts().map(|post| post.send_at).collect();
    let at: Vec<_> = posts().map(|post| post.at).collect();
    sqlx::query_scalar!(
        "with part as (
             select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::jsonb[], $6::jsonb[],
                                  $7::text[], $8::timestamptz[], $9::timestamptz[])
             with ordinality as
                 part (citizen_id, kind, petition_id, inbox_event_id, message, template, phone, send_at, at, nth)
         ), reply as (
             select distinct on (citizen_id) citizen_id, inbox_event_id, at from part where kind = 'reply'
             order by citizen_id, nth desc
         ), replaced as (
             -- what is held, or waits as a reminder, makes way
             update outbox_message as earlier set state = 'replaced'
             from reply
             where earlier.citizen_id = reply.citizen_id and earlier.state = 'waiting' and earlier.held
               and earlier.inbox_event_id <> reply.inbox_event_id
         ), returned as (
             -- who is heard again can be told what could not reach them, or waits for another way
             update outbox_message as news
             set state = 'waiting', send_at = reply.at, begun_at = reply.at, attempts = 0, closed = '{}',
                 chat_closed_at = null, channel = 'chat'
             from reply
             where news.citizen_id = reply.citizen_id and news.kind = 'notice'
               and (news.state = 'unreachable' or news.state = 'waiting' and news.channel <> 'chat')
             returning outbox_message_id, reply.at
         ), noted as (
             insert into outbox_attempt (outbox_message_id, channel, outcome, attempted_at)
             select outbox_message_id, 'chat', 'returned', at from returned
         )
         insert into outbox_message
             (citizen_id, kind, petition_id, inbox_event_id, message, template, phone, send_at, held, created_at, begun_at)
         select citizen_id, kind, petition_id, inbox_event_id, message, template, phone, send_at, send_at > at, at, at
         from part
         order by nth
         returning outbox_message_id",
        &citizens,
        &kinds as &[&str],
        &petitions as &[Option<i64>],
        &events as &[Option<i64>],
        &messages as &[Json<&Message>],
        &templates as &[Option<Json<&Template>>],
        &phones as &[Option<&str>],
        &send_at,
        &at,
    )
    .fetch_all(connection)
    .await
}
