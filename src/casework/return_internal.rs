//! Gives a petition back to the focal office.

use sqlx::PgConnection;

use crate::petition::Action;
use crate::petition::moves::Destination;

use super::transfer::{is_office, lay};
use super::typed::reason;
use super::{CaseError, Hand, Rules, take};

/// Back on the focal office's desk, with a reason. The citizen is not told: the office gives it to somebody at once, and the
/// date stays.
pub async fn return_internal(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    why: &str,
) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::ReturnInternal).await?;
    if is_office(rules, &petition) {
        return Err(CaseError::NotAllowed { from: petition.status });
    }
    let why = reason(why)?;
    let destination = Destination {
        agency_id: &rules.focal_agency,
        answer_due_at: petition.answer_due_at,
        transfer_count: petition.transfer_count,
    };
    lay(connection, &petition, hand, (to, Action::ReturnInternal), (destination, &why)).await
}
