//! The SQL of the register.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::privacy::Personal;

use super::gist::gist;
use super::kinds::{Category, Field, IncidentStep, Kind, RefusalReason, Source, SubmitterType};
use super::reading::Reading;
use super::reference::Reference;
use super::status::{Action, Status};

/// One petition as it stands in the register.
#[derive(Clone, Debug)]
pub struct Petition {
    pub petition_id: i64,
    pub reference: Reference,
    pub national_code: Option<String>,
    pub citizen_id: i64,
    pub draft_key: String,
    pub status: Status,
    /// Grows with every change.
    pub version: i32,
    pub details: Details,
    pub target_agency_name: Option<String>,
    pub handling_agency_id: Option<String>,
    pub handling_agency_name: Option<String>,
    pub refusal_reason: Option<RefusalReason>,
    pub refusal_text: Option<String>,
    pub submitted_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub published_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// The sender had their data erased: only the focal office sees who they are.
    pub contact_locked_at: Option<DateTime<Utc>>,
    pub accept_due_at: DateTime<Utc>,
    pub answer_due_at: DateTime<Utc>,
    pub publish_due_at: Option<DateTime<Utc>>,
    pub deadline_policy_version: i32,
    /// What an officer asked the sender to send, while it has not come.
    pub awaiting: Option<Awaiting>,
    pub reopened_at: Option<DateTime<Utc>>,
    /// Who in the agency has it, to do what, until when.
    pub handler_id: Option<i64>,
    pub handler_name: Option<String>,
    pub task: Option<String>,
    pub task_due_on: Option<NaiveDate>,
    pub is_urgent: bool,
    pub source: Source,
    pub field: Field,
    /// The petition under which officers merged it; the leader itself has none.
    pub heap_id: Option<i64>,
    /// The petition it resembles, as the machine proposed when it was filed.
    pub alike_id: Option<i64>,
    pub transfer_count: i32,
    /// The ministry's agency that it was sent on to.
    pub transferred_to_name: Option<String>,
    /// A drafted answer waits for a second person.
    pub approval_asked_at: Option<DateTime<Utc>>,
    /// The officers it complains of.
    pub named: Vec<i64>,
}

/// What a petition waits for; its clock stands still since then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaiting {
    pub asked: String,
    pub since: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
}

impl Petition {
    /// Where `action` leads from here: as [`Status::after`], with what a supplement leaves open. Supplemented before it was
    /// accepted, a petition is still to be accepted; supplemented afterwards, it goes on being handled.
    pub fn after(&self, action: Action) -> Option<Status> {
        let to = self.status.after(action)?;
        if self.status != Status::Supplemented {
            return Some(to);
        }
        let is_possible = match action {
            Action::Accept | Action::Refuse | Action::CloseNoContent => self.accepted_at.is_none(),
            Action::Answer | Action::Assign | Action::Transfer | Action::Start | Action::ReturnInternal => {
                self.accepted_at.is_some()
            }
            _ => true,
        };
        is_possible.then_some(to)
    }

    /// Whether it still waits for somebody to accept it.
    pub fn is_new(&self) -> bool {
        matches!(self.status, Status::Submitted | Status::Supplemented) && self.accepted_at.is_none()
    }
}

/// What the citizen told us: the fields of the national form.
#[derive(Clone, Debug)]
pub struct Details {
    pub submitter_type: SubmitterType,
    pub submitter_name: Personal,
    pub representative_name: Option<Personal>,
    pub tax_code: Option<Personal>,
    pub province_code: Option<String>,
    pub commune_code: Option<String>,
    pub address_detail: Personal,
    /// E.164
    pub phone: Option<Personal>,
    pub email: Option<Personal>,
    pub category: Category,
    pub kind: Kind,
    pub title: Personal,
    /// The citizen's own words, unchanged.
    pub content: Personal,
    pub proposal: Option<Personal>,
    /// What it is about, as a key («social_allowance»); empty where nobody knows.
    pub topic: String,
    /// Conduct: where, when and at which step, as told.
    pub incident: Option<Personal>,
    /// The same, as far as it could be read.
    pub incident_on: Option<NaiveDate>,
    pub incident_time: Option<NaiveTime>,
    pub incident_step: Option<IncidentStep>,
    pub target_agency_id: Option<String>,
    /// What the citizen called the agency, when it is not in our list.
    pub target_agency_text: Option<Personal>,
    pub publish_consent: bool,
    pub identity_confidential: bool,
    pub consent_version: String,
}

