//! The office changes the calendar: which due dates would move is shown first, and an officer decides which do.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::petition::calendar::shift::{Change, Edit, Shift};
use crate::petition::{Action, Event, Reference, calendar_store, due, event, store};

use super::{CaseError, Rules};

/// A change of the calendar, as an officer has seen it.
#[derive(Clone, Copy, Debug)]
pub struct CalendarChange<'a> {
    pub edits: &'a [Edit],
    /// The mark of the list that was on the screen ([`CalendarMoves::mark`]).
    pub seen: &'a str,
    pub moving: Moving<'a>,
    pub officer_id: i64,
    pub at: DateTime<Utc>,
}

/// Which due dates move along.
#[derive(Clone, Copy, Debug)]
pub enum Moving<'a> {
    All,
    /// Those of these petitions, by reference.
    Chosen(&'a [String]),
    Nothing,
}

/// What a change would move.
#[derive(Clone, Debug)]
pub struct CalendarMoves {
    pub shifts: Vec<Shift>,
}

impl CalendarMoves {
    /// The same for the same list: who decides about a list has seen it.
    pub fn mark(&self) -> String {
        let mut digest = Sha256::new();
        for shift in &self.shifts {
            let standing = &shift.standing;
            let line = format!("{} {} {} {}\n", standing.reference, standing.step.name(), standing.due_at, shift.to);
            digest.update(line);
        }
        hex::encode(&digest.finalize()[..8])
    }
}

/// Which due dates of open petitions would move if the calendar changed like this. What is closed is never recomputed.
pub async fn calendar_moves(
    rules: &Rules,
    connection: &mut PgConnection,
    edits: &[Edit],
) -> Result<CalendarMoves, CaseError> {
    let days = calendar_store::days(connection).await?;
    let standing = calendar_store::standing(connection).await?;
    Ok(CalendarMoves { shifts: Change::new(&days, edits, &rules.office_hours).shifts(standing) })
}

/// Changes the calendar and moves the due dates that were chosen, with a line in the history of each petition. Gives how many
/// petitions got another date. [`CaseError::Stale`] when others would move by now than those that were seen.
pub async fn change_calendar(
    rules: &Rules,
    connection: &mut PgConnection,
    change: &CalendarChange<'_>,
) -> Result<usize, CaseError> {
    calendar_store::lock(connection).await?;
    let moves = calendar_moves(rules, connection, change.edits).await?;
    if moves.mark() != change.seen {
        return Err(CaseError::Stale);
    }
    for edit in change.edits {
        calendar_store::write(connection, edit, change.officer_id, change.at).await?;
    }
    let is_chosen = |shift: &Shift| match change.moving {
        Moving::All => true,
        Moving::Chosen(references) => references.contains(&shift.standing.reference),
        Moving::Nothing => false,
    };
    let mut by_petition: BTreeMap<i64, Vec<Shift>> = BTreeMap::new();
    for shift in moves.shifts.into_iter().filter(is_chosen) {
        by_petition.entry(shift.standing.petition_id).or_default().push(shift);
    }
    let mut moved = 0;
    for shifts in by_petition.values() {
        moved += usize::from(move_dates(connection, shifts, change).await?);
    }
    Ok(moved)
}

/// Moves the dates of one petition. False when they were moved meanwhile.
async fn move_dates(
    connection: &mut PgConnection,
    shifts: &[Shift],
    change: &CalendarChange<'_>,
) -> Result<bool, CaseError> {
    let Some(first) = shifts.first() else { return Ok(false) };
    let reference: Reference = first.standing.reference.parse().map_err(|_| CaseError::Missing)?;
    let petition = store::lock(connection, &reference).await?.ok_or(CaseError::Missing)?;
    let dates = [Some(petition.accept_due_at), Some(petition.answer_due_at), petition.publish_due_at];
    if petition.closed_at.is_some() || !shifts.iter().all(|shift| dates.contains(&Some(shift.standing.due_at))) {
        return Ok(false);
    }
    let mut told = Vec::new();
    for Shift { standing, to } in shifts {
        due::moved(connection, petition.petition_id, standing.step, *to).await?;
        told.push(json!({ "step": standing.step.name(), "old_due_at": standing.due_at, "new_due_at": to }));
    }
    let line = Event {
        petition_id: petition.petition_id,
        action: Action::Note,
        from: Some(petition.status),
        to: petition.status,
        officer_id: Some(change.officer_id),
        detail: json!({ "calendar": told }),
        at: change.at,
    };
    event::record(connection, &line).await?;
    Ok(true)
}
