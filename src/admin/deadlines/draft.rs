//! A new policy: typed, looked at with what it would mean for a petition that is sent today, then written for good.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};

use super::super::AdminState;
use super::super::audit;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::policies::day;
use crate::clock::{hanoi, say_deadline};
use crate::http::{Failure, Form, page};
use crate::officer::Right;
use crate::petition::calendar::Wrong;
use crate::petition::deadline::draft::{Draft, Readable};
use crate::petition::deadline::{Deadlines, Matter, Policy, Priority, Step, Unit};
use crate::petition::deadline_store::{self, policy_on};
use crate::petition::{Category, WorkingTime};

#[derive(Template)]
#[template(path = "admin/templates/deadline_draft.html", config = "src/http/askama.toml")]
struct DraftPage {
    frame: Frame,
    /// The newest version when the form was drawn.
    latest: i32,
    valid_from: Field,
    wide: Vec<Line>,
    narrow: Vec<Line>,
    errors: Vec<Wrong>,
    outlook: Option<Vec<Outlook>>,
    /// Somebody else wrote a version meanwhile.
    is_stale: bool,
}

struct Field {
    id: String,
    value: String,
    error: Option<String>,
}

/// One line of the form.
struct Line {
    legend: String,
    hint: &'static str,
    is_narrow: bool,
    step: Field,
    category: Field,
    priority: Field,
    amount: Field,
    unit: Field,
    basis: Field,
}

/// What a petition that is sent today has, and what it would have.
struct Outlook {
    whom: String,
    now: [String; 2],
    then: [String; 2],
}

impl Line {
    fn counts_hours(&self) -> bool {
        self.is_narrow || self.step.value == Step::Accept.name()
    }
}

pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::Settings)?;
    let mut connection = state.pool.acquire().await?;
    let policies = deadline_store::policies(&mut connection).await?;
    let version = policy_on(&mut connection, hanoi(visit.at).date_naive()).await?.version;
    drop(connection);
    let latest = policies.iter().map(|written| written.policy.version).max().unwrap_or_default();
    let current = policies.into_iter().map(|written| written.policy).find(|policy| policy.version == version);
    let draft = current.as_ref().map(Draft::like).unwrap_or_default();
    draw(&state, &visit, (latest, draft), Again::default()).await
}

/// What comes back with the page.
#[derive(Default)]
struct Again {
    errors: Vec<Wrong>,
    readable: Option<Readable>,
    is_stale: bool,
}

pub(super) async fn write(
    State(state): State<AdminState>,
    visit: Visit,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    visit.must(Right::Settings)?;
    let draft: Draft = fields.into_iter().collect();
    let latest = draft.value("latest").parse().map_err(|_| Failure::Unreadable("no version".to_owned()))?;
    let readable = match draft.read(hanoi(visit.at).date_naive()) {
        Ok(readable) => readable,
        Err(errors) => {
            let html = draw(&state, &visit, (latest, draft), Again { errors, ..Again::default() }).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
        }
    };
    if draft.value("act") != "save" {
        let again = Again { readable: Some(readable), ..Again::default() };
        return Ok(draw(&state, &visit, (latest, draft), again).await?.into_response());
    }
    let mut transaction = state.pool.begin().await?;
    let officer_id = visit.officer.officer_id;
    match deadline_store::write(&mut transaction, latest, &readable, officer_id, visit.at).await? {
        Some(version) => {
            audit::did(&mut transaction, &visit, "deadline_changed", &format!("bản {version}")).await?;
            transaction.commit().await?;
            let strong = format!("Đã ghi bản {version}, áp dụng từ {}.", day(readable.valid_from));
            visit.go_on("/admin/deadlines", Flash::done(strong, "Phản ánh đã gửi trước ngày đó giữ hạn cũ.")).await
        }
        None => {
            drop(transaction);
            let again = Again { readable: Some(readable), is_stale: true, ..Again::default() };
            let newest = newest(&state).await?;
            Ok((StatusCode::CONFLICT, draw(&state, &visit, (newest, draft), again).await?).into_response())
        }
    }
}

async fn newest(state: &AdminState) -> Result<i32, Failure> {
    let policies = deadline_store::policies(&mut *state.pool.acquire().await?).await?;
    Ok(policies.iter().map(|written| written.policy.version).max().unwrap_or_default())
}

async fn draw(
    state: &AdminState,
    visit: &Visit,
    (latest, draft): (i32, Draft),
    again: Again,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Deadlines).await?;
    let current = policy_on(&mut connection, hanoi(visit.at).date_naive()).await?;
    drop(connection);
    let planned = again.readable.map(|readable| Policy { version: latest + 1, clauses: readable.clauses });
    let outlook = planned.map(|planned| outlook(&current, &planned, &frame.working_time, visit.at));
    let form = Filled { draft: &draft, errors: &again.errors };
    page(&DraftPage {
        latest,
        valid_from: form.field("valid_from"),
        wide: Step::ALL.iter().map(|step| form.wide(*step)).collect(),
        narrow: draft.lines().into_iter().map(|line| form.narrow(line)).collect(),
        outlook,
        is_stale: again.is_stale,
        frame,
        errors: again.errors,
    })
}

/// What was typed, and what is wrong with it.
struct Filled<'a> {
    draft: &'a Draft,
    errors: &'a [Wrong],
}

impl Filled<'_> {
    fn field(&self, id: &str) -> Field {
        let error = self.errors.iter().find(|wrong| wrong.field == id).map(|wrong| wrong.say.clone());
        Field { id: id.to_owned(), value: self.draft.value(id).to_owned(), error }
    }

    fn wide(&self, step: Step) -> Line {
        let line = self.line(step.name(), step.word().to_owned());
        let named = Field { value: step.name().to_owned(), ..self.field(&format!("step_{}", step.name())) };
        Line { hint: step.counted_from(), is_narrow: false, step: named, ..line }
    }

    fn narrow(&self, line: usize) -> Line {
        self.line(&line.to_string(), format!("Dòng riêng {line}"))
    }

    fn line(&self, of: &str, legend: String) -> Line {
        let field = |name: &str| self.field(&format!("{name}_{of}"));
        Line {
            legend,
            hint: "",
            is_narrow: true,
            step: field("step"),
            category: field("category"),
            priority: field("priority"),
            amount: field("amount"),
            unit: field("unit"),
            basis: field("basis"),
        }
    }
}

/// For each kind of petition, when one that is sent now has to be accepted and answered: as it is, and as it would be.
fn outlook(current: &Policy, planned: &Policy, time: &WorkingTime, at: DateTime<Utc>) -> Vec<Outlook> {
    let dates = |policy: &Policy, matter: Matter| {
        let deadlines = Deadlines { policy: policy.clone(), matter, time: time.clone() };
        [Step::Accept, Step::Answer].map(|step| match deadlines.due(step, at) {
            Ok(due_at) => say_deadline(due_at),
            Err(_) => "chưa tính được, lịch nghỉ chưa có".to_owned(),
        })
    };
    let one = |matter: Matter| Outlook {
        whom: match matter.priority {
            Priority::Normal => matter.category.word().to_owned(),
            Priority::Urgent => format!("{}, khẩn", matter.category.word()),
        },
        now: dates(current, matter),
        then: dates(planned, matter),
    };
    Matter::all().map(one).collect()
}
