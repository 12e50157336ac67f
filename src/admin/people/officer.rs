//! One account: what it may, from where it is used, and what the focal office can do about it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::petition::FieldError;
use super::super::visit::{Flash, Visit};
use super::opening::{TypedAccount, no_role};
use super::rows::{Moment, SessionRow, role};
use super::{field_error, find, noted, workplaces};
use crate::casework::{self, Leaving};
use crate::http::{Failure, Form, Path, page};
use crate::officer::{Account, AccountChange, Right, Role, account, session};
use crate::petition::handled;

#[derive(Template)]
#[template(path = "admin/templates/officer.html", config = "src/http/askama.toml")]
struct OfficerPage {
    frame: Frame,
    account: Account,
    role: String,
    created: Moment,
    closed: Option<Moment>,
    one_time_until: Option<Moment>,
    /// Shown once.
    one_time: Option<String>,
    /// Open petitions that lie with them.
    handled: i64,
    sessions: Vec<SessionRow>,
    /// Where they are ended, and whether whoever looks may do that.
    sessions_of: String,
    may_end: bool,
    typed: TypedAccount,
    version: i32,
    agencies: Vec<(String, String)>,
    errors: Vec<FieldError>,
    /// Their own account is kept elsewhere.
    is_own: bool,
}

#[derive(Deserialize)]
pub(in super::super) struct ChangeForm {
    version: i32,
    #[serde(flatten)]
    typed: TypedAccount,
}

/// What was typed and not taken.
struct Again {
    typed: TypedAccount,
    error: FieldError,
}

pub(in super::super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_id): Path<i64>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Accounts)?;
    draw(&mut *state.pool.acquire().await?, &state, &visit, officer_id, None).await
}

pub(in super::super) async fn change(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_id): Path<i64>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Failure> {
    visit.must(Right::Accounts)?;
    let mut transaction = state.pool.begin().await?;
    let before = find(&mut transaction, officer_id).await?;
    let Some(wanted) = form.typed.read() else {
        drop(transaction);
        return again(&state, &visit, officer_id, Again { typed: form.typed, error: no_role() }).await;
    };
    if let Err(error) = account::change(&mut transaction, officer_id, form.version, &wanted).await {
        drop(transaction);
        return again(&state, &visit, officer_id, Again { typed: form.typed, error: field_error(error)? }).await;
    }
    let mut given_back = 0;
    if leaves_the_desk(&before, &wanted) {
        let leaving = Leaving { officer_id, name: &before.name };
        given_back = casework::leave(&mut transaction, leaving, Some(visit.officer.officer_id), visit.at).await?;
    }
    let detail = json!({
        "before": kept(&before),
        "after": kept(&find(&mut transaction, officer_id).await?),
        "given_back": given_back,
    });
    noted(&mut transaction, &visit, "account_changed", &before.login, detail).await?;
    transaction.commit().await?;
    let rest = match given_back {
        0 => "Quyền mới có hiệu lực ngay.".to_owned(),
        count => format!("{count} phản ánh đang xử lý được trả về đầu mối cơ quan cũ để giao lại."),
    };
    visit.go_on(&address(officer_id), Flash::done("Đã lưu tài khoản.", rest)).await
}

/// What they were given belongs to the agency they leave, or to a role they have no more.
fn leaves_the_desk(before: &Account, wanted: &AccountChange) -> bool {
    let takes_work = matches!(wanted.role, Role::Handler | Role::AgencyFocal | Role::FocalOffice);
    before.agency_id != wanted.agency_id || !takes_work
}

fn kept(account: &Account) -> serde_json::Value {
    json!({
        "name": account.name,
        "email": account.email,
        "agency": account.agency_id,
        "role": account.role,
        "is_substitute": account.is_substitute,
    })
}

pub(in super::super) async fn reset_password(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_id): Path<i64>,
) -> Result<Response, Failure> {
    let (mut transaction, account) = of_another(&state, &visit, officer_id).await?;
    let one_time = account::reset_password(&mut transaction, officer_id, visit.at).await?;
    noted(&mut transaction, &visit, "password", &account.login, json!({ "is_reset": true })).await?;
    transaction.commit().await?;
    visit.whisper(&state, &address(officer_id), one_time.expose_secret()).await?;
    let rest = "Mọi phiên đăng nhập của người này đã kết thúc. Mật khẩu dùng một lần ở dưới chỉ hiện một lần.";
    visit.go_on(&address(officer_id), Flash::done("Đã đặt lại mật khẩu.", rest)).await
}

