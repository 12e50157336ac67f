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

/// One page of results, the newest first.
#[derive(Clone, Debug)]
pub struct Board {
    pub posted: Vec<Posted>,
    /// Of all pages, counted to one more than `most`.
    pub total: i64,
    /// So many results can be turned through: nobody turns more pages than that.
    pub most: i64,
    /// Which page this is, from 0: the last one where the one that was asked for lies behind it.
    pub page: i64,
}

/// So many of all results can be turned through; who looks for an older one says what it is about.
const MOST_LISTED: i64 = 1_000;
/// And so many of those that were found by words; who wants others says more.
const MOST_FOUND: i64 = 200;
/// So many of the newest are looked through, until enough is found. Words that stand in very many results are found so, and no
/// search reads all that it would not show; rarer ones are looked up.
const LOOKED_THROUGH: i64 = 5_000;

/// Public results; `typed` is a reference, or words that all have to occur in what is public, the last one perhaps just
/// begun.
pub async fn page(connection: &mut PgConnection, typed: &str, page: i64) -> sqlx::Result<Board> {
    let most = if fold(typed).is_empty() { MOST_LISTED } else { MOST_FOUND };
    let ids = shown(connection, typed, most + 1).await?;
    let total = ids.len() as i64;
    let page = page.clamp(0, (total.min(most) - 1).max(0) / PAGE_LENGTH);
    let first = (page * PAGE_LENGTH) as usize;
    let on_page: Vec<i64> = ids.into_iter().skip(first).take(PAGE_LENGTH as usize).collect();
    Ok(Board { posted: posted(connection, &on_page).await?, total, most, page })
}

/// What is shown, the newest first, at most so many.
async fn shown(connection: &mut PgConnection, typed: &str, at_most: i64) -> sqlx::Result<Vec<i64>> {
    if let Ok(reference) = typed.parse::<Reference>() {
        return of_reference(connection, &reference).await;
    }
    let folded = fold(typed);
    if folded.is_empty() {
        return newest(connection, None, at_most).await;
    }
    // signs only: nothing is called so
    let Some(words) = queue::prefixed(&folded) else { return Ok(Vec::new()) };
    let found = newest(connection, Some(&words), at_most).await?;
    if found.len() as i64 == at_most { Ok(found) } else { with_words(connection, &words, at_most).await }
}

async fn of_reference(connection: &mut PgConnection, reference: &Reference) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select petition_id from petition join publication using (petition_id)
         where reference = $1 and is_public and status = 'published'",
        reference.to_string(),
    )
    .fetch_all(connection)
    .await
}

/// The newest, with these words if any are given, as far as they are [looked through](LOOKED_THROUGH). The petition is looked
/// up for each: one that was reopened, or taken down, is not shown, and few are.
async fn newest(connection: &mut PgConnection, words: Option<&str>, at_most: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select publication.petition_id as "petition_id!"
           from (select petition_id, published_at, words from publication
                 where is_public order by published_at desc, petition_id desc limit $2) as publication
           cross join lateral (
               select from petition
               where petition.petition_id = publication.petition_id and petition.status = 'published' offset 0
           ) as settled
           where $1::text is null or words @@ $1::text::tsquery
           order by published_at desc, publication.petition_id desc limit $3"#,
        words,
        LOOKED_THROUGH,
        at_most,
    )
    .fetch_all(connection)
    .await
}

/// The newest of all that have these words: from the index of words, which gives all of them before the first can be known.
async fn with_words(connection: &mut PgConnection, words: &str, at_most: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select found.petition_id
         from (select petition_id, published_at from publication
               where is_public and words @@ $1::text::tsquery offset 0) as found
         join petition on petition.petition_id = found.petition_id and petition.status = 'published'
         order by found.published_at desc, found.petition_id desc limit $2",
        words,
        at_most,
    )
    .fetch_all(connection)
    .await
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
