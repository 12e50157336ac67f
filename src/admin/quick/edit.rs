//! One ready sentence: written, changed, taken out of the list and put back.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::super::AdminState;
use super::super::audit;
use super::super::frame::{Frame, Section};
use super::super::petition::{FieldError, error_of};
use super::super::visit::{Flash, Visit};
use super::super::words;
use super::store::{self, Quick, Version, Written};
use super::{AGENCY, CODE, may_edit};
use crate::http::{Failure, Form, Path, page};
use crate::officer::Right;
use crate::vietnamese::nfc;

const TITLE_LIMIT: usize = 60;
/// With who speaks in front of it and something typed behind, it fits into one message.
const BODY_LIMIT: usize = 800;
const LIST: &str = "/admin/quick-texts";

#[derive(Clone, Default, Deserialize)]
pub(super) struct Typed {
    /// The version the form was drawn from.
    #[serde(default)]
    version: i64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    /// «all», or only the own agency.
    #[serde(default)]
    owner: String,
    /// Ticked: officers find it in the list.
    #[serde(default)]
    is_offered: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/templates/quick_text.html", config = "src/http/askama.toml")]
struct EditPage {
    frame: Frame,
    /// None: a new one.
    id: Option<i64>,
    owner: String,
    may_own_all: bool,
    typed: Typed,
    errors: Vec<FieldError>,
    /// Somebody else changed it meanwhile.
    is_stale: bool,
    versions: Vec<Row>,
}

struct Row {
    version: Version,
    who: String,
    when: String,
    iso: String,
}

impl EditPage {
    fn error(&self, field: &str) -> Option<&str> {
        error_of(&self.errors, field)
    }
}

/// What stands on the page besides what was typed.
#[derive(Default)]
struct Again {
    errors: Vec<FieldError>,
    is_stale: bool,
}

/// The address of a sentence that is not written yet.
const NEW: &str = "new";

async fn blank(state: &AdminState, visit: &Visit) -> Result<Html<String>, Failure> {
    must_edit(visit, Some(&visit.officer.agency_id))?;
    let typed = Typed { is_offered: Some("yes".to_owned()), ..Typed::default() };
    draw(state, visit, None, typed, Again::default()).await
}

async fn begin(state: &AdminState, visit: &Visit, typed: Typed) -> Result<Response, Failure> {
    let owner = if typed.owner == "all" { None } else { Some(visit.officer.agency_id.as_str()) };
    must_edit(visit, owner)?;
    let (title, body) = match read(&typed) {
        Ok(read) => read,
        Err(errors) => return unread(state, visit, None, typed, errors).await,
    };
    let mut transaction = state.pool.begin().await?;
    let id = store::begin(&mut transaction, owner).await?;
    store::write(&mut transaction, id, &written(visit, &typed, &title, &body)).await?;
    audit::did(&mut transaction, visit, "text_changed", &title).await?;
    transaction.commit().await?;
    visit
        .go_on(LIST, Flash::done(format!("Đã thêm câu “{title}”."), "Câu hiện ở khung trò chuyện của từng phản ánh."))
        .await
}

pub(super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Calls)?;
    if name == NEW {
        return blank(&state, &visit).await;
    }
    let id = name.parse().map_err(|_| Failure::NotFound)?;
    let mut connection = state.pool.acquire().await?;
    let quick = store::lock(&mut connection, id).await?.ok_or(Failure::NotFound)?;
    drop(connection);
    must_edit(&visit, quick.agency_id.as_deref())?;
    let typed = Typed {
        version: quick.quick_text_version_id,
        title: quick.title.clone(),
        body: quick.body.clone(),
        is_offered: quick.is_offered.then(|| "yes".to_owned()),
        ..Typed::default()
    };
    draw(&state, &visit, Some(&quick), typed, Again::default()).await
}

