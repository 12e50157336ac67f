//! Identity numbers and photos of identity papers: nobody asked for them (pakn-domain 8). A warning, and a way to take
//! them out; what is kept is masked and only the focal office opens it.

use super::super::answer::story::Told;
use super::super::definition::Step;
use super::super::turn::Attachment;
use super::Scene;
use crate::privacy::Personal;
use crate::privacy::mask::{has_identity_number, replace_identity_numbers};

/// The answers in which people tell freely.
const FREE: [&str; 6] = ["content", "title", "proposal", "incident", "address_detail", "target_agency_text"];

impl<'a> Scene<'a> {
    pub(super) fn holds_identity_number(&self) -> bool {
        FREE.iter().any(|name| self.answer_to(name).is_some_and(has_identity_number))
    }

    /// «Bỏ số này»: it is really gone from what will be filed.
    pub(super) fn remove_identity_number(&mut self, step: &'a Step) {
        let word = self.form().said("removed").to_owned();
        let open = self.open_mut();
        for answer in FREE {
            if let Some(value) = open.answers.get_mut(answer) {
                *value = Personal::new(replace_identity_numbers(value.reveal(), &word));
            }
        }
        self.infer();
        self.removed(step);
    }

    /// «Bỏ ảnh này»
    pub(super) fn remove_identity_photo(&mut self, step: &'a Step) {
        self.open_mut().attachments.retain(|attachment| !attachment.is_identity);
        self.removed(step);
    }

    /// Another one later is warned of again.
    fn removed(&mut self, step: &'a Step) {
        let note = self.fill(&step.hint("removed").text);
        self.taken.push(note);
        self.advance();
    }

    /// Whether a photo is one of an identity paper, by its caption or its name.
    pub(super) fn is_identity(&self, attachment: &Attachment) -> bool {
        if !matches!(attachment.kind.as_str(), "image" | "file") {
            return false;
        }
        let name = attachment.name.as_deref().unwrap_or_default();
        let told = [self.said.as_str(), attachment.description.as_deref().unwrap_or_default(), name];
        let words = &self.form().identity_words;
        told.into_iter().map(Told::new).any(|told| words.iter().any(|word| told.mentions(word)))
    }
}
