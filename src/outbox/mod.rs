//! The post room: what was decided inside a transaction is sent outside of it, in order, once, or visibly not at all.
//!
//! - One citizen, one lane: a message waits while an earlier one of the same citizen waits or is under way, also while
//!   that one is held for a moment of quiet or for its next attempt. Only what is put off and less urgent (a reminder for
//!   tomorrow, news that waits for the morning) does not hold up a reply.
//! - A message is sent by whoever holds its lease, and only the holder settles it: a worker that comes back late
//!   changes nothing.
//! - No transaction is open while Zalo is asked.
//! - Replies before notices before reminders, each with workers and a share of Zalo's rate of its own.
//! - Each attempt takes one way: the chat while it is open, then a template message to the citizen, then one to the phone
//!   number. What was refused is written down, and what comes next is decided in one place ([`verdict`]).
//! - A message ends as sent, replaced, withheld (from who wants no news), given up, unreachable, or told by an officer who
//!   called. What did not arrive stands before an officer, who can send it again; news goes out by itself as soon as its
//!   citizen is heard again. If it may have been sent twice, it says so: that is the one thing that can go wrong when a
//!   process dies between sending and settling.
//!
//! The room knows citizens and messages, not petitions: a petition's number is carried along and not looked at.

mod again;
pub mod deliver;
mod lease;
mod queue;
mod receipt;
pub mod retry;
mod settle;
mod settled;
pub mod store;
mod verdict;
mod withhold;

pub use again::{called, send_again};
pub use deliver::{Deliverer, Leases};
pub use queue::{Queue, queues};
pub use receipt::{delivered, delivered_by_phone, is_ours, seen};
pub use settle::{Settle, Settled};
pub use settled::clear_settled_alerts;
pub use store::{Fallback, Kind, Post, enqueue, enqueue_all};
pub use verdict::Terms;
pub use withhold::{forget_fallbacks, withhold_notices};
