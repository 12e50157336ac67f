//! A citizen's own petitions, in words that can go into a message.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Utc};
use sqlx::PgConnection;

use crate::clock::{hanoi, say_date, say_deadline, say_hour, say_near_deadline};
use crate::petition::answer_file::{self, AnswerFile};
use crate::petition::assignment::{self, Stay};
use crate::petition::{Action, Answer, Petition, Status, WorkingTime, answer as answers, follow_up, store};

use super::follow_up::desk;
use super::hours::working_time;
use super::notice::{answering_agency, short_title, shorten, two_sentences};
use super::notices::lines::{self, Line};
use super::rate::can_rate;
use super::reopen::can_reopen;
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
    /// The title, short enough for the inside of a sentence.
    pub short_title: String,
    /// Still waits for an answer.
    pub is_open: bool,
    /// What an officer asked for, and until when: «17h thứ Tư 2/12/2026».
    pub awaiting: Option<(String, String)>,
    pub can_supplement: bool,
    pub can_withdraw: bool,
    pub can_reopen: bool,
    pub is_reopened: bool,
    pub can_rate: bool,
    pub is_rated: bool,
    /// The agency that handles it, or that its sender named.
    pub agency_code: Option<String>,
    /// What it is about, as a key; none where nobody knows.
    pub topic: Option<String>,
}

/// These citizens' own petitions, newest first, at most ten of each, by citizen.
pub async fn known_petitions(
    rules: &Rules,
    connection: &mut PgConnection,
    time: &WorkingTime,
    citizens: &[i64],
    at: DateTime<Utc>,
) -> Result<HashMap<i64, Vec<Known>>, CaseError> {
    let petitions = store::of_citizens(connection, citizens, AT_MOST).await?;
    let mut known: HashMap<i64, Vec<Known>> = HashMap::new();
    if petitions.is_empty() {
        return Ok(known);
    }
    let told = tell_all(rules, connection, time, &petitions, at).await?;
    for (petition, told) in petitions.iter().zip(told) {
        known.entry(petition.citizen_id).or_default().push(told);
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
    let time = working_time(rules, connection).await?;
    let told = tell_all(rules, connection, &time, std::slice::from_ref(petition), at).await?;
    Ok(told.into_iter().map(|known| known.detail).collect())
}

/// Puts petitions into words; what belongs to them is gathered for all at once.
async fn tell_all(
    rules: &Rules,
    connection: &mut PgConnection,
    time: &WorkingTime,
    petitions: &[Petition],
    at: DateTime<Utc>,
) -> Result<Vec<Known>, CaseError> {
    let is_answered = |petition: &&Petition| matches!(petition.status, Status::Answered | Status::Published);
    let answered: Vec<i64> = petitions.iter().filter(is_answered).map(|petition| petition.petition_id).collect();
    let (mut given, mut public, mut rated) = (Vec::new(), Vec::new(), Vec::new());
    if !answered.is_empty() {
        given = answers::latest_of(connection, &answered).await?;
        public = answers::public_of(connection, &answered).await?;
        rated = follow_up::rated(connection, &answered).await?;
    }
    let ids: Vec<i64> = petitions.iter().map(|petition| petition.petition_id).collect();
    let mut desks = assignment::of(connection, &ids).await?;
    let mut known = Vec::new();
    for petition in petitions {
        let petition_id = petition.petition_id;
        let is_private = petition.status == Status::Published && !public.contains(&petition_id);
        let telling = Telling {
            rules,
            time,
            at,
            answer: given.iter().find(|answer| answer.petition_id == petition_id),
            is_public: public.contains(&petition_id),
            is_rated: rated.contains(&petition_id),
            stays: assignment::stays(&desks.remove(&petition_id).unwrap_or_default()),
            files: match is_private {
                true => answer_file::handed_out(connection, petition_id).await?,
                false => Vec::new(),
            },
            petition,
        };
        known.push(telling.known());
    }
    Ok(known)
}

/// «18/11».
fn say_day(at: DateTime<Utc>) -> String {
    let day = hanoi(at);
    format!("{}/{}", day.day(), day.month())
}

/// A petition about to be put into words.
struct Telling<'a> {
    rules: &'a Rules,
    time: &'a WorkingTime,
    at: DateTime<Utc>,
    petition: &'a Petition,
    /// The answer that stands.
    answer: Option<&'a Answer>,
    /// Whether everybody may read it.
    is_public: bool,
    is_rated: bool,
    /// Where it has lain since it was accepted.
    stays: Vec<Stay>,
    /// What goes with the answer.
    files: Vec<AnswerFile>,
}

