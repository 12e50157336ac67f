//! What officers post: each is one verb of `casework` in one transaction.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::super::AdminState;
use super::super::visit::{Flash, Visit};
use super::desks::place;
use super::sheet::{self, Again};
use super::{FieldError, address, find};
use crate::casework::{self, CaseError, Hand};
use crate::http::{Failure, Form, Path};
use crate::officer::{self, Right};
use crate::petition::{Action, Event, event};

#[derive(Deserialize)]
pub(in super::super) struct Acceptance {
    /// The petition as it was when the form was drawn …
    version: i32,
    /// … and how long its history was.
    seen: usize,
    #[serde(default)]
    agency_id: String,
}

pub(in super::super) async fn accept(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
    Form(form): Form<Acceptance>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let petition = find(&mut transaction, &visit, &reference, Right::Triage).await?;
    let reference = petition.reference.to_string();
    let hand = hand(&reference, form.version, &visit);
    let done = casework::accept(&state.rules, &mut transaction, hand, &form.agency_id).await;
    if let Err(error) = done {
        drop(transaction);
        let again = Again { agency_id: Some(form.agency_id), ..Again::default() };
        return not_taken(&state, &visit, &reference, error, again, form.seen).await;
    }
    let agency = officer::agency_name(&mut transaction, &form.agency_id).await?.unwrap_or_default();
    transaction.commit().await?;
    let flash = Flash::done(format!("Đã tiếp nhận và giao {agency}."), "Người gửi được báo qua Zalo.");
    visit.go_on(&address(&petition.reference), flash).await
}

/// Shows who the sender is, on the next page only, after writing down who asked.
pub(in super::super) async fn reveal(
    State(state): State<AdminState>,
    visit: Visit,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, &visit, &reference, Right::Identity).await?;
    let seen = Event {
        petition_id: petition.petition_id,
        action: Action::Reveal,
        from: Some(petition.status),
        to: petition.status,
        officer_id: Some(visit.officer.officer_id),
        detail: json!({}),
        at: visit.at,
    };
    event::record(&mut connection, &seen).await?;
    visit.reveal_next(&petition.reference.to_string()).await?;
    Ok(Redirect::to(&format!("{}#sender", address(&petition.reference))).into_response())
}

/// Who moves the petition, and from where.
pub(super) fn hand<'a>(reference: &'a str, version: i32, visit: &Visit) -> Hand<'a> {
    Hand { reference, version, officer_id: visit.officer.officer_id, at: visit.at }
}

/// A move that was not made comes back as the petition's page: with what to enter, or with what happened meanwhile. What
/// was typed is still there.
pub(super) async fn not_taken(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    error: CaseError,
    again: Again,
    seen: usize,
) -> Result<Response, Failure> {
    let lack = |(field, say)| FieldError { field: place(again.form, field), say };
    let (status, again) = match error {
        CaseError::Invalid { field, say } => {
            (StatusCode::UNPROCESSABLE_ENTITY, Again { errors: vec![lack((field, say))], ..again })
        }
        CaseError::Incomplete(lacks) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Again { errors: lacks.into_iter().map(lack).collect(), ..again })
        }
        CaseError::Stale | CaseError::NotAllowed { .. } => {
            (StatusCode::CONFLICT, Again { stale_since: Some(seen), ..again })
        }
        other => return Err(failure(other)),
    };
    Ok((status, sheet::again(state, visit, reference, again).await?).into_response())
}

/// What no officer can mend on the page.
pub(in super::super) fn failure(error: CaseError) -> Failure {
    match error {
        CaseError::Missing => Failure::NotFound,
        other => Failure::Inside(other.into()),
    }
}
