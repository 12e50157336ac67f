//! One look, one decision: the two cards, the buttons that send, and what is typed in front of them.

use super::super::answer::story::{STORY, letters, shorten};
use super::super::answer::words::Meaning;
use super::super::definition::{Form, ReviewLine, Sending, Step};
use super::super::kind::Kind;
use super::super::known::HIDDEN;
use super::super::session::Pending;
use super::super::turn::{Draft, Effect};
use super::Scene;
use super::slot::flat;
use crate::privacy::mask::{Hidden, Masks, Sender};

/// So much of the public text stands in the review, in characters: the whole of it has 1,200 (voice.md 1.2).
const EXCERPT: usize = 160;

impl<'a> Scene<'a> {
    /// The review; of an unfinished form, what there is so far and the open question.
    pub(super) fn ask_review(&mut self) {
        let Some((form, step)) = self.at_step() else { return };
        self.session.aside = None;
        let understood = self.understood.take();
        self.taken.extend(understood);
        let is_finished = step.kind == Kind::Review || !self.missing().any(|step| step.kind.collects());
        if is_finished && step.kind != Kind::Review {
            return self.advance();
        }
        let hidden = self.set_public_slots();
        let answer = |name: &str| if name == HIDDEN { Some(hidden.as_str()) } else { self.answer_to(name) };
        let applies = |line: &&ReviewLine| line.when.holds(answer) && (is_finished || line.is_item);
        let lines: Vec<String> = form.lines.iter().filter(applies).map(|line| self.fill(&line.text)).collect();
        let mut text = lines.join("\n");
        if !is_finished {
            text = format!("{text}\n{}", self.fill(&step.short));
        }
        let buttons = self.step_buttons(step);
        // The card stands by itself: what was understood is a line above it.
        if !self.taken.is_empty() {
            let taken = std::mem::take(&mut self.taken).join(" ");
            text = format!("{taken}\n{text}");
        }
        self.reply_with(text, &buttons, Vec::new());
    }

    /// What everybody would see, hidden by the rules by which it is published; says what was hidden.
    fn set_public_slots(&mut self) -> String {
        let form = self.form();
        let given = |name: &str| self.answer_to(name).unwrap_or_default().to_owned();
        let (name, code, address) = (given("submitter_name"), given("tax_code"), given("address_detail"));
        let (title, content, representative) = (given("title"), given("content"), given("representative_name"));
        let masks = Masks::of(&Sender {
            name: &name,
            is_organisation: self.answer_to("submitter_type") != Some("individual"),
            representative: Some(&representative),
            tax_code: Some(&code),
            address: &address,
        });
        let gap = form.said("masked");
        let (title, mut hidden) = masks.hide_as(&title, |_| gap);
        let (content, in_content) = masks.hide_as(&flat(&content), |_| gap);
        // A title is mostly a part of the content: what is hidden in both is told once.
        if in_content.len() >= hidden.len() {
            hidden = in_content;
        }
        self.set("public_title", title);
        self.set("public_content", excerpt(&content, gap));
        let said = hidden_said(form, &hidden);
        self.set("hidden", said.clone());
        said
    }

    /// Words that mean something in front of the review: a bare «gửi» sends with the careful choice and says so.
    pub(super) fn meant_for_review(&mut self, text: &str, meanings: &[Meaning]) -> bool {
        let says = |meaning| meanings.contains(&meaning);
        if says(Meaning::Send) {
            let careful = self.sendings().find(|sending| sending.is_careful);
            if let Some(sending) = careful {
                self.file(sending, true);
                return true;
            }
        }
        let is_edit =
            matches!(self.open().pending, Some(Pending::Which)) && !says(Meaning::Back) && !says(Meaning::Cancel);
        if is_edit && (says(Meaning::Yes) || says(Meaning::No) || says(Meaning::Done)) {
            let _ = text;
            self.ask();
            return true;
        }
        false
    }

