//! A denunciation: in no form and no session; its events are emptied within a day, and «Vẫn gửi» reaches the closed list of
//! the focal office alone (voice.md T10, pakn-domain 4.3; Luật Tố cáo 2018).

use super::super::answer::choice;
use super::super::answer::story::{STORY, letters};
use super::super::session::{Aside, Guided};
use super::super::turn::{Attachment, Effect};
use super::Scene;
use super::guide::WORTH_READING;

impl Scene<'_> {
    /// A denunciation: no form, no copy of its words; what told it is emptied within a day.
    pub(super) fn denounced(&mut self) {
        let (mut events, has_read) = match self.session.aside.take() {
            Some(Aside::Guided(guided)) if guided.said.is_none() => {
                (guided.events, guided.held_until.is_none_or(|until| until <= self.at))
            }
            _ => (Vec::new(), false),
        };
        self.take_back_story();
        events.extend(self.told_in_with_this());
        self.confidential(events, if has_read { "denunciation_more" } else { "denunciation" });
    }

    /// The same in the middle of a petition, which stays as it was.
    pub(super) fn denounced_alone(&mut self) {
        let files_before = self.files_before;
        if let Some(open) = &mut self.session.open {
            open.attachments.truncate(files_before);
        }
        self.confidential(vec![self.event.to_owned()], "denunciation");
    }

    fn confidential(&mut self, events: Vec<String>, screen: &str) {
        self.effects.push(Effect::Empty { events: events.clone() });
        self.taken.clear();
        self.guide(None, Vec::new(), events);
        self.hold_guidance();
        self.screen(screen);
    }

    /// After the words about denunciations: whatever is sent now and is no command and no petition belongs to it.
    pub(super) fn tells_more_of_denunciation(&mut self, text: &str, attachments: &[Attachment]) -> bool {
        if !matches!(&self.session.aside, Some(Aside::Guided(guided)) if guided.said.is_none()) {
            return false;
        }
        let is_held = matches!(&self.session.aside, Some(Aside::Guided(Guided { held_until: Some(until), .. }))
            if self.at < *until);
        if !attachments.is_empty() || is_held {
            return true;
        }
        let reading = self.reading(text);
        let is_petition = self.is_petition(&reading) && letters(text) >= STORY;
        let is_answer = choice::choose(&self.catalog.menu.lexicon, text, &self.session.offered).is_some()
            || !self.catalog.menu.lexicon.meanings(text).is_empty();
        !is_petition && !is_answer && letters(text) >= WORTH_READING && reading.emergency.is_none()
    }

    /// A message whose words are gone: what it led to has lapsed by now.
    pub(super) fn emptied(&mut self) {
        self.session.offered.clear();
        if matches!(self.session.aside, Some(Aside::Guided(_))) {
            self.session.aside = None;
        }
    }
}
