//! Lines become a chain: each is sealed with a number and a hash that holds the hash before. Whoever changes, removes or
//! slips in a line breaks it from there on.
//!
//! A worker seals, not the transaction that writes the line: then officers would wait for each other. One sealer works at a
//! time, over all instances. A line that is committed late is sealed late: the order is that of sealing.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

use crate::clock::{Clock, hanoi};

/// The advisory lock of whoever seals.
const LOCK: i64 = 0x0061_7564_6974;
/// So many are sealed in a round.
const BATCH: i64 = 500;

pub type Hash = [u8; 32];

/// What the first line is chained to.
pub const BEGINNING: Hash = [0; 32];

/// What of a line the hash stands for.
pub(super) struct Line<'a> {
    pub number: i64,
    pub audit_entry_id: i64,
    pub officer_id: Option<i64>,
    pub act: &'a str,
    pub petition_id: Option<i64>,
    pub subject: &'a str,
    /// As Postgres writes it: the order of its keys is fixed.
    pub detail: &'a str,
    pub at: DateTime<Utc>,
}

impl Line<'_> {
    /// sha256 of the hash before, followed by the line as a JSON list:
    /// `[number, id, officer, act, petition, subject, detail, microseconds since 1970]`.
    pub(super) fn hash(&self, before: &Hash) -> Hash {
        let Self { number, audit_entry_id, officer_id, act, petition_id, subject, detail, at } = self;
        let line = serde_json::json!([
            number,
            audit_entry_id,
            officer_id,
            act,
            petition_id,
            subject,
            detail,
            at.timestamp_micros()
        ]);
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(line.to_string());
        hash.finalize().into()
    }
}

/// Seals what was written. Any number of them may be at work: one seals, the others have nothing to do.
#[derive(Clone, Debug)]
pub struct Sealer {
    pub pool: PgPool,
    pub clock: Clock,
}

impl Sealer {
    /// One round. Gives how many lines it sealed.
    pub async fn round(&self) -> anyhow::Result<usize> {
        let mut transaction = self.pool.begin().await?;
        let is_ours = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock($1) as "is_ours!""#, LOCK);
        if !is_ours.fetch_one(&mut *transaction).await? {
            return Ok(0);
        }
        let count = seal(&mut transaction, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(count)
    }
}

async fn seal(connection: &mut PgConnection, at: DateTime<Utc>) -> anyhow::Result<usize> {
    let waiting = sqlx::query!(
        r#"select audit_entry_id, officer_id, act, petition_id, subject, detail::text as "detail!", happened_at
           from audit_entry where number is null order by audit_entry_id limit $1"#,
        BATCH,
    )
    .fetch_all(&mut *connection)
    .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let (mut number, mut hash) = end(connection).await?;
    let (mut ids, mut numbers, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for row in &waiting {
        number += 1;
        let line = Line {
            number,
            audit_entry_id: row.audit_entry_id,
            officer_id: row.officer_id,
            act: &row.act,
            petition_id: row.petition_id,
            subject: &row.subject,
            detail: &row.detail,
            at: row.happened_at,
        };
        hash = line.hash(&hash);
        ids.push(row.audit_entry_id);
        numbers.push(number);
        hashes.push(hash.to_vec());
    }
    sqlx::query!(
        "update audit_entry set number = sealed.number, hash = sealed.hash
         from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as sealed (audit_entry_id, number, hash)
         where audit_entry.audit_entry_id = sealed.audit_entry_id",
        &ids,
        &numbers,
        &hashes,
    )
    .execute(&mut *connection)
    .await?;
    keep_head(connection, number, &hash, at).await?;
    Ok(waiting.len())
}

/// The end of the chain. Where lines were removed behind the last head, the chain goes on from the head: the gap stays for
/// everybody to see.
async fn end(connection: &mut PgConnection) -> anyhow::Result<(i64, Hash)> {
    let end = sqlx::query!(
        r#"select number as "number!", hash as "hash!" from (
               (select number, hash from audit_entry where number is not null order by number desc limit 1)
               union all
               (select number, hash from audit_head order by number desc limit 1)
           ) as ends
           order by number desc limit 1"#,
    )
    .fetch_optional(connection)
    .await?;
    match end {
        Some(end) => Ok((end.number, end.hash.as_slice().try_into()?)),
        None => Ok((0, BEGINNING)),
    }
}

/// The head of the day of Hanoi, which grows until the day is over.
async fn keep_head(connection: &mut PgConnection, number: i64, hash: &Hash, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into audit_head (day_on, number, hash, sealed_at) values ($1, $2, $3, $4)
         on conflict (day_on) do update set number = excluded.number, hash = excluded.hash, sealed_at = excluded.sealed_at",
        hanoi(at).date_naive(),
        number,
        hash.as_slice(),
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_stands_for_every_part_of_its_line_and_for_all_before() {
        let line = |subject: &'static str, number| Line {
            number,
            audit_entry_id: 7,
            officer_id: Some(3),
            act: "view",
            petition_id: None,
            subject,
            detail: "{}",
            at: DateTime::UNIX_EPOCH,
        };
        let hash = line("", 1).hash(&BEGINNING);
        // what anybody can compute: printf, xxd -r -p, sha256sum
        let told = Sha256::digest([&[0; 32], br#"[1,7,3,"view",null,"","{}",0]"#.as_slice()].concat());
        assert_eq!(hash.as_slice(), told.as_slice());
        assert_ne!(hash, line("x", 1).hash(&BEGINNING));
        assert_ne!(hash, line("", 2).hash(&BEGINNING));
        assert_ne!(hash, line("", 1).hash(&hash));
    }
}
