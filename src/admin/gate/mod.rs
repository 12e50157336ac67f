//! Signing in and out. Whoever has a second factor is asked for it on a page of its own ([`code`]); whoever comes by the
//! city's account comes by [`single_sign_on`].

mod admission;
mod code;
mod single_sign_on;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_login::AuthSession;
use secrecy::SecretString;
use serde::Deserialize;

use super::AdminState;
use super::visit::SESSION;
use crate::http::{Failure, Form, Query, page};
use crate::officer::audit::{Note, note};
use crate::officer::{ATTEMPTS, Credentials, Desk, LOCKED_FOR, Way, session};
use admission::Arriving;

const HOME: &str = "/admin";

/// The pages in front of the office.
pub(super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/login", get(show).post(sign_in))
        .route("/admin/login/code", get(code::show).post(code::check))
        .route("/admin/login/single-sign-on", get(single_sign_on::begin))
        .route("/admin/login/single-sign-on/callback", get(single_sign_on::finish))
        .route("/admin/logout", post(sign_out))
}

#[derive(Template)]
#[template(path = "admin/templates/login.html", config = "src/http/askama.toml")]
struct LoginPage<'a> {
    is_training: bool,
    has_single_sign_on: bool,
    login: &'a str,
    next: &'a str,
    /// What was refused, with all that may be said about it.
    error: Option<String>,
    /// The state's class, what happened, what follows from it.
    notice: Option<(&'static str, &'static str, &'static str)>,
}

#[derive(Deserialize)]
pub(super) struct Arrival {
    #[serde(default)]
    next: String,
    #[serde(default)]
    notice: String,
}

#[derive(Deserialize)]
pub(super) struct Typed {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn show(
    State(state): State<AdminState>,
    auth: AuthSession<Desk>,
    Query(arrival): Query<Arrival>,
) -> Result<Response, Failure> {
    if auth.user.is_some() {
        return Ok(Redirect::to(inside(&arrival.next)).into_response());
    }
    let notice = match arrival.notice.as_str() {
        "expired" => Some((
            "is-soon",
            "Phiên làm việc đã hết hạn.",
            "Việc vừa gửi chưa được ghi. Đăng nhập rồi quay lại trang trước để gửi lại.",
        )),
        "left" => Some(("is-soon", "Ông/Bà đã đăng xuất.", "")),
        "late" => Some(("is-soon", "Quá 10 phút chưa nhập mã.", "Mời đăng nhập lại từ đầu.")),
        _ => None,
    };
    let login = LoginPage { notice, ..LoginPage::empty(&state, inside(&arrival.next)) };
    Ok(page(&login)?.into_response())
}

impl<'a> LoginPage<'a> {
    fn empty(state: &AdminState, next: &'a str) -> Self {
        Self {
            is_training: state.is_training,
            has_single_sign_on: state.sign_on.is_some(),
            login: "",
            next,
            error: None,
            notice: None,
        }
    }
}

/// The answer to a refusal is one and the same, whatever was wrong: a stranger must not learn which logins exist.
pub(super) async fn sign_in(
    State(state): State<AdminState>,
    mut auth: AuthSession<Desk>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let credentials = Credentials { login: typed.login.clone(), password: SecretString::from(typed.password) };
    let next = inside(&typed.next);
    let Some(officer) = auth.authenticate(credentials).await.map_err(away)? else {
        let minutes = LOCKED_FOR.num_minutes();
        let error = format!(
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Sai {ATTEMPTS} lần liền thì tài khoản tạm khóa {minutes} phút."
        );
        let login = LoginPage { login: &typed.login, error: Some(error), ..LoginPage::empty(&state, next) };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&login)?).into_response());
    };
    let arriving = Arriving { officer, way: Way::Password, next };
    arriving.go_on(&state, &mut auth, &headers).await
}

pub(super) async fn sign_out(
    State(state): State<AdminState>,
    mut auth: AuthSession<Desk>,
) -> Result<Redirect, Failure> {
    let open: Option<i64> = auth.session.get(SESSION).await.map_err(anyhow::Error::from)?;
    if let Some(officer) = auth.logout().await.map_err(away)? {
        tracing::info!(target: "audit", officer_id = officer.officer_id, "an officer signed out");
        let at = state.clock.now();
        let mut transaction = state.pool.begin().await?;
        if let Some(officer_session_id) = open {
            session::end(&mut transaction, officer.officer_id, officer_session_id, at).await?;
        }
        let left = Note {
            officer_id: Some(officer.officer_id),
            act: "sign_out",
            petition_id: None,
            subject: &officer.login,
            detail: serde_json::json!({}),
            at,
        };
        note(&mut transaction, &left).await?;
        transaction.commit().await?;
    }
    Ok(Redirect::to("/admin/login?notice=left"))
}

pub(super) fn away(error: axum_login::Error<Desk>) -> Failure {
    Failure::Inside(anyhow::anyhow!("the session store or the list of officers: {error}"))
}

/// Where to go after signing in: a page of the office, never another site.
fn inside(next: &str) -> &str {
    let is_ours = next == HOME || next.starts_with("/admin/") || next.starts_with("/admin?");
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours && is_plain && !next.starts_with("/admin/login") { next } else { HOME }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_into_the_office_and_nowhere_else() {
        for ours in ["/admin", "/admin/calls", "/admin?view=new", "/admin/petitions/HN-PAKN-20261118-0042-K"] {
            assert_eq!(inside(ours), ours);
        }
        for other in [
            "",
            "//evil.example",
            "https://evil.example/admin/",
            "/\\evil.example",
            "/administrator",
            "/admin/\n",
            "/admin/login",
        ] {
            assert_eq!(inside(other), HOME, "{other}");
        }
    }
}