impl Telling<'_> {
    fn known(&self) -> Known {
        let petition = self.petition;
        let (line, detail) = self.lines();
        let is_shown = petition.status == Status::Published && self.is_public;
        let awaiting = petition.awaiting.as_ref();
        let is_open = petition.status.is_open();
        let topic = petition.details.topic.clone();
        Known {
            reference: petition.reference.to_string(),
            short: petition.reference.short(),
            title: petition.details.title.reveal().to_owned(),
            draft: petition.draft_key.clone(),
            submitted: format!("{} ngày {}", say_hour(petition.submitted_at), say_date(petition.submitted_at)),
            status_line: self.say(&line),
            detail: self.say(&detail),
            result_url: is_shown.then(|| self.rules.result_url(&petition.reference)),
            short_title: short_title(petition),
            is_open,
            awaiting: awaiting.map(|awaiting| (awaiting.asked.clone(), say_deadline(awaiting.due_at))),
            can_supplement: is_open,
            can_withdraw: petition.after(Action::Withdraw).is_some(),
            can_reopen: can_reopen(self.rules, petition, self.at),
            is_reopened: petition.reopened_at.is_some(),
            can_rate: can_rate(petition) && !self.is_rated,
            is_rated: self.is_rated,
            agency_code: petition.handling_agency_id.clone().or_else(|| petition.details.target_agency_id.clone()),
            topic: Some(topic).filter(|topic| !topic.is_empty()),
        }
    }

    /// What citizens are told of a status: fewer things than officers.
    fn lines(&self) -> (Line, Line) {
        match self.petition.status {
            _ if self.petition.is_new() => (lines::WAITING, lines::WAITING_DETAIL),
            Status::Submitted
            | Status::Supplemented
            | Status::Accepted
            | Status::Assigned
            | Status::InProgress
            | Status::ReturnedInternal
            | Status::Reopened => (lines::HANDLING, lines::HANDLING_DETAIL),
            Status::AwaitingSupplement => (lines::AWAITING, lines::AWAITING_DETAIL),
            Status::Answered => (lines::ANSWERED, lines::ANSWERED_DETAIL),
            Status::Published if self.is_public => (lines::DONE, lines::DONE_DETAIL),
            Status::Published => (lines::DONE_PRIVATELY, lines::DONE_PRIVATELY_DETAIL),
            Status::Refused => (lines::NOT_RECEIVED, lines::NOT_RECEIVED_DETAIL),
            Status::TransferredOut if self.petition.national_code.is_none() => {
                (lines::TRANSFERRED_UNCODED, lines::TRANSFERRED_UNCODED_DETAIL)
            }
            Status::TransferredOut => (lines::TRANSFERRED, lines::TRANSFERRED_DETAIL),
            Status::Withdrawn => (lines::WITHDRAWN, lines::WITHDRAWN_DETAIL),
            Status::ClosedNoContent => (lines::CLOSED, lines::CLOSED_DETAIL),
        }
    }

    fn say(&self, line: &Line) -> String {
        let values: Vec<(&str, String)> = line.slots.iter().map(|slot| (*slot, self.value(slot))).collect();
        let values: Vec<(&str, &str)> = values.iter().map(|(slot, value)| (*slot, value.as_str())).collect();
        self.rules.notices.say(line, &values)
    }

    fn value(&self, slot: &str) -> String {
        let petition = self.petition;
        let body = || self.answer.map(|answer| answer.body.as_str()).unwrap_or_default();
        match slot {
            "reference" => petition.reference.to_string(),
            "since" => say_near_deadline(self.since()),
            "asked" => petition.awaiting.as_ref().map(|awaiting| awaiting.asked.clone()).unwrap_or_default(),
            "due" => petition.awaiting.as_ref().map(|awaiting| say_deadline(awaiting.due_at)).unwrap_or_default(),
            "due_on" => petition.awaiting.as_ref().map(|awaiting| say_date(awaiting.due_at)).unwrap_or_default(),
            "accept_due" => say_near_deadline(petition.accept_due_at),
            "answer_due" => say_deadline(petition.answer_due_at),
            "answer_due_on" => say_date(petition.answer_due_at),
            "publish_due" => petition.publish_due_at.map(say_deadline).unwrap_or_default(),
            "answered_on" => petition.answered_at.map(say_date).unwrap_or_default(),
            "published_on" => petition.published_at.map(say_date).unwrap_or_default(),
            "left" => self.left(),
            "agency" => self.agency(),
            "road" => self.road(),
            "code" => petition.national_code.clone().unwrap_or_default(),
            "files" => self.attached(),
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

    /// Since when it lies where it lies.
    fn since(&self) -> DateTime<Utc> {
        let petition = self.petition;
        let awaiting = petition.awaiting.as_ref().map(|awaiting| awaiting.since);
        let stay = self.stays.last().map(|stay| stay.begun_at);
        awaiting.or(stay).or(petition.reopened_at).or(petition.accepted_at).unwrap_or(petition.submitted_at)
    }

    /// «Trước đó: UBND phường Cửa Nam, 18/11 đến 20/11.», on a line of its own: who had it before, since it was accepted.
    fn road(&self) -> String {
        let Some((_, before)) = self.stays.split_last() else { return String::new() };
        let told: Vec<String> = before
            .iter()
            .map(|stay| {
                let is_office = stay.agency_id == self.rules.focal_agency;
                let agency = if is_office { self.rules.notices.office() } else { &stay.agency_name };
                let until = stay.ended_at.unwrap_or(self.at);
                format!("{agency}, {} đến {}", say_day(stay.begun_at), say_day(until))
            })
            .collect();
        if told.is_empty() { String::new() } else { format!("\nTrước đó: {}.", told.join("; ")) }
    }

    /// Addresses of what goes with an answer that only its sender gets, on a line of their own.
    fn attached(&self) -> String {
        let address = |file: &AnswerFile| self.rules.file_url(&self.petition.reference, file.key);
        let told: Vec<String> = self.files.iter().map(|file| format!("{}: {}", file.name, address(file))).collect();
        if told.is_empty() { String::new() } else { format!("\nKèm theo: {}", told.join("; ")) }
    }

    fn agency(&self) -> String {
        if let Some(agency) = &self.petition.transferred_to_name {
            return agency.clone();
        }
        self.answer.map_or_else(|| desk(self.rules, self.petition), |answer| answering_agency(self.rules, answer))
    }
}
