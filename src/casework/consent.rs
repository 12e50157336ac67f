//! Consent to the processing of personal data: given by a tap, provable, in the words of one version of the notice.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::petition::consent::{Purpose, give, is_withdrawn, version};

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
    let is_first = version(connection, citizen_id, Purpose::Processing).await?.is_none();
    give(connection, citizen_id, Purpose::Processing, notice_version, at).await?;
    if is_first || !is_withdrawn(connection, citizen_id, Purpose::Messages).await? {
        give(connection, citizen_id, Purpose::Messages, notice_version, at).await?;
    }
    Ok(())
}

/// Whether the citizen still wants messages that answer nothing they just wrote: reminders, news.
pub async fn wants_messages(connection: &mut PgConnection, citizen_id: i64) -> Result<bool, CaseError> {
    Ok(!is_withdrawn(connection, citizen_id, Purpose::Messages).await?)
}
