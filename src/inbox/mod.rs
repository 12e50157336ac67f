//! The door. What Zalo tells us is verified, stored, and only then believed to have arrived.
//!
//! - Nothing that was not signed by Zalo for our application is stored ([`webhook::SignedEvent`] cannot be had otherwise).
//! - Zalo is told 200 after the commit, not before; what it then repeats is stored once.
//! - What verifies is stored even where we cannot read it.
//! - Events of one citizen get their numbers in the order in which they are committed, so that a lane has no gaps that
//!   fill up later.
//!
//! What an event means is for the turn to find out, not for the door.

pub mod store;
pub mod webhook;
