//! Whom a petition complains of. They never see it.

use sqlx::PgConnection;

/// Adds some to those who are named already. A named one does not handle it any longer.
pub async fn add(connection: &mut PgConnection, petition_id: i64, officer_ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into petition_named_officer (petition_id, officer_id) select $1, * from unnest($2::bigint[])
         on conflict do nothing",
        petition_id,
        officer_ids,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update petition set handler_id = null where petition_id = $1 and handler_id = any($2)",
        petition_id,
        officer_ids,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the mark away from some.
pub async fn remove(connection: &mut PgConnection, petition_id: i64, officer_ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from petition_named_officer where petition_id = $1 and officer_id = any($2)",
        petition_id,
        officer_ids,
    )
    .execute(connection)
    .await?;
    Ok(())
}
