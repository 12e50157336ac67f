//! A date was missed: the sender gets an apology with the reason and a new date (441/TB-VP). The machine proposes it, an
//! officer sends it.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::{Action, calendar_store, due, event};

use super::extend::{check_day, close_of};
use super::{CaseError, Hand, Promise, Rules, hold, notice};

/// Apologises for the due date that has passed, and promises another: later than today, and no later than the policy lets
/// an answer be put off. That the first date was missed stays written in the petition.
pub async fn apologise(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    promise: &Promise,
) -> Result<(), CaseError> {
    let petition = hold(connection, hand).await?;
    let missed = petition.running().filter(|running| running.due_at < hand.at);
    let missed = missed.ok_or(CaseError::NotAllowed { from: petition.status })?;
    let why = promise.checked_why()?;
    let deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, &petition).await?;
    check_day(&deadlines, promise.new_due_on, hand.at, hand.at)?;
    let new_due_at = close_of(rules, promise.new_due_on);

    due::moved(connection, petition.petition_id, missed.step, new_due_at).await?;
    due::apologised(connection, petition.petition_id, missed.due_at, hand.at).await?;
    let detail = json!({
        "step": missed.step.name(),
        "why": why,
        "old_due_at": missed.due_at,
        "new_due_at": new_due_at,
    });
    event::record(connection, &hand.line(&petition, Action::Apologise, petition.status, detail)).await?;
    let message = notice::apology_notice(rules, &petition, missed, promise);
    Ok(notice::post(rules, connection, &petition, message, hand.at).await?)
}
