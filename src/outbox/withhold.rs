//! Notices for somebody who does not want to be written to, or not in every way.

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

/// Forgets the template messages and numbers of this citizen's messages, whatever has become of them: who had their data
/// erased is not sought in any other way than the chat.
pub async fn forget_fallbacks(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update outbox_message set template = null, phone = null
         where citizen_id = $1 and (template is not null or phone is not null)",
        citizen_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}
