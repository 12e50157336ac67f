//! The notice board: what everybody may read. Reads `publication` and, of the petition itself, only what identifies
//! nobody: reference, dates, agencies, the kind of matter, the commune.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, QueryBuilder};

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

/// One page of results, the newest first.
#[derive(Clone, Debug)]
pub struct Board {
    pub posted: Vec<Posted>,
    /// Of all pages, counted to one more than [`MOST_COUNTED`]: nobody turns more pages than that.
    pub total: i64,
}

/// So many results can be turned through; who looks for an older one says what it is about.
pub const MOST_COUNTED: i64 = 1_000;

/// Public results; `typed` is a reference, or words that all have to occur in what is public, the last one perhaps just
/// begun.
pub async fn page(connection: &mut PgConnection, typed: &str, page: i64) -> sqlx::Result<Board> {
    let reference = typed.parse::<Reference>().ok().map(|reference| reference.to_string());
    let folded = fold(typed);
    let words = if folded.is_empty() { None } else { queue::prefixed(&folded) };
    if reference.is_none() && words.is_none() && !folded.is_empty() {
        // signs only: nothing is called so
        return Ok(Board { posted: Vec::new(), total: 0 });
    }
    let ids = shown(connection, reference.as_deref(), words.as_deref()).await?;
    let total = ids.len();
    let first = usize::try_from(page * PAGE_LENGTH).unwrap_or(usize::MAX);
    let ids: Vec<i64> = ids.iter().skip(first).take(PAGE_LENGTH as usize).copied().collect();
    Ok(Board { posted: posted(connection, &ids).await?, total: total as i64 })
}

/// What is shown under a search, the newest first, no more than anybody turns through. The petition is looked up for each:
/// one that was reopened, or taken down, is not shown, and few are.
async fn shown(connection: &mut PgConnection, reference: Option<&str>, words: Option<&str>) -> sqlx::Result<Vec<i64>> {
    if let Some(reference) = reference {
        return sqlx::query_scalar!(
            "select petition_id from petition join publication using (petition_id)
             where reference = $1 and is_public and status = 'published'",
            reference,
        )
        .fetch_all(connection)
        .await;
    }
    let mut sql = QueryBuilder::new(
        "select publication.petition_id
         from publication
         cross join lateral (
             select from petition
             where petition.petition_id = publication.petition_id and petition.status = 'published' offset 0
         ) as settled
         where is_public",
    );
    if let Some(words) = words {
        sql.push(" and words @@ ").push_bind(words).push("::text::tsquery");
    }
    sql.push(" order by published_at desc, publication.petition_id desc limit ").push_bind(MOST_COUNTED + 1);
    sql.build_query_scalar().persistent(false).fetch_all(connection).await
}

async fn posted(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Posted>> {
    sqlx::query_as!(
        Posted,
        r#"select reference, publication.title, publication.answer, answer.outcome as "outcome: Outcome",
                agency.name as agency, submitted_at, petition.answered_at, publication.published_at
         from unnest($1::bigint[]) with ordinality as wanted (petition_id, place)
         join publication using (petition_id)
         join petition using (petition_id)
         join lateral (
             select outcome, agency_id from answer
             where answer.petition_id = petition.petition_id order by answer_id desc limit 1
         ) answer on true
         join agency using (agency_id)
         order by wanted.place"#,
        ids,
    )
    .fetch_all(connection)
    .await
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
