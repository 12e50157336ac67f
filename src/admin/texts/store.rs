//! The SQL of changed texts. Every version stays; the latest of a key holds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::casework::notices::edits::Edits;

/// One change of a text.
#[derive(Clone, Debug)]
pub struct Version {
    pub office_text_id: i64,
    /// None: back to what the file says.
    pub text: Option<String>,
    pub officer_name: String,
    pub written_at: DateTime<Utc>,
}

/// The number of the last change of all; 0 before there was one.
pub async fn revision(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select coalesce(max(office_text_id), 0) as "revision!" from office_text"#)
        .fetch_one(connection)
        .await
}

/// What holds now, but for what the file says.
pub async fn edits(connection: &mut PgConnection) -> sqlx::Result<Edits> {
    let rows = sqlx::query!(
        r#"select key, text from (
             select distinct on (key) key, text from office_text order by key, office_text_id desc
         ) as latest where text is not null"#,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.key, row.text?))).collect())
}

/// Of every text that was ever changed: who did it last, and when.
pub async fn latest(connection: &mut PgConnection) -> sqlx::Result<BTreeMap<String, Version>> {
    let rows = sqlx::query!(
        "select distinct on (key) key, office_text_id, text, officer.name, written_at
         from office_text join officer using (officer_id)
         order by key, office_text_id desc",
    )
    .fetch_all(connection)
    .await?;
    let version = rows.into_iter().map(|row| {
        let (officer_name, written_at) = (row.name, row.written_at);
        (row.key, Version { office_text_id: row.office_text_id, text: row.text, officer_name, written_at })
    });
    Ok(version.collect())
}

/// The newest first.
pub async fn versions(connection: &mut PgConnection, key: &str) -> sqlx::Result<Vec<Version>> {
    sqlx::query_as!(
        Version,
        "select office_text_id, text, officer.name as officer_name, written_at
         from office_text join officer using (officer_id)
         where key = $1 order by office_text_id desc",
        key,
    )
    .fetch_all(connection)
    .await
}

/// One change at a time, until the caller's transaction ends: each is checked together with all others.
pub async fn lock(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("lock table office_text in share row exclusive mode").execute(connection).await?;
    Ok(())
}

pub async fn write(
    connection: &mut PgConnection,
    key: &str,
    text: Option<&str>,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into office_text (key, text, officer_id, written_at) values ($1, $2, $3, $4)",
        key,
        text,
        officer_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}
