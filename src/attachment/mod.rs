//! What people send along: fetched from Zalo soon after it arrives (its addresses do not last), checked, kept in an object
//! store, and shown to officers from there.
//!
//! Must never know: what a petition is, who may see it, how a dialog goes. It keeps media of messages; the registry says
//! which of them belong to a petition.
//!
//! - Nothing is fetched from anywhere but the hosts of the setting, at every hop of a redirect, and never from an address
//!   of our own network, whatever a name resolves to.
//! - No more than the limit is ever held, however much is sent; no fetch lasts longer than its lease.
//! - What something is, its bytes say: neither its name nor its sender is believed.
//! - What is not to be kept is dropped with its message (a denunciation, an erased draft, what no petition took), and a
//!   fetch that is under way brings nothing back: only the holder of a lease settles, and nobody holds one of a dropped row.
//! - No transaction is open while something is fetched, drawn, scanned or put away.

mod address;
mod clamd;
mod dns;
mod fetch;
mod handed;
mod hosts;
mod intake;
mod keeper;
mod kind;
mod lease;
mod picture;
mod retry;
mod shelf;
mod store;
mod trouble;

pub use address::is_public;
pub use clamd::Clamd;
pub use fetch::{Fetcher, Limits};
pub use handed::hand_over;
pub use hosts::Hosts;
pub use intake::{Intake, NotTaken, TakenIn};
pub use keeper::Keeper;
pub use kind::{Class, Kind};
pub use shelf::{Part, Shelf};
pub use store::{Media, State, drop_drafts, drop_of_events, find, media, of_events, register, try_again};
pub use trouble::Reason;
