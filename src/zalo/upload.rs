//! Uploads, counted: Zalo allows 5,000 a month (zalo-oa 5).

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use secrecy::SecretString;
use sqlx::{PgConnection, PgPool};

use super::client::{Client, Refusal, Upload};
use super::refusal::Decision;
use crate::clock::hanoi;

/// How many uploads Zalo takes in a month.
pub const MONTHLY: i32 = 5_000;

/// Why a file was not uploaded.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Uploads a file for the application and gives the id or token by which messages name it for 7 days. The month's last
/// upload refused, nothing is asked of Zalo any more until the next month.
pub async fn upload(
    pool: &PgPool,
    client: &Client,
    token: &SecretString,
    (kind, name, bytes): (Upload, &str, Vec<u8>),
    at: DateTime<Utc>,
) -> Result<String, UploadError> {
    let month = month(at);
    let is_counted = count(&mut *pool.acquire().await?, month, MONTHLY).await?;
    if !is_counted {
        let reason = format!("the month's {MONTHLY} uploads are used up");
        return Err(Refusal { code: None, decision: Decision::UntilQuota, reason, perhaps_sent: false }.into());
    }
    Ok(client.upload(token, kind, name, bytes).await?)
}

/// How many files were uploaded in the month of `at`.
pub async fn uploads(pool: &PgPool, at: DateTime<Utc>) -> sqlx::Result<i32> {
    counted(&mut *pool.acquire().await?, month(at)).await
}

/// The first day of the month in Hanoi.
fn month(at: DateTime<Utc>) -> NaiveDate {
    let day = hanoi(at).date_naive();
    day.with_day(1).unwrap_or(day)
}

/// Counts one more upload in `month`; false, and nothing counted, where it would be more than `most`.
async fn count(connection: &mut PgConnection, month: NaiveDate, most: i32) -> sqlx::Result<bool> {
    let counted = sqlx::query!(
        "insert into zalo_upload_count as counted (month_on, uploads) values ($1, 1)
         on conflict (month_on) do update set uploads = counted.uploads + 1 where counted.uploads < $2",
        month,
        most,
    )
    .execute(connection)
    .await?;
    Ok(counted.rows_affected() > 0)
}

/// How many uploads were counted in `month`.
async fn counted(connection: &mut PgConnection, month: NaiveDate) -> sqlx::Result<i32> {
    let uploads = sqlx::query_scalar!("select uploads from zalo_upload_count where month_on = $1", month);
    Ok(uploads.fetch_optional(connection).await?.unwrap_or_default())
}
