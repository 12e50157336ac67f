//! The verbs of officers (accept, assign, pass on, give back, refuse, ask for more, take more time, answer, approve, publish,
//! say) and of citizens (file, supplement, withdraw, reopen, rate; their rights over their data); and what a citizen may learn
//! of a petition.
//!
//! Each verb is one transaction's worth of work: the petition, its history and its message change together, so it is not
//! possible to publish without telling the citizen, or to tell without publishing. The transaction itself belongs to the
//! caller; a verb that fails has to be rolled back.
//!
//! Must never know: how a form is walked through, how a page looks, how a message is delivered.
//!
//! Invariants:
//! - A verb locks the petition, asks [`Petition::after`], and only then writes; every write is followed by a line of
//!   history. An officer's verb compares the version its form was drawn from and leaves the officer's name; a citizen's
//!   is done to their own petitions only, and once for each draft.
//! - What an officer does to a petition is done to all that were merged with it, in the same transaction ([`heaped`]).
//! - Nothing that gives the sender away is published.
//! - A citizen sees the details of a petition that came from their own Zalo, or with its reference and phone number.
//!   Whoever asks without them does not learn which of the two was wrong.

mod accept;
mod answer;
mod apologise;
mod assign;
mod calendar;
mod classify;
mod close;
mod confide;
mod consent;
mod contact;
mod data;
mod enter;
mod extend;
mod field;
mod file;
mod follow_up;
mod heap;
mod heaped;
mod hours;
mod known;
mod leave;
mod lookup;
mod mask;
mod merge;
mod name;
mod notice;
pub mod notices;
mod publish;
mod rate;
mod record;
mod refuse;
mod remind;
mod reopen;
mod return_internal;
mod rules;
mod say;
mod similar;
mod start;
mod supplement;
mod talk;
mod transfer;
mod transfer_out;
mod typed;
mod urgent;
mod whose;
mod withdraw;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub use crate::petition::Extra;
use crate::petition::answer::Alike;
pub use crate::petition::similar::Draft;
use crate::petition::store;
use crate::petition::{Action, Event, NoDeadline, Petition, Status};
use crate::privacy::Personal;

pub use answer::{
    AnswerDraft, Answered, LIKENESS, company, is_used_up, letter, needs_approval, remove_file, save_draft, take_in_file,
};
pub use assign::{TaskDraft, takes_work};
pub use calendar::{CalendarChange, CalendarMoves, Moving, calendar_moves, change_calendar};
pub use classify::classify;
pub use confide::confide;
pub use consent::{record_consent, wants_messages, who_wants_no_messages};
pub use contact::{known_contacts, record_reuse};
pub use data::{Held, Holdings, Noted, consent_again, correct, erase, held, removed_by_zalo, withdraw_consent};
pub use enter::{Entry, enclose, enter};
pub use extend::{Promise, close_of};
pub use file::file;
pub use heap::separate;
pub use heaped::{
    accept, answer, apologise, approve, assign, close_no_content, extend, publish, refuse, return_internal, send_back,
    start, transfer, transfer_out,
};
pub use hours::{WorkingTime, officers_back, working_time};
pub use known::{Known, known_petitions};
pub use leave::{Leaving, leave};
pub use lookup::lookup;
pub use mask::{Find, FindKey, Finder, Found, Masks, Place};
pub use merge::merge;
pub use name::{Candidate, name_officers, named_officers, naming};
pub use notice::{apology_notice, extension_notice, late_notice, publication_notice, refusal_notice, set_aside_notice};
pub use publish::{publication_finder, publication_proposal};
pub use rate::rate;
pub use record::{answers_of, optional_answers, required_answers};
pub use remind::{Urging, remind, remind_by_clock};
pub use reopen::reopen;
pub use rules::Rules;
pub use say::{Listener, Word, may_say_until, say, template_room};
pub use similar::{Similar, similar_petitions};
pub use supplement::{request_supplement, supplement};
pub use talk::{end_talk, keep_for_officer, leave_talk, officer_talk, officer_wrote, take_ended_talk};
pub use transfer::{Transferred, goes_to_office, is_office};
pub use transfer_out::{Departure, note_national_code};
pub use urgent::{mark_ordinary, mark_urgent};
pub use whose::{Because, Besides, Proposal, besides, competent_agency, proposed_agency};
pub use withdraw::withdraw;

/// A finished form, as it comes from a channel.
#[derive(Clone, Debug)]
pub struct Filing {
    pub citizen_id: i64,
    /// Files once: the same key again gives the petition that is already there.
    pub draft_key: String,
    /// By the identifiers of pakn-domain 3.2; see [`required_answers`] and [`optional_answers`]. `publish_consent` and
    /// `identity_confidential` are `true` or `false` (or `yes`, `no`).
    pub answers: BTreeMap<String, Personal>,
    /// Answers to the office's own questions, with their labels: kept as they are.
    pub extra: Vec<Extra>,
    pub attachments: Vec<Enclosure>,
    pub consent_version: String,
}