impl Details {
    /// What tells it from others.
    pub(super) fn gist(&self) -> String {
        gist(&format!("{} {}", self.title.reveal(), self.content.reveal()))
    }
}

/// A petition to be entered.
#[derive(Clone, Debug)]
pub struct NewPetition {
    pub reference: Reference,
    pub citizen_id: i64,
    pub draft_key: String,
    /// By which door it came.
    pub source: Source,
    pub details: Details,
    /// What the machine takes it for.
    pub reading: Reading,
    pub field: Field,
    /// The petition that it seems to be one matter with.
    pub alike_id: Option<i64>,
    pub submitted_at: DateTime<Utc>,
    pub accept_due_at: DateTime<Utc>,
    pub answer_due_at: DateTime<Utc>,
    pub deadline_policy_version: i32,
}

/// The next number of a Hanoi day. The day's counter stays locked until the caller's transaction ends.
pub async fn next_number(connection: &mut PgConnection, day: NaiveDate) -> sqlx::Result<u32> {
    let number = sqlx::query_scalar!(
        "insert into reference_counter (day_on, last_number) values ($1, 1)
         on conflict (day_on) do update set last_number = reference_counter.last_number + 1
         returning last_number",
        day,
    )
    .fetch_one(connection)
    .await?;
    Ok(number.try_into().expect("the counter starts at 1 and grows"))
}

/// Enters a petition; none when its draft was filed already.
pub async fn insert(connection: &mut PgConnection, new: &NewPetition) -> sqlx::Result<Option<i64>> {
    let details = &new.details;
    let bare = |text: &Option<Personal>| text.as_ref().map(|text| text.reveal().to_owned());
    sqlx::query_scalar!(
        "insert into petition
             (reference, citizen_id, draft_key, status,
              submitter_type, submitter_name, representative_name, tax_code,
              province_code, commune_code, address_detail, phone, email,
              category, kind, title, content, proposal, incident, target_agency_id, target_agency_text,
              publish_consent, identity_confidential, consent_version,
              submitted_at, accept_due_at, answer_due_at, deadline_policy_version, search,
              topic, incident_on, incident_time, incident_step, gist, source,
              scope_class, scope_confidence, scope_reasons, field, alike_id)
         values ($1, $2, $3, 'submitted', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39)
         on conflict (draft_key) do nothing
         returning petition_id",
        new.reference.to_string(),
        new.citizen_id,
        new.draft_key,
        details.submitter_type.name(),
        details.submitter_name.reveal(),
        bare(&details.representative_name),
        bare(&details.tax_code),
        details.province_code,
        details.commune_code,
        details.address_detail.reveal(),
        bare(&details.phone),
        bare(&details.email),
        details.category.name(),
        details.kind.name(),
        details.title.reveal(),
        details.content.reveal(),
        bare(&details.proposal),
        bare(&details.incident),
        details.target_agency_id,
        bare(&details.target_agency_text),
        details.publish_consent,
        details.identity_confidential,
        details.consent_version,
        new.submitted_at,
        new.accept_due_at,
        new.answer_due_at,
        new.deadline_policy_version,
        search_text(new),
        details.topic,
        details.incident_on,
        details.incident_time,
        details.incident_step.map(IncidentStep::name),
        details.gist(),
        new.source.name(),
        new.reading.class,
        new.reading.confidence,
        Json(&new.reading.reasons) as _,
        new.field.name(),
        new.alike_id,
    )
    .fetch_optional(connection)
    .await
}

/// Folded, so that «tro cap» finds «Trợ cấp»; the reference with and without its dashes.
fn search_text(new: &NewPetition) -> String {
    let reference = new.reference.to_string();
    let details = &new.details;
    let words = [
        reference.as_str(),
        &reference.replace('-', ""),
        details.title.reveal(),
        details.content.reveal(),
        details.submitter_name.reveal(),
    ];
    crate::vietnamese::fold(&words.join(" "))
}

