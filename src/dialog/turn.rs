//! What goes into a step and what comes out of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::definition::Text;
use crate::privacy::Personal;

/// What reached us from the citizen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Heard {
    /// A message. A pressed button is a text that begins with `#`; a photo may come without words.
    Message { text: Personal, attachments: Vec<Attachment> },
    /// The contact form of Zalo was sent (`user_submit_info`).
    Contact(Contact),
    /// The citizen followed the account or opened the chat (`follow`, `user_click_chatnow`).
    Arrived,
    /// A sticker or gif.
    Sticker,
    /// Somebody's contact card.
    BusinessCard,
    /// A call.
    Call,
    /// A message whose words are no longer kept (a denunciation, after a day). Heard in replays only.
    Emptied,
    /// An officer ended the talk with the citizen: the machine comes back.
    OfficerEnded,
    /// The citizen withdrew from Zalo's side (`user_withdraw`): everything is withdrawn and erased, nothing is said.
    Withdrawn,
    /// A reaction and everything else that wants no reply.
    Nothing,
}

/// Something sent along.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// `image`, `gif`, `file`, `audio`, `video`, `link`, `location`
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Bytes, where Zalo tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Degrees, as text, of a shared location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<String>,
    /// It seems to be a paper that proves who somebody is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_identity: bool,
}

/// Zalo's contact form, in the current shape or, with a district, the old one (zalo-oa 1.7).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub name: Option<Personal>,
    /// As Zalo gives it: `849…`
    pub phone: Option<Personal>,
    pub address: Option<Personal>,
    pub ward: Option<String>,
    #[serde(default)]
    pub district: Option<String>,
    pub city: Option<String>,
}

/// What the engine must know of the world. Gathered before the step and kept with the event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The version of the notice to which the citizen consented and still does.
    pub consent_version: Option<String>,
    /// The citizen's own petitions, newest first, at most ten.
    pub petitions: Vec<KnownPetition>,
    /// When an officer reads messages next («8h thứ Tư 25/11»); none: now, in office hours.
    pub officers_back: Option<String>,
    /// The latest talk of the office with the citizen, if there ever was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<OfficerTalk>,
    /// What is held about the citizen.
    #[serde(default)]
    pub held: Held,
    /// Who the citizen said to be last time, by the identifiers of pakn-domain 3.2; empty where it may not be offered.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contact: BTreeMap<String, Personal>,
    /// What may be the same matter as the open draft ([`super::Session::compares`]): open petitions of the citizen,
    /// published ones of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<SimilarPetition>,
}

/// An officer's words to the citizen, from whichever tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerTalk {
    /// The last of them; none where the talk was ended without a word.
    pub wrote_at: Option<DateTime<Utc>>,
    /// Not before `wrote_at`: the talk is over.
    pub ended_at: Option<DateTime<Utc>>,
}

impl OfficerTalk {
    /// Since when the talk is over.
    pub fn over_since(&self) -> Option<DateTime<Utc>> {
        self.ended_at.filter(|ended_at| self.wrote_at.is_none_or(|wrote_at| *ended_at >= wrote_at))
    }
}

/// What is held about a citizen, in words that can go into a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// «Trần Văn Bình, 0901***567, phường Cửa Nam»; none where nothing is held, or all of it is locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Personal>,
    /// How many petitions stand in the register.
    #[serde(default)]
    pub petitions: u32,
    /// Consents that stand, by purpose, each with its day («18/11/2026»).
    #[serde(default)]
    pub consents: Vec<(String, String)>,
    /// Short references of the petitions that may be published, the newest first.
    #[serde(default)]
    pub published: Vec<String>,
}

/// A petition that may be about the same as the open draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimilarPetition {
    pub reference: String,
    /// «0042-K»
    pub short: String,
    pub title: Personal,
    /// «phường Bồ Đề»
    pub place: String,
    /// «2/11/2026»
    #[serde(default)]
    pub answered_on: Option<String>,
    /// The words to compare; of a published petition only what was published.
    pub text: Personal,
    /// The beginning of the published answer.
    #[serde(default)]
    pub answer: String,
    /// The page with the result; none for a petition of the citizen's own ([`Facts::petitions`] knows more of it).
    #[serde(default)]
    pub result_url: Option<String>,
}

/// One of the citizen's own petitions, said in words that can go into a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KnownPetition {
    pub reference: String,
    /// «0042-K»
    pub short: String,
    pub title: String,
    /// The draft it was filed from: an old send button must not send again.
    pub draft: String,
    /// «9h24 ngày 18/11/2026»
    pub submitted: String,
    /// «đang giải quyết, hạn 10/12/2026»
    pub status_line: String,
    /// Several lines: status, where it is, deadline, what comes next.
    pub detail: String,
    /// The page with the result, once there is one.
    pub result_url: Option<String>,
    /// «Trợ cấp hưu trí xã hội quá hẹn…»: a reminder inside a sentence.
    #[serde(default)]
    pub short_title: String,
    /// Still waits for an answer.
    #[serde(default)]
    pub is_open: bool,
    /// What an officer asked the sender to send, while it has not come.
    #[serde(default)]
    pub awaiting: Option<Awaiting>,
    #[serde(default)]
    pub can_supplement: bool,
    #[serde(default)]
    pub can_withdraw: bool,
    #[serde(default)]
    pub can_reopen: bool,
    /// It was reopened once already.
    #[serde(default)]
    pub is_reopened: bool,
    #[serde(default)]
    pub can_rate: bool,
    #[serde(default)]
    pub is_rated: bool,
    /// The agency that handles it, or that the sender named.
    #[serde(default)]
    pub agency_code: Option<String>,
    /// What it is about, from the list of matters.
    #[serde(default)]
    pub topic: Option<String>,
}