pub(super) async fn save(
    State(state): State<AdminState>,
    visit: Visit,
    Path(name): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    visit.must(Right::Calls)?;
    if name == NEW {
        return begin(&state, &visit, typed).await;
    }
    let id = name.parse().map_err(|_| Failure::NotFound)?;
    let mut transaction = state.pool.begin().await?;
    let quick = store::lock(&mut transaction, id).await?.ok_or(Failure::NotFound)?;
    must_edit(&visit, quick.agency_id.as_deref())?;
    if quick.quick_text_version_id != typed.version {
        drop(transaction);
        let typed = Typed { version: quick.quick_text_version_id, ..typed };
        let again = Again { is_stale: true, ..Again::default() };
        let html = draw(&state, &visit, Some(&quick), typed, again).await?;
        return Ok((StatusCode::CONFLICT, html).into_response());
    }
    let (title, body) = match read(&typed) {
        Ok(read) => read,
        Err(errors) => {
            drop(transaction);
            return unread(&state, &visit, Some(&quick), typed, errors).await;
        }
    };
    store::write(&mut transaction, id, &written(&visit, &typed, &title, &body)).await?;
    audit::did(&mut transaction, &visit, "text_changed", &title).await?;
    transaction.commit().await?;
    visit.go_on(LIST, Flash::done(format!("Đã ghi câu “{title}”."), "Bản trước vẫn còn ở phần các bản.")).await
}

fn must_edit(visit: &Visit, agency_id: Option<&str>) -> Result<(), Failure> {
    match may_edit(visit, agency_id) {
        true => Ok(()),
        false => Err(Failure::NotFound),
    }
}

fn written<'a>(visit: &Visit, typed: &Typed, title: &'a str, body: &'a str) -> Written<'a> {
    let is_offered = typed.is_offered.is_some();
    Written { title, body, is_offered, officer_id: visit.officer.officer_id, at: visit.at }
}

/// Title and sentence, or what to enter instead.
fn read(typed: &Typed) -> Result<(String, String), Vec<FieldError>> {
    let plain = |text: &str| nfc(text.replace("\r\n", "\n").replace('\0', "").trim());
    let (title, body) = (plain(&typed.title), plain(&typed.body));
    let mut errors = Vec::new();
    let mut wrong = |field, say: String| errors.push(FieldError { field, say });
    if !(1..=TITLE_LIMIT).contains(&title.chars().count()) {
        wrong("title", format!("Đặt tên ngắn cho câu, nhiều nhất {TITLE_LIMIT} ký tự."));
    }
    if !(1..=BODY_LIMIT).contains(&body.chars().count()) {
        wrong("body", format!("Viết câu gửi người dân, nhiều nhất {BODY_LIMIT} ký tự."));
    }
    if body.replace(CODE, "").replace(AGENCY, "").contains(['{', '}']) {
        wrong("body", format!("Chỗ trống chỉ có {CODE} và {AGENCY}; sửa dấu ngoặc nhọn khác."));
    }
    if errors.is_empty() { Ok((title, body)) } else { Err(errors) }
}

async fn unread(
    state: &AdminState,
    visit: &Visit,
    quick: Option<&Quick>,
    typed: Typed,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let html = draw(state, visit, quick, typed, Again { errors, ..Again::default() }).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
}

async fn draw(
    state: &AdminState,
    visit: &Visit,
    quick: Option<&Quick>,
    typed: Typed,
    again: Again,
) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let versions = match quick {
        Some(quick) => store::versions(&mut connection, quick.quick_text_id).await?,
        None => Vec::new(),
    };
    let versions = versions.into_iter().map(|version| Row {
        who: version.officer_name.clone().unwrap_or_else(|| "Có sẵn".to_owned()),
        when: words::moment(version.written_at),
        iso: words::iso(version.written_at),
        version,
    });
    page(&EditPage {
        versions: versions.collect(),
        frame: Frame::draw(&mut connection, state, visit, Section::Settings).await?,
        id: quick.map(|quick| quick.quick_text_id),
        owner: match quick {
            Some(quick) => quick.agency_name.clone().unwrap_or_else(|| "Mọi cơ quan".to_owned()),
            None => visit.officer.agency_name.clone(),
        },
        may_own_all: visit.may(Right::Settings),
        typed,
        errors: again.errors,
        is_stale: again.is_stale,
    })
}
