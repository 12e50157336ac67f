//! Đôn đốc: those who have a petition are urged, by the clock or by an officer. It moves nothing; that it was done is a line
//! of the history (pakn-domain R18, R19).

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::due::Running;
use crate::petition::reminder::{self, Addressees, Candidate, NewReminder, ReminderKind};
use crate::petition::{Action, Event, Petition, Reference, Step, event, store};
use crate::vietnamese::nfc;

use super::{CaseError, Rules};

const NOTE_LIMIT: usize = 300;

/// An officer urges.
#[derive(Clone, Copy, Debug)]
pub struct Urging<'a> {
    pub reference: &'a str,
    /// How many lines the history had on the screen: a button pressed twice does not urge twice.
    pub seen: usize,
    /// What is to be done, if there is more to say.
    pub note: &'a str,
    pub officer_id: i64,
    pub at: DateTime<Utc>,
}

/// Urges whoever works on the petition and the focal officers of its agency. Gives their names.
pub async fn remind(
    rules: &Rules,
    connection: &mut PgConnection,
    urging: &Urging<'_>,
) -> Result<Vec<String>, CaseError> {
    let reference: Reference = urging.reference.parse().map_err(|_| CaseError::Missing)?;
    let petition = store::lock(connection, &reference).await?.ok_or(CaseError::Missing)?;
    let lines = event::history(connection, petition.petition_id).await?;
    if lines.iter().skip(urging.seen).any(|line| line.action == Action::Remind && line.officer_name.is_some()) {
        return Err(CaseError::Stale);
    }
    let running = petition.running().ok_or(CaseError::NotAllowed { from: petition.status })?;
    let note = nfc(&urging.note.split_whitespace().collect::<Vec<_>>().join(" "));
    if note.chars().count() > NOTE_LIMIT {
        return Err(CaseError::invalid("note", format!("Rút lời nhắc còn nhiều nhất {NOTE_LIMIT} ký tự.")));
    }
    let new = NewReminder {
        petition_id: petition.petition_id,
        step: running.step,
        due_at: running.due_at,
        kind: ReminderKind::Asked,
        note: &note,
        officer_id: Some(urging.officer_id),
        at: urging.at,
    };
    Ok(urge(rules, connection, &petition, &new).await?.unwrap_or_default())
}

/// The clock urges, once of each date. False where it has done so, or the date is another one by now.
pub async fn remind_by_clock(
    rules: &Rules,
    connection: &mut PgConnection,
    candidate: &Candidate,
    at: DateTime<Utc>,
) -> Result<bool, CaseError> {
    let reference: Reference = candidate.reference.parse().map_err(|_| CaseError::Missing)?;
    let petition = store::lock(connection, &reference).await?.ok_or(CaseError::Missing)?;
    let Some(running) = petition.running().filter(|running| running.due_at == candidate.due_at) else {
        return Ok(false);
    };
    let Running { step, due_at } = running;
    let (petition_id, kind) = (petition.petition_id, candidate.kind);
    let new = NewReminder { petition_id, step, due_at, kind, note: "", officer_id: None, at };
    Ok(urge(rules, connection, &petition, &new).await?.is_some())
}

async fn urge(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    new: &NewReminder<'_>,
) -> Result<Option<Vec<String>>, CaseError> {
    let Some(reminder_id) = reminder::insert(connection, new).await? else { return Ok(None) };
    // what is not accepted or waits to be published lies with the focal office
    let agency_id = petition.handling_agency_id.as_deref().filter(|_| new.step == Step::Answer);
    let addressees = Addressees {
        handler_id: petition.handler_id.filter(|_| new.step == Step::Answer),
        agency_id: agency_id.filter(|agency_id| *agency_id != rules.focal_agency),
    };
    let names = reminder::address(connection, reminder_id, addressees).await?;
    let line = Event {
        petition_id: petition.petition_id,
        action: Action::Remind,
        from: Some(petition.status),
        to: petition.status,
        officer_id: new.officer_id,
        detail: json!({
            "kind": new.kind.name(),
            "step": new.step.name(),
            "due_at": new.due_at,
            "note": new.note,
            "to": names,
        }),
        at: new.at,
    };
    event::record(connection, &line).await?;
    Ok(Some(names))
}
