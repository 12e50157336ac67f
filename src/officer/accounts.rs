//! Accounts as a list shows them.

use sqlx::PgConnection;

use super::{Account, Role};

/// More stand behind a narrower search.
pub const AT_MOST: i64 = 200;

/// Which accounts are listed.
#[derive(Clone, Debug, Default)]
pub struct SoughtAccounts {
    /// Part of a login, a name or an agency's name.
    pub words: String,
    pub agency_id: Option<String>,
    pub role: Option<Role>,
    pub is_closed: bool,
}

/// The accounts sought, by agency and name.
pub async fn accounts(connection: &mut PgConnection, sought: &SoughtAccounts) -> sqlx::Result<Vec<Account>> {
    let pattern = format!("%{}%", sought.words.trim().replace(['\\', '%', '_'], ""));
    sqlx::query_as!(
        Account,
        r#"select o.officer_id, o.login, o.name, o.work_email as email, o.agency_id, a.name as agency_name, o.role as "role: Role",
                  o.is_substitute, o.totp_sealed is not null as "has_second_factor!",
                  o.oidc_subject is not null as "is_bound!", o.one_time_until, o.created_at, o.closed_at,
                  (select max(s.seen_at) from officer_session s where s.officer_id = o.officer_id) as seen_at,
                  o.account_version as version
           from officer o join agency a using (agency_id)
           where (o.closed_at is not null) = $1
             and ($2::text is null or o.agency_id = $2)
             and ($3::text is null or o.role = $3)
             and (o.login ilike $4 or o.name ilike $4 or a.name ilike $4)
           order by array_position(array['city', 'department', 'unit', 'commune'], a.level), a.name, o.name
           limit $5"#,
        sought.is_closed,
        sought.agency_id,
        sought.role.map(Role::name),
        pattern,
        AT_MOST,
    )
    .fetch_all(connection)
    .await
}

/// One account, open or closed.
pub async fn account(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Account,
        r#"select o.officer_id, o.login, o.name, o.work_email as email, o.agency_id, a.name as agency_name, o.role as "role: Role",
                  o.is_substitute, o.totp_sealed is not null as "has_second_factor!",
                  o.oidc_subject is not null as "is_bound!", o.one_time_until, o.created_at, o.closed_at,
                  (select max(s.seen_at) from officer_session s where s.officer_id = o.officer_id) as seen_at,
                  o.account_version as version
           from officer o join agency a using (agency_id)
           where o.officer_id = $1"#,
        officer_id,
    )
    .fetch_optional(connection)
    .await
}
