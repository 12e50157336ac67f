//! What stands around every page of the office: the bar with what waits, who is signed in, the word after a redirect.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::channel::{self, Vitals};
use super::help::{self, Help};
use super::trouble::People;
use super::visit::{Flash, Visit};
use super::{AdminState, trouble};
use crate::clock::hanoi;
use crate::http::Failure;
use crate::officer::{Officer, Right, Role};
use crate::petition::WorkingTime;
use crate::petition::calendar_store::working_time;
use crate::petition::data_request;
use crate::petition::denunciation;
use crate::petition::queue::{self, Counts, Knows, Now, Whose};
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
    /// Entering what came by another door.
    Keyed,
    /// Texts, ready sentences, the poster.
    Settings,
    Help,
    Deadlines,
    Figures,
}

/// The frame around a page.
pub struct Frame {
    pub is_training: bool,
    pub section: Section,
    pub officer: String,
    pub agency: String,
    pub has_single_keys: bool,
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
    /// What this officer may do in the office as a whole: others see no way there.
    pub rights: Vec<Right>,
    pub flash: Option<Flash>,
    /// The calendar as it stands now; the office may have added a day.
    pub working_time: WorkingTime,
}

impl Frame {
    /// What this page is for, at its head.
    pub fn help(&self) -> Option<&'static Help> {
        help::of(self.section)
    }

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
            counts: queue::counts(connection, &whose(&visit.officer), now(&working_time, visit.at)).await?,
            people: trouble::count_people(connection, &visit.officer.sight(), hanoi(visit.at).date_naive()).await?,
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
            rights: Right::ALL.iter().copied().filter(|right| visit.may(*right)).collect(),
            flash: visit.take_flash().await?,
            working_time,
        })
    }

    /// Whether the offices work on the day of `at`.
    pub fn is_working_day(&self, at: DateTime<Utc>) -> bool {
        is_worked(&self.working_time, at)
    }

    /// For the template: whether there is a way there for this officer.
    pub fn may(&self, right: &str) -> bool {
        self.rights.iter().any(|may| may.name() == right)
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

/// Whose lists an officer's are: what they may see, and which senders they may know ([`crate::officer::may`]).
pub fn whose(officer: &Officer) -> Whose {
    let sight = officer.sight();
    Whose {
        agency_id: sight.agency_id,
        handler_id: sight.handler_id,
        officer_id: sight.officer_id,
        knows: match officer.role {
            Role::FocalOffice => Knows::Everybody,
            Role::AgencyFocal | Role::Handler => Knows::TheNamed,
            Role::Leader | Role::Oversight => Knows::Nobody,
        },
    }
}
