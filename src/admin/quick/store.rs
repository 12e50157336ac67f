//! The SQL of ready sentences. Every version stays; the latest of a sentence holds.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A sentence as it reads now.
#[derive(Clone, Debug)]
pub struct Quick {
    pub quick_text_id: i64,
    /// None: of all agencies.
    pub agency_id: Option<String>,
    pub agency_name: Option<String>,
    /// Grows with every change.
    pub quick_text_version_id: i64,
    pub title: String,
    pub body: String,
    pub is_offered: bool,
}

/// One version of a sentence.
#[derive(Clone, Debug)]
pub struct Version {
    pub title: String,
    pub body: String,
    pub is_offered: bool,
    /// None: it came with the program.
    pub officer_name: Option<String>,
    pub written_at: DateTime<Utc>,
}

/// What is written into a new version.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    pub title: &'a str,
    pub body: &'a str,
    pub is_offered: bool,
    pub officer_id: i64,
    pub at: DateTime<Utc>,
}

/// Those of all agencies and of this one, also those that are not offered any more; without one, everybody's.
pub async fn all(connection: &mut PgConnection, agency_id: Option<&str>) -> sqlx::Result<Vec<Quick>> {
    sqlx::query_as!(
        Quick,
        r#"select quick_text.quick_text_id, quick_text.agency_id, agency.name as "agency_name?", latest.quick_text_version_id,
                  latest.title, latest.body, latest.is_offered
           from quick_text
           left join agency using (agency_id)
           cross join lateral (
               select * from quick_text_version version where version.quick_text_id = quick_text.quick_text_id
               order by quick_text_version_id desc limit 1
           ) as latest
           where $1::text is null or quick_text.agency_id is null or quick_text.agency_id = $1
           order by quick_text.agency_id is not null desc, latest.is_offered desc, latest.title"#,
        agency_id,
    )
    .fetch_all(connection)
    .await
}

/// One of them; it stays locked until the caller's transaction ends.
pub async fn lock(connection: &mut PgConnection, quick_text_id: i64) -> sqlx::Result<Option<Quick>> {
    sqlx::query!("select from quick_text where quick_text_id = $1 for update", quick_text_id)
        .fetch_optional(&mut *connection)
        .await?;
    Ok(all(connection, None).await?.into_iter().find(|quick| quick.quick_text_id == quick_text_id))
}

/// The newest first.
pub async fn versions(connection: &mut PgConnection, quick_text_id: i64) -> sqlx::Result<Vec<Version>> {
    sqlx::query_as!(
        Version,
        r#"select title, body, is_offered, officer.name as "officer_name?", written_at
           from quick_text_version left join officer using (officer_id)
           where quick_text_id = $1 order by quick_text_version_id desc"#,
        quick_text_id,
    )
    .fetch_all(connection)
    .await
}

/// Begins a new sentence; gives its number.
pub async fn begin(connection: &mut PgConnection, agency_id: Option<&str>) -> sqlx::Result<i64> {
    sqlx::query_scalar!("insert into quick_text (agency_id) values ($1) returning quick_text_id", agency_id)
        .fetch_one(connection)
        .await
}

pub async fn write(connection: &mut PgConnection, quick_text_id: i64, written: &Written<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into quick_text_version (quick_text_id, title, body, is_offered, officer_id, written_at)
         values ($1, $2, $3, $4, $5, $6)",
        quick_text_id,
        written.title,
        written.body,
        written.is_offered,
        written.officer_id,
        written.at,
    )
    .execute(connection)
    .await?;
    Ok(())
}
