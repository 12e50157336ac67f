//! The house. One room a concept; the arrows say who may know whom.
//!
//! ```text
//! main      → app, sim, sandbox
//! app       → every room below it
//! inbox     → casework, outbox, attachment, dialog, zalo
//! admin     → casework, officer, report, petition, attachment, outbox, http
//! public    → casework, petition, report, http
//! connector → casework, petition
//! report    → petition
//! casework  → outbox, officer, petition, scope, gazetteer, zalo
//! outbox    → zalo
//! attachment→ zalo
//! dialog    → scope, gazetteer
//! sim       → zalo, http
//! sandbox   →
//! petition  →
//! officer   →
//! zalo      →
//! scope     →
//! gazetteer →
//! http      →
//! anyone    → config, telemetry, clock, privacy, worker, vietnamese
//! pure      : dialog, gazetteer, scope
//! ```
//!
//! `tests/house.rs` reads this list and holds the sources against it.

pub mod admin;
pub mod app;
pub mod casework;
pub mod clock;
pub mod config;
pub mod dialog;
pub mod gazetteer;
pub mod http;
pub mod inbox;
pub mod officer;
pub mod outbox;
pub mod petition;
pub mod privacy;
pub mod public;
pub mod sandbox;
pub mod sim;
pub mod telemetry;
pub mod vietnamese;
pub mod worker;
pub mod zalo;

/// All migrations, in order; `migrate` and `serve` apply them.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
