//! What the dialog must know of the world before it thinks.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::casework::{self, CaseError, Known, Rules, Similar};
use crate::dialog::{Awaiting, Facts, Held, KnownPetition, OfficerTalk, Session, SimilarPetition};

/// Gathers what the dialog is told with each event of these citizens, in their order; it is kept with the event, for replays.
/// Each comes with the session that the event meets: what that has no use for is not gathered.
pub async fn gather(
    rules: &Rules,
    connection: &mut PgConnection,
    met: &[(i64, Session)],
    at: DateTime<Utc>,
) -> Result<Vec<Facts>, CaseError> {
    let citizens: Vec<i64> = met.iter().map(|(citizen_id, _)| *citizen_id).collect();
    let officers_back = casework::officers_back(rules, connection, at).await?;
    let mut talks = casework::officer_talks(connection, &citizens).await?;
    let mut held = casework::held(connection, &citizens).await?;
    let mut petitions = casework::known_petitions(rules, connection, &citizens, at).await?;
    let mut all = Vec::with_capacity(met.len());
    for (citizen_id, before) in met {
        let contact = match before.wants_contact() {
            true => casework::known_contact(connection, *citizen_id).await?,
            false => Default::default(),
        };
        let similar = match before.compares() {
            Some((agency, topic)) => casework::similar_petitions(rules, connection, *citizen_id, agency, topic).await?,
            None => Vec::new(),
        };
        let casework::Held { person, petitions: count, consents, published, consent_version } =
            held.remove(citizen_id).unwrap_or_default();
        all.push(Facts {
            consent_version,
            petitions: petitions.remove(citizen_id).unwrap_or_default().into_iter().map(known).collect(),
            officers_back: officers_back.clone(),
            contact,
            similar: similar.into_iter().map(compared).collect(),
            officer: talks
                .remove(citizen_id)
                .map(|talk| OfficerTalk { wrote_at: talk.wrote_at, ended_at: talk.ended_at }),
            held: Held { person, petitions: count, consents, published },
        });
    }
    Ok(all)
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