    fn sendings(&self) -> impl Iterator<Item = &'a Sending> {
        let form = self.form();
        let applies = |sending: &&Sending| sending.when.holds(|name| self.answer_to(name));
        form.sendings.iter().filter(applies).collect::<Vec<_>>().into_iter()
    }

    /// A bare number may be an item or a button: asked, never guessed. Nothing is sent by a bare number.
    pub(super) fn numbered_in_review(&mut self, number: usize) {
        let Some((_, step)) = self.at_step() else { return };
        let number = u32::try_from(number).unwrap_or(0);
        let is_which = matches!(self.open().pending, Some(Pending::Which));
        let was_asked = matches!(self.open().pending, Some(Pending::Clarify(_)));
        let buttons = self.step_buttons(step);
        let button = usize::try_from(number).ok().and_then(|number| buttons.get(number.checked_sub(1)?).cloned());
        let item = self.items().find(|item| item.number == number);
        let is_edit = |button: &super::super::definition::Choice| {
            button.does == super::super::definition::Does::Value("edit".to_owned())
        };
        match (button, item) {
            (button, Some(item)) if is_which || button.as_ref().is_none_or(is_edit) => self.edit(item),
            (Some(button), _) => {
                let hint = step.hint(if was_asked { "clarify_again" } else { "clarify" });
                self.open_mut().pending = Some(Pending::Clarify(number));
                let title = self.fill(&button.title);
                self.set("button", title);
                self.set("item", number.to_string());
                let mut choices = vec![button];
                choices.extend(hint.buttons.iter().cloned());
                self.say(&hint.text, &choices);
            }
            _ => self.review_unclear(step),
        }
    }

    /// «Sửa mục 3» pressed where a bare number was unclear.
    pub(super) fn chose_item(&mut self, rest: &str) {
        let (number, key) = rest.split_once(':').unwrap_or((rest, ""));
        if self.session.open.as_ref().is_none_or(|open| open.key != key) {
            return self.old_button(key);
        }
        let item = self.items().find(|item| number.parse() == Ok(item.number));
        match item {
            Some(item) => self.edit(item),
            None => self.old_button(""),
        }
    }

    /// Anything else typed in front of the review: more of the story, or not understood.
    pub(super) fn review_text(&mut self, step: &'a Step, text: &str) {
        if letters(text) >= STORY && self.add_to_story(text) {
            self.take_note("added");
            return self.advance();
        }
        self.review_unclear(step);
    }

    fn review_unclear(&mut self, step: &'a Step) {
        let is_which = matches!(self.open().pending, Some(Pending::Which));
        let tries = self.open_mut().tries.entry(step.id.clone()).or_default();
        *tries = tries.saturating_add(1);
        let is_first = *tries % 2 == 1;
        let hint = match (is_which, is_first) {
            (true, true) => "which_again",
            (true, false) => "which",
            (false, true) => "unclear",
            (false, false) => "unclear_again",
        };
        let hint = step.hint(hint);
        self.ask_again(&hint.text, &hint.buttons);
    }

    /// A send button was pressed or its title typed.
    pub(super) fn send(&mut self, value: &str) {
        let sending = self.sendings().find(|sending| sending.value == value);
        match sending {
            Some(sending) if self.is_reviewing() => self.file(sending, false),
            _ => self.old_button(""),
        }
    }

    fn file(&mut self, sending: &'a Sending, is_bare: bool) {
        let form = self.form();
        let Some(mut open) = self.session.open.take() else { return };
        for (answer, value) in &sending.sets {
            open.set(answer, value.clone());
        }
        if open.answer("target_agency_code").is_some() {
            open.forget("target_agency_text");
        }
        // What was answered before the sender or the category changed is not sent.
        let needless: Vec<&str> = form
            .steps
            .iter()
            .filter(|step| !step.when.holds(|name| open.answer(name)))
            .flat_map(|step| step.answers().chain(incident_answers(step)))
            .filter(|answer| {
                !form.steps.iter().any(|step| {
                    step.when.holds(|name| open.answer(name)) && step.answers().any(|other| other == *answer)
                })
            })
            .collect();
        let mut answers = open.answers.clone();
        answers.retain(|name, value| !value.is_empty() && !needless.contains(&name.as_str()));
        let extra = super::extra::kept(form, &mut answers);
        let consent = open.consent.clone().or_else(|| self.facts.consent_version.clone());
        self.effects.push(Effect::File(Draft {
            form: form.name.clone(),
            about: None,
            key: open.key.clone(),
            answers,
            extra,
            attachments: open.attachments,
            consent_version: consent.unwrap_or_else(|| self.catalog.consent_version().to_owned()),
            at: self.at,
        }));
        let sent = if is_bare { sending.taken_bare.as_ref().unwrap_or(&sending.taken) } else { &sending.taken };
        let sent = self.fill(sent);
        let also = sending.also.as_ref().map(|also| format!(" {}", self.fill(also))).unwrap_or_default();
        self.set("sent", sent);
        self.set("also", also);
        self.session.aside = None;
        self.session.overheard = None;
        self.reply(&form.receipt);
    }
}

