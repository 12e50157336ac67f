//! The last look before publishing: what officers know beside what everybody will read, what was found and is hidden, and
//! the message that goes out.

mod form;
mod rows;

use askama::Template;
use askama::filters::Safe;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::super::words::{Due, place};
use super::history::{self, HistoryRow};
use super::moves::{failure, hand};
use super::sender::{self, Veil};
use super::sheet::{commune_agency, due};
use super::{FieldError, Letter, address, error_of, find, seen};
use crate::casework::{self, CaseError, Find, PublicationDraft};
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::petition::{Action, Answer, Petition, answer as answers, attachment, event};
use form::PublicationForm;
use rows::{FindRow, PictureRow};

/// The three texts of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    title: String,
    content: String,
    answer: String,
}

impl Texts {
    fn all(&self) -> [&str; 3] {
        [&self.title, &self.content, &self.answer]
    }
}

/// What comes back with the page.
#[derive(Default)]
struct Again {
    form: Option<PublicationForm>,
    /// The texts come back as they were typed, not as the boxes say.
    keeps_typed: bool,
    errors: Vec<FieldError>,
    stale_since: Option<usize>,
    /// The button was pressed, but what would be published is not what was on the screen.
    is_changed: bool,
}

#[derive(Template)]
#[template(path = "admin/templates/publication.html", config = "src/http/askama.toml")]
struct PublicationPage {
    frame: Frame,
    petition: Petition,
    reference: String,
    answer: Answer,
    /// What officers know, with every find marked.
    original_title: Safe<String>,
    original_content: Safe<String>,
    original_answer: Safe<String>,
    draft: PublicationDraft,
    finds: Vec<FindRow>,
    pictures: Vec<PictureRow>,
    /// So many came along that cannot be shown.
    other_attachments: usize,
    consent: String,
    public_sender: String,
    message: Letter,
    due: Option<Due>,
    is_allowed: bool,
    is_changed: bool,
    errors: Vec<FieldError>,
    news: Option<Vec<HistoryRow>>,
    seen: usize,
}

impl PublicationPage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }

    fn masked(&self) -> usize {
        self.finds.iter().filter(|find| find.is_masked).count()
    }
}

pub(in super::super) async fn preview(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
) -> Result<Html<String>, Failure> {
    let html = draw(&state, &visit, &reference, Again::default()).await?;
    seen(&state, &visit, &reference, "publication").await?;
    Ok(html)
}

pub(in super::super) async fn publish(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let form = PublicationForm::read(pairs);
    if !form.is_release {
        let again = Again { form: Some(form), ..Again::default() };
        return Ok(draw(&state, &visit, &reference, again).await?.into_response());
    }
    let draft = form.draft();
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Publish).await?;
    let reference = petition.reference.to_string();
    if draft.is_public && would_change(&state, &mut transaction, &visit, &petition, &form).await? {
        drop(transaction);
        let again = Again { form: Some(form), is_changed: true, ..Again::default() };
        return Ok(draw(&state, &visit, &reference, again).await?.into_response());
    }
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
    let again = Again { form: Some(form), keeps_typed: true, errors, stale_since, ..Again::default() };
    Ok((status, draw(&state, &visit, &reference, again).await?).into_response())
}

/// What a page is drawn from, and what was found in it.
struct Sight {
    original: Texts,
    finder: casework::Finder,
    finds: Vec<Find>,
}

/// None where there is no answer to publish.
async fn look(
    state: &AdminState,
    connection: &mut sqlx::PgConnection,
    visit: &Visit,
    petition: &Petition,
    typed: Option<&Texts>,
) -> Result<Option<(Answer, Sight)>, Failure> {
    let Some(answer) = answers::latest(connection, petition.petition_id).await? else { return Ok(None) };
    let officers = casework::named_officers(&state.rules, connection, petition).await.map_err(failure)?;
    let finder = casework::publication_finder(petition, &answer, officers);
    // of a sender who had their data erased, nobody sees more here than on the petition's page
    let veil = Veil::of(visit, petition, false);
    let shown = if veil.shows_originals() { petition.clone() } else { sender::shown(petition.clone(), &veil) };
    let original = rows::originals(&shown, &answer.body);
    let typed = typed.map(Texts::all).unwrap_or_default();
    let finds = finder.finds(&[original.all(), typed].concat());
    Ok(Some((answer, Sight { original, finder, finds })))
}

/// Whether the boxes, or names that were typed, ask for other texts than those that stood on the screen. Texts that must
/// not be public at all are left to the verb, which says what is wrong with them.
async fn would_change(
    state: &AdminState,
    connection: &mut sqlx::PgConnection,
    visit: &Visit,
    petition: &Petition,
    form: &PublicationForm,
) -> Result<bool, Failure> {
    let Some((_, sight)) = look(state, connection, visit, petition, Some(form.texts())).await? else {
        return Ok(false);
    };
    let is_leak = |text: &&str| sight.finder.first_leak(&crate::vietnamese::nfc(text)).is_some();
    let redone = form.redone(&sight.original, &sight.finder, &sight.finds);
    Ok(!form.texts().all().iter().any(is_leak) && redone != form.draft())
}

async fn draw(state: &AdminState, visit: &Visit, reference: &str, again: Again) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::Publish).await?;
    let typed = again.form.as_ref().map(PublicationForm::texts);
    // Without an answer there is nothing to look at.
    let sight = look(state, &mut connection, visit, &petition, typed).await?;
    let (answer, Sight { original, finder, finds }) = sight.ok_or(Failure::NotFound)?;
    let lines = event::history(&mut connection, petition.petition_id).await?;
    let commune = commune_agency(&mut connection, &petition).await?;
    let filed = attachment::of(&mut connection, petition.petition_id).await?;
    let consent = rows::consent_said(&mut connection, &petition).await?;
    let draft = match &again.form {
        Some(form) if again.keeps_typed => form.draft(),
        Some(form) => form.redone(&original, &finder, &finds),
        None => PublicationDraft {
            is_public: petition.details.publish_consent,
            title: finder.anonymise(&original.title),
            content: finder.anonymise(&original.content),
            answer: finder.anonymise(&original.answer),
            ..PublicationDraft::default()
        },
    };
    let pictures = rows::pictures(&mut connection, &filed, &address(&petition.reference), &draft.pictures).await?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Publish).await?;
    drop(connection);
    let left = again.form.as_ref().map(|form| form.left(&finds)).unwrap_or_default();
    let message = casework::publication_notice(&state.rules, &petition, &answer, &draft);
    let letter =
        Letter { text: message.text, buttons: message.buttons.into_iter().map(|button| button.title).collect() };
    let veil = Veil::of(visit, &petition, false);
    page(&PublicationPage {
        reference: petition.reference.to_string(),
        original_title: rows::original(&finder, &original.title),
        original_content: rows::original(&finder, &original.content),
        original_answer: rows::original(&finder, &original.answer),
        finds: finds.iter().map(|find| rows::find_row(find, &left)).collect(),
        pictures: pictures.0,
        other_attachments: pictures.1,
        consent,
        public_sender: public_sender(&petition, commune.as_deref()),
        message: letter,
        due: due(&petition, &frame, visit).0,
        is_allowed: petition.after(Action::Publish).is_some(),
        is_changed: again.is_changed,
        errors: again.errors,
        news: again.stale_since.map(|seen| history::news(&lines, seen, &state.rules.notices, &veil)),
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
