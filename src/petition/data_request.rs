//! What citizens asked about their data, until an officer has done it (Law 91/2025/QH15, Decree 356/2025/NĐ-CP).

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::privacy::Personal;

vocabulary! {
    /// What is asked for.
    pub enum RequestKind {
        /// Everything was erased that could be; what the register keeps is locked. To be confirmed.
        Erase = "erase", "Xóa, khóa dữ liệu";
        /// Something in the register is wrong.
        Correct = "correct", "Sửa thông tin";
        /// Consent to publish was withdrawn; the pages show nothing any more. To be confirmed.
        Unpublish = "unpublish", "Gỡ bài đã đăng";
    }
}

/// A request to be written down.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// None: Zalo told us of somebody whom we do not find.
    pub citizen_id: Option<i64>,
    pub kind: RequestKind,
    /// The citizen's words, or the petitions it is about.
    pub about: Personal,
    pub requested_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
}

/// A request as officers see it.
#[derive(Clone, Debug)]
pub struct DataRequest {
    pub data_request_id: i64,
    pub kind: RequestKind,
    pub about: Personal,
    pub requested_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub done_at: Option<DateTime<Utc>>,
    /// Who did it.
    pub officer_name: Option<String>,
    /// The citizen's latest petition, and who sent it.
    pub reference: Option<String>,
    pub name: Option<Personal>,
    /// E.164
    pub phone: Option<Personal>,
    pub petitions: i64,
}

pub async fn insert(connection: &mut PgConnection, request: &NewRequest) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into data_request (citizen_id, kind, about, requested_at, due_at) values ($1, $2, $3, $4, $5)",
        request.citizen_id,
        request.kind.name(),
        request.about.reveal(),
        request.requested_at,
        request.due_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What waits, the one due first in front; then what was done, the latest first, at most `done` of it.
pub async fn list(connection: &mut PgConnection, done: i64) -> sqlx::Result<Vec<DataRequest>> {
    sqlx::query_as!(
        DataRequest,
        r#"select data_request_id, kind as "kind: RequestKind", about as "about: Personal", requested_at, due_at, done_at,
                  officer.name as "officer_name?", latest.reference as "reference?",
                  latest.submitter_name as "name?: Personal", latest.phone as "phone: Personal",
                  (select count(*) from petition where petition.citizen_id = data_request.citizen_id) as "petitions!"
           from data_request
           left join officer using (officer_id)
           left join lateral (
               select reference, submitter_name, phone from petition
               where petition.citizen_id = data_request.citizen_id order by petition_id desc limit 1
           ) latest on true
           where done_at is null
              or data_request_id in (
                     select data_request_id from data_request where done_at is not null order by done_at desc limit $1)
           order by done_at desc nulls first, due_at, data_request_id"#,
        done,
    )
    .fetch_all(connection)
    .await
}

/// How many wait.
pub async fn count(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from data_request where done_at is null"#)
        .fetch_one(connection)
        .await
}

/// An officer did what was asked. False where somebody has done it already, or there is no such request.
pub async fn done(
    connection: &mut PgConnection,
    data_request_id: i64,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update data_request set done_at = $3, officer_id = $2 where data_request_id = $1 and done_at is null",
        data_request_id,
        officer_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}
