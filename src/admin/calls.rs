//! People who wait for somebody of the office: those whom no message reaches, and those who asked for a person in the
//! chat. Made calls go into the petition's history.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::{Days, NaiveDate, TimeDelta};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;

use super::AdminState;
use super::frame::{Frame, Section};
use super::petition::{TOO_LATE, closed, failure, find};
use super::trouble::{self, Asking, Call, Made, Talking};
use super::visit::{Flash, Visit};
use super::{refusals, words};
use crate::casework::{self, CaseError, Listener, Word};
use crate::clock::hanoi;
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::outbox;
use crate::petition::{Action, Calendar, Event, calendar_store, conversation, event};
use crate::privacy::say_phone;
use crate::vietnamese::nfc;

/// Longer than a talk goes on without a word: after it Zalo takes none.
const WINDOW: TimeDelta = TimeDelta::days(7);

#[derive(Template)]
#[template(path = "admin/templates/calls.html", config = "src/http/askama.toml")]
struct CallsPage {
    frame: Frame,
    calls: Vec<Row>,
    /// Nobody answered, and they are to be called on a later day.
    put_off: Vec<Row>,
    may_send_again: bool,
    asking: Vec<AskingRow>,
    talking: Vec<TalkingRow>,
    /// Words that were not sent, to somebody who does not wait any more.
    orphan: Option<Unsent>,
}

/// What an officer typed to somebody who asked, and why it was not sent.
struct Unsent {
    officer_call_id: i64,
    word: String,
    say: String,
}

struct AskingRow {
    id: i64,
    reference: Option<String>,
    /// They asked from this petition; else it is their latest.
    is_about: bool,
    person: Option<(String, Option<String>)>,
    about: String,
    last: String,
    /// When they wrote while the machine was silent.
    news: Option<(String, String)>,
    since: String,
    since_iso: String,
    /// Why nothing can be written to them in the chat, and what to do instead.
    closed: Option<String>,
    unsent: Option<Unsent>,
}

/// A talk in which the machine is silent.
struct TalkingRow {
    citizen_id: i64,
    reference: Option<String>,
    name: Option<String>,
    since: String,
    since_iso: String,
}

struct Row {
    id: i64,
    reference: String,
    title: String,
    /// None where the sender asked to stay unnamed and this officer is not the one who may know.
    person: Option<(String, Option<String>)>,
    text: String,
    /// Why no message arrived.
    why: String,
    since: String,
    since_iso: String,
    /// How often nobody was reached.
    attempts: i64,
    /// «Đã gọi 2 lần chưa gặp, lần cuối 18/11/2026, 09:10: máy bận»
    tried: Option<String>,
    again_on: Option<NaiveDate>,
    /// A call that was not written down.
    missed: Option<Unrecorded>,
}

/// What an officer typed of a call, and why it was not written down.
struct Unrecorded {
    outbox_message_id: i64,
    typed: CallForm,
    say: &'static str,
}

/// What stands on the page again because it was not taken.
#[derive(Default)]
struct Again {
    unsent: Option<Unsent>,
    unrecorded: Option<Unrecorded>,
}

/// Whoever opens the list sees names and numbers, so the history of each petition says who looked, once a day.
pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::Calls)?;
    draw(&state, &visit, Again::default()).await
}

