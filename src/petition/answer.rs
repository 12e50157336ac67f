//! The answer to a petition, and what everybody may read of it.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::kinds::Outcome;

/// What was done, as an officer wrote it.
#[derive(Clone, Debug)]
pub struct Answer {
    pub petition_id: i64,
    pub body: String,
    pub outcome: Outcome,
    pub document_number: Option<String>,
    pub document_on: Option<NaiveDate>,
    /// The agency that answers for it, and its name.
    pub agency_id: String,
    pub agency_name: String,
    pub officer_id: i64,
    pub answered_at: DateTime<Utc>,
}

/// The public version, written when an officer has seen the preview.
#[derive(Clone, Debug)]
pub struct Publication {
    pub petition_id: i64,
    /// False: the answer went to the citizen only; the texts are empty and the page shows nothing.
    pub is_public: bool,
    pub title: String,
    pub content: String,
    pub answer: String,
    pub officer_id: i64,
    pub published_at: DateTime<Utc>,
}

/// Adds an answer; earlier ones (of a petition that was reopened) stay. `agency_name` is not written.
pub async fn insert(connection: &mut PgConnection, answer: &Answer) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into answer
             (petition_id, body, outcome, document_number, document_on, agency_id, officer_id, answered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        answer.petition_id,
        answer.body,
        answer.outcome.name(),
        answer.document_number,
        answer.document_on,
        answer.agency_id,
        answer.officer_id,
        answer.answered_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The answer that stands: the last one.
pub async fn latest(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Option<Answer>> {
    sqlx::query_as!(
        Answer,
        r#"select n.petition_id, n.body, n.outcome as "outcome: Outcome", n.document_number, n.document_on,
                  n.agency_id, a.name as agency_name, n.officer_id, n.answered_at
           from answer n join agency a using (agency_id)
           where n.petition_id = $1
           order by n.answer_id desc limit 1"#,
        petition_id,
    )
    .fetch_optional(connection)
    .await
}

/// The answers that stand, of several petitions.
pub async fn latest_of(connection: &mut PgConnection, petition_ids: &[i64]) -> sqlx::Result<Vec<Answer>> {
    sqlx::query_as!(
        Answer,
        r#"select distinct on (n.petition_id)
                  n.petition_id, n.body, n.outcome as "outcome: Outcome", n.document_number, n.document_on,
                  n.agency_id, a.name as agency_name, n.officer_id, n.answered_at
           from answer n join agency a using (agency_id)
           where n.petition_id = any($1)
           order by n.petition_id, n.answer_id desc"#,
        petition_ids,
    )
    .fetch_all(connection)
    .await
}

/// Whether this officer has answered the petition before.
pub async fn was_by(connection: &mut PgConnection, petition_id: i64, officer_id: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists(select from answer where petition_id = $1 and officer_id = $2) as "was_by!""#,
        petition_id,
        officer_id,
    )
    .fetch_one(connection)
    .await
}

/// Which of these petitions stand, or stood, on the public page.
pub async fn public_of(connection: &mut PgConnection, petition_ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!("select petition_id from publication where is_public and petition_id = any($1)", petition_ids)
        .fetch_all(connection)
        .await
}

/// Writes the public version; a petition that was reopened gets the new one in place of the old.
pub async fn publish(connection: &mut PgConnection, publication: &Publication) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into publication (petition_id, is_public, title, content, answer, officer_id, published_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (petition_id) do update
         set is_public = excluded.is_public, title = excluded.title, content = excluded.content,
             answer = excluded.answer, officer_id = excluded.officer_id, published_at = excluded.published_at",
        publication.petition_id,
        publication.is_public,
        publication.title,
        publication.content,
        publication.answer,
        publication.officer_id,
        publication.published_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The public version, if there is one.
pub async fn publication(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Option<Publication>> {
    sqlx::query_as!(
        Publication,
        "select petition_id, is_public, title, content, answer, officer_id, published_at
         from publication where petition_id = $1",
        petition_id,
    )
    .fetch_optional(connection)
    .await
}
