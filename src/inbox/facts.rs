//! What the dialog must know of the world before it thinks.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::casework::{self, CaseError, Known, Rules, Similar};
use crate::dialog::{Awaiting, Facts, Held, KnownPetition, OfficerTalk, Session, SimilarPetition};

/// Gathers what the dialog is told with one event; it is kept with the event, for replays. `before` is the session that
/// the event meets: what it has no use for is not gathered.
pub async fn gather(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    before: &Session,
    at: DateTime<Utc>,
) -> Result<Facts, CaseError> {
    let contact = match before.wants_contact() {
        true => casework::known_contact(connection, citizen_id).await?,
        false => Default::default(),
    };
    let similar = match before.compares() {
        Some((agency, topic)) => casework::similar_petitions(rules, connection, citizen_id, agency, topic).await?,
        None => Vec::new(),
    };
    let talk = casework::officer_talk(connection, citizen_id).await?;
    let casework::Held { person, petitions, consents, published } = casework::held(connection, citizen_id).await?;
    Ok(Facts {
        consent_version: casework::consent_version(connection, citizen_id).await?,
        petitions: casework::known_petitions(rules, connection, citizen_id, at).await?.into_iter().map(known).collect(),
        officers_back: casework::officers_back(rules, connection, at).await?,
        contact,
        similar: similar.into_iter().map(compared).collect(),
        officer: talk.map(|talk| OfficerTalk { wrote_at: talk.wrote_at, ended_at: talk.ended_at }),
        held: Held { person, petitions, consents, published },
    })
}

fn known(petition: Known) -> KnownPetition {
    KnownPetition {
        reference: petition.reference,
        short: petition.short,
        title: petition.title,
        draft: petition.draft,
        submitted: petition.submitted,
        status_line: petition.status_line,
        detail: petition.detail,
        result_url: petition.result_url,
        short_title: petition.short_title,
        is_open: petition.is_open,
        awaiting: petition.awaiting.map(|(asked, until)| Awaiting { asked, until }),
        can_supplement: petition.can_supplement,
        can_withdraw: petition.can_withdraw,
        can_reopen: petition.can_reopen,
        is_reopened: petition.is_reopened,
        can_rate: petition.can_rate,
        is_rated: petition.is_rated,
        agency_code: petition.agency_code,
        topic: petition.topic,
    }
}

fn compared(petition: Similar) -> SimilarPetition {
    let Similar { reference, short, title, place, answered_on, text, answer, result_url } = petition;
    SimilarPetition { reference, short, title, place, answered_on, text, answer, result_url }
}
