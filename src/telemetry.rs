//! Logs and figures about the service itself.
//!
//! Rules for logging: one line says one thing, with its subject as a field (`inbox_event_id`, `reference`); an error is
//! logged once, where it ends; never a text, name, phone or address of a citizen, nor a secret.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error: as text for people, as JSON when `LOG_FORMAT=json`. `RUST_LOG` chooses what; `usual` is
/// for where it says nothing.
pub fn start(usual: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match std::env::var("LOG_FORMAT").as_deref() {
        Ok("json") => log.json().init(),
        _ => log.with_target(false).init(),
    }
}

/// Starts counting. The handle renders what `/metrics` shows.
pub fn metrics() -> PrometheusHandle {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    HANDLE
        .get_or_init(|| PrometheusBuilder::new().install_recorder().expect("one recorder in a process, installed once"))
        .clone()
}
