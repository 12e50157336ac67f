//! The citizen's own account: as many messages as they like, kept unchanged, and what it tells without being asked.

use super::super::answer::company;
use super::super::answer::contact;
use super::super::answer::story::{STORY, Since, Told, letters, since};
use super::super::answer::telex::telex;
use super::super::answer::title::{first, proposed};
use super::super::definition::{Form, Sign, Step};
use super::super::kind::Kind;
use super::super::session::{Open, Pending};
use super::Scene;
use super::slot::{files_said, incident, option_said, topic, with};
use crate::gazetteer::{self, FoundAgency};
use crate::scope::Class;

/// Circumstances that «Tôi hiểu: …» names.
const MOST_NOTES: usize = 2;
/// The national form's limit, in characters (pakn-domain 3.2).
const LONGEST: usize = 10_000;

impl<'a> Scene<'a> {
    /// A text at the step that collects the account.
    pub(super) fn story(&mut self, step: &'a Step, text: &str) {
        let is_replaced = self.is_settled(step) && self.open().pending != Some(Pending::Adding);
        let is_guided = if self.is_settled(step) { self.guarded(text) } else { self.guided(text) };
        if is_guided {
            return;
        }
        if is_replaced && letters(text) < STORY {
            return self.retry(step, None);
        }
        if is_replaced {
            self.open_mut().forget("content");
            self.open_mut().messages = 0;
        }
        if !self.add_to_story(text) {
            let hint = step.hint("too_long");
            return self.say(&hint.text, &hint.buttons);
        }
        if !self.is_settled(step) {
            self.wait_for_more(step.quiet);
            return self.retry(step, None);
        }
        self.understand(step.quiet);
        self.advance();
    }

    fn wait_for_more(&mut self, quiet: u32) {
        self.quiet = quiet;
        self.holds_story = true;
    }

    /// A text that came while the last reply waited, or that can only be more of the story.
    pub(super) fn more_story(&mut self, text: &str) {
        let Some(step) = self.form().steps.iter().find(|step| step.kind == Kind::Story) else { return };
        if self.guided_further(text) {
            return;
        }
        if !self.add_to_story(text) {
            let hint = step.hint("too_long");
            let note = self.fill(&hint.text);
            self.taken.push(note);
            return self.ask_short();
        }
        self.understand(step.quiet);
        if !self.is_settled(step) {
            // Not a try: the citizen has not seen the last reply.
            return self.ask_short();
        }
        self.advance();
    }

    /// A long text at another step that is no answer to it: kept with the story. Returns whether it was taken.
    pub(super) fn stray(&mut self, text: &str, enough: usize) -> bool {
        if letters(text) < enough {
            return false;
        }
        if self.guarded(text) {
            return true;
        }
        if !self.add_to_story(text) {
            return false;
        }
        self.take_note("added");
        self.ask_short();
        true
    }

    /// Adds a text to the account; false when the account would grow too long.
    pub(super) fn add_to_story(&mut self, text: &str) -> bool {
        let open = self.open_mut();
        let content = match open.answer("content") {
            Some(before) => format!("{before}\n{text}"),
            None => text.to_owned(),
        };
        if content.chars().count() > LONGEST {
            return false;
        }
        open.set("content", content);
        open.messages += 1;
        if !self.session.told_in.iter().any(|event| event == self.event) {
            self.session.told_in.push(self.event.to_owned());
        }
        self.infer();
        true
    }

    /// What the words give away, unless the citizen said it: category, sender, agency, title.
    pub(super) fn infer(&mut self) {
        let form = self.form();
        let lexicon = &self.catalog.menu.lexicon;
        // Who was here before is offered the data of last time.
        let is_new = self.facts.contact.is_empty();
        let open = self.open_mut();
        let content = open.answer("content").unwrap_or_default().to_owned();
        let told = Told::new(&content);
        let mut found = std::collections::BTreeSet::new();
        for inference in &form.inferences {
            let is_said = inference.words.iter().any(|word| told.mentions(word));
            if is_said && inference.answer != "incident_step" && found.insert(inference.answer.as_str()) {
                open.infer(&inference.answer, inference.value.clone());
            }
        }
        if let Some(category) = self.category_of(&content) {
            self.open_mut().infer("category", category);
        }
        let open = self.open_mut();
        match first(&form.topics, &told) {
            Some(topic) => open.infer("topic", topic.key.clone()),
            None if open.inferred.contains("topic") => open.forget("topic"),
            None => {}
        }
        let is_person = open.answer("submitter_type") == Some("individual");
        let (name, phone) = if is_new { contact::told(lexicon, &content) } else { (None, None) };
        if let Some(name) = name.filter(|_| is_person) {
            open.infer("submitter_name", name);
        }
        if let Some(phone) = phone {
            open.infer("phone", phone);
        }
        if letters(&content) >= STORY {
            let title = proposed(form, open.answer("category"), &content);
            open.infer("title", title);
        }
        let read = beginning(&telex(&content).unwrap_or_else(|| content.clone()));
        if let FoundAgency::One(agency) = gazetteer::agency(&read)
            && open.answer("target_agency_text").is_none()
        {
            open.infer("target_agency_code", agency.code.clone());
        }
        self.infer_incident(&content);
    }

