//! The second step: six digits of the authenticator, or a recovery code.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_login::AuthSession;
use serde::Deserialize;

use super::super::AdminState;
use super::super::visit::{FLASH, Flash};
use super::admission::{Arriving, half};
use crate::http::{Failure, Form, Query, page};
use crate::officer::second_factor::{Proof, recovery_codes_left};
use crate::officer::{self, ATTEMPTS, Desk, LOCKED_FOR};

/// For whoever waited too long, or came here by an old address.
const FROM_THE_START: &str = "/admin/login?notice=late";

#[derive(Template)]
#[template(path = "admin/templates/code.html", config = "src/http/askama.toml")]
struct CodePage {
    is_training: bool,
    is_recovery: bool,
    error: Option<String>,
}

#[derive(Deserialize)]
pub(in super::super) struct Asked {
    /// Says that the phone is lost.
    recovery: Option<String>,
}

#[derive(Deserialize)]
pub(in super::super) struct Typed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    recovery: String,
}

pub(in super::super) async fn show(
    State(state): State<AdminState>,
    auth: AuthSession<Desk>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    if half(&state, &auth).await?.is_none() {
        return Ok(Redirect::to(FROM_THE_START).into_response());
    }
    let is_recovery = asked.recovery.is_some();
    Ok(page(&CodePage { is_training: state.is_training, is_recovery, error: None })?.into_response())
}

pub(in super::super) async fn check(
    State(state): State<AdminState>,
    mut auth: AuthSession<Desk>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let Some(half) = half(&state, &auth).await? else { return Ok(Redirect::to(FROM_THE_START).into_response()) };
    let mut connection = state.pool.acquire().await?;
    let officer = officer::find(&mut connection, half.officer_id).await?;
    drop(connection);
    // closed meanwhile, or with another password
    let Some(officer) = officer.filter(|officer| officer.stamp == half.stamp) else {
        return Ok(Redirect::to(FROM_THE_START).into_response());
    };
    let Some(proof) = auth.backend.second_step(&officer, &typed.code).await? else {
        let minutes = LOCKED_FOR.num_minutes();
        let error = format!(
            "Mã chưa đúng hoặc đã dùng rồi. Nhập mã đang hiện. Sai {ATTEMPTS} lần liền thì tài khoản tạm khóa {minutes} \
             phút."
        );
        let is_recovery = !typed.recovery.is_empty();
        let html = page(&CodePage { is_training: state.is_training, is_recovery, error: Some(error) })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
    };
    let officer_id = officer.officer_id;
    let arriving = Arriving { officer, way: half.way, next: &half.next };
    let entered = arriving.enter(&state, &mut auth, &headers, Some(proof)).await?;
    if proof == Proof::RecoveryCode {
        let left = recovery_codes_left(&mut *state.pool.acquire().await?, officer_id).await?;
        let flash = Flash {
            class: "is-soon".to_owned(),
            strong: format!("Đã dùng một mã khôi phục, còn {left} mã."),
            rest: "Mất điện thoại thì cài lại mã xác thực ở “Tài khoản của tôi”.".to_owned(),
            link: None,
        };
        auth.session.insert(FLASH, flash).await.map_err(anyhow::Error::from)?;
    }
    Ok(entered)
}
