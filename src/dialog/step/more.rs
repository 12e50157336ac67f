//! Words and files about a petition that is in the register: collected until the citizen says that this was all, or
//! taken as they come where one message is enough (voice.md T13, T15).

use super::super::definition::Step;
use super::super::kind::Kind;
use super::Scene;
use super::file::Came;

/// As much as the story itself, in characters.
const LONGEST: usize = 10_000;

impl<'a> Scene<'a> {
    /// A text at the step that collects.
    pub(super) fn more(&mut self, step: &'a Step, text: &str) {
        let open = self.open_mut();
        let words = match open.answer("words") {
            Some(before) => format!("{before}\n{text}"),
            None => text.to_owned(),
        };
        if words.chars().count() > LONGEST {
            let hint = step.hint("too_long");
            return self.say(&hint.text, &hint.buttons);
        }
        open.set("words", words);
        open.messages += 1;
        if !step.asks_for_more {
            return self.advance();
        }
        self.wait_for_more_at(step, step.quiet);
        self.ask_for_more(step);
    }

    fn wait_for_more_at(&mut self, step: &Step, quiet: u32) {
        self.quiet = if step.asks_for_more { quiet } else { 0 };
        self.holds_story = true;
    }

    /// «Đã nhận 1 tin, 📎 1 ảnh. Còn gì nữa không?»
    pub(super) fn ask_for_more(&mut self, step: &'a Step) {
        let hint = step.hint("more");
        self.session.aside = None;
        self.say(&hint.text, &hint.buttons);
    }

    /// Files at the step that collects.
    pub(super) fn more_files(&mut self, came: &Came, step: &'a Step) {
        self.wait_for_more_at(step, self.catalog.menu.quiet_files);
        self.refuse_surplus(came);
        if came.has_voice {
            self.take_note("voice");
        }
        if step.asks_for_more {
            return self.ask_for_more(step);
        }
        self.take_note("files_kept");
        self.ask_short();
    }

    /// That was all.
    pub(super) fn more_done(&mut self, step: &'a Step) {
        let is_empty = self.answer_to("words").is_none() && self.open().attachments.is_empty();
        if is_empty { self.ask() } else { self.settle(step) }
    }

    /// One of the ready answers: it is enough by itself.
    pub(super) fn more_chosen(&mut self, step: &'a Step, value: &str) {
        let is_option = step.options.iter().any(|option| option.value == value);
        let Some(answer) = step.answer.as_deref().filter(|_| is_option) else { return self.ask() };
        self.open_mut().set(answer, value);
        self.note_taken(step);
        self.settle(step);
    }

    /// Whether one message, or one of the ready answers, was enough.
    pub(super) fn is_enough(&self, step: &Step) -> bool {
        debug_assert_eq!(step.kind, Kind::More);
        !step.asks_for_more && step.answers().any(|answer| self.open().answer(answer).is_some())
    }
}
