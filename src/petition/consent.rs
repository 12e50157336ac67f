//! Proof of consent: who, when, to what, under which text (Law 91/2025/QH15). One line a consent, never overwritten;
//! withdrawing it closes the line.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

vocabulary! {
    /// What somebody consents to; each is asked for and withdrawn on its own.
    pub enum Purpose {
        Processing = "processing";
        Publication = "publication";
        /// Contact data of last time is offered and taken again.
        Reuse = "reuse";
        /// Questions about how it went.
        Survey = "survey";
        /// News of a petition through Zalo; replies to the citizen's own words need none.
        Messages = "messages";
    }
}

/// Writes down a consent, unless the same one stands already.
pub async fn give(
    connection: &mut PgConnection,
    citizen_id: i64,
    purpose: Purpose,
    text_version: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into consent (citizen_id, purpose, text_version, given_at)
         select $1, $2, $3, $4
         where not exists (
             select from consent
             where citizen_id = $1 and purpose = $2 and text_version = $3 and withdrawn_at is null)",
        citizen_id,
        purpose.name(),
        text_version,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The version of the text of the last consent that was not withdrawn.
pub async fn version(connection: &mut PgConnection, citizen_id: i64, purpose: Purpose) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select text_version from consent
         where citizen_id = $1 and purpose = $2 and withdrawn_at is null
         order by consent_id desc limit 1",
        citizen_id,
        purpose.name(),
    )
    .fetch_optional(connection)
    .await
}

/// A consent that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub at: DateTime<Utc>,
    pub text_version: String,
}

/// The last consent to a purpose that was not withdrawn.
pub async fn last(connection: &mut PgConnection, citizen_id: i64, purpose: Purpose) -> sqlx::Result<Option<Given>> {
    sqlx::query_as!(
        Given,
        "select given_at as at, text_version from consent
         where citizen_id = $1 and purpose = $2 and withdrawn_at is null
         order by consent_id desc limit 1",
        citizen_id,
        purpose.name(),
    )
    .fetch_optional(connection)
    .await
}

/// Closes every standing consent to a purpose.
pub async fn withdraw(
    connection: &mut PgConnection,
    citizen_id: i64,
    purpose: Purpose,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update consent set withdrawn_at = $3 where citizen_id = $1 and purpose = $2 and withdrawn_at is null",
        citizen_id,
        purpose.name(),
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Withdraws a consent, whatever text it was given under. An objection where nothing was ever given is written down too,
/// under `text_version`: from now on the answer is no.
pub async fn object(
    connection: &mut PgConnection,
    citizen_id: i64,
    purpose: Purpose,
    text_version: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with closed as (
             update consent set withdrawn_at = $4
             where citizen_id = $1 and purpose = $2 and withdrawn_at is null
             returning consent_id)
         insert into consent (citizen_id, purpose, text_version, given_at, withdrawn_at)
         select $1, $2, $3, $4, $4
         where not exists (select from closed)
           and not exists (select from consent where citizen_id = $1 and purpose = $2)",
        citizen_id,
        purpose.name(),
        text_version,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the citizen's last word on this purpose was no. Silence is not.
pub async fn is_withdrawn(connection: &mut PgConnection, citizen_id: i64, purpose: Purpose) -> sqlx::Result<bool> {
    let last = sqlx::query_scalar!(
        r#"select withdrawn_at is not null as "is_withdrawn!" from consent
           where citizen_id = $1 and purpose = $2 order by consent_id desc limit 1"#,
        citizen_id,
        purpose.name(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(last.unwrap_or(false))
}

/// A citizen's consent to one purpose that stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub citizen_id: i64,
    pub purpose: Purpose,
    /// When it was given last.
    pub given_at: DateTime<Utc>,
    /// To which version of the text.
    pub text_version: String,
}

/// Every consent of these citizens that stands, each citizen's in the order in which they were first given.
pub async fn standing(connection: &mut PgConnection, citizens: &[i64]) -> sqlx::Result<Vec<Standing>> {
    sqlx::query_as!(
        Standing,
        r#"select citizen_id, purpose as "purpose: Purpose", max(given_at) as "given_at!",
                  (array_agg(text_version order by consent_id desc))[1] as "text_version!"
           from consent
           where citizen_id = any($1) and withdrawn_at is null
           group by citizen_id, purpose order by citizen_id, min(consent_id)"#,
        citizens,
    )
    .fetch_all(connection)
    .await
}