/// The reference and due dates of a citizen's petition that was filed from this draft.
pub async fn filed_from(
    connection: &mut PgConnection,
    citizen_id: i64,
    draft_key: &str,
) -> sqlx::Result<Option<(i64, Reference, DateTime<Utc>, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"select petition_id, reference as "reference: Reference", accept_due_at, answer_due_at
         from petition where draft_key = $1 and citizen_id = $2"#,
        draft_key,
        citizen_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.petition_id, row.reference, row.accept_due_at, row.answer_due_at)))
}

/// The same by the draft alone, whoever the citizen is; whoever asks files it next, and others who ask wait for them.
pub async fn filed_from_alone(
    connection: &mut PgConnection,
    draft_key: &str,
) -> sqlx::Result<Option<(i64, Reference, DateTime<Utc>, DateTime<Utc>)>> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", draft_key).execute(&mut *connection).await?;
    let row = sqlx::query!(
        r#"select petition_id, reference as "reference: Reference", accept_due_at, answer_due_at
         from petition where draft_key = $1"#,
        draft_key,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.petition_id, row.reference, row.accept_due_at, row.answer_due_at)))
}

/// Somebody who has no Zalo that we know; gives their number.
pub async fn new_stranger(connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!("insert into citizen (created_at) values ($1) returning citizen_id", at)
        .fetch_one(connection)
        .await
}

/// Keeps everybody else from moving the petition until the caller's transaction ends, and reads it.
pub async fn lock(connection: &mut PgConnection, reference: &Reference) -> sqlx::Result<Option<Petition>> {
    let id =
        sqlx::query_scalar!("select petition_id from petition where reference = $1 for update", reference.to_string())
            .fetch_optional(&mut *connection)
            .await?;
    Ok(read(connection, id.as_slice()).await?.pop())
}

/// The petition with this reference.
pub async fn find(connection: &mut PgConnection, reference: &Reference) -> sqlx::Result<Option<Petition>> {
    let id = sqlx::query_scalar!("select petition_id from petition where reference = $1", reference.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    Ok(read(connection, id.as_slice()).await?.pop())
}

/// The references of these petitions, but of those that name this officer.
pub async fn references(
    connection: &mut PgConnection,
    ids: &[i64],
    officer_id: i64,
) -> sqlx::Result<BTreeMap<i64, String>> {
    let rows = sqlx::query!(
        "select petition_id, reference from petition
         where petition_id = any($1) and not exists (
             select from petition_named_officer named
             where named.petition_id = petition.petition_id and named.officer_id = $2)",
        ids,
        officer_id,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.petition_id, row.reference)).collect())
}

/// These citizens' own petitions, newest first, at most so many of each.
pub async fn of_citizens(connection: &mut PgConnection, citizens: &[i64], at_most: i64) -> sqlx::Result<Vec<Petition>> {
    let ids = sqlx::query_scalar!(
        r#"select petition_id as "petition_id!" from unnest($1::bigint[]) as asked (citizen_id)
           cross join lateral (
               select petition_id from petition
               where petition.citizen_id = asked.citizen_id
               order by petition_id desc limit $2) as own"#,
        citizens,
        at_most,
    )
    .fetch_all(&mut *connection)
    .await?;
    if ids.is_empty() { Ok(Vec::new()) } else { read(connection, &ids).await }
}

