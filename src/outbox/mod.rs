//! The post room: what was decided inside a transaction is sent outside of it, in order, once, or visibly not at all.

pub mod store;

pub use store::{Kind, Post, enqueue};
