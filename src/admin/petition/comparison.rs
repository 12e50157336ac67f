//! The answer that is being written, beside an earlier one that says nearly the same.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::Visit;
use super::super::words;
use super::find;
use crate::casework::{self, AnswerDraft};
use crate::http::{Failure, Path, page};
use crate::officer::Right;
use crate::petition::answer as answers;
use crate::petition::draft as drafts;

#[derive(Template)]
#[template(path = "admin/templates/petition/comparison.html", config = "src/http/askama.toml")]
struct ComparisonPage {
    frame: Frame,
    reference: String,
    mine: String,
    theirs: String,
    /// Of the earlier one.
    of: String,
    when: String,
    percent: u32,
}

/// An earlier answer of the officer's own, or of their agency; of its petition nothing but the reference.
pub(super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, answer_id)): Path<(String, i64)>,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, &visit, &reference, Right::Handle).await?;
    let draft = drafts::of(&mut connection, petition.petition_id).await?.ok_or(Failure::NotFound)?;
    let mine = AnswerDraft::from_kept(&draft.typed).did;
    let company = casework::company(&state.rules, &petition, visit.officer.officer_id);
    let earlier = answers::compared(&mut connection, answer_id, company, &mine).await?.ok_or(Failure::NotFound)?;
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Work).await?;
    drop(connection);
    page(&ComparisonPage {
        frame,
        reference: petition.reference.to_string(),
        mine,
        theirs: earlier.did,
        of: earlier.reference,
        when: words::date(earlier.answered_at),
        percent: percent(earlier.likeness),
    })
}

/// «92».
pub(super) fn percent(likeness: f32) -> u32 {
    (likeness.clamp(0.0, 1.0) * 100.0) as u32
}
