//! The notice board: published results, for everybody.
//!
//! Must never know a sender: it reads `petition::board`, which hands out what an officer released and, of the petition,
//! only what identifies nobody. A reference that has no public result looks the same whether nobody has it, whether it is
//! under way, was refused, or was answered to its sender only: a stranger who tries references learns nothing.

mod attachment;
mod audit;
mod file;
mod list;
mod notice;
mod result;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::routing::get;
use sqlx::PgPool;

use crate::attachment::Shelf;
use crate::casework::Rules;
use crate::casework::notices::Notices;

/// What the notice board works with.
#[derive(Clone)]
pub struct PublicState {
    pub pool: PgPool,
    pub rules: Arc<Rules>,
    /// Where people's attachments lie; only clean copies of what was chosen leave it.
    pub shelf: Shelf,
    /// Says on every page that this is training with invented data.
    pub is_training: bool,
}

/// The pages everybody may read.
pub fn router(state: PublicState) -> Router {
    Router::new()
        .route("/", get(list::show))
        .route("/p/{reference}", get(result::show))
        .route("/p/{reference}/attachments/{attachment_id}", get(attachment::show))
        .route("/p/{reference}/files/{key}", get(file::show))
        .route("/notice", get(notice::show))
        .route("/audit", get(audit::show))
        .route("/audit.txt", get(audit::text))
        .with_state(state)
}

/// What was looked for is not on the board. Says where it may be instead.
#[derive(Template)]
#[template(path = "public/templates/absent.html", config = "src/http/askama.toml")]
struct AbsentPage {
    is_training: bool,
    notices: Notices,
    /// None when what was typed is no reference at all.
    reference: Option<String>,
}

/// «sau 15 ngày làm việc».
fn after_days(days: u32) -> String {
    match days {
        0 => "trong ngày".to_owned(),
        days => format!("sau {days} ngày làm việc"),
    }
}

/// «phường Láng» of «UBND phường Láng».
fn place(commune_agency: Option<&str>) -> Option<&str> {
    commune_agency.map(|name| name.strip_prefix("UBND ").unwrap_or(name))
}
