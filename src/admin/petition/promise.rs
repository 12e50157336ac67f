//! More time, and apologies: a reason and a new date, the message as the citizen will see it, then it goes. A page of its own:
//! what was promised to somebody cannot be taken back.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::super::words;
use super::history::{self, HistoryRow};
use super::late::Proposed;
use super::moves::{failure, hand};
use super::sender::Veil;
use super::{FieldError, Letter, address, error_of, find};
use crate::casework::{self, CaseError, Promise};
use crate::clock::hanoi;
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::petition::calendar::read_day;
use crate::petition::due::Running;
use crate::petition::{Petition, Step, WorkingTime, event};
use crate::zalo::message::Message;

/// The new date that is proposed: so many working days after the old one …
const LONGER_BY: u32 = 5;
/// … or after today, where the old one has passed: people have waited long enough.
const SOON_AFTER: u32 = 3;
/// Stands where the reason will stand.
const GAP: &str = "[lý do]";

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Extension,
    Apology,
}

impl Which {
    fn path(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Apology => "apology",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Extension => "Gia hạn trả lời",
            Self::Apology => "Xin lỗi vì quá hạn, hẹn lại",
        }
    }

    fn send(self) -> &'static str {
        match self {
            Self::Extension => "Gia hạn và báo người gửi",
            Self::Apology => "Gửi lời xin lỗi, hẹn lại",
        }
    }

    /// The due date it is about, while it is possible.
    fn about(self, petition: &Petition, at: DateTime<Utc>) -> Option<Running> {
        let running = petition.running()?;
        let is_possible = match self {
            Self::Extension => running.step == Step::Answer && at <= running.due_at,
            Self::Apology => running.due_at < at,
        };
        is_possible.then_some(running)
    }

    /// A date that a sensible officer would name.
    fn day(self, running: Running, time: &WorkingTime, at: DateTime<Utc>) -> Option<NaiveDate> {
        let day = |from: DateTime<Utc>, count| time.calendar.working_day_after(hanoi(from).date_naive(), count).ok();
        match self {
            Self::Extension => day(running.due_at, LONGER_BY),
            Self::Apology => day(at, SOON_AFTER),
        }
    }

    fn message(self, state: &AdminState, petition: &Petition, running: Running, promise: &Promise) -> Message {
        match self {
            Self::Extension => casework::extension_notice(&state.rules, petition, promise),
            Self::Apology => casework::apology_notice(&state.rules, petition, running, promise),
        }
    }
}

/// What can be sent now, with a gap for the reason.
pub(super) fn proposal(
    state: &AdminState,
    petition: &Petition,
    which: Which,
    time: &WorkingTime,
    at: DateTime<Utc>,
) -> Option<Proposed> {
    let running = which.about(petition, at)?;
    let new_due_on = which.day(running, time, at)?;
    let promise = Promise { reason: GAP.to_owned(), new_due_on };
    let message = which.message(state, petition, running, &promise);
    Some(Proposed { new_due_on: new_due_on.format("%d/%m/%Y").to_string(), letter: letter(message) })
}

fn letter(message: Message) -> Letter {
    Letter { text: message.text, buttons: message.buttons.into_iter().map(|button| button.title).collect() }
}

#[derive(Default, Deserialize)]
pub(in super::super) struct PromiseForm {
    version: i32,
    seen: usize,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    new_due_on: String,
    /// `preview` or `send`
    #[serde(default)]
    act: String,
}

impl PromiseForm {
    fn read(&self) -> Result<Promise, FieldError> {
        let say = "Nhập hạn mới theo ngày/tháng/năm, ví dụ 17/12/2026.";
        let new_due_on = read_day(&self.new_due_on);
        let new_due_on = new_due_on.ok_or_else(|| FieldError { field: "new_due_on", say: say.to_owned() })?;
        Ok(Promise { reason: self.reason.clone(), new_due_on })
    }
}

/// What comes back with the page.
#[derive(Default)]
struct Again {
    errors: Vec<FieldError>,
    /// The form was drawn from a petition that has changed since.
    is_stale: bool,
    /// What was typed can be sent like this.
    promise: Option<Promise>,
}