pub(in super::super) async fn reset_second_factor(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_id): Path<i64>,
) -> Result<Response, Failure> {
    let (mut transaction, account) = of_another(&state, &visit, officer_id).await?;
    account::reset_second_factor(&mut transaction, officer_id, visit.at).await?;
    noted(&mut transaction, &visit, "second_factor", &account.login, json!({ "is_reset": true })).await?;
    transaction.commit().await?;
    let rest = "Mã khôi phục cũ hết giá trị. Lần đăng nhập sau người này cài lại mã xác thực nếu vai trò cần.";
    visit.go_on(&address(officer_id), Flash::done("Đã gỡ mã xác thực.", rest)).await
}

pub(in super::super) async fn end_sessions(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_id): Path<i64>,
) -> Result<Response, Failure> {
    let (mut transaction, account) = of_another(&state, &visit, officer_id).await?;
    let ended = session::end_others(&mut transaction, officer_id, None, visit.at).await?;
    noted(&mut transaction, &visit, "session_ended", &account.login, json!({ "count": ended })).await?;
    transaction.commit().await?;
    let strong = format!("Đã kết thúc {ended} phiên đăng nhập.");
    visit.go_on(&address(officer_id), Flash::done(strong, "Muốn vào lại phải đăng nhập lại.")).await
}

pub(in super::super) async fn end_session(
    State(state): State<AdminState>,
    visit: Visit,
    Path((officer_id, officer_session_id)): Path<(i64, i64)>,
) -> Result<Response, Failure> {
    let (mut transaction, account) = of_another(&state, &visit, officer_id).await?;
    if !session::end(&mut transaction, officer_id, officer_session_id, visit.at).await? {
        return visit.go_on(&address(officer_id), Flash::done("Phiên này đã kết thúc từ trước.", "")).await;
    }
    let detail = json!({ "session": officer_session_id });
    noted(&mut transaction, &visit, "session_ended", &account.login, detail).await?;
    transaction.commit().await?;
    let flash = Flash::done("Đã kết thúc phiên đăng nhập.", "Muốn vào lại phải đăng nhập lại.");
    visit.go_on(&address(officer_id), flash).await
}

/// Somebody else's open account, by whoever keeps accounts. One's own is kept on «Tài khoản của tôi», with the old password.
async fn of_another(
    state: &AdminState,
    visit: &Visit,
    officer_id: i64,
) -> Result<(sqlx::Transaction<'static, sqlx::Postgres>, Account), Failure> {
    visit.must(Right::Accounts)?;
    if officer_id == visit.officer.officer_id {
        return Err(Failure::Forbidden("one's own account is changed on its own page"));
    }
    let mut transaction = state.pool.begin().await?;
    let account = find(&mut transaction, officer_id).await?;
    match account.closed_at {
        None => Ok((transaction, account)),
        Some(_) => Err(Failure::NotFound),
    }
}

async fn again(state: &AdminState, visit: &Visit, officer_id: i64, again: Again) -> Result<Response, Failure> {
    let html = draw(&mut *state.pool.acquire().await?, state, visit, officer_id, Some(again)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
}

async fn draw(
    connection: &mut PgConnection,
    state: &AdminState,
    visit: &Visit,
    officer_id: i64,
    again: Option<Again>,
) -> Result<Html<String>, Failure> {
    let account = find(connection, officer_id).await?;
    let own = (officer_id == visit.officer.officer_id).then_some(visit.officer_session_id);
    let sessions = session::sessions(connection, officer_id, visit.at).await?;
    let sessions = sessions.into_iter().map(|session| SessionRow::of(session, own, visit.at)).collect();
    let frame = Frame::draw(connection, state, visit, Section::People).await?;
    let (typed, errors) = match again {
        Some(again) => (again.typed, vec![again.error]),
        None => (typed(&account), Vec::new()),
    };
    page(&OfficerPage {
        frame,
        role: role(&account),
        created: account.created_at.into(),
        closed: account.closed_at.map(Moment::from),
        one_time_until: account.one_time_until.map(Moment::from),
        one_time: visit.take_whisper(state, &address(officer_id)).await?.map(|word| word.expose_secret().to_owned()),
        handled: handled::handled_count(connection, officer_id).await?,
        sessions,
        sessions_of: address(officer_id),
        may_end: own.is_none() && account.closed_at.is_none(),
        typed,
        version: account.version,
        agencies: workplaces(connection).await?,
        errors,
        is_own: own.is_some(),
        account,
    })
}

fn typed(account: &Account) -> TypedAccount {
    TypedAccount {
        name: account.name.clone(),
        email: account.email.clone().unwrap_or_default(),
        agency_id: account.agency_id.clone(),
        role: account.role.name().to_owned(),
        is_substitute: if account.is_substitute { "on".to_owned() } else { String::new() },
    }
}

fn address(officer_id: i64) -> String {
    format!("/admin/officers/{officer_id}")
}
