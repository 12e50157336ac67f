//! Recovery codes: shown once, on the page after they were made; afterwards only how many are left.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_login::AuthSession;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::super::AdminState;
use super::super::petition::FieldError;
use super::super::visit::{Flash, Visit};
use super::noted;
use super::own::is_asked_for_password;
use super::second_factor::wrong_password;
use crate::http::{Failure, Form, page};
use crate::officer::Desk;
use crate::officer::second_factor::{RECOVERY_CODES, recovery_codes_left, renew_recovery_codes};

pub(super) const HERE: &str = "/admin/account/recovery-codes";

#[derive(Template)]
#[template(path = "admin/templates/recovery_codes.html", config = "src/http/askama.toml")]
struct RecoveryPage {
    is_training: bool,
    flash: Option<Flash>,
    /// The new ones, this once.
    codes: Vec<String>,
    left: i64,
    is_password_asked: bool,
    errors: Vec<FieldError>,
}

#[derive(Deserialize)]
pub(in super::super) struct Typed {
    #[serde(default)]
    password: SecretString,
}

pub(in super::super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Response, Failure> {
    let codes = visit.take_whisper(&state, HERE).await?;
    let codes = codes.map(|codes| codes.expose_secret().lines().map(str::to_owned).collect()).unwrap_or_default();
    draw(&state, &visit, codes, Vec::new()).await
}

/// Ten new ones; the former ones open nothing any more.
pub(in super::super) async fn renew(
    State(state): State<AdminState>,
    visit: Visit,
    auth: AuthSession<Desk>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    only_with_second_factor(&visit)?;
    if let Some(error) = wrong_password(&visit, &auth, typed.password).await? {
        let html = draw(&state, &visit, Vec::new(), vec![error]).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
    }
    let mut transaction = state.pool.begin().await?;
    let codes = renew_recovery_codes(&mut transaction, visit.officer.officer_id).await?;
    let detail = json!({ "recovery_codes": RECOVERY_CODES });
    noted(&mut transaction, &visit, "second_factor", &visit.officer.login, detail).await?;
    transaction.commit().await?;
    show_once(&state, &visit, &codes).await?;
    visit.go_on(HERE, Flash::done("Đã tạo mã khôi phục mới.", "Các mã cũ hết giá trị.")).await
}

/// Leaves the codes for the next page.
pub(super) async fn show_once(state: &AdminState, visit: &Visit, codes: &[SecretString]) -> Result<(), Failure> {
    let lines: Vec<_> = codes.iter().map(|code| code.expose_secret()).collect();
    visit.whisper(state, HERE, &lines.join("\n")).await
}

fn only_with_second_factor(visit: &Visit) -> Result<(), Failure> {
    match visit.officer.has_second_factor {
        true => Ok(()),
        false => Err(Failure::Forbidden("recovery codes stand in for a second factor, and there is none")),
    }
}

async fn draw(
    state: &AdminState,
    visit: &Visit,
    codes: Vec<String>,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    only_with_second_factor(visit)?;
    let left = recovery_codes_left(&mut *state.pool.acquire().await?, visit.officer.officer_id).await?;
    let html = page(&RecoveryPage {
        is_training: state.is_training,
        flash: visit.take_flash().await?,
        codes,
        left,
        is_password_asked: is_asked_for_password(visit),
        errors,
    })?;
    Ok(html.into_response())
}
