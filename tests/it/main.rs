//! What needs Postgres and Redis: one binary, one module a room. A missing service is a failure, never a skip.

mod account;
mod admin;
mod after;
mod app;
mod casework;
mod client;
mod contact;
mod crash;
mod deadlines;
mod fake_zalo;
mod five_minutes;
mod guidance;
mod instances;
mod lane;
mod media;
mod memory;
mod outage;
mod outbox;
mod person;
mod public;
mod redis_servers;
mod replay;
mod rights;
mod road;
mod sandbox;
mod script;
mod sim;
mod soak;
#[path = "../stage/mod.rs"]
mod stage;
mod start;
mod token;
mod triage;
mod visitor;
mod ways;
mod webhook;
