//! The registry: the record and the law around it. (being built)

pub mod status;
