//! «Tài khoản của tôi»: what everybody keeps themselves.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, Response};
use serde::Deserialize;
use serde_json::json;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::{Flash, Visit};
use super::rows::{SessionRow, role};
use super::{find, noted};
use crate::http::{Failure, Form, Path, page};
use crate::officer::{Account, Way, account, needs_second_factor, second_factor, session};

pub(super) const HERE: &str = "/admin/account";

#[derive(Template)]
#[template(path = "admin/templates/account.html", config = "src/http/askama.toml")]
struct AccountPage {
    frame: Frame,
    account: Account,
    role: String,
    needs_second_factor: bool,
    recovery_codes: i64,
    has_single_keys: bool,
    sessions: Vec<SessionRow>,
}

pub(in super::super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    let officer_id = visit.officer.officer_id;
    let mut connection = state.pool.acquire().await?;
    let account = find(&mut connection, officer_id).await?;
    let sessions = session::sessions(&mut connection, officer_id, visit.at).await?;
    let own = Some(visit.officer_session_id);
    page(&AccountPage {
        frame: Frame::draw(&mut connection, &state, &visit, Section::Account).await?,
        role: role(&account),
        needs_second_factor: needs_second_factor(&visit.officer, state.second_factor),
        recovery_codes: second_factor::recovery_codes_left(&mut connection, officer_id).await?,
        has_single_keys: visit.officer.has_single_keys,
        sessions: sessions.into_iter().map(|session| SessionRow::of(session, own, visit.at)).collect(),
        account,
    })
}

#[derive(Deserialize)]
pub(in super::super) struct KeysForm {
    /// There when it is ticked.
    keys: Option<String>,
}

/// Single keys on or off (WCAG 2.1.4).
pub(in super::super) async fn set_keys(
    State(state): State<AdminState>,
    visit: Visit,
    Form(form): Form<KeysForm>,
) -> Result<Response, Failure> {
    let has_keys = form.keys.is_some();
    account::set_single_keys(&mut *state.pool.acquire().await?, visit.officer.officer_id, has_keys).await?;
    let strong = if has_keys { "Đã bật phím tắt một phím." } else { "Đã tắt phím tắt một phím." };
    visit.go_on(HERE, Flash::done(strong, "Có hiệu lực từ trang này.")).await
}

/// Ends one of the other sign-ins.
pub(in super::super) async fn end_session(
    State(state): State<AdminState>,
    visit: Visit,
    Path(officer_session_id): Path<i64>,
) -> Result<Response, Failure> {
    if officer_session_id == visit.officer_session_id {
        let rest = "Muốn rời máy này, bấm “Đăng xuất”.";
        return visit.go_on(HERE, Flash::done("Đây là phiên đang dùng.", rest)).await;
    }
    let mut transaction = state.pool.begin().await?;
    let officer_id = visit.officer.officer_id;
    if !session::end(&mut transaction, officer_id, officer_session_id, visit.at).await? {
        return visit.go_on(HERE, Flash::done("Phiên này đã kết thúc từ trước.", "")).await;
    }
    let detail = json!({ "session": officer_session_id });
    noted(&mut transaction, &visit, "session_ended", &visit.officer.login, detail).await?;
    transaction.commit().await?;
    let rest = "Không nhận ra phiên đó thì đổi mật khẩu ngay.";
    visit.go_on(HERE, Flash::done("Đã kết thúc phiên đăng nhập.", rest)).await
}

/// Ends all other sign-ins.
pub(in super::super) async fn end_others(State(state): State<AdminState>, visit: Visit) -> Result<Response, Failure> {
    let mut transaction = state.pool.begin().await?;
    let own = Some(visit.officer_session_id);
    let ended = session::end_others(&mut transaction, visit.officer.officer_id, own, visit.at).await?;
    noted(&mut transaction, &visit, "session_ended", &visit.officer.login, json!({ "count": ended })).await?;
    transaction.commit().await?;
    visit.go_on(HERE, Flash::done(format!("Đã kết thúc {ended} phiên khác."), "Chỉ còn phiên đang dùng.")).await
}

/// Whether whoever sits here knows the password. Who came by the city's account may never have had one of ours.
pub(super) fn is_asked_for_password(visit: &Visit) -> bool {
    visit.way == Way::Password
}
