//! Records the answer to a petition: what is written passes the gate, is compared with earlier answers, and is released, by a
//! second person where the policy says so.

mod approve;
mod check;
mod compose;
mod draft;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;

use crate::clock::hanoi;
use crate::config::AnswerApproval;
use crate::petition::answer::{Alike, Company, NewAnswer};
use crate::petition::answer_file::{self, AnswerFile};
use crate::petition::assignment::{self, NewAssignment};
use crate::petition::{
    Action, Category, Petition, Status, Step, answer as answers, calendar_store, draft as drafts, event, moves,
};

use super::typed::day;
use super::{CaseError, Hand, Rules, take};

pub use approve::{approve, send_back};
use check::{Checked, check};
pub use draft::{remove_file, save_draft, take_in_file};

/// An answer that is so much like an earlier one is pointed out.
pub const LIKENESS: f32 = 0.85;

/// What an officer writes as the answer, as it was typed: the five things that no answer leaves without, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerDraft {
    pub did: String,
    pub unit: String,
    /// `17/11/2026`
    pub done_on: String,
    /// `document`, `photo` or `none`
    pub evidence: String,
    pub document_number: String,
    pub document_on: String,
    pub no_evidence_reason: String,
    pub next: String,
    pub next_on: String,
    /// `yes`: nothing is left to be done
    pub finished: String,
    /// One of `petition::Outcome`'s names.
    pub outcome: String,
    /// `yes`: it is like an earlier one, and was made to fit this petition
    pub is_own: String,
}

impl AnswerDraft {
    /// What is kept of a draft; what cannot be read any more is empty.
    pub fn from_kept(typed: &serde_json::Value) -> Self {
        Self::deserialize(typed).unwrap_or_default()
    }
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is out of the drafter's hands; publishing is due.
    Released,
    /// A second person has it.
    AwaitsApproval,
}

/// Hands an answer in. It reaches the citizen when it is published, which is due from now on; where the policy wants a second
/// person, it waits for them first.
pub async fn answer(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &AnswerDraft,
) -> Result<Answered, CaseError> {
    let (petition, to) = take(connection, hand, Action::Answer).await?;
    if petition.approval_asked_at.is_some() {
        return Err(CaseError::NotAllowed { from: petition.status });
    }
    if is_used_up(connection, &petition, hand.officer_id).await? {
        let say = "Phản ánh đã mở lại: người trả lời lần này phải khác người đã trả lời lần trước.";
        return Err(CaseError::invalid("did", say));
    }
    let files = files(connection, &petition).await?;
    let checked = check(draft, hanoi(hand.at).date_naive(), files.len()).map_err(CaseError::Incomplete)?;
    if let Some(alike) = alike(rules, connection, &petition, hand.officer_id, draft).await? {
        return Err(CaseError::Alike(Box::new(alike)));
    }
    if needs_approval(rules, &petition) {
        ask_approval(connection, &petition, hand, draft).await?;
        return Ok(Answered::AwaitsApproval);
    }
    let release = Release { to, by: hand.officer_id, approved_by: None, hand };
    release.write(rules, connection, &petition, &checked, &files).await?;
    Ok(Answered::Released)
}

/// A draft that was handed in, as its sender would read it; as far as it goes where it does not pass the gate any more.
pub fn letter(draft: &AnswerDraft) -> String {
    // what was right when it was handed in stays readable: every day in it lies before the one that is promised
    let today = day(&draft.next_on).unwrap_or(NaiveDate::MAX);
    match check(draft, today, usize::MAX) {
        Ok(checked) => compose::body(&checked.gate),
        Err(_) => draft.did.clone(),
    }
}

/// Whether this officer has answered the petition before it was reopened: then somebody else does.
pub async fn is_used_up(
    connection: &mut PgConnection,
    petition: &Petition,
    officer_id: i64,
) -> Result<bool, CaseError> {
    Ok(petition.reopened_at.is_some() && answers::was_by(connection, petition.petition_id, officer_id).await?)
}

/// Whether an answer to this petition waits for a second person.
pub fn needs_approval(rules: &Rules, petition: &Petition) -> bool {
    match rules.answer_approval {
        AnswerApproval::Nobody => false,
        AnswerApproval::Conduct => petition.details.category == Category::OfficialConduct,
        AnswerApproval::Everything => true,
    }
}

