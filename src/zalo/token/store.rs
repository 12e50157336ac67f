//! The SQL of the tokens. What it is given and gives is sealed.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::error::Loss;

/// The tokens of one application.
pub(super) struct Row {
    pub access_token: String,
    pub refresh_token: String,
    pub expires_at: DateTime<Utc>,
    pub refreshed_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub refreshing: Option<Uuid>,
    pub refreshing_until: Option<DateTime<Utc>>,
    pub lost_at: Option<DateTime<Utc>>,
}

/// A pair as it is kept.
pub(super) struct Sealed {
    pub access_token: String,
    pub refresh_token: String,
    pub expires_at: DateTime<Utc>,
    pub refreshed_at: DateTime<Utc>,
    pub refresh_expires_at: DateTime<Utc>,
}

pub(super) async fn find(connection: &mut PgConnection, app_id: &str) -> sqlx::Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        "select access_token, refresh_token, expires_at, refreshed_at, version, refreshing, refreshing_until, lost_at
         from zalo_token where app_id = $1",
        app_id,
    )
    .fetch_optional(connection)
    .await
}

/// Keeps the first refresh token, from the settings, unless there is a later one.
pub(super) async fn begin(
    connection: &mut PgConnection,
    app_id: &str,
    refresh_token: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into zalo_token (app_id, access_token, refresh_token, expires_at, version)
         values ($1, '', $2, $3, 0)
         on conflict (app_id) do nothing",
        app_id,
        refresh_token,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts the sealed tokens where the plain ones stood, if they still stand there.
pub(super) async fn cover(
    connection: &mut PgConnection,
    app_id: &str,
    plain: &Row,
    access_token: &str,
    refresh_token: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update zalo_token set access_token = $4, refresh_token = $5
         where app_id = $1 and access_token = $2 and refresh_token = $3",
        app_id,
        plain.access_token,
        plain.refresh_token,
        access_token,
        refresh_token,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the refresh token in hand, if `version` is still the present one and nobody else has it. Gives the token.
pub(super) async fn claim(
    connection: &mut PgConnection,
    app_id: &str,
    version: i32,
    mine: Uuid,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "update zalo_token set refreshing = $3, refreshing_until = $5
         where app_id = $1 and version = $2 and (refreshing_until is null or refreshing_until <= $4)
         returning refresh_token",
        app_id,
        version,
        mine,
        at,
        until,
    )
    .fetch_optional(connection)
    .await
}

/// Keeps the new pair. Asks for the version and not for the claim: whoever holds a pair that Zalo gave for this version
/// holds the only one that works. False where somebody consented anew meanwhile.
pub(super) async fn renew(
    connection: &mut PgConnection,
    app_id: &str,
    version: i32,
    pair: &Sealed,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update zalo_token
         set access_token = $3, refresh_token = $4, expires_at = $5, refreshed_at = $6, refresh_expires_at = $7,
             version = version + 1, refreshing = null, refreshing_until = null,
             lost_at = null, lost_code = null, last_error = null
         where app_id = $1 and version = $2",
        app_id,
        version,
        pair.access_token,
        pair.refresh_token,
        pair.expires_at,
        pair.refreshed_at,
        pair.refresh_expires_at,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the pair of a new consent, whatever stood there. A refresh that is under way comes too late by its version.
pub(super) async fn connect(
    connection: &mut PgConnection,
    app_id: &str,
    pair: &Sealed,
    officer_id: Option<i64>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into zalo_token (app_id, access_token, refresh_token, expires_at, refreshed_at, refresh_expires_at,
                                 version, connected_at, connected_by)
         values ($1, $2, $3, $4, $5, $6, 1, $5, $7)
         on conflict (app_id) do update
         set access_token = excluded.access_token, refresh_token = excluded.refresh_token,
             expires_at = excluded.expires_at, refreshed_at = excluded.refreshed_at,
             refresh_expires_at = excluded.refresh_expires_at, version = zalo_token.version + 1,
             connected_at = excluded.connected_at, connected_by = excluded.connected_by,
             refreshing = null, refreshing_until = null, lost_at = null, lost_code = null, last_error = null",
        app_id,
        pair.access_token,
        pair.refresh_token,
        pair.expires_at,
        pair.refreshed_at,
        pair.refresh_expires_at,
        officer_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets go of the refresh token after a failure, and says why. Nobody tries again before `until`.
pub(super) async fn rest(
    connection: &mut PgConnection,
    app_id: &str,
    mine: Uuid,
    (at, until): (DateTime<Utc>, DateTime<Utc>),
    error: &str,
    loss: Option<Loss>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update zalo_token
         set refreshing = null, refreshing_until = $4, last_error = $5,
             lost_at = case when $6 then coalesce(lost_at, $3) else lost_at end,
             lost_code = case when $6 then $7 else lost_code end
         where app_id = $1 and refreshing = $2",
        app_id,
        mine,
        at,
        until,
        error,
        loss.is_some(),
        loss.and_then(|loss| loss.code),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Zalo did not take this access token: it is not given out again, however long it was to live.
pub(super) async fn expire(
    connection: &mut PgConnection,
    app_id: &str,
    version: i32,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update zalo_token set expires_at = least(expires_at, $3) where app_id = $1 and version = $2",
        app_id,
        version,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}
