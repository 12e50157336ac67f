//! Answers to questions that an office added to the form by itself: the register keeps them under their label.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::privacy::Personal;

/// One such answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// The name of the answer in the form.
    pub answer: String,
    /// What officers read before it.
    pub label: String,
    pub value: Personal,
}

/// Keeps them with a petition that has just been entered.
pub async fn keep(connection: &mut PgConnection, petition_id: i64, extra: &[Extra]) -> sqlx::Result<()> {
    if extra.is_empty() {
        return Ok(());
    }
    sqlx::query!("update petition set extra = $2 where petition_id = $1", petition_id, Json(extra) as _)
        .execute(connection)
        .await?;
    Ok(())
}

/// Those of one petition, in the order of the form.
pub async fn of(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<Extra>> {
    let kept = sqlx::query_scalar!(
        r#"select extra as "extra: Json<Vec<Extra>>" from petition where petition_id = $1"#,
        petition_id,
    );
    Ok(kept.fetch_one(connection).await?.0)
}
