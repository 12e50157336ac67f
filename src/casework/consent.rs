//! Consent to the processing of personal data: given by a tap, provable, in the words of one version of the notice.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::petition::consent::{Purpose, give, version};

use super::CaseError;

/// The citizen agreed to the notice with this version. Agreeing twice is agreeing once.
pub async fn record_consent(
    connection: &mut PgConnection,
    citizen_id: i64,
    notice_version: &str,
    at: DateTime<Utc>,
) -> Result<(), CaseError> {
    Ok(give(connection, citizen_id, Purpose::Processing, notice_version, at).await?)
}

/// The version to which the citizen agreed last and still does.
pub async fn consent_version(connection: &mut PgConnection, citizen_id: i64) -> Result<Option<String>, CaseError> {
    Ok(version(connection, citizen_id, Purpose::Processing).await?)
}
