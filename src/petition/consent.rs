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

/// Writes down a consent to processing, and with it one to messages: unless somebody who consents already, under an older
/// text, refused those alone. What stands already is not written again.
pub async fn agree(
    connection: &mut PgConnection,
    citizen_id: i64,
    text_version: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into consent (citizen_id, purpose, text_version, given_at)
         select $1, purpose, $2, $3
         from unnest(array[$4, $5]) as asked (purpose)
         where not exists (
                 select from consent
                 where citizen_id = $1 and purpose = asked.purpose and text_version = $2 and withdrawn_at is null)
           and (purpose = $4
                or not exists (
                     select from consent where citizen_id = $1 and purpose = $4 and withdrawn_at is null)
                or (select withdrawn_at is null from consent
                    where citizen_id = $1 and purpose = $5 order by consent_id desc limit 1) is not false)",
        citizen_id,
        text_version,
        at,
        Purpose::Processing.name(),
        Purpose::Messages.name(),
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

/// Those of these citizens whose last word on a purpose is no.
pub async fn refusers(connection: &mut PgConnection, citizens: &[i64], purpose: Purpose) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select citizen_id as "citizen_id!" from unnest($1::bigint[]) as asked (citizen_id)
           cross join lateral (
               select withdrawn_at from consent
               where consent.citizen_id = asked.citizen_id and purpose = $2
               order by consent_id desc limit 1) as last
           where withdrawn_at is not null"#,
        citizens,
        purpose.name(),
    )
    .fetch_all(connection)
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
