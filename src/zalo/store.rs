//! The SQL of the tokens, and of what Zalo counts.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// The tokens of one application.
pub(super) struct Row {
    pub access_token: String,
    pub expires_at: DateTime<Utc>,
    pub version: i32,
    pub refreshing: Option<Uuid>,
    pub refreshing_until: Option<DateTime<Utc>>,
}

/// A pair that Zalo has just given.
pub(super) struct Pair {
    pub access_token: String,
    pub refresh_token: String,
    pub expires_at: DateTime<Utc>,
}

pub(super) async fn find(connection: &mut PgConnection, app_id: &str) -> sqlx::Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        "select access_token, expires_at, version, refreshing, refreshing_until from zalo_token where app_id = $1",
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
/// holds the only one that works.
pub(super) async fn renew(connection: &mut PgConnection, app_id: &str, version: i32, pair: &Pair) -> sqlx::Result<()> {
    sqlx::query!(
        "update zalo_token
         set access_token = $3, refresh_token = $4, expires_at = $5, version = version + 1,
             refreshing = null, refreshing_until = null
         where app_id = $1 and version = $2",
        app_id,
        version,
        pair.access_token,
        pair.refresh_token,
        pair.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets go of the refresh token after a failure. Nobody tries again before `until`.
pub(super) async fn rest(
    connection: &mut PgConnection,
    app_id: &str,
    mine: Uuid,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update zalo_token set refreshing = null, refreshing_until = $3 where app_id = $1 and refreshing = $2",
        app_id,
        mine,
        until,
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

/// Counts one more upload in `month`; false, and nothing counted, where it would be more than `most`.
pub(super) async fn count_upload(connection: &mut PgConnection, month: NaiveDate, most: i32) -> sqlx::Result<bool> {
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
pub(super) async fn uploads(connection: &mut PgConnection, month: NaiveDate) -> sqlx::Result<i32> {
    let uploads = sqlx::query_scalar!("select uploads from zalo_upload_count where month_on = $1", month);
    Ok(uploads.fetch_optional(connection).await?.unwrap_or_default())
}
