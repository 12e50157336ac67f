//! What a citizen's rights do to the register: who they are is locked, what was public is taken down. Nothing is deleted:
//! keeping the register is a legal duty (Decree 20/2008/NĐ-CP, art. 9 and 20).

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::reference::Reference;
use super::status::{Action, Status};
use super::{Event, event};

/// Locks who the citizen is in all their petitions, with a line in each history, and closes the chat log of so far.
pub async fn lock_contact(connection: &mut PgConnection, citizen_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update citizen set erased_at = $2 where citizen_id = $1", citizen_id, at)
        .execute(&mut *connection)
        .await?;
    let locked = sqlx::query!(
        r#"update petition set contact_locked_at = $2 where citizen_id = $1 and contact_locked_at is null
           returning petition_id, status as "status: Status""#,
        citizen_id,
        at,
    )
    .fetch_all(&mut *connection)
    .await?;
    for petition in locked {
        record(connection, petition.petition_id, Action::LockContact, petition.status, at).await?;
    }
    Ok(())
}

/// Takes back the consent to publish from all the citizen's petitions; what was public is not shown any more. Gives the
/// petitions that were to be published.
pub async fn unpublish(
    connection: &mut PgConnection,
    citizen_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<Reference>> {
    let changed = sqlx::query!(
        r#"update petition set publish_consent = false, version = version + 1
           where citizen_id = $1 and publish_consent
           returning petition_id, reference as "reference: Reference", status as "status: Status""#,
        citizen_id,
    )
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<i64> = changed.iter().map(|petition| petition.petition_id).collect();
    sqlx::query!("update publication set is_public = false where petition_id = any($1)", &ids)
        .execute(&mut *connection)
        .await?;
    for petition in &changed {
        record(connection, petition.petition_id, Action::Unpublish, petition.status, at).await?;
    }
    Ok(changed.into_iter().map(|petition| petition.reference).collect())
}

async fn record(
    connection: &mut PgConnection,
    petition_id: i64,
    action: Action,
    status: Status,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let detail = serde_json::json!({});
    let line = Event { petition_id, action, from: Some(status), to: status, officer_id: None, detail, at };
    event::record(connection, &line).await
}