/// Whole records, newest first.
async fn read(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Petition>> {
    sqlx::query!(
        r#"select p.petition_id, p.reference as "reference: Reference", p.national_code, p.citizen_id, p.draft_key,
                  p.status as "status: Status", p.version,
                  p.submitter_type as "submitter_type: SubmitterType", p.submitter_name as "submitter_name: Personal",
                  p.representative_name as "representative_name: Personal", p.tax_code as "tax_code: Personal",
                  p.province_code, p.commune_code, p.address_detail as "address_detail: Personal",
                  p.phone as "phone: Personal", p.email as "email: Personal",
                  p.category as "category: Category", p.kind as "kind: Kind", p.title as "title: Personal",
                  p.content as "content: Personal", p.proposal as "proposal: Personal",
                  p.topic, p.incident as "incident: Personal", p.incident_on, p.incident_time,
                  p.incident_step as "incident_step: IncidentStep", p.target_agency_id,
                  p.target_agency_text as "target_agency_text: Personal", target.name as "target_agency_name?",
                  p.publish_consent, p.identity_confidential, p.consent_version,
                  p.handling_agency_id, handling.name as "handling_agency_name?",
                  p.refusal_reason as "refusal_reason: RefusalReason", p.refusal_text,
                  p.submitted_at, p.accepted_at, p.answered_at, p.published_at, p.closed_at, p.contact_locked_at,
                  p.accept_due_at, p.answer_due_at, p.publish_due_at, p.deadline_policy_version,
                  p.awaiting_since, p.supplement_due_at, p.supplement_asked, p.reopened_at,
                  p.handler_id, handler.name as "handler_name?", p.task, p.task_due_on, p.is_urgent,
                  p.source as "source: Source", p.field as "field: Field", p.heap_id, p.alike_id, p.transfer_count,
                  p.approval_asked_at, sent_to.name as "transferred_to_name?",
                  array(select officer_id from petition_named_officer n where n.petition_id = p.petition_id) as "named!"
           from petition p
           left join agency target on target.agency_id = p.target_agency_id
           left join agency handling on handling.agency_id = p.handling_agency_id
           left join agency sent_to on sent_to.agency_id = p.transferred_to_id
           left join officer handler on handler.officer_id = p.handler_id
           where p.petition_id = any($1)
           order by p.petition_id desc"#,
        ids,
    )
    .map(|row| Petition {
        details: Details {
            submitter_type: row.submitter_type,
            submitter_name: row.submitter_name,
            representative_name: row.representative_name,
            tax_code: row.tax_code,
            province_code: row.province_code,
            commune_code: row.commune_code,
            address_detail: row.address_detail,
            phone: row.phone,
            email: row.email,
            category: row.category,
            kind: row.kind,
            title: row.title,
            content: row.content,
            proposal: row.proposal,
            topic: row.topic,
            incident: row.incident,
            incident_on: row.incident_on,
            incident_time: row.incident_time,
            incident_step: row.incident_step,
            target_agency_id: row.target_agency_id,
            target_agency_text: row.target_agency_text,
            publish_consent: row.publish_consent,
            identity_confidential: row.identity_confidential,
            consent_version: row.consent_version,
        },
        petition_id: row.petition_id,
        reference: row.reference,
        national_code: row.national_code,
        citizen_id: row.citizen_id,
        draft_key: row.draft_key,
        status: row.status,
        version: row.version,
        target_agency_name: row.target_agency_name,
        handling_agency_id: row.handling_agency_id,
        handling_agency_name: row.handling_agency_name,
        refusal_reason: row.refusal_reason,
        refusal_text: row.refusal_text,
        submitted_at: row.submitted_at,
        accepted_at: row.accepted_at,
        answered_at: row.answered_at,
        published_at: row.published_at,
        closed_at: row.closed_at,
        contact_locked_at: row.contact_locked_at,
        accept_due_at: row.accept_due_at,
        answer_due_at: row.answer_due_at,
        publish_due_at: row.publish_due_at,
        deadline_policy_version: row.deadline_policy_version,
        awaiting: row.awaiting_since.zip(row.supplement_due_at).map(|(since, due_at)| Awaiting {
            asked: row.supplement_asked.unwrap_or_default(),
            since,
            due_at,
        }),
        reopened_at: row.reopened_at,
        handler_id: row.handler_id,
        handler_name: row.handler_name,
        task: row.task,
        task_due_on: row.task_due_on,
        is_urgent: row.is_urgent,
        source: row.source,
        field: row.field,
        heap_id: row.heap_id,
        alike_id: row.alike_id,
        transfer_count: row.transfer_count,
        transferred_to_name: row.transferred_to_name,
        approval_asked_at: row.approval_asked_at,
        named: row.named,
    })
    .fetch_all(connection)
    .await
}

/// Whether an agency has closed; it takes no new work.
pub async fn is_closed(connection: &mut PgConnection, agency_id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists(select from agency where agency_id = $1 and valid_to is not null) as "is_closed!""#,
        agency_id,
    )
    .fetch_one(connection)
    .await
}

/// Name and level of an agency; none when there is no such agency.
pub async fn agency(connection: &mut PgConnection, agency_id: &str) -> sqlx::Result<Option<(String, String)>> {
    let row = sqlx::query!("select name, level from agency where agency_id = $1", agency_id);
    Ok(row.fetch_optional(connection).await?.map(|agency| (agency.name, agency.level)))
}
