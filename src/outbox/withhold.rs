//! Notices for somebody who does not want to be written to.

use sqlx::PgConnection;

/// Holds back every notice and reminder that has not gone out: the citizen withdrew the consent to messages. What answers their own
/// words, and an officer's words, still go. One under way may arrive; it is not tried again.
pub async fn withhold_notices(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update outbox_message set state = 'withheld', lease = null, lease_until = null
         where citizen_id = $1 and kind in ('notice', 'reminder') and state in ('waiting', 'leased')",
        citizen_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}
