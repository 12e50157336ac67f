//! What the benches share.
//!
//! Absolute times mean little on a shared machine: every bench runs its baselines in the same process, in turn with what it
//! measures, and reports ratios, with median and spread over the rounds. `cargo bench` measures; `cargo test` runs each bench for
//! a second, to see that it works.

#![allow(dead_code)] // several programs share it, and none uses everything

pub mod citizen;
pub mod figures;
pub mod ground;
pub mod line;
pub mod office;
pub mod plain;
#[path = "../../tests/stage/mod.rs"]
pub mod stage;
pub mod zalo;

use std::time::Duration;

/// How long a bench takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// As long as it needs to say something.
    Measure,
    /// A second, to see that it works.
    Try,
}

impl Effort {
    /// `cargo bench` says `--bench`, `cargo test` does not.
    pub fn asked() -> Self {
        if std::env::args().any(|argument| argument == "--bench") { Self::Measure } else { Self::Try }
    }

    /// `measured`, or as much as fits into a second.
    pub fn or<T>(self, measured: T, tried: T) -> T {
        match self {
            Self::Measure => measured,
            Self::Try => tried,
        }
    }

    /// A part of a bench that measures for so many seconds.
    pub fn seconds(self, measured: f64) -> Duration {
        Duration::from_secs_f64(self.or(measured, 0.05))
    }
}

/// Runs a bench on a runtime like the service's.
pub fn run<F: Future<Output = figures::Report>>(bench: impl FnOnce(Effort) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(bench(Effort::asked()));
    report.print();
}
