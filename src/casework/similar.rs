//! Petitions that may be about what somebody is writing just now, in words that can go into a message.

use std::collections::HashMap;

use sqlx::PgConnection;

use crate::clock::say_date;
use crate::petition::similar::{self, Candidate, Draft};
use crate::privacy::Personal;

use super::notice::{shorten, two_sentences};
use super::{CaseError, Rules};

/// So much of a petition is compared, in characters.
const COMPARED: usize = 600;

/// One petition to compare with. The same fields as what the dialog wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Similar {
    pub reference: String,
    pub short: String,
    pub title: Personal,
    pub place: String,
    /// «2/11/2026»
    pub answered_on: Option<String>,
    pub text: Personal,
    pub answer: String,
    pub result_url: Option<String>,
}

/// For each who writes just now: their own open petitions, then published ones of others about the same agency and matter.
/// `senders` are those who have sent petitions.
pub async fn similar_petitions(
    rules: &Rules,
    connection: &mut PgConnection,
    drafts: &[Draft<'_>],
    senders: &[i64],
) -> Result<HashMap<i64, Vec<Similar>>, CaseError> {
    let mut similar: HashMap<i64, Vec<Similar>> = HashMap::new();
    if drafts.is_empty() {
        return Ok(similar);
    }
    let own: Vec<i64> = drafts.iter().map(|draft| draft.citizen_id).filter(|id| senders.contains(id)).collect();
    let own = if own.is_empty() { Vec::new() } else { similar::own_open(connection, &own).await? };
    for candidate in own.into_iter().chain(similar::published(connection, drafts).await?) {
        similar.entry(candidate.writer_id).or_default().push(said(rules, candidate));
    }
    Ok(similar)
}

/// Only what was published has an answer that everybody may read, and a page.
fn said(rules: &Rules, candidate: Candidate) -> Similar {
    let Candidate { reference, title, content, answer, agency_name, answered_at, .. } = candidate;
    Similar {
        short: reference.short(),
        text: Personal::new(shorten(content.reveal(), COMPARED)),
        title,
        place: agency_name.unwrap_or_default(),
        answered_on: answered_at.map(say_date),
        result_url: answer.is_some().then(|| rules.result_url(&reference)),
        answer: answer.as_deref().map(two_sentences).unwrap_or_default(),
        reference: reference.to_string(),
    }
}
