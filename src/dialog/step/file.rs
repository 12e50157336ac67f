//! What people send along: photos, files, a voice message, a place.

use super::super::definition::Step;
use super::super::kind::Kind;
use super::super::turn::Attachment;
use super::Scene;
use super::slot::files_said;

/// So many files a petition takes (pakn-domain 3.2).
const MOST: usize = 10;

/// What one message brought.
pub(super) struct Came {
    /// None could be taken.
    is_empty: bool,
    pub(super) has_voice: bool,
    has_location: bool,
    /// The name of one that was too many.
    refused: Option<String>,
}

impl Scene<'_> {
    /// Takes what came along. Photos sent cold begin a form: they are kept, the question is what they are about.
    pub(super) fn take_files(&mut self, attachments: &[Attachment]) -> Option<Came> {
        if attachments.is_empty() {
            return None;
        }
        if self.follow_up().is_some_and(|follow_up| follow_up.is_filed_by_answer) {
            // a survey takes no files: they are about something else
            self.set_open_aside();
        }
        if self.session.open.is_none() {
            self.begin("petition");
            if let Some(overheard) = self.session.overheard.take() {
                self.add_to_story(overheard.reveal());
            }
        }
        let form = self.form();
        let attachments: Vec<Attachment> = attachments
            .iter()
            .map(|attachment| Attachment { is_identity: self.is_identity(attachment), ..attachment.clone() })
            .collect();
        let open = self.open_mut();
        let room = MOST.saturating_sub(open.attachments.len());
        let (taken, refused) = attachments.split_at(room.min(attachments.len()));
        open.attachments.extend(taken.iter().cloned());
        let is_kind = |kind: &str| taken.iter().any(|attachment| attachment.kind == kind);
        let name = |attachment: &Attachment| {
            attachment.name.clone().unwrap_or_else(|| files_said(form, [attachment.kind.as_str()].into_iter()))
        };
        Some(Came {
            is_empty: taken.is_empty(),
            has_voice: is_kind("audio"),
            has_location: is_kind("location"),
            refused: refused.first().map(name),
        })
    }

    /// Files that came with words: said in half a line, unless the words' own reply counts them.
    pub(super) fn mention_files(&mut self, came: &Came, is_held: bool) {
        let is_story = self.at_step().is_some_and(|(_, step)| matches!(step.kind, Kind::Story | Kind::More));
        self.refuse_surplus(came);
        if !is_held && !is_story && !came.is_empty {
            self.take_note("files_kept");
        }
    }

    /// Says which file was too many.
    pub(super) fn refuse_surplus(&mut self, came: &Came) {
        let Some(file) = &came.refused else { return };
        self.set("file", file);
        self.take_note(if self.follow_up().is_some() { "files_full_more" } else { "files_full" });
    }

    /// Files without words.
    pub(super) fn after_files(&mut self, came: &Came, is_held: bool) {
        let Some((_, step)) = self.at_step() else { return };
        if step.kind == Kind::More {
            return self.more_files(came, step);
        }
        if is_held && came.refused.is_none() {
            let story = self.form().steps.iter().find(|step| step.kind == Kind::Story);
            self.understand(story.map_or(0, |story| story.quiet));
            return if step.kind == Kind::Story { self.ask_short() } else { self.ask() };
        }
        self.quiet = self.catalog.menu.quiet_files;
        self.mention_files_alone(came, step);
        match step.kind {
            Kind::Story if self.answer_to("content").is_none() && !self.has_consent() && !came.has_voice => {
                self.taken.clear();
                let hint = step.hint("cold_files");
                self.say(&hint.text, &hint.buttons);
            }
            Kind::Review if self.missing().any(|step| step.kind == Kind::IdentityPhoto) => self.advance(),
            Kind::Review => {
                let hint = step.hint("files");
                self.ask_again(&hint.text, &hint.buttons);
            }
            Kind::Files => self.advance(),
            _ => self.ask_short(),
        }
    }

    fn mention_files_alone(&mut self, came: &Came, step: &Step) {
        self.refuse_surplus(came);
        if came.has_voice {
            self.take_note("voice");
        } else if came.has_location && step.kind == Kind::Address {
            self.take_note("location");
        } else if !came.is_empty {
            self.take_note("files_kept");
        }
    }
}