async fn draw(state: &AdminState, visit: &Visit, again: Again) -> Result<Html<String>, Failure> {
    let Again { mut unsent, mut unrecorded } = again;
    let (sight, today) = (visit.officer.sight(), hanoi(visit.at).date_naive());
    let mut transaction = state.pool.begin().await?;
    let calls = trouble::calls(&mut transaction, &sight).await?;
    let asking = trouble::asking(&mut transaction, &sight).await?;
    let talking = trouble::talking(&mut transaction, &sight, visit.at - WINDOW).await?;
    let is_focal = sight.agency_id.is_none();
    let is_shown = |call: &Call| is_focal || !call.identity_confidential;
    let is_known = |asking: &Asking| is_focal || asking.identity_confidential == Some(false);
    let shown = calls.iter().filter(|call| is_shown(call)).map(|call| call.petition_id);
    let known = asking.iter().filter(|asking| is_known(asking)).filter_map(|asking| asking.petition_id);
    let is_heard = |talking: &Talking| is_focal || talking.identity_confidential == Some(false);
    let heard = talking.iter().filter(|talking| is_heard(talking)).filter_map(|talking| talking.petition_id);
    let shown: Vec<i64> = shown.chain(known).chain(heard).collect();
    trouble::record_reveals(&mut transaction, &shown, visit.officer.officer_id, visit.at).await?;
    transaction.commit().await?;
    let rows = calls.iter().map(|call| Row {
        missed: unrecorded.take_if(|missed| missed.outbox_message_id == call.outbox_message_id),
        ..row(call, is_shown(call))
    });
    let (put_off, calls) = rows.partition(|row| row.again_on.is_some_and(|day| day > today));
    let asking = asking
        .iter()
        .map(|asking| AskingRow {
            unsent: unsent.take_if(|unsent| unsent.officer_call_id == asking.officer_call_id),
            closed: closed(asking.last_heard_at, visit.at),
            ..asking_row(asking, is_known(asking))
        })
        .collect();
    let frame = Frame::draw(&mut *state.pool.acquire().await?, state, visit, Section::Calls).await?;
    let talking = talking.iter().map(|talking| talking_row(talking, is_heard(talking))).collect();
    let may_send_again = visit.may(Right::Channel);
    page(&CallsPage { frame, calls, put_off, may_send_again, asking, talking, orphan: unsent })
}

fn row(call: &Call, is_shown: bool) -> Row {
    Row {
        id: call.outbox_message_id,
        reference: call.reference.clone(),
        title: call.title.reveal().to_owned(),
        person: is_shown.then(|| {
            let phone = call.phone.as_ref().map(|phone| say_phone(phone.reveal()));
            (call.name.reveal().to_owned(), phone)
        }),
        text: call.text.reveal().to_owned(),
        why: why(call),
        since: words::moment(call.created_at),
        since_iso: words::iso(call.created_at),
        attempts: call.attempts,
        tried: call.called_at.map(|at| {
            let note = call.note.as_deref().filter(|note| !note.is_empty() && is_shown);
            let note = note.map(|note| format!(": {note}")).unwrap_or_default();
            format!("Đã gọi {} lần chưa gặp, lần cuối {}{note}", call.attempts, words::moment(at))
        }),
        again_on: call.again_on,
        missed: None,
    }
}

fn why(call: &Call) -> String {
    let Some(channel) = &call.channel else { return "Zalo không gửi tới được.".to_owned() };
    let why = refusals::why(channel, call.code, call.reason.as_deref());
    format!("Zalo không gửi tới được. Lần cuối thử {}: {why}.", refusals::way(channel))
}

fn asking_row(asking: &Asking, is_known: bool) -> AskingRow {
    let name = asking.name.as_ref().filter(|_| is_known);
    let last = asking.last_event_name.as_deref().zip(asking.last_event.as_deref());
    AskingRow {
        id: asking.officer_call_id,
        reference: asking.reference.clone(),
        is_about: asking.is_about,
        person: name
            .map(|name| (name.reveal().to_owned(), asking.phone.as_ref().map(|phone| say_phone(phone.reveal())))),
        about: asking.about.reveal().to_owned(),
        last: last.map(|(event, body)| conversation::said(event, body)).unwrap_or_default(),
        news: asking.news_at.map(|at| (words::moment(at), words::iso(at))),
        since: words::moment(asking.called_at),
        since_iso: words::iso(asking.called_at),
        closed: None,
        unsent: None,
    }
}

fn talking_row(talking: &Talking, is_known: bool) -> TalkingRow {
    TalkingRow {
        citizen_id: talking.citizen_id,
        reference: talking.reference.clone(),
        name: talking.name.as_ref().filter(|_| is_known).map(|name| name.reveal().to_owned()),
        since: words::moment(talking.wrote_at),
        since_iso: words::iso(talking.wrote_at),
    }
}

#[derive(Deserialize)]
pub(super) struct WordForm {
    #[serde(default)]
    word: String,
}

