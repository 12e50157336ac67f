//! What stands in the slots of a text.

use chrono::{Datelike, NaiveDate};

use super::super::answer::moment::say_time;
use super::super::answer::story::shorten;
use super::super::definition::{Form, Text};
use super::super::session::Open;
use super::super::turn::KnownPetition;
use super::Scene;
use crate::gazetteer;
use crate::privacy::mask::replace_identity_numbers;
use crate::privacy::say_phone;

/// How much of a citizen's own words a message quotes, in characters.
const QUOTE: usize = 60;
const LONG_QUOTE: usize = 120;

impl Scene<'_> {
    pub(super) fn fill(&self, text: &Text) -> String {
        text.fill(|slot| self.slot(slot))
    }

    /// The value of a slot; none for those that only the caller knows.
    pub(super) fn slot(&self, name: &str) -> Option<String> {
        if let Some(value) = self.moment.get(name) {
            return Some(value.clone());
        }
        if name == "public_url" {
            return Some(self.catalog.public_url.clone());
        }
        if name == "understood" {
            return Some(self.understood.clone().unwrap_or_default());
        }
        if name == "known_contact" {
            return self.known_contact_said();
        }
        if let Some(value) = self.at_hand().and_then(|petition| of_petition(petition, name)) {
            return Some(value);
        }
        let open = self.session.open.as_ref().or_else(|| self.session.kept.last().filter(|_| name == "unfinished"))?;
        let form = self.catalog.forms.get(&open.form)?;
        match (name, &open.about) {
            ("matter", _) => Some(self.matter(form, open)),
            ("unfinished", _) => Some(with(form.said("unfinished"), &[("matter", &self.matter(form, open))])),
            (name, Some(_)) => told(form, open, name),
            (name, None) => drafted(form, open, name),
        }
    }

    /// What a form is about, inside a sentence.
    fn matter(&self, form: &Form, open: &Open) -> String {
        let Some(about) = &open.about else { return matter(form, open) };
        let (short, title) =
            self.own(about).map(|own| (own.short.as_str(), own.short_title.as_str())).unwrap_or_default();
        with(form.said("matter_petition"), &[("short_reference", short), ("title", title)])
    }

    /// Sets a slot for the rest of this turn.
    pub(super) fn set(&mut self, slot: &'static str, value: impl Into<String>) {
        self.moment.insert(slot, value.into());
    }
}

/// A slot about a petition that is in the register.
fn of_petition(petition: &KnownPetition, name: &str) -> Option<String> {
    Some(match name {
        "short_reference" => petition.short.clone(),
        "shown_reference" => petition.reference.clone(),
        "title" => petition.short_title.clone(),
        "status" => petition.status_line.clone(),
        "result_url" => petition.result_url.clone()?,
        "asked" => petition.awaiting.as_ref()?.asked.clone(),
        "asked_until" => petition.awaiting.as_ref()?.until.clone(),
        _ => return None,
    })
}

/// A slot about what is told in a form about a petition.
fn told(form: &Form, open: &Open, name: &str) -> Option<String> {
    match name {
        "files" => Some(files_of(form, open)),
        "messages" => Some(open.messages.to_string()),
        "received" => Some(received(form, open)),
        _ => {
            let answer = open.answer(name)?;
            Some(option_said(form, name, answer).map_or_else(|| flat(answer), str::to_owned))
        }
    }
}

/// «1 tin, 📎 1 ảnh»
fn received(form: &Form, open: &Open) -> String {
    let files = files_of(form, open);
    let messages = open.messages.to_string();
    let mut parts = Vec::new();
    if open.messages > 0 {
        parts.push(with(form.said("messages_came"), &[("messages", &messages)]));
    }
    if !files.is_empty() {
        parts.push(with(form.said("files_came"), &[("files", &files)]));
    }
    parts.join(", ")
}

fn files_of(form: &Form, open: &Open) -> String {
    files_said(form, open.attachments.iter().map(|attachment| attachment.kind.as_str()))
}

/// A slot about a draft.
fn drafted(form: &Form, open: &Open, name: &str) -> Option<String> {
    let answer = |name: &str| open.answer(name);
    Some(match name {
        "phone" => answer("phone").map_or_else(|| form.said("no_phone").to_owned(), say_phone),
        "address" => address(form, open),
        "commune" => {
            answer("commune_code").and_then(gazetteer::commune).map(|commune| commune.said.clone()).unwrap_or_default()
        }
        "agency" => agency(form, open),
        "content" => shorten(&shown(form, answer("content").unwrap_or_default()), QUOTE),
        "length" => answer("content").unwrap_or_default().chars().count().to_string(),
        "proposal" | "incident" => shorten(&shown(form, answer(name).unwrap_or_default()), LONG_QUOTE),
        "incident_said" => incident(form, open),
        "incident_item" => moment_and(form, open, "step"),
        "files" => match files_said(form, open.attachments.iter().map(|attachment| attachment.kind.as_str())) {
            none if none.is_empty() => form.said("no_files").to_owned(),
            files => files,
        },
        "messages" => open.messages.to_string(),
        "topic" => topic(form, open).unwrap_or_default().to_owned(),
        "category" => category(form, open)?,
        "submitter_type" => option_said(form, name, answer(name)?)?.to_owned(),
        _ => match option_said(form, name, answer(name)?) {
            Some(said) => said.to_owned(),
            None => shown(form, answer(name)?),
        },
    })
}

