//! What came by another door: keyed in for the hotline, a counter, a letter, so that the register is one.

mod hand;
mod receipt;
mod typed;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use uuid::Uuid;

use super::AdminState;
use super::frame::{Frame, Section};
use super::petition::{FieldError, error_of};
use super::visit::{Flash, Visit};
use crate::casework::{self, CaseError, Entry, Filing};
use crate::clock::hanoi;
use crate::gazetteer::Commune;
use crate::http::{Failure, Form, page};
use crate::officer::{self, Right};
use typed::{Read, Typed, Wrong};

/// More than any file that is taken: a larger one is let go while it comes in.
const LARGEST_UPLOAD: usize = 64 * 1024 * 1024;
/// Begins the key of a form that an officer keyed in.
const KEYED: &str = "keyed-";

pub(super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/petitions/new", get(blank).post(enter))
        .route("/admin/petitions/{reference}/receipt", get(receipt::show))
        .route(
            "/admin/petitions/{reference}/attachments",
            post(hand::over).layer(DefaultBodyLimit::max(LARGEST_UPLOAD)),
        )
}

#[derive(Template)]
#[template(path = "admin/templates/keyed.html", config = "src/http/askama.toml")]
struct KeyedPage {
    frame: Frame,
    typed: Typed,
    agencies: Vec<(String, String)>,
    communes: Vec<&'static Commune>,
    errors: Vec<FieldError>,
}

impl KeyedPage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }
}

async fn blank(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::Triage)?;
    let typed = Typed {
        draft_key: format!("{KEYED}{}", Uuid::new_v4()),
        submitter_type: "individual".to_owned(),
        identity_confidential: "no".to_owned(),
        ..Typed::default()
    };
    draw(&state, &visit, typed, Wrong::default()).await
}

async fn enter(
    State(state): State<AdminState>,
    visit: Visit,
    Form(mut typed): Form<Typed>,
) -> Result<Response, Failure> {
    visit.must(Right::Triage)?;
    let is_ours = typed.draft_key.strip_prefix(KEYED).is_some_and(|key| key.parse::<Uuid>().is_ok());
    if !is_ours {
        typed.draft_key = format!("{KEYED}{}", Uuid::new_v4());
    }
    let catalog = state.wording.dialogs.present();
    let Read { source, answers } = match typed::read(&typed, &catalog, hanoi(visit.at).date_naive()) {
        Ok(read) => read,
        Err(wrong) => return again(&state, &visit, typed, wrong).await,
    };
    let filing = Filing {
        citizen_id: 0,
        draft_key: typed.draft_key.clone(),
        answers,
        extra: Vec::new(),
        attachments: Vec::new(),
        consent_version: state.rules.notices.consent().version.clone(),
    };
    let entry = Entry { filing, source, officer_id: visit.officer.officer_id };
    let mut transaction = state.pool.begin().await?;
    let filed = match casework::enter(&state.rules, &mut transaction, &entry, visit.at).await {
        Ok(filed) => filed,
        Err(CaseError::Invalid { field, say }) => {
            drop(transaction);
            let wrong = Wrong { errors: vec![FieldError { field, say }], ..Wrong::default() };
            return again(&state, &visit, typed, wrong).await;
        }
        Err(other) => return Err(Failure::Inside(other.into())),
    };
    transaction.commit().await?;
    let flash = Flash::done(format!("Đã ghi phản ánh {}.", filed.short), "In giấy tiếp nhận, đọc mã cho người gửi.");
    visit.go_on(&format!("/admin/petitions/{}/receipt", filed.reference), flash).await
}

async fn again(state: &AdminState, visit: &Visit, typed: Typed, wrong: Wrong) -> Result<Response, Failure> {
    let typed = Typed { name_asked: wrong.name_asked.clone(), ..typed };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(state, visit, typed, wrong).await?).into_response())
}

async fn draw(state: &AdminState, visit: &Visit, typed: Typed, wrong: Wrong) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let agencies = officer::agencies_of_the_city(&mut connection).await?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Keyed).await?;
    page(&KeyedPage { frame, typed, agencies, communes: wrong.communes, errors: wrong.errors })
}
