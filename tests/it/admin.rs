//! The office: signing in, the lists, one petition and what can be done with it.

mod channel;
mod closed_list;
mod connection;
mod data;
mod gate;
pub mod lists;
mod moves;
mod petition;
mod supplement;
mod word;