/// A citizen's words in a message: in one line, identity numbers masked (pakn-domain 8).
fn shown(form: &Form, text: &str) -> String {
    replace_identity_numbers(&flat(text), form.said("masked"))
}

/// «8h30 ngày 18/11, lúc nộp hồ sơ»: what is known of when and at which step.
pub(super) fn incident(form: &Form, open: &Open) -> String {
    moment_and(form, open, "incident")
}

/// With the step as people say it («incident») or as the counter calls it («step»).
fn moment_and(form: &Form, open: &Open, manner: &str) -> String {
    let time = open.answer("incident_time").and_then(|time| time.parse().ok()).map(say_time);
    let day = open.answer("incident_on").and_then(|day| day.parse::<NaiveDate>().ok());
    let day = day.map(|day| with(form.said("on_day"), &[("day", &format!("{}/{}", day.day(), day.month()))]));
    let moment: Vec<String> = [time, day].into_iter().flatten().collect();
    let step = open.answer("incident_step").map(|step| form.said(&format!("{manner}_{step}")).to_owned());
    let parts = [Some(moment.join(" ")), step];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// «thủ tục hành chính, trợ cấp xã hội»
fn category(form: &Form, open: &Open) -> Option<String> {
    let category = open.answer("category")?;
    let said = option_said(form, "category", category)?;
    let topic = topic(form, open).filter(|_| category != "official_conduct");
    Some(topic.map_or_else(|| said.to_owned(), |topic| format!("{said}, {topic}")))
}

/// How the value of a choice is said.
pub(super) fn option_said<'f>(form: &'f Form, answer: &str, value: &str) -> Option<&'f str> {
    let steps = form.steps.iter().filter(|step| step.answer.as_deref() == Some(answer));
    let option = steps.flat_map(|step| &step.options).find(|option| option.value == value)?;
    Some(option.said.as_str())
}

pub(super) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn address(form: &Form, open: &Open) -> String {
    let detail = shown(form, open.answer("address_detail").unwrap_or_default());
    let commune = open.answer("commune_code").and_then(gazetteer::commune).map(|commune| commune.said.as_str());
    let place = commune.unwrap_or_default();
    let pattern = if commune.is_some() { "address" } else { "address_as_typed" };
    with(form.said(pattern), &[("typed", &shorten(&detail, LONG_QUOTE)), ("place", place)])
}

fn agency(form: &Form, open: &Open) -> String {
    if let Some(agency) = open.answer("target_agency_code").and_then(gazetteer::agency_by_code) {
        return agency.said.clone();
    }
    match open.answer("target_agency_text") {
        Some(typed) => with(form.said("agency_as_typed"), &[("typed", &shorten(&flat(typed), QUOTE))]),
        None => form.said("no_agency").to_owned(),
    }
}

/// The matter that the story's words give away.
pub(super) fn topic<'f>(form: &'f Form, open: &Open) -> Option<&'f str> {
    let content = open.answer("content")?;
    super::story::signs(&form.topics, content).next()
}

/// «về trợ cấp hưu trí», or the title in quotes; while there are only photos, that.
fn matter(form: &Form, open: &Open) -> String {
    match (topic(form, open), open.answer("title")) {
        (Some(topic), _) => with(form.said("matter_topic"), &[("topic", topic)]),
        (None, Some(title)) => with(form.said("matter_title"), &[("title", &shorten(title, QUOTE))]),
        (None, None) => form.said("matter_files").to_owned(),
    }
}

/// «2 ảnh, 1 tệp»; empty for nothing.
pub(super) fn files_said<'k>(form: &Form, kinds: impl Iterator<Item = &'k str>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for kind in kinds {
        let word = match form.said(kind) {
            "" => form.said("file"),
            word => word,
        };
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    counts.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// Fills a short pattern with given values.
pub(super) fn with(pattern: &str, values: &[(&str, &str)]) -> String {
    let value = |slot: &str| values.iter().find(|(name, _)| *name == slot).map(|(_, value)| (*value).to_owned());
    Text(pattern.to_owned()).fill(value)
}
