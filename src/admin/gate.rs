//! Signing in and out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_login::AuthSession;
use secrecy::SecretString;
use serde::Deserialize;

use super::AdminState;
use crate::http::{Failure, Form, Query, page};
use crate::officer::{ATTEMPTS, Credentials, Desk, LOCKED_FOR};

const HOME: &str = "/admin";

#[derive(Template)]
#[template(path = "admin/templates/login.html", config = "src/http/askama.toml")]
struct LoginPage<'a> {
    is_training: bool,
    login: &'a str,
    next: &'a str,
    /// What was refused, with all that may be said about it.
    error: Option<String>,
    notice: Option<(&'static str, &'static str)>,
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
            "Phiên làm việc đã hết hạn.",
            "Việc vừa gửi chưa được ghi. Đăng nhập rồi quay lại trang trước để gửi lại.",
        )),
        "left" => Some(("Ông/Bà đã đăng xuất.", "")),
        _ => None,
    };
    let next = inside(&arrival.next);
    Ok(page(&LoginPage { is_training: state.is_training, login: "", next, error: None, notice })?.into_response())
}

/// The answer to a refusal is one and the same, whatever was wrong: a stranger must not learn which logins exist.
pub(super) async fn sign_in(
    State(state): State<AdminState>,
    mut auth: AuthSession<Desk>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let credentials = Credentials { login: typed.login.clone(), password: SecretString::from(typed.password) };
    let next = inside(&typed.next);
    let Some(officer) = auth.authenticate(credentials).await.map_err(away)? else {
        let minutes = LOCKED_FOR.num_minutes();
        let error = format!(
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Sai {ATTEMPTS} lần liền thì tài khoản tạm khóa {minutes} phút."
        );
        let login = typed.login.as_str();
        let html = page(&LoginPage { is_training: state.is_training, login, next, error: Some(error), notice: None })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
    };
    auth.login(&officer).await.map_err(away)?;
    Ok(Redirect::to(next).into_response())
}

pub(super) async fn sign_out(mut auth: AuthSession<Desk>) -> Result<Redirect, Failure> {
    if let Some(officer) = auth.logout().await.map_err(away)? {
        tracing::info!(target: "audit", officer_id = officer.officer_id, "an officer signed out");
    }
    Ok(Redirect::to("/admin/login?notice=left"))
}

fn away(error: axum_login::Error<Desk>) -> Failure {
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
