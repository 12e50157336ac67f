//! The answer to a petition, and what everybody may read of it.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::kinds::Outcome;

/// What was done, as an officer wrote it.
#[derive(Clone, Debug)]
pub struct Answer {
    pub answer_id: i64,
    pub petition_id: i64,
    pub body: String,
    pub outcome: Outcome,
    pub document_number: Option<String>,
    pub document_on: Option<NaiveDate>,
    /// The agency that answers for it, and its name.
    pub agency_id: String,
    pub agency_name: String,
    pub officer_id: i64,
    pub officer_name: String,
    /// The second person who released it, where there was one.
    pub approver_name: Option<String>,
    pub answered_at: DateTime<Utc>,
}

/// The five things that no answer leaves without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    pub did: String,
    pub unit: String,
    pub done_on: NaiveDate,
    pub evidence: Evidence,
    pub next: Next,
}

/// What proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    Document {
        number: String,
        on: NaiveDate,
    },
    /// Pictures or papers that go out with the answer.
    Files,
    Nothing {
        why: String,
    },
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Step {
        what: String,
        on: NaiveDate,
    },
    /// The matter is settled.
    Nothing,
}

/// An answer to be added.
#[derive(Clone, Debug)]
pub struct NewAnswer<'a> {
    pub petition_id: i64,
    pub gate: &'a Gate,
    /// The whole text, as the sender reads it.
    pub body: &'a str,
    pub outcome: Outcome,
    pub agency_id: &'a str,
    pub officer_id: i64,
    pub approved_by: Option<i64>,
    pub at: DateTime<Utc>,
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

/// Adds an answer and gives its number; earlier ones (of a petition that was reopened) stay.
pub async fn insert(connection: &mut PgConnection, new: &NewAnswer<'_>) -> sqlx::Result<i64> {
    let Gate { did, unit, done_on, evidence, next } = new.gate;
    let (kind, number, document_on, why) = match evidence {
        Evidence::Document { number, on } => ("document", Some(number), Some(*on), None),
        Evidence::Files => ("photo", None, None, None),
        Evidence::Nothing { why } => ("none", None, None, Some(why)),
    };
    let (next_step, next_on) = match next {
        Next::Step { what, on } => (Some(what), Some(*on)),
        Next::Nothing => (None, None),
    };
    sqlx::query_scalar!(
        "insert into answer
             (petition_id, body, outcome, document_number, document_on, agency_id, officer_id, answered_at,
              did, unit, done_on, evidence, no_evidence_reason, next_step, next_on, approved_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         returning answer_id",
        new.petition_id,
        new.body,
        new.outcome.name(),
        number,
        document_on,
        new.agency_id,
        new.officer_id,
        new.at,
        did,
        unit,
        done_on,
        kind,
        why,
        next_step,
        next_on,
        new.approved_by,
    )
    .fetch_one(connection)
    .await
}

/// The answer that stands: the last one.
pub async fn latest(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Option<Answer>> {
    Ok(latest_of(connection, &[petition_id]).await?.pop())
}

/// The answers that stand, of several petitions.
pub async fn latest_of(connection: &mut PgConnection, petition_ids: &[i64]) -> sqlx::Result<Vec<Answer>> {
    sqlx::query_as!(
        Answer,
        r#"select distinct on (n.petition_id)
                  n.answer_id, n.petition_id, n.body, n.outcome as "outcome: Outcome", n.document_number, n.document_on,
                  n.agency_id, a.name as agency_name, n.officer_id, o.name as officer_name,
                  approver.name as "approver_name?", n.answered_at
           from answer n
           join agency a using (agency_id)
           join officer o on o.officer_id = n.officer_id
           left join officer approver on approver.officer_id = n.approved_by
           where n.petition_id = any($1)
           order by n.petition_id, n.answer_id desc"#,
        petition_ids,
    )
    .fetch_all(connection)
    .await
}

/// An earlier answer that says nearly the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    pub answer_id: i64,
    pub reference: String,
    pub answered_at: DateTime<Utc>,
    pub officer_id: i64,
    /// What was done, as it was written then.
    pub did: String,
    /// From 0 to 1.
    pub likeness: f32,
}

/// How many earlier answers an answer is compared with.
const COMPARED: i64 = 200;

/// Whose earlier answers an answer is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Company<'a> {
    pub officer_id: i64,
    pub agency_id: &'a str,
    /// Its own earlier answers count, whoever wrote them: they did not settle it.
    pub petition_id: i64,
    /// The petition, or the one that leads its heap: those are answered alike on purpose.
    pub heap_id: i64,
}

/// Which of the last answers of this officer, or of this agency, is most like these words.
pub async fn most_alike(connection: &mut PgConnection, company: Company<'_>, did: &str) -> sqlx::Result<Option<Alike>> {
    sqlx::query_as!(
        Alike,
        r#"select answer_id as "answer_id!", reference, recent.answered_at as "answered_at!",
                  officer_id as "officer_id!", coalesce(did, body) as "did!",
                  similarity(folded(coalesce(did, body)), folded($3)) as "likeness!"
           from (
               (select * from answer where officer_id = $1 order by answer_id desc limit $4)
               union
               (select * from answer where agency_id = $2 order by answer_id desc limit $4)
               union
               (select * from answer where petition_id = $6)
           ) recent
           join petition using (petition_id)
           where petition_id = $6 or coalesce(heap_id, petition_id) <> $5
           order by 6 desc, answer_id desc limit 1"#,
        company.officer_id,
        company.agency_id,
        did,
        COMPARED,
        company.heap_id,
        company.petition_id,
    )
    .fetch_optional(connection)
    .await
}

/// An earlier answer of this company, with its likeness to these words.
pub async fn compared(
    connection: &mut PgConnection,
    answer_id: i64,
    company: Company<'_>,
    did: &str,
) -> sqlx::Result<Option<Alike>> {
    sqlx::query_as!(
        Alike,
        r#"select answer_id, reference, answer.answered_at, officer_id, coalesce(did, body) as "did!",
                  similarity(folded(coalesce(did, body)), folded($5)) as "likeness!"
           from answer join petition using (petition_id)
           where answer_id = $1 and (officer_id = $2 or agency_id = $3 or petition_id = $4)"#,
        answer_id,
        company.officer_id,
        company.agency_id,
        company.petition_id,
        did,
    )
    .fetch_optional(connection)
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
