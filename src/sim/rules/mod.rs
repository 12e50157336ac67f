//! What Zalo takes and what it refuses, with which number (zalo-oa 2 and 6). Pure: the time is given, the world is told.

pub mod message;
pub mod refusal;
pub mod template;
pub mod upload;

pub use message::{WINDOW, recipient, unknown_recipient, window};
pub use refusal::Refusal;
