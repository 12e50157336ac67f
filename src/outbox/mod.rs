//! The post room: what was decided inside a transaction is sent outside of it, in order, once, or visibly not at all.
//!
//! - One citizen, one lane: a message waits while an earlier one of the same citizen waits or is under way, also while
//!   that one is held for a moment of quiet or for its next attempt.
//! - A message is sent by whoever holds its lease, and only the holder settles it: a worker that comes back late
//!   changes nothing.
//! - No transaction is open while Zalo is asked.
//! - A message ends as sent, replaced, given up or unreachable, with the reason. If it may have been sent twice, it says
//!   so: that is the one thing that can go wrong when a process dies between sending and settling.
//!
//! The room knows citizens and messages, not petitions: a petition's number is carried along and not looked at.

pub mod deliver;
mod lease;
pub mod retry;
pub mod store;
mod withhold;

pub use deliver::Deliverer;
pub use store::{Kind, Post, delivered, enqueue, is_ours, seen};
pub use withhold::withhold_notices;
