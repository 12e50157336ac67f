//! Deadlines as the office sets them: the policy, the calendar of working days; and the reminders an officer has not read.

mod calendar;
mod confirm;
mod draft;
mod policies;
mod reminders;

use axum::Router;
use axum::routing::{get, post};

use super::AdminState;

pub(super) use reminders::{Reminders, reminders_of};

/// The addresses of these pages.
pub(super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/deadlines", get(policies::show))
        .route("/admin/deadlines/new", get(draft::show).post(draft::write))
        .route("/admin/calendar", get(calendar::show))
        .route("/admin/calendar/days", post(calendar::put))
        .route("/admin/calendar/days/{date}/{kind}/removal", post(calendar::remove))
        .route("/admin/calendar/import", post(calendar::import))
        .route("/admin/calendar/changes", post(confirm::change))
        .route("/admin/reminders", get(reminders::show))
        .route("/admin/reminders/{reminder_id}/reading", post(reminders::read))
}