/// Somebody who asked for a person is answered in the chat.
pub(super) async fn say(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_call_id): Path<i64>,
    Form(form): Form<WordForm>,
) -> Result<Response, Failure> {
    visit.must(Right::Calls)?;
    let mut transaction = state.pool.begin().await?;
    let done = match trouble::take_call(&mut transaction, officer_call_id).await? {
        None => Err(CaseError::Stale),
        Some((citizen_id, reference)) => {
            must_talk(&mut transaction, &visit, reference.as_deref()).await?;
            let sender = reference.as_deref().map(|reference| Listener::Sender { reference, seen: None });
            let listener = sender.unwrap_or(Listener::Citizen(citizen_id));
            let word = Word { officer: &visit.officer, text: &form.word, at: visit.at };
            casework::say(&state.rules, &mut transaction, listener, word).await
        }
    };
    let (status, say) = match done {
        Ok(()) => {
            trouble::record_answered(&mut transaction, officer_call_id, visit.officer.officer_id, visit.at).await?;
            transaction.commit().await?;
            let flash = Flash::done("Đã gửi tin.", "Máy im lặng để cán bộ trao đổi; xong thì bấm “Kết thúc trao đổi”.");
            return visit.go_on("/admin/calls", flash).await;
        }
        Err(CaseError::Invalid { say, .. }) => (StatusCode::UNPROCESSABLE_ENTITY, say),
        Err(CaseError::WindowClosed) => (StatusCode::CONFLICT, TOO_LATE.to_owned()),
        Err(CaseError::Stale) => (StatusCode::CONFLICT, "Tin chưa được gửi: người này đã được trả lời.".to_owned()),
        Err(other) => return Err(Failure::Inside(other.into())),
    };
    drop(transaction);
    let unsent = Unsent { officer_call_id, word: form.word, say };
    let again = Again { unsent: Some(unsent), ..Again::default() };
    Ok((status, draw(&state, &visit, again).await?).into_response())
}

const ENDED: (&str, &str) =
    ("Đã kết thúc trao đổi.", "Máy đã trở lại; người này nhắn thì máy trả lời. Cần gặp cán bộ, họ nhắn lại.");

/// Ends the talk with somebody who asked for a person, answered in the chat or in another way: the machine is back.
pub(super) async fn end(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_call_id): Path<i64>,
) -> Result<Response, Failure> {
    visit.must(Right::Calls)?;
    let mut transaction = state.pool.begin().await?;
    // Somebody else ended it meanwhile: nothing is left to do.
    if let Some((citizen_id, reference)) = trouble::take_call(&mut transaction, officer_call_id).await? {
        must_talk(&mut transaction, &visit, reference.as_deref()).await?;
        let officer_id = visit.officer.officer_id;
        casework::end_talk(&mut transaction, citizen_id, officer_id, visit.at).await.map_err(failure)?;
        transaction.commit().await?;
    }
    visit.go_on("/admin/calls", Flash::done(ENDED.0, ENDED.1)).await
}

/// Ends a talk in which nobody waits for an answer.
pub(super) async fn end_talk(
    State(state): State<AdminState>,
    visit: Visit,
    Path(citizen_id): Path<i64>,
) -> Result<Response, Failure> {
    visit.must(Right::Calls)?;
    let mut transaction = state.pool.begin().await?;
    let reference = trouble::latest_petition(&mut transaction, citizen_id).await?;
    must_talk(&mut transaction, &visit, reference.as_deref()).await?;
    casework::end_talk(&mut transaction, citizen_id, visit.officer.officer_id, visit.at).await.map_err(failure)?;
    transaction.commit().await?;
    visit.go_on("/admin/calls", Flash::done(ENDED.0, ENDED.1)).await
}

