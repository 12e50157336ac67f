//! The SQL of consents that have not come back yet.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A consent that was begun.
pub(super) struct Pending {
    pub secret_digest: Vec<u8>,
    /// Sealed.
    pub code_verifier: String,
    /// Who may bring it back; nobody in particular where the command `connect` began it.
    pub officer_id: Option<i64>,
}

pub(super) async fn insert(
    connection: &mut PgConnection,
    id: Uuid,
    app_id: &str,
    pending: &Pending,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into zalo_consent (zalo_consent_id, app_id, secret_digest, code_verifier, officer_id, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        app_id,
        pending.secret_digest,
        pending.code_verifier,
        pending.officer_id,
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets those that can no longer come back.
pub(super) async fn sweep(connection: &mut PgConnection, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("delete from zalo_consent where expires_at <= $1", at).execute(connection).await?;
    Ok(())
}

/// Takes one out, whether or not what came back with its name turns out right: nobody guesses twice.
pub(super) async fn take(
    connection: &mut PgConnection,
    id: Uuid,
    app_id: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<Pending>> {
    sqlx::query_as!(
        Pending,
        "delete from zalo_consent where zalo_consent_id = $1 and app_id = $2 and expires_at > $3
         returning secret_digest, code_verifier, officer_id",
        id,
        app_id,
        at,
    )
    .fetch_optional(connection)
    .await
}

/// Takes out the latest that the command `connect` began.
pub(super) async fn take_latest(
    connection: &mut PgConnection,
    app_id: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<Pending>> {
    sqlx::query_as!(
        Pending,
        "delete from zalo_consent where zalo_consent_id = (
             select zalo_consent_id from zalo_consent
             where app_id = $1 and expires_at > $2 and officer_id is null
             order by expires_at desc limit 1)
         returning secret_digest, code_verifier, officer_id",
        app_id,
        at,
    )
    .fetch_optional(connection)
    .await
}
