//! The interview: a pure state machine over data files.
//!
//! [`step()`] takes the session before an event, what was heard, and what is known of the world, and gives the session
//! after it and what should happen. It has no clock, no I/O and no randomness: the same event always gives the same
//! turn, so a lost session is a fold over the citizen's events.
//!
//! It must never know petitions, the register, Zalo or a database. What a citizen reads stands in `dialogs/*.toml`,
//! which [`Catalog::load`] checks completely; no sentence stands in these files.
//!
//! - **The first question that has no answer is asked.** A form is a list of steps in order. An answer may settle several,
//!   a story may settle most: nothing typed is asked again. Editing and going back only reopen a step.
//! - **A button carries its meaning**: the step, the value and the draft. So an old button is recognised, and nothing is
//!   sent, dropped or withdrawn by a bare number.
//! - **One turn, one message**: at most one [`Effect::Say`], within Zalo's limits.

pub mod answer;
mod catalog;
mod definition;
mod dialogs;
mod graph;
mod kind;
mod known;
mod session;
mod step;
pub mod turn;

pub use catalog::{Catalog, Collected, Counts, Problem};
pub use dialogs::Dialogs;
pub use session::Session;
pub use step::step;
pub use turn::{
    Attachment, Awaiting, Button, Card, Contact, Draft, Effect, Extra, Facts, Heard, Held, KnownPetition, OfficerTalk,
    Press, Say, SimilarPetition, Turn,
};
