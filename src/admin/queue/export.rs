//! The list as it stands on the screen, taken away as a file: the same filter, all its pages. Written down in the audit log.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use tokio::sync::{Semaphore, mpsc};

use super::super::AdminState;
use super::super::frame::{now, whose};
use super::super::visit::Visit;
use super::asked::Asked;
use super::file::{self, About};
use crate::clock::hanoi;
use crate::http::{Failure, Form};
use crate::officer::Right;
use crate::officer::audit::{Note, note};
use crate::petition::calendar_store::working_time;
use crate::petition::queue::{self, Key, Line};

/// More rows than that are a copy of the register, and no list.
const MOST_ROWS: usize = 50_000;
/// So many are read at once.
const PART: usize = 1_000;
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A large file takes a core and some memory for seconds: not more than two at once, whoever asks.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    query: String,
}

pub async fn take(State(state): State<AdminState>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response, Failure> {
    visit.must(Right::Export)?;
    let _permit = AT_ONCE.acquire().await.map_err(anyhow::Error::from)?;
    let asked = Asked::read(&sent.query);
    let (filter, _) = asked.filter();
    let mut connection = state.pool.acquire().await?;
    let time = working_time(&mut connection, &state.rules.office_hours).await?;
    let whose = whose(&visit.officer);
    let wanted = queue::Asked { filter: &filter, whose: &whose, now: now(&time, visit.at) };

    let (parts, taken) = mpsc::channel(2);
    let about = About { officer: visit.officer.name.clone(), at: visit.at, query: asked.query(), most: MOST_ROWS };
    // packing a file is work for a thread of its own
    let file = tokio::task::spawn_blocking(move || file::write(taken, &about));
    let rows = feed(&mut connection, wanted, parts).await?;
    let bytes = file.await.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?;

    let name = format!("phan-anh-{}.xlsx", hanoi(visit.at).format("%Y%m%d-%H%M"));
    let taken = Note {
        officer_id: Some(visit.officer.officer_id),
        act: "export",
        petition_id: None,
        subject: &name,
        detail: json!({ "rows": rows }),
        at: visit.at,
    };
    note(&mut connection, &taken).await?;
    Ok((headers(&name)?, bytes).into_response())
}

/// Reads the list part by part; how many lines it had. The writer that went away is noticed when its file is asked for.
async fn feed(
    connection: &mut PgConnection,
    wanted: queue::Asked<'_>,
    parts: mpsc::Sender<Vec<Line>>,
) -> Result<usize, Failure> {
    let (mut rows, mut after) = (0, None);
    while rows < MOST_ROWS {
        let part = queue::part(connection, wanted, after, PART.min(MOST_ROWS - rows)).await?;
        let Some(last) = part.last().map(Key::from) else { break };
        rows += part.len();
        after = Some(last);
        if parts.send(part).await.is_err() {
            break;
        }
    }
    Ok(rows)
}

fn headers(name: &str) -> Result<HeaderMap, Failure> {
    let disposition =
        HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(anyhow::Error::from)?;
    Ok([(CONTENT_TYPE, HeaderValue::from_static(XLSX)), (CONTENT_DISPOSITION, disposition)].into_iter().collect())
}
