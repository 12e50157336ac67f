//! What stands around every page of the office: the bar with what waits, who is signed in, the word after a redirect.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::channel::{self, Vitals};
use super::trouble::People;
use super::visit::{Flash, Visit};
use super::{AdminState, trouble};
use crate::clock::hanoi;
use crate::http::Failure;
use crate::officer::Right;
use crate::petition::WorkingTime;
use crate::petition::calendar_store::working_time;
use crate::petition::data_request;
use crate::petition::denunciation;
use crate::petition::queue::{self, Counts, Now};
use crate::petition::triage;

/// Which entry of the bar this page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Triage,
    Work,
    Publish,
    Calls,
    Data,
    Channel,
    ClosedList,
    People,
    Account,
    Audit,
    Deadlines,
}

/// The frame around a page.
pub struct Frame {
    pub is_training: bool,
    pub section: Section,
    pub officer: String,
    pub agency: String,
    pub has_single_keys: bool,
    pub may_keep_people: bool,
    pub counts: Counts,
    pub people: People,
    /// How many things about the channel ring.
    pub troubles: i64,
    pub vitals: Vitals,
    /// Open lines of the closed list; none for officers who must not know of it.
    pub confidential: Option<i64>,
    /// What citizens asked about their data; none for officers who do not see it.
    pub data_requests: Option<i64>,
    /// How many new petitions wait; none for officers who do not sort them.
    pub triage: Option<i64>,
    /// Whether the officer reads the audit log.
    pub reads_audit: bool,
    /// Whether the officer may write deadlines and the calendar.
    pub may_set: bool,
    pub flash: Option<Flash>,
    /// The calendar as it stands now; the office may have added a day.
    pub working_time: WorkingTime,
}

impl Frame {
    /// How many people wait for a call.
    pub fn calls(&self) -> i64 {
        self.people.asked + self.people.unreached
    }

    pub async fn draw(
        connection: &mut PgConnection,
        state: &AdminState,
        visit: &Visit,
        section: Section,
    ) -> Result<Self, Failure> {
        let working_time = working_time(connection, &state.rules.office_hours).await?;
        let vitals = channel::take_vitals(connection, state.consents.app_id(), visit.at).await?;
        Ok(Self {
            is_training: state.is_training,
            section,
            officer: visit.officer.name.clone(),
            agency: visit.officer.agency_name.clone(),
            has_single_keys: visit.officer.has_single_keys,
            may_keep_people: visit.may(Right::Accounts),
            counts: queue::counts(connection, now(&working_time, visit.at)).await?,
            people: trouble::count_people(connection).await?,
            troubles: vitals.urgent(is_worked(&working_time, visit.at), visit.at),
            vitals,
            confidential: match visit.may(Right::ClosedList) {
                true => Some(denunciation::open_count(connection).await?),
                false => None,
            },
            data_requests: match visit.may(Right::DataRequests) {
                true => Some(data_request::count(connection).await?),
                false => None,
            },
            triage: match visit.may(Right::Triage) {
                true => Some(triage::waiting(connection).await?.0),
                false => None,
            },
            reads_audit: visit.may(Right::Audit),
            may_set: visit.may(Right::Settings),
            flash: visit.take_flash().await?,
            working_time,
        })
    }

    /// Whether the offices work on the day of `at`.
    pub fn is_working_day(&self, at: DateTime<Utc>) -> bool {
        is_worked(&self.working_time, at)
    }

    /// For the template: the entry of the bar that is open.
    pub fn current(&self, section: Section) -> &'static str {
        if self.section == section { r#" aria-current="page""# } else { "" }
    }
}

fn is_worked(working_time: &WorkingTime, at: DateTime<Utc>) -> bool {
    working_time.calendar.is_working_day(hanoi(at).date_naive())
}

/// A moment, with what is near from there.
pub fn now(working_time: &WorkingTime, at: DateTime<Utc>) -> Now {
    Now::of(working_time, at)
}
