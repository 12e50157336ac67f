//! What the service remembers of a conversation between two events.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::answer::choice::Offer;
use super::turn::{Attachment, SimilarPetition};
use crate::privacy::Personal;

/// Grows when a session of before could no longer be read rightly; such a session is rebuilt from the events.
const FORMAT: u32 = 1;
/// More drafts than this are not kept: the oldest goes.
const MOST_KEPT: usize = 5;

/// A conversation. The default is a citizen we know nothing of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    format: u32,
    /// When the citizen was last heard.
    pub(super) heard_at: Option<DateTime<Utc>>,
    /// The form being filled in.
    pub(super) open: Option<Open>,
    /// Forms set aside, the latest last.
    pub(super) kept: Vec<Open>,
    /// What was asked besides the form's own question.
    pub(super) aside: Option<Aside>,
    /// The buttons of the last reply, so that numbers and titles choose.
    pub(super) offered: Vec<Offer>,
    /// Words typed before there was a form, too short to be a story.
    pub(super) overheard: Option<Personal>,
    /// Since when officers read and the machine is silent.
    pub(super) officer: Option<WithOfficer>,
    /// When the machine last came back from a silence: only what an officer wrote later silences it again.
    #[serde(default)]
    pub(super) returned_at: Option<DateTime<Utc>>,
    pub(super) thanked_on: Option<NaiveDate>,
    /// When phone numbers were tried for somebody's reference.
    pub(super) tried_at: Vec<DateTime<Utc>>,
    /// The events that told the story at hand.
    #[serde(default)]
    pub(super) told_in: Vec<String>,
    /// How often in a row there was no matter in what was typed.
    #[serde(default)]
    pub(super) idle: u8,
    /// A petition about which something was filed a moment ago: what comes now may still belong to it.
    #[serde(default)]
    pub(super) lately: Option<Lately>,
}

/// A petition about which something was just filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Lately {
    pub about: String,
    pub until: DateTime<Utc>,
}

/// A form being filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Open {
    pub form: String,
    /// The reference of the petition that the form is about.
    #[serde(default)]
    pub about: Option<String>,
    /// The event that began it.
    pub key: String,
    pub touched_at: DateTime<Utc>,
    /// The step whose question is open.
    pub step: String,
    pub answers: BTreeMap<String, Personal>,
    /// Answers that were told from the story, not given: a new story tells them anew.
    pub inferred: BTreeSet<String>,
    /// Steps that need not be asked although an answer is missing: skipped, or given up.
    pub settled: BTreeSet<String>,
    /// Steps that were asked before this one.
    pub path: Vec<String>,
    /// Unreadable answers in a row, by step.
    pub tries: BTreeMap<String, u8>,
    pub attachments: Vec<Attachment>,
    /// The notice that was agreed to while filling in.
    pub consent: Option<String>,
    /// Texts and files of the account so far, for «Đã nhận 3 tin, 2 ảnh».
    pub messages: u32,
    /// Until then the last reply waits for more of the story.
    pub held_until: Option<DateTime<Utc>>,
    /// What the open step asked in between.
    pub pending: Option<Pending>,
    /// It was shown the way elsewhere, and is to be sent all the same.
    #[serde(default)]
    pub is_sent_anyway: bool,
    /// When its one reminder comes, or came.
    #[serde(default)]
    pub reminder_at: Option<DateTime<Utc>>,
    /// Zalo's contact form was sent: what it lacked is asked for in words.
    #[serde(default)]
    pub has_shared_contact: bool,
    /// Similar petitions were offered: once a draft.
    #[serde(default)]
    pub was_compared: bool,
}

/// A question inside a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Pending {
    /// One word was given as a name.
    ShortName(Personal),
    /// An old number was given; this is what it became.
    NewPhone(Personal),
    /// Leaving the phone empty was asked once.
    EmptyPhone,
    /// An old place that was divided.
    Split { old_name: String },
    /// A place with a letter wrong, as typed: one of these?
    Near { typed: String },
    /// The next text is added to the story instead of replacing it.
    Adding,
    /// «Sửa»: which item?
    Which,
    /// A bare number in the review: send, or edit this item?
    Clarify(u32),
    /// A petition that may be about the same: follow it, or send all the same?
    Similar(SimilarPetition),
}

/// A question that stands beside the form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Aside {
    /// The notice, with nothing begun yet.
    Notice,
    /// Leave, keep, or go on?
    Leaving,
    /// Back after a pause: go on? With the words that came first, to be taken up then.
    Resuming { said: Option<Personal>, attachments: Vec<Attachment> },
    /// Looking something up.
    Looking,
    /// Somebody else's reference: whose phone number?
    Foreign { reference: String },
    /// Erase everything? Only in so many words.
    Erasing,
    /// What is to be corrected?
    Correcting,
    /// Shown the way elsewhere: what was said is in no form, and can still be sent.
    Guided(Guided),
    /// Which petition is a form about? With what came before the question.
    Which { form: String, said: Option<Personal>, attachments: Vec<Attachment> },
}

