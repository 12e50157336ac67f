//! A denunciation goes to the closed list, and nowhere else.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::petition::denunciation;
use crate::privacy::Personal;

use super::CaseError;

/// Passes on what a citizen told, for the focal office alone. Nothing is filed, nobody else is told (Luật Tố cáo 2018).
/// What is empty by now (its words are kept for a day only) is not passed on.
pub async fn confide(
    connection: &mut PgConnection,
    citizen_id: i64,
    told: &Personal,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    if told.reveal().trim().is_empty() {
        return Ok(());
    }
    Ok(denunciation::insert(connection, citizen_id, told, at).await?)
}
