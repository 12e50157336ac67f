//! A citizen's own petitions, in words that can go into a message.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::clock::{say_date, say_deadline, say_hour, say_near_deadline};
use crate::petition::calendar_store::working_time;
use crate::petition::{Answer, Petition, Publication, Status, WorkingTime, answer as answers, store};

use super::notice::{shorten, two_sentences};
use super::notices::lines::{self, Line};
use super::{CaseError, Rules};

/// More do not fit into a message.
const AT_MOST: i64 = 10;
/// An answer for the sender only is shown in the chat, within one message.
const BODY_LIMIT: usize = 1_200;

/// One petition, said in words. The same fields as what the dialog wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub reference: String,
    /// «0042-K»
    pub short: String,
    pub title: String,
    /// The draft it was filed from.
    pub draft: String,
    /// «9h24 ngày 18/11/2026»
    pub submitted: String,
    /// «đang giải quyết, hạn 10/12/2026»
    pub status_line: String,
    /// Several lines: status, where it is, deadline, what comes next.
    pub detail: String,
    /// The page with the result, once there is one.
    pub result_url: Option<String>,
}

/// The citizen's own petitions, newest first, at most ten.
pub async fn known_petitions(
    rules: &Rules,
    connection: &mut PgConnection,
    citizen_id: i64,
    at: DateTime<Utc>,
) -> Result<Vec<Known>, CaseError> {
    let petitions = store::of_citizen(connection, citizen_id, AT_MOST).await?;
    if petitions.is_empty() {
        return Ok(Vec::new());
    }
    let time = working_time(connection, &rules.office_hours).await?;
    let mut known = Vec::new();
    for petition in &petitions {
        known.push(Telling::of(rules, connection, &time, petition, at).await?.known());
    }
    Ok(known)
}

/// Everything its sender may know of one petition.
pub(super) async fn detail(
    rules: &Rules,
    connection: &mut PgConnection,
    petition: &Petition,
    at: DateTime<Utc>,
) -> Result<String, CaseError> {
    let time = working_time(connection, &rules.office_hours).await?;
    Ok(Telling::of(rules, connection, &time, petition, at).await?.known().detail)
}

/// A petition about to be put into words.
struct Telling<'a> {
    rules: &'a Rules,
    time: &'a WorkingTime,
    at: DateTime<Utc>,
    petition: &'a Petition,
    /// The answer that stands, and what was published of it.
    answer: Option<Answer>,
    publication: Option<Publication>,
}

impl<'a> Telling<'a> {
    async fn of(
        rules: &'a Rules,
        connection: &mut PgConnection,
        time: &'a WorkingTime,
        petition: &'a Petition,
        at: DateTime<Utc>,
    ) -> Result<Self, CaseError> {
        let (mut answer, mut publication) = (None, None);
        if matches!(petition.status, Status::Answered | Status::Published) {
            answer = answers::latest(connection, petition.petition_id).await?;
            publication = answers::publication(connection, petition.petition_id).await?;
        }
        Ok(Self { rules, time, at, petition, answer, publication })
    }

    fn known(&self) -> Known {
        let petition = self.petition;
        let (line, detail) = self.lines();
        let is_shown = petition.status == Status::Published && self.is_public();
        Known {
            reference: petition.reference.to_string(),
            short: petition.reference.short(),
            title: petition.details.title.reveal().to_owned(),
            draft: petition.draft_key.clone(),
            submitted: format!("{} ngày {}", say_hour(petition.submitted_at), say_date(petition.submitted_at)),
            status_line: self.say(&line),
            detail: self.say(&detail),
            result_url: is_shown.then(|| self.rules.result_url(&petition.reference)),
        }
    }

    /// What citizens are told of a status: fewer things than officers.
    fn lines(&self) -> (Line, Line) {
        match self.petition.status {
            Status::Submitted | Status::Supplemented => (lines::WAITING, lines::WAITING_DETAIL),
            Status::Accepted | Status::Assigned | Status::InProgress | Status::ReturnedInternal | Status::Reopened => {
                (lines::HANDLING, lines::HANDLING_DETAIL)
            }
            Status::AwaitingSupplement => (lines::AWAITING, lines::AWAITING_DETAIL),
            Status::Answered => (lines::ANSWERED, lines::ANSWERED_DETAIL),
            Status::Published if self.is_public() => (lines::DONE, lines::DONE_DETAIL),
            Status::Published => (lines::DONE_PRIVATELY, lines::DONE_PRIVATELY_DETAIL),
            Status::Refused => (lines::NOT_RECEIVED, lines::NOT_RECEIVED_DETAIL),
            Status::TransferredOut => (lines::TRANSFERRED, lines::TRANSFERRED_DETAIL),
            Status::Withdrawn => (lines::WITHDRAWN, lines::WITHDRAWN_DETAIL),
            Status::ClosedNoContent => (lines::CLOSED, lines::CLOSED_DETAIL),
        }
    }

    fn is_public(&self) -> bool {
        self.publication.as_ref().is_some_and(|publication| publication.is_public)
    }

    fn say(&self, line: &Line) -> String {
        let values: Vec<(&str, String)> = line.slots.iter().map(|slot| (*slot, self.value(slot))).collect();
        let values: Vec<(&str, &str)> = values.iter().map(|(slot, value)| (*slot, value.as_str())).collect();
        self.rules.notices.say(line, &values)
    }

    fn value(&self, slot: &str) -> String {
        let petition = self.petition;
        let body = || self.answer.as_ref().map(|answer| answer.body.as_str()).unwrap_or_default();
        match slot {
            "reference" => petition.reference.to_string(),
            "since" => say_near_deadline(petition.accepted_at.unwrap_or(petition.submitted_at)),
            "accept_due" => say_near_deadline(petition.accept_due_at),
            "answer_due" => say_deadline(petition.answer_due_at),
            "answer_due_on" => say_date(petition.answer_due_at),
            "publish_due" => petition.publish_due_at.map(say_deadline).unwrap_or_default(),
            "answered_on" => petition.answered_at.map(say_date).unwrap_or_default(),
            "published_on" => petition.published_at.map(say_date).unwrap_or_default(),
            "left" => self.left(),
            "agency" => self.agency(),
            "quote" => two_sentences(body()),
            "body" => shorten(body(), BODY_LIMIT),
            "url" => self.rules.result_url(&petition.reference),
            "why" => petition.refusal_text.clone().unwrap_or_default(),
            "channel" => {
                let reason = petition.refusal_reason;
                reason.map(|reason| self.rules.notices.refusal(reason).channel.clone()).unwrap_or_default()
            }
            other => unreachable!("lines.rs gives no slot {other} to a stage"),
        }
    }

    /// «còn 9 ngày làm việc», inside a sentence.
    fn left(&self) -> String {
        let petition = self.petition;
        let left = match petition.accepted_at {
            None => self.time.left_in_hours(petition.accept_due_at, self.at),
            Some(_) => self.time.left_in_days(petition.answer_due_at, self.at),
        };
        let words = left.words();
        let mut letters = words.chars();
        letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
    }

    fn agency(&self) -> String {
        let answered_by = self.answer.as_ref().map(|answer| answer.agency_name.clone());
        let agency = answered_by.or_else(|| self.petition.handling_agency_name.clone());
        agency.unwrap_or_else(|| self.rules.notices.office().to_owned())
    }
}
