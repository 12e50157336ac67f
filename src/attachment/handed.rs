//! What a sender gave to an officer at the counter or in a letter: taken in as an officer's files are, and kept with the
//! petition as the sender's.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::intake::TakenIn;

/// Notes whose it is. What the register keeps under the address that is given gets these bytes.
pub async fn hand_over(
    connection: &mut PgConnection,
    citizen_id: i64,
    taken: &TakenIn,
    at: DateTime<Utc>,
) -> sqlx::Result<String> {
    let url = format!("handed:{}", taken.folder);
    sqlx::query!(
        "insert into media
             (citizen_id, position, kind, url, received_at, retry_at, state, folder, copy, mime, size, sha256, is_drawn,
              fetched_at, scanned_at)
         values ($1, 1, $2, $3, $4, $4, 'kept', $5, $6, $7, $8, $9, $10, $4, $4)",
        citizen_id,
        if taken.is_drawn { "image" } else { "file" },
        url,
        at,
        taken.folder,
        taken.copy,
        taken.mime,
        taken.size,
        taken.sha256,
        taken.is_drawn,
    )
    .execute(connection)
    .await?;
    Ok(url)
}
