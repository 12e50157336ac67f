//! The worker: claim, fetch, look, scan, draw, put away, settle.

use std::time::Duration;

use axum::body::Bytes;
use backon::{ExponentialBuilder, Retryable};
use chrono::TimeDelta;
use md5::{Digest as _, Md5};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::clamd::{Clamd, Verdict};
use super::fetch::Fetcher;
use super::kind::{Class, Kind};
use super::lease::{self, Found, Leased, Settlement};
use super::picture::{self, Drawn};
use super::retry;
use super::shelf::Shelf;
use super::store;
use super::trouble::{Reason, Trouble};
use crate::clock::Clock;

/// Longer than one attempt can take: a minute to fetch, one to scan, half a minute for each part that is put away.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// So many are deleted in a round.
const SWEPT: i64 = 100;
/// MD5 in hexadecimal; the samples in Zalo's documentation are shorter, and then say nothing (zalo-oa 1.5).
const CHECKSUM_DIGITS: usize = 32;

/// Fetches what waits and keeps it. Any number of them may work at the same time, in any number of processes.
#[derive(Clone, Debug)]
pub struct Keeper {
    pub pool: PgPool,
    pub fetcher: Fetcher,
    pub shelf: Shelf,
    /// None where no scanner is set up: then nothing waits for one.
    pub clamd: Option<Clamd>,
    pub clock: Clock,
}

impl Keeper {
    /// One round, one attachment. Gives the number that was claimed; fails where the database is away.
    pub async fn round(&self) -> anyhow::Result<usize> {
        let (lease, at) = (Uuid::new_v4(), self.clock.now());
        let claimed = lease::claim(&mut *self.pool.acquire().await?, lease, at, at + LEASE).await?;
        let Some(leased) = claimed else { return Ok(0) };
        let settlement = match leased.copy {
            None => self.attempt(&leased, lease).await?,
            Some(copy) => Some(self.scan_kept(&leased, copy).await),
        };
        let Some(settlement) = settlement else { return Ok(1) };
        note(&leased, &settlement);
        if !self.settle(leased.media_id, lease, &settlement).await? {
            tracing::warn!(media_id = leased.media_id, "the lease has passed on: what was brought is deleted");
            self.shelf.remove_copy(leased.folder, lease).await?;
        }
        Ok(1)
    }

    /// Drops what is not to be kept any longer, and deletes what is dropped; gives how many that were.
    pub async fn tidy(&self) -> anyhow::Result<u64> {
        let mut connection = self.pool.acquire().await?;
        let at = self.clock.now();
        store::drop_due(&mut connection, at).await?;
        let dropped = store::dropped(&mut connection, at, SWEPT).await?;
        for (media_id, folder) in &dropped {
            self.shelf.remove_all(*folder).await?;
            store::forget(&mut connection, *media_id).await?;
        }
        Ok(dropped.len() as u64)
    }

    /// None where it was dropped or taken over meanwhile: then nothing is put away.
    async fn attempt(&self, leased: &Leased, lease: Uuid) -> anyhow::Result<Option<Settlement>> {
        let bytes = match self.fetched(leased).await {
            Ok(bytes) => bytes,
            Err(trouble) => return Ok(Some(self.put_off(leased, trouble))),
        };
        let (is_scanned, scan_at) = match self.scan(&bytes).await {
            Some(Verdict::Infected { signature }) => return Ok(Some(Settlement::Infected { signature })),
            Some(Verdict::Unknown { .. }) => (false, Some(self.clock.now() + retry::pause_for_scanner(1))),
            Some(Verdict::Clean) => (true, None),
            None => (false, None),
        };
        let kind = Kind::of(&bytes);
        let drawn = match kind.class {
            Class::Picture => draw(bytes.clone()).await?,
            Class::Plain | Class::Doubtful => None,
        };
        let found = Found {
            mime: kind.mime,
            size: bytes.len() as i64,
            sha256: hex::encode(Sha256::digest(&bytes)),
            is_drawn: drawn.is_some(),
        };
        if !lease::is_held(&mut *self.pool.acquire().await?, leased.media_id, lease).await? {
            return Ok(None);
        }
        Ok(Some(match self.shelf.put_away(leased.folder, lease, bytes, drawn).await {
            Ok(()) => Settlement::Fetched { found, is_scanned, scan_at },
            Err(error) => self.put_off(leased, Trouble::new(Reason::NoRoom, format!("{error:#}"))),
        }))
    }

