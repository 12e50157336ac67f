//! Events of our own making, in a citizen's lane: what the office does to a conversation is heard in its turn, and kept, so
//! that a replay hears it too. Zalo cannot send them: an event by these names has no citizen when it comes from outside.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::dialog::Heard;

/// What the house tells the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// An officer ended the talk.
    OfficerEnded,
    /// Zalo told us, by an id that is not the account's, that the citizen had their data removed.
    Withdrawn,
}

impl Own {
    fn name(self) -> &'static str {
        match self {
            Self::OfficerEnded => "house.officer_ended",
            Self::Withdrawn => "house.withdrawn",
        }
    }

    /// What the dialog hears of an event with this name; none for Zalo's.
    pub fn heard(event_name: &str) -> Option<Heard> {
        match event_name {
            "house.officer_ended" => Some(Heard::OfficerEnded),
            "house.withdrawn" => Some(Heard::Withdrawn),
            _ => None,
        }
    }
}

/// Puts an event into the citizen's lane, once for each moment. The citizen's row is locked first, as for Zalo's events:
/// the numbers of one citizen's events follow the order of their commits.
pub async fn insert(connection: &mut PgConnection, own: Own, citizen_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    let name = own.name();
    sqlx::query!(
        "with locked as (select citizen_id from citizen where citizen_id = $1 for no key update)
         insert into inbox_event (dedupe_key, event_name, citizen_id, happened_at, received_at, body, retry_at)
         select $2, $3, citizen_id, $4, $4, $5, $4 from locked
         on conflict (dedupe_key) do nothing",
        citizen_id,
        format!("{name}:{citizen_id}:{}", at.timestamp_micros()),
        name,
        at,
        json!({ "event_name": name }).to_string().into_bytes(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whose events carry this id of Zalo's application. We do not keep the id by itself, and are asked for it hardly ever:
/// the bodies are searched.
pub async fn citizen_by_app(connection: &mut PgConnection, user_id_by_app: &str) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        r#"select citizen_id as "citizen_id!" from inbox_event
           where citizen_id is not null and position(convert_to($1, 'UTF8') in body) > 0
           order by inbox_event_id desc limit 1"#,
        format!("\"user_id_by_app\":\"{user_id_by_app}\""),
    )
    .fetch_optional(connection)
    .await
}
