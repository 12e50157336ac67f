//! The heads of the audit log, for everybody to write down: for people, and for machines.

use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};

use super::PublicState;
use crate::casework::notices::Notices;
use crate::clock::{hanoi, say_date};
use crate::http::text::thousands;
use crate::http::{Failure, page};
use crate::officer::audit::head::{self, Head, hex};

/// So many days stand on the page.
const DAYS: i64 = 31;
/// And in the text for machines: whoever asks once a year misses nothing.
const ALL_DAYS: i64 = 400;

#[derive(Template)]
#[template(path = "public/templates/audit.html", config = "src/http/askama.toml")]
struct AuditPage {
    is_training: bool,
    notices: Notices,
    heads: Vec<Row>,
}

struct Row {
    day: String,
    iso: String,
    /// «1.284»
    number: String,
    hash: String,
    /// «17:20, 18/11/2026»
    sealed: String,
}

pub(super) async fn show(State(state): State<PublicState>) -> Result<Html<String>, Failure> {
    let heads = head::latest(&mut *state.pool.acquire().await?, DAYS).await?;
    let notices = state.rules.notices.clone();
    page(&AuditPage { is_training: state.is_training, notices, heads: heads.iter().map(row).collect() })
}

pub(super) async fn text(State(state): State<PublicState>) -> Result<Response, Failure> {
    let heads = head::latest(&mut *state.pool.acquire().await?, ALL_DAYS).await?;
    let lines: Vec<String> = heads.iter().map(head::line).collect();
    let text = format!("# ngay  so-dong  sha256\n{}\n", lines.join("\n"));
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

fn row(head: &Head) -> Row {
    Row {
        day: head.day_on.format("%d/%m/%Y").to_string(),
        iso: head.day_on.to_string(),
        number: thousands(head.number),
        hash: hex(&head.hash),
        sealed: format!("{}, {}", hanoi(head.sealed_at).format("%H:%M"), say_date(head.sealed_at)),
    }
}
