//! Triage: the new petitions, one at a time, oldest first, each with what is known of it and every decision one key away.
//! Thirty in ten minutes is the measure: a page, a decision, the next page.

mod ask;
mod kin;
mod moves;
mod page;
mod refusal;
mod verdict;
mod walk;

use axum::Router;
use axum::routing::{get, post};

use super::AdminState;

pub(super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/triage", get(page::show))
        .route("/admin/triage/{reference}/acceptance", post(moves::accept))
        .route("/admin/triage/{reference}/supplement-request", post(moves::ask))
        .route("/admin/triage/{reference}/refusal", post(moves::refuse))
        .route("/admin/triage/{reference}/departure", post(moves::send_out))
        .route("/admin/triage/{reference}/merger", post(moves::merge))
        .route("/admin/triage/{reference}/closure", post(moves::close))
        .route("/admin/triage/{reference}/classification", post(moves::classify))
}
