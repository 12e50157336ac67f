//! Setting up the second factor: a drawing for the phone's camera, one code to show that it worked. And taking it away,
//! where it is not required.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum_login::AuthSession;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::super::AdminState;
use super::super::petition::FieldError;
use super::super::visit::{Flash, Visit};
use super::own::{HERE, is_asked_for_password};
use super::{noted, recovery};
use crate::http::{Failure, Form, page};
use crate::officer::second_factor::{Authenticator, keep, new_secret, remove as take_away, renew_recovery_codes};
use crate::officer::{Desk, Officer, needs_second_factor, session};

/// Under which name a secret that is not confirmed yet waits in the session.
const UNCONFIRMED: &str = "authenticator";

#[derive(Template)]
#[template(path = "admin/templates/second_factor.html", config = "src/http/askama.toml")]
struct SecondFactorPage {
    is_training: bool,
    /// Nothing else can be done before.
    is_owed: bool,
    /// Takes the place of one that is in use: the password is asked.
    is_password_asked: bool,
    qr: String,
    /// In groups of four, as people type it.
    secret: String,
    errors: Vec<FieldError>,
}

#[derive(Template)]
#[template(path = "admin/templates/second_factor_removal.html", config = "src/http/askama.toml")]
struct RemovalPage {
    is_training: bool,
    is_password_asked: bool,
    errors: Vec<FieldError>,
}

#[derive(Deserialize)]
pub(in super::super) struct Typed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: SecretString,
}

pub(in super::super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    let secret = visit.take_whisper(&state, UNCONFIRMED).await?.unwrap_or_else(new_secret);
    draw(&state, &visit, &secret, Vec::new()).await
}

pub(in super::super) async fn confirm(
    State(state): State<AdminState>,
    visit: Visit,
    auth: AuthSession<Desk>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let secret = visit.take_whisper(&state, UNCONFIRMED).await?.unwrap_or_else(new_secret);
    let step = authenticator(&secret, &visit.officer)?.step_of(&typed.code, visit.at);
    let mut errors = Vec::new();
    if step.is_none() {
        let say = "Mã chưa đúng. Nhập 6 số đang hiện trên ứng dụng; kiểm tra giờ của điện thoại nếu vẫn sai.";
        errors.push(FieldError { field: "code", say: say.to_owned() });
    }
    if errors.is_empty() && replaces(&visit) {
        errors.extend(wrong_password(&visit, &auth, typed.password).await?);
    }
    let Some(step) = step.filter(|_| errors.is_empty()) else {
        let html = draw(&state, &visit, &secret, errors).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
    };
    let officer_id = visit.officer.officer_id;
    let mut transaction = state.pool.begin().await?;
    keep(&mut transaction, &state.seal, officer_id, &secret, step).await?;
    let codes = renew_recovery_codes(&mut transaction, officer_id).await?;
    session::end_others(&mut transaction, officer_id, Some(visit.officer_session_id), visit.at).await?;
    noted(&mut transaction, &visit, "second_factor", &visit.officer.login, json!({ "is_on": true })).await?;
    transaction.commit().await?;
    recovery::show_once(&state, &visit, &codes).await?;
    let rest = "Từ nay đăng nhập cần mật khẩu và mã trên điện thoại.";
    visit.go_on(recovery::HERE, Flash::done("Đã bật mã xác thực.", rest)).await
}

pub(in super::super) async fn ask_removal(
    State(state): State<AdminState>,
    visit: Visit,
) -> Result<Html<String>, Failure> {
    may_remove(&state, &visit)?;
    draw_removal(&state, &visit, Vec::new())
}

pub(in super::super) async fn remove(
    State(state): State<AdminState>,
    visit: Visit,
    auth: AuthSession<Desk>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    may_remove(&state, &visit)?;
    if let Some(error) = wrong_password(&visit, &auth, typed.password).await? {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, draw_removal(&state, &visit, vec![error])?).into_response());
    }
    let mut transaction = state.pool.begin().await?;
    take_away(&mut transaction, visit.officer.officer_id).await?;
    noted(&mut transaction, &visit, "second_factor", &visit.officer.login, json!({ "is_on": false })).await?;
    transaction.commit().await?;
    visit.go_on(HERE, Flash::done("Đã tắt mã xác thực.", "Mã khôi phục cũng hết giá trị.")).await
}

fn may_remove(state: &AdminState, visit: &Visit) -> Result<(), Failure> {
    match needs_second_factor(&visit.officer, state.second_factor) {
        true => Err(Failure::Forbidden("this officer needs a second factor")),
        false => Ok(()),
    }
}

/// Whoever found a session open must not lock its officer out with it.
fn replaces(visit: &Visit) -> bool {
    visit.officer.has_second_factor
}

/// What is wrong with the password, where it is asked for.
pub(super) async fn wrong_password(
    visit: &Visit,
    auth: &AuthSession<Desk>,
    password: SecretString,
) -> Result<Option<FieldError>, Failure> {
    if !is_asked_for_password(visit) || auth.backend.confirms(&visit.officer, password).await? {
        return Ok(None);
    }
    let say = "Mật khẩu chưa đúng. Nhập mật khẩu đang dùng để đăng nhập.".to_owned();
    Ok(Some(FieldError { field: "password", say }))
}

fn authenticator(secret: &SecretString, officer: &Officer) -> Result<Authenticator, Failure> {
    let known = Authenticator::new(secret, &officer.login);
    Ok(known.ok_or_else(|| anyhow::anyhow!("a new secret makes no authenticator"))?)
}

async fn draw(
    state: &AdminState,
    visit: &Visit,
    secret: &SecretString,
    errors: Vec<FieldError>,
) -> Result<Html<String>, Failure> {
    // it waits for its confirmation, however often the page is drawn
    visit.whisper(state, UNCONFIRMED, secret.expose_secret()).await?;
    let qr = authenticator(secret, &visit.officer)?.qr_svg();
    let groups: Vec<_> = secret.expose_secret().as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    page(&SecondFactorPage {
        is_training: state.is_training,
        is_owed: needs_second_factor(&visit.officer, state.second_factor) && !visit.officer.has_second_factor,
        is_password_asked: replaces(visit) && is_asked_for_password(visit),
        qr: qr.ok_or_else(|| anyhow::anyhow!("the secret cannot be drawn"))?,
        secret: groups.join(" "),
        errors,
    })
}

fn draw_removal(state: &AdminState, visit: &Visit, errors: Vec<FieldError>) -> Result<Html<String>, Failure> {
    page(&RemovalPage { is_training: state.is_training, is_password_asked: is_asked_for_password(visit), errors })
}
