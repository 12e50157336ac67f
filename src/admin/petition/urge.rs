//! One click urges those who have a petition; a word marks it as urgent.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::moves::{hand, not_taken};
use super::sheet::Again;
use super::{address, find};
use crate::casework::{self, CaseError, Urging};
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::petition::Petition;

#[derive(Deserialize)]
pub(in super::super) struct UrgingForm {
    seen: usize,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
pub(in super::super) struct UrgencyForm {
    version: i32,
    seen: usize,
    #[serde(default)]
    urgency_reason: String,
    /// `urgent` or `normal`
    #[serde(default)]
    priority: String,
}

/// What was typed and could not be taken, with what to enter: a page with this one field.
#[derive(Template)]
#[template(path = "admin/templates/one_field.html", config = "src/http/askama.toml")]
struct OneFieldPage {
    frame: Frame,
    reference: String,
    title: String,
    heading: &'static str,
    path: &'static str,
    field: &'static str,
    label: &'static str,
    value: String,
    error: String,
    button: &'static str,
    /// What else the form carries.
    carried: Vec<(&'static str, String)>,
}

pub(in super::super) async fn remind(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<UrgingForm>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Remind).await?;
    let reference = petition.reference.to_string();
    let (officer_id, at) = (visit.officer.officer_id, visit.at);
    let urging = Urging { reference: &reference, seen: form.seen, note: &form.note, officer_id, at };
    match casework::remind(&state.rules, &mut transaction, &urging).await {
        Ok(names) => {
            transaction.commit().await?;
            let strong = if names.is_empty() {
                "Đã ghi đôn đốc.".to_owned()
            } else {
                format!("Đã đôn đốc {}.", names.join(", "))
            };
            let rest = match names.is_empty() {
                true => "Chưa có cán bộ nào nhận: xem lại đầu mối của cơ quan này.",
                false => "Lời nhắc nằm ở đầu danh sách việc của người nhận; đã đọc hay chưa, trang này ghi lại.",
            };
            visit.go_on(&address(&petition.reference), Flash::done(strong, rest)).await
        }
        Err(CaseError::Invalid { field, say }) => {
            drop(transaction);
            let page = OneFieldPage {
                frame: frame(&state, &visit).await?,
                title: title(&petition),
                reference,
                heading: "Đôn đốc",
                path: "reminder",
                field,
                label: "Lời nhắc (không bắt buộc)",
                value: form.note,
                error: say,
                button: "Đôn đốc",
                carried: vec![("seen", form.seen.to_string())],
            };
            again(&page)
        }
        Err(error) => {
            drop(transaction);
            not_taken(&state, &visit, &reference, error, Again::default(), form.seen).await
        }
    }
}

pub(in super::super) async fn prioritise(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<UrgencyForm>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Assign).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, form.version, &visit);
    let is_urgent = form.priority == "urgent";
    let done = match is_urgent {
        true => casework::mark_urgent(&state.rules, &mut transaction, hand, &form.urgency_reason).await,
        false => casework::mark_ordinary(&mut transaction, hand, &form.urgency_reason).await,
    };
    match done {
        Ok(()) => {
            transaction.commit().await?;
            let flash = match is_urgent {
                true => Flash::done("Đã đánh dấu khẩn.", "Hạn tính lại từ bây giờ theo mức khẩn."),
                false => Flash::done("Đã bỏ dấu khẩn.", "Hạn trở lại như trước khi đánh dấu."),
            };
            visit.go_on(&address(&petition.reference), flash).await
        }
        Err(CaseError::Invalid { field, say }) => {
            drop(transaction);
            let page = OneFieldPage {
                frame: frame(&state, &visit).await?,
                title: title(&petition),
                reference,
                heading: if is_urgent { "Đánh dấu khẩn" } else { "Bỏ dấu khẩn" },
                path: "urgency",
                field,
                label: "Vì sao",
                value: form.urgency_reason,
                error: say,
                button: if is_urgent { "Đánh dấu khẩn" } else { "Bỏ dấu khẩn" },
                carried: vec![
                    ("version", form.version.to_string()),
                    ("seen", form.seen.to_string()),
                    ("priority", form.priority),
                ],
            };
            again(&page)
        }
        Err(error) => {
            drop(transaction);
            not_taken(&state, &visit, &reference, error, Again::default(), form.seen).await
        }
    }
}

async fn frame(state: &AdminState, visit: &Visit) -> Result<Frame, Failure> {
    Frame::draw(&mut *state.pool.acquire().await?, state, visit, Section::Work).await
}

fn title(petition: &Petition) -> String {
    petition.details.title.reveal().to_owned()
}

fn again(form: &OneFieldPage) -> Result<Response, Failure> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(form)?).into_response())
}
