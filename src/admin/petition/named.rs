//! Whom a petition complains of: proposed by the machine, confirmed by the focal office.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::history::{self, HistoryRow};
use super::moves::{failure, hand};
use super::sender::{self, Veil};
use super::{FieldError, address, error_of, find, seen};
use crate::casework::{self, Candidate, CaseError};
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::petition::{Petition, event};

pub(in super::super) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/petitions/{reference}/named-officers", get(show).post(name))
}

/// What comes back with the page.
#[derive(Default)]
struct Again {
    chosen: Option<Vec<i64>>,
    errors: Vec<FieldError>,
    stale_since: Option<usize>,
}

#[derive(Template)]
#[template(path = "admin/templates/named.html", config = "src/http/askama.toml")]
struct NamedPage {
    frame: Frame,
    petition: Petition,
    reference: String,
    /// Named, or found in what was told.
    likely: Vec<Row>,
    others: Vec<Row>,
    errors: Vec<FieldError>,
    news: Option<Vec<HistoryRow>>,
    seen: usize,
}

struct Row {
    id: i64,
    name: String,
    agency: String,
    is_found: bool,
    is_chosen: bool,
}

impl NamedPage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }
}

async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
) -> Result<Html<String>, Failure> {
    let html = draw(&state, &visit, &reference, Again::default()).await?;
    seen(&state, &visit, &reference, "named-officers").await?;
    Ok(html)
}

async fn name(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let value =
        |name: &str| pairs.iter().find(|(given, _)| given == name).and_then(|(_, value)| value.parse::<i64>().ok());
    let (version, seen) = (value("version").unwrap_or_default(), value("seen").unwrap_or_default());
    let chosen = pairs.iter().filter(|(name, _)| name == "officer").filter_map(|(_, id)| id.parse().ok());
    let chosen: Vec<i64> = chosen.collect();
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Name).await?;
    let reference = petition.reference.to_string();
    let version = i32::try_from(version).unwrap_or_default();
    let done =
        casework::name_officers(&state.rules, &mut transaction, hand(&reference, version, &visit), &chosen).await;
    let (status, again) = match done {
        Ok(()) => {
            transaction.commit().await?;
            let flash = Flash::done("Đã ghi người bị phản ánh.", "Người được ghi không thấy phản ánh này nữa.");
            // who marks themselves does not see it any more either
            let to = if chosen.contains(&visit.officer.officer_id) {
                "/admin".to_owned()
            } else {
                address(&petition.reference)
            };
            return visit.go_on(&to, flash).await;
        }
        Err(CaseError::Invalid { field, say }) => {
            let errors = vec![FieldError { field, say }];
            (StatusCode::UNPROCESSABLE_ENTITY, Again { errors, ..Again::default() })
        }
        Err(CaseError::Stale) => {
            (StatusCode::CONFLICT, Again { stale_since: usize::try_from(seen).ok(), ..Again::default() })
        }
        Err(other) => return Err(failure(other)),
    };
    drop(transaction);
    let again = Again { chosen: Some(chosen), ..again };
    Ok((status, draw(&state, &visit, &reference, again).await?).into_response())
}

async fn draw(state: &AdminState, visit: &Visit, reference: &str, again: Again) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::Name).await?;
    let candidates = casework::naming(&state.rules, &mut connection, &petition).await.map_err(failure)?;
    let lines = event::history(&mut connection, petition.petition_id).await?;
    let frame = Frame::draw(&mut connection, state, visit, Section::Work).await?;
    drop(connection);
    let veil = Veil::of(visit, &petition, false);
    let row = |candidate: Candidate| Row {
        is_chosen: match &again.chosen {
            Some(chosen) => chosen.contains(&candidate.officer_id),
            None => candidate.is_named,
        },
        id: candidate.officer_id,
        name: candidate.name,
        agency: candidate.agency_name,
        is_found: candidate.is_found,
    };
    let is_likely = |candidate: &Candidate| candidate.is_named || candidate.is_found;
    let (likely, others): (Vec<_>, Vec<_>) = candidates.into_iter().partition(is_likely);
    page(&NamedPage {
        reference: petition.reference.to_string(),
        likely: likely.into_iter().map(row).collect(),
        others: others.into_iter().map(row).collect(),
        errors: again.errors,
        news: again.stale_since.map(|seen| history::news(&lines, seen, &state.rules.notices, &veil)),
        seen: lines.len(),
        petition: sender::shown(petition, &veil),
        frame,
    })
}
