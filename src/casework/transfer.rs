//! Gives a petition to another agency of the city.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::assignment::{self, NewAssignment, stays};
use crate::petition::moves::Destination;
use crate::petition::{Action, Petition, Status, Step, calendar_store, event, moves};

use super::accept::agency_of_the_city;
use super::follow_up::desk;
use super::name::{Told, name_by_machine};
use super::typed::reason;
use super::{CaseError, Hand, Rules, notice, take};

/// The transfer that goes to the focal office, whatever was chosen (R17: nobody is sent from desk to desk).
pub const TRANSFERS_DECIDED_ABOVE: i32 = 3;
/// What the citizen is told then.
const DECIDED_ABOVE: &str = "phản ánh đã được chuyển hai lần, Văn phòng quyết định nơi giải quyết";

/// Where a petition went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transferred {
    /// To the agency that was chosen.
    There,
    /// To the focal office, which decides: it was passed on too often.
    ToTheOffice,
    /// Back to the agency that had returned it: the citizen hears nothing, and the date stays.
    Back,
}

/// Passes a petition on, with a reason that its sender reads. Whoever gets it has the whole term to answer (pakn-domain 4.4:
/// counted from the last transfer).
///
/// What the focal office does from its own desk is a decision, and counts for nothing.
pub async fn transfer(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    agency_id: &str,
    why: &str,
) -> Result<Transferred, CaseError> {
    let (petition, to) = take(connection, hand, Action::Transfer).await?;
    let chosen = agency_of_the_city(connection, agency_id).await?;
    let lies_with_office = is_office(rules, &petition);
    if petition.handling_agency_id.as_deref() == Some(agency_id) {
        return Err(CaseError::invalid("agency_id", "Phản ánh đang ở cơ quan này. Chọn cơ quan khác."));
    }
    if agency_id == rules.focal_agency {
        return Err(CaseError::invalid("agency_id", "Muốn đưa về Văn phòng thì dùng «Trả lại Văn phòng»."));
    }
    let why = reason(why)?;
    let left = left_by(rules, connection, &petition).await?;
    if petition.status == Status::ReturnedInternal && left.as_ref().is_some_and(|(id, _)| id == agency_id) {
        return give_back(connection, &petition, hand, to, (agency_id, &why)).await;
    }
    // whom the words name there must not find it on their desk
    name_by_machine(rules, connection, &Told::of(&petition, ""), &[Some(agency_id)], hand.at).await?;
    let transfer_count = petition.transfer_count + i32::from(!lies_with_office);
    let is_decided_above = !lies_with_office && transfer_count >= TRANSFERS_DECIDED_ABOVE;
    let (agency_id, agency) = match is_decided_above {
        true => (rules.focal_agency.as_str(), rules.notices.office().to_owned()),
        false => (agency_id, chosen),
    };
    let destination = Destination {
        agency_id,
        answer_due_at: new_term(rules, connection, &petition, hand.at).await?,
        transfer_count,
    };
    lay(connection, &petition, hand, (to, Action::Transfer), (destination, &why)).await?;

    let from = left.map_or_else(|| desk(rules, &petition), |(_, name)| name);
    let told = if is_decided_above { DECIDED_ABOVE } else { &why };
    let message = notice::transferred(rules, &petition, (&from, &agency), told, destination.answer_due_at);
    notice::post(rules, connection, &petition, message, hand.at).await?;
    Ok(if is_decided_above { Transferred::ToTheOffice } else { Transferred::There })
}

/// Whether the next transfer from where it lies goes to the focal office.
pub fn goes_to_office(rules: &Rules, petition: &Petition) -> bool {
    !is_office(rules, petition) && petition.transfer_count + 1 >= TRANSFERS_DECIDED_ABOVE
}

/// Whether it lies on the focal office's own desk.
pub fn is_office(rules: &Rules, petition: &Petition) -> bool {
    petition.handling_agency_id.as_ref() == Some(&rules.focal_agency)
}

/// The agency that returned it: where the citizen believes it to be.
async fn left_by(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
) -> Result<Option<(String, String)>, CaseError> {
    if petition.status != Status::ReturnedInternal {
        return Ok(None);
    }
    let lines = assignment::of(connection, &[petition.petition_id]).await?.remove(&petition.petition_id);
    let stays = stays(&lines.unwrap_or_default());
    let last = stays.into_iter().rfind(|stay| stay.agency_id != rules.focal_agency);
    Ok(last.map(|stay| (stay.agency_id, stay.agency_name)))
}

async fn give_back(
    connection: &mut PgConnection,
    petition: &Petition,
    hand: Hand<'_>,
    to: Status,
    (agency_id, why): (&str, &str),
) -> Result<Transferred, CaseError> {
    let (answer_due_at, transfer_count) = (petition.answer_due_at, petition.transfer_count);
    let destination = Destination { agency_id, answer_due_at, transfer_count };
    lay(connection, petition, hand, (to, Action::Assign), (destination, why)).await?;
    Ok(Transferred::Back)
}

/// Lays it on another agency's desk; a line of history says why.
pub(super) async fn lay(
    connection: &mut PgConnection,
    petition: &Petition,
    hand: Hand<'_>,
    (to, action): (Status, Action),
    (destination, why): (Destination<'_>, &str),
) -> Result<(), CaseError> {
    moves::passed_on(connection, petition.petition_id, to, destination).await?;
    let desk = NewAssignment {
        petition_id: petition.petition_id,
        agency_id: destination.agency_id,
        why: Some(why),
        officer_id: Some(hand.officer_id),
        at: hand.at,
        ..NewAssignment::default()
    };
    assignment::begin(connection, &desk).await?;
    let line = hand.line(petition, action, to, json!({ "agency_id": destination.agency_id, "why": why }));
    Ok(event::record(connection, &line).await?)
}

async fn new_term(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    at: DateTime<Utc>,
) -> Result<DateTime<Utc>, CaseError> {
    let deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, petition).await?;
    Ok(deadlines.due(Step::Answer, at)?)
}
