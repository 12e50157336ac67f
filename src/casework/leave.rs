//! Somebody leaves their desk: their account is closed, or they go to another agency.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::assignment::{self, NewAssignment};
use crate::petition::{Action, Event, event, handled};

/// Who leaves.
#[derive(Clone, Copy, Debug)]
pub struct Leaving<'a> {
    pub officer_id: i64,
    pub name: &'a str,
}

/// Gives back what lies with the one who leaves: it waits for whoever assigns in the agency. A line of history each; the
/// citizen is not told, for them it lies where it lay. How many these were.
pub async fn leave(
    connection: &mut PgConnection,
    leaving: Leaving<'_>,
    officer_id: Option<i64>,
    at: DateTime<Utc>,
) -> sqlx::Result<usize> {
    let given_back = handled::take_back(connection, leaving.officer_id).await?;
    for petition in &given_back {
        let line = Event {
            petition_id: petition.petition_id,
            action: Action::Note,
            from: Some(petition.status),
            to: petition.status,
            officer_id,
            detail: json!({ "given_back": leaving.name }),
            at,
        };
        event::record(connection, &line).await?;
        if let Some(agency_id) = &petition.agency_id {
            let why = format!("{} thôi giữ việc", leaving.name);
            let desk = NewAssignment {
                petition_id: petition.petition_id,
                agency_id,
                why: Some(&why),
                officer_id,
                at,
                ..NewAssignment::default()
            };
            assignment::begin(connection, &desk).await?;
        }
    }
    Ok(given_back.len())
}
