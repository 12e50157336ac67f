//! What rings: the rules that make the channel's count in the bar go up. Pure.
//!
//! A ring is for a person: something stands still and does not come back by itself. What may pass, or is only worth a look,
//! does not ring.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use crate::clock::{hanoi, midnight};
use crate::zalo::account::kept::Account;
use crate::zalo::token::TokenHealth;

/// The hours in Hanoi in which people write.
const DAYTIME: Range<u32> = 8..18;
/// A silence of this many hours in them is too long, on a working day.
pub const SILENT_HOURS: i64 = 2;
/// But only where so many events came in the week before: four in an hour. A channel that few people write to is silent
/// for hours and nothing is wrong with it.
pub const BUSY: i64 = 200;
/// So many wrong signatures are no accident and no stranger who tries a door.
const FEW: i64 = 5;
/// A refresh token that dies so soon was not used for months: the service does not refresh.
const REFRESH_NEAR: TimeDelta = TimeDelta::days(14);
/// Refreshing fails now and then; it becomes urgent when the present token lasts no longer than this.
const TOKEN_NEAR: TimeDelta = TimeDelta::hours(6);
/// A package is paid for anew within this time.
const PACKAGE_NEAR: TimeDelta = TimeDelta::days(14);

/// How a part of the channel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// There is nothing that could be well or not.
    Idle,
    Fine,
    /// Something is there to be looked at, when there is time.
    New,
    /// Soon.
    Look,
    /// Now; it rings.
    Urgent,
}

impl State {
    pub fn class(self) -> &'static str {
        match self {
            Self::Idle => "is-closed",
            Self::Fine => "is-done",
            Self::New => "is-new",
            Self::Look => "is-soon",
            Self::Urgent => "is-late",
        }
    }

    /// Whether there is something to do.
    pub fn asks(self) -> bool {
        self > Self::Fine
    }
}

/// What the bar must know of the channel.
#[derive(Clone, Debug, Default)]
pub struct Vitals {
    /// Events that nobody could work on.
    pub set_aside: i64,
    /// Messages that went nowhere: given up, or about no petition and unreachable. Those about a petition that can reach
    /// nobody stand on the list of calls.
    pub unsent: i64,
    /// What only a person can put in order ([`crate::zalo::alert`]).
    pub alerts: i64,
    /// Whether one of them is that the chat takes nothing.
    pub is_chat_stopped: bool,
    /// When Zalo last told us anything.
    pub last_heard_at: Option<DateTime<Utc>>,
    /// How many events came in the week before that, counted up to [`BUSY`].
    pub week: i64,
    /// Knocks with a wrong signature on this day, and the last of them.
    pub wrong_today: i64,
    pub wrong_at: Option<DateTime<Utc>>,
    pub token: TokenHealth,
    pub account: Account,
}

impl Vitals {
    /// How many things ring.
    pub fn urgent(&self, is_working_day: bool, at: DateTime<Utc>) -> i64 {
        let parts = [
            self.heard(is_working_day, at),
            self.signatures(at),
            token(&self.token, at),
            package(&self.account, at),
            allowance(self.account.chat_left, self.account.chat_total),
            allowance(self.account.template_left, self.account.template_total),
        ];
        let ringing = parts.into_iter().filter(|state| *state == State::Urgent).map(|_| 1).sum::<i64>();
        self.set_aside + self.unsent + self.alerts + ringing
    }

    /// Whether Zalo still tells us what happens. Urgent: it has been silent for hours in the daytime of a working day.
    pub fn heard(&self, is_working_day: bool, at: DateTime<Utc>) -> State {
        let Some(last) = self.last_heard_at else { return State::Idle };
        let is_daytime = is_working_day && DAYTIME.contains(&hanoi(at).hour());
        let morning = midnight(hanoi(at).date_naive()) + TimeDelta::hours(DAYTIME.start.into());
        let is_silent = at - last.max(morning) >= TimeDelta::hours(SILENT_HOURS);
        if is_daytime && is_silent && self.week >= BUSY { State::Urgent } else { State::Fine }
    }

    /// Whether what knocks is signed by Zalo. Urgent: within the last hour it was not, and not by accident: our key may be an
    /// old one.
    pub fn signatures(&self, at: DateTime<Utc>) -> State {
        let is_recent = self.wrong_at.is_some_and(|wrong_at| at - wrong_at < TimeDelta::hours(1));
        match self.wrong_today {
            FEW.. if is_recent => State::Urgent,
            1.. if is_recent => State::Look,
            _ => State::Fine,
        }
    }

    /// Whether anything can be sent at all.
    pub fn can_send(&self) -> bool {
        self.token.lost.is_none() && !self.is_chat_stopped
    }
}

/// Whether the token lives on by itself.
pub fn token(health: &TokenHealth, at: DateTime<Utc>) -> State {
    let (Some(_), Some(expires_at)) = (health.refreshed_at, health.expires_at) else {
        return if health.lost.is_some() { State::Urgent } else { State::Idle };
    };
    let dies_soon = health.refresh_expires_at.is_some_and(|dies_at| dies_at - at < REFRESH_NEAR);
    let is_failing = health.last_error.is_some();
    match health.lost {
        Some(_) => State::Urgent,
        None if dies_soon || is_failing && expires_at - at < TOKEN_NEAR => State::Urgent,
        None if is_failing || expires_at <= at => State::Look,
        None => State::Fine,
    }
}

/// Whether the account's package is paid for.
pub fn package(account: &Account, at: DateTime<Utc>) -> State {
    let Some(last_day) = account.package_until else {
        return if account.package.is_some() { State::Fine } else { State::Idle };
    };
    let today = hanoi(at).date_naive();
    match last_day {
        day if day < today => State::Urgent,
        day if day - today <= PACKAGE_NEAR => State::Look,
        _ => State::Fine,
    }
}

/// Whether an allowance is left. An account that has none has nothing that could run out.
pub fn allowance(left: Option<i64>, total: Option<i64>) -> State {
    match (left, total) {
        (Some(left), Some(total)) if total > 0 => match left {
            ..=0 => State::Urgent,
            left if left.saturating_mul(10) < total => State::Look,
            _ => State::Fine,
        },
        _ => State::Idle,
    }
}

#[cfg(test)]
#[path = "vitals_tests.rs"]
mod tests;
