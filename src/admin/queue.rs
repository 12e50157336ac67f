//! The list officers work through.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::form_urlencoded;

use super::AdminState;
use super::deadlines::{Reminders, reminders_of};
use super::frame::{Frame, Section, now};
use super::visit::Visit;
use super::words::{self, Due, status_class};
use crate::clock::{hanoi, say_weekday};
use crate::http::{Failure, Query, page};
use crate::officer::Right;
use crate::petition::queue::{self, Line, PAGE_LENGTH, Sought, View};
use crate::petition::{Category, Kind, Status, SubmitterType, WorkingTime};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    view: String,
    #[serde(default)]
    q: String,
    /// Counts from 1.
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "admin/templates/queue.html", config = "src/http/askama.toml")]
struct QueuePage {
    frame: Frame,
    heading: &'static str,
    today: String,
    today_iso: String,
    alarm: Option<Row>,
    /// What the officer was urged to do and has not read.
    reminders: Reminders,
    tabs: Vec<Tab>,
    view: &'static str,
    q: String,
    rows: Vec<Row>,
    total: i64,
    previous: Option<String>,
    next: Option<String>,
    shown: (i64, i64),
}

struct Tab {
    href: String,
    word: &'static str,
    shape: &'static str,
    count: Option<i64>,
    is_current: bool,
}

struct Row {
    reference: String,
    title: String,
    sender: String,
    /// What makes it different from an ordinary matter of procedure.
    remark: Option<&'static str>,
    kind: &'static str,
    agency: String,
    status: &'static str,
    status_class: &'static str,
    holder: String,
    due: Option<Due>,
    /// Where no clock runs: since when.
    rest: Option<(&'static str, String)>,
}

pub(super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::List)?;
    let sought = Sought::parse(&asked.q);
    let chosen: Option<View> = asked.view.parse().ok();
    // A search that names no view looks everywhere: what was closed long ago is found by its reference too.
    let view = if sought.is_some() { chosen } else { Some(chosen.unwrap_or(View::Open)) };
    let number = asked.page.parse().unwrap_or(1).max(1) - 1;
    let mut connection = state.pool.acquire().await?;
    let section = if view == Some(View::Publish) { Section::Publish } else { Section::Work };
    let frame = Frame::draw(&mut connection, &state, &visit, section).await?;
    let now = now(&frame.working_time, visit.at);
    let found = queue::page(&mut connection, view, sought.as_ref(), now, number).await?;
    let reminders = reminders_of(&mut connection, &visit).await?;
    drop(connection);

    let rows: Vec<Row> = found.lines.iter().map(|line| row(line, visit.at, &frame.working_time)).collect();
    let alarm = found.lines.first().filter(|_| number == 0).map(|line| row(line, visit.at, &frame.working_time));
    let first = number * PAGE_LENGTH + 1;
    let shown = (first, first + rows.len() as i64 - 1);
    let turn = |page: i64| address(chosen, &asked.q, page);
    page(&QueuePage {
        tabs: tabs(&frame, view),
        frame,
        heading: match view {
            None => "Kết quả tìm",
            Some(View::Publish) => "Chờ công khai",
            Some(View::Closed) => "Đã xong",
            Some(_) => "Việc cần làm",
        },
        today: format!("{}, {}", capital(say_weekday(visit.at)), words::moment(visit.at)),
        today_iso: words::iso(visit.at),
        alarm: alarm.filter(|row| row.due.as_ref().is_some_and(|due| due.is_late)),
        view: chosen.map_or("", View::name),
        previous: (number > 0).then(|| turn(number)),
        next: (found.total > shown.1).then(|| turn(number + 2)),
        q: asked.q.clone(),
        reminders,
        rows,
        total: found.total,
        shown,
    })
}

fn tabs(frame: &Frame, current: Option<View>) -> Vec<Tab> {
    let tab = |view: &View| Tab {
        href: address(Some(*view), "", 1),
        word: view.word(),
        shape: match view {
            View::Open | View::Closed => "",
            View::Overdue => "shape is-late",
            View::Soon => "shape is-soon",
            View::New => "shape is-new",
            View::Supplement => "shape is-waiting",
            View::Publish => "shape is-done",
        },
        count: frame.counts.of(*view),
        is_current: current == Some(*view),
    };
    View::ALL.iter().map(tab).collect()
}

fn address(view: Option<View>, q: &str, page: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(view) = view.filter(|view| *view != View::Open) {
        query.append_pair("view", view.name());
    }
    if !q.is_empty() {
        query.append_pair("q", q);
    }
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    match query.finish().as_str() {
        "" => "/admin".to_owned(),
        query => format!("/admin?{query}"),
    }
}

fn row(line: &Line, at: DateTime<Utc>, time: &WorkingTime) -> Row {
    let is_acceptance = !line.is_accepted && matches!(line.status, Status::Submitted | Status::Supplemented);
    let agency = line.agency.clone().or_else(|| line.agency_text.clone());
    let agency = agency.unwrap_or_else(|| "Chưa rõ cơ quan".to_owned());
    Row {
        reference: line.reference.clone(),
        title: line.title.reveal().to_owned(),
        sender: sender(line),
        remark: (line.category == Category::OfficialConduct).then_some("Thái độ cán bộ"),
        kind: if line.kind == Kind::Recommendation { "Thủ tục, có kiến nghị" } else { "Thủ tục" },
        agency: if line.identity_confidential { format!("{agency}, giữ kín người gửi") } else { agency },
        status: line.status.word(),
        status_class: status_class(line.status),
        holder: holder(line),
        due: line.due_at.map(|due_at| Due::of(due_at, is_acceptance, at, time)),
        rest: line.due_at.is_none().then(|| rest(line, at)),
    }
}

fn sender(line: &Line) -> String {
    let kind = line.submitter_type.word();
    match (words::place(line.commune_agency.as_deref()), line.submitter_type) {
        (Some(place), _) => format!("{kind}, {place}"),
        (None, SubmitterType::Individual) => format!("{kind}, ngoài thành phố"),
        (None, _) => kind.to_owned(),
    }
}

fn holder(line: &Line) -> String {
    match line.status {
        Status::Submitted | Status::Supplemented if !line.is_accepted => "Chưa ai nhận".to_owned(),
        Status::AwaitingSupplement => "Chờ người gửi".to_owned(),
        Status::Answered => "Chờ công khai".to_owned(),
        _ => line.officer.clone().unwrap_or_default(),
    }
}

fn rest(line: &Line, at: DateTime<Utc>) -> (&'static str, String) {
    let since = words::date(line.last_moved_at);
    if line.status != Status::AwaitingSupplement {
        return ("is-fine", since);
    }
    let days = (hanoi(at).date_naive() - hanoi(line.last_moved_at).date_naive()).num_days();
    ("is-waiting", format!("Đồng hồ dừng {days} ngày"))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
