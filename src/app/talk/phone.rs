//! A phone and the account it writes to, without any service between them. Plays the transcripts and `talk`.

use std::collections::BTreeMap;

use anyhow::{bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};

use unicode_normalization::is_nfc;

use super::act::{self, Act, Known, LAST_TIME};
use crate::dialog::{
    Attachment, Awaiting, Button, Catalog, Draft, Effect, Facts, Heard, KnownPetition, OfficerTalk, Press, Say,
    Session, SimilarPetition, step,
};
use crate::privacy::Personal;

/// Wednesday 18/11/2026, 9h10 in Hanoi: where the conversations of the script begin.
const BEGINS_AT: &str = "2026-11-18T02:10:00Z";
const PUBLIC_URL: &str = "https://pakn.example/";
const FILED: &str = "9h24 ngày 18/11/2026";
const WAITS: &str = "chờ tiếp nhận";
/// Petitions that somebody filed before the first of a conversation.
const FILED_BEFORE: u32 = 41;
/// The account tells the dialog of so many of a citizen's petitions.
const MOST_KNOWN: usize = 10;

/// What an effect filled in for the reply of its turn.
type Slots = Vec<(&'static str, String)>;

/// One event as it was thought about: enough to think it again.
#[derive(Clone, Debug)]
pub struct Thought {
    pub heard: Heard,
    pub facts: Facts,
    pub at: DateTime<Utc>,
    pub event: String,
}

/// A phone with its conversation so far.
#[derive(Clone, Debug)]
pub struct Phone {
    catalog: Catalog,
    session: Session,
    facts: Facts,
    at: DateTime<Utc>,
    thoughts: Vec<Thought>,
    /// A reply that still waits, and until when.
    held: Option<(Say, DateTime<Utc>)>,
    /// The reminder that comes unless something is heard before.
    reminder: Option<(Say, DateTime<Utc>)>,
    output: String,
    /// Every button ever shown, the latest last.
    seen: Vec<Button>,
    /// The buttons of the latest message.
    latest: Vec<Button>,
    filed: u32,
    drafts: Vec<Draft>,
    /// Braces that the citizen typed may come back; any other would be a slot that nobody filled.
    has_typed_braces: bool,
}

impl Phone {
    /// Begins with a citizen of whom nothing is known.
    pub fn new(catalog: Catalog) -> Self {
        Self {
            catalog: catalog.with_public_url(PUBLIC_URL),
            session: Session::default(),
            facts: Facts::default(),
            at: BEGINS_AT.parse().expect("a time"),
            thoughts: Vec::new(),
            held: None,
            reminder: None,
            output: String::new(),
            seen: Vec::new(),
            latest: Vec::new(),
            filed: FILED_BEFORE,
            drafts: Vec::new(),
            has_typed_braces: false,
        }
    }

    /// Does one thing. What comes of it is gathered until [`Phone::end_block`]. An error is either a mistake in the act
    /// (no such button) or a promise that the dialog broke.
    pub fn obey(&mut self, act: &Act) -> anyhow::Result<()> {
        // Braces in words, names of files or titles are nobody's slot.
        self.has_typed_braces |= act.to_string().contains(['{', '}']);
        match act {
            Act::Say(text) => self.say(text),
            Act::Tap(title) => self.tap(title),
            Act::Send { kind, name } => self.hear(sent(kind, name.as_deref())),
            Act::Sticker => self.hear(Heard::Sticker),
            Act::BusinessCard => self.hear(Heard::BusinessCard),
            Act::Call => self.hear(Heard::Call),
            Act::Arrive => self.hear(Heard::Arrived),
            Act::Nothing => self.hear(Heard::Nothing),
            Act::Contact(contact) => self.hear(Heard::Contact(contact.clone())),
            Act::Wait(time) => {
                self.show_held()?;
                self.at += *time;
                match self.reminder.take_if(|(_, at)| *at <= self.at) {
                    Some((say, _)) => self.show(&say),
                    None => Ok(()),
                }
            }
            Act::Know(known) => {
                self.know(known);
                Ok(())
            }
            Act::Hold(held) => {
                self.facts.held = held.clone();
                Ok(())
            }
            Act::OfficerWrote => {
                self.facts.officer = Some(OfficerTalk { wrote_at: Some(self.at), ended_at: None });
                Ok(())
            }
            Act::OfficerEnded => {
                let wrote_at = self.facts.officer.and_then(|talk| talk.wrote_at);
                self.facts.officer = Some(OfficerTalk { wrote_at, ended_at: Some(self.at) });
                self.hear(Heard::OfficerEnded)
            }
            Act::Withdrawn => self.hear(Heard::Withdrawn),
            Act::Quiet(factor) => {
                self.catalog = self.catalog.clone().with_quiet(*factor);
                Ok(())
            }
        }
    }

    /// What the account said and did since the last block, as a transcript writes it.
    pub fn end_block(&mut self) -> String {
        if let Err(error) = self.show_held() {
            self.line(&format!("!!! {error}"));
        }
        let output = std::mem::take(&mut self.output);
        if output.is_empty() { "(không trả lời)\n".to_owned() } else { output }
    }

    /// The buttons under the latest message.
    pub fn buttons(&self) -> &[Button] {
        &self.latest
    }

    /// Every button that was ever shown, the latest last.
    pub fn seen(&self) -> &[Button] {
        &self.seen
    }

    /// Everything that was filed.
    pub fn drafts(&self) -> &[Draft] {
        &self.drafts
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Every event so far.
    pub fn thoughts(&self) -> &[Thought] {
        &self.thoughts
    }

    /// The session that all events so far lead to, thought from the beginning.
    pub fn rebuilt(&self) -> Session {
        self.thoughts.iter().fold(Session::default(), |session, Thought { heard, facts, at, event }| {
            step(&self.catalog, &session, heard, facts, *at, event).session
        })
    }

    fn say(&mut self, text: &str) -> anyhow::Result<()> {
        self.hear(Heard::Message { text: Personal::new(text), attachments: Vec::new() })
    }

    fn tap(&mut self, title: &str) -> anyhow::Result<()> {
        let button = self.seen.iter().rev().find(|button| button.title == title).cloned();
        match button.map(|button| button.press) {
            Some(Press::Payload(payload)) => {
                self.hear(Heard::Message { text: Personal::new(payload), attachments: Vec::new() })
            }
            _ => bail!("no button «{title}» with a payload was shown"),
        }
    }

    fn hear(&mut self, heard: Heard) -> anyhow::Result<()> {
        self.at += TimeDelta::seconds(1);
        self.release()?;
        let event = format!("event-{}", self.thoughts.len() + 1);
        let facts = self.facts_of_the_moment();
        let turn = step(&self.catalog, &self.session, &heard, &facts, self.at, &event);
        ensure!(Session::decode(&turn.session.encode()).as_ref() == Some(&turn.session), "a session survives Redis");
        let says = turn.effects.iter().filter(|effect| matches!(effect, Effect::Say(_))).count();
        let is_last = matches!(turn.effects.last(), Some(Effect::Say(_)));
        ensure!(says == 0 || (says == 1 && is_last), "one turn, one message, and it comes last");
        self.thoughts.push(Thought { heard, facts, at: self.at, event });
        self.session = turn.session;
        let mut slots = Slots::new();
        if turn.effects.iter().any(|effect| matches!(effect, Effect::Say(_))) {
            self.reminder = None;
        }
        for effect in turn.effects {
            self.carry_out(effect, &mut slots)?;
        }
        Ok(())
    }

    /// What the account would gather for this session.
    fn facts_of_the_moment(&self) -> Facts {
        let mut facts = self.facts.clone();
        if !self.session.wants_contact() {
            facts.contact.clear();
        }
        if self.session.compares().is_none() {
            facts.similar.clear();
        }
        facts
    }

    fn carry_out(&mut self, effect: Effect, slots: &mut Slots) -> anyhow::Result<()> {
        match effect {
            Effect::Consent { version } => {
                self.line(&format!("* đồng ý bản {version}"));
                self.facts.consent_version = Some(version);
            }
            Effect::Reuse { version } => self.line(&format!("* đồng ý dùng lại thông tin, bản {version}")),
            Effect::File(draft) => self.file(&draft, slots),
            Effect::LookUp { reference, phone } => {
                let phone = phone.map_or("không có số".to_owned(), |phone| phone.reveal().to_owned());
                self.line(&format!("* tra {reference}, {phone}"));
                slots.push(("lookup", format!("(kết quả tra {reference})")));
            }
            Effect::CallOfficer { about, about_petition } => {
                let of = about_petition.map(|reference| format!(" ({reference})")).unwrap_or_default();
                self.line(&format!("* báo cán bộ{of}: {}", about.reveal()));
            }
            Effect::KeepForOfficer => self.line("* để cán bộ đọc"),
            Effect::MachineBack => {
                self.line("* máy trở lại");
                if let Some(talk) = &mut self.facts.officer {
                    talk.ended_at = Some(self.at);
                }
            }
            Effect::EraseMine => {
                self.line("* xóa, khóa dữ liệu");
                self.facts.held.person = None;
                noted(slots);
            }
            Effect::CorrectMine { words } => {
                self.line(&format!("* yêu cầu sửa: {}", words.reveal()));
                noted(slots);
            }
            Effect::WithdrawConsent { purpose } => {
                self.line(&format!("* rút đồng ý {purpose}"));
                self.withdraw(&purpose);
                noted(slots);
            }
            Effect::GiveConsent { purpose, version } => self.line(&format!("* đồng ý {purpose}, bản {version}")),
            Effect::Empty { events } => self.line(&format!("* xóa trong một ngày: {}", events.join(", "))),
            Effect::Confide { events } => self.line(&format!("* chuyển danh sách kín: {}", events.join(", "))),
            Effect::Remind { say, at } => self.reminder = Some((say, at)),
            Effect::Say(say) => return self.reply(&say, slots),
        }
        Ok(())
    }

    fn withdraw(&mut self, purpose: &str) {
        let is_withdrawn = |name: &str| purpose == "all" || purpose == name;
        self.facts.held.consents.retain(|(name, _)| !is_withdrawn(name));
        if is_withdrawn("publication") {
            self.facts.held.published.clear();
        }
        if is_withdrawn("processing") {
            self.facts.consent_version = None;
        }
    }

    fn reply(&mut self, say: &Say, slots: &Slots) -> anyhow::Result<()> {
        let slots: Vec<(&str, &str)> = slots.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let say = say.filled(&slots);
        if say.quiet > 0 {
            let until = self.at + TimeDelta::seconds(i64::from(say.quiet));
            self.held = Some((say, until));
            return Ok(());
        }
        self.held = None;
        self.show(&say)
    }

    fn file(&mut self, draft: &Draft, slots: &mut Slots) {
        if let Some(about) = &draft.about {
            return self.file_about(about, draft, slots);
        }
        self.filed += 1;
        self.drafts.push(draft.clone());
        let short = format!("{:04}-K", self.filed);
        let reference = format!("HN-PAKN-20261118-{short}");
        self.line(&format!("* nộp {} từ {}, đồng ý bản {}", draft.form, draft.key, draft.consent_version));
        self.list(draft);
        slots.push(("reference", reference.clone()));
        slots.push(("short", short));
        slots.push(("accept_due", "9h10 thứ Năm 19/11".to_owned()));
        slots.push(("answer_due", "17h thứ Năm 10/12/2026".to_owned()));
        // Next time the contact data can be offered again.
        let contact = LAST_TIME.iter().map(|(_, answer)| *answer).chain(["province_code"]);
        self.facts.contact =
            contact.filter_map(|name| Some((name.to_owned(), draft.answers.get(name)?.clone()))).collect();
        let title = draft.answers.get("title").map_or("", Personal::reveal);
        self.facts.petitions.insert(0, petition(&reference, title, &draft.key, FILED));
        self.facts.petitions.truncate(MOST_KNOWN);
    }

    fn list(&mut self, draft: &Draft) {
        for (name, value) in &draft.answers {
            self.line(&format!("*   {name} = {:?}", value.reveal()));
        }
        for attachment in &draft.attachments {
            self.line(&format!("*   kèm {} {}", attachment.kind, attachment.name.as_deref().unwrap_or("")));
        }
    }

    /// A form about a petition changes what can still be done with it.
    fn file_about(&mut self, about: &str, draft: &Draft, slots: &mut Slots) {
        self.line(&format!("* nộp {} về {about} từ {}", draft.form, draft.key));
        self.list(draft);
        let Some(petition) = self.facts.petitions.iter_mut().find(|petition| petition.reference == about) else {
            return;
        };
        match draft.form.as_str() {
            "supplement" => petition.awaiting = None,
            "withdraw" => can(petition, "nothing"),
            "reopen" => {
                can(petition, "open");
                petition.is_reopened = true;
            }
            _ => {
                petition.can_rate = false;
                petition.is_rated = true;
            }
        }
        slots.push(("reference", petition.reference.clone()));
        slots.push(("short", petition.short.clone()));
        slots.push(("agency", "UBND phường Cửa Nam".to_owned()));
        slots.push(("answer_due", "17h thứ Tư 16/12/2026".to_owned()));
    }

    fn release(&mut self) -> anyhow::Result<()> {
        if self.held.as_ref().is_some_and(|(_, until)| *until <= self.at) {
            self.show_held()?;
        }
        Ok(())
    }

    fn show_held(&mut self) -> anyhow::Result<()> {
        match self.held.take() {
            Some((say, until)) => {
                // Who reads a reply has waited for it.
                self.at = self.at.max(until);
                self.show(&say)
            }
            None => Ok(()),
        }
    }

    fn show(&mut self, say: &Say) -> anyhow::Result<()> {
        let length = say.text.chars().count();
        ensure!((1..=2_000).contains(&length), "a text of {length} characters: {}", say.text);
        ensure!(is_nfc(&say.text), "not NFC: {}", say.text);
        ensure!(say.buttons.len() <= 5, "more than five buttons under: {}", say.text);
        let braces = say.text.contains(['{', '}']) && !self.has_typed_braces;
        ensure!(!braces, "a slot is left: {}", say.text);
        if let Some(card) = &say.card {
            let (title, subtitle) = (card.title.chars().count(), card.subtitle.chars().count());
            ensure!((1..=100).contains(&title) && (1..=500).contains(&subtitle), "a card beyond the limits: {card:?}");
            ensure!(!card.subtitle.contains(['{', '}']) || self.has_typed_braces, "a slot is left: {}", card.subtitle);
        }
        match &say.card {
            Some(card) => self.line(&format!("[Thẻ Zalo: {}] {}", card.title, card.subtitle)),
            None => self.line(&say.text),
        }
        for (at, button) in say.buttons.iter().enumerate() {
            let length = button.title.chars().count();
            ensure!((1..=100).contains(&length), "a button of {length} characters: {}", button.title);
            let goes = match &button.press {
                Press::Payload(payload) if payload.chars().count() > 1_000 => bail!("a payload too long: {payload}"),
                Press::Payload(_) => String::new(),
                Press::Url(to) | Press::Phone(to) => format!(" → {to}"),
            };
            self.line(&format!("{}. {}{goes}", at + 1, button.title));
        }
        self.seen.extend(say.buttons.iter().cloned());
        self.latest.clone_from(&say.buttons);
        Ok(())
    }

    fn line(&mut self, line: &str) {
        self.output.push_str(line);
        self.output.push('\n');
    }

    fn know(&mut self, known: &Known) {
        if let Some(consent) = &known.consent {
            self.facts.consent_version = Some(consent.clone()).filter(|consent| !consent.is_empty());
        }
        if let Some(back) = &known.back {
            self.facts.officers_back = Some(back.clone()).filter(|back| !back.is_empty());
        }
        if !known.contact.is_empty() {
            let usual = [("submitter_type", "individual"), ("province_code", "01")];
            let usual = usual.into_iter().map(|(name, value)| (name.to_owned(), Personal::new(value)));
            let given = LAST_TIME
                .iter()
                .filter_map(|(key, name)| Some(((*name).to_owned(), Personal::new(known.contact.get(*key)?.clone()))));
            self.facts.contact = usual.chain(given).collect();
        }
        if !known.similar.is_empty() {
            self.facts.similar.push(similar(&known.similar));
        }
        if let Some(act::KnownPetition { reference, title, status, detail, result, stands }) = &known.petition {
            let mut known = petition(reference, title, "elsewhere", "ngày 2/11/2026");
            known.status_line = status.clone().unwrap_or(known.status_line);
            known.detail = detail.clone().unwrap_or(known.detail);
            known.result_url.clone_from(result);
            can(&mut known, stands.get("can").map_or("nothing", String::as_str));
            known.is_reopened = stands.contains_key("reopened");
            known.is_rated = stands.contains_key("rated");
            let asked = stands.get("asked").cloned();
            known.awaiting = asked.map(|asked| Awaiting { asked, until: "17h thứ Tư 2/12/2026".to_owned() });
            self.facts.petitions.retain(|petition| petition.reference != known.reference);
            self.facts.petitions.push(known);
        }
    }
}

fn noted(slots: &mut Slots) {
    slots.push(("requested_at", "9h40 18/11".to_owned()));
    slots.push(("request_due", "17h thứ Sáu 20/11".to_owned()));
}

fn sent(kind: &str, name: Option<&str>) -> Heard {
    let degrees = |degrees: &str| (kind == "location").then(|| degrees.to_owned());
    let attachment = Attachment {
        kind: kind.to_owned(),
        url: name.map(|name| format!("https://zalo.example/{name}")),
        name: name.map(str::to_owned),
        size: None,
        description: None,
        latitude: degrees("21.03"),
        longitude: degrees("105.85"),
        is_identity: false,
    };
    Heard::Message { text: Personal::default(), attachments: vec![attachment] }
}

fn similar(given: &BTreeMap<String, String>) -> SimilarPetition {
    let value = |key: &str| given.get(key).cloned().unwrap_or_default();
    SimilarPetition {
        reference: value("similar"),
        short: short(&value("similar")),
        title: value("title").into(),
        place: value("place"),
        answered_on: given.get("answered").cloned(),
        text: value("text").into(),
        answer: value("answer"),
        result_url: given.get("result").cloned(),
    }
}

/// «0042-K»
fn short(reference: &str) -> String {
    reference.splitn(4, '-').nth(3).unwrap_or(reference).to_owned()
}

fn petition(reference: &str, title: &str, draft: &str, submitted: &str) -> KnownPetition {
    KnownPetition {
        reference: reference.to_owned(),
        short: short(reference),
        title: title.to_owned(),
        draft: draft.to_owned(),
        submitted: submitted.to_owned(),
        status_line: WAITS.to_owned(),
        detail: WAITS.to_uppercase(),
        short_title: title.to_owned(),
        is_open: true,
        can_supplement: true,
        can_withdraw: true,
        ..KnownPetition::default()
    }
}

/// What can be done with a petition that is `open`, `answered`, or neither.
fn can(petition: &mut KnownPetition, what: &str) {
    let (is_open, is_answered) = (what == "open", what == "answered");
    petition.is_open = is_open;
    petition.can_supplement = is_open;
    petition.can_withdraw = is_open;
    petition.can_reopen = is_answered;
    petition.can_rate = is_answered;
}
