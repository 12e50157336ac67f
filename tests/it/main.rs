//! What needs Postgres and Redis: one binary, one module a room.

mod casework;
mod sandbox;
