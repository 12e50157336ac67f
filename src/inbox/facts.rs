//! What the dialog must know of the world before it thinks.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::casework::{self, CaseError, Draft, Holdings, Known, Rules, Similar, WorkingTime};
use crate::dialog::{Awaiting, Facts, Held, KnownPetition, OfficerTalk, Session, SimilarPetition};

/// What is asked with every turn, whatever session the event meets.
pub struct Glance {
    time: WorkingTime,
    held: Holdings,
}

/// Looks at what there is of these citizens, and when the offices are open.
pub async fn glance(rules: &Rules, connection: &mut PgConnection, citizens: &[i64]) -> Result<Glance, CaseError> {
    let time = casework::working_time(rules, connection).await?;
    Ok(Glance { time, held: casework::held(connection, citizens).await? })
}

/// Gathers what the dialog is told with each event of these citizens, in their order; it is kept with the event, for replays.
/// Each comes with the session that the event meets: what that has no use for is not gathered.
pub async fn gather<'a>(
    rules: &Rules,
    connection: &mut PgConnection,
    Glance { time, mut held }: Glance,
    met: &'a [(i64, Session)],
    at: DateTime<Utc>,
) -> Result<Vec<Facts>, CaseError> {
    let citizens: Vec<i64> = met.iter().map(|(citizen_id, _)| *citizen_id).collect();
    // most people in the form have nothing in the register yet
    let has_petitions = |citizen_id: &i64| held.get(citizen_id).is_some_and(|(held, _)| held.petitions > 0);
    let senders: Vec<i64> = citizens.iter().copied().filter(has_petitions).collect();
    let (mut petitions, mut contacts) = (HashMap::new(), HashMap::new());
    if !senders.is_empty() {
        petitions = casework::known_petitions(rules, connection, &time, &senders, at).await?;
        contacts = casework::known_contacts(connection, &senders).await?;
    }
    let draft = |(citizen_id, before): &'a (i64, Session)| {
        before.compares().map(|(agency_id, topic)| Draft { citizen_id: *citizen_id, agency_id, topic })
    };
    let drafts: Vec<Draft<'_>> = met.iter().filter_map(draft).collect();
    let officers_back = casework::officers_back(&time, at);
    let mut similar = casework::similar_petitions(rules, connection, &drafts, &senders).await?;
    let mut all = Vec::with_capacity(met.len());
    for (citizen_id, before) in met {
        let contact = contacts.remove(citizen_id).filter(|_| before.wants_contact()).unwrap_or_default();
        let (held, talk) = held.remove(citizen_id).unwrap_or_default();
        let casework::Held { person, petitions: count, consents, published, consent_version } = held;
        all.push(Facts {
            consent_version,
            petitions: petitions.remove(citizen_id).unwrap_or_default().into_iter().map(known).collect(),
            officers_back: officers_back.clone(),
            contact,
            similar: similar.remove(citizen_id).unwrap_or_default().into_iter().map(compared).collect(),
            officer: talk.map(|talk| OfficerTalk { wrote_at: talk.wrote_at, ended_at: talk.ended_at }),
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