    /// Conduct or procedure, where the reading of the whole account is sure; single words mislead («đuổi về vì thiếu giấy»).
    fn category_of(&mut self, content: &str) -> Option<&'static str> {
        let reading = self.reading(content);
        match reading.class {
            _ if reading.confidence < self.catalog.guidance.sure => None,
            Class::Conduct => Some("official_conduct"),
            Class::Procedure | Class::OutsideCity => Some("regulation_policy_procedure"),
            _ => None,
        }
    }

    /// «Đã nhận 3 tin. Tôi hiểu: …», and the reply waits a moment for more.
    pub(super) fn understand(&mut self, quiet: u32) {
        self.wait_for_more(quiet);
        if self.open().is_sent_anyway {
            self.understood = Some(self.fill(&self.catalog.screen("passed_on").text));
            return;
        }
        let content = self.answer_to("content").unwrap_or_default().to_owned();
        let reading = self.reading(&content);
        self.note_besides(&reading);
        let form = self.form();
        let open = self.open();
        let mut fragments = fragments(form, open);
        if fragments.is_empty() {
            return;
        }
        let files = files_said(form, open.attachments.iter().map(|attachment| attachment.kind.as_str()));
        let pattern = if files.is_empty() { "understood" } else { "understood_files" };
        fragments.dedup();
        let understood = with(form.said(pattern), &[("fragments", &fragments.join(", ")), ("files", &files)]);
        let received = if open.messages > 1 { self.fill(&self.catalog.screen("received").text) } else { String::new() };
        let parts = [Some(received), Some(understood), self.note_of_ministry(&reading)];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        self.understood = Some(parts.join(" "));
    }

    /// The sender's type, when a company names itself where a person's name was asked for.
    pub(super) fn names_a_company(&self, text: &str) -> bool {
        let name = Told::new(&company::read(text).name);
        self.form().company_words.iter().any(|word| name.mentions(word))
    }
}

/// Where a story names its agency; the rest of a long one is not searched.
fn beginning(content: &str) -> String {
    const SEARCHED: usize = 2_000;
    content.chars().take(SEARCHED).collect()
}

/// Facts from lists, never the story in other words (voice.md 1.10).
fn fragments(form: &Form, open: &Open) -> Vec<String> {
    let content = open.answer("content").unwrap_or_default();
    let mut fragments = Vec::new();
    if let Some(sender) = open.answer("submitter_type").filter(|sender| *sender != "individual") {
        let sender = option_said(form, "submitter_type", sender).unwrap_or_default();
        fragments.push(with(form.said("sender"), &[("submitter_type", sender)]));
    }
    let category = open.answer("category").and_then(|category| option_said(form, "category", category));
    let is_conduct = open.answer("category") == Some("official_conduct");
    let topic = topic(form, open).filter(|_| !is_conduct).map(|topic| with(form.said("topic"), &[("topic", topic)]));
    fragments.extend(topic.or(category.map(str::to_owned)));
    if let Some(agency) = open.answer("target_agency_code").and_then(gazetteer::agency_by_code) {
        fragments.push(agency.said.clone());
    }
    if is_conduct {
        fragments.extend(Some(incident(form, open)).filter(|incident| !incident.is_empty()));
        return fragments;
    }
    fragments.extend(match since(content) {
        Some(Since::Day(day)) => Some(with(form.said("since_day"), &[("day", &day)])),
        Some(Since::OnDay(day)) => Some(with(form.said("on_day"), &[("day", &day)])),
        Some(Since::Month(month)) => Some(with(form.said("since_month"), &[("month", &month)])),
        None => None,
    });
    fragments.extend(signs(&form.notes, content).take(MOST_NOTES).map(str::to_owned));
    fragments
}

/// The signs whose words a text says.
pub(super) fn signs<'f>(signs: &'f [Sign], content: &str) -> impl Iterator<Item = &'f str> {
    let told = Told::new(content);
    signs
        .iter()
        .filter(move |sign| sign.words.iter().any(|word| told.mentions(word)))
        .map(|sign| sign.said.as_str())
        .filter(|said| !said.is_empty())
}
