//! Puts right how the register files a petition: the citizen's choice in a chat is a guess.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::triage::{self, Classification};
use crate::petition::{Action, event};

use super::{CaseError, Hand, hold};

/// Files an open petition differently. What it was stays in the history; the citizen's words stay as they are.
pub async fn classify(
    connection: &mut PgConnection,
    hand: Hand<'_>,
    classification: Classification,
) -> Result<(), CaseError> {
    let petition = hold(connection, hand).await?;
    if !petition.status.is_open() {
        return Err(CaseError::NotAllowed { from: petition.status });
    }
    let details = &petition.details;
    let Classification { category, kind, field } = classification;
    let said = |label: &str, was: &str, is: &str| (was != is).then(|| format!("{label}: {is} (trước: {was})"));
    let changes: Vec<String> = [
        said("Loại việc", details.category.word(), category.word()),
        said("Hình thức", details.kind.word(), kind.word()),
        said("Lĩnh vực", petition.field.word(), field.word()),
    ]
    .into_iter()
    .flatten()
    .collect();
    // pressing the button without a change confirms what stands there
    triage::classified(connection, petition.petition_id, classification).await?;
    let line = hand.line(&petition, Action::Note, petition.status, json!({ "changes": changes }));
    Ok(event::record(connection, &line).await?)
}
