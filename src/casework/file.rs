//! Enters a petition in the register.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::clock::hanoi;
use crate::petition::consent::{Purpose, give};
use crate::petition::reading::{Reading, Reason};
use crate::petition::store::{self, NewPetition};
use crate::petition::{
    Action, Attachment, Details, Event, Matter, Reference, Source, Status, Step, alike, attachment, calendar_store,
    event, extra,
};
use crate::privacy::Personal;
use crate::scope;

use super::field::field_of;
use super::name::{Told, name_by_machine};
use super::{CaseError, Enclosure, Filed, Filing, Rules, record};

/// Enters a petition in the register. The same draft again, also at the same time, gives the petition that is already
/// there. No notice goes out: the receipt is the dialog's reply.
///
/// [`CaseError::Invalid`] names an answer that the registry requires; a form that passed the start-up check
/// ([`required_answers`](super::required_answers)) does not meet it.
pub async fn file(
    rules: &Rules,
    connection: &mut PgConnection,
    filing: &Filing,
    at: DateTime<Utc>,
) -> Result<Filed, CaseError> {
    match filed_before(connection, filing).await? {
        Some(filed) => Ok(filed),
        None => file_through(rules, connection, filing, Door { source: Source::Zalo, officer_id: None }, at).await,
    }
}

/// By which door a petition comes, and who opened it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Door {
    pub source: Source,
    /// None: the sender, in the chat.
    pub officer_id: Option<i64>,
}

pub(super) async fn file_through(
    rules: &Rules,
    connection: &mut PgConnection,
    filing: &Filing,
    door: Door,
    at: DateTime<Utc>,
) -> Result<Filed, CaseError> {
    let mut details = record::details(filing)?;
    keep_unknown_agency_as_text(connection, &mut details).await?;
    let publish_consent = details.publish_consent;
    let new = NewPetition { source: door.source, ..new_petition(rules, connection, filing, details, at).await? };
    let Some(petition_id) = store::insert(connection, &new).await? else {
        // another transaction has filed the draft since we looked
        return filed_before(connection, filing).await?.ok_or(CaseError::Database(sqlx::Error::RowNotFound));
    };
    extra::keep(connection, petition_id, &record::extra(filing)).await?;
    for enclosure in &filing.attachments {
        attachment::insert(connection, petition_id, &kept(enclosure)).await?;
    }
    if publish_consent {
        give(connection, filing.citizen_id, Purpose::Publication, &filing.consent_version, at).await?;
    }
    let detail = json!({ "attachments": filing.attachments.len(), "source": door.source.name() });
    let (action, officer_id) = (Action::File, door.officer_id);
    let line = Event { petition_id, action, from: None, to: Status::Submitted, officer_id, detail, at };
    event::record(connection, &line).await?;
    let told = Told { petition_id, status: Status::Submitted, details: &new.details, more: "", named: &[] };
    name_by_machine(rules, connection, &told, &[new.details.target_agency_id.as_deref()], at).await?;
    Ok(filed(petition_id, &new.reference, new.accept_due_at, new.answer_due_at))
}

async fn filed_before(connection: &mut PgConnection, filing: &Filing) -> Result<Option<Filed>, CaseError> {
    let found = store::filed_from(connection, filing.citizen_id, &filing.draft_key).await?;
    Ok(found.map(|(petition_id, reference, accept_due_at, answer_due_at)| {
        filed(petition_id, &reference, accept_due_at, answer_due_at)
    }))
}

pub(super) fn filed(
    petition_id: i64,
    reference: &Reference,
    accept_due_at: DateTime<Utc>,
    answer_due_at: DateTime<Utc>,
) -> Filed {
    Filed { petition_id, reference: reference.to_string(), short: reference.short(), accept_due_at, answer_due_at }
}

/// Gives the petition its number and its due dates, by the policy that is valid on the day.
async fn new_petition(
    rules: &Rules,
    connection: &mut PgConnection,
    filing: &Filing,
    details: Details,
    at: DateTime<Utc>,
) -> Result<NewPetition, CaseError> {
    let matter = Matter::of(details.category);
    let deadlines = calendar_store::deadlines_at(connection, &rules.office_hours, matter, at).await?;
    let (accept_due_at, answer_due_at) = (deadlines.due(Step::Accept, at)?, deadlines.due(Step::Answer, at)?);
    let day = hanoi(at).date_naive();
    let reading = read(details.content.reveal());
    // from here on everybody else who files waits for us; and what others filed just now is there to be found alike
    let number = store::next_number(connection, day).await?;
    let alike_id = alike::leader(connection, &details, &reading.class, at).await?;
    Ok(NewPetition {
        reference: Reference::new(day, number).expect("a number from 1 on a day of the calendar"),
        citizen_id: filing.citizen_id,
        draft_key: filing.draft_key.clone(),
        source: Source::Zalo,
        field: field_of(&details.topic, details.content.reveal()),
        reading,
        alike_id,
        details,
        submitted_at: at,
        accept_due_at,
        answer_due_at,
        deadline_policy_version: deadlines.policy.version,
    })
}

/// A list of agencies changes while drafts are open: what is not in it any more becomes words that an officer reads.
async fn keep_unknown_agency_as_text(connection: &mut PgConnection, details: &mut Details) -> Result<(), CaseError> {
    if let Some(agency_id) = &details.target_agency_id
        && store::agency(connection, agency_id).await?.is_none()
    {
        let code = Personal::new(details.target_agency_id.take().unwrap_or_default());
        details.target_agency_text = details.target_agency_text.take().or(Some(code));
    }
    Ok(())
}

/// What the machine takes the content for: shown to officers, who decide.
fn read(content: &str) -> Reading {
    let read = scope::read(content);
    let reasons = read.reasons.into_iter().map(|reason| Reason { words: reason.words, sign: reason.sign.to_owned() });
    Reading { class: read.class.name().to_owned(), confidence: read.confidence as f32, reasons: reasons.collect() }
}

pub(super) fn kept(enclosure: &Enclosure) -> Attachment {
    let enclosure = enclosure.clone();
    Attachment {
        kind: enclosure.kind,
        url: enclosure.url,
        name: enclosure.name,
        size: enclosure.size,
        description: enclosure.description.map(Personal::new),
        latitude: enclosure.latitude.map(Personal::new),
        longitude: enclosure.longitude.map(Personal::new),
        is_identity: enclosure.is_identity,
    }
}
