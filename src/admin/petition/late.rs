//! What stands beside a petition about its time: how old it is, more time, an apology, reminders, urgency.

use axum::Router;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::visit::Visit;
use super::super::words;
use super::promise::{Which, proposal};
use super::{Letter, may_on, promise, urge};
use crate::http::Failure;
use crate::officer::Right;
use crate::petition::deadline::age_words;
use crate::petition::reminder::{self, Addressed, ReminderKind};
use crate::petition::{Action, HistoryLine, Petition, Step, WorkingTime};

/// The panel; `templates/petition_late.html` draws it.
pub struct LatePanel {
    pub reference: String,
    pub version: i32,
    /// How long the history was.
    pub seen: usize,
    /// «Đã 12 ngày làm việc»; none once it is closed.
    pub age: Option<String>,
    pub is_urgent: bool,
    /// Proposed, where the date has passed and nobody has apologised yet.
    pub apology: Option<Proposed>,
    /// Possible, while the date has not passed.
    pub extension: Option<Proposed>,
    pub may_remind: bool,
    pub may_prioritise: bool,
    pub reminders: Vec<Reminder>,
}

/// A message that can be sent, with a gap where the reason belongs.
pub struct Proposed {
    /// «17/12/2026»
    pub new_due_on: String,
    pub letter: Letter,
}

/// A reminder about this petition.
pub struct Reminder {
    /// «Đã quá hạn trả lời»
    pub what: String,
    pub class: &'static str,
    pub note: String,
    /// Who urged.
    pub by: String,
    pub when: String,
    pub iso: String,
    /// «Lê Minh đã đọc 20/11/2026, 09:10»
    pub readers: Vec<String>,
    /// Its number, where whoever looks has not read it yet.
    pub unread: Option<i64>,
}

impl LatePanel {
    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        let has_forms = self.apology.is_some() || self.extension.is_some() || self.may_remind || self.may_prioritise;
        !has_forms && self.age.is_none() && self.reminders.is_empty()
    }
}

/// The addresses below a petition.
pub(in super::super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/petitions/{reference}/extension", get(promise::extension).post(promise::extend))
        .route("/admin/petitions/{reference}/apology", get(promise::apology).post(promise::apologise))
        .route("/admin/petitions/{reference}/reminder", post(urge::remind))
        .route("/admin/petitions/{reference}/urgency", post(urge::prioritise))
}

/// Puts the panel together for whoever looks.
pub(super) async fn draw(
    connection: &mut PgConnection,
    state: &AdminState,
    visit: &Visit,
    petition: &Petition,
    (lines, time): (&[HistoryLine], &WorkingTime),
) -> Result<LatePanel, Failure> {
    let addressed = reminder::of_petition(connection, petition.petition_id).await?;
    let may_handle = may_on(visit, Right::Handle, petition);
    let proposed = |which: Which| proposal(state, petition, which, time, visit.at).filter(|_| may_handle);
    Ok(LatePanel {
        reference: petition.reference.to_string(),
        version: petition.version,
        seen: lines.len(),
        age: petition.closed_at.is_none().then(|| age_words(time.age(petition.submitted_at, visit.at))),
        is_urgent: petition.is_urgent,
        apology: proposed(Which::Apology),
        extension: proposed(Which::Extension),
        may_remind: petition.running().is_some() && may_on(visit, Right::Remind, petition),
        may_prioritise: petition.status.is_open() && may_on(visit, Right::Assign, petition),
        reminders: reminders(&addressed, visit.officer.officer_id),
    })
}

/// One entry for each reminder, from the lines of its addressees.
fn reminders(addressed: &[Addressed], me: i64) -> Vec<Reminder> {
    let one = |lines: &[Addressed]| {
        let first = lines.first()?;
        let reader = |line: &Addressed| {
            let name = line.addressee_name.as_deref()?;
            Some(match line.read_at {
                Some(read_at) => format!("{name} đã đọc {}", words::moment(read_at)),
                None => format!("{name} chưa đọc"),
            })
        };
        let is_mine = |line: &&Addressed| line.addressee_id == Some(me) && line.read_at.is_none();
        Some(Reminder {
            what: what(first.kind, first.step),
            class: class(first.kind),
            note: first.note.clone(),
            by: first.officer_name.clone().unwrap_or_else(|| "Tự động".to_owned()),
            when: words::moment(first.reminded_at),
            iso: words::iso(first.reminded_at),
            readers: lines.iter().filter_map(reader).collect(),
            unread: lines.iter().find(is_mine).map(|line| line.reminder_id),
        })
    };
    addressed.chunk_by(|line, next| line.reminder_id == next.reminder_id).filter_map(one).collect()
}

/// «Đã quá hạn trả lời», «Sắp đến hạn tiếp nhận», «Đôn đốc trả lời».
pub(in super::super) fn what(kind: ReminderKind, step: Step) -> String {
    format!("{} {}", kind.word(), step.word().to_lowercase())
}

/// The state whose shape and colour it has.
pub(in super::super) fn class(kind: ReminderKind) -> &'static str {
    match kind {
        ReminderKind::Soon => "is-soon",
        ReminderKind::Late => "is-late",
        ReminderKind::Asked => "is-new",
    }
}

/// What a line of the history says besides who and when, where it is about time.
pub(super) fn told(line: &HistoryLine) -> Option<String> {
    let detail = &line.detail;
    let text = |name: &str| detail.get(name).and_then(|text| text.as_str()).filter(|text| !text.is_empty());
    let why = text("why").map(str::to_owned);
    match line.action {
        Action::Extend | Action::Apologise => Some(parts([dates(detail), why])),
        Action::Remind => {
            let (kind, step) = (text("kind")?.parse().ok()?, text("step")?.parse().ok()?);
            let to: Vec<&str> = detail.get("to")?.as_array()?.iter().filter_map(|name| name.as_str()).collect();
            let to = (!to.is_empty()).then(|| format!("nhắc {}", to.join(", ")));
            Some(parts([Some(what(kind, step).to_lowercase()), to, text("note").map(str::to_owned)]))
        }
        Action::Note if detail.get("given_back").is_some() => {
            Some(format!("{} thôi giữ việc, chờ đầu mối giao lại", text("given_back").unwrap_or_default()))
        }
        Action::Note => match (text("priority"), detail.get("calendar").and_then(|moved| moved.as_array())) {
            (Some("urgent"), _) => Some(parts([Some("đánh dấu khẩn".to_owned()), why])),
            (Some(_), _) => Some(parts([Some("bỏ dấu khẩn".to_owned()), why])),
            (None, Some(moved)) => {
                let moved: Vec<String> = moved.iter().filter_map(dates).collect();
                Some(format!("lịch nghỉ thay đổi; {}", moved.join("; ")))
            }
            (None, None) => None,
        },
        _ => None,
    }
}

/// «hạn 10/12/2026 → 17/12/2026»
fn dates(detail: &serde_json::Value) -> Option<String> {
    let date = |name: &str| detail.get(name)?.as_str()?.parse::<DateTime<Utc>>().ok().map(words::date);
    Some(format!("hạn {} → {}", date("old_due_at")?, date("new_due_at")?))
}

fn parts<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
