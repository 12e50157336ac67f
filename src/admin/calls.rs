//! Citizens whom no message reaches: who to call, and what to tell them. Made calls go into the petition's history.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};
use serde_json::json;

use super::AdminState;
use super::frame::{Frame, Section};
use super::trouble::{self, Call};
use super::visit::{Flash, Visit};
use super::words;
use crate::http::{Failure, Path, page};
use crate::petition::{Action, Event, event};
use crate::privacy::say_phone;

#[derive(Template)]
#[template(path = "admin/templates/calls.html", config = "src/http/askama.toml")]
struct CallsPage {
    frame: Frame,
    calls: Vec<Row>,
}

struct Row {
    id: i64,
    reference: String,
    title: String,
    /// None where the sender asked to stay unnamed and this officer is not the one who may know.
    person: Option<(String, Option<String>)>,
    text: String,
    why: &'static str,
    since: String,
    since_iso: String,
}

/// Whoever opens the list sees names and numbers, so the history of each petition says who looked, once a day.
pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    let mut transaction = state.pool.begin().await?;
    let calls = trouble::calls(&mut transaction).await?;
    let is_shown = |call: &Call| !call.identity_confidential || visit.officer.agency_id == state.rules.focal_agency;
    let shown: Vec<i64> = calls.iter().filter(|call| is_shown(call)).map(|call| call.petition_id).collect();
    trouble::record_reveals(&mut transaction, &shown, visit.officer.officer_id, visit.at).await?;
    transaction.commit().await?;
    let rows = calls.iter().map(|call| Row {
        id: call.outbox_message_id,
        reference: call.reference.clone(),
        title: call.title.reveal().to_owned(),
        person: is_shown(call).then(|| {
            let phone = call.phone.as_ref().map(|phone| say_phone(phone.reveal()));
            (call.name.reveal().to_owned(), phone)
        }),
        text: call.text.reveal().to_owned(),
        why: match call.state.as_str() {
            "unreachable" => "Zalo không còn đường nào gửi tới người này.",
            _ => "Zalo không nhận tin này, gửi lại cũng không được.",
        },
        since: words::moment(call.created_at),
        since_iso: words::iso(call.created_at),
    });
    let calls = rows.collect();
    let frame = Frame::draw(&mut *state.pool.acquire().await?, &state, &visit, Section::Calls).await?;
    page(&CallsPage { frame, calls })
}

/// A call was made.
pub(super) async fn record(
    State(state): State<AdminState>,
    visit: Visit,
    Path(outbox_message_id): Path<i64>,
) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let calls = trouble::calls(&mut transaction).await?;
    let call = calls.into_iter().find(|call| call.outbox_message_id == outbox_message_id);
    // Somebody else called meanwhile: nothing is left to write down.
    if let Some(call) = call {
        let made = Event {
            petition_id: call.petition_id,
            action: Action::Call,
            from: Some(call.status),
            to: call.status,
            officer_id: Some(visit.officer.officer_id),
            detail: json!({ "outbox_message_id": outbox_message_id }),
            at: visit.at,
        };
        event::record(&mut transaction, &made).await?;
        transaction.commit().await?;
    }
    visit.go_on("/admin/calls", Flash::done("Đã ghi cuộc gọi.", "Lịch sử của phản ánh ghi ai đã gọi, lúc nào.")).await
}
