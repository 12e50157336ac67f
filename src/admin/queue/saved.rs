//! Filters an officer names: kept, renamed, deleted; seen by nobody else.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::visit::{Flash, Visit};
use super::asked::{Asked, address};
use super::draw;
use super::tabs::Tab;
use crate::http::{Failure, Form, Path};
use crate::officer::Right;

/// More stand on no screen.
const MOST: i64 = 12;
const LONGEST_NAME: usize = 40;
/// As long as an address may be.
const LONGEST_QUERY: usize = 1_000;

/// The forms that keep, rename or delete the filter that is shown.
#[derive(Default)]
pub struct Saving {
    /// The filter that is shown is not kept yet, and something is chosen in it.
    pub can_save: bool,
    /// The filter that is shown is this one.
    pub saved_filter_id: Option<i64>,
    /// As it was typed.
    pub name: String,
    pub error: Option<String>,
}

impl Saving {
    /// What can be done about the filter that is shown.
    pub fn beside(self, asked: &Asked, tabs: &[Tab]) -> Self {
        let own = tabs.iter().find(|tab| tab.is_current && tab.saved_filter_id.is_some());
        let name = if self.error.is_none() { own.map(|tab| tab.word.clone()) } else { None };
        Self {
            can_save: own.is_none() && !asked.is_plain(),
            saved_filter_id: own.and_then(|tab| tab.saved_filter_id),
            name: name.unwrap_or(self.name),
            error: self.error,
        }
    }
}

#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    query: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    act: String,
}

pub async fn save(State(state): State<AdminState>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response, Failure> {
    visit.must(Right::List)?;
    let asked = Asked::read(&sent.query);
    let (query, name) = (asked.query(), sent.name.trim().to_owned());
    let mut connection = state.pool.acquire().await?;
    let kept = of(&mut connection, visit.officer.officer_id).await?;
    let error = name_error(&name, &kept, None).or_else(|| {
        let is_full = kept.len() as i64 >= MOST;
        is_full.then(|| format!("Đã có {MOST} bộ lọc, xóa bớt một bộ lọc cũ rồi lưu lại."))
    });
    if error.is_some() || asked.is_plain() || query.len() > LONGEST_QUERY {
        drop(connection);
        return again(&state, &visit, asked, name, error).await;
    }
    insert(&mut connection, visit.officer.officer_id, &name, &query, visit.at).await?;
    let flash = Flash::done(format!("Đã lưu bộ lọc “{name}”."), "Bộ lọc đứng cùng hàng với các mục ở trên.");
    visit.go_on(&address(&query), flash).await
}

pub async fn change(
    State(state): State<AdminState>,
    visit: Visit,
    Path(saved_filter_id): Path<i64>,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    visit.must(Right::List)?;
    let officer_id = visit.officer.officer_id;
    let mut connection = state.pool.acquire().await?;
    let kept = of(&mut connection, officer_id).await?;
    let filter = kept.iter().find(|filter| filter.saved_filter_id == saved_filter_id).ok_or(Failure::NotFound)?;
    if sent.act == "delete" {
        delete(&mut connection, officer_id, saved_filter_id).await?;
        let flash = Flash::done(format!("Đã xóa bộ lọc “{}”.", filter.name), "Phản ánh trong đó không đổi.");
        return visit.go_on(&address(&filter.query), flash).await;
    }
    let name = sent.name.trim().to_owned();
    if let Some(error) = name_error(&name, &kept, Some(saved_filter_id)) {
        let asked = Asked::read(&filter.query);
        drop(connection);
        return again(&state, &visit, asked, name, Some(error)).await;
    }
    rename(&mut connection, officer_id, saved_filter_id, &name).await?;
    visit.go_on(&address(&filter.query), Flash::done(format!("Bộ lọc giờ tên là “{name}”."), "")).await
}

/// The same list, with what was typed and what to type instead.
async fn again(
    state: &AdminState,
    visit: &Visit,
    asked: Asked,
    name: String,
    error: Option<String>,
) -> Result<Response, Failure> {
    let error = error.or_else(|| Some("Chọn điều kiện lọc trước, rồi lưu.".to_owned()));
    let page = draw(state, visit, asked, Saving { name, error, ..Saving::default() }).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn name_error(name: &str, kept: &[SavedFilter], own: Option<i64>) -> Option<String> {
    let is_taken = kept
        .iter()
        .any(|filter| Some(filter.saved_filter_id) != own && filter.name.to_lowercase() == name.to_lowercase());
    match name.chars().count() {
        0 => Some("Viết tên bộ lọc, ví dụ: Đất đai quá hạn.".to_owned()),
        length if length > LONGEST_NAME => Some(format!("Tên dài nhất {LONGEST_NAME} chữ, rút ngắn lại.")),
        _ if is_taken => Some("Đã có bộ lọc tên này, chọn tên khác.".to_owned()),
        _ => None,
    }
}

/// A filter an officer keeps.
#[derive(Clone, Debug)]
pub struct SavedFilter {
    pub saved_filter_id: i64,
    pub name: String,
    /// What stands after the `?`.
    pub query: String,
}

/// An officer's own filters, the oldest first.
pub async fn of(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<Vec<SavedFilter>> {
    sqlx::query_as!(
        SavedFilter,
        "select saved_filter_id, name, query from saved_filter
         where officer_id = $1 order by saved_filter_id limit $2",
        officer_id,
        MOST,
    )
    .fetch_all(connection)
    .await
}

/// The same name pressed twice at once is kept once.
async fn insert(
    connection: &mut PgConnection,
    officer_id: i64,
    name: &str,
    query: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into saved_filter (officer_id, name, query, created_at) values ($1, $2, $3, $4)
         on conflict (officer_id, lower(name)) do nothing",
        officer_id,
        name,
        query,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn rename(connection: &mut PgConnection, officer_id: i64, saved_filter_id: i64, name: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update saved_filter set name = $3 where saved_filter_id = $2 and officer_id = $1",
        officer_id,
        saved_filter_id,
        name,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn delete(connection: &mut PgConnection, officer_id: i64, saved_filter_id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from saved_filter where saved_filter_id = $2 and officer_id = $1",
        officer_id,
        saved_filter_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}