/// Something sent along with a petition.
#[derive(Clone, Debug, Default)]
pub struct Enclosure {
    pub kind: String,
    pub url: Option<String>,
    pub name: Option<String>,
    pub size: Option<i64>,
    pub description: Option<String>,
    pub latitude: Option<String>,
    pub longitude: Option<String>,
    /// A paper that proves who somebody is.
    pub is_identity: bool,
}

/// What the sender is told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    pub petition_id: i64,
    pub reference: String,
    /// «0042-K»
    pub short: String,
    pub accept_due_at: DateTime<Utc>,
    pub answer_due_at: DateTime<Utc>,
}

/// A finished form about a petition, as it comes from a channel.
#[derive(Clone, Debug)]
pub struct FollowUp {
    pub citizen_id: i64,
    /// The petition; only its sender can do something with it.
    pub reference: String,
    /// Files once, as [`Filing::draft_key`].
    pub draft_key: String,
    /// See [`answers_of`].
    pub answers: BTreeMap<String, Personal>,
    pub attachments: Vec<Enclosure>,
}

/// What the sender is told at once: the petition as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    pub reference: String,
    /// «0042-K»
    pub short: String,
    /// On whose desk it lies.
    pub agency: String,
    pub answer_due_at: DateTime<Utc>,
}

/// What an officer asks the sender for.
#[derive(Clone, Debug, Default)]
pub struct SupplementRequest {
    /// «ảnh giấy hẹn»
    pub asked: String,
    /// In the officer's own words: what for.
    pub words: String,
}

/// Who moves a petition, and which version of it was on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    pub reference: &'a str,
    pub version: i32,
    pub officer_id: i64,
    pub at: DateTime<Utc>,
}

/// What an officer releases to everybody, or to the sender only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicationDraft {
    /// False: the answer goes to the sender only, and the texts do not matter.
    pub is_public: bool,
    pub title: String,
    pub content: String,
    pub answer: String,
    /// What came along and everybody is to see: attachments, clean copies only.
    pub pictures: Vec<i64>,
    /// How the sender agreed to them: the consent in the chat is about words.
    pub agreed: String,
}

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error("there is no petition with this reference")]
    Missing,
    #[error("the petition has changed since the form was drawn")]
    Stale,
    #[error("a petition that is {from:?} cannot be moved this way")]
    NotAllowed { from: Status },
    #[error("Zalo lets us write no more: the citizen has to be called")]
    WindowClosed,
    /// A field and, in Vietnamese, what to enter.
    #[error("{field}: {say}")]
    Invalid { field: &'static str, say: String },
    /// Everything that an answer lacks: fields and, in Vietnamese, what to enter.
    #[error("the answer lacks {0:?}")]
    Incomplete(Vec<(&'static str, String)>),
    #[error("the answer is nearly the same as one to {}", .0.reference)]
    Alike(Box<Alike>),
    /// The calendar or the policy of deadlines must be completed by the office first.
    #[error(transparent)]
    NoDeadline(#[from] NoDeadline),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl CaseError {
    fn invalid(field: &'static str, say: impl Into<String>) -> Self {
        Self::Invalid { field, say: say.into() }
    }
}

impl Hand<'_> {
    /// The line of history that says what this hand did to a petition, and that it stands at `to` now.
    fn line(&self, petition: &Petition, action: Action, to: Status, detail: serde_json::Value) -> Event {
        Event {
            petition_id: petition.petition_id,
            action,
            from: Some(petition.status),
            to,
            officer_id: Some(self.officer_id),
            detail,
            at: self.at,
        }
    }
}

/// Takes a petition in hand, whatever is to be done with it: locked, the version that was on the screen.
async fn hold(connection: &mut PgConnection, hand: Hand<'_>) -> Result<Petition, CaseError> {
    let reference = hand.reference.parse().map_err(|_| CaseError::Missing)?;
    let petition = store::lock(connection, &reference).await?.ok_or(CaseError::Missing)?;
    if petition.version == hand.version { Ok(petition) } else { Err(CaseError::Stale) }
}

/// Takes a petition in hand for one move: locked, the version that was on the screen, the move allowed. Gives the
/// petition and the status it is to have.
async fn take(connection: &mut PgConnection, hand: Hand<'_>, action: Action) -> Result<(Petition, Status), CaseError> {
    let petition = hold(connection, hand).await?;
    let to = petition.after(action).ok_or(CaseError::NotAllowed { from: petition.status })?;
    Ok((petition, to))
}