/// The earlier answer of this officer or their agency that says nearly the same, unless the officer has said that this one
/// fits. (Of those who rated such channels badly, most named answers that fit everything.)
async fn alike(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    officer_id: i64,
    draft: &AnswerDraft,
) -> Result<Option<Alike>, CaseError> {
    if draft.is_own == "yes" {
        return Ok(None);
    }
    let company = company(rules, petition, officer_id);
    let alike = answers::most_alike(connection, company, &draft.did).await?;
    Ok(alike.filter(|alike| alike.likeness >= LIKENESS))
}

/// Whose earlier answers an answer of this officer to the petition is compared with.
pub fn company<'a>(rules: &'a Rules, petition: &'a Petition, officer_id: i64) -> Company<'a> {
    Company {
        officer_id,
        agency_id: petition.handling_agency_id.as_deref().unwrap_or(&rules.focal_agency),
        petition_id: petition.petition_id,
        heap_id: petition.heap_id.unwrap_or(petition.petition_id),
    }
}

/// What goes out with it; of a petition that follows another, what goes out with that one's.
async fn files(connection: &mut PgConnection, petition: &Petition) -> Result<Vec<AnswerFile>, CaseError> {
    Ok(match petition.heap_id {
        Some(leader_id) => answer_file::of_leader(connection, leader_id).await?,
        None => answer_file::of_draft(connection, petition.petition_id).await?,
    })
}

async fn ask_approval(
    connection: &mut PgConnection,
    petition: &Petition,
    hand: Hand<'_>,
    draft: &AnswerDraft,
) -> Result<(), CaseError> {
    draft::keep(connection, petition, hand, draft).await?;
    moves::approval_asked(connection, petition.petition_id, Some(hand.at)).await?;
    let line = hand.line(petition, Action::AskApproval, petition.status, json!({}));
    Ok(event::record(connection, &line).await?)
}

/// An answer that goes out.
struct Release<'a> {
    to: Status,
    /// Who wrote it.
    by: i64,
    approved_by: Option<i64>,
    hand: Hand<'a>,
}

impl Release<'_> {
    async fn write(
        &self,
        rules: &Rules,
        connection: &mut PgConnection,
        petition: &Petition,
        checked: &Checked,
        files: &[AnswerFile],
    ) -> Result<(), CaseError> {
        let at = self.hand.at;
        let deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, petition).await?;
        let publish_due_at = deadlines.due(Step::Publish, at)?;
        let new = NewAnswer {
            petition_id: petition.petition_id,
            gate: &checked.gate,
            body: &compose::body(&checked.gate),
            outcome: checked.outcome,
            agency_id: petition.handling_agency_id.as_deref().unwrap_or(&rules.focal_agency),
            officer_id: self.by,
            approved_by: self.approved_by,
            at,
        };
        let answer_id = answers::insert(connection, &new).await?;
        match petition.heap_id {
            Some(_) => answer_file::send_copies(connection, petition.petition_id, answer_id, files).await?,
            None => answer_file::send_with(connection, petition.petition_id, answer_id).await?,
        }
        drafts::drop(connection, petition.petition_id).await?;
        moves::answered(connection, petition.petition_id, self.to, publish_due_at, at).await?;
        self.lay_on_the_office(rules, connection, petition).await?;
        let written_by = self.approved_by.map(|_| self.by);
        let line = self.hand.line(
            petition,
            Action::Answer,
            self.to,
            json!({ "outcome": checked.outcome.name(), "officer_id": written_by }),
        );
        Ok(event::record(connection, &line).await?)
    }

    /// It lies with the office now, which publishes it; the agency stays the one that answers for it.
    async fn lay_on_the_office(
        &self,
        rules: &Rules,
        connection: &mut PgConnection,
        petition: &Petition,
    ) -> Result<(), CaseError> {
        let desk = NewAssignment {
            petition_id: petition.petition_id,
            agency_id: &rules.focal_agency,
            officer_id: Some(self.hand.officer_id),
            at: self.hand.at,
            ..NewAssignment::default()
        };
        Ok(assignment::begin(connection, &desk).await?)
    }
}
