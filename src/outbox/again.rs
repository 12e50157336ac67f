//! What did not arrive goes on its way again, or was told by somebody.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// An officer sends a message again that was given up or reached nobody: every way is tried anew. False where there is no
/// such message any more (another officer was faster, or the citizen came back).
pub async fn send_again(
    connection: &mut PgConnection,
    outbox_message_id: i64,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let again = sqlx::query!(
        "with again as (
             update outbox_message
             set state = 'waiting', send_at = $2, begun_at = $2, attempts = 0, closed = '{}', chat_closed_at = null
             where outbox_message_id = $1 and state in ('given_up', 'unreachable')
             returning outbox_message_id, channel
         )
         insert into outbox_attempt (outbox_message_id, channel, outcome, officer_id, attempted_at)
         select outbox_message_id, channel, 'again', $3, $2 from again",
        outbox_message_id,
        at,
        officer_id,
    )
    .execute(connection)
    .await?;
    Ok(again.rows_affected() > 0)
}

/// An officer told the citizen what no message could bring: it is over with it. False where there is nothing to tell any
/// more.
pub async fn called(connection: &mut PgConnection, outbox_message_id: i64) -> sqlx::Result<bool> {
    let told = sqlx::query!(
        "update outbox_message set state = 'called', phone = null, template = null
         where outbox_message_id = $1 and state in ('given_up', 'unreachable')",
        outbox_message_id,
    )
    .execute(connection)
    .await?;
    Ok(told.rows_affected() > 0)
}
