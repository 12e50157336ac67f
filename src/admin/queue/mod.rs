//! The list officers work through: filtered by its address, gravest first, picked from and taken away.

mod asked;
mod choices;
pub mod export;
mod file;
mod row;
mod saved;
mod tabs;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::{get, post};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use sqlx::PgConnection;

use super::AdminState;
use super::deadlines::{Reminders, reminders_of};
use super::frame::{Frame, Section, now, whose};
use super::petition::{FieldError, error_of};
use super::visit::Visit;
use super::words::{self, Due};
use crate::clock::{hanoi, say_weekday};
use crate::http::{Failure, Query, page};
use crate::officer::Right;
use crate::petition::WorkingTime;
use crate::petition::deadline::first_holiday_between;
use crate::petition::queue::{self, Filter, Key, MOST_COUNTED, Now, View, Whose};
use asked::Asked;
use choices::Choices;
use row::Row;
use saved::Saving;
use tabs::Tab;

/// So far ahead a holiday is worth a word.
const HOLIDAY_AHEAD: TimeDelta = TimeDelta::days(7);

/// The list, its filters that officers keep, and the list as a file.
pub fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin", get(show))
        .route("/admin/export", post(export::take))
        .route("/admin/filters", post(saved::save))
        .route("/admin/filters/{saved_filter_id}", post(saved::change))
}

#[derive(Template)]
#[template(path = "admin/templates/queue.html", config = "src/http/askama.toml")]
struct QueuePage {
    frame: Frame,
    heading: &'static str,
    today: String,
    today_iso: String,
    /// «Thứ Ba 24/11 nghỉ lễ, không tính vào hạn.»
    holiday: Option<String>,
    alarm: Option<Alarm>,
    /// What the officer was urged to do and has not read.
    reminders: Reminders,
    tabs: Vec<Tab>,
    asked: Asked,
    query: String,
    choices: Choices,
    errors: Vec<FieldError>,
    rows: Vec<Row>,
    /// Of all pages; none where nobody counts.
    total: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    /// What comes next, when nothing waits here.
    next_due: Option<String>,
    may_pick: bool,
    may_take_away: bool,
    saving: Saving,
}

/// The number that should worry whoever opens the list.
struct Alarm {
    reference: String,
    /// «1 ngày 4 giờ»
    amount: String,
    what: &'static str,
    unit: String,
}

impl QueuePage {
    /// The limits of both periods: the field, its label, what was typed, what is wrong with it.
    fn days(&self) -> [(&'static str, &'static str, &str, Option<&str>); 4] {
        let asked = &self.asked;
        let day = |field, label, typed| (field, label, typed, error_of(&self.errors, field));
        [
            day("due_from", "Hạn từ ngày", asked.due_from.as_str()),
            day("due_to", "Hạn đến hết ngày", asked.due_to.as_str()),
            day("from", "Gửi từ ngày", asked.from.as_str()),
            day("to", "Gửi đến hết ngày", asked.to.as_str()),
        ]
    }
}

async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    draw(&state, &visit, asked, Saving::default()).await
}

