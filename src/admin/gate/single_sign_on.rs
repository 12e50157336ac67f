//! Signing in with the city's account.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_login::AuthSession;
use serde::Deserialize;

use super::super::AdminState;
use super::admission::Arriving;
use super::{LoginPage, inside};
use crate::http::{Failure, Query, page};
use crate::officer::sign_on::{Leave, Return, officer_of};
use crate::officer::{self, Desk, SignOn, Way};

const LEAVE: &str = "sign_on";

#[derive(Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    next: String,
}

/// Leads to the city's sign-in.
pub(in super::super) async fn begin(
    State(state): State<AdminState>,
    auth: AuthSession<Desk>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let next = inside(&asked.next);
    match configured(&state)?.begin(next).await {
        Ok((address, leave)) => {
            auth.session.insert(LEAVE, leave).await.map_err(anyhow::Error::from)?;
            Ok(Redirect::to(address.as_str()).into_response())
        }
        Err(error) => {
            tracing::error!("single sign-on cannot begin: {error:#}");
            refused(&state, next, "Chưa mở được trang đăng nhập của Thành phố.", "Thử lại sau, hoặc dùng mật khẩu.")
        }
    }
}

/// Where the city's sign-in leads back to. What was taken along counts once.
pub(in super::super) async fn finish(
    State(state): State<AdminState>,
    mut auth: AuthSession<Desk>,
    headers: HeaderMap,
    Query(back): Query<Return>,
) -> Result<Response, Failure> {
    let sign_on = configured(&state)?;
    let leave: Option<Leave> = auth.session.remove(LEAVE).await.map_err(anyhow::Error::from)?;
    let Some(leave) = leave else {
        return refused(&state, "/admin", "Lần đăng nhập này đã hết hạn.", "Mời bấm lại từ đầu.");
    };
    let next = leave.next.clone();
    let identity = match sign_on.finish(leave, &back, state.clock.now()).await {
        Ok(identity) => identity,
        Err(error) => {
            tracing::warn!(target: "audit", "a single sign-on was refused: {error:#}");
            return refused(&state, &next, "Thành phố chưa xác nhận lần đăng nhập này.", "Mời thử lại từ đầu.");
        }
    };
    let mut transaction = state.pool.begin().await?;
    let officer = match officer_of(&mut transaction, &identity).await? {
        Some(officer_id) => officer::find(&mut transaction, officer_id).await?,
        None => None,
    };
    transaction.commit().await?;
    let Some(officer) = officer else {
        tracing::warn!(target: "audit", "a single sign-on found no account");
        let rest = "Nhờ người quản trị ghi địa chỉ thư công vụ của Ông/Bà vào tài khoản cán bộ.";
        return refused(&state, &next, "Tài khoản thành phố này chưa gắn với tài khoản cán bộ nào.", rest);
    };
    let arriving = Arriving { officer, way: Way::SingleSignOn, next: inside(&next) };
    arriving.go_on(&state, &mut auth, &headers).await
}

fn configured(state: &AdminState) -> Result<&SignOn, Failure> {
    state.sign_on.as_ref().ok_or(Failure::NotFound)
}

fn refused(state: &AdminState, next: &str, strong: &'static str, rest: &'static str) -> Result<Response, Failure> {
    let login = LoginPage { notice: Some(("is-late", strong, rest)), ..LoginPage::empty(state, inside(next)) };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&login)?).into_response())
}
