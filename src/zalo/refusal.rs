//! What Zalo refuses, and what we do next: the decision travels with the refusal, the tables are in [`codes`].

use std::fmt;

use super::codes::{self, Host};

/// What to do with something that Zalo did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Try again on the schedule: it may pass by itself.
    Later,
    /// Too many calls: everybody pauses for a moment, then it is tried again. No fault of the message.
    BackOff,
    /// The access token is not valid: get another and try once more.
    RefreshToken,
    /// This citizen cannot be written to in this way: try the next.
    NextWay,
    /// An allowance is used up: try again when the day's is there.
    UntilQuota,
    /// Not at night: try again in the morning.
    UntilMorning,
    /// The message is wrong and stays wrong; in another way it may still pass.
    Never,
    /// What costs money cannot be sent until a person has paid; what is free still goes.
    NoMoney,
    /// Nothing can be sent in this way to anybody until a person has put the account in order.
    Stop,
}

/// A message that was not taken, or of which we do not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Zalo's code, where it gave one.
    pub code: Option<i64>,
    pub decision: Decision,
    /// In our words, for the log and the office; never Zalo's own text, which may repeat what we sent.
    pub reason: String,
    /// Whether the message may have reached the citizen all the same.
    pub perhaps_sent: bool,
}

impl Refusal {
    /// Zalo's answer. A code that nobody has written down is tried again: it ends in front of an officer at the latest.
    pub(super) fn from_code(host: Host, code: i64) -> Self {
        let (decision, reason) =
            codes::meaning(host, code).unwrap_or((Decision::Later, "a refusal that is not in the table"));
        let reason = if reason == codes::WINDOW_CLOSED { reason.to_owned() } else { format!("{reason} ({code})") };
        Self { code: Some(code), decision, reason, perhaps_sent: false }
    }

    /// What we do not even send.
    pub(super) fn never(reason: impl Into<String>) -> Self {
        Self { code: None, decision: Decision::Never, reason: reason.into(), perhaps_sent: false }
    }

    /// Whom we do not even try to reach in this way.
    pub(super) fn no_such_way(reason: impl Into<String>) -> Self {
        Self { code: None, decision: Decision::NextWay, reason: reason.into(), perhaps_sent: false }
    }

    /// Whether the message's kind, not the citizen or the account, may be what Zalo does not take: a plain text may still
    /// go through where a card does not.
    pub fn may_be_about_the_kind(&self) -> bool {
        self.decision == Decision::Never || matches!(self.code, Some(-212 | -224 | -235 | -240))
    }

    /// No answer, or one that cannot be read.
    pub(super) fn unclear(decision: Decision, reason: impl Into<String>, perhaps_sent: bool) -> Self {
        Self { code: None, decision, reason: reason.into(), perhaps_sent }
    }

    /// Whether Zalo as a whole may be away, as opposed to a refusal of this message: such answers open the circuit.
    pub fn is_outage(&self) -> bool {
        self.code.is_none() && self.decision == Decision::Later
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_for_its_kind_may_be_sent_as_another_kind() {
        for code in [-201, -210, -212, -224, -233, -235, -240, -248] {
            assert!(Refusal::from_code(Host::Account, code).may_be_about_the_kind(), "{code}");
        }
        for code in [-32, -200, -204, -211, -216, -217, -230, -242, -321] {
            assert!(!Refusal::from_code(Host::Account, code).may_be_about_the_kind(), "{code}");
        }
    }

    #[test]
    fn a_code_nobody_has_written_down_is_tried_again() {
        for host in [Host::Account, Host::Templates] {
            let refusal = Refusal::from_code(host, -99_999);
            assert_eq!((refusal.decision, refusal.code), (Decision::Later, Some(-99_999)));
            assert!(refusal.to_string().contains("-99999"));
            assert!(!refusal.is_outage(), "Zalo answered");
        }
    }

    #[test]
    fn the_same_number_means_two_things_on_two_hosts() {
        assert_eq!(Refusal::from_code(Host::Account, -100).decision, Decision::Never);
        assert_eq!(Refusal::from_code(Host::Templates, -100).decision, Decision::Later);
    }
}