async fn draw(state: &AdminState, visit: &Visit, asked: Asked, saving: Saving) -> Result<Html<String>, Failure> {
    visit.must(Right::List)?;
    let (filter, errors) = asked.filter();
    let section = if filter.view == Some(View::Publish) { Section::Publish } else { Section::Work };
    let mut connection = state.pool.acquire().await?;
    let frame = Frame::draw(&mut connection, state, visit, section).await?;
    let (now, whose) = (now(&frame.working_time, visit.at), whose(&visit.officer));
    let wanted = queue::Asked { filter: &filter, whose: &whose, now };
    let found = queue::page(&mut connection, wanted, asked.place()).await?;
    let is_empty = found.lines.is_empty();
    let alarm = queue::alarm(&mut connection, &whose, now).await?;
    let tabs = tabs::draw(&mut connection, &frame, &asked, &whose, now).await?;
    let total = total(&mut connection, &frame, &asked, wanted).await?;
    let next_due = if is_empty { next_due(&mut connection, &whose, now).await? } else { None };
    let reminders = reminders_of(&mut connection, visit).await?;
    let choices = Choices::read(&mut connection, &visit.officer, &asked).await?;
    drop(connection);
    let [first, last] = [found.lines.first(), found.lines.last()].map(|line| line.map(Key::from));
    page(&QueuePage {
        heading: heading(filter.view),
        today: format!("{}, {}", words::capital(say_weekday(visit.at)), words::moment(visit.at)),
        today_iso: words::iso(visit.at),
        holiday: holiday(&frame.working_time, visit.at),
        alarm: alarm.map(|alarm| said(alarm, visit.at, &frame.working_time)),
        previous: first.filter(|_| found.has_previous).map(|key| asked.turned("before", key)),
        next: last.filter(|_| found.has_next).map(|key| asked.turned("after", key)),
        rows: found.lines.iter().map(|line| Row::of(line, whose.knows, visit.at, &frame.working_time)).collect(),
        saving: saving.beside(&asked, &tabs),
        may_pick: visit.may(Right::Triage),
        may_take_away: visit.may(Right::Export) && !is_empty,
        query: asked.query(),
        frame,
        reminders,
        tabs,
        asked,
        choices,
        errors,
        total,
        next_due,
    })
}

fn heading(view: Option<View>) -> &'static str {
    match view {
        None => "Kết quả tìm",
        Some(View::Publish) => "Chờ công khai",
        Some(View::Approval) => "Trả lời chờ duyệt",
        Some(View::Closed) => "Đã xong",
        Some(_) => "Việc cần làm",
    }
}

/// What is open is counted; of what is closed nobody needs the number.
async fn total(
    connection: &mut PgConnection,
    frame: &Frame,
    asked: &Asked,
    wanted: queue::Asked<'_>,
) -> Result<Option<String>, Failure> {
    let count = match asked.shown() {
        Some(view) if asked.is_plain() => frame.counts.of(view),
        _ => queue::count(connection, wanted).await?,
    };
    Ok(count.map(counted))
}

/// «12», «hơn 1.000».
fn counted(count: i64) -> String {
    if count > MOST_COUNTED { "hơn 1.000".to_owned() } else { count.to_string() }
}

/// When the next one is due, for a list on which nothing waits.
async fn next_due(connection: &mut PgConnection, whose: &Whose, now: Now) -> Result<Option<String>, Failure> {
    let filter = Filter { view: Some(View::Open), due_from: Some(now.at), ..Filter::default() };
    let asked = queue::Asked { filter: &filter, whose, now };
    let next = queue::part(connection, asked, None, 1).await?;
    let due_at = next.first().and_then(|line| line.due_at);
    Ok(due_at.map(|due_at| format!("{} {}", say_weekday(due_at), words::date(due_at))))
}

fn holiday(time: &WorkingTime, at: DateTime<Utc>) -> Option<String> {
    let day = first_holiday_between(&time.calendar, at, at + HOLIDAY_AHEAD)?;
    let noon = day.and_hms_opt(5, 0, 0)?.and_utc();
    let weekday = words::capital(say_weekday(noon));
    Some(format!("{weekday} {}/{} nghỉ lễ, không tính vào hạn.", day.day(), day.month()))
}

fn said(alarm: queue::Alarm, at: DateTime<Utc>, time: &WorkingTime) -> Alarm {
    let a_day = time.office_hours.a_day().num_minutes().try_into().unwrap_or(u32::MAX);
    match alarm {
        queue::Alarm::Unaccepted { reference, submitted_at, accept_due_at } => {
            let allowed = time.working_minutes(submitted_at, accept_due_at) / 60;
            Alarm {
                reference,
                amount: words::worked(time.working_minutes(submitted_at, at), a_day),
                what: "Chờ lâu nhất",
                unit: format!("giờ làm việc, báo động từ {allowed} giờ"),
            }
        }
        queue::Alarm::Overdue { reference, due_at } => Alarm {
            reference,
            amount: Due::of(due_at, false, at, time).lateness(),
            what: "Quá hạn lâu nhất",
            unit: format!("ngày làm việc, hạn {}", hanoi(due_at).format("%d/%m/%Y")),
        },
    }
}
