//! The connection with the Official Account: how it stands, and how its administrator consents again. Only for the focal
//! office.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use super::AdminState;
use super::audit;
use super::frame::{Frame, Section};
use super::visit::{Flash, Visit};
use super::words;
use crate::http::{Failure, Query, leading_on_to, page};
use crate::officer;
use crate::officer::Right;
use crate::zalo::token::consent::{Party, Return};
use crate::zalo::token::{TokenHealth, health};

const HERE: &str = "/admin/channel/connection";

#[derive(Template)]
#[template(path = "admin/templates/connection.html", config = "src/http/askama.toml")]
struct ConnectionPage<'a> {
    frame: Frame,
    heading: &'static str,
    /// The class of the state: `is-done`, `is-late`, `is-new`.
    class: &'static str,
    state: String,
    refreshed: Option<Moment>,
    works_until: Option<Moment>,
    refresh_works_until: Option<Moment>,
    connected: Option<Moment>,
    connected_by: Option<String>,
    /// For whoever looks after the machines.
    last_error: Option<String>,
    oa_id: &'a str,
    callback: &'a str,
}

struct Moment {
    said: String,
    iso: String,
}

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self { said: words::moment(at), iso: words::iso(at) }
    }
}

pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Response, Failure> {
    visit.must(Right::Channel)?;
    let consents = &state.consents;
    let mut connection = state.pool.acquire().await?;
    let health = health(&mut connection, consents.app_id()).await?;
    let connected_by = match health.connected_by {
        Some(officer_id) => officer::find(&mut connection, officer_id).await?.map(|officer| officer.name),
        None => None,
    };
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Channel).await?;
    drop(connection);
    let (heading, class, said) = stands(&health);
    let html = page(&ConnectionPage {
        frame,
        heading,
        class,
        state: said,
        refreshed: health.refreshed_at.map(Moment::from),
        works_until: health.expires_at.map(Moment::from),
        refresh_works_until: health.refresh_expires_at.map(Moment::from),
        connected: health.connected_at.map(Moment::from),
        connected_by,
        last_error: health.last_error,
        oa_id: consents.oa_id(),
        callback: consents.redirect_uri(),
    })?;
    Ok(leading_on_to(consents.oauth_url(), html.into_response()))
}

/// Heading, class and sentence.
fn stands(health: &TokenHealth) -> (&'static str, &'static str, String) {
    match (&health.lost, health.refreshed_at) {
        (Some(lost), _) => {
            let code = lost.code.map_or_else(String::new, |code| format!(" (mã lỗi {code})"));
            let since = words::moment(lost.since);
            let said =
                format!("Quyền gửi tin đã mất từ {since}{code}. Tin được giữ lại, cấp lại quyền xong thì tự gửi tiếp.");
            ("Mất kết nối với Zalo: cần cấp lại quyền", "is-late", said)
        }
        (None, None) => {
            let said = "Chưa có lần nào Zalo cấp quyền gửi tin. Tin được giữ lại, cấp quyền xong thì tự gửi.";
            ("Chưa kết nối với Zalo", "is-new", said.to_owned())
        }
        (None, Some(_)) => {
            ("Đang kết nối với Zalo", "is-done", "Quyền gửi tin còn tốt và tự gia hạn. Không phải làm gì.".to_owned())
        }
    }
}

/// Begins a consent and leads to Zalo's page.
pub(super) async fn begin(State(state): State<AdminState>, visit: Visit) -> Result<Response, Failure> {
    visit.must(Right::Channel)?;
    let by = Party::Officer(visit.officer.officer_id);
    let address = state.consents.begin(&state.pool, by, visit.at).await?;
    Ok(Redirect::to(address.as_str()).into_response())
}

/// Where Zalo sends the browser back to.
pub(super) async fn finish(
    State(state): State<AdminState>,
    visit: Visit,
    Query(back): Query<Return>,
) -> Result<Response, Failure> {
    visit.must(Right::Channel)?;
    let by = Party::Officer(visit.officer.officer_id);
    let flash = match state.consents.finish(&state.pool, back, by, visit.at).await {
        Ok(()) => {
            audit::did(&mut *state.pool.acquire().await?, &visit, "channel_connected", "").await?;
            Flash::done("Đã kết nối với Zalo.", "Tin đang chờ được gửi tiếp ngay, không cần khởi động lại máy.")
        }
        Err(error) => {
            tracing::warn!(officer_id = visit.officer.officer_id, %error, "nothing came of a consent");
            let rest = state.consents.explain(&error);
            Flash { class: "is-late".to_owned(), ..Flash::done("Chưa kết nối được.", rest) }
        }
    };
    visit.go_on(HERE, flash).await
}
