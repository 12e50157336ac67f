//! The SQL of leases: who fetches or scans what, and how it ended.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::trouble::Reason;

/// Something in the hand of the one who fetches it.
#[derive(Debug)]
pub(super) struct Leased {
    pub media_id: i64,
    /// None of what an officer was handed.
    pub inbox_event_id: Option<i64>,
    pub url: String,
    /// MD5, in hexadecimal, as Zalo gave it.
    pub checksum: Option<String>,
    /// This one included.
    pub attempts: i32,
    pub folder: Uuid,
    /// It is kept already, and has only to be scanned.
    pub copy: Option<Uuid>,
}

/// What was found out about something that is kept now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub mime: &'static str,
    pub size: i64,
    pub sha256: String,
    pub is_drawn: bool,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Settlement {
    /// Fetched and put away. `scan_at`: the scanner was away, and is asked then.
    Fetched {
        found: Found,
        is_scanned: bool,
        scan_at: Option<DateTime<Utc>>,
    },
    /// What was kept already is clean.
    Scanned,
    /// The scanner is away still.
    ScanLater {
        at: DateTime<Utc>,
        detail: String,
    },
    /// What was kept is not there any more: it is fetched again.
    Lost,
    Infected {
        signature: String,
    },
    Later {
        at: DateTime<Utc>,
        reason: Reason,
        detail: String,
    },
    Failed {
        reason: Reason,
        detail: String,
    },
}

/// Claims one thing that is due: what was tried least, then the oldest, and of each citizen one at a time, so that
/// somebody who sends a thousand photos holds nobody up.
pub(super) async fn claim(
    connection: &mut PgConnection,
    lease: Uuid,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<Option<Leased>> {
    sqlx::query_as!(
        Leased,
        "with due as (
             select mine.media_id from media as mine
             where mine.state in ('waiting', 'unscanned') and mine.retry_at <= $2
               and (mine.lease_until is null or mine.lease_until <= $2)
               and not exists (
                   select from media as other where other.citizen_id = mine.citizen_id and other.lease_until > $2)
             order by mine.attempts, mine.media_id
             limit 1
             for update skip locked
         )
         update media set lease = $1, lease_until = $3, attempts = attempts + 1
         from due where media.media_id = due.media_id
         returning media.media_id, inbox_event_id, url, checksum, attempts, folder, copy",
        lease,
        at,
        until,
    )
    .fetch_optional(connection)
    .await
}

/// Whether the lease is still ours: it was neither dropped nor taken over.
pub(super) async fn is_held(connection: &mut PgConnection, media_id: i64, lease: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from media where media_id = $1 and lease = $2) as "is_held!""#,
        media_id,
        lease
    )
    .fetch_one(connection)
    .await
}

/// Writes how it ended. False where the lease is not ours any more: then nothing is written.
pub(super) async fn settle(
    connection: &mut PgConnection,
    media_id: i64,
    lease: Uuid,
    settlement: &Settlement,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let Columns { state, retry_at, found, has_come, is_scanned, reason, detail } = settlement.columns();
    let done = sqlx::query!(
        "update media
         set state = $3, lease = null, lease_until = null,
             -- what changes its state begins to count anew
             attempts = case when state = $3 then attempts else 0 end,
             retry_at = coalesce($4, retry_at),
             -- the bytes that this attempt brought lie under its lease; what came to harm has none
             copy = case when $5 then $2 when $3 in ('kept', 'unscanned') then copy end,
             mime = coalesce($6, mime), size = coalesce($7, size), sha256 = coalesce($8, sha256),
             is_drawn = case when $5 then coalesce($9, false) else is_drawn end,
             fetched_at = case when $5 then $10 else fetched_at end,
             scanned_at = case when $11 then $10 else scanned_at end,
             reason = $12, last_error = $13
         where media_id = $1 and lease = $2",
        media_id,
        lease,
        state,
        retry_at,
        has_come,
        found.map(|found| found.mime),
        found.map(|found| found.size),
        found.map(|found| found.sha256.as_str()),
        found.map(|found| found.is_drawn),
        at,
        is_scanned,
        reason as Option<Reason>,
        detail,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(Default)]
struct Columns<'a> {
    state: &'static str,
    retry_at: Option<DateTime<Utc>>,
    found: Option<&'a Found>,
    has_come: bool,
    is_scanned: bool,
    reason: Option<Reason>,
    detail: Option<&'a str>,
}

impl Settlement {
    /// The state's name, also for the metrics.
    pub(super) fn state(&self) -> &'static str {
        match self {
            Self::Fetched { scan_at: None, .. } | Self::Scanned => "kept",
            Self::Fetched { .. } | Self::ScanLater { .. } => "unscanned",
            Self::Lost | Self::Later { .. } => "waiting",
            Self::Infected { .. } => "infected",
            Self::Failed { .. } => "failed",
        }
    }

    fn columns(&self) -> Columns<'_> {
        let plain = Columns { state: self.state(), ..Columns::default() };
        match self {
            Self::Fetched { found, is_scanned, scan_at } => {
                Columns { found: Some(found), has_come: true, is_scanned: *is_scanned, retry_at: *scan_at, ..plain }
            }
            Self::Scanned => Columns { is_scanned: true, ..plain },
            Self::ScanLater { at, detail } => Columns { retry_at: Some(*at), detail: Some(detail), ..plain },
            Self::Lost => plain,
            Self::Infected { signature } => Columns { is_scanned: true, detail: Some(signature), ..plain },
            Self::Later { at, reason, detail } => {
                Columns { retry_at: Some(*at), reason: Some(*reason), detail: Some(detail), ..plain }
            }
            Self::Failed { reason, detail } => Columns { reason: Some(*reason), detail: Some(detail), ..plain },
        }
    }
}
