//! Uploads, counted: Zalo allows 5,000 a month (zalo-oa 5).

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use secrecy::SecretString;
use sqlx::PgPool;

use super::client::{Client, Refusal, Upload};
use super::refusal::Decision;
use super::store;
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
    let counted = store::count_upload(&mut *pool.acquire().await?, month, MONTHLY).await?;
    if !counted {
        let reason = format!("the month's {MONTHLY} uploads are used up");
        return Err(Refusal { code: None, decision: Decision::UntilQuota, reason, perhaps_sent: false }.into());
    }
    Ok(client.upload(token, kind, name, bytes).await?)
}

/// How many files were uploaded in the month of `at`.
pub async fn uploads(pool: &PgPool, at: DateTime<Utc>) -> sqlx::Result<i32> {
    store::uploads(&mut *pool.acquire().await?, month(at)).await
}

/// The first day of the month in Hanoi.
fn month(at: DateTime<Utc>) -> NaiveDate {
    let day = hanoi(at).date_naive();
    day.with_day(1).unwrap_or(day)
}
