//! The door. What Zalo tells us is verified and stored here, and turned into replies and petitions, one citizen's events
//! in order, many citizens at once.
//!
//! Must never know: how a dialog goes, what a petition is, how a message is sent. It carries what one room says to the
//! next.
//!
//! - Nothing from outside that was not signed by Zalo for our application is stored ([`webhook::SignedEvent`] cannot be had
//!   otherwise); what verifies is stored even where we cannot read it. What our own office does to a conversation is an
//!   event beside Zalo's (`own`).
//! - What is not to be kept (a denunciation) is emptied within a day, and replayed as a message without words.
//! - An event is acknowledged only after it is committed, and finished only together with everything it caused.
//! - One lane a citizen, whose lock is the oldest waiting event: two instances are never in one lane.
//! - A session is believed only when it stands exactly on the citizen's last finished event; else it is rebuilt.

mod act;
mod arrival;
mod checkpoint;
pub mod citizen;
mod facts;
mod heard;
mod knocks;
mod outcome;
mod own;
mod queue;
mod receipts;
pub mod store;
mod turn;
pub mod webhook;

pub use arrival::{Arrival, Store, insert};
pub use checkpoint::{Checkpoint, Checkpoints};
pub use knocks::Knocks;
pub use queue::{Queue, queue};
pub use receipts::Receipts;
pub use turn::Turns;
