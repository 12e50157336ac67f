//! Gives a petition to somebody within the agency: «rõ việc, rõ người, rõ thời gian».

use chrono::NaiveDate;
use serde_json::json;
use sqlx::PgConnection;

use crate::clock::{hanoi, say_date};
use crate::officer::{self, Officer, Role};
use crate::petition::assignment::{self, NewAssignment};
use crate::petition::moves::Task;
use crate::petition::{Action, Petition, answer as answers, calendar_store, event, moves};

use super::typed::{day, paragraph};
use super::{CaseError, Hand, Rules, take};

const TASK_LENGTH: std::ops::RangeInclusive<usize> = 10..=500;

/// What an officer gives to another, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct TaskDraft {
    pub handler_id: Option<i64>,
    pub what: String,
    /// `25/11/2026`
    pub due_on: String,
}

/// Names who in the agency does what until when; again where somebody else is to do it. The citizen is not told: for them it
/// lies where it lay.
pub async fn assign(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &TaskDraft,
) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::Assign).await?;
    let agency_id = petition.handling_agency_id.as_deref().ok_or(CaseError::NotAllowed { from: petition.status })?;
    let handler = handler(connection, &petition, agency_id, draft.handler_id).await?;
    let what = paragraph(&draft.what);
    if !TASK_LENGTH.contains(&what.chars().count()) {
        return Err(CaseError::invalid("task", "Ghi rõ việc phải làm, từ 10 đến 500 ký tự."));
    }
    let due_on = due_on(rules, connection, &petition, hand, &draft.due_on).await?;
    let task = Task { handler_id: handler.officer_id, what, due_on };

    moves::assigned(connection, petition.petition_id, to, &task).await?;
    let desk = NewAssignment {
        petition_id: petition.petition_id,
        agency_id,
        handler_id: Some(task.handler_id),
        task: Some(&task.what),
        task_due_on: Some(task.due_on),
        officer_id: Some(hand.officer_id),
        at: hand.at,
        ..NewAssignment::default()
    };
    assignment::begin(connection, &desk).await?;
    let line = hand.line(
        &petition,
        Action::Assign,
        to,
        json!({ "officer_id": task.handler_id, "task": task.what, "due_on": task.due_on }),
    );
    Ok(event::record(connection, &line).await?)
}

/// Whether work is given to people of this role.
pub fn takes_work(role: Role) -> bool {
    matches!(role, Role::Handler | Role::AgencyFocal | Role::FocalOffice)
}

/// Somebody who works in the agency, has an open account, is not complained of, and has not answered before.
async fn handler(
    connection: &mut PgConnection,
    petition: &Petition,
    agency_id: &str,
    handler_id: Option<i64>,
) -> Result<Officer, CaseError> {
    let invalid = |say| CaseError::invalid("handler_id", say);
    let handler = match handler_id {
        Some(handler_id) => officer::find(connection, handler_id).await?,
        None => None,
    };
    let works_here = |officer: &Officer| officer.agency_id == agency_id && takes_work(officer.role);
    let handler = handler.filter(works_here).ok_or_else(|| invalid("Chọn người xử lý trong danh sách."))?;
    if petition.named.contains(&handler.officer_id) {
        return Err(invalid("Phản ánh nêu người này. Chọn người khác."));
    }
    if petition.reopened_at.is_some() && answers::was_by(connection, petition.petition_id, handler.officer_id).await? {
        return Err(invalid("Người này đã trả lời lần trước. Phản ánh mở lại phải do người khác trả lời."));
    }
    Ok(handler)
}

/// A working day from today on, not after the day on which the answer is due; once that has passed, any working day.
async fn due_on(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    hand: Hand<'_>,
    typed: &str,
) -> Result<NaiveDate, CaseError> {
    let invalid = |say: String| CaseError::invalid("task_due_on", say);
    let wrong = "Nhập hạn theo ngày/tháng/năm, ví dụ 25/11/2026.";
    let due_on = day(typed).ok_or_else(|| invalid(wrong.to_owned()))?;
    let (today, last) = (hanoi(hand.at).date_naive(), hanoi(petition.answer_due_at).date_naive());
    if due_on < today {
        return Err(invalid("Hạn phải từ hôm nay trở đi.".to_owned()));
    }
    if due_on > last && today <= last {
        return Err(invalid(format!("Hạn không sau hạn trả lời: {}.", say_date(petition.answer_due_at))));
    }
    let time = calendar_store::working_time(connection, &rules.office_hours).await?;
    match time.calendar.is_working_day(due_on) {
        true => Ok(due_on),
        false => Err(invalid("Ngày này nghỉ. Chọn một ngày làm việc.".to_owned())),
    }
}
