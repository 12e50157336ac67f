//! What Zalo refuses, and what we do next. One table (zalo-oa 2.6).

use std::fmt;

/// What to do with a message that Zalo did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Try again later.
    Later,
    /// The access token is not valid: get another and try once more.
    RefreshToken,
    /// This citizen cannot be written to in the chat: another way has to be found.
    Unreachable,
    /// The message is wrong and stays wrong.
    Never,
    /// Nothing can be sent to anybody until a person has put the account in order.
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

/// The reason kept for a citizen whose 7-day window is closed, whether Zalo says so or our own record.
pub const WINDOW_CLOSED: &str = "window";

use Decision::{Later, Never, RefreshToken, Stop, Unreachable};

const TABLE: &[(i64, Decision, &str)] = &[
    (-32, Later, "the application has reached its rate limit"),
    (-100, Never, "an uploaded file has expired"),
    (-200, Later, "Zalo could not send"),
    (-201, Never, "a field of the message is invalid"),
    (-204, Stop, "the Official Account is disabled"),
    (-205, Stop, "the Official Account does not exist"),
    (-209, Stop, "the application is not activated"),
    (-210, Never, "a field of the message is too long"),
    (-211, Later, "out of quota"),
    (-212, Stop, "the application is not registered for this API"),
    (-213, Unreachable, "the citizen does not follow the account"),
    (-214, Later, "Zalo is still processing"),
    (-216, RefreshToken, "the access token is invalid"),
    (-217, Unreachable, "the citizen has blocked the account"),
    (-218, Later, "the citizen's quota of messages is used up"),
    (-219, Stop, "the application is removed or disabled"),
    (-220, RefreshToken, "the access token has expired or was removed"),
    (-221, Stop, "the Official Account needs to be verified"),
    (-223, Stop, "the Official Account has not authorised the application"),
    (-224, Stop, "the Official Account needs a higher plan"),
    (-227, Unreachable, "the citizen's Zalo account is banned or inactive for 45 days"),
    (-230, Unreachable, WINDOW_CLOSED),
    // Known from one source only, without a meaning.
    (-231, Later, "a refusal whose meaning is not documented"),
    (-232, Unreachable, WINDOW_CLOSED),
    (-233, Never, "the type of message is not supported"),
    // Until six in the morning: the schedule of retries reaches over the night.
    (-234, Later, "not at night"),
    (-235, Stop, "this API is not for this type of account"),
    (-237, Stop, "the group is disabled"),
    (-238, Never, "the asset is used or disabled"),
    (-240, Stop, "this version of the API is shut down"),
    (-241, Never, "the asset is used or disabled"),
    (-242, Stop, "appsecret_proof is wrong: check ZALO_APP_SECRET"),
    (-244, Unreachable, "the citizen has restricted messages from the account"),
    (-248, Never, "the message violates the platform's standards"),
    (-249, Never, "the template cannot be sent by user id"),
    (-320, Stop, "the application is not connected to a Zalo Cloud Account"),
    (-321, Stop, "the Zalo Cloud Account is out of money"),
    (-403, Never, "the account is not in the group"),
    (-1340, Never, "the form does not exist"),
    (-1341, Never, "the form cannot be accessed"),
];

impl Refusal {
    /// Zalo's answer. A code that nobody has written down is tried again: it ends in front of an officer at the latest.
    pub(super) fn from_code(code: i64) -> Self {
        let row = TABLE.iter().find(|(known, ..)| *known == code);
        let (decision, reason) = row.map_or((Later, "a refusal that is not in the table"), |(_, d, r)| (*d, *r));
        let reason = if reason == WINDOW_CLOSED { reason.to_owned() } else { format!("{reason} ({code})") };
        Self { code: Some(code), decision, reason, perhaps_sent: false }
    }

    /// What we do not even send.
    pub(super) fn never(reason: impl Into<String>) -> Self {
        Self { code: None, decision: Never, reason: reason.into(), perhaps_sent: false }
    }

    /// Whether the message's kind, not the citizen or the account, may be what Zalo does not take: a plain text may still
    /// go through where a card does not.
    pub fn may_be_about_the_kind(&self) -> bool {
        self.decision == Never || matches!(self.code, Some(-212 | -224 | -235 | -240))
    }

    /// No answer, or one that cannot be read.
    pub(super) fn unclear(decision: Decision, reason: impl Into<String>, perhaps_sent: bool) -> Self {
        Self { code: None, decision, reason: reason.into(), perhaps_sent }
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

    /// Every code of zalo-oa 2.6.
    const SHEET: [i64; 40] = [
        -32, -100, -200, -201, -204, -205, -209, -210, -211, -212, -213, -214, -216, -217, -218, -219, -220, -221,
        -223, -224, -227, -230, -231, -232, -233, -234, -235, -237, -238, -240, -241, -242, -244, -248, -249, -320,
        -321, -403, -1340, -1341,
    ];

    #[test]
    fn every_code_of_the_sheet_has_a_decision_and_only_one() {
        let mut codes: Vec<_> = TABLE.iter().map(|(code, ..)| *code).collect();
        codes.sort_unstable();
        let mut sheet = SHEET;
        sheet.sort_unstable();
        assert_eq!(codes, sheet);
    }

    #[test]
    fn the_decisions_are_those_of_the_sheet() {
        for (decision, codes) in [
            (Later, &[-32, -200, -211, -214, -218, -234][..]),
            (RefreshToken, &[-216, -220]),
            (Unreachable, &[-213, -217, -227, -230, -232, -244]),
            (Never, &[-201, -210, -233, -238, -241, -248, -249, -403]),
            (Stop, &[-204, -205, -209, -212, -219, -221, -223, -224, -235, -237, -240, -242, -320, -321]),
        ] {
            for code in codes {
                assert_eq!(Refusal::from_code(*code).decision, decision, "{code}");
            }
        }
    }

    #[test]
    fn what_is_refused_for_its_kind_may_be_sent_as_another_kind() {
        for code in [-201, -210, -212, -224, -233, -235, -240, -248] {
            assert!(Refusal::from_code(code).may_be_about_the_kind(), "{code}");
        }
        for code in [-32, -200, -204, -211, -216, -217, -230, -242, -321] {
            assert!(!Refusal::from_code(code).may_be_about_the_kind(), "{code}");
        }
    }

    #[test]
    fn a_code_nobody_has_written_down_is_tried_again() {
        let refusal = Refusal::from_code(-99_999);
        assert_eq!((refusal.decision, refusal.code), (Later, Some(-99_999)));
        assert!(refusal.to_string().contains("-99999"));
    }
}
