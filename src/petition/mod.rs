//! The registry: the record of a petition and the law around it. Entering petitions in a register, on paper and in a
//! database, is a legal duty (Decree 20/2008/NĐ-CP, art. 9(1)(đ) and 20).
//!
//! Must never know: how a petition came in (chat, counter), who may do what, or what the citizen is told about it. The
//! verbs that put these together live in `casework`.
//!
//! Invariants:
//! - A petition changes its status only along [`Status::after`], under a row lock, and every move leaves a line in
//!   `petition_event`, which is append-only (the database refuses anything else).
//! - The citizen's words (`content`, `proposal`) are never changed; what is edited for the public is a second record.
//! - A deadline is computed once, from the policy of the day, and kept with the version of that policy; it moves only by a
//!   verb that leaves a line in the history. Lateness is computed when it is asked for, never stored.

pub mod alike;
pub mod answer;
pub mod answer_file;
pub mod assignment;
pub mod at_hand;
pub mod attachment;
pub mod board;
pub mod calendar;
pub mod calendar_store;
pub mod consent;
pub mod contact;
pub mod conversation;
pub mod data_request;
pub mod deadline;
pub mod deadline_store;
pub mod denunciation;
pub mod draft;
pub mod due;
pub mod event;
pub mod extra;
pub mod follow_up;
pub mod gist;
pub mod handled;
pub mod heap;
pub mod kinds;
pub mod moves;
pub mod named;
pub mod office_hours;
pub mod published;
pub mod queue;
pub mod reading;
pub mod reference;
pub mod reminder;
pub mod rights;
pub mod similar;
pub mod status;
pub mod store;
pub mod talk;
pub mod triage;

pub use answer::{Answer, Publication};
pub use attachment::Attachment;
pub use calendar::Calendar;
pub use calendar_store::load_holidays;
pub use deadline::{Deadlines, Left, Matter, NoDeadline, Policy, Priority, Step, Urgency, WorkingTime};
pub use event::{Event, HistoryLine};
pub use extra::Extra;
pub use kinds::{Category, Field, IncidentStep, Kind, Outcome, RefusalReason, Source, SubmitterType};
pub use office_hours::OfficeHours;
pub use reference::Reference;
pub use status::{Action, Status};
pub use store::{Details, Petition};
