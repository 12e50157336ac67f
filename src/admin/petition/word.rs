//! An officer's own words to the sender, from beside the conversation.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::super::AdminState;
use super::super::quick;
use super::super::visit::{Flash, Visit};
use super::moves::{failure, not_taken};
use super::sheet::{self, Again};
use super::{FieldError, address, find};
use crate::casework::{self, CaseError, Listener, Word};
use crate::http::{Failure, Form, Path};
use crate::officer::Right;

/// What stands in the error when the form was drawn in time and posted too late.
pub(in super::super) const TOO_LATE: &str = "Tin chưa được gửi: Zalo không còn cho nhắn người này.";

#[derive(Deserialize)]
pub(in super::super) struct WordForm {
    /// How long the history was when the form was drawn.
    seen: usize,
    #[serde(default)]
    word: String,
}

pub(in super::super) async fn say(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<WordForm>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Talk).await?;
    let reference = petition.reference.to_string();
    let listener = Listener::Sender { reference: &reference, seen: Some(form.seen) };
    let word = Word { officer: &visit.officer, text: &form.word, at: visit.at };
    let done = casework::say(&state.rules, &mut transaction, listener, word).await;
    let again = Again { word: Some(form.word.clone()), ..Again::default() };
    match done {
        Ok(()) => {
            transaction.commit().await?;
            let flash = Flash::done("Đã gửi tin cho người gửi.", "Tin tới hay chưa, xem ở phần Trò chuyện.");
            visit.go_on(&address(&petition.reference), flash).await
        }
        Err(CaseError::WindowClosed) => {
            drop(transaction);
            let errors = vec![FieldError { field: "word", say: TOO_LATE.to_owned() }];
            let html = sheet::again(&state, &visit, &reference, Again { errors, ..again }).await?;
            Ok((StatusCode::CONFLICT, html).into_response())
        }
        Err(error) => {
            drop(transaction);
            not_taken(&state, &visit, &reference, error, again, form.seen).await
        }
    }
}

#[derive(Deserialize)]
pub(in super::super) struct QuickForm {
    #[serde(default)]
    word: String,
    #[serde(default)]
    quick_text: String,
}

/// Puts a ready sentence behind what was typed so far; nothing is sent.
pub(in super::super) async fn quick_text(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<QuickForm>,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, &visit, &reference, Right::Talk).await?;
    let reference = petition.reference.to_string();
    let offered = quick::offered(&mut connection, &visit.officer).await?;
    drop(connection);
    let chosen = offered.iter().find(|quick| quick.quick_text_id.to_string() == form.quick_text);
    let say = || FieldError {
        field: "quick_text",
        say: "Chọn một câu trong danh sách rồi bấm “Chèn câu này”.".to_owned(),
    };
    let errors: Vec<FieldError> = chosen.is_none().then(say).into_iter().collect();
    let sentence = chosen.map(|quick| quick::filled(&quick.body, &state.rules, &visit.officer, &petition));
    let typed = Some(form.word.trim_end().to_owned()).filter(|typed| !typed.is_empty());
    let word = typed.into_iter().chain(sentence).collect::<Vec<_>>().join("\n");
    sheet::again(&state, &visit, &reference, Again { errors, word: Some(word), ..Again::default() }).await
}

/// Ends the talk with the sender: the machine is back.
pub(in super::super) async fn end_talk(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Talk).await?;
    let officer_id = visit.officer.officer_id;
    casework::end_talk(&mut transaction, petition.citizen_id, officer_id, visit.at).await.map_err(failure)?;
    transaction.commit().await?;
    let flash = Flash::done("Đã kết thúc trao đổi.", "Máy đã trở lại; người gửi nhắn thì máy trả lời.");
    visit.go_on(&address(&petition.reference), flash).await
}
