//! The list of results.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::form_urlencoded;

use super::{PublicState, after_days};
use crate::casework::notices::Notices;
use crate::clock::hanoi;
use crate::http::{Failure, Query, page, text};
use crate::petition::board::{self, PAGE_LENGTH, Posted};
use crate::petition::{Calendar, calendar_store};

/// How much of an answer stands in the list.
const BEGINNING: usize = 160;
/// Nobody types more than that; a longer one is cut.
const LONGEST_SEARCH: usize = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    /// Counts from 1.
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "public/templates/list.html", config = "src/http/askama.toml")]
struct ListPage {
    is_training: bool,
    notices: Notices,
    q: String,
    rows: Vec<Row>,
    /// «12», «Hơn 200», «Hơn 1.000»
    total: String,
    /// There are more than can be turned through.
    is_more: bool,
    first: i64,
    last: i64,
    previous: Option<String>,
    next: Option<String>,
}

struct Row {
    reference: String,
    title: String,
    answer: String,
    outcome: &'static str,
    agency: String,
    on: String,
    iso: String,
    after: Option<String>,
}

pub(super) async fn show(
    State(state): State<PublicState>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    let q: String = asked.q.trim().chars().take(LONGEST_SEARCH).collect();
    let number = asked.page.parse().unwrap_or(1_i64).saturating_sub(1);
    let mut connection = state.pool.acquire().await?;
    let found = board::page(&mut connection, &q, number).await?;
    let calendar = calendar_store::calendar(&mut connection).await?;
    drop(connection);
    let rows: Vec<Row> = found.posted.into_iter().map(|posted| row(posted, &calendar)).collect();
    let (number, is_more) = (found.page, found.total > found.most);
    let first = number * PAGE_LENGTH + 1;
    let last = first + rows.len() as i64 - 1;
    page(&ListPage {
        is_training: state.is_training,
        notices: state.rules.notices.clone(),
        previous: (number > 0).then(|| address(&q, number)),
        next: (found.total.min(found.most) > last).then(|| address(&q, number + 2)),
        total: if is_more { format!("Hơn {}", text::thousands(found.most)) } else { found.total.to_string() },
        is_more,
        first,
        last,
        q,
        rows,
    })
}

fn row(posted: Posted, calendar: &Calendar) -> Row {
    let day = |at: DateTime<Utc>| hanoi(at).date_naive();
    let days = |answered_at| calendar.working_days_between(day(posted.submitted_at), day(answered_at));
    Row {
        after: posted.answered_at.map(|at| after_days(days(at))),
        reference: posted.reference,
        title: posted.title,
        answer: text::beginning(&posted.answer, BEGINNING),
        outcome: posted.outcome.word(),
        agency: posted.agency,
        on: hanoi(posted.published_at).format("%d/%m/%Y").to_string(),
        iso: hanoi(posted.published_at).format("%Y-%m-%d").to_string(),
    }
}

fn address(q: &str, page: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !q.is_empty() {
        query.append_pair("q", q);
    }
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    match query.finish().as_str() {
        "" => "/".to_owned(),
        query => format!("/?{query}"),
    }
}
