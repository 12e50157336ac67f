//! What an officer owes before anything else is shown to them.

use super::{Officer, Role, Way};
use crate::config::SecondFactor;

/// What is owed. The first is paid first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debt {
    /// To choose a password of their own.
    Password,
    /// To set up a second factor.
    SecondFactor,
}

/// Whether this officer needs a second factor.
pub fn needs_second_factor(officer: &Officer, policy: SecondFactor) -> bool {
    match policy {
        SecondFactor::FocalOffice => officer.role == Role::FocalOffice,
        SecondFactor::Everybody => true,
        SecondFactor::Nobody => false,
    }
}

/// What this officer owes, who signed in this way.
pub fn debt(officer: &Officer, way: Way, policy: SecondFactor) -> Option<Debt> {
    // whoever came by the city's account has used no password here, and perhaps never will
    if officer.has_one_time_password && way == Way::Password {
        return Some(Debt::Password);
    }
    (needs_second_factor(officer, policy) && !officer.has_second_factor).then_some(Debt::SecondFactor)
}