/// What a petition waits for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Awaiting {
    /// «ảnh giấy hẹn»
    pub asked: String,
    /// «17h thứ Tư 2/12/2026»
    pub until: String,
}

/// What follows from one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn<S> {
    pub session: S,
    /// In the order in which they are carried out; at most one is an [`Effect::Say`], and it is the last.
    pub effects: Vec<Effect>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The citizen agreed to the notice with this version.
    Consent { version: String },
    /// The citizen had the contact data of last time taken again: by that they agree to its use, under this notice.
    Reuse { version: String },
    /// File a form. What filing brings fills slots of the reply: of a petition `{reference}`, `{short}`, `{accept_due}`,
    /// `{answer_due}`; of a form about a petition `{reference}`, `{short}`, `{agency}`, `{answer_due}`.
    File(Draft),
    /// Somebody names a reference that is not among their own. Fills the slot `{lookup}`.
    LookUp { reference: String, phone: Option<Personal> },
    /// The citizen wants an officer: shown in the office.
    CallOfficer {
        about: Personal,
        /// The reference of the citizen's own petition it is about, if they came from one.
        about_petition: Option<String>,
    },
    /// The words of these events are not to be kept longer than a day (pakn-domain 4.3: a denunciation).
    Empty { events: Vec<String> },
    /// What these events told goes to the closed list of the focal office, and nowhere else.
    Confide { events: Vec<String> },
    /// Sent at this time, unless the citizen is heard before.
    Remind { say: Say, at: DateTime<Utc> },
    /// The citizen wrote while the machine was silent: shown in the office as news.
    KeepForOfficer,
    /// The machine is back although no officer ended the talk: the office need not end it any more.
    MachineBack,
    /// What was kept to be used again is erased, contact data in the register are locked, officers confirm it. Fills the
    /// slots `{requested_at}`, `{request_due}`.
    EraseMine,
    /// What is held is wrong, in the citizen's words: what was kept to be used again is erased, officers correct the
    /// register. Fills the same slots.
    CorrectMine { words: Personal },
    /// A consent is withdrawn; `all` withdraws every one. Fills the same slots.
    WithdrawConsent { purpose: String },
    /// A consent that was withdrawn is given again.
    GiveConsent { purpose: String, version: String },
    /// The one reply of the turn.
    Say(Say),
}

/// A finished form.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// `petition`, `supplement`, `withdraw`, `reopen`, `survey`
    pub form: String,
    /// The petition that a form is about.
    pub about: Option<String>,
    /// Unique to this draft and the same in every replay: files once.
    pub key: String,
    /// Answers by the identifiers of pakn-domain 3.2 (`submitter_type`, `content`, `commune_code` …).
    pub answers: BTreeMap<String, Personal>,
    /// Answers that are kept under a label of the form's own (`kept_as`), in the order of the form.
    pub extra: Vec<Extra>,
    pub attachments: Vec<Attachment>,
    /// The notice that was agreed to.
    pub consent_version: String,
    pub at: DateTime<Utc>,
}

/// An answer to a question that the office added by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Extra {
    /// The name of the answer in the form.
    pub answer: String,
    /// What officers read before it: «Số lần đã đến cơ quan».
    pub label: String,
    /// What was typed, or what the chosen option is called.
    pub value: Personal,
}

impl Say {
    /// With the slots that only whoever carries out the effects knows, put into its texts and payloads.
    pub fn filled(&self, slots: &[(&str, &str)]) -> Say {
        let fill = |text: &str| {
            Text(text.to_owned())
                .fill(|slot| slots.iter().find(|(name, _)| *name == slot).map(|(_, value)| (*value).to_owned()))
        };
        let card = self.card.as_ref().map(|card| Card { title: fill(&card.title), subtitle: fill(&card.subtitle) });
        let button = |button: &Button| Button {
            title: fill(&button.title),
            press: match &button.press {
                Press::Payload(payload) => Press::Payload(fill(payload)),
                press => press.clone(),
            },
        };
        let buttons = self.buttons.iter().map(button).collect();
        Say { text: fill(&self.text), buttons, card, quiet: self.quiet }
    }
}

/// One message to the citizen, with slots `{…}` that the effects before it fill.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// With a card: what is said where Zalo shows none.
    pub text: String,
    pub buttons: Vec<Button>,
    /// Stands alone, instead of the text: Zalo shows it without buttons (zalo-oa 2.1).
    pub card: Option<Card>,
    /// Seconds to wait for more before sending; a later reply replaces this one meanwhile.
    pub quiet: u32,
}

/// Zalo's card that asks for contact data: one tap sends what Zalo knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// At most 100 characters.
    pub title: String,
    /// At most 500 characters.
    pub subtitle: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub title: String,
    pub press: Press,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// The meaning of the choice; comes back as a message that begins with `#`.
    Payload(String),
    Url(String),
    Phone(String),
}
