//! Petitions that may be about what somebody is writing just now, in words that can go into a message.

use sqlx::PgConnection;

use crate::clock::say_date;
use crate::petition::similar::{self, Candidate};
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

/// The citizen's own open petitions, and published ones of others about the same agency and matter.
pub async fn similar_petitions(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    agency_id: &str,
    topic: &str,
) -> Result<Vec<Similar>, CaseError> {
    let own = similar::own_open(connection, citizen_id).await?;
    let published = similar::published(connection, citizen_id, agency_id, topic).await?;
    Ok(own.into_iter().chain(published).map(|candidate| said(rules, candidate)).collect())
}

/// Only what was published has an answer that everybody may read, and a page.
fn said(rules: &Rules, candidate: Candidate) -> Similar {
    let Candidate { reference, title, content, answer, agency_name, answered_at } = candidate;
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
