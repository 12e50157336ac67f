//! Before the calendar changes: what changes, which due dates of open petitions would move, and whether they do.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::Datelike;

use super::super::AdminState;
use super::super::audit;
use super::super::frame::{Frame, Section};
use super::super::petition::failure;
use super::super::visit::{Flash, Visit};
use super::super::words;
use crate::casework::{self, CalendarChange, CaseError, Moving};
use crate::http::{Failure, Form, page};
use crate::officer::Right;
use crate::petition::Step;
use crate::petition::calendar::shift::{Edit, Shift};
use crate::petition::calendar::{Holiday, lines, say_day};

/// So many can be chosen one by one; more move together or not at all.
const CHOOSABLE: usize = 300;
/// So many changes stand in a line of the log.
const TOLD: usize = 5;

#[derive(Template)]
#[template(path = "admin/templates/calendar_change.html", config = "src/http/askama.toml")]
struct ChangePage {
    frame: Frame,
    /// What changes, in words.
    changes: Vec<String>,
    /// The same as the form carries it.
    list: String,
    removed: String,
    year: i32,
    rows: Vec<Row>,
    total: usize,
    /// The mark of the list of dates that stands here.
    seen: String,
    can_choose: bool,
    /// Other dates would move by now than those that were seen.
    is_stale: bool,
}

struct Row {
    reference: String,
    /// The first of its petition, which moves as a whole.
    is_first: bool,
    /// «trả lời»
    step: String,
    old: String,
    new: String,
}

/// The page that asks.
pub(super) async fn show(state: &AdminState, visit: &Visit, edits: &[Edit]) -> Result<Response, Failure> {
    draw(state, visit, edits, false).await
}

async fn draw(state: &AdminState, visit: &Visit, edits: &[Edit], is_stale: bool) -> Result<Response, Failure> {
    let mut connection = state.pool.acquire().await?;
    let moves = casework::calendar_moves(&state.rules, &mut connection, edits).await.map_err(failure)?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Deadlines).await?;
    drop(connection);
    let put: Vec<_> = edits.iter().filter_map(put).collect();
    let removed = edits.iter().filter_map(|edit| match edit {
        Edit::Remove(on, kind) => Some(format!("{on} {}", kind.name())),
        Edit::Put(_) => None,
    });
    let total = moves.shifts.len();
    let html = page(&ChangePage {
        changes: edits.iter().map(said).collect(),
        list: if put.is_empty() { String::new() } else { lines::write(&put) },
        removed: removed.collect::<Vec<_>>().join("\n"),
        year: edits.first().map_or(visit.at.year(), year),
        rows: moves.shifts.chunk_by(of_one_petition).flat_map(rows).take(CHOOSABLE).collect(),
        total,
        seen: moves.mark(),
        can_choose: (1..=CHOOSABLE).contains(&total),
        is_stale,
        frame,
    })?;
    Ok((if is_stale { StatusCode::CONFLICT } else { StatusCode::OK }, html).into_response())
}

fn year(edit: &Edit) -> i32 {
    match edit {
        Edit::Put(day) => day.on.year(),
        Edit::Remove(on, _) => on.year(),
    }
}

/// The first few changes, for the log of the office.
fn told(edits: &[Edit]) -> String {
    let mut told: Vec<String> = edits.iter().take(TOLD).map(said).collect();
    if edits.len() > TOLD {
        told.push(format!("và {} dòng nữa", edits.len() - TOLD));
    }
    told.join("; ")
}

/// «Thứ Hai 23/11/2026: nghỉ hoán đổi, Nghỉ trước Ngày Văn hóa (đã có quyết định)»
fn said(edit: &Edit) -> String {
    match edit {
        Edit::Put(day) => {
            let (kind, certainty) = (day.kind.word().to_lowercase(), day.certainty.word().to_lowercase());
            format!("{}: {kind}, {} ({certainty})", say_day(day.on), day.name)
        }
        Edit::Remove(on, kind) => format!("{}: bỏ dòng {}", say_day(*on), kind.word().to_lowercase()),
    }
}

fn of_one_petition(one: &Shift, next: &Shift) -> bool {
    one.standing.petition_id == next.standing.petition_id
}

fn rows(shifts: &[Shift]) -> impl Iterator<Item = Row> {
    shifts.iter().enumerate().map(|(nth, shift)| {
        let date = match shift.standing.step {
            Step::Accept => words::moment,
            _ => words::date,
        };
        Row {
            reference: shift.standing.reference.clone(),
            is_first: nth == 0,
            step: shift.standing.step.word().to_lowercase(),
            old: date(shift.standing.due_at),
            new: date(shift.to),
        }
    })
}

/// Writes the change, and moves what was chosen.
pub(super) async fn change(
    State(state): State<AdminState>,
    visit: Visit,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    visit.must(Right::Settings)?;
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str());
    let edits = edits(field("list"), field("removed"))?;
    let chosen: Vec<String> =
        fields.iter().filter(|(field, _)| field == "move").map(|(_, reference)| reference.clone()).collect();
    let moving = match field("act") {
        "all" => Moving::All,
        "chosen" => Moving::Chosen(&chosen),
        _ => Moving::Nothing,
    };
    let (seen, officer_id) = (field("seen"), visit.officer.officer_id);
    let change = CalendarChange { edits: &edits, seen, moving, officer_id, at: visit.at };
    let mut transaction = state.pool.begin().await?;
    match casework::change_calendar(&state.rules, &mut transaction, &change).await {
        Ok(moved) => {
            audit::did(&mut transaction, &visit, "calendar_changed", &told(&edits)).await?;
            transaction.commit().await?;
            let rest = match moved {
                0 => "Không hạn nào dời.".to_owned(),
                moved => format!("{moved} phản ánh có hạn mới; lịch sử từng phản ánh ghi hạn cũ và hạn mới."),
            };
            let to = edits.first().map_or_else(String::new, |edit| format!("?year={}", year(edit)));
            visit.go_on(&format!("/admin/calendar{to}"), Flash::done("Đã lưu lịch.", rest)).await
        }
        Err(CaseError::Stale) => {
            drop(transaction);
            draw(&state, &visit, &edits, true).await
        }
        Err(other) => Err(failure(other)),
    }
}

/// What the page before carried; nobody types it.
fn edits(list: &str, removed: &str) -> Result<Vec<Edit>, Failure> {
    let unreadable = || Failure::Unreadable("a change of the calendar that no page of ours carries".to_owned());
    let removal = |line: &str| {
        let (on, kind) = line.split_once(' ')?;
        Some(Edit::Remove(on.parse().ok()?, kind.trim().parse().ok()?))
    };
    let mut edits: Vec<Edit> =
        removed.lines().map(|line| removal(line.trim())).collect::<Option<_>>().ok_or_else(unreadable)?;
    if !list.trim().is_empty() {
        edits.extend(lines::read(list).map_err(|_| unreadable())?.into_iter().map(Edit::Put));
    }
    if edits.is_empty() { Err(unreadable()) } else { Ok(edits) }
}

fn put(edit: &Edit) -> Option<Holiday> {
    match edit {
        Edit::Put(day) => Some(day.clone()),
        Edit::Remove(..) => None,
    }
}
