//! Agencies, as the office keeps them: they are renamed, merged and closed, never deleted, since petitions name them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

vocabulary! {
    /// Where an agency stands.
    pub enum Level {
        City = "city", "Thành phố";
        Department = "department", "Sở, ngành";
        Unit = "unit", "Đơn vị thuộc Thành phố";
        Commune = "commune", "Phường, xã";
        Central = "central_vertical", "Cơ quan ngành dọc trung ương";
    }
}

/// An agency with who receives for it (pakn-domain R15: each has a focal officer, and somebody who stands in).
#[derive(Clone, Debug)]
pub struct AgencyLine {
    pub agency_id: String,
    pub name: String,
    pub level: Level,
    pub official_code: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub successor_id: Option<String>,
    pub successor_name: Option<String>,
    /// How many receive for it, and how many stand in.
    pub focal_officers: i64,
    pub substitutes: i64,
    pub version: i32,
}

impl AgencyLine {
    /// Closed from that day's end on.
    pub fn is_closed(&self) -> bool {
        self.valid_to.is_some()
    }
}

/// What an agency can be changed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyChange {
    pub name: String,
    pub official_code: Option<String>,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    pub successor_id: Option<String>,
}

/// Why an agency stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum AgencyError {
    #[error("there is no such agency")]
    Missing,
    #[error("the agency has changed since the form was drawn")]
    Stale,
    #[error("an agency has a name")]
    Name,
    #[error("a code is 2 to 40 of the letters A-Z, digits and hyphens")]
    Code,
    #[error("the code is taken")]
    Taken,
    #[error("it can end today or has ended, and not before it began")]
    ValidTo,
    #[error("the successor is another agency that is open")]
    Successor,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// All agencies, the city's own first; with one of them only, where it is asked for.
pub async fn agency_lines(connection: &mut PgConnection, only: Option<&str>) -> sqlx::Result<Vec<AgencyLine>> {
    sqlx::query_as!(
        AgencyLine,
        r#"select a.agency_id, a.name, a.level as "level: Level", a.official_code, a.valid_from, a.valid_to,
                  a.successor_id, s.name as "successor_name?", a.edition as version,
                  count(o.officer_id) filter (where not o.is_substitute) as "focal_officers!",
                  count(o.officer_id) filter (where o.is_substitute) as "substitutes!"
           from agency a
           left join agency s on s.agency_id = a.successor_id
           left join officer o on o.agency_id = a.agency_id and o.closed_at is null
                                  and o.role in ('agency_focal', 'focal_office')
           where $1::text is null or a.agency_id = $1
           group by a.agency_id, s.name
           order by array_position(array['city', 'department', 'unit', 'commune'], a.level), a.name"#,
        only,
    )
    .fetch_all(connection)
    .await
}

/// Changes an agency, unless somebody else did meanwhile. From now on the office keeps the line.
pub async fn change_agency(
    connection: &mut PgConnection,
    agency_id: &str,
    version: i32,
    change: &AgencyChange,
    at: DateTime<Utc>,
) -> Result<(), AgencyError> {
    checked(connection, agency_id, change, at).await?;
    let changed = sqlx::query!(
        "update agency
         set name = $3, official_code = $4, valid_from = $5, valid_to = $6, successor_id = $7, kept_since = $8,
             edition = edition + 1
         where agency_id = $1 and edition = $2",
        agency_id,
        version,
        change.name.trim(),
        change.official_code,
        change.valid_from,
        change.valid_to,
        change.successor_id,
        at,
    )
    .execute(&mut *connection)
    .await?;
    match changed.rows_affected() {
        1 => Ok(()),
        _ if agency_lines(connection, Some(agency_id)).await?.is_empty() => Err(AgencyError::Missing),
        _ => Err(AgencyError::Stale),
    }
}

/// Enters an agency that the list which comes with the program does not have.
pub async fn add_agency(
    connection: &mut PgConnection,
    agency_id: &str,
    level: Level,
    change: &AgencyChange,
    at: DateTime<Utc>,
) -> Result<(), AgencyError> {
    let is_plain = agency_id.chars().all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit() || sign == '-');
    if !is_plain || !(2..=40).contains(&agency_id.len()) {
        return Err(AgencyError::Code);
    }
    checked(connection, agency_id, change, at).await?;
    let added = sqlx::query!(
        "insert into agency (agency_id, name, level, type, certainty, note, official_code, valid_from, kept_since)
         values ($1, $2, $3, 'added', 'confirmed', '', $4, $5, $6)
         on conflict (agency_id) do nothing",
        agency_id,
        change.name.trim(),
        level.name(),
        change.official_code,
        change.valid_from,
        at,
    )
    .execute(connection)
    .await?;
    if added.rows_affected() == 1 { Ok(()) } else { Err(AgencyError::Taken) }
}

/// Whether there is such an agency, and it is not closed.
pub async fn is_open(connection: &mut PgConnection, agency_id: &str) -> sqlx::Result<bool> {
    let query = sqlx::query_scalar!(
        r#"select exists (select from agency where agency_id = $1 and valid_to is null) as "is_open!""#,
        agency_id,
    );
    query.fetch_one(connection).await
}

/// Who took over the work of a closed agency, where that is known: (id, name), followed to one that is open.
pub async fn successor(connection: &mut PgConnection, agency_id: &str) -> sqlx::Result<Option<(String, String)>> {
    let row = sqlx::query!(
        // a circle of successors ends where it began
        r#"with recursive line as (
               select agency_id, name, valid_to, successor_id, array[agency_id] as seen from agency where agency_id = $1
               union all
               select a.agency_id, a.name, a.valid_to, a.successor_id, line.seen || a.agency_id
               from line join agency a on a.agency_id = line.successor_id
               where line.valid_to is not null and not a.agency_id = any (line.seen)
           )
           select agency_id as "agency_id!", name as "name!" from line where valid_to is null and agency_id <> $1"#,
        agency_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.agency_id, row.name)))
}

async fn checked(
    connection: &mut PgConnection,
    agency_id: &str,
    change: &AgencyChange,
    at: DateTime<Utc>,
) -> Result<(), AgencyError> {
    if change.name.trim().is_empty() {
        return Err(AgencyError::Name);
    }
    let today = crate::clock::hanoi(at).date_naive();
    // a day to come would have to be waited for: what is closed is offered nowhere, and today it still would be
    if change.valid_to.is_some_and(|day| day > today || change.valid_from.is_some_and(|from| from > day)) {
        return Err(AgencyError::ValidTo);
    }
    match &change.successor_id {
        Some(successor) if successor == agency_id || !is_open(connection, successor).await? => {
            Err(AgencyError::Successor)
        }
        _ => Ok(()),
    }
}
