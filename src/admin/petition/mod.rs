//! One petition: everything an officer needs to decide, on one page, with the one thing that can be done next.

mod answer;
mod answer_files;
mod chat;
mod comparison;
mod custody;
mod desks;
mod doings;
mod download;
pub(super) mod enclosed;
mod gate;
mod heap;
pub(super) mod history;
mod late;
mod live;
mod message;
mod moves;
mod named;
mod places;
mod promise;
mod publication;
mod refusal;
pub(super) mod sender;
mod sheet;
pub(super) mod supplement;
pub(super) mod upload;
mod urge;
mod verdict;
mod word;

pub(super) use answer::routes as answer_routes;
pub(super) use chat::closed;
pub(super) use desks::routes as desk_routes;
pub(super) use download::{clean_copy, download, fetch_again, thumbnail};
pub(super) use heap::separate;
pub(super) use late::{class as reminder_class, routes as late_routes, what as reminder_what};
pub(super) use live::events;
pub(super) use message::routes as message_routes;
pub(super) use moves::{accept, failure, reveal};
pub(super) use named::routes as named_routes;
pub(super) use publication::{preview, publish};
pub(super) use refusal::{refuse, show as refusal};
pub(super) use sheet::{commune_agency, due, show};
pub(super) use supplement::request;
pub(super) use upload::Posted;
pub(super) use word::{TOO_LATE, end_talk, quick_text, say};

use serde_json::json;
use sqlx::PgConnection;

use super::AdminState;
use super::visit::Visit;
use crate::http::Failure;
use crate::officer::audit::{self, Note};
use crate::officer::{Custody, On, Right, may};
use crate::petition::{Petition, Reference, Status, store};

/// What is wrong with one field of a form, and what to enter instead.
pub(super) struct FieldError {
    pub field: &'static str,
    pub say: String,
}

/// The message that will go out, as the citizen will see it.
pub(super) struct Letter {
    pub text: String,
    /// The titles of its buttons.
    pub buttons: Vec<String>,
}

/// What is wrong with `field`, for a template.
pub(super) fn error_of<'a>(errors: &'a [FieldError], field: &str) -> Option<&'a str> {
    errors.iter().find(|error| error.field == field).map(|error| error.say.as_str())
}

/// The petition an address names, for somebody who may do this with it. Whoever may not even see it finds no page.
pub(super) async fn find(
    connection: &mut PgConnection,
    visit: &Visit,
    reference: &str,
    right: Right,
) -> Result<Petition, Failure> {
    let reference: Reference = reference.parse().map_err(|_| Failure::NotFound)?;
    let petition = store::find(connection, &reference).await?.ok_or(Failure::NotFound)?;
    match (may_on(visit, Right::See, &petition), may_on(visit, right, &petition)) {
        (false, _) => Err(Failure::NotFound),
        (true, false) => Err(Failure::Forbidden("this officer sees the petition, but does not do that with it")),
        (true, true) => Ok(petition),
    }
}

/// Notes that an officer had this page of a petition before them. Nothing where there is no page for them.
pub(super) async fn seen(state: &AdminState, visit: &Visit, reference: &str, page: &str) -> Result<(), Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::See).await?;
    let note = Note {
        officer_id: Some(visit.officer.officer_id),
        act: "view",
        petition_id: Some(petition.petition_id),
        subject: page,
        detail: json!({}),
        at: visit.at,
    };
    Ok(audit::note(&mut connection, &note).await?)
}

/// Whether this officer may do this with the petition.
pub(super) fn may_on(visit: &Visit, right: Right, petition: &Petition) -> bool {
    may(&visit.officer, right, On::Petition(&custody(petition)))
}

/// Where the petition lies, as far as rights go.
fn custody(petition: &Petition) -> Custody {
    Custody {
        agency_id: petition.handling_agency_id.clone(),
        handler_id: petition.handler_id,
        is_hidden: petition.details.identity_confidential || petition.contact_locked_at.is_some(),
        is_withdrawn: petition.status == Status::Withdrawn,
        named: petition.named.clone(),
    }
}

/// The page of a petition.
pub(super) fn address(reference: &Reference) -> String {
    format!("/admin/petitions/{reference}")
}
