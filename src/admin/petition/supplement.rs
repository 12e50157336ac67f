//! What the sender said after filing, and the form that asks them for something.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::super::AdminState;
use super::super::visit::{Flash, Visit};
use super::super::words;
use super::enclosed::{Enclosed, Enclosures};
use super::moves::{hand, not_taken};
use super::sender::Veil;
use super::sheet::Again;
use super::{address, find};
use crate::casework::{self, SupplementRequest};
use crate::http::{Failure, Form, Path};
use crate::officer::Right;
use crate::petition::HistoryLine;
use crate::petition::follow_up::Supplement;

/// What an officer typed.
#[derive(Clone, Default, Deserialize)]
pub struct TypedRequest {
    #[serde(default)]
    pub asked: String,
    #[serde(default)]
    pub words: String,
}

#[derive(Deserialize)]
pub(in super::super) struct RequestForm {
    version: i32,
    seen: usize,
    #[serde(flatten)]
    typed: TypedRequest,
}

/// Asks the sender for what is missing; the clock stands still until it comes.
pub(in super::super) async fn request(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<RequestForm>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Handle).await?;
    let reference = petition.reference.to_string();
    let request = SupplementRequest { asked: form.typed.asked.clone(), words: form.typed.words.clone() };
    let hand = hand(&reference, form.version, &visit);
    let done = casework::request_supplement(&state.rules, &mut transaction, hand, &request).await;
    if let Err(error) = done {
        drop(transaction);
        let again = Again { asking: Some(form.typed), ..Again::default() };
        return not_taken(&state, &visit, &reference, error, again, form.seen).await;
    }
    transaction.commit().await?;
    let flash = Flash::done("Đã hỏi người gửi.", "Từ giờ đến khi người gửi trả lời, hạn trả lời tạm dừng.");
    visit.go_on(&address(&petition.reference), flash).await
}

/// Something the sender said after filing, as the page shows it.
pub struct Told {
    /// «Gửi thêm theo yêu cầu»
    pub what: &'static str,
    pub reason: Option<&'static str>,
    pub words: String,
    pub(in super::super) attachments: Vec<Enclosed>,
    pub when: String,
    pub iso: String,
    /// No officer has done anything with the petition since.
    pub is_new: bool,
}

/// The newest first.
pub(in super::super) fn draw(
    supplements: &[Supplement],
    lines: &[HistoryLine],
    enclosures: Option<&Enclosures>,
    veil: &Veil,
) -> Vec<Told> {
    let touched_at = lines.iter().filter(|line| line.officer_name.is_some()).map(|line| line.at).max();
    let told = supplements.iter().rev().map(|supplement| Told {
        what: supplement.occasion.word(),
        reason: supplement.reason.map(|reason| reason.word()),
        words: veil.words(supplement.words.reveal()),
        attachments: enclosures.map(|all| all.draw_all(&supplement.attachments, veil)).unwrap_or_default(),
        when: words::moment(supplement.at),
        iso: words::iso(supplement.at),
        is_new: touched_at.is_none_or(|touched_at| touched_at < supplement.at),
    });
    told.collect()
}
