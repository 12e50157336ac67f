//! The SQL of officers and agencies.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{NewOfficer, Officer, Role, stamp};

/// An agency, as `data/agencies.csv` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    pub agency_id: String,
    pub name: String,
    /// `city`, `department`, `unit`, `commune`, `central_vertical`
    pub level: String,
    pub kind: String,
    pub parent_id: Option<String>,
    /// How sure the name is: `confirmed`, `from_seed`, `from_memory`, `uncertain`.
    pub certainty: String,
    pub note: String,
}

/// Enters the agencies, or brings those already entered up to date; but not what the office itself has edited since. None is
/// ever removed: petitions name them.
pub async fn save_agencies(connection: &mut PgConnection, agencies: &[Agency]) -> sqlx::Result<()> {
    let column =
        |field: fn(&Agency) -> &String| agencies.iter().map(|agency| field(agency).clone()).collect::<Vec<_>>();
    let parents = agencies.iter().map(|agency| agency.parent_id.clone()).collect::<Vec<_>>();
    sqlx::query!(
        "insert into agency (agency_id, name, level, type, parent_id, certainty, note)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
         on conflict (agency_id) do update
             set name = excluded.name, level = excluded.level, type = excluded.type, parent_id = excluded.parent_id,
                 certainty = excluded.certainty, note = excluded.note
             where agency.kept_since is null",
        &column(|agency| &agency.agency_id),
        &column(|agency| &agency.name),
        &column(|agency| &agency.level),
        &column(|agency| &agency.kind),
        &parents as &[Option<String>],
        &column(|agency| &agency.certainty),
        &column(|agency| &agency.note),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The agencies to which the city can give work, as (id, name): the city's own first, then its departments and units, then
/// the communes. Those that answer to a ministry are not among them.
pub async fn agencies_of_the_city(connection: &mut PgConnection) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select agency_id, name from agency where level <> 'central_vertical' and valid_to is null
         order by array_position(array['city', 'department', 'unit', 'commune'], level), name",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.agency_id, row.name)).collect())
}

/// The agencies of ministries in the city, to which a petition is sent on.
pub async fn agencies_of_ministries(connection: &mut PgConnection) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select agency_id, name from agency where level = 'central_vertical' and valid_to is null order by name"
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.agency_id, row.name)).collect())
}

/// The name of an agency, if there is such a one.
pub async fn agency_name(connection: &mut PgConnection, agency_id: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select name from agency where agency_id = $1", agency_id).fetch_optional(connection).await
}

/// An officer whose account is open.
pub async fn find(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<Option<Officer>> {
    let row = sqlx::query!(
        r#"select officer.officer_id, officer.login, officer.name, officer.agency_id, officer.password_hash,
                  officer.role as "role: Role", agency.name as agency_name, officer.has_single_keys,
                  officer.totp_sealed is not null as "has_second_factor!",
                  officer.one_time_until is not null as "has_one_time_password!"
           from officer join agency using (agency_id)
           where officer_id = $1 and closed_at is null"#,
        officer_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Officer {
        officer_id: row.officer_id,
        login: row.login,
        name: row.name,
        agency_id: row.agency_id,
        agency_name: row.agency_name,
        role: row.role,
        has_single_keys: row.has_single_keys,
        has_second_factor: row.has_second_factor,
        has_one_time_password: row.has_one_time_password,
        stamp: stamp(&row.password_hash),
    }))
}

/// Logins are compared as they are kept: trimmed, in lower case.
pub(super) fn folded_login(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Nothing when the login is taken.
pub(super) async fn insert(
    connection: &mut PgConnection,
    login: &str,
    new: &NewOfficer<'_>,
    password_hash: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into officer (login, name, agency_id, role, password_hash, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (login) do nothing
         returning officer_id",
        login,
        new.name.trim(),
        new.agency_id,
        new.role.name(),
        password_hash,
        at,
    )
    .fetch_optional(connection)
    .await
}

/// Where somebody else set it, it is good for one sign-in, until then. Whoever could not sign in can try again.
pub(super) async fn set_password(
    connection: &mut PgConnection,
    officer_id: i64,
    password_hash: &str,
    one_time_until: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update officer set password_hash = $2, one_time_until = $3, failed_attempts = 0, locked_until = null
         where officer_id = $1",
        officer_id,
        password_hash,
        one_time_until,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Closes an account: nobody can sign in with it, and open sessions end with their next request. What the officer did
/// stays in the history of the petitions.
pub async fn close(connection: &mut PgConnection, officer_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update officer set closed_at = $2 where officer_id = $1 and closed_at is null", officer_id, at)
        .execute(connection)
        .await?;
    Ok(())
}

/// An attempt that may look at the password.
pub(super) struct Attempt {
    pub officer_id: i64,
    pub password_hash: String,
    /// A one-time password that nobody used in time.
    pub is_outdated: bool,
}

/// Counts an attempt to sign in; the last one allowed locks the account until `locked_until`. Nothing when there is no such
/// account, or it is closed or locked: those attempts are not counted, so nobody can keep an officer out for good.
pub(super) async fn count_attempt(
    connection: &mut PgConnection,
    login: &str,
    at: DateTime<Utc>,
    allowed: i32,
    locked_until: DateTime<Utc>,
) -> sqlx::Result<Option<Attempt>> {
    sqlx::query_as!(
        Attempt,
        // a lock that has run out begins the count anew
        r#"update officer
         set failed_attempts = case when locked_until is null then failed_attempts else 0 end + 1,
             locked_until = case
                 when case when locked_until is null then failed_attempts else 0 end + 1 >= $3 then $4::timestamptz
             end
         where login = $1 and closed_at is null and (locked_until is null or locked_until <= $2)
         returning officer_id, password_hash, coalesce(one_time_until <= $2, false) as "is_outdated!""#,
        login,
        at,
        allowed,
        locked_until,
    )
    .fetch_optional(connection)
    .await
}

/// The attempt that was just counted was right. Those before it still count until the sign-in is complete.
pub(super) async fn take_attempt_back(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update officer set failed_attempts = greatest(failed_attempts - 1, 0), locked_until = null
         where officer_id = $1",
        officer_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn clear_attempts(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<()> {
    sqlx::query!("update officer set failed_attempts = 0, locked_until = null where officer_id = $1", officer_id,)
        .execute(connection)
        .await?;
    Ok(())
}
