//! The notice board: what everybody may read. Reads `publication` and, of the petition itself, only what identifies
//! nobody: reference, dates, agencies, the kind of matter, the commune.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::{Category, Outcome, Reference, SubmitterType, queue};
use crate::vietnamese::fold;

/// How many results stand on a page.
pub const PAGE_LENGTH: i64 = 20;

/// One result in the list.
#[derive(Clone, Debug)]
pub struct Posted {
    pub reference: String,
    pub title: String,
    pub answer: String,
    pub outcome: Outcome,
    pub agency: String,
    pub submitted_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub published_at: DateTime<Utc>,
}

/// One page of results, the newest first; `total` counts all pages.
#[derive(Clone, Debug)]
pub struct Board {
    pub posted: Vec<Posted>,
    pub total: i64,
}

/// Public results; `typed` is a reference, the end of one, or words that all have to occur in what is public.
pub async fn page(connection: &mut PgConnection, typed: &str, page: i64) -> sqlx::Result<Board> {
    let words: Vec<String> = fold(typed).split_whitespace().map(queue::like).collect();
    let reference = typed.parse::<Reference>().ok().map(|reference| reference.to_string());
    let rows = sqlx::query!(
        r#"select reference, publication.title, publication.answer, publication.published_at,
                answer.outcome as "outcome: Outcome", agency.name as agency, submitted_at,
                petition.answered_at, count(*) over () as "total!"
         from publication
         join petition using (petition_id)
         join lateral (
             select outcome, agency_id from answer
             where answer.petition_id = petition.petition_id order by answer_id desc limit 1
         ) answer on true
         join agency using (agency_id)
         where is_public and petition.status = 'published' and (publication.search like all($1) or reference = $2)
         order by publication.published_at desc, petition_id desc
         limit $3 offset $4"#,
        &words,
        reference,
        PAGE_LENGTH,
        page * PAGE_LENGTH,
    )
    .fetch_all(connection)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let posted = rows.into_iter().map(|row| Posted {
        reference: row.reference,
        title: row.title,
        answer: row.answer,
        outcome: row.outcome,
        agency: row.agency,
        submitted_at: row.submitted_at,
        answered_at: row.answered_at,
        published_at: row.published_at,
    });
    Ok(Board { posted: posted.collect(), total })
}

/// One published result, as everybody may read it.
#[derive(Clone, Debug)]
pub struct PublicResult {
    pub petition_id: i64,
    pub reference: String,
    pub title: String,
    pub content: String,
    pub answer: String,
    pub outcome: Outcome,
    pub document_number: Option<String>,
    pub document_on: Option<NaiveDate>,
    /// Who answered.
    pub agency: String,
    pub category: Category,
    pub submitter_type: SubmitterType,
    /// «UBND phường Láng»; none outside the city.
    pub commune_agency: Option<String>,
    pub submitted_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answer_due_at: DateTime<Utc>,
    pub published_at: DateTime<Utc>,
}

/// The public result under a reference. None for a reference nobody has, for a petition under way, for a refused one and
/// for an answer that went to its sender only: a stranger does not learn which.
pub async fn find(connection: &mut PgConnection, reference: &Reference) -> sqlx::Result<Option<PublicResult>> {
    sqlx::query_as!(
        PublicResult,
        r#"select petition_id, reference, publication.title, publication.content, publication.answer,
                answer.outcome as "outcome: Outcome", answer.document_number, answer.document_on, agency.name as agency,
                category as "category: Category", submitter_type as "submitter_type: SubmitterType",
                commune.name as "commune_agency?", submitted_at, accepted_at,
                petition.answered_at, answer_due_at, publication.published_at
         from publication
         join petition using (petition_id)
         join lateral (
             select outcome, document_number, document_on, agency_id from answer
             where answer.petition_id = petition.petition_id order by answer_id desc limit 1
         ) answer on true
         join agency using (agency_id)
         left join agency commune on commune.agency_id = 'HN-' || petition.commune_code
         where reference = $1 and is_public and petition.status = 'published'"#,
        reference.to_string(),
    )
    .fetch_optional(connection)
    .await
}

/// What the public learns of who petitioned: «Một người dân».
pub fn public_word(submitter_type: SubmitterType) -> &'static str {
    match submitter_type {
        SubmitterType::Individual => "Một người dân",
        SubmitterType::Enterprise => "Một doanh nghiệp",
        SubmitterType::Organisation => "Một tổ chức",
    }
}
