//! What an officer was urged to do and has not read: the list on top of their work, and a page of its own.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::petition::{reminder_class, reminder_what};
use super::super::visit::Visit;
use super::super::words;
use crate::http::{Failure, Path, page};
use crate::officer::Right;
use crate::petition::reminder::{self, Reader, Unread};

/// More than anybody reads in a morning.
const AT_MOST: i64 = 50;

/// The unread ones, what is due earliest first; `templates/reminders.html` draws them.
pub struct Reminders {
    pub rows: Vec<Row>,
}

pub struct Row {
    pub id: i64,
    pub reference: String,
    pub title: String,
    /// «Đã quá hạn trả lời»
    pub what: String,
    pub class: &'static str,
    pub due: String,
    pub due_iso: String,
    pub note: String,
    /// Who urges.
    pub by: String,
    pub when: String,
    pub iso: String,
}

/// What this officer has not read yet.
pub(in super::super) async fn reminders_of(connection: &mut PgConnection, visit: &Visit) -> Result<Reminders, Failure> {
    let sight = visit.officer.sight();
    let (agency_id, handler_id) = (sight.agency_id.as_deref(), sight.handler_id);
    let reader = Reader { officer_id: sight.officer_id, agency_id, handler_id };
    let unread = reminder::unread(connection, reader, AT_MOST).await?;
    Ok(Reminders { rows: unread.into_iter().map(row).collect() })
}

fn row(unread: Unread) -> Row {
    Row {
        id: unread.reminder_id,
        reference: unread.reference,
        title: unread.title.reveal().to_owned(),
        what: reminder_what(unread.kind, unread.step),
        class: reminder_class(unread.kind),
        due: words::date(unread.due_at),
        due_iso: words::iso(unread.due_at),
        note: unread.note,
        by: unread.officer_name.unwrap_or_else(|| "Tự động".to_owned()),
        when: words::moment(unread.reminded_at),
        iso: words::iso(unread.reminded_at),
    }
}

#[derive(Template)]
#[template(path = "admin/templates/reminders_page.html", config = "src/http/askama.toml")]
struct RemindersPage {
    frame: Frame,
    reminders: Reminders,
}

pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::List)?;
    let mut connection = state.pool.acquire().await?;
    let reminders = reminders_of(&mut connection, &visit).await?;
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Work).await?;
    page(&RemindersPage { frame, reminders })
}

/// The officer has read it, which is written down, and goes to the petition.
pub(super) async fn read(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reminder_id): Path<i64>,
) -> Result<Response, Failure> {
    visit.must(Right::List)?;
    let mut connection = state.pool.acquire().await?;
    let reference = reminder::read(&mut connection, reminder_id, visit.officer.officer_id, visit.at).await?;
    let reference = reference.ok_or(Failure::NotFound)?;
    Ok(Redirect::to(&format!("/admin/petitions/{reference}")).into_response())
}
