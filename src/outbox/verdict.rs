//! What becomes of a message after an attempt: pure, and the one place where it is decided.
//!
//! What may pass by itself is tried again in the same way; what cannot is tried in the next way; when there is none left
//! an officer is shown the message. Nothing waits for ever.

use chrono::{DateTime, TimeDelta, Utc};

use super::retry;
use crate::zalo::client::{Decision, Refusal, Sent};
use crate::zalo::codes::WINDOW_CLOSED;
use crate::zalo::gate::{BACK_OFF, Circuit, HALT};
use crate::zalo::window::{Channel, Night, Reach};

/// Begins the id under which receipts of template messages by phone come back; behind it stands the message's number.
pub(super) const TRACKED: &str = "pakn-";

/// What is put off without being tried (the account is stopped, an allowance is used up) waits no longer than this for its
/// own way.
const PATIENCE: TimeDelta = TimeDelta::days(2);

/// Why nothing goes to somebody whose petition came by another door.
const NO_ZALO: &str = "no Zalo";

/// A citizen who was heard so lately has an open window, whatever Zalo says; and so often we doubt what it says.
const FRESH: TimeDelta = TimeDelta::hours(1);
const DOUBTS: i32 = 3;

/// What Zalo's conditions are believed to be: settings, for the sources disagree (zalo-oa 2.5).
#[derive(Clone, Debug)]
pub struct Terms {
    /// When no template message is sent.
    pub night: Night,
    /// How many messages are free after each doing of a citizen, and for how long.
    pub free_replies: i64,
    pub free_for: TimeDelta,
}

/// A message in the hand of the one who sends it, as far as it matters for what comes next.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// Whether somebody waits for it in the chat.
    pub is_reply: bool,
    pub reach: Reach,
    /// The attempts on the present way, this one included.
    pub attempts: i32,
    pub begun_at: DateTime<Utc>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Settlement {
    /// `is_plain`: what Zalo does not take was left out, and is taken out of what we keep.
    Sent {
        channel: Channel,
        sent: Sent,
        is_plain: bool,
    },
    Unsent(Unsent),
}

/// A message that was not sent, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unsent {
    pub next: Next,
    /// The way that was tried, or would have been; none where there was none.
    pub channel: Option<Channel>,
    pub why: Why,
}

/// What becomes of a message that was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// In the same way, at that time. `is_counted`: it was an attempt.
    Later { send_at: DateTime<Utc>, is_counted: bool },
    /// In the next way, at once.
    OtherWay,
    /// Nothing more can be done, and it is not the citizen's reach that fails.
    GivenUp,
    /// No way leads to the citizen.
    Unreachable,
}

/// Why a message was not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Why {
    pub code: Option<i64>,
    pub reason: String,
    pub perhaps_sent: bool,
}

impl From<Refusal> for Why {
    fn from(Refusal { code, reason, perhaps_sent, .. }: Refusal) -> Self {
        Self { code, reason, perhaps_sent }
    }
}

impl Why {
    fn because(reason: &str) -> Self {
        Self { reason: reason.to_owned(), ..Self::default() }
    }
}

impl Next {
    /// The state of the message from now on.
    pub(super) fn state(self) -> &'static str {
        match self {
            Self::Later { .. } | Self::OtherWay => "waiting",
            Self::GivenUp => "given_up",
            Self::Unreachable => "unreachable",
        }
    }

    /// What came of the attempt, for figures and for the record of attempts.
    pub(super) fn outcome(self) -> &'static str {
        match self {
            Self::Later { .. } => "later",
            Self::OtherWay => "next_way",
            _ => self.state(),
        }
    }

    /// Whether the way that was tried is not tried again.
    pub(super) fn closes_the_way(self) -> bool {
        !matches!(self, Self::Later { .. })
    }
}

