//! The one reminder of a draft: next day, in the hours of the day when people may be written to (voice.md T17).

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::super::kind::Kind;
use super::super::session::Session;
use super::super::turn::{Button, Effect, Say};
use super::leave::hour_of;
use super::{Scene, is_worth_keeping};
use crate::clock::{hanoi, say_near_deadline};

/// Inside the two days in which a message costs nothing (zalo-oa 2.4).
const LATER: TimeDelta = TimeDelta::days(1);

impl Scene<'_> {
    /// What is to be said tomorrow if nothing is heard until then. The next reply takes its place; a draft whose time to
    /// be reminded has passed has been reminded.
    pub(super) fn reminder(&mut self) -> Option<Effect> {
        if self.session.officer.is_some() {
            return None;
        }
        // A draft set aside is put in hand for a moment, so that the texts speak of it.
        let is_set_aside = self.session.open.is_none();
        if is_set_aside {
            self.session.open = self.session.kept.pop();
        }
        let effect = self.reminder_of_open();
        if is_set_aside {
            let Session { open, kept, .. } = &mut self.session;
            kept.extend(open.take());
        }
        effect
    }

    /// Whether the reminder of this draft was the last thing said: then its buttons are no old ones.
    pub(super) fn is_just_reminded_of(&self, key: &str) -> bool {
        let drafts = self.session.open.iter().chain(&self.session.kept);
        let reminder_at = drafts.filter(|draft| draft.key == key).find_map(|draft| draft.reminder_at);
        reminder_at.is_some_and(|at| at <= self.at && self.session.heard_at.is_none_or(|heard_at| heard_at < at))
    }

    fn reminder_of_open(&mut self) -> Option<Effect> {
        let at = self.reminder_at();
        let now = self.at;
        let open = self.session.open.as_mut()?;
        let was_reminded = open.reminder_at.is_some_and(|at| at <= now);
        if !is_worth_keeping(open) || open.form != "petition" || was_reminded {
            return None;
        }
        open.reminder_at = Some(at);
        let until = open.touched_at + self.catalog.menu.kept;
        let lacks: Vec<&str> =
            self.missing().filter(|step| step.kind != Kind::Review).map(|step| step.lacks.as_str()).collect();
        let screen = self.catalog.screen(if lacks.is_empty() { "reminder_complete" } else { "reminder" });
        self.set("lacks", lacks.join(", "));
        self.set("until", say_near_deadline(hour_of(until)));
        let buttons: Vec<Button> = screen.buttons.iter().map(|choice| self.offer(choice).0).collect();
        Some(Effect::Remind { say: Say { text: self.fill(&screen.text), buttons, card: None, quiet: 0 }, at })
    }

    /// The same time tomorrow, moved into the hours for reminders.
    fn reminder_at(&self) -> DateTime<Utc> {
        let (from, until) = self.catalog.menu.reminder_hours;
        let at = self.at + LATER;
        let hour = hanoi(at).hour();
        let moved = if hour < from {
            i64::from(from - hour)
        } else if hour >= until {
            // Back to the last hour before it ends: forward would be the day after.
            -i64::from(hour - until + 1)
        } else {
            0
        };
        at + TimeDelta::hours(moved)
    }
}
