//! When which message is allowed, and which way to a citizen comes next (zalo-oa 2.4, 2.5, 6).

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, Utc};

/// How long after a citizen's last doing we may write in the chat; later Zalo answers −230 (zalo-oa 2.5).
pub const WINDOW: TimeDelta = TimeDelta::days(7);

/// Whether we may write at `at` to a citizen who was last heard at `last_heard_at`.
pub fn is_open(last_heard_at: Option<DateTime<Utc>>, at: DateTime<Utc>) -> bool {
    last_heard_at.is_some_and(|heard_at| at - heard_at < WINDOW)
}

/// A way in which Zalo brings a message to a citizen, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// In the chat, while the window is open.
    Chat,
    /// A template message to the citizen whom the account knows.
    TemplateToUser,
    /// A template message to whoever has the phone number.
    TemplateToPhone,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Chat, Self::TemplateToUser, Self::TemplateToPhone];

    /// As it stands in the database and in figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::TemplateToUser => "template_user",
            Self::TemplateToPhone => "template_phone",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// What decides over the ways to a citizen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The citizen's last doing.
    pub last_heard_at: Option<DateTime<Utc>>,
    /// The ways that were refused for this message.
    pub closed: Vec<Channel>,
    /// When the chat was refused: a citizen heard since then can be written to again.
    pub chat_closed_at: Option<DateTime<Utc>>,
    /// Whether the message can be said by a template.
    pub has_template: bool,
    pub has_phone: bool,
    /// They have no Zalo that we know: their petition came by another door.
    pub is_stranger: bool,
}

impl Reach {
    /// The next way to try at `at`; none: somebody has to call.
    pub fn next(&self, at: DateTime<Utc>) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| self.is_passable(*channel, at))
    }

    fn is_passable(&self, channel: Channel, at: DateTime<Utc>) -> bool {
        let is_refused = self.closed.contains(&channel);
        match channel {
            Channel::Chat => {
                let heard_since = self.chat_closed_at.is_none_or(|closed_at| self.last_heard_at > Some(closed_at));
                !self.is_stranger && is_open(self.last_heard_at, at) && (!is_refused || heard_since)
            }
            Channel::TemplateToUser => !self.is_stranger && self.has_template && !is_refused,
            Channel::TemplateToPhone => self.has_template && self.has_phone && !is_refused,
        }
    }
}

/// The hours in which no template message is sent, in the time zone of the people who get it. From `from` until before
/// `until`, over midnight where `until` is not later; the same hour twice: there is no night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Night {
    pub from: NaiveTime,
    pub until: NaiveTime,
    pub zone: FixedOffset,
}

/// The allowance of a new day is there at midnight; a few minutes later it surely is.
const AFTER_MIDNIGHT: TimeDelta = TimeDelta::minutes(5);

impl Night {
    /// When the night that `at` lies in is over; none by day.
    pub fn ends_at(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let time = at.with_timezone(&self.zone).time();
        let is_night = match self.from <= self.until {
            true => self.from <= time && time < self.until,
            false => self.from <= time || time < self.until,
        };
        is_night.then(|| self.next(self.until, at))
    }

    /// The next morning: when the night ends that lies before us, or in which we are.
    pub fn morning_after(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.next(self.until, at)
    }

    /// When the allowances of the next day are there.
    pub fn next_day(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.next(NaiveTime::MIN, at) + AFTER_MIDNIGHT
    }

    /// The next moment after `at` at which the clocks there show `time`.
    fn next(&self, time: NaiveTime, at: DateTime<Utc>) -> DateTime<Utc> {
        let here = at.with_timezone(&self.zone).naive_local();
        let today = here.date().and_time(time);
        let wait = match today - here {
            wait if wait > TimeDelta::zero() => wait,
            wait => wait + TimeDelta::days(1),
        };
        at + wait
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