impl Case {
    /// The way to be tried now, or what becomes of the message without trying.
    pub(super) fn way(
        &self,
        terms: &Terms,
        circuit: impl Fn(Channel) -> Circuit,
        at: DateTime<Utc>,
    ) -> Result<Channel, Unsent> {
        let Some(channel) = self.reach.next(at) else {
            let why = if self.reach.is_stranger { NO_ZALO } else { WINDOW_CLOSED };
            return Err(Unsent { next: Next::Unreachable, channel: None, why: Why::because(why) });
        };
        if channel == Channel::Chat {
            return Ok(channel);
        }
        let put_off = |send_at, reason| Unsent {
            next: Next::Later { send_at, is_counted: false },
            channel: Some(channel),
            why: Why::because(reason),
        };
        if let Some(morning) = terms.night.ends_at(at) {
            return Err(put_off(morning, "not at night"));
        }
        match circuit(channel) {
            // Somebody must put it in order first: the citizen does not wait for that.
            Circuit::Open { is_halted: true, .. } => Err(self.close(channel, Why::because("stopped"), false, at)),
            Circuit::Open { until, .. } => Err(put_off(until, "Zalo is away")),
            _ => Ok(channel),
        }
    }

    /// What becomes of it after a refusal on `channel`.
    pub(super) fn after(&self, channel: Channel, refusal: Refusal, terms: &Terms, at: DateTime<Utc>) -> Unsent {
        let decision = refusal.decision;
        let why = Why::from(refusal);
        match decision {
            Decision::NextWay if self.is_a_misunderstanding(channel, &why, at) => self.try_again(channel, why, at),
            Decision::BackOff => self.put_off(channel, at + BACK_OFF, why, at),
            Decision::UntilQuota => self.put_off(channel, terms.night.next_day(at), why, at),
            Decision::UntilMorning => self.put_off(channel, terms.night.morning_after(at), why, at),
            Decision::Stop if channel == Channel::Chat => self.put_off(channel, at + HALT, why, at),
            Decision::Later | Decision::RefreshToken => self.try_again(channel, why, at),
            // A reply may still be free a moment later; news must not wait for somebody to pay.
            Decision::NoMoney if self.is_reply => self.try_again(channel, why, at),
            Decision::NextWay | Decision::NoMoney | Decision::Stop => self.close(channel, why, false, at),
            Decision::Never => self.close(channel, why, true, at),
        }
    }

    /// Zalo says that the window is closed, and the citizen has written to us just now: its own clock of windows may lag
    /// behind. A reply is tried a few times before it is believed.
    fn is_a_misunderstanding(&self, channel: Channel, why: &Why, at: DateTime<Utc>) -> bool {
        let is_about_window = channel == Channel::Chat && why.reason == WINDOW_CLOSED;
        let is_fresh = self.reach.last_heard_at.is_some_and(|heard_at| at - heard_at < FRESH);
        is_about_window && self.is_reply && is_fresh && self.attempts <= DOUBTS
    }

    /// A stored message that nobody can read.
    pub(super) fn unreadable(&self, channel: Channel, at: DateTime<Utc>) -> Unsent {
        self.close(channel, Why::because("the stored message cannot be read"), true, at)
    }

    fn try_again(&self, channel: Channel, why: Why, at: DateTime<Utc>) -> Unsent {
        match retry::pause_after(self.attempts) {
            Some(pause) => {
                Unsent { next: Next::Later { send_at: at + pause, is_counted: true }, channel: Some(channel), why }
            }
            None => self.close(channel, why, true, at),
        }
    }

    fn put_off(&self, channel: Channel, send_at: DateTime<Utc>, why: Why, at: DateTime<Utc>) -> Unsent {
        match at - self.begun_at > PATIENCE {
            true => self.close(channel, why, true, at),
            false => Unsent { next: Next::Later { send_at, is_counted: false }, channel: Some(channel), why },
        }
    }

    /// This way is closed. `is_fault`: not because the citizen cannot be reached.
    fn close(&self, channel: Channel, why: Why, is_fault: bool, at: DateTime<Utc>) -> Unsent {
        let mut reach = self.reach.clone();
        reach.closed.push(channel);
        if channel == Channel::Chat {
            reach.chat_closed_at = Some(at);
        }
        let next = match reach.next(at) {
            Some(_) => Next::OtherWay,
            None if is_fault => Next::GivenUp,
            None => Next::Unreachable,
        };
        Unsent { next, channel: Some(channel), why }
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
