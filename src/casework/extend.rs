//! More time: before the answer is due, with a reason, and the sender is told.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::clock::hanoi;
use crate::petition::due::{self, Running};
use crate::petition::{Action, Deadlines, HistoryLine, Step, calendar_store, deadline, event};
use crate::vietnamese::nfc;

use super::{CaseError, Hand, Rules, hold, notice};

/// It stands inside a sentence, in a message that is read on a phone.
const REASON_LENGTH: std::ops::RangeInclusive<usize> = 10..=300;

/// What the sender is told when a date is not kept: why, and until when instead.
#[derive(Clone, Debug)]
pub struct Promise {
    pub reason: String,
    pub new_due_on: NaiveDate,
}

impl Promise {
    /// The reason as the inside of a sentence: one line, no full stop.
    pub(super) fn why(&self) -> String {
        let line = self.reason.split_whitespace().collect::<Vec<_>>().join(" ");
        nfc(line.trim_end_matches(['.', ' ']))
    }

    pub(super) fn checked_why(&self) -> Result<String, CaseError> {
        let why = self.why();
        if !REASON_LENGTH.contains(&why.chars().count()) {
            let say =
                "Viết lý do cho người gửi hiểu, từ 10 đến 300 ký tự. Ví dụ: phải chờ kết quả đo đạc lại thửa đất.";
            return Err(CaseError::invalid("reason", say));
        }
        Ok(why)
    }
}

/// Takes more time for the answer, before it is due: at least one working day, and never more than the policy allows
/// after the date that was promised first.
pub async fn extend(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    promise: &Promise,
) -> Result<(), CaseError> {
    let petition = hold(connection, hand).await?;
    let old_due_at = match petition.running() {
        Some(Running { step: Step::Answer, due_at }) => due_at,
        _ => return Err(CaseError::NotAllowed { from: petition.status }),
    };
    if hand.at > old_due_at {
        let say = "Đã quá hạn trả lời nên không gia hạn được nữa. Gửi lời xin lỗi kèm hạn mới.";
        return Err(CaseError::invalid("new_due_on", say));
    }
    let why = promise.checked_why()?;
    let lines = event::history(connection, petition.petition_id).await?;
    let first_due_at = promised_first(&lines).unwrap_or(old_due_at);
    let deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, &petition).await?;
    check_day(&deadlines, promise.new_due_on, old_due_at, first_due_at)?;
    let new_due_at = close_of(rules, promise.new_due_on);

    due::moved(connection, petition.petition_id, Step::Answer, new_due_at).await?;
    let detail = json!({ "why": why, "old_due_at": old_due_at, "new_due_at": new_due_at });
    event::record(connection, &hand.line(&petition, Action::Extend, petition.status, detail)).await?;
    let message = notice::extension_notice(rules, &petition, promise);
    Ok(notice::post(rules, connection, &petition, message, hand.at).await?)
}

/// The new day is worked, later than `after`, and no later than the policy's limit, counted from `counted_from`.
pub(super) fn check_day(
    deadlines: &Deadlines,
    new_due_on: NaiveDate,
    after: DateTime<Utc>,
    counted_from: DateTime<Utc>,
) -> Result<(), CaseError> {
    let calendar = &deadlines.time.calendar;
    let invalid = |say: String| CaseError::invalid("new_due_on", say);
    let day = |day: NaiveDate| day.format("%-d/%-m/%Y").to_string();
    let (after_on, counted_from_on) = (hanoi(after).date_naive(), hanoi(counted_from).date_naive());
    let first = calendar.next_working_day(after_on).map_err(deadline::NoDeadline::from)?;
    if !calendar.is_working_day(new_due_on) {
        let next = calendar.next_working_day(new_due_on.max(after_on)).map_err(deadline::NoDeadline::from)?;
        return Err(invalid(format!("{} là ngày nghỉ. Chọn ngày làm việc, ví dụ {}.", day(new_due_on), day(next))));
    }
    if new_due_on < first {
        return Err(invalid(format!("Hạn mới sớm nhất là {}.", day(first))));
    }
    let most = deadlines.term(Step::Extend)?;
    let last = calendar.working_day_after(counted_from_on, most.amount).map_err(deadline::NoDeadline::from)?;
    if new_due_on > last {
        let say = format!("Hạn mới muộn nhất là {}: lùi nhiều nhất {} theo quy định.", day(last), most.words());
        return Err(invalid(say));
    }
    Ok(())
}

/// The date that was promised before it was put off again and again; none where it was not. A new desk, a supplement and
/// an apology begin anew.
fn promised_first(lines: &[HistoryLine]) -> Option<DateTime<Utc>> {
    let anew = [Action::Reopen, Action::Transfer, Action::Supplement, Action::Apologise];
    let since = lines.iter().rposition(|line| anew.contains(&line.action)).map_or(0, |last| last + 1);
    let first = lines[since..].iter().find(|line| line.action == Action::Extend)?;
    first.detail.get("old_due_at")?.as_str()?.parse().ok()
}

/// When a term ends that ends on this day.
pub fn close_of(rules: &Rules, day: NaiveDate) -> DateTime<Utc> {
    deadline::moment(day, rules.office_hours.closes())
}
