//! The desks a petition has lain on, with the time at each, and the rule that comes next.

use chrono::{DateTime, Utc};

use super::super::words;
use crate::casework::{self, Rules};
use crate::petition::assignment::{Stay, spent};
use crate::petition::{Petition, WorkingTime};

/// One desk.
pub struct Desk {
    pub name: String,
    /// «6 ngày · 28/10 đến 05/11», «11 ngày · từ 05/11, đang giữ»
    pub when: String,
    pub class: &'static str,
    pub is_current: bool,
    pub is_ahead: bool,
}

/// What the line is drawn from.
pub struct Chain<'a> {
    pub rules: &'a Rules,
    pub petition: &'a Petition,
    pub stays: &'a [Stay],
    pub time: &'a WorkingTime,
    pub is_late: bool,
    pub at: DateTime<Utc>,
}

impl Chain<'_> {
    /// The desks from the first to the one that holds it, and what comes next.
    pub fn draw(&self) -> Vec<Desk> {
        let petition = self.petition;
        let first = self.stays.first().map(|stay| stay.begun_at).or(petition.closed_at);
        let mut desks = vec![self.desk(self.rules.notices.office(), petition.submitted_at, first)];
        desks.extend(self.stays.iter().map(|stay| {
            let until = stay.ended_at.or(petition.closed_at);
            self.desk(&self.name(stay), stay.begun_at, until)
        }));
        if let Some(closed_at) = petition.closed_at {
            let name = petition.status.word().to_owned();
            desks.push(Desk { name, when: words::date(closed_at), class: "", is_current: false, is_ahead: false });
        }
        if let Some(current) = desks.last_mut() {
            current.is_current = true;
            current.class = match (petition.closed_at.is_some(), self.is_late) {
                (true, _) => "is-done",
                (false, true) => "is-late",
                (false, false) => "is-new",
            };
        }
        if let Some((name, when)) = self.ahead() {
            desks.push(Desk { name, when, class: "", is_current: false, is_ahead: true });
        }
        desks
    }

    fn desk(&self, name: &str, from: DateTime<Utc>, until: Option<DateTime<Utc>>) -> Desk {
        let spent = spent(self.time, from, until.unwrap_or(self.at));
        let (from, until) = (words::day(from), until.map(words::day));
        let when = match until {
            None => format!("{spent} · từ {from}, đang giữ"),
            Some(until) if until == from => format!("{spent} · {from}"),
            Some(until) => format!("{spent} · {from} đến {until}"),
        };
        Desk { name: name.to_owned(), when, class: "", is_current: false, is_ahead: false }
    }

    /// The office is called as everywhere; whoever in an agency had it last is named.
    fn name(&self, stay: &Stay) -> String {
        if stay.agency_id == self.rules.focal_agency {
            let publishes = Some(stay.begun_at) == self.petition.answered_at;
            let office = self.rules.notices.office();
            return if publishes { format!("{office}, công khai") } else { office.to_owned() };
        }
        match &stay.handler_name {
            Some(handler) => format!("{}, {handler}", stay.agency_name),
            None => stay.agency_name.clone(),
        }
    }

    fn ahead(&self) -> Option<(String, String)> {
        let petition = self.petition;
        let told = |name: &str, when: &str| Some((name.to_owned(), when.to_owned()));
        match (petition.closed_at, petition.answered_at, petition.accepted_at) {
            (Some(_), ..) => None,
            (None, Some(_), _) => told("Công khai và báo người gửi", "bước tiếp theo"),
            (None, None, None) => told("Giao nơi giải quyết", "bước tiếp theo"),
            _ if petition.approval_asked_at.is_some() => told("Người thứ hai duyệt trả lời", "bước tiếp theo"),
            _ if casework::goes_to_office(self.rules, petition) => {
                told("Nếu chuyển lần nữa", &format!("sẽ về {} quyết định", self.rules.notices.office()))
            }
            _ => told("Trả lời", "bước tiếp theo"),
        }
    }
}
