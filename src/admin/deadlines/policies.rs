//! The policies of deadlines: the one in force, those to come, those that were.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::NaiveDate;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::Visit;
use super::super::words;
use crate::clock::hanoi;
use crate::http::{Failure, page};
use crate::officer::Right;
use crate::petition::deadline::{Clause, Priority};
use crate::petition::deadline_store::{self, WrittenPolicy};

#[derive(Template)]
#[template(path = "admin/templates/deadlines.html", config = "src/http/askama.toml")]
struct PoliciesPage {
    frame: Frame,
    policies: Vec<PolicyView>,
}

/// One version as the page shows it.
struct PolicyView {
    version: i32,
    state: &'static str,
    class: &'static str,
    /// «từ 1/1/2026 đến 31/12/2026»
    period: String,
    by: String,
    rows: Vec<ClauseRow>,
    /// What holds now, and what comes, is read; what was is looked up.
    is_over: bool,
}

struct ClauseRow {
    step: &'static str,
    counted_from: &'static str,
    whom: String,
    term: String,
    basis: String,
}

pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::Settings)?;
    let mut connection = state.pool.acquire().await?;
    let policies = deadline_store::policies(&mut connection).await?;
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Deadlines).await?;
    drop(connection);
    page(&PoliciesPage { frame, policies: views(&policies, hanoi(visit.at).date_naive()) })
}

/// The newest first day first; each holds until the next one begins.
fn views(policies: &[WrittenPolicy], today: NaiveDate) -> Vec<PolicyView> {
    let mut next: Option<NaiveDate> = None;
    let mut views = Vec::new();
    for written in policies {
        let is_replaced = next == Some(written.valid_from);
        let (state, class) = match next {
            _ if is_replaced => ("Không áp dụng, đã có bản sau thay", "is-closed"),
            _ if written.valid_from > today => ("Sẽ áp dụng", "is-new"),
            Some(next) if next <= today => ("Đã thôi áp dụng", "is-closed"),
            _ => ("Đang áp dụng", "is-done"),
        };
        let last = next.filter(|_| !is_replaced).and_then(|next| next.pred_opt());
        let until = last.map(|last| format!(" đến {}", day(last))).unwrap_or_default();
        views.push(PolicyView {
            version: written.policy.version,
            state,
            class,
            period: format!("từ {}{until}", day(written.valid_from)),
            by: match (&written.officer_name, written.written_at) {
                (Some(name), Some(at)) => format!("{name} ghi {}", words::moment(at)),
                _ => "Có sẵn khi cài đặt, Văn phòng cần xác nhận".to_owned(),
            },
            rows: written.policy.clauses.iter().map(row).collect(),
            is_over: class == "is-closed",
        });
        next = Some(written.valid_from);
    }
    views
}

fn row(clause: &Clause) -> ClauseRow {
    ClauseRow {
        step: clause.step.word(),
        counted_from: clause.step.counted_from(),
        whom: whom(clause),
        term: clause.term.words(),
        basis: clause.basis.clone(),
    }
}

/// «Mọi phản ánh», «Khẩn», «Hành vi, thái độ của cán bộ, khẩn».
fn whom(clause: &Clause) -> String {
    match (clause.category, clause.priority) {
        (None, Priority::Normal) => "Mọi phản ánh".to_owned(),
        (None, Priority::Urgent) => "Phản ánh khẩn".to_owned(),
        (Some(category), Priority::Normal) => category.word().to_owned(),
        (Some(category), Priority::Urgent) => format!("{}, khẩn", category.word()),
    }
}

/// «1/1/2027»
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d/%-m/%Y").to_string()
}
