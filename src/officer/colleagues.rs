//! Who works in an agency: for finding out whom a petition complains of.

use sqlx::PgConnection;

use super::Role;

/// Somebody whose account is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub officer_id: i64,
    pub name: String,
    pub agency_id: String,
    pub agency_name: String,
    pub is_of_focal_office: bool,
}

/// Everybody who works in these agencies, by agency and name.
pub async fn colleagues(connection: &mut PgConnection, agency_ids: &[&str]) -> sqlx::Result<Vec<Colleague>> {
    let agency_ids: Vec<String> = agency_ids.iter().map(|id| (*id).to_owned()).collect();
    sqlx::query_as!(
        Colleague,
        r#"select officer_id, officer.name, agency_id, agency.name as agency_name,
                  role = 'focal_office' as "is_of_focal_office!"
           from officer join agency using (agency_id)
           where agency_id = any($1) and closed_at is null
           order by agency.name, officer.name, officer_id"#,
        &agency_ids,
    )
    .fetch_all(connection)
    .await
}

/// How many of the focal office are left when these are not there.
pub async fn focal_officers_besides(connection: &mut PgConnection, officer_ids: &[i64]) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from officer
           where role = 'focal_office' and closed_at is null and officer_id <> all($1)"#,
        officer_ids,
    )
    .fetch_one(connection)
    .await
}

/// Who works in an agency and has an open account, as (id, name, role), by name.
pub async fn who_works_in(connection: &mut PgConnection, agency_id: &str) -> sqlx::Result<Vec<(i64, String, Role)>> {
    let rows = sqlx::query!(
        r#"select officer_id, name, role as "role: Role" from officer
           where agency_id = $1 and closed_at is null order by name, officer_id"#,
        agency_id,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.officer_id, row.name, row.role)).collect())
}