    async fn fetched(&self, leased: &Leased) -> Result<Bytes, Trouble> {
        let bytes = self.fetcher.fetch(&leased.url).await?;
        let told = leased.checksum.as_deref().filter(|told| told.len() == CHECKSUM_DIGITS);
        match told.is_none_or(|told| told.eq_ignore_ascii_case(&hex::encode(Md5::digest(&bytes)))) {
            true => Ok(bytes),
            false => Err(Trouble::new(Reason::Garbled, "the checksum is another")),
        }
    }

    fn put_off(&self, leased: &Leased, Trouble { reason, detail }: Trouble) -> Settlement {
        match retry::pause_after(leased.attempts).filter(|_| reason.may_pass()) {
            Some(pause) => Settlement::Later { at: self.clock.now() + pause, reason, detail },
            None => Settlement::Failed { reason, detail },
        }
    }

    /// None where no scanner is set up.
    async fn scan(&self, bytes: &[u8]) -> Option<Verdict> {
        match &self.clamd {
            Some(clamd) => Some(clamd.scan(bytes).await),
            None => None,
        }
    }

    /// What was put away while the scanner was away.
    async fn scan_kept(&self, leased: &Leased, copy: Uuid) -> Settlement {
        let later = |detail| {
            let at = self.clock.now() + retry::pause_for_scanner(leased.attempts);
            Settlement::ScanLater { at, detail }
        };
        let bytes = match self.shelf.bytes(leased.folder, copy).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Settlement::Lost,
            Err(error) => return later(format!("{error:#}")),
        };
        match self.scan(&bytes).await {
            None | Some(Verdict::Clean) => Settlement::Scanned,
            Some(Verdict::Unknown { detail }) => later(detail),
            // Deleted first: whoever dies here finds nothing to scan next time, and fetches again.
            Some(Verdict::Infected { signature }) => match self.shelf.remove_all(leased.folder).await {
                Ok(()) => Settlement::Infected { signature },
                Err(error) => later(format!("{error:#}")),
            },
        }
    }

    /// Tries for a while: what is fetched and not settled is fetched again.
    async fn settle(&self, media_id: i64, lease: Uuid, settlement: &Settlement) -> sqlx::Result<bool> {
        let write = || async {
            let mut connection = self.pool.acquire().await?;
            lease::settle(&mut connection, media_id, lease, settlement, self.clock.now()).await
        };
        write.retry(ExponentialBuilder::default().with_min_delay(Duration::from_millis(200)).with_max_times(5)).await
    }
}

/// A picture that cannot be drawn is kept all the same.
pub(super) async fn draw(bytes: Bytes) -> anyhow::Result<Option<Drawn>> {
    Ok(spawn_blocking(move || picture::draw(&bytes)).await?.ok())
}

fn note(leased: &Leased, settlement: &Settlement) {
    let Leased { media_id, inbox_event_id, attempts, .. } = leased;
    metrics::counter!("media_fetches_total", "result" => settlement.state()).increment(1);
    match settlement {
        Settlement::Failed { detail, .. } => {
            tracing::warn!(media_id, inbox_event_id, attempts, detail, "an attachment could not be fetched");
        }
        Settlement::Later { detail, .. } => {
            tracing::info!(media_id, inbox_event_id, attempts, detail, "an attachment did not come; tried again later");
        }
        Settlement::ScanLater { detail, .. } => {
            tracing::warn!(media_id, inbox_event_id, attempts, detail, "an attachment waits for the scanner");
        }
        Settlement::Infected { signature } => {
            tracing::warn!(media_id, inbox_event_id, signature, "an attachment was infected and deleted");
        }
        Settlement::Fetched { .. } | Settlement::Scanned | Settlement::Lost => {
            tracing::info!(media_id, inbox_event_id, state = settlement.state(), "an attachment was looked after");
        }
    }
}
