//! What the dialog must know of the world before it thinks.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::casework::{self, CaseError, Known, Rules};
use crate::dialog::{Facts, KnownPetition};

/// Gathers what the dialog is told with one event; it is kept with the event, for replays.
pub async fn gather(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    at: DateTime<Utc>,
) -> Result<Facts, CaseError> {
    Ok(Facts {
        consent_version: casework::consent_version(connection, citizen_id).await?,
        petitions: casework::known_petitions(rules, connection, citizen_id, at).await?.into_iter().map(known).collect(),
        officers_back: casework::officers_back(rules, connection, at).await?,
    })
}

fn known(petition: Known) -> KnownPetition {
    let Known { reference, short, title, draft, submitted, status_line, detail, result_url } = petition;
    KnownPetition { reference, short, title, draft, submitted, status_line, detail, result_url }
}
