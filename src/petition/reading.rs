//! What the machine read a petition as, with the words that led to it: a proposal for officers, never a decision
//! (pakn-domain 4.3).

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;

/// The reading of a petition's content.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// A name of `scope::Class`.
    pub class: String,
    /// From 0 (a guess) to 1.
    pub confidence: f32,
    /// The strongest first.
    pub reasons: Vec<Reason>,
}

/// Words of the petition, and what they are a sign of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub words: String,
    pub sign: String,
}

/// None for petitions that were entered before there were readings.
pub async fn of(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Option<Reading>> {
    let row = sqlx::query!(
        r#"select scope_class, scope_confidence, scope_reasons as "reasons!: Json<Vec<Reason>>"
           from petition where petition_id = $1"#,
        petition_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|row| {
        Some(Reading { class: row.scope_class?, confidence: row.scope_confidence?, reasons: row.reasons.0 })
    }))
}
