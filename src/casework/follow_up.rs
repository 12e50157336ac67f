//! What the sender of a petition does with it after filing: what the verbs have in common.

use sqlx::PgConnection;

use crate::petition::follow_up::{self, NewSupplement};
use crate::petition::{Action, Event, Petition, Reference, attachment, event, store};
use crate::privacy::Personal;

use super::file::kept;
use super::{CaseError, FollowUp, Followed, Rules};

/// As much as the content of a petition.
const WORDS_LIMIT: usize = 10_000;
/// Files that come with one supplement.
const FILES_LIMIT: usize = 10;

/// The petition, locked; to anybody but its sender there is none.
pub(super) async fn take_own(connection: &mut PgConnection, given: &FollowUp) -> Result<Petition, CaseError> {
    let reference: Reference = given.reference.parse().map_err(|_| CaseError::Missing)?;
    let petition = store::lock(connection, &reference).await?;
    petition.filter(|petition| petition.citizen_id == given.citizen_id).ok_or(CaseError::Missing)
}

/// Keeps what was said, with what came along. False when the draft was filed before.
pub(super) async fn keep(
    connection: &mut PgConnection,
    given: &FollowUp,
    new: &NewSupplement,
) -> Result<bool, CaseError> {
    let Some(supplement_id) = follow_up::insert(connection, new).await? else { return Ok(false) };
    for enclosure in given.attachments.iter().take(FILES_LIMIT) {
        let attachment = kept(enclosure);
        attachment::insert_with_supplement(connection, new.petition_id, supplement_id, &attachment).await?;
    }
    Ok(true)
}

/// A line of history without an officer.
pub(super) async fn record(
    connection: &mut PgConnection,
    petition: &Petition,
    action: Action,
    to: crate::petition::Status,
    (detail, at): (serde_json::Value, chrono::DateTime<chrono::Utc>),
) -> Result<(), CaseError> {
    let from = Some(petition.status);
    let line = Event { petition_id: petition.petition_id, action, from, to, officer_id: None, detail, at };
    Ok(event::record(connection, &line).await?)
}

/// What the sender is told: the petition as it stands now.
pub(super) async fn followed(
    rules: &Rules,
    connection: &mut PgConnection,
    reference: &Reference,
) -> Result<Followed, CaseError> {
    let petition = store::find(connection, reference).await?.ok_or(CaseError::Missing)?;
    Ok(Followed {
        reference: reference.to_string(),
        short: reference.short(),
        agency: desk(rules, &petition),
        answer_due_at: petition.answer_due_at,
    })
}

/// Whose desk a petition lies on, as citizens read it.
pub(super) fn desk(rules: &Rules, petition: &Petition) -> String {
    let is_office = petition.handling_agency_id.as_ref().is_none_or(|agency| *agency == rules.focal_agency);
    let agency = petition.handling_agency_name.clone().filter(|_| !is_office);
    agency.unwrap_or_else(|| rules.notices.office().to_owned())
}

impl FollowUp {
    /// An answer that says something, as far as the register keeps it. Postgres keeps no zero bytes.
    pub(super) fn answer(&self, name: &str) -> Option<Personal> {
        let answer: String = self.answers.get(name)?.reveal().replace('\0', "").chars().take(WORDS_LIMIT).collect();
        (!answer.trim().is_empty()).then(|| Personal::new(answer))
    }
}
