//! Refuses a petition: an officer decides, a reason is named, and the citizen is told where the matter belongs.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::{Action, RefusalReason, event, moves};
use crate::vietnamese::nfc;

use super::{CaseError, Hand, Rules, notice, take};

/// Reason and channel stand in one message with the rest of the notice; 2,000 characters fit.
pub(super) const WHY_LIMIT: usize = 800;
pub(super) const CHANNEL_LIMIT: usize = 300;
/// «Không nhận.» is no reason.
const WHY_LEAST: usize = 20;

/// Refuses a petition with a reason (a name of [`RefusalReason`]) and the text that the citizen gets. Where the matter
/// belongs is added from the reason, so that it is never forgotten.
pub async fn refuse(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    reason: &str,
    text: &str,
) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::Refuse).await?;
    let reason: RefusalReason =
        reason.parse().map_err(|_| CaseError::invalid("reason", "Chọn một lý do trong danh sách."))?;
    let why = nfc(text.trim());
    match why.chars().count() {
        ..WHY_LEAST => {
            return Err(CaseError::invalid("text", "Viết lý do bằng lời dễ hiểu cho người gửi, ít nhất 20 ký tự."));
        }
        WHY_LEAST..=WHY_LIMIT => {}
        _ => return Err(CaseError::invalid("text", format!("Rút lý do còn nhiều nhất {WHY_LIMIT} ký tự."))),
    }

    moves::refused(connection, petition.petition_id, to, reason, &why, hand.at).await?;
    let line = hand.line(&petition, Action::Refuse, to, json!({ "reason": reason.name() }));
    event::record(connection, &line).await?;
    let message = notice::refusal_notice(rules, &petition, reason, &why);
    notice::post(rules, connection, &petition, message, hand.at).await?;
    Ok(())
}