/// What was not taken into a petition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Guided {
    /// The event that was shown the way.
    pub key: String,
    /// None for a denunciation: its words stay in the inbox, and there for a day only.
    pub said: Option<Personal>,
    pub attachments: Vec<Attachment>,
    /// The events in which it was told.
    pub events: Vec<String>,
    /// Until then the reply waits for more of the same thought.
    #[serde(default)]
    pub held_until: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct WithOfficer {
    /// The call, or the officer's last word after it.
    pub since: DateTime<Utc>,
    /// Outside office hours the first message is confirmed.
    pub confirmed: bool,
    /// Something was left to the officer: whoever has been waiting is told that the machine is back.
    #[serde(default)]
    pub was_silent: bool,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            format: FORMAT,
            heard_at: None,
            open: None,
            kept: Vec::new(),
            aside: None,
            offered: Vec::new(),
            overheard: None,
            officer: None,
            returned_at: None,
            thanked_on: None,
            tried_at: Vec::new(),
            told_in: Vec::new(),
            idle: 0,
            lately: None,
        }
    }
}

impl Session {
    /// As kept in Redis.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("a session is plain data")
    }

    /// None for another format, and for what is no session at all.
    pub fn decode(json: &str) -> Option<Session> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let format: Format = serde_json::from_str(json).ok()?;
        if format.format == FORMAT { serde_json::from_str(json).ok() } else { None }
    }

    /// The agency and the matter of the open draft, while it is still to be compared with other petitions. The matter
    /// is empty where nobody knows.
    pub fn compares(&self) -> Option<(&str, &str)> {
        let open = self.open.as_ref().filter(|open| !open.was_compared && open.answer("content").is_some())?;
        Some((open.answer("target_agency_code")?, open.answer("topic").unwrap_or_default()))
    }

    /// Whether contact data of last time can still be offered: nobody has given a name yet.
    pub fn wants_contact(&self) -> bool {
        self.open.as_ref().is_none_or(|open| open.answer("submitter_name").is_none())
    }

    /// Whether a question beside the form holds what was said before it.
    pub(super) fn aside_holds_content(&self) -> bool {
        match &self.aside {
            Some(Aside::Which { said, attachments, .. } | Aside::Resuming { said, attachments }) => {
                said.is_some() || !attachments.is_empty()
            }
            _ => false,
        }
    }

    /// Sets the open form aside.
    pub(super) fn keep_open(&mut self) {
        self.kept.extend(self.open.take());
        let surplus = self.kept.len().saturating_sub(MOST_KEPT);
        self.kept.drain(..surplus);
    }
}

impl Open {
    pub fn begin(form: &str, key: &str, at: DateTime<Utc>) -> Self {
        Self {
            form: form.to_owned(),
            about: None,
            key: key.to_owned(),
            touched_at: at,
            step: String::new(),
            answers: BTreeMap::new(),
            inferred: BTreeSet::new(),
            settled: BTreeSet::new(),
            path: Vec::new(),
            tries: BTreeMap::new(),
            attachments: Vec::new(),
            consent: None,
            messages: 0,
            held_until: None,
            pending: None,
            is_sent_anyway: false,
            reminder_at: None,
            has_shared_contact: false,
            was_compared: false,
        }
    }

    /// An answer that is not empty.
    pub fn answer(&self, name: &str) -> Option<&str> {
        self.answers.get(name).map(Personal::reveal).filter(|value| !value.is_empty())
    }

    /// Sets an answer that the citizen gave.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.answers.insert(name.to_owned(), Personal::new(value));
        self.inferred.remove(name);
    }

    /// Sets an answer that the story tells, unless the citizen gave it.
    pub fn infer(&mut self, name: &str, value: impl Into<String>) {
        if self.answer(name).is_none() || self.inferred.contains(name) {
            self.answers.insert(name.to_owned(), Personal::new(value));
            self.inferred.insert(name.to_owned());
        }
    }

    pub fn forget(&mut self, name: &str) {
        self.answers.remove(name);
        self.inferred.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_survives_being_kept() {
        let open = Some(Open::begin("petition", "event-1", DateTime::UNIX_EPOCH));
        let session = Session { open, ..Session::default() };
        assert_eq!(Session::decode(&session.encode()), Some(session));
    }

    #[test]
    fn a_session_of_another_format_is_not_believed() {
        let other = Session { format: FORMAT + 1, ..Session::default() };
        assert_eq!(Session::decode(&other.encode()), None);
        assert_eq!(Session::decode("{\"format\":1}"), None);
        assert_eq!(Session::decode("không phải phiên"), None);
    }

    #[test]
    fn what_the_citizen_gave_is_not_guessed_over() {
        let mut open = Open::begin("petition", "event-1", DateTime::UNIX_EPOCH);
        open.infer("category", "official_conduct");
        open.infer("category", "regulation_policy_procedure");
        assert_eq!(open.answer("category"), Some("regulation_policy_procedure"), "a guess gives way to a newer guess");
        open.set("category", "official_conduct");
        open.infer("category", "regulation_policy_procedure");
        assert_eq!(open.answer("category"), Some("official_conduct"));
    }
}
