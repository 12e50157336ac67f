//! Leaving never loses: cancel, keep, go on, come back after a pause (voice.md T17).

use super::super::answer::story::{STORY, letters};
use super::super::answer::words::Meaning;
use super::super::definition::Text;
use super::super::kind::Kind;
use super::super::session::Aside;
use super::super::turn::Attachment;
use super::Scene;
use crate::clock::{hanoi, say_near_deadline};
use crate::privacy::Personal;
use chrono::Timelike;

/// At a question for a line of contact data a story has at least this many letters: addresses are long.
const LONG_STORY: usize = 60;

impl Scene<'_> {
    /// Asks before anything is dropped.
    pub(super) fn leave_question(&mut self, screen: &str) {
        if self.session.open.is_none() {
            return self.screen("nothing_open");
        }
        if self.follow_up().is_some() && (self.ends_early() || !self.has_substance()) {
            if self.session.open.is_some() {
                self.leave_follow_up();
            }
            return;
        }
        if !self.has_substance() {
            self.session.open = None;
            self.session.aside = None;
            return self.screen("dropped");
        }
        self.session.aside = Some(Aside::Leaving);
        self.screen(screen);
    }

    /// A button about the draft at hand; with another draft's key it is an old one.
    pub(super) fn pressed_about_draft(&mut self, name: &str, key: &str) {
        let is_open = self.session.open.as_ref().is_some_and(|open| open.key == key);
        if !is_open && name == "#continue" && self.session.kept.iter().any(|kept| kept.key == key) {
            self.session.keep_open();
            let at = self.session.kept.iter().position(|kept| kept.key == key).unwrap_or_default();
            self.session.open = Some(self.session.kept.remove(at));
            return self.ask();
        }
        if name == "#drop" && self.is_just_reminded_of(key) {
            self.session.kept.retain(|kept| kept.key != key);
            return if is_open { self.drop_open() } else { self.screen("dropped") };
        }
        if !is_open {
            return self.old_button(key);
        }
        match (name, &self.session.aside) {
            ("#continue", _) => self.go_on(),
            ("#keep", _) => self.keep(),
            ("#drop", Some(Aside::Leaving | Aside::Resuming { .. })) => self.drop_open(),
            ("#new", Some(Aside::Leaving | Aside::Resuming { .. })) => self.set_aside_for_new(),
            ("#anew", Some(Aside::Leaving)) => {
                self.session.open = None;
                self.start_anew();
            }
            ("#add", Some(Aside::Resuming { .. })) => self.add_what_was_said(),
            _ => self.old_button(""),
        }
    }

    pub(super) fn keep(&mut self) {
        let until = say_near_deadline(hour_of(self.at + self.catalog.menu.kept));
        self.set("until", until);
        self.session.keep_open();
        self.session.aside = None;
        self.screen("kept");
    }

    fn drop_open(&mut self) {
        self.session.open = None;
        self.session.aside = None;
        self.screen("dropped");
    }

    /// Keeps what is open and begins another petition, with what was said before, if anything.
    fn set_aside_for_new(&mut self) {
        let said = self.take_said();
        self.set_open_aside();
        match said {
            Some((text, attachments)) => {
                self.begin("petition");
                self.take_files(&attachments);
                if letters(&text) > 0 { self.tell(&text) } else { self.advance() }
            }
            None if self.has_consent() => self.start_anew(),
            None => self.greet(),
        }
    }

    /// «tiếp tục»: back to the open question, or to what was set aside.
    pub(super) fn go_on(&mut self) {
        if self.session.open.is_none() && !self.reopen_kept() {
            return self.screen("nothing_open");
        }
        let said = self.take_said();
        self.session.aside = None;
        if let Some((text, attachments)) = said {
            let came = self.take_files(&attachments);
            if self.is_reviewing() && letters(&text) < STORY {
                return self.ask();
            }
            return match (text.is_empty(), came) {
                (true, Some(came)) => self.after_files(&came, false),
                (true, None) => self.ask(),
                (false, _) => self.answer(&text),
            };
        }
        match self.at_step() {
            Some((_, step)) if step.kind != Kind::Review && self.is_settled(step) => self.advance(),
            _ => self.ask(),
        }
    }

    fn add_what_was_said(&mut self) {
        if let Some((text, attachments)) = self.take_said() {
            self.take_files(&attachments);
            match self.follow_up() {
                Some(_) => self.add_to_follow_up(&text),
                None => self.more_story(&text),
            }
        } else {
            self.ask();
        }
    }

    fn take_said(&mut self) -> Option<(String, Vec<Attachment>)> {
        let Some(Aside::Resuming { said, attachments }) = self.session.aside.take() else { return None };
        if said.is_none() && attachments.is_empty() {
            return None;
        }
        Some((said.map(|said| said.reveal().to_owned()).unwrap_or_default(), attachments))
    }

    /// The draft set aside last is open again.
    pub(super) fn reopen_kept(&mut self) -> bool {
        self.session.open = self.session.kept.pop();
        self.session.open.is_some()
    }

    /// The first words after a pause.
    pub(super) fn back_after_pause(&mut self, text: &str, attachments: &[Attachment]) {
        self.session.aside = None;
        self.session.offered.clear();
        let meanings = self.catalog.menu.lexicon.meanings(text);
        let is_greeting = text.is_empty() || meanings.contains(&Meaning::Greeting);
        if !is_greeting && attachments.is_empty() && self.command(text) {
            return;
        }
        if is_greeting || !self.is_story(text) {
            let said = Some(text).filter(|text| !is_greeting && !text.is_empty());
            return self.resume_question(said, attachments.to_vec());
        }
        self.add_or_new(text, attachments.to_vec());
    }

    fn is_story(&self, text: &str) -> bool {
        let kind = self.at_step().map(|(_, step)| step.kind);
        let enough = match kind {
            Some(Kind::Address | Kind::Company | Kind::Representative | Kind::Incident | Kind::Name | Kind::Line) => {
                LONG_STORY
            }
            _ => STORY,
        };
        letters(text) >= enough
    }

    pub(super) fn add_or_new(&mut self, text: &str, attachments: Vec<Attachment>) {
        self.session.aside = Some(Aside::Resuming { said: Some(Personal::new(text)), attachments });
        self.screen("add_or_new");
    }

    /// «Ông/Bà đang viết dở phản ánh về …, còn thiếu …. Viết tiếp?»
    pub(super) fn resume_question(&mut self, said: Option<&str>, attachments: Vec<Attachment>) {
        if self.follow_up().is_some() {
            self.session.aside = Some(Aside::Resuming { said: said.map(Personal::new), attachments });
            return self.screen("resume_follow_up");
        }
        let lacks: Vec<&str> =
            self.missing().filter(|step| step.kind.collects()).map(|step| step.lacks.as_str()).collect();
        let screen = if lacks.is_empty() { "resume_complete" } else { "resume" };
        let lacks = lacks.join(", ");
        self.set("lacks", lacks);
        self.session.aside = Some(Aside::Resuming { said: said.map(Personal::new), attachments });
        self.screen(screen);
    }

    /// «Sửa»: which item?
    pub(super) fn which_item(&mut self) {
        let review = self.form().steps.iter().find(|step| step.kind == Kind::Review);
        let Some(hint) = review.map(|review| review.hint("which")) else { return };
        self.open_mut().pending = Some(super::super::session::Pending::Which);
        let text: &Text = &hint.text;
        self.ask_again(text, &hint.buttons);
    }
}

/// The full hour: nobody keeps a draft until a minute.
pub(super) fn hour_of(at: chrono::DateTime<chrono::Utc>) -> chrono::DateTime<chrono::Utc> {
    let minute = i64::from(hanoi(at).minute());
    at - chrono::TimeDelta::minutes(minute)
}