#[derive(Template)]
#[template(path = "admin/templates/promise.html", config = "src/http/askama.toml")]
struct PromisePage {
    frame: Frame,
    petition: Petition,
    reference: String,
    heading: &'static str,
    path: &'static str,
    send: &'static str,
    /// «hạn trả lời 10/12/2026», while it is possible.
    about: Option<String>,
    reason: String,
    new_due_on: String,
    letter: Option<Letter>,
    is_ready: bool,
    errors: Vec<FieldError>,
    news: Option<Vec<HistoryRow>>,
    seen: usize,
}

impl PromisePage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }
}

pub(in super::super) async fn extension(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
) -> Result<Html<String>, Failure> {
    draw(&state, &visit, &reference, (Which::Extension, PromiseForm::default()), Again::default()).await
}

pub(in super::super) async fn apology(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
) -> Result<Html<String>, Failure> {
    draw(&state, &visit, &reference, (Which::Apology, PromiseForm::default()), Again::default()).await
}

pub(in super::super) async fn extend(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<PromiseForm>,
) -> Result<Response, Failure> {
    promise(&state, &visit, &reference, (Which::Extension, form)).await
}

pub(in super::super) async fn apologise(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<PromiseForm>,
) -> Result<Response, Failure> {
    promise(&state, &visit, &reference, (Which::Apology, form)).await
}

/// Promises, or shows what would be sent: a preview does everything and keeps nothing, so what it shows can be sent.
async fn promise(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    (which, form): (Which, PromiseForm),
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, visit, reference, Right::Handle).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, form.version, visit);
    let done = match (form.read(), which) {
        (Err(FieldError { field, say }), _) => Err(CaseError::Invalid { field, say }),
        (Ok(promise), Which::Extension) => {
            casework::extend(&state.rules, &mut transaction, hand, &promise).await.map(|()| promise)
        }
        (Ok(promise), Which::Apology) => {
            casework::apologise(&state.rules, &mut transaction, hand, &promise).await.map(|()| promise)
        }
    };
    let (status, again) = match done {
        Ok(promise) if form.act == "send" => {
            transaction.commit().await?;
            let strong = format!("Hạn mới: {}.", promise.new_due_on.format("%-d/%-m/%Y"));
            return visit
                .go_on(&address(&petition.reference), Flash::done(strong, "Người gửi được báo qua Zalo."))
                .await;
        }
        Ok(promise) => (StatusCode::OK, Again { promise: Some(promise), ..Again::default() }),
        Err(CaseError::Invalid { field, say }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Again { errors: vec![FieldError { field, say }], ..Again::default() })
        }
        Err(CaseError::Stale | CaseError::NotAllowed { .. }) => {
            (StatusCode::CONFLICT, Again { is_stale: true, ..Again::default() })
        }
        Err(other) => return Err(failure(other)),
    };
    drop(transaction);
    Ok((status, draw(state, visit, &reference, (which, form), again).await?).into_response())
}

async fn draw(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    (which, form): (Which, PromiseForm),
    again: Again,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::Handle).await?;
    let lines = event::history(&mut connection, petition.petition_id).await?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Work).await?;
    drop(connection);
    let running = which.about(&petition, visit.at);
    let proposed = proposal(state, &petition, which, &frame.working_time, visit.at);
    let letter = match (&again.promise, running) {
        (Some(promise), Some(running)) => Some(letter(which.message(state, &petition, running, promise))),
        _ => None,
    };
    let veil = Veil::of(visit, &petition, false);
    page(&PromisePage {
        reference: petition.reference.to_string(),
        heading: which.heading(),
        path: which.path(),
        send: which.send(),
        about: running
            .map(|running| format!("hạn {} {}", running.step.word().to_lowercase(), words::date(running.due_at))),
        reason: form.reason,
        new_due_on: match (form.new_due_on.trim(), &proposed) {
            ("", Some(proposed)) => proposed.new_due_on.clone(),
            (typed, _) => typed.to_owned(),
        },
        is_ready: letter.is_some(),
        letter: letter.or_else(|| proposed.map(|proposed| proposed.letter)),
        errors: again.errors,
        news: again.is_stale.then(|| history::news(&lines, form.seen, &state.rules.notices, &veil)),
        seen: lines.len(),
        petition,
        frame,
    })
}
