//! The texts that citizens read, changed by the office: the directory of channels, the public page, refusals, news. Every
//! version is kept, and any can be used again.

mod store;
mod wording;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::AdminState;
use super::audit;
use super::frame::{Frame, Section};
use super::visit::{Flash, Visit};
use super::words;
use crate::casework::notices::edits::{Editable, Group};
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::vietnamese::nfc;
pub use wording::Wording;

const LIST: &str = "/admin/texts";

pub(super) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/texts", get(list)).route("/admin/texts/{key}", get(show).post(save))
}

#[derive(Template)]
#[template(path = "admin/templates/texts.html", config = "src/http/askama.toml")]
struct ListPage {
    frame: Frame,
    groups: Vec<(Group, Vec<Row>)>,
}

struct Row {
    editable: Editable,
    /// Who changed it last, and when.
    changed: Option<String>,
}

async fn list(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::Settings)?;
    let mut connection = state.pool.acquire().await?;
    state.wording.refresh(&mut connection).await?;
    let latest = store::latest(&mut connection).await?;
    let texts = state.wording.notices.editable();
    let row = |editable: &Editable| Row {
        changed: latest
            .get(&editable.key)
            .filter(|version| version.text.is_some())
            .map(|version| format!("{}, {}", version.officer_name, words::moment(version.written_at))),
        editable: editable.clone(),
    };
    let groups = Group::ALL.map(|group| (group, texts.iter().filter(|text| text.group == group).map(row).collect()));
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Settings).await?;
    page(&ListPage { frame, groups: groups.into() })
}

#[derive(Clone, Default, Deserialize)]
struct Typed {
    /// The last change when the form was drawn.
    #[serde(default)]
    version: i64,
    #[serde(default)]
    text: String,
    /// Pressed: as the file has it again.
    #[serde(default)]
    original: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/templates/text.html", config = "src/http/askama.toml")]
struct EditPage {
    frame: Frame,
    editable: Editable,
    directory: Vec<String>,
    typed: Typed,
    problems: Vec<String>,
    /// Somebody else changed it meanwhile.
    is_stale: bool,
    versions: Vec<VersionRow>,
    is_changed: bool,
}

struct VersionRow {
    /// None: back to what the file says.
    text: Option<String>,
    who: String,
    when: String,
    iso: String,
}

/// What stands on the page besides the text.
#[derive(Default)]
struct Again {
    /// What was typed; else what holds.
    typed: Option<Typed>,
    problems: Vec<String>,
    is_stale: bool,
}

async fn show(State(state): State<AdminState>, visit: Visit, Path(key): Path<String>) -> Result<Html<String>, Failure> {
    visit.must(Right::Settings)?;
    draw(&state, &visit, &key, Again::default()).await
}

async fn save(
    State(state): State<AdminState>,
    visit: Visit,
    Path(key): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    visit.must(Right::Settings)?;
    let editable = state.wording.notices.editable_at(&key).ok_or(Failure::NotFound)?;
    let text = nfc(typed.text.replace("\r\n", "\n").replace('\0', "").trim());
    let mut transaction = state.pool.begin().await?;
    store::lock(&mut transaction).await?;
    let versions = store::versions(&mut transaction, &key).await?;
    let mut again = Again { is_stale: newest(&versions) != typed.version, ..Again::default() };
    if !again.is_stale && typed.original.is_none() {
        let edits = store::edits(&mut transaction).await?;
        again.problems = state.wording.problems(&key, &text, &edits).await?;
    }
    if again.is_stale || !again.problems.is_empty() {
        drop(transaction);
        let status = if again.is_stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        let html = draw(&state, &visit, &key, Again { typed: Some(typed), ..again }).await?;
        return Ok((status, html).into_response());
    }
    let is_original = typed.original.is_some() || text == editable.in_file.trim();
    let written = Some(text.as_str()).filter(|_| !is_original);
    store::write(&mut transaction, &key, written, visit.officer.officer_id, visit.at).await?;
    audit::did(&mut transaction, &visit, "text_changed", &key).await?;
    transaction.commit().await?;
    state.wording.refresh(&mut *state.pool.acquire().await?).await?;
    let flash =
        Flash::done(format!("Đã ghi: {}.", editable.label), "Dùng ngay từ bây giờ; bản trước vẫn còn ở phần các bản.");
    visit.go_on(LIST, flash).await
}

fn newest(versions: &[store::Version]) -> i64 {
    versions.first().map_or(0, |version| version.office_text_id)
}

async fn draw(state: &AdminState, visit: &Visit, key: &str, again: Again) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    state.wording.refresh(&mut connection).await?;
    let editable = state.wording.notices.editable_at(key).ok_or(Failure::NotFound)?;
    let versions = store::versions(&mut connection, key).await?;
    let version = newest(&versions);
    let text = again.typed.map_or_else(|| editable.text.clone(), |typed| typed.text);
    let row = |version: store::Version| VersionRow {
        who: version.officer_name,
        when: words::moment(version.written_at),
        iso: words::iso(version.written_at),
        text: version.text,
    };
    page(&EditPage {
        frame: Frame::draw(&mut connection, state, visit, Section::Settings).await?,
        directory: match editable.group {
            Group::Directory => Vec::new(),
            _ => state.wording.notices.directory_names(),
        },
        typed: Typed { version, text, original: None },
        problems: again.problems,
        is_stale: again.is_stale,
        is_changed: versions.first().is_some_and(|version| version.text.is_some()),
        versions: versions.into_iter().map(row).collect(),
        editable,
    })
}
