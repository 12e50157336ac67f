//! A worker: one loop that does what waits, then sleeps until it is woken or a moment has passed.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long an idle worker sleeps when nobody wakes it: another instance may have left work for it.
const IDLE: Duration = Duration::from_millis(500);
/// How long a worker rests after a failure (Postgres or Redis away).
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Wakes a sleeping worker. Waking twice is waking once.
#[derive(Clone, Debug, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Whether it was rung since it was last heard.
    #[cfg(test)]
    pub fn was_rung(&self) -> bool {
        use futures::FutureExt;
        self.0.notified().now_or_never().is_some()
    }
}

/// Runs `round` until `stop`: again at once while it reports work done (a count above 0), else after a pause.
/// A round is never cut in the middle; the failure of one is logged and tried again.
pub async fn run<F, T>(name: &'static str, bell: Bell, stop: CancellationToken, mut round: F)
where
    F: FnMut() -> T,
    T: Future<Output = anyhow::Result<usize>>,
{
    while !stop.is_cancelled() {
        let pause = match round().await {
            Ok(0) => IDLE,
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(worker = name, error = format!("{error:#}"), "a round failed and will be repeated");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = bell.0.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    tracing::info!(worker = name, "stopped");
}

/// Runs `round` at once and then every `pause` until `stop`: for housekeeping that nobody waits for.
pub async fn tidy<F, T>(name: &'static str, pause: Duration, stop: CancellationToken, mut round: F)
where
    F: FnMut() -> T,
    T: Future<Output = anyhow::Result<u64>>,
{
    while !stop.is_cancelled() {
        match round().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(worker = name, count, "tidied"),
            Err(error) => tracing::error!(worker = name, error = format!("{error:#}"), "will be tried again"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
