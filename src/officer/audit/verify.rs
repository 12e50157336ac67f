//! Recomputes the chain from its first line to its last, without holding it.

use std::collections::BTreeMap;
use std::fmt;

use futures::TryStreamExt;
use sqlx::PgConnection;

use super::chain::{BEGINNING, Hash, Line};
use super::head;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Whole(Whole),
    Broken {
        /// The first number that is not as it was sealed.
        number: i64,
        why: Break,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    pub entries: i64,
    pub hash: Hash,
    /// Written, and not sealed yet.
    pub waiting: i64,
}

/// How the chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The line is gone.
    Missing,
    /// The line, or its hash, is not what was sealed.
    Altered,
    /// A head that was published says something else.
    Head,
    /// The petition's history does not say what the line says any more.
    History,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(whole) => {
                let hash = head::hex(&whole.hash);
                write!(f, "whole: {} entries, head {hash}, {} not sealed yet", whole.entries, whole.waiting)
            }
            Self::Broken { number, why } => {
                let why = match why {
                    Break::Missing => "the entry is missing",
                    Break::Altered => "the entry was altered",
                    Break::Head => "a published head says otherwise",
                    Break::History => "the petition's history says otherwise",
                };
                write!(f, "broken at {number}: {why}")
            }
        }
    }
}

/// Recomputes everything and compares it with the heads that are kept here, and with those that somebody wrote down
/// elsewhere.
pub async fn verify(connection: &mut PgConnection, elsewhere: &[(i64, Hash)]) -> anyhow::Result<Verdict> {
    let kept = head::all(connection).await?.into_iter().map(|head| (head.number, head.hash));
    let heads: Vec<(i64, Hash)> = kept.chain(elsewhere.iter().copied()).collect();
    let mut at_number: BTreeMap<i64, Vec<Hash>> = BTreeMap::new();
    heads.into_iter().for_each(|(number, hash)| at_number.entry(number).or_default().push(hash));
    let (entries, hash) = match chain(connection, &at_number).await? {
        Ok(end) => end,
        Err((number, why)) => return Ok(Verdict::Broken { number, why }),
    };
    if at_number.keys().next_back().is_some_and(|last| *last > entries) {
        return Ok(Verdict::Broken { number: entries + 1, why: Break::Missing });
    }
    let waiting = sqlx::query_scalar!(r#"select count(*) as "count!" from audit_entry where number is null"#);
    Ok(Verdict::Whole(Whole { entries, hash, waiting: waiting.fetch_one(connection).await? }))
}

type Checked = Result<(i64, Hash), (i64, Break)>;

async fn chain(connection: &mut PgConnection, heads: &BTreeMap<i64, Vec<Hash>>) -> anyhow::Result<Checked> {
    let mut lines = sqlx::query!(
        r#"select number as "number!", hash as "hash!", audit_entry_id, officer_id, act, petition_id, subject,
                  detail::text as "detail!", happened_at,
                  -- what a line of history said when it was noted, it still says
                  not audit_entry.detail ? 'event' or exists (
                      select from petition_event event
                      where event.petition_event_id = (audit_entry.detail ->> 'event')::bigint
                        and event.petition_id = audit_entry.petition_id and event.action = audit_entry.act
                        and event.officer_id = audit_entry.officer_id
                        and event.happened_at = audit_entry.happened_at
                        and event.status_from is not distinct from audit_entry.detail ->> 'from'
                        and event.status_to = audit_entry.detail ->> 'to'
                        and encode(sha256(convert_to(event.detail::text, 'UTF8')), 'hex')
                            = audit_entry.detail ->> 'sha256'
                  ) as "is_told!"
           from audit_entry where number is not null order by number"#,
    )
    .fetch(connection);
    let (mut number, mut before) = (0, BEGINNING);
    while let Some(row) = lines.try_next().await? {
        number += 1;
        if row.number != number {
            return Ok(Err((number, Break::Missing)));
        }
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
        let hash = line.hash(&before);
        if row.hash != hash {
            return Ok(Err((number, Break::Altered)));
        }
        if heads.get(&number).is_some_and(|heads| heads.iter().any(|head| *head != hash)) {
            return Ok(Err((number, Break::Head)));
        }
        if !row.is_told {
            return Ok(Err((number, Break::History)));
        }
        before = hash;
    }
    Ok(Ok((number, before)))
}
