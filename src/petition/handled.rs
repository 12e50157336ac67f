//! The petitions that somebody was given, and what becomes of them when that person leaves.

use sqlx::PgConnection;

use super::status::Status;

/// A petition that lies with nobody any more, and where it stands.
#[derive(Clone, Debug)]
pub struct GivenBack {
    pub petition_id: i64,
    pub agency_id: Option<String>,
    pub status: Status,
}

/// How many open petitions an officer has.
pub async fn handled_count(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<i64> {
    let query = sqlx::query_scalar!(
        r#"select count(*) as "count!" from petition where handler_id = $1 and status = any ($2)"#,
        officer_id,
        &open() as &[&str],
    );
    query.fetch_one(connection).await
}

/// Takes an officer's open petitions from them: they wait for whoever assigns in their agency.
pub async fn take_back(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<Vec<GivenBack>> {
    sqlx::query_as!(
        GivenBack,
        r#"update petition set handler_id = null, task = null, task_due_on = null, version = version + 1
           where handler_id = $1 and status = any ($2)
           returning petition_id, handling_agency_id as agency_id, status as "status: Status""#,
        officer_id,
        &open() as &[&str],
    )
    .fetch_all(connection)
    .await
}

fn open() -> Vec<&'static str> {
    Status::OPEN.iter().map(|status| status.name()).collect()
}
