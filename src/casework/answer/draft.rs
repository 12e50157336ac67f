//! An answer while it is being written: saved as it is, with what is to go out with it.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::petition::answer_file::{self, NewFile};
use crate::petition::{Action, Petition, draft as drafts, store};

use super::super::{CaseError, Hand};
use super::AnswerDraft;

/// More do not go out with one answer.
const FILES_LIMIT: usize = 10;

/// Keeps everything that was typed, finished or not, in place of the version of the draft that was on the screen (0: none).
/// Where somebody else saved meanwhile, nothing is overwritten: [`CaseError::Stale`]. Gives the new version.
///
/// The petition itself may have changed meanwhile: what is typed is kept all the same.
pub async fn save_draft(
    connection: &mut PgConnection,
    hand: Hand<'_>,
    seen: i32,
    draft: &AnswerDraft,
) -> Result<i32, CaseError> {
    let petition = writable(connection, hand).await?;
    let by = (hand.officer_id, hand.at);
    let saved = drafts::save(connection, petition.petition_id, seen, &json!(draft), by).await?;
    saved.ok_or(CaseError::Stale)
}

/// Keeps it, whatever stood there before.
pub(super) async fn keep(
    connection: &mut PgConnection,
    petition: &Petition,
    hand: Hand<'_>,
    draft: &AnswerDraft,
) -> Result<(), CaseError> {
    let seen = drafts::of(connection, petition.petition_id).await?.map_or(0, |draft| draft.version);
    let by = (hand.officer_id, hand.at);
    drafts::save(connection, petition.petition_id, seen, &json!(draft), by).await?.ok_or(CaseError::Stale)?;
    Ok(())
}

/// Adds a file that was taken in; it goes out with the answer.
pub async fn take_in_file(connection: &mut PgConnection, hand: Hand<'_>, file: &NewFile) -> Result<(), CaseError> {
    let petition = writable(connection, hand).await?;
    if answer_file::of_draft(connection, petition.petition_id).await?.len() >= FILES_LIMIT {
        return Err(CaseError::invalid("files", format!("Mỗi câu trả lời kèm nhiều nhất {FILES_LIMIT} tệp.")));
    }
    answer_file::insert(connection, petition.petition_id, file, (hand.officer_id, hand.at)).await?;
    Ok(())
}

/// Takes a file out again; its bytes, if it was there, are for the caller to delete.
pub async fn remove_file(
    connection: &mut PgConnection,
    hand: Hand<'_>,
    answer_file_id: i64,
) -> Result<Option<(Uuid, Uuid)>, CaseError> {
    let petition = writable(connection, hand).await?;
    Ok(answer_file::remove(connection, petition.petition_id, answer_file_id).await?)
}

/// The petition, locked, while its answer can be written: not after it was handed in.
async fn writable(connection: &mut PgConnection, hand: Hand<'_>) -> Result<Petition, CaseError> {
    let reference = hand.reference.parse().map_err(|_| CaseError::Missing)?;
    let petition = store::lock(connection, &reference).await?.ok_or(CaseError::Missing)?;
    let is_writable = petition.after(Action::Answer).is_some() && petition.approval_asked_at.is_none();
    if is_writable { Ok(petition) } else { Err(CaseError::NotAllowed { from: petition.status }) }
}
