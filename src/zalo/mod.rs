//! The protocol: what Zalo says and hears. Knows nothing of petitions.

pub mod message;
