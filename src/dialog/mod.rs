//! The interview: a pure state machine over data files.
//!
//! [`step()`] takes the session before an event, what was heard, and what is known of the world, and gives the session
//! after it and what should happen. It has no clock, no I/O and no randomness: the same event always gives the same
//! turn, so a lost session is a fold over the citizen's events.

pub mod turn;

pub use turn::{Attachment, Button, Contact, Draft, Effect, Facts, Heard, KnownPetition, Press, Say, Turn};
