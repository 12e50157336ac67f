//! The log as it is searched: the newest first, a page at a time, each page found by where the one before ended.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

/// How many lines stand on a page.
pub const PAGE_LENGTH: i64 = 50;

/// What is looked for; what is empty is not asked about.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    pub officer_id: Option<i64>,
    pub petition_id: Option<i64>,
    pub act: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// Lines before this one: where the page before ended.
    pub before: Option<i64>,
}

/// A line as it is read.
#[derive(Clone, Debug)]
pub struct Entry {
    pub audit_entry_id: i64,
    pub number: Option<i64>,
    pub officer_name: Option<String>,
    pub officer_login: Option<String>,
    pub agency_name: Option<String>,
    pub act: String,
    pub petition_id: Option<i64>,
    pub subject: String,
    pub detail: Value,
    pub at: DateTime<Utc>,
}

/// Has the queries of this transaction planned for what they ask, not for anything they might: each filter has its own index.
pub async fn plan_anew(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(r#"select set_config('plan_cache_mode', 'force_custom_plan', true) as "mode?""#)
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// One page, and one line more where there is a next one.
pub async fn page(connection: &mut PgConnection, sought: &Sought) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"select entry.audit_entry_id, entry.number, officer.name as "officer_name?", officer.login as "officer_login?",
                  agency.name as "agency_name?", entry.act, entry.petition_id, entry.subject, entry.detail,
                  entry.happened_at as at
           from audit_entry entry
           left join officer using (officer_id)
           left join agency using (agency_id)
           where ($1::bigint is null or entry.officer_id = $1)
             and ($2::bigint is null or entry.petition_id = $2)
             and ($3::text is null or entry.act = $3)
             and ($4::timestamptz is null or entry.happened_at >= $4)
             and ($5::timestamptz is null or entry.happened_at < $5)
             and ($6::bigint is null or entry.audit_entry_id < $6)
           order by entry.audit_entry_id desc
           limit $7"#,
        sought.officer_id,
        sought.petition_id,
        sought.act,
        sought.from,
        sought.until,
        sought.before,
        PAGE_LENGTH + 1,
    )
    .fetch_all(connection)
    .await
}

/// Every officer who ever had an account, as (id, «Trần Thu Hà, Văn phòng UBND Thành phố»), by name.
pub async fn officers(connection: &mut PgConnection) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        "select officer_id, officer.name, agency.name as agency_name from officer join agency using (agency_id)
         order by officer.name, officer_id",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.officer_id, format!("{}, {}", row.name, row.agency_name))).collect())
}
