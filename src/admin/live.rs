//! Whose conversation has just changed: one ear at the database for all the streams of this process. Any instance may have
//! made the change.
//!
//! The ear is there while somebody listens. A message that is missed costs a few seconds: streams also look by themselves.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::broadcast::{Receiver, Sender, channel};
use tokio_util::sync::CancellationToken;

use crate::petition::conversation::TOLD;

/// So many changes may wait for a stream; one that is slower looks for itself.
const WAITING: usize = 256;
/// How long the ear rests when the database is away.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// How often it looks whether anybody still listens.
const LOOKED_ROUND: Duration = Duration::from_secs(30);

/// What every stream hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Citizen(i64),
    /// Something may have been missed.
    Anybody,
}

/// Cheap to clone; all clones share one ear.
#[derive(Clone, Debug)]
pub struct Live {
    pool: PgPool,
    /// Streams end with it, so that a stop need not wait for browsers.
    pub stop: CancellationToken,
    ear: Arc<Mutex<Option<Sender<Told>>>>,
}

impl Live {
    pub fn new(pool: PgPool, stop: CancellationToken) -> Self {
        Self { pool, stop, ear: Arc::default() }
    }

    /// Listens from now on.
    pub fn listen(&self) -> Receiver<Told> {
        let mut ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*ear {
            return sender.subscribe();
        }
        let (sender, receiver) = channel(WAITING);
        *ear = Some(sender.clone());
        let live = self.clone();
        tokio::spawn(async move { live.hear(sender).await });
        receiver
    }

    async fn hear(&self, sender: Sender<Told>) {
        while !self.is_over(&sender) {
            if let Err(error) = self.hear_on(&sender).await {
                tracing::warn!(error = %error, "news of conversations come late: the database is away");
                tokio::select! {
                    () = self.stop.cancelled() => {}
                    () = tokio::time::sleep(AFTER_FAILURE) => {}
                }
            }
        }
    }

    async fn hear_on(&self, sender: &Sender<Told>) -> sqlx::Result<()> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(TOLD).await?;
        // what happened before the ear was there
        let _ = sender.send(Told::Anybody);
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(LOOKED_ROUND) => {
                    if self.is_over(sender) {
                        return Ok(());
                    }
                }
                told = listener.try_recv() => {
                    let citizen = told?.and_then(|told| told.payload().parse().ok());
                    let _ = sender.send(citizen.map_or(Told::Anybody, Told::Citizen));
                }
            }
        }
    }

    /// Whether nobody listens any more; then whoever comes next makes a new ear.
    fn is_over(&self, sender: &Sender<Told>) -> bool {
        let mut ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = self.stop.is_cancelled() || sender.receiver_count() == 0;
        if is_over {
            *ear = None;
        }
        is_over
    }
}
