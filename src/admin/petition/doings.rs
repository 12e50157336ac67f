//! What can be done with a petition now, by this officer: nobody sees a button that they may not use.

use super::super::visit::Visit;
use super::may_on;
use crate::casework::{self, Rules};
use crate::officer::{Right, Role};
use crate::petition::draft::Draft;
use crate::petition::{Action, Petition, Status};

/// The one thing that is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Main {
    Accept,
    Assign,
    Transfer,
    Answer,
    Approve,
    Publish,
    Nothing,
}

/// What stands on the page as a button.
#[derive(Clone, Debug)]
pub struct Doings {
    pub accept: bool,
    pub refuse: bool,
    pub assign: bool,
    pub start: bool,
    pub transfer: bool,
    pub give_back: bool,
    pub send_out: bool,
    pub note_code: bool,
    pub ask: bool,
    pub answer: bool,
    pub approve: bool,
    pub publish: bool,
    pub main: Main,
}

impl Doings {
    pub fn of(rules: &Rules, visit: &Visit, petition: &Petition, draft: Option<&Draft>, is_used_up: bool) -> Self {
        let may = |right, action| may_on(visit, right, petition) && petition.after(action).is_some();
        let is_handed_in = petition.approval_asked_at.is_some();
        let has_written = draft.is_some_and(|draft| draft.writers.contains(&visit.officer.officer_id));
        let lies_with_office = casework::is_office(rules, petition);
        let mut doings = Self {
            accept: may(Right::Triage, Action::Accept),
            refuse: may(Right::Triage, Action::Refuse),
            // a petition that was returned goes to an agency first
            assign: may(Right::Assign, Action::Assign) && petition.status != Status::ReturnedInternal,
            start: may(Right::Handle, Action::Start),
            transfer: may(Right::Assign, Action::Transfer),
            give_back: may(Right::Assign, Action::ReturnInternal) && !lies_with_office,
            send_out: may(Right::Triage, Action::TransferOut),
            note_code: may_on(visit, Right::Triage, petition) && !petition.is_new(),
            ask: may(Right::Handle, Action::RequestSupplement) && !is_handed_in,
            answer: may(Right::Handle, Action::Answer) && !is_handed_in && !is_used_up,
            approve: may(Right::Approve, Action::Answer) && is_handed_in && !has_written,
            publish: may(Right::Publish, Action::Publish),
            main: Main::Nothing,
        };
        doings.main = doings.first(petition, visit.officer.role);
        doings
    }

    fn first(&self, petition: &Petition, role: Role) -> Main {
        let is_nobodys = petition.handler_id.is_none() && petition.status == Status::Assigned;
        let candidates = [
            (self.accept, Main::Accept),
            (self.publish, Main::Publish),
            (self.approve, Main::Approve),
            (self.transfer && petition.status == Status::ReturnedInternal, Main::Transfer),
            (self.assign && is_nobodys && role == Role::AgencyFocal, Main::Assign),
            (self.answer, Main::Answer),
        ];
        candidates.into_iter().find(|(is_possible, _)| *is_possible).map_or(Main::Nothing, |(_, main)| main)
    }

    pub fn is_main(&self, main: &str) -> bool {
        format!("{:?}", self.main) == main
    }

    /// Whether anything stands in «Việc khác».
    pub fn has_more(&self) -> bool {
        let more = [self.assign, self.start, self.transfer, self.give_back, self.send_out, self.note_code, self.ask];
        more.contains(&true) || self.refuse
    }

    /// Whether there is a bar at the foot.
    pub fn has_any(&self) -> bool {
        self.main != Main::Nothing || self.has_more()
    }
}
