//! Ready sentences («câu soạn sẵn») for writing to senders: of one agency, or of all; with every version they had.

mod edit;
mod store;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use sqlx::PgConnection;

use super::AdminState;
use super::frame::{Frame, Section};
use super::visit::Visit;
use crate::casework::Rules;
use crate::http::{Failure, page};
use crate::officer::{Officer, Right, Role};
use crate::petition::Petition;
use store::Quick;

const CODE: &str = "{mã}";
const AGENCY: &str = "{tên cơ quan}";

pub(super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/quick-texts", get(list))
        .route("/admin/quick-texts/{quick_text_id}", get(edit::show).post(edit::save))
}

/// A sentence to choose.
#[derive(Clone, Debug)]
pub struct Offered {
    pub quick_text_id: i64,
    pub title: String,
    pub body: String,
}

/// The sentences of this officer's agency, then those of all.
pub async fn offered(connection: &mut PgConnection, officer: &Officer) -> sqlx::Result<Vec<Offered>> {
    let all = store::all(connection, Some(&officer.agency_id)).await?.into_iter();
    let offered = all.filter(|quick| quick.is_offered);
    Ok(offered.map(|Quick { quick_text_id, title, body, .. }| Offered { quick_text_id, title, body }).collect())
}

/// The sentence for this petition; the office is called as in every other message.
pub fn filled(body: &str, rules: &Rules, officer: &Officer, petition: &Petition) -> String {
    let is_focal = officer.agency_id == rules.focal_agency;
    let agency = if is_focal { rules.notices.office() } else { &officer.agency_name };
    body.replace(CODE, &petition.reference.to_string()).replace(AGENCY, agency)
}

/// Sentences of all agencies belong to the focal office, an agency's to its focal officer.
fn may_edit(visit: &Visit, agency_id: Option<&str>) -> bool {
    let is_own = visit.officer.role == Role::AgencyFocal && agency_id == Some(&visit.officer.agency_id);
    visit.may(Right::Settings) || is_own
}

#[derive(Template)]
#[template(path = "admin/templates/quick_texts.html", config = "src/http/askama.toml")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    may_add: bool,
}

struct Row {
    quick: Quick,
    owner: String,
    may_edit: bool,
}

async fn list(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::Calls)?;
    let mut connection = state.pool.acquire().await?;
    let own = (!visit.may(Right::Settings)).then_some(visit.officer.agency_id.as_str());
    let rows = store::all(&mut connection, own).await?.into_iter().map(|quick| Row {
        owner: quick.agency_name.clone().unwrap_or_else(|| "Mọi cơ quan".to_owned()),
        may_edit: may_edit(&visit, quick.agency_id.as_deref()),
        quick,
    });
    let rows = rows.collect();
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Settings).await?;
    page(&ListPage { frame, rows, may_add: may_edit(&visit, Some(&visit.officer.agency_id)) })
}
