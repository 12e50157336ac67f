//! The calendar of working days: a year's list, a day added, changed or taken out, a yearly list brought in. Nothing is written
//! here: every change is looked at first ([`super::confirm`]).

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::super::words;
use super::confirm;
use crate::clock::hanoi;
use crate::http::{Failure, Form, Path, Query, page};
use crate::officer::Right;
use crate::petition::calendar::lines::{self, TypedDay, key};
use crate::petition::calendar::shift::Edit;
use crate::petition::calendar::{Certainty, DayKind, Holiday, Wrong, say_day};
use crate::petition::calendar_store::{self, WrittenDay};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    year: String,
    /// «2026-11-23.swap_off»: the line that is to be changed.
    #[serde(default)]
    edit: String,
}

#[derive(Template)]
#[template(path = "admin/templates/calendar.html", config = "src/http/askama.toml")]
struct CalendarPage {
    frame: Frame,
    year: i32,
    years: Vec<i32>,
    /// The last year that due dates can fall into.
    last_year: i32,
    is_short: bool,
    rows: Vec<Row>,
    removed: Vec<Row>,
    /// The line that is changed; none where one is added.
    was: String,
    typed: TypedDay,
    /// The list as it was typed.
    list: String,
    errors: Vec<Wrong>,
    /// What is wrong with the list, line by line.
    problems: Vec<String>,
}

struct Row {
    day: String,
    date: NaiveDate,
    name: String,
    kind: DayKind,
    certainty: Certainty,
    source: String,
    by: Option<String>,
}

impl CalendarPage {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.say.as_str())
    }
}

/// What comes back with the page.
#[derive(Default)]
struct Again {
    was: String,
    typed: TypedDay,
    list: String,
    errors: Vec<Wrong>,
    problems: Vec<String>,
}

pub(super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Settings)?;
    let mut again = Again::default();
    let edited = asked.edit.split_once('.').and_then(|(on, kind)| Some((on.parse().ok()?, kind.parse().ok()?)));
    if let Some(edited) = edited {
        let days = calendar_store::days(&mut *state.pool.acquire().await?).await?;
        let day = days.iter().find(|day| key(day) == edited).ok_or(Failure::NotFound)?;
        again = Again { was: asked.edit, typed: TypedDay::of(day), ..again };
    }
    draw(&state, &visit, asked.year.parse().ok(), again).await
}

async fn draw(state: &AdminState, visit: &Visit, year: Option<i32>, again: Again) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let this_year = hanoi(visit.at).date_naive().year();
    let year = year.filter(|year| (2000..2100).contains(year)).unwrap_or(this_year);
    let written = calendar_store::year(&mut connection, year).await?;
    let years = calendar_store::years(&mut connection).await?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Deadlines).await?;
    drop(connection);
    let last_year = frame.working_time.calendar.last_year();
    let (removed, kept): (Vec<_>, Vec<_>) = written.into_iter().partition(|day| day.is_removed);
    page(&CalendarPage {
        year,
        years,
        last_year,
        is_short: last_year <= this_year,
        rows: kept.into_iter().map(row).collect(),
        removed: removed.into_iter().map(row).collect(),
        was: again.was,
        typed: again.typed,
        list: again.list,
        errors: again.errors,
        problems: again.problems,
        frame,
    })
}

fn row(written: WrittenDay) -> Row {
    let Holiday { on, name, kind, certainty, source } = written.day;
    let by = written.officer_name.zip(written.edited_at);
    let by = by.map(|(officer, at)| format!("{officer}, {}", words::moment(at)));
    Row { day: say_day(on), date: on, name, kind, certainty, source, by }
}

#[derive(Deserialize)]
pub(super) struct DayForm {
    #[serde(default)]
    was: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    source: String,
}

