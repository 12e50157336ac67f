//! Petitions that may be about what somebody is writing just now.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::privacy::Personal;

use super::reference::Reference;

/// The newest of others that are compared.
const OF_OTHERS: i64 = 20;
/// And of the citizen's own.
const OWN: i64 = 10;

/// A petition to compare with.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub reference: Reference,
    /// As published; of an own petition as filed.
    pub title: Personal,
    pub content: Personal,
    /// What everybody may read of the answer; none for an own petition.
    pub answer: Option<String>,
    pub agency_name: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

/// Published petitions of other people, handled by this agency (or sent to it) and about this matter, newest first.
pub async fn published(
    connection: &mut PgConnection,
    citizen_id: i64,
    agency_id: &str,
    topic: &str,
) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select p.reference as "reference: Reference", publication.title as "title: Personal",
                  publication.content as "content: Personal", publication.answer as "answer?",
                  agency.name as "agency_name?", p.answered_at
           from petition p
           join publication on publication.petition_id = p.petition_id and publication.is_public
           left join agency on agency.agency_id = coalesce(p.handling_agency_id, p.target_agency_id)
           where p.status = 'published'
             and coalesce(p.handling_agency_id, p.target_agency_id) = $2
             and p.topic = $3
             and p.citizen_id <> $1
           order by p.published_at desc
           limit $4"#,
        citizen_id,
        agency_id,
        topic,
        OF_OTHERS,
    )
    .fetch_all(connection)
    .await
}

/// The citizen's own petitions that are still open, newest first.
pub async fn own_open(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"select p.reference as "reference: Reference", p.title as "title: Personal",
                  p.content as "content: Personal", null::text as "answer?",
                  agency.name as "agency_name?", p.answered_at
           from petition p
           left join agency on agency.agency_id = coalesce(p.handling_agency_id, p.target_agency_id)
           where p.citizen_id = $1
             and p.status in ('submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
                              'awaiting_supplement', 'answered', 'reopened')
           order by p.petition_id desc
           limit $2"#,
        citizen_id,
        OWN,
    )
    .fetch_all(connection)
    .await
}
