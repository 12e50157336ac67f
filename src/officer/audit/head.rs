//! The heads of the days: the last number and hash of each, for everybody to write down. Whoever did can tell later whether
//! the log is still the one of that day.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::chain::Hash;

/// The end of the log on a day of Hanoi.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub day_on: NaiveDate,
    pub number: i64,
    pub hash: Hash,
    pub sealed_at: DateTime<Utc>,
}

/// All of them, the oldest first.
pub(super) async fn all(connection: &mut PgConnection) -> anyhow::Result<Vec<Head>> {
    let rows = sqlx::query!("select day_on, number, hash, sealed_at from audit_head order by day_on");
    let heads = rows.fetch_all(connection).await?.into_iter().map(|row| {
        let hash = row.hash.as_slice().try_into()?;
        Ok(Head { day_on: row.day_on, number: row.number, hash, sealed_at: row.sealed_at })
    });
    heads.collect()
}

/// Those of the last days, the newest first.
pub async fn latest(connection: &mut PgConnection, days: i64) -> anyhow::Result<Vec<Head>> {
    let rows =
        sqlx::query!("select day_on, number, hash, sealed_at from audit_head order by day_on desc limit $1", days,);
    let heads = rows.fetch_all(connection).await?.into_iter().map(|row| {
        let hash = row.hash.as_slice().try_into()?;
        Ok(Head { day_on: row.day_on, number: row.number, hash, sealed_at: row.sealed_at })
    });
    heads.collect()
}

/// «2026-11-18 1284 9f86d0…»: as it stands on the public page for machines.
pub fn line(head: &Head) -> String {
    format!("{} {} {}", head.day_on, head.number, hex(&head.hash))
}

/// What such a page said when somebody saved it; other lines of it are left out.
pub fn read(page: &str) -> Vec<(i64, Hash)> {
    let heads = page.lines().filter_map(|line| {
        let mut parts = line.split_whitespace();
        let (_, number, hash) = (parts.next()?, parts.next()?.parse().ok()?, unhex(parts.next()?)?);
        Some((number, hash))
    });
    heads.collect()
}

/// In lower case.
pub fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_can_be_read_again() {
        let day_on = NaiveDate::from_ymd_opt(2026, 11, 18).expect("a day");
        let head = Head { day_on, number: 1284, hash: [0xa9; 32], sealed_at: DateTime::UNIX_EPOCH };
        let page = format!("# head of the log\n{}\n", line(&head));
        assert_eq!(read(&page), [(1284, [0xa9; 32])]);
        assert_eq!(read("2026-11-18 1284 zz\n2026-11-18 x"), []);
    }
}
