//! The second person: releases a drafted answer, or wants it changed.

use serde_json::json;
use sqlx::PgConnection;

use crate::clock::hanoi;
use crate::petition::draft::Draft;
use crate::petition::{Action, Petition, Status, draft as drafts, event, moves};

use super::super::typed::reason;
use super::super::{CaseError, Hand, Rules, take};
use super::check::check;
use super::{AnswerDraft, Release, files};

/// Releases the answer that was handed in. Whoever has written in it never does.
pub async fn approve(rules: &Rules, connection: &mut PgConnection, hand: Hand<'_>) -> Result<(), CaseError> {
    let (petition, to, draft) = handed_in(connection, hand).await?;
    if draft.writers.contains(&hand.officer_id) {
        let say = "Người soạn không tự duyệt: câu trả lời này cần người thứ hai.";
        return Err(CaseError::invalid("approval", say));
    }
    let files = files(connection, &petition).await?;
    let typed = AnswerDraft::from_kept(&draft.typed);
    // a day that was promised may have passed meanwhile
    let checked = check(&typed, hanoi(hand.at).date_naive(), files.len()).map_err(|lacks| {
        let first = lacks.into_iter().next().map(|(_, say)| say).unwrap_or_default();
        CaseError::invalid("approval", format!("Câu trả lời không còn đủ, trả lại để sửa. {first}"))
    })?;
    let release = Release { to, by: draft.officer_id, approved_by: Some(hand.officer_id), hand };
    release.write(rules, connection, &petition, &checked, &files).await
}

/// Gives the draft back to whoever wrote it, with what is to be changed.
pub async fn send_back(connection: &mut PgConnection, hand: Hand<'_>, why: &str) -> Result<(), CaseError> {
    let (petition, _, _) = handed_in(connection, hand).await?;
    let why = reason(why)?;
    drafts::send_back(connection, petition.petition_id, &why, (hand.officer_id, hand.at)).await?;
    moves::approval_asked(connection, petition.petition_id, None).await?;
    let line = hand.line(&petition, Action::SendBack, petition.status, json!({ "why": why }));
    Ok(event::record(connection, &line).await?)
}

/// A petition whose answer waits for a second person.
async fn handed_in(connection: &mut PgConnection, hand: Hand<'_>) -> Result<(Petition, Status, Draft), CaseError> {
    let (petition, to) = take(connection, hand, Action::Answer).await?;
    let not_allowed = CaseError::NotAllowed { from: petition.status };
    if petition.approval_asked_at.is_none() {
        return Err(not_allowed);
    }
    let draft = drafts::of(connection, petition.petition_id).await?.ok_or(not_allowed)?;
    Ok((petition, to, draft))
}
