//! The history of a petition: who moved it, when and from where to where. Lines are added, never changed.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::status::{Action, Status};

/// A line to be added.
#[derive(Clone, Debug)]
pub struct Event {
    pub petition_id: i64,
    pub action: Action,
    /// None for the first line.
    pub from: Option<Status>,
    pub to: Status,
    /// None: the citizen, or the service itself.
    pub officer_id: Option<i64>,
    /// What belongs to the move (agency, reason …), for officers to read.
    pub detail: Value,
    pub at: DateTime<Utc>,
}

/// A line as it is read.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    pub action: Action,
    pub from: Option<Status>,
    pub to: Status,
    pub officer_name: Option<String>,
    /// Where the petition was sent by this move, if it was.
    pub agency_name: Option<String>,
    /// The other officer whom this concerns: to whom it was given, who wrote what was released.
    pub other_officer_name: Option<String>,
    pub detail: Value,
    pub at: DateTime<Utc>,
}

/// Adds a line.
pub async fn record(connection: &mut PgConnection, event: &Event) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into petition_event (petition_id, action, status_from, status_to, officer_id, detail, happened_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        event.petition_id,
        event.action.name(),
        event.from.map(Status::name),
        event.to.name(),
        event.officer_id,
        event.detail,
        event.at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// All lines, oldest first.
pub async fn history(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<HistoryLine>> {
    sqlx::query_as!(
        HistoryLine,
        r#"select e.action as "action: Action", e.status_from as "from: Status", e.status_to as "to: Status",
                  o.name as "officer_name?", a.name as "agency_name?", other.name as "other_officer_name?",
                  e.detail, e.happened_at as at
           from petition_event e
           left join officer o on o.officer_id = e.officer_id
           left join agency a on a.agency_id = e.detail ->> 'agency_id'
           left join officer other on other.officer_id = (e.detail ->> 'officer_id')::bigint
           where e.petition_id = $1
           order by e.petition_event_id"#,
        petition_id,
    )
    .fetch_all(connection)
    .await
}
