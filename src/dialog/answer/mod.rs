//! Reads what a person typed. Pure functions from text to meaning; none of them says anything.

pub mod choice;
pub mod clean;
pub mod company;
pub mod contact;
pub mod meaning;
pub mod moment;
pub mod name;
pub mod phone;
pub mod reference;
pub mod story;
pub mod telex;
pub mod title;
pub mod words;
