//! The consent page and the token endpoint (zalo-oa 3). Errors are flat objects with HTTP 200.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::header;
use crate::sim::Zalo;
use crate::sim::consent::Request;
use crate::sim::token::oauth_error;

pub fn page() -> Router<Zalo> {
    Router::new().route("/v4/oa/permission", get(permission).post(decide))
}

/// What stands in the address that the application sends an administrator to.
#[derive(Clone, Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    app_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    code_challenge: String,
    state: Option<String>,
    /// Only when it is answered.
    decision: Option<String>,
}

#[derive(Template)]
#[template(path = "sim/templates/permission.html", config = "src/http/askama.toml")]
struct PermissionPage {
    asked: Asked,
    state: String,
    leads_to: String,
}

async fn permission(State(zalo): State<Zalo>, Query(asked): Query<Asked>) -> Response {
    let request = match read(&zalo, &asked) {
        Ok(request) => request,
        Err(error) => return Json(error).into_response(),
    };
    let leads_to = request.redirect_uri.origin().ascii_serialization();
    // Unlike everywhere else, the form ends on another's page.
    let policy = format!("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {leads_to}");
    let page = PermissionPage { state: asked.state.clone().unwrap_or_default(), asked, leads_to };
    match page.render() {
        Ok(page) => ([(CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the consent page could not be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn decide(State(zalo): State<Zalo>, Form(asked): Form<Asked>) -> Response {
    let request = match read(&zalo, &asked) {
        Ok(request) => request,
        Err(error) => return Json(error).into_response(),
    };
    let at = zalo.now();
    let agrees = asked.decision.as_deref() == Some("agree");
    let code = zalo.change(|world| {
        world.note(
            at,
            if agrees {
                "Quản trị viên đồng ý cấp quyền"
            } else {
                "Quản trị viên từ chối cấp quyền"
            },
        );
        agrees.then(|| world.grants.grant(&request.code_challenge, at))
    });
    Redirect::to(request.answer(&zalo.settings().oa_id, code.as_deref()).as_str()).into_response()
}

fn read(zalo: &Zalo, asked: &Asked) -> Result<Request, Value> {
    // The form sends an empty state where there was none.
    let state = asked.state.clone().filter(|state| !state.is_empty());
    Request::read(zalo.settings(), &asked.app_id, &asked.redirect_uri, &asked.code_challenge, state)
}

#[derive(Deserialize)]
pub struct TokenRequest {
    #[serde(default)]
    app_id: String,
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    refresh_token: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    code_verifier: String,
}

pub async fn access_token(
    State(zalo): State<Zalo>,
    headers: HeaderMap,
    Form(request): Form<TokenRequest>,
) -> Json<Value> {
    let settings = zalo.settings();
    if request.app_id != settings.app_id {
        return Json(oauth_error(-14002, "Invalid app id"));
    }
    if header(&headers, "secret_key") != settings.app_secret {
        return Json(oauth_error(-14004, "Invalid secret key"));
    }
    let at = zalo.now();
    Json(zalo.change(|world| {
        let answer = match request.grant_type.as_str() {
            "refresh_token" => world.tokens.refresh(&request.refresh_token, at),
            "authorization_code" => {
                let redeemed = world.grants.redeem(&request.code, &request.code_verifier, at);
                redeemed.map(|()| world.tokens.issue(at))
            }
            _ => Err(oauth_error(-14012, "Invalid grant type")),
        };
        world.note(at, if answer.is_ok() { "Dịch vụ đổi lấy token mới" } else { "Zalo từ chối cấp token" });
        answer.unwrap_or_else(|error| error)
    }))
}
