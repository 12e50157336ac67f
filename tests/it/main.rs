//! What needs Postgres and Redis: one binary, one module a room. A missing service is a failure, never a skip.

mod casework;
mod fake_zalo;
mod outbox;
mod sandbox;
mod sim;
mod token;
mod webhook;
