//! The last look before publishing: what officers know beside what everybody will read, and the message that goes out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::super::words::{Due, place};
use super::history::{self, HistoryRow};
use super::moves::{failure, hand};
use super::sheet::{commune_agency, due};
use super::{FieldError, Letter, address, error_of, find};
use crate::casework::{self, CaseError, PublicationDraft};
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::petition::{Action, Answer, Petition, answer as answers, event};

#[derive(Deserialize)]
pub(in super::super) struct PublicationForm {
    version: i32,
    seen: usize,
    /// `everybody` or `sender`
    #[serde(default)]
    audience: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    answer: String,
    /// `preview` or `publish`
    #[serde(default)]
    act: String,
}

impl PublicationForm {
    fn draft(&self) -> PublicationDraft {
        let text = |typed: &str| typed.trim().replace("\r\n", "\n");
        PublicationDraft {
            is_public: self.audience == "everybody",
            title: text(&self.title),
            content: text(&self.content),
            answer: text(&self.answer),
        }
    }
}

/// What comes back with the page.
#[derive(Default)]
struct Again {
    draft: Option<PublicationDraft>,
    errors: Vec<FieldError>,
    stale_since: Option<usize>,
}

#[derive(Template)]
#[template(path = "admin/templates/publication.html", config = "src/http/askama.toml")]
struct PublicationPage {
    frame: Frame,
    petition: Petition,
    reference: String,
    answer: Answer,
    draft: PublicationDraft,
    /// How many places are hidden in the public version.
    masks: usize,
    public_sender: String,
    message: Letter,
    due: Option<Due>,
    is_allowed: bool,
    errors: Vec<FieldError>,
    news: Option<Vec<HistoryRow>>,
    seen: usize,
}

impl PublicationPage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }
}

pub(in super::super) async fn preview(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
) -> Result<Html<String>, Failure> {
    draw(&state, &visit, &reference, Again::default()).await
}

pub(in super::super) async fn publish(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<PublicationForm>,
) -> Result<Response, Failure> {
    let draft = form.draft();
    if form.act != "publish" {
        let again = Again { draft: Some(draft), ..Again::default() };
        return Ok(draw(&state, &visit, &reference, again).await?.into_response());
    }
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Publish).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, form.version, &visit);
    let done = casework::publish(&state.rules, &mut transaction, hand, &draft).await;
    let (status, errors, stale_since) = match done {
        Ok(()) => {
            transaction.commit().await?;
            let strong = if draft.is_public { "Đã công khai." } else { "Đã trả lời riêng người gửi." };
            return visit
                .go_on(&address(&petition.reference), Flash::done(strong, "Người gửi được báo qua Zalo."))
                .await;
        }
        Err(CaseError::Invalid { field, say }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, vec![FieldError { field, say }], None)
        }
        Err(CaseError::Stale | CaseError::NotAllowed { .. }) => (StatusCode::CONFLICT, Vec::new(), Some(form.seen)),
        Err(other) => return Err(failure(other)),
    };
    drop(transaction);
    let again = Again { draft: Some(draft), errors, stale_since };
    Ok((status, draw(&state, &visit, &reference, again).await?).into_response())
}

async fn draw(state: &AdminState, visit: &Visit, reference: &str, again: Again) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::Publish).await?;
    // Without an answer there is nothing to look at.
    let answer = answers::latest(&mut connection, petition.petition_id).await?.ok_or(Failure::NotFound)?;
    let lines = event::history(&mut connection, petition.petition_id).await?;
    let commune = commune_agency(&mut connection, &petition).await?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Publish).await?;
    drop(connection);
    let draft = again.draft.unwrap_or_else(|| casework::publication_proposal(&petition, &answer));
    let message = casework::publication_notice(&state.rules, &petition, &answer, &draft);
    let letter =
        Letter { text: message.text, buttons: message.buttons.into_iter().map(|button| button.title).collect() };
    page(&PublicationPage {
        reference: petition.reference.to_string(),
        masks: [&draft.title, &draft.content, &draft.answer].iter().map(|text| text.matches('[').count()).sum(),
        public_sender: public_sender(&petition, commune.as_deref()),
        message: letter,
        due: due(&petition, &frame, visit).0,
        is_allowed: petition.after(Action::Publish).is_some(),
        errors: again.errors,
        news: again.stale_since.map(|seen| history::news(&lines, seen, &state.rules.notices)),
        seen: lines.len(),
        answer,
        draft,
        petition,
        frame,
    })
}

/// All that the public page says of the sender.
fn public_sender(petition: &Petition, commune: Option<&str>) -> String {
    let kind = crate::petition::board::public_word(petition.details.submitter_type);
    place(commune).map_or_else(|| kind.to_owned(), |place| format!("{kind} ở {place}"))
}