/// A day is added, or written otherwise.
pub(super) async fn put(
    State(state): State<AdminState>,
    visit: Visit,
    Form(form): Form<DayForm>,
) -> Result<Response, Failure> {
    visit.must(Right::Settings)?;
    let DayForm { was, date, name, kind, status, source } = form;
    let typed = TypedDay { date, name, kind, status, source };
    let day = match typed.read() {
        Ok(day) => day,
        Err(errors) => {
            let again = Again { was, typed, errors: errors.into_iter().map(capital).collect(), ..Again::default() };
            let html = draw(&state, &visit, None, again).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
        }
    };
    let before = was.split_once('.').and_then(|(on, kind)| Some((on.parse().ok()?, kind.parse().ok()?)));
    let removal = before.filter(|before| *before != key(&day)).map(|(on, kind)| Edit::Remove(on, kind));
    propose(&state, &visit, removal.into_iter().chain([Edit::Put(day)]).collect()).await
}

fn capital(wrong: Wrong) -> Wrong {
    let mut letters = wrong.say.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    Wrong { say: first.chain(letters).collect(), ..wrong }
}

/// A day is taken out of the list.
pub(super) async fn remove(
    State(state): State<AdminState>,
    visit: Visit,
    Path((date, kind)): Path<(NaiveDate, String)>,
) -> Result<Response, Failure> {
    visit.must(Right::Settings)?;
    let kind = kind.parse().map_err(|_| Failure::NotFound)?;
    propose(&state, &visit, vec![Edit::Remove(date, kind)]).await
}

/// A yearly list: a file, or typed into the page.
pub(super) async fn import(
    State(state): State<AdminState>,
    visit: Visit,
    mut parts: Multipart,
) -> Result<Response, Failure> {
    visit.must(Right::Settings)?;
    let (mut list, mut is_whole) = (String::new(), false);
    while let Some(part) = parts.next_field().await.map_err(|error| Failure::Unreadable(error.to_string()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|error| Failure::Unreadable(error.to_string()))?;
        let text = String::from_utf8_lossy(&bytes);
        match name.as_str() {
            // a file is what was meant, where there is one
            "file" if !text.trim().is_empty() => list = text.into_owned(),
            "list" if list.is_empty() => list = text.into_owned(),
            "is_whole" => is_whole = true,
            _ => {}
        }
    }
    match lines::read(&list) {
        Ok(days) => {
            let mut edits = Vec::new();
            if is_whole {
                let present = calendar_store::days(&mut *state.pool.acquire().await?).await?;
                edits.extend(gone(&present, &days));
            }
            edits.extend(days.into_iter().map(Edit::Put));
            propose(&state, &visit, edits).await
        }
        Err(problems) => {
            let html = draw(&state, &visit, None, Again { list, problems, ..Again::default() }).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
    }
}

/// What stands in the calendar for the years of this list, and not in the list.
fn gone(present: &[Holiday], list: &[Holiday]) -> Vec<Edit> {
    let is_of_its_years = |day: &&Holiday| list.iter().any(|listed| listed.on.year() == day.on.year());
    let is_gone = |day: &&Holiday| !list.iter().any(|listed| key(listed) == key(day));
    let gone = present.iter().filter(is_of_its_years).filter(is_gone);
    gone.map(|day| Edit::Remove(day.on, day.kind)).collect()
}

/// Shows what a change would move; a change that changes nothing is not written.
async fn propose(state: &AdminState, visit: &Visit, mut edits: Vec<Edit>) -> Result<Response, Failure> {
    let present = calendar_store::days(&mut *state.pool.acquire().await?).await?;
    edits.retain(|edit| match edit {
        Edit::Put(day) => !present.contains(day),
        Edit::Remove(on, kind) => present.iter().any(|day| key(day) == (*on, *kind)),
    });
    if edits.is_empty() {
        return visit.go_on("/admin/calendar", Flash::done("Không có gì thay đổi.", "Lịch đã đúng như vậy.")).await;
    }
    confirm::show(state, visit, &edits).await
}
