//! What the sender takes along: the reference, until when they hear from us, and how to ask.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::petition::find;
use super::super::poster::{Code, code};
use super::super::visit::Visit;
use super::super::words;
use crate::clock::say_deadline;
use crate::http::{Failure, Path, page};
use crate::officer::Right;
use crate::petition::{Source, attachment};

#[derive(Template)]
#[template(path = "admin/templates/receipt.html", config = "src/http/askama.toml")]
struct ReceiptPage {
    frame: Frame,
    reference: String,
    title: String,
    source: &'static str,
    submitted: String,
    accept_due: String,
    answer_due: String,
    office: String,
    hotline: String,
    result: String,
    code: Code,
    /// Keyed in: what the sender hands over besides can be added.
    may_add: bool,
    files: usize,
}

pub(super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, &visit, &reference, Right::Triage).await?;
    let files = attachment::of(&mut connection, petition.petition_id).await?.len();
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Keyed).await?;
    let notices = &state.rules.notices;
    let result = state.rules.result_url(&petition.reference);
    page(&ReceiptPage {
        frame,
        reference: petition.reference.to_string(),
        title: petition.details.title.reveal().to_owned(),
        source: petition.source.word(),
        submitted: words::moment(petition.submitted_at),
        accept_due: say_deadline(petition.accept_due_at),
        answer_due: say_deadline(petition.answer_due_at),
        office: notices.office().to_owned(),
        hotline: notices.directory("hotline").unwrap_or_default().to_owned(),
        code: code(&result)?,
        result,
        may_add: petition.source != Source::Zalo && petition.status.is_open(),
        files,
    })
}
