//! How pressing a petition is: an officer decides, never the citizen's words (voice.md T11) and never the machine.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::petition::{Action, HistoryLine, Matter, Petition, Priority, Step, calendar_store, due, event};
use crate::vietnamese::nfc;

use super::{CaseError, Hand, Rules, hold};

const REASON_LENGTH: std::ops::RangeInclusive<usize> = 5..=200;

/// The two dates that urgency moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dates {
    accept: DateTime<Utc>,
    answer: DateTime<Utc>,
}

/// Marks a petition as urgent: from now on it has the shorter terms, counted from now, unless it is due earlier anyway.
pub async fn mark_urgent(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    reason: &str,
) -> Result<(), CaseError> {
    let petition = open(connection, hand, Priority::Urgent).await?;
    let reason = readable(reason)?;
    let mut deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, &petition).await?;
    deadlines.matter = Matter { priority: Priority::Urgent, ..deadlines.matter };
    let old = dates(&petition);
    let accept = match petition.is_new() {
        true => old.accept.min(deadlines.due(Step::Accept, hand.at)?),
        false => old.accept,
    };
    let new = Dates { accept, answer: old.answer.min(deadlines.due(Step::Answer, hand.at)?) };
    record(connection, &petition, hand, (Priority::Urgent, &reason), new).await
}

/// Takes the mark away: the dates are again what they were, where they are still those that the mark set.
pub async fn mark_ordinary(connection: &mut PgConnection, hand: Hand<'_>, reason: &str) -> Result<(), CaseError> {
    let petition = open(connection, hand, Priority::Normal).await?;
    let reason = readable(reason)?;
    let lines = event::history(connection, petition.petition_id).await?;
    let mut new = dates(&petition);
    if let Some((before, set)) = lines.iter().rev().find_map(marked_urgent) {
        new.accept = if new.accept == set.accept { before.accept } else { new.accept };
        new.answer = if new.answer == set.answer { before.answer } else { new.answer };
    }
    record(connection, &petition, hand, (Priority::Normal, &reason), new).await
}

/// The petition, locked: open, and not yet as urgent as that.
async fn open(connection: &mut PgConnection, hand: Hand<'_>, priority: Priority) -> Result<Petition, CaseError> {
    let petition = hold(connection, hand).await?;
    let is_possible = petition.status.is_open() && petition.matter().priority != priority;
    if is_possible { Ok(petition) } else { Err(CaseError::NotAllowed { from: petition.status }) }
}

fn dates(petition: &Petition) -> Dates {
    Dates { accept: petition.accept_due_at, answer: petition.answer_due_at }
}

async fn record(
    connection: &mut PgConnection,
    petition: &Petition,
    hand: Hand<'_>,
    (priority, reason): (Priority, &str),
    new: Dates,
) -> Result<(), CaseError> {
    due::prioritised(connection, petition.petition_id, priority, new.accept, new.answer).await?;
    let told = |dates: Dates| json!({ "accept": dates.accept, "answer": dates.answer });
    let detail = json!({
        "priority": priority.name(),
        "why": reason,
        "before": told(dates(petition)),
        "set": told(new),
    });
    Ok(event::record(connection, &hand.line(petition, Action::Note, petition.status, detail)).await?)
}

/// What a line of history says of the dates before and after, if it is one that marked the petition as urgent.
fn marked_urgent(line: &HistoryLine) -> Option<(Dates, Dates)> {
    let of = |dates: &Value| {
        let read = |name: &str| dates.get(name)?.as_str()?.parse().ok();
        Some(Dates { accept: read("accept")?, answer: read("answer")? })
    };
    let is_mark = line.action == Action::Note && line.detail.get("priority")?.as_str()? == Priority::Urgent.name();
    is_mark.then_some(())?;
    Some((of(line.detail.get("before")?)?, of(line.detail.get("set")?)?))
}

fn readable(reason: &str) -> Result<String, CaseError> {
    let reason = nfc(&reason.split_whitespace().collect::<Vec<_>>().join(" "));
    if REASON_LENGTH.contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(CaseError::invalid("urgency_reason", "Ghi lý do, từ 5 đến 200 ký tự. Ví dụ: người gửi cần giấy trước ngày mổ."))
}
