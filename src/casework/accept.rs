//! Accepts a petition.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::assignment::{self, NewAssignment};
use crate::petition::{Action, Event, event, moves, store};

use super::name::{Told, name_by_machine};
use super::{CaseError, Hand, Rules, notice, take};

/// Accepts a petition and names the agency that will handle it; tells the citizen. Two lines of history, one message.
///
/// An agency of a ministry cannot be given a petition by the city (Decree 20/2008/NĐ-CP, art. 9(1)(d)).
pub async fn accept(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    agency_id: &str,
) -> Result<(), CaseError> {
    let (petition, accepted) = take(connection, hand, Action::Accept).await?;
    let assigned = accepted.after(Action::Assign).ok_or(CaseError::NotAllowed { from: accepted })?;
    let agency = agency_of_the_city(connection, agency_id).await?;

    name_by_machine(rules, connection, &Told::of(&petition, ""), &[Some(agency_id)], hand.at).await?;
    moves::accepted(connection, petition.petition_id, assigned, agency_id, hand.at).await?;
    let desk = NewAssignment {
        petition_id: petition.petition_id,
        agency_id,
        officer_id: Some(hand.officer_id),
        at: hand.at,
        ..NewAssignment::default()
    };
    assignment::begin(connection, &desk).await?;
    event::record(connection, &hand.line(&petition, Action::Accept, accepted, json!({}))).await?;
    let given = hand.line(&petition, Action::Assign, assigned, json!({ "agency_id": agency_id }));
    event::record(connection, &Event { from: Some(accepted), ..given }).await?;
    notice::post(rules, connection, &petition, notice::accepted(rules, &petition, &agency), hand.at).await?;
    Ok(())
}

/// The name of an agency to which the city can give work.
pub(super) async fn agency_of_the_city(connection: &mut PgConnection, agency_id: &str) -> Result<String, CaseError> {
    let field = "agency_id";
    match store::agency(connection, agency_id).await? {
        None => Err(CaseError::invalid(field, "Chọn cơ quan giải quyết trong danh sách.")),
        Some((_, level)) if level == "central_vertical" => Err(CaseError::invalid(
            field,
            "Cơ quan này thuộc bộ, ngành trung ương, Thành phố không giao được. Chọn cơ quan của Thành phố, hoặc từ chối và \
             chỉ nơi nhận.",
        )),
        Some(_) if store::is_closed(connection, agency_id).await? => {
            Err(CaseError::invalid(field, "Cơ quan này đã ngừng hoạt động. Chọn cơ quan đang làm việc."))
        }
        Some((name, _)) => Ok(name),
    }
}
