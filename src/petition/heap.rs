//! Heaps: petitions that officers merged because they say the same. One of them leads; what is done to it is done to all.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::reference::Reference;
use super::status::Status;
use crate::privacy::Personal;

/// A petition of a heap, or one that may become a part of one.
#[derive(Clone, Debug)]
pub struct Kin {
    pub petition_id: i64,
    pub reference: Reference,
    pub version: i32,
    pub citizen_id: i64,
    pub title: Personal,
    pub status: Status,
    pub agency_name: Option<String>,
    pub submitted_at: DateTime<Utc>,
    pub heap_id: Option<i64>,
    pub is_accepted: bool,
    /// How many follow it.
    pub followers: i64,
    /// Whom it complains of.
    pub named: Vec<i64>,
}

/// These petitions, oldest first.
pub async fn kin(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<Vec<Kin>> {
    sqlx::query_as!(
        Kin,
        r#"select p.petition_id, p.reference as "reference: Reference", p.version, p.citizen_id,
                  p.title as "title: Personal", p.status as "status: Status", agency.name as "agency_name?",
                  p.submitted_at, p.heap_id, p.accepted_at is not null as "is_accepted!",
                  (select count(*) from petition member where member.heap_id = p.petition_id) as "followers!",
                  array(select officer_id from petition_named_officer n where n.petition_id = p.petition_id) as "named!"
           from petition p
           left join agency on agency.agency_id = coalesce(p.handling_agency_id, p.target_agency_id)
           where p.petition_id = any($1)
           order by p.petition_id"#,
        ids,
    )
    .fetch_all(connection)
    .await
}

/// Those that follow this petition, oldest first.
pub async fn members(connection: &mut PgConnection, leader_id: i64) -> sqlx::Result<Vec<Kin>> {
    let ids = sqlx::query_scalar!("select petition_id from petition where heap_id = $1", leader_id)
        .fetch_all(&mut *connection)
        .await?;
    kin(connection, &ids).await
}

/// Open petitions that the machine found alike when they were filed, with this one or with the one it resembles.
pub async fn proposed(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "with own as (select coalesce(alike_id, petition_id) as leader_id from petition where petition_id = $1)
         select p.petition_id from petition p, own
         where (p.petition_id = own.leader_id or p.alike_id = own.leader_id) and p.petition_id <> $1
           and p.status in ('submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
                            'awaiting_supplement', 'reopened')
         order by p.petition_id
         limit 50",
        petition_id,
    )
    .fetch_all(connection)
    .await
}

/// What the citizen sent besides and is still open, the newest first.
pub async fn of_same_citizen(
    connection: &mut PgConnection,
    petition_id: i64,
    citizen_id: i64,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select petition_id from petition
         where citizen_id = $2 and petition_id <> $1
           and status in ('submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
                          'awaiting_supplement', 'answered', 'reopened')
         order by petition_id desc
         limit 10",
        petition_id,
        citizen_id,
    )
    .fetch_all(connection)
    .await
}

/// Locks petitions by their numbers, always in the same order: two officers who merge crosswise wait for each other, not for
/// ever.
pub async fn lock(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query!("select petition_id from petition where petition_id = any($1) order by petition_id for update", ids)
        .fetch_all(connection)
        .await?;
    Ok(())
}

/// The numbers of these petitions; a reference that nobody has is left out.
pub async fn numbers(connection: &mut PgConnection, references: &[String]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!("select petition_id from petition where reference = any($1)", references)
        .fetch_all(connection)
        .await
}

/// Puts a petition under a leader.
pub async fn join(connection: &mut PgConnection, petition_id: i64, leader_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set heap_id = $2, version = version + 1 where petition_id = $1",
        petition_id,
        leader_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lays a petition on the desk on which its leader lies.
pub async fn take_place(connection: &mut PgConnection, petition_id: i64, leader_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition
         set handling_agency_id = leader.handling_agency_id, handler_id = leader.handler_id, task = leader.task,
             task_due_on = leader.task_due_on, transfer_count = leader.transfer_count, version = petition.version + 1
         from petition leader
         where petition.petition_id = $1 and leader.petition_id = $2",
        petition_id,
        leader_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a petition out of its heap; that it was found alike is forgotten, or it would be proposed again.
pub async fn leave(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set heap_id = null, alike_id = null, version = version + 1 where petition_id = $1",
        petition_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The heap of a leader that is gone goes on under its oldest open petition; gives that one.
pub async fn pass_on(connection: &mut PgConnection, leader_id: i64) -> sqlx::Result<Option<i64>> {
    let heir = sqlx::query_scalar!(
        "select petition_id from petition
         where heap_id = $1
           and status in ('submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
                          'awaiting_supplement', 'reopened')
         order by petition_id limit 1",
        leader_id,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(heir) = heir else { return Ok(None) };
    sqlx::query!(
        "update petition set heap_id = nullif($2, petition_id), version = version + 1 where heap_id = $1",
        leader_id,
        heir,
    )
    .execute(connection)
    .await?;
    Ok(Some(heir))
}
