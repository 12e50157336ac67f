//! A poster for a one-stop counter, to be printed on A4: the code that leads to the Official Account, what belongs there and
//! what does not.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

use super::AdminState;
use super::frame::{Frame, Section};
use super::visit::Visit;
use crate::casework::notices::lines;
use crate::http::{Failure, Query, page};
use crate::officer::{self, Right};

/// Squares of quiet on each side, which readers need.
const QUIET: usize = 4;

pub(super) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/poster", get(show))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    agency: String,
}

#[derive(Template)]
#[template(path = "admin/templates/poster.html", config = "src/http/askama.toml")]
struct PosterPage {
    frame: Frame,
    agencies: Vec<(String, String)>,
    agency_id: String,
    agency: String,
    account: String,
    link: String,
    code: Code,
    heading: String,
    how: String,
    yes: Vec<String>,
    no: Vec<String>,
    foot: String,
}

/// A code as one path of unit squares.
pub(super) struct Code {
    pub path: String,
    /// With the quiet zone.
    pub width: usize,
}

async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::List)?;
    let mut connection = state.pool.acquire().await?;
    let agencies = officer::agencies_of_the_city(&mut connection).await?;
    let asked = agencies.iter().find(|(id, _)| *id == asked.agency).cloned();
    let own = || (visit.officer.agency_id.clone(), visit.officer.agency_name.clone());
    let (agency_id, agency) = asked.unwrap_or_else(own);
    let notices = &state.rules.notices;
    let items = |line| notices.line(line).lines().map(str::to_owned).filter(|item| !item.trim().is_empty()).collect();
    let link = format!("https://zalo.me/{}", state.consents.oa_id());
    page(&PosterPage {
        frame: Frame::draw(&mut connection, &state, &visit, Section::Settings).await?,
        agencies,
        agency_id,
        agency,
        account: notices.directory("account").unwrap_or_default().to_owned(),
        code: code(&link)?,
        link,
        heading: notices.line(lines::POSTER_HEADING).to_owned(),
        how: notices.line(lines::POSTER_HOW).to_owned(),
        yes: items(lines::POSTER_YES),
        no: items(lines::POSTER_NO),
        foot: notices.line(lines::POSTER_FOOT).to_owned(),
    })
}

/// Robust enough for a sheet that hangs on a wall for years.
pub(super) fn code(link: &str) -> Result<Code, Failure> {
    let code = QrCode::with_error_correction_level(link, EcLevel::Q).map_err(anyhow::Error::from)?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET)).collect();
    Ok(Code { path, width: width + 2 * QUIET })
}
