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
    blank: Blank,
    field: &'static str,
    value: String,
    error: String,
    /// What else the form carries.
    carried: Vec<(&'static str, String)>,
}

/// The form around the field.
struct Blank {
    path: &'static str,
    /// Also what its button says.
    heading: &'static str,
    label: &'static str,
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
            visit.go_on(&address(&petition.reference), urged(&names)).await
        }
        Err(CaseError::Invalid { field, say }) => {
            drop(transaction);
            let blank =
                Blank { path: "reminder", heading: "Đôn đốc", label: "Lời nhắc (không bắt buộc)" };
            let carried = vec![("seen", form.seen.to_string())];
            again(&state, &visit, &petition, (blank, carried), (field, form.note, say)).await
        }
        Err(error) => {
            drop(transaction);
            not_taken(&state, &visit, &reference, error, Again::default(), form.seen).await
        }
    }
}

fn urged(names: &[String]) -> Flash {
    match names {
        [] => Flash::done("Đã ghi đôn đốc.", "Chưa có cán bộ nào nhận: xem lại đầu mối của cơ quan này."),
        names => Flash::done(
            format!("Đã đôn đốc {}.", names.join(", ")),
            "Lời nhắc nằm ở đầu danh sách việc của người nhận; ai đã đọc, trang này ghi lại.",
        ),
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
    let (heading, done) = match form.priority.as_str() {
        "urgent" => {
            let done = casework::mark_urgent(&state.rules, &mut transaction, hand, &form.urgency_reason).await;
            ("Đánh dấu khẩn", done.map(|()| Flash::done("Đã đánh dấu khẩn.", "Hạn tính lại từ bây giờ theo mức khẩn.")))
        }
        _ => {
            let done = casework::mark_ordinary(&mut transaction, hand, &form.urgency_reason).await;
            ("Bỏ dấu khẩn", done.map(|()| Flash::done("Đã bỏ dấu khẩn.", "Hạn trở lại như trước khi đánh dấu.")))
        }
    };
    match done {
        Ok(flash) => {
            transaction.commit().await?;
            visit.go_on(&address(&petition.reference), flash).await
        }
        Err(CaseError::Invalid { field, say }) => {
            drop(transaction);
            let blank = Blank { path: "urgency", heading, label: "Vì sao" };
            let (version, seen) = (form.version.to_string(), form.seen.to_string());
            let carried = vec![("version", version), ("seen", seen), ("priority", form.priority)];
            again(&state, &visit, &petition, (blank, carried), (field, form.urgency_reason, say)).await
        }
        Err(error) => {
            drop(transaction);
            not_taken(&state, &visit, &reference, error, Again::default(), form.seen).await
        }
    }
}

/// The page with the one field that was not taken.
async fn again(
    state: &AdminState,
    visit: &Visit,
    petition: &Petition,
    (blank, carried): (Blank, Vec<(&'static str, String)>),
    (field, value, error): (&'static str, String, String),
) -> Result<Response, Failure> {
    let frame = Frame::draw(&mut *state.pool.acquire().await?, state, visit, Section::Work).await?;
    let form = OneFieldPage {
        frame,
        reference: petition.reference.to_string(),
        title: petition.details.title.reveal().to_owned(),
        blank,
        field,
        value,
        error,
        carried,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&form)?).into_response())
}
