//! Choosing a password of one's own. Whoever got one from somebody else does nothing before this.

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
use super::noted;
use super::own::HERE;
use crate::http::{Failure, Form, page};
use crate::officer::{self, Desk, SHORTEST, session};

#[derive(Template)]
#[template(path = "admin/templates/own_password.html", config = "src/http/askama.toml")]
struct PasswordPage {
    is_training: bool,
    /// Nothing else can be done before.
    is_owed: bool,
    login: String,
    errors: Vec<FieldError>,
}

#[derive(Deserialize)]
pub(in super::super) struct Typed {
    #[serde(default)]
    old: SecretString,
    #[serde(default)]
    new: SecretString,
    #[serde(default)]
    again: SecretString,
}

pub(in super::super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    draw(&state, &visit, Vec::new())
}

pub(in super::super) async fn change(
    State(state): State<AdminState>,
    visit: Visit,
    mut auth: AuthSession<Desk>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let mut errors = weaknesses(&visit, &typed);
    // what is weak is said without looking at the old one: looking counts
    if errors.is_empty() && !auth.backend.confirms(&visit.officer, typed.old).await? {
        let say = "Mật khẩu hiện tại chưa đúng. Nhập mật khẩu vừa dùng để đăng nhập.";
        errors.push(FieldError { field: "old", say: say.to_owned() });
    }
    if !errors.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&state, &visit, errors)?).into_response());
    }
    let officer_id = visit.officer.officer_id;
    let mut transaction = state.pool.begin().await?;
    officer::change_password(&mut transaction, officer_id, typed.new.expose_secret())
        .await
        .map_err(anyhow::Error::from)?;
    session::end_others(&mut transaction, officer_id, Some(visit.officer_session_id), visit.at).await?;
    noted(&mut transaction, &visit, "password", &visit.officer.login, json!({})).await?;
    let renewed = officer::find(&mut transaction, officer_id).await?.ok_or(Failure::NotFound)?;
    transaction.commit().await?;
    // this browser goes on under the new password, with an id that was in no other browser
    auth.session.cycle_id().await.map_err(anyhow::Error::from)?;
    auth.login(&renewed).await.map_err(super::super::gate::away)?;
    let flash = Flash::done("Đã đổi mật khẩu.", "Các phiên đăng nhập ở máy khác đã kết thúc.");
    visit.go_on(if visit.officer.has_one_time_password { "/admin" } else { HERE }, flash).await
}

fn weaknesses(visit: &Visit, typed: &Typed) -> Vec<FieldError> {
    let (old, new) = (typed.old.expose_secret(), typed.new.expose_secret());
    let mut errors = Vec::new();
    let mut say = |field, say: String| errors.push(FieldError { field, say });
    if old.is_empty() {
        say("old", "Nhập mật khẩu hiện tại.".to_owned());
    }
    if new.chars().count() < SHORTEST {
        say("new", format!("Chọn mật khẩu dài ít nhất {SHORTEST} ký tự. Ví dụ: bốn từ dễ nhớ ghép lại."));
    } else if new == old {
        say("new", "Chọn mật khẩu khác mật khẩu hiện tại.".to_owned());
    } else if new.to_lowercase().contains(&visit.officer.login) {
        say("new", "Chọn mật khẩu không chứa tên đăng nhập.".to_owned());
    } else if new != typed.again.expose_secret() {
        say("again", "Hai lần nhập chưa giống nhau. Nhập lại mật khẩu mới.".to_owned());
    }
    errors
}

fn draw(state: &AdminState, visit: &Visit, errors: Vec<FieldError>) -> Result<Html<String>, Failure> {
    page(&PasswordPage {
        is_training: state.is_training,
        is_owed: visit.officer.has_one_time_password,
        login: visit.officer.login.clone(),
        errors,
    })
}
