//! The new petitions in their line, and which officer reads which of them right now.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::kinds::{Category, Field, Kind};
use super::reference::Reference;

/// Somebody who opened a petition longer ago may have gone for a coffee.
const READS_FOR: TimeDelta = TimeDelta::minutes(5);
/// As many as an officer can pick on one page of the list.
const PICKED: usize = 100;

/// A place in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub reference: Reference,
    /// From 1.
    pub position: i64,
    pub of: i64,
    pub previous: Option<Reference>,
    pub next: Option<Reference>,
}

/// Where in the line of new petitions somebody stands: at this one, or, when it is in the line no more, at the one that came
/// after it; the oldest where none is named. None when nothing waits. Petitions that complain of the officer are not in their
/// line, and those that follow another wait with it.
pub async fn place(
    connection: &mut PgConnection,
    at: Option<&Reference>,
    officer_id: i64,
) -> sqlx::Result<Option<Place>> {
    let row = sqlx::query!(
        r#"with line as (
               select p.petition_id, p.reference from petition p
               where p.status in ('submitted', 'supplemented') and p.accepted_at is null and p.heap_id is null
                 and not exists (select from petition_named_officer n
                                 where n.petition_id = p.petition_id and n.officer_id = $2)
           ), here as (
               select petition_id, reference from line
               where petition_id >= coalesce((select petition_id from petition where reference = $1), 0)
               order by petition_id limit 1
           ), standing as (
               -- past the last one: at the first again
               select * from here
               union all
               (select * from line where not exists (select from here) order by petition_id limit 1)
           )
           select standing.reference as "reference!: Reference",
                  (select count(*) from line where line.petition_id <= standing.petition_id) as "position!",
                  (select count(*) from line) as "of!",
                  (select reference from line where line.petition_id < standing.petition_id
                   order by line.petition_id desc limit 1) as "previous: Reference",
                  (select reference from line where line.petition_id > standing.petition_id
                   order by line.petition_id limit 1) as "next: Reference"
           from standing"#,
        at.map(Reference::to_string),
        officer_id,
    );
    let row = row.fetch_optional(connection).await?;
    Ok(row.map(|row| Place {
        reference: row.reference,
        position: row.position,
        of: row.of,
        previous: row.previous,
        next: row.next,
    }))
}

/// The same among those that an officer picked: what still waits of them, in the order in which they were picked.
pub async fn place_among(
    connection: &mut PgConnection,
    picked: &[Reference],
    at: Option<&Reference>,
    officer_id: i64,
) -> sqlx::Result<Option<Place>> {
    let picked: Vec<String> = picked.iter().take(PICKED).map(Reference::to_string).collect();
    let waiting = sqlx::query!(
        r#"select picked.position as "position!", p.reference as "reference: Reference"
           from unnest($1::text[]) with ordinality as picked (reference, position)
           join petition p on p.reference = picked.reference
           where p.status in ('submitted', 'supplemented') and p.accepted_at is null and p.heap_id is null
             and not exists (select from petition_named_officer n
                             where n.petition_id = p.petition_id and n.officer_id = $2)
           order by picked.position"#,
        &picked,
        officer_id,
    )
    .fetch_all(connection)
    .await?;
    let at = at.and_then(|at| picked.iter().position(|reference| *reference == at.to_string())).unwrap_or(0) as i64;
    let here = waiting.iter().position(|row| row.position > at).unwrap_or(0);
    let reference = |at: Option<usize>| at.and_then(|at| waiting.get(at)).map(|row| row.reference);
    Ok(reference(Some(here)).map(|found| Place {
        reference: found,
        position: here as i64 + 1,
        of: waiting.len() as i64,
        previous: reference(here.checked_sub(1)),
        next: reference(Some(here + 1)),
    }))
}

/// How many new petitions wait, and since when the oldest does.
pub async fn waiting(connection: &mut PgConnection) -> sqlx::Result<(i64, Option<DateTime<Utc>>)> {
    let row = sqlx::query!(
        r#"select count(*) as "count!", min(submitted_at) as oldest_at from petition
           where status in ('submitted', 'supplemented') and accepted_at is null and heap_id is null"#,
    )
    .fetch_one(connection)
    .await?;
    Ok((row.count, row.oldest_at))
}

/// An officer has this petition open, and no other.
pub async fn open(
    connection: &mut PgConnection,
    petition_id: i64,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    close(connection, officer_id).await?;
    sqlx::query!(
        "insert into petition_opening (petition_id, officer_id, opened_at) values ($1, $2, $3)
         on conflict (petition_id, officer_id) do update set opened_at = excluded.opened_at",
        petition_id,
        officer_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An officer has nothing open any more.
pub async fn close(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from petition_opening where officer_id = $1", officer_id).execute(connection).await?;
    Ok(())
}

/// The others who have it open right now, with when they opened it.
pub async fn readers(
    connection: &mut PgConnection,
    petition_id: i64,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<(String, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        "select officer.name, opened_at from petition_opening join officer using (officer_id)
         where petition_id = $1 and officer_id <> $2 and opened_at > $3
         order by opened_at",
        petition_id,
        officer_id,
        at - READS_FOR,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.opened_at)).collect())
}

/// How an officer files a petition in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classification {
    pub category: Category,
    pub kind: Kind,
    pub field: Field,
}

/// Writes the classification down.
pub async fn classified(
    connection: &mut PgConnection,
    petition_id: i64,
    classification: Classification,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update petition set category = $2, kind = $3, field = $4, version = version + 1 where petition_id = $1",
        petition_id,
        classification.category.name(),
        classification.kind.name(),
        classification.field.name(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
