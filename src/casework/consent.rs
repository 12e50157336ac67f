//! Consent to the processing of personal data: given by a tap, provable, in the words of one version of the notice.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::petition::consent::{Purpose, agree, is_withdrawn, refusers};

use super::CaseError;

/// The citizen agreed to the notice with this version. Agreeing twice is agreeing once.
///
/// The notice also says that we report results, so the agreement is one to messages too; but somebody who refused those
/// alone does not agree to them by agreeing to a new version of the notice.
pub async fn record_consent(
    connection: &mut PgConnection,
    citizen_id: i64,
    notice_version: &str,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    Ok(agree(connection, citizen_id, notice_version, at).await?)
}

/// Whether the citizen still wants messages that answer nothing they just wrote: reminders, news.
pub async fn wants_messages(connection: &mut PgConnection, citizen_id: i64) -> Result<bool, CaseError> {
    Ok(!is_withdrawn(connection, citizen_id, Purpose::Messages).await?)
}

/// Those of these citizens who do not.
pub async fn who_wants_no_messages(connection: &mut PgConnection, citizens: &[i64]) -> Result<Vec<i64>, CaseError> {
    Ok(refusers(connection, citizens, Purpose::Messages).await?)
}
