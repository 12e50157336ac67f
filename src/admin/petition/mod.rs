//! One petition: everything an officer needs to decide, on one page, with the one thing that can be done next.

mod answer;
mod chat;
mod download;
mod enclosed;
mod history;
mod moves;
mod publication;
mod refusal;
mod sender;
mod sheet;
mod supplement;
mod word;

pub(super) use chat::closed;
pub(super) use download::{clean_copy, download, fetch_again, thumbnail};
pub(super) use moves::{accept, answer, failure, reveal};
pub(super) use publication::{preview, publish};
pub(super) use refusal::{refuse, show as refusal};
pub(super) use sheet::show;
pub(super) use supplement::request;
pub(super) use word::{TOO_LATE, end_talk, say};

use crate::http::Failure;
use crate::petition::{Petition, Reference, store};
use sqlx::PgConnection;

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

/// The petition an address names, or no page.
async fn find(connection: &mut PgConnection, reference: &str) -> Result<Petition, Failure> {
    let reference: Reference = reference.parse().map_err(|_| Failure::NotFound)?;
    store::find(connection, &reference).await?.ok_or(Failure::NotFound)
}

/// The page of a petition.
fn address(reference: &Reference) -> String {
    format!("/admin/petitions/{reference}")
}
