//! A citizen's rights over their data (voice.md T18): see, correct, erase, withdraw a consent.
//!
//! Nothing is erased by a bare number, and an old button only asks again. What was erased is gone from the session with
//! this very event, so no rebuild from the events brings it back.

use super::super::answer::choice;
use super::super::answer::words::Meaning;
use super::super::session::Aside;
use super::super::turn::Effect;
use super::Scene;
use super::slot::with;
use crate::privacy::Personal;

/// Withdraws every consent.
const ALL: &str = "all";
/// The consents that can be withdrawn one by one.
const PURPOSES: [&str; 4] = ["publication", "reuse", "survey", "messages"];

impl Scene<'_> {
    /// A button of these screens. One that is not under the last message any more brings its question again.
    pub(super) fn pressed_about_data(&mut self, name: &str, rest: &str) {
        let is_offered = self.is_offered(&format!("{name}:{rest}"));
        match (name, rest) {
            ("#data", "correct") => self.correct_question(),
            ("#data", "erase") => self.erase_question(),
            ("#data", "erase_yes") if self.session.aside == Some(Aside::Erasing) => self.erase_mine(),
            ("#data", "erase_yes") => self.old_button(""),
            ("#data", "keep") => self.erase_nothing(),
            ("#data", "withdraw") => self.withdraw_question(),
            ("#withdraw", purpose) if is_offered && (purpose == ALL || PURPOSES.contains(&purpose)) => {
                self.withdraw_consent(purpose);
            }
            ("#withdraw", _) => self.withdraw_question(),
            ("#consent", purpose) if is_offered && PURPOSES.contains(&purpose) => self.consent_again(purpose),
            _ => self.my_data(),
        }
    }

    fn is_offered(&self, payload: &str) -> bool {
        self.session.offered.iter().any(|offer| offer.payload == payload)
    }

    /// «Dữ liệu của tôi»: what is held, and what can be done about it.
    pub(super) fn my_data(&mut self) {
        let held = self.held();
        self.session.aside = Some(Aside::Looking);
        if held.is_empty() {
            return self.screen("data_nothing");
        }
        self.set("held", held.join("; "));
        self.screen("data");
    }

    /// What is held, part by part, in the words of the files.
    fn held(&self) -> Vec<String> {
        let held = &self.facts.held;
        let said = |screen: &str, values: &[(&str, &str)]| with(self.catalog.screen(screen).text.as_str(), values);
        let mut parts: Vec<String> = held.person.iter().map(|person| person.reveal().to_owned()).collect();
        if held.petitions > 0 {
            parts.push(said("held_petitions", &[("count", &held.petitions.to_string())]));
            if held.person.is_none() {
                parts.push(said("held_locked", &[]));
            }
        }
        if self.has_substance() || !self.session.kept.is_empty() {
            parts.push(said("held_draft", &[]));
        }
        for (purpose, on) in &held.consents {
            let screen = match purpose.as_str() {
                "processing" => "held_processing",
                "reuse" => "held_reuse",
                "survey" => "held_survey",
                "messages" => "held_messages",
                // Said with the petitions it is about.
                _ => continue,
            };
            parts.push(said(screen, &[("value", on)]));
        }
        if !held.published.is_empty() {
            parts.push(said("held_published", &[("references", &held.published.join(", "))]));
        }
        parts
    }

    pub(super) fn erase_question(&mut self) {
        self.session.aside = Some(Aside::Erasing);
        self.screen("data_erase");
    }

    /// A bare number, a bare «ok», or the command again erases nothing: only the button, or its words.
    pub(super) fn is_no_word_to_erase(&self, text: &str) -> bool {
        let lexicon = &self.catalog.menu.lexicon;
        let title = self.session.offered.iter().find(|offer| offer.payload == "#data:erase_yes");
        let says_title = title.is_some_and(|offer| lexicon.says_one_of(text, std::slice::from_ref(&offer.title)));
        let is_bare = choice::number(lexicon, text, 0).is_some() || self.means(text, Meaning::Yes);
        is_bare || (self.means(text, Meaning::Erase) && !says_title)
    }

    fn erase_nothing(&mut self) {
        self.session.aside = None;
        self.small_case("data_kept");
    }

    fn erase_mine(&mut self) {
        self.forget_everything();
        self.effects.push(Effect::EraseMine);
        self.set("count", self.facts.held.petitions.to_string());
        self.screen(if self.facts.held.petitions > 0 { "data_erased" } else { "data_erased_no_petition" });
    }

    fn forget_everything(&mut self) {
        self.session.open = None;
        self.session.kept.clear();
        self.session.overheard = None;
        self.session.told_in.clear();
        self.session.aside = None;
        self.session.offered.clear();
    }

    /// Zalo tells that the citizen withdrew from the account: all is done, and nobody is written to.
    pub(super) fn withdrawn(&mut self) {
        self.forget_everything();
        self.session.officer = None;
        self.effects.push(Effect::WithdrawConsent { purpose: ALL.to_owned() });
        self.effects.push(Effect::EraseMine);
    }

    pub(super) fn correct_question(&mut self) {
        self.session.aside = Some(Aside::Correcting);
        self.screen("data_correct");
    }

    /// What is wrong, in the citizen's words.
    pub(super) fn correct_mine(&mut self, text: &str) {
        self.session.aside = None;
        self.effects.push(Effect::CorrectMine { words: Personal::new(text) });
        let screen = if self.facts.held.petitions > 0 { "data_corrected" } else { "data_corrected_no_petition" };
        self.screen(screen);
    }

    pub(super) fn withdraw_question(&mut self) {
        self.session.aside = Some(Aside::Looking);
        self.screen("data_withdraw");
    }

    fn withdraw_consent(&mut self, purpose: &str) {
        self.session.aside = Some(Aside::Looking);
        self.effects.push(Effect::WithdrawConsent { purpose: purpose.to_owned() });
        let published = self.facts.held.published.join(", ");
        let has_published = !published.is_empty();
        self.set("references", published);
        if purpose == ALL
            && let Some(open) = &mut self.session.open
        {
            open.consent = None;
        }
        self.screen(match purpose {
            "publication" if has_published => "withdrawn_publication",
            "publication" => "withdrawn_publication_none",
            "reuse" => "withdrawn_reuse",
            "survey" => "withdrawn_survey",
            "messages" => "withdrawn_messages",
            _ => "withdrawn_all",
        });
    }

    fn consent_again(&mut self, purpose: &str) {
        self.session.aside = Some(Aside::Looking);
        let version = self.catalog.consent_version().to_owned();
        self.effects.push(Effect::GiveConsent { purpose: purpose.to_owned(), version });
        self.screen("data_consented");
    }
}
