//! What needs Postgres and Redis: one binary, one module a room. A missing service is a failure, never a skip.

mod admin;
mod casework;
mod fake_zalo;
mod outbox;
mod public;
mod sandbox;
mod sim;
mod token;
mod visitor;
mod webhook;