/// What the question about an incident answers in parts.
fn incident_answers(step: &Step) -> impl Iterator<Item = &str> {
    let parts = step.kind.also_answers().iter().copied().filter(|answer| answer.starts_with("incident_"));
    parts.filter(|_| step.kind == Kind::Incident)
}

/// «1 số điện thoại, 2 biển số»
fn hidden_said(form: &Form, hidden: &[Hidden]) -> String {
    let kinds: std::collections::BTreeSet<Hidden> = hidden.iter().copied().collect();
    let said = kinds.into_iter().map(|kind| {
        let count = hidden.iter().filter(|other| **other == kind).count();
        let word = form.said(match kind {
            Hidden::Name => "hidden_name",
            Hidden::Organisation => "hidden_organisation",
            Hidden::Address => "hidden_address",
            Hidden::TaxCode => "hidden_tax_code",
            Hidden::Email => "hidden_email",
            Hidden::Dossier => "hidden_dossier",
            Hidden::Identity => "hidden_identity",
            Hidden::Phone => "hidden_phone",
            Hidden::Plate => "hidden_plate",
        });
        format!("{count} {word}")
    });
    said.collect::<Vec<_>>().join(", ")
}

/// The beginning of a text, and the places further on where something is hidden.
fn excerpt(text: &str, gap: &str) -> String {
    if text.chars().count() <= EXCERPT {
        return text.to_owned();
    }
    let beginning = shorten(text, EXCERPT / 2);
    let Some(at) = text.find(gap).filter(|at| *at >= beginning.len().saturating_sub('…'.len_utf8())) else {
        return shorten(text, EXCERPT);
    };
    let before: Vec<char> = text[..at].chars().rev().take(EXCERPT / 4).collect();
    let before: String = before.into_iter().rev().collect();
    // from a whole word on
    let before = before.split_once(' ').map_or(before.as_str(), |(_, words)| words);
    let rest = shorten(&text[at..], EXCERPT / 4 + gap.chars().count());
    format!("{beginning} {before}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_shows_where_something_is_hidden() {
        assert_eq!(excerpt("gọi [đã che] nhé", "[đã che]"), "gọi [đã che] nhé");
        let long = format!("{}gọi số [đã che] để biết {}", "từng chữ một ".repeat(40), "và nữa ".repeat(40));
        let shown = excerpt(&long, "[đã che]");
        assert!(shown.contains("gọi số [đã che] để biết") && shown.chars().count() <= EXCERPT + 20, "{shown}");
        let early = format!("gọi [đã che] {}", "từng chữ một ".repeat(40));
        assert!(excerpt(&early, "[đã che]").starts_with("gọi [đã che] từng"));
        assert!(excerpt(&"từng chữ một ".repeat(40), "[đã che]").chars().count() <= EXCERPT);
    }
}
