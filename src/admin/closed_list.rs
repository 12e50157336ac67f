//! The closed list: denunciations that citizens wanted passed on all the same. Only the focal office knows that it is
//! there, and who read what is written down before it is shown (Luật Tố cáo 2018).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use sqlx::PgConnection;

use super::AdminState;
use super::audit;
use super::frame::{Frame, Section};
use super::visit::{Flash, Visit};
use super::words;
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::petition::denunciation::{self, Listed};

/// More stand behind the latest.
const AT_MOST: i64 = 200;
/// What was done, in characters.
const OUTCOME: std::ops::RangeInclusive<usize> = 5..=500;

#[derive(Template)]
#[template(path = "admin/templates/closed_list.html", config = "src/http/askama.toml")]
struct ClosedListPage {
    frame: Frame,
    rows: Vec<Row>,
    open: usize,
    /// The one that is read now.
    opened: Option<Opened>,
}

struct Row {
    id: i64,
    passed: String,
    passed_iso: String,
    /// «Đã chuyển Thanh tra, Trần Thị Đầu Mối, 20/11/2026»
    done: Option<String>,
}

struct Opened {
    id: i64,
    told: String,
    passed: String,
    passed_iso: String,
    /// What was done with it, once it was.
    outcome: Option<String>,
    typed: String,
    error: Option<&'static str>,
}

#[derive(Deserialize)]
pub(super) struct Closing {
    #[serde(default)]
    outcome: String,
}

/// Others are not even told that there is such a page.
fn focal_only(visit: &Visit) -> Result<(), Failure> {
    if visit.may(Right::ClosedList) { Ok(()) } else { Err(Failure::NotFound) }
}

pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    focal_only(&visit)?;
    draw(&mut *state.pool.acquire().await?, &state, &visit, None).await
}

/// Opens one; that it was read, by whom and when, is written first.
pub(super) async fn read(
    State(state): State<AdminState>,
    visit: Visit,
    Path(id): Path<i64>,
) -> Result<Html<String>, Failure> {
    focal_only(&visit)?;
    let mut connection = state.pool.acquire().await?;
    let opened = open(&mut connection, &visit, id, String::new(), None).await?;
    draw(&mut connection, &state, &visit, Some(opened)).await
}

/// Closes one with what was done.
pub(super) async fn close(
    State(state): State<AdminState>,
    visit: Visit,
    Path(id): Path<i64>,
    Form(form): Form<Closing>,
) -> Result<Response, Failure> {
    focal_only(&visit)?;
    let mut connection = state.pool.acquire().await?;
    let outcome = form.outcome.trim();
    if !OUTCOME.contains(&outcome.chars().count()) {
        let error = Some("Ghi đã làm gì, từ 5 đến 500 ký tự. Ví dụ: “Chuyển Thanh tra Thành phố ngày 20/11”.");
        let opened = open(&mut connection, &visit, id, form.outcome, error).await?;
        let html = draw(&mut connection, &state, &visit, Some(opened)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
    }
    let is_done = denunciation::close(&mut connection, id, visit.officer.officer_id, outcome, visit.at).await?;
    if is_done {
        audit::did(&mut connection, &visit, "closed_list_done", &id.to_string()).await?;
    }
    let flash = match is_done {
        true => Flash::done("Đã ghi.", "Tin được đóng, vẫn còn trong danh sách."),
        false => Flash::done("Không ghi thêm.", "Tin này đã được người khác đóng."),
    };
    visit.go_on("/admin/closed-list", flash).await
}

async fn open(
    connection: &mut PgConnection,
    visit: &Visit,
    id: i64,
    typed: String,
    error: Option<&'static str>,
) -> Result<Opened, Failure> {
    let told = denunciation::read(connection, id, visit.officer.officer_id, visit.at).await?;
    let told = told.ok_or(Failure::NotFound)?;
    audit::did(connection, visit, "closed_list", &id.to_string()).await?;
    Ok(Opened {
        id,
        told: told.told.reveal().to_owned(),
        passed: words::moment(told.passed_at),
        passed_iso: words::iso(told.passed_at),
        outcome: told.closed_at.and(told.outcome),
        typed,
        error,
    })
}

async fn draw(
    connection: &mut PgConnection,
    state: &AdminState,
    visit: &Visit,
    opened: Option<Opened>,
) -> Result<Html<String>, Failure> {
    let listed = denunciation::list(connection, AT_MOST).await?;
    let open = listed.iter().filter(|listed| listed.closed_at.is_none()).count();
    let frame = Frame::draw(connection, state, visit, Section::ClosedList).await?;
    page(&ClosedListPage { frame, rows: listed.into_iter().map(row).collect(), open, opened })
}

fn row(listed: Listed) -> Row {
    let done = listed.closed_at.map(|at| {
        let parts = [listed.outcome, listed.officer, Some(words::date(at))];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    Row {
        id: listed.denunciation_id,
        passed: words::moment(listed.passed_at),
        passed_iso: words::iso(listed.passed_at),
        done,
    }
}
