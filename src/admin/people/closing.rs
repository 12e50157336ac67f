//! Closing an account: first what will happen, then it happens.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::rows::role;
use super::{field_error, find, noted};
use crate::casework::{self, Leaving};
use crate::http::{Failure, Path, page};
use crate::officer::{Account, Right, account, session};
use crate::petition::handled;

#[derive(Template)]
#[template(path = "admin/templates/officer_closing.html", config = "src/http/askama.toml")]
struct ClosingPage {
    frame: Frame,
    account: Account,
    role: String,
    /// Open petitions that lie with them.
    handled: i64,
    /// Sign-ins that will end.
    sessions: usize,
    error: Option<String>,
}

pub(in super::super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_id): Path<i64>,
) -> Result<Html<String>, Failure> {
    may_close(&visit, officer_id)?;
    draw(&mut *state.pool.acquire().await?, &state, &visit, officer_id, None).await
}

pub(in super::super) async fn close(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_id): Path<i64>,
) -> Result<Response, Failure> {
    may_close(&visit, officer_id)?;
    let mut transaction = state.pool.begin().await?;
    let account = find(&mut transaction, officer_id).await?;
    if let Err(error) = account::close_account(&mut transaction, officer_id, visit.at).await {
        let say = field_error(error)?.say;
        drop(transaction);
        let html = draw(&mut *state.pool.acquire().await?, &state, &visit, officer_id, Some(say)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
    }
    let leaving = Leaving { officer_id, name: &account.name };
    let given_back = casework::leave(&mut transaction, leaving, Some(visit.officer.officer_id), visit.at).await?;
    noted(&mut transaction, &visit, "account_closed", &account.login, json!({ "given_back": given_back })).await?;
    transaction.commit().await?;
    let rest = match given_back {
        0 => "Người này không giữ phản ánh nào. Việc đã làm vẫn còn trong lịch sử.".to_owned(),
        count => format!("{count} phản ánh đang xử lý đã trả về đầu mối cơ quan để giao lại."),
    };
    let flash = Flash::done(format!("Đã đóng tài khoản {}.", account.login), rest);
    visit.go_on(&format!("/admin/officers/{officer_id}"), flash).await
}

/// Whoever closed their own account could not open it again.
fn may_close(visit: &Visit, officer_id: i64) -> Result<(), Failure> {
    visit.must(Right::Accounts)?;
    match officer_id == visit.officer.officer_id {
        true => Err(Failure::Forbidden("nobody closes their own account")),
        false => Ok(()),
    }
}

async fn draw(
    connection: &mut PgConnection,
    state: &AdminState,
    visit: &Visit,
    officer_id: i64,
    error: Option<String>,
) -> Result<Html<String>, Failure> {
    let account = find(connection, officer_id).await?;
    if account.closed_at.is_some() {
        return Err(Failure::NotFound);
    }
    let sessions = session::sessions(connection, officer_id, visit.at).await?;
    let frame = Frame::draw(connection, state, visit, Section::People).await?;
    page(&ClosingPage {
        frame,
        role: role(&account),
        handled: handled::handled_count(connection, officer_id).await?,
        sessions: sessions.iter().filter(|session| session.is_open(visit.at)).count(),
        error,
        account,
    })
}
