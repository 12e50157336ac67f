//! What Zalo tells us of messages that went out. Receipts come in any order, more than once, and before we have settled the
//! message they speak of: each is noted once, whatever came before it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::verdict::TRACKED;

/// Notes that a message arrived. False where no message of ours has this id: receipts also come for messages that
/// others sent, and may overtake the settling of our own.
pub async fn delivered(connection: &mut PgConnection, zalo_message_id: &str, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let known = sqlx::query_scalar!(
        "update outbox_message set delivered_at = least(delivered_at, $2) where zalo_message_id = $1
         returning outbox_message_id",
        zalo_message_id,
        at,
    );
    Ok(are_noted(&known.fetch_all(connection).await?, "delivered"))
}

/// Notes that a message was read, and with that arrived. False where no message of ours has this id.
pub async fn seen(connection: &mut PgConnection, zalo_message_id: &str, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let known = sqlx::query_scalar!(
        "update outbox_message set seen_at = least(seen_at, $2), delivered_at = least(delivered_at, $2)
         where zalo_message_id = $1
         returning outbox_message_id",
        zalo_message_id,
        at,
    );
    Ok(are_noted(&known.fetch_all(connection).await?, "seen"))
}

/// Notes that a template message to a phone number arrived. It says by our own id which one it was; so even one whose
/// sending nobody answered is known to have gone out.
pub async fn delivered_by_phone(
    connection: &mut PgConnection,
    zalo_message_id: &str,
    tracking_id: Option<&str>,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    if delivered(connection, zalo_message_id, at).await? {
        return Ok(true);
    }
    let tracked = tracking_id.and_then(|id| id.strip_prefix(TRACKED)?.parse::<i64>().ok());
    let Some(outbox_message_id) = tracked else { return Ok(false) };
    let known = sqlx::query_scalar!(
        "update outbox_message
         set state = 'sent', lease = null, lease_until = null, zalo_message_id = coalesce(zalo_message_id, $2),
             channel = 'template_phone',
             sent_at = coalesce(sent_at, $3), delivered_at = least(delivered_at, $3), phone = null, template = null,
             last_error = null
         where outbox_message_id = $1 and state in ('waiting', 'leased', 'sent', 'given_up', 'unreachable')
         returning outbox_message_id",
        outbox_message_id,
        zalo_message_id,
        at,
    );
    Ok(are_noted(&known.fetch_all(connection).await?, "delivered"))
}

/// Whether a receipt belongs to a message of ours; then there is a line that says to which.
fn are_noted(known: &[i64], receipt: &str) -> bool {
    for outbox_message_id in known {
        tracing::debug!(outbox_message_id, receipt, "receipt");
    }
    !known.is_empty()
}

/// Whether we sent the message that Zalo knows by this id.
pub async fn is_ours(connection: &mut PgConnection, zalo_message_id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from outbox_message where zalo_message_id = $1) as "is_ours!""#,
        zalo_message_id,
    )
    .fetch_one(connection)
    .await
}
