//! The verbs. Each is one transaction's worth of work: the petition, its history and its message change together, so it
//! is not possible to publish without telling the citizen, or to tell without publishing.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::petition::status::Status;
use crate::privacy::Personal;

/// A finished form, as it comes from a channel.
#[derive(Clone, Debug)]
pub struct Filing {
    pub citizen_id: i64,
    /// Files once: the same key again gives the petition that is already there.
    pub draft_key: String,
    /// By the identifiers of pakn-domain 3.2.
    pub answers: BTreeMap<String, Personal>,
    pub attachments: Vec<Enclosure>,
    pub consent_version: String,
}

/// Something sent along with a petition.
#[derive(Clone, Debug, Default)]
pub struct Enclosure {
    pub kind: String,
    pub url: Option<String>,
    pub name: Option<String>,
    pub size: Option<i64>,
    pub description: Option<String>,
    pub latitude: Option<String>,
    pub longitude: Option<String>,
}

/// What the sender is told at once.
#[derive(Clone, Debug)]
pub struct Filed {
    pub petition_id: i64,
    pub reference: String,
    pub accept_due_at: DateTime<Utc>,
    pub answer_due_at: DateTime<Utc>,
}

/// Who moves a petition, and which version of it was on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    pub reference: &'a str,
    pub version: i32,
    pub officer_id: i64,
    pub at: DateTime<Utc>,
}

/// What an officer writes as the answer.
#[derive(Clone, Debug, Default)]
pub struct AnswerDraft {
    pub body: String,
    /// One of `petition::Outcome`'s names.
    pub outcome: String,
    pub document_number: Option<String>,
    pub document_on: Option<NaiveDate>,
}

/// What an officer releases to everybody, or to the sender only.
#[derive(Clone, Debug)]
pub struct PublicationDraft {
    /// False: the answer goes to the sender only.
    pub is_public: bool,
    pub title: String,
    pub content: String,
    pub answer: String,
}

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error("there is no petition with this reference")]
    Missing,
    #[error("the petition has changed since the form was drawn")]
    Stale,
    #[error("a petition that is {from:?} cannot be moved this way")]
    NotAllowed { from: Status },
    /// A field and, in Vietnamese, what to enter.
    #[error("{field}: {say}")]
    Invalid { field: &'static str, say: String },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Enters a petition in the register.
pub async fn file(_connection: &mut PgConnection, _filing: &Filing, _at: DateTime<Utc>) -> Result<Filed, CaseError> {
    todo!()
}

/// Accepts a petition and names the agency that will handle it; tells the citizen.
pub async fn accept(_connection: &mut PgConnection, _hand: Hand<'_>, _agency_id: &str) -> Result<(), CaseError> {
    todo!()
}

/// Refuses a petition with a reason and the text that the citizen gets.
pub async fn refuse(
    _connection: &mut PgConnection,
    _hand: Hand<'_>,
    _reason: &str,
    _text: &str,
) -> Result<(), CaseError> {
    todo!()
}

/// Records the answer; it reaches the citizen when it is published.
pub async fn answer(_connection: &mut PgConnection, _hand: Hand<'_>, _draft: &AnswerDraft) -> Result<(), CaseError> {
    todo!()
}

/// Publishes the result and tells the citizen.
pub async fn publish(
    _connection: &mut PgConnection,
    _hand: Hand<'_>,
    _draft: &PublicationDraft,
) -> Result<(), CaseError> {
    todo!()
}
