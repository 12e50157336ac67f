//! Refusing: choose why, change the ready words, see the message, send it. A page of its own, because it cannot be undone
//! by the officer who did it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::history::{self, HistoryRow};
use super::moves::{failure, hand};
use super::sender::{self, Veil};
use super::{FieldError, Letter, address, error_of, find, seen};
use crate::casework::notices::Notices;
use crate::casework::{self, CaseError};
use crate::http::{Failure, Form, Path, Query, page};
use crate::officer::Right;
use crate::petition::{Action, Petition, RefusalReason, event};

#[derive(Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    reason: String,
}

#[derive(Default, Deserialize)]
pub(in super::super) struct RefusalForm {
    version: i32,
    seen: usize,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    text: String,
    /// `preview` or `refuse`
    #[serde(default)]
    act: String,
}

/// What comes back with the page.
#[derive(Default)]
struct Again {
    errors: Vec<FieldError>,
    /// The form was drawn from a petition that has changed since.
    is_stale: bool,
}

#[derive(Template)]
#[template(path = "admin/templates/refusal.html", config = "src/http/askama.toml")]
struct RefusalPage {
    frame: Frame,
    petition: Petition,
    reference: String,
    reasons: Vec<(&'static str, String)>,
    /// The reason that was chosen; without one there is nothing to write yet.
    reason: Option<RefusalReason>,
    text: String,
    message: Option<Letter>,
    is_allowed: bool,
    errors: Vec<FieldError>,
    news: Option<Vec<HistoryRow>>,
    seen: usize,
}

impl RefusalPage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }

    fn is_chosen(&self, name: &str) -> bool {
        self.reason.is_some_and(|reason| reason.name() == name)
    }
}

pub(in super::super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    seen(&state, &visit, &reference, "refusal").await?;
    let form = RefusalForm { reason: asked.reason, ..RefusalForm::default() };
    draw(&state, &visit, &reference, form, Again::default()).await
}

pub(in super::super) async fn refuse(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<RefusalForm>,
) -> Result<Response, Failure> {
    // another reason was chosen, or the words changed: show what would be sent, send nothing
    if form.act == "preview" {
        return Ok(draw(&state, &visit, &reference, form, Again::default()).await?.into_response());
    }
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Triage).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, form.version, &visit);
    let text = form.text.replace("\r\n", "\n");
    let done = casework::refuse(&state.rules, &mut transaction, hand, &form.reason, &text).await;
    let (status, again) = match done {
        Ok(()) => {
            transaction.commit().await?;
            let flash = Flash::done("Đã từ chối và chỉ nơi nhận.", "Người gửi được báo qua Zalo.");
            return visit.go_on(&address(&petition.reference), flash).await;
        }
        Err(CaseError::Invalid { field, say }) => {
            let errors = vec![FieldError { field, say }];
            (StatusCode::UNPROCESSABLE_ENTITY, Again { errors, ..Again::default() })
        }
        Err(CaseError::Stale | CaseError::NotAllowed { .. }) => {
            (StatusCode::CONFLICT, Again { is_stale: true, ..Again::default() })
        }
        Err(other) => return Err(failure(other)),
    };
    drop(transaction);
    Ok((status, draw(&state, &visit, &reference, form, again).await?).into_response())
}

async fn draw(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    form: RefusalForm,
    again: Again,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::Triage).await?;
    let lines = event::history(&mut connection, petition.petition_id).await?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Work).await?;
    drop(connection);
    let notices = &state.rules.notices;
    let veil = Veil::of(visit, &petition, false);
    let petition = sender::shown(petition, &veil);
    let reason = form.reason.parse::<RefusalReason>().ok();
    let text = match reason {
        // another reason brings its own words, unless the officer's own stand there
        Some(reason) if form.text.trim().is_empty() || form.act == "preview" && is_ready_text(notices, &form.text) => {
            notices.refusal(reason).text.clone()
        }
        _ => form.text,
    };
    page(&RefusalPage {
        reference: petition.reference.to_string(),
        reasons: notices.refusals().iter().map(|refusal| (refusal.reason.name(), refusal.label.clone())).collect(),
        message: reason.map(|reason| {
            let message = casework::refusal_notice(&state.rules, &petition, reason, &text);
            Letter { text: message.text, buttons: message.buttons.into_iter().map(|button| button.title).collect() }
        }),
        reason,
        text,
        is_allowed: petition.after(Action::Refuse).is_some(),
        errors: again.errors,
        news: again.is_stale.then(|| history::news(&lines, form.seen, notices, &veil)),
        seen: lines.len(),
        petition,
        frame,
    })
}

/// Whether these are the ready words of some reason, unchanged.
fn is_ready_text(notices: &Notices, text: &str) -> bool {
    let text = text.replace("\r\n", "\n");
    notices.refusals().iter().any(|refusal| refusal.text.trim() == text.trim())
}
