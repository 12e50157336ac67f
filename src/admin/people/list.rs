//! Officers' accounts.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use serde::Deserialize;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::Visit;
use super::rows::AccountRow;
use crate::http::{Failure, Query, page};
use crate::officer::{AT_MOST, Right, Role, SoughtAccounts, accounts, agency_name};

#[derive(Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    agency: String,
    /// `closed`
    #[serde(default)]
    state: String,
}

#[derive(Template)]
#[template(path = "admin/templates/officers.html", config = "src/http/askama.toml")]
struct OfficersPage {
    frame: Frame,
    rows: Vec<AccountRow>,
    /// There are more.
    is_cut: bool,
    q: String,
    /// Only those of one role: its name.
    role: &'static str,
    /// Only those of one agency: its id and its name.
    agency: Option<(String, String)>,
    is_closed: bool,
}

pub(in super::super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Accounts)?;
    let mut connection = state.pool.acquire().await?;
    let agency = agency_name(&mut connection, &asked.agency).await?.map(|name| (asked.agency, name));
    let sought = SoughtAccounts {
        words: asked.q,
        agency_id: agency.as_ref().map(|(agency_id, _)| agency_id.clone()),
        role: asked.role.parse().ok(),
        is_closed: asked.state == "closed",
    };
    let found = accounts(&mut connection, &sought).await?;
    let frame = Frame::draw(&mut connection, &state, &visit, Section::People).await?;
    drop(connection);
    page(&OfficersPage {
        frame,
        is_cut: found.len() as i64 >= AT_MOST,
        rows: found.into_iter().map(AccountRow::from).collect(),
        q: sought.words,
        role: sought.role.map_or("", Role::name),
        agency,
        is_closed: sought.is_closed,
    })
}
