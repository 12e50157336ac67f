//! One result: the answer first, then the question, then the road it took.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use super::{AbsentPage, PublicState, after_days, place};
use crate::casework::notices::Notices;
use crate::clock::hanoi;
use crate::http::{Failure, Path, page};
use crate::petition::answer_file::{self, AnswerFile};
use crate::petition::assignment::{self, Stay, spent, stays};
use crate::petition::board::{self, PublicResult, public_word};
use crate::petition::{Calendar, Reference, WorkingTime, calendar_store, published};

#[derive(Template)]
#[template(path = "public/templates/result.html", config = "src/http/askama.toml")]
struct ResultPage {
    is_training: bool,
    notices: Notices,
    result: PublicResult,
    sender: String,
    submitted: Day,
    after: Option<String>,
    road: Vec<Step>,
    /// What went out with the answer, as far as it is cleared for everybody.
    files: Vec<AnswerFile>,
    /// Addresses of what the sender sent along and agreed to show.
    pictures: Vec<String>,
}

/// A day, for people and for the machine.
struct Day {
    said: String,
    iso: String,
}

/// One stop on the road, oldest first.
struct Step {
    what: String,
    day: Day,
    note: String,
    is_last: bool,
}

pub(super) async fn show(State(state): State<PublicState>, Path(typed): Path<String>) -> Result<Response, Failure> {
    let is_training = state.is_training;
    let notices = state.rules.notices.clone();
    let Ok(reference) = typed.parse::<Reference>() else {
        let absent = page(&AbsentPage { is_training, notices, reference: None })?;
        return Ok((StatusCode::NOT_FOUND, absent).into_response());
    };
    let canonical = reference.to_string();
    if typed != canonical {
        return Ok(Redirect::permanent(&format!("/p/{canonical}")).into_response());
    }
    let mut connection = state.pool.acquire().await?;
    let Some(result) = board::find(&mut connection, &reference).await? else {
        let absent = page(&AbsentPage { is_training, notices, reference: Some(canonical) })?;
        return Ok((StatusCode::NOT_FOUND, absent).into_response());
    };
    let time = calendar_store::working_time(&mut connection, &state.rules.office_hours).await?;
    let desks = assignment::of(&mut connection, &[result.petition_id]).await?.remove(&result.petition_id);
    let files = answer_file::handed_out(&mut connection, result.petition_id).await?;
    let shown = published::of(&mut connection, &reference).await?;
    drop(connection);
    let kind = public_word(result.submitter_type);
    let html = page(&ResultPage {
        is_training,
        notices,
        sender: place(result.commune_agency.as_deref())
            .map_or_else(|| kind.to_owned(), |place| format!("{kind} ở {place}")),
        submitted: day(result.submitted_at),
        after: result.answered_at.map(|at| after_days(days(&time.calendar, result.submitted_at, at))),
        road: road(&result, &stays(&desks.unwrap_or_default()), &time, &state.rules.focal_agency),
        files: files.into_iter().filter(|file| file.is_public).collect(),
        pictures: shown.iter().map(|shown| format!("/p/{reference}/attachments/{}", shown.attachment_id)).collect(),
        result,
    })?;
    Ok(html.into_response())
}

/// From desk to desk, with the time at each; the last desk is the office's, which publishes.
fn road(result: &PublicResult, stays: &[Stay], time: &WorkingTime, focal_agency: &str) -> Vec<Step> {
    let step = |what: String, at, note: String| Step { what, day: day(at), note, is_last: false };
    let mut road = vec![step("Văn phòng UBND Thành phố nhận".to_owned(), result.submitted_at, String::new())];
    for stay in stays.iter().filter(|stay| Some(stay.begun_at) != result.answered_at) {
        let what = match stay.agency_id == focal_agency && road.len() > 1 {
            true => "Văn phòng UBND Thành phố nhận lại".to_owned(),
            false => format!("Chuyển {}", stay.agency_name),
        };
        let left_at = stay.ended_at.unwrap_or(result.published_at);
        road.push(step(what, stay.begun_at, format!("ở đó {}", spent(time, stay.begun_at, left_at))));
    }
    if let Some(at) = result.answered_at {
        let is_late = at > result.answer_due_at;
        let punctual = if is_late { "quá hạn" } else { "đúng hạn" };
        let note = after_days(days(&time.calendar, result.submitted_at, at));
        road.push(step(format!("{} trả lời, {punctual}", result.agency), at, note));
    }
    road.push(Step { is_last: true, ..step("Công khai".to_owned(), result.published_at, String::new()) });
    road
}

fn days(calendar: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>) -> u32 {
    calendar.working_days_between(hanoi(from).date_naive(), hanoi(to).date_naive())
}

fn day(at: DateTime<Utc>) -> Day {
    let day = hanoi(at);
    Day { said: day.format("%d/%m/%Y").to_string(), iso: day.format("%Y-%m-%d").to_string() }
}