/// Whoever does not talk with the sender of this petition does not talk with them here; who has none talks with the office
/// of the city.
async fn must_talk(connection: &mut PgConnection, visit: &Visit, reference: Option<&str>) -> Result<(), Failure> {
    match reference {
        Some(reference) => find(connection, visit, reference, Right::Talk).await.map(drop),
        None if visit.officer.sight().agency_id.is_none() => Ok(()),
        None => Err(Failure::NotFound),
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct CallForm {
    /// «reached», «missed»
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    note: String,
    /// When to call again: «today», «tomorrow», «later».
    #[serde(default)]
    again: String,
    /// How many calls stood on the page.
    #[serde(default)]
    attempts: i64,
}

const NOTE_LIMIT: usize = 300;

/// A call was made: the sender was told, or nobody answered.
pub(super) async fn record(
    State(state): State<AdminState>,
    visit: Visit,
    Path(outbox_message_id): Path<i64>,
    Form(typed): Form<CallForm>,
) -> Result<Response, Failure> {
    visit.must(Right::Calls)?;
    let mut transaction = state.pool.begin().await?;
    trouble::lock_message(&mut transaction, outbox_message_id).await?;
    let calls = trouble::calls(&mut transaction, &visit.officer.sight()).await?;
    let call = calls.into_iter().find(|call| call.outbox_message_id == outbox_message_id);
    // Somebody else told them meanwhile: nothing is left to write down.
    let Some(call) = call else {
        let flash = Flash::done("Người này đã được báo.", "Cán bộ khác đã ghi, hoặc tin đã tới qua Zalo.");
        return visit.go_on("/admin/calls", flash).await;
    };
    let (status, say) = match typed.outcome.as_str() {
        _ if typed.attempts != call.attempts => {
            (StatusCode::CONFLICT, "Cán bộ khác vừa ghi một cuộc gọi. Xem lại rồi ghi nếu vẫn đúng.")
        }
        "reached" | "missed" if typed.note.chars().count() <= NOTE_LIMIT => (StatusCode::OK, ""),
        "reached" | "missed" => (StatusCode::UNPROCESSABLE_ENTITY, "Ghi chú nhiều nhất 300 ký tự: rút ngắn."),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, "Chọn đã gọi được hay chưa."),
    };
    if status != StatusCode::OK {
        drop(transaction);
        let again = Again { unrecorded: Some(Unrecorded { outbox_message_id, typed, say }), ..Again::default() };
        return Ok((status, draw(&state, &visit, again).await?).into_response());
    }
    let flash = keep_call(&mut transaction, &visit, &call, &typed).await?;
    transaction.commit().await?;
    visit.go_on("/admin/calls", flash).await
}

async fn keep_call(
    connection: &mut PgConnection,
    visit: &Visit,
    call: &Call,
    typed: &CallForm,
) -> Result<Flash, Failure> {
    let is_reached = typed.outcome == "reached";
    let again_on = match typed.again.as_str() {
        _ if is_reached => None,
        "today" => None,
        "later" => working_day(&calendar_store::calendar(connection).await?, hanoi(visit.at).date_naive(), 3),
        _ => working_day(&calendar_store::calendar(connection).await?, hanoi(visit.at).date_naive(), 1),
    };
    let (officer_id, outbox_message_id) = (visit.officer.officer_id, call.outbox_message_id);
    let note = nfc(typed.note.replace('\0', "").trim());
    let made = Made { outbox_message_id, officer_id, is_reached, note: &note, again_on, at: visit.at };
    trouble::record_call(connection, &made).await?;
    let line = Event {
        petition_id: call.petition_id,
        action: Action::Call,
        from: Some(call.status),
        to: call.status,
        officer_id: Some(officer_id),
        detail: json!({ "outbox_message_id": outbox_message_id, "reached": is_reached, "attempt": call.attempts + 1 }),
        at: visit.at,
    };
    event::record(connection, &line).await?;
    if is_reached {
        outbox::called(connection, outbox_message_id).await?;
        return Ok(Flash::done("Đã ghi cuộc gọi.", "Lịch sử của phản ánh ghi ai đã gọi, lúc nào."));
    }
    let when = again_on.map_or_else(
        || "Người này còn ở danh sách hôm nay.".to_owned(),
        |day| format!("Người này hiện lại ngày {}.", day.format("%d/%m/%Y")),
    );
    Ok(Flash::done("Đã ghi: chưa gọi được.", when))
}

/// The `count`th day of work after `today`.
fn working_day(calendar: &Calendar, today: NaiveDate, count: usize) -> Option<NaiveDate> {
    let later = (1..60).filter_map(|days| today.checked_add_days(Days::new(days)));
    later.filter(|day| calendar.is_working_day(*day)).nth(count - 1)
}
