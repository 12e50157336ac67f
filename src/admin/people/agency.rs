//! One agency: its name, its official code, since when and until when, who took over.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::petition::FieldError;
use super::super::visit::{Flash, Visit};
use super::{noted, workplaces};
use crate::http::{Failure, Form, Path, page};
use crate::officer::agency::{add_agency, agency_lines, change_agency};
use crate::officer::{AgencyChange, AgencyError, AgencyLine, Level, Right};

const LIST: &str = "/admin/agencies";

#[derive(Template)]
#[template(path = "admin/templates/agency.html", config = "src/http/askama.toml")]
struct AgencyPage {
    frame: Frame,
    /// The agency as it stands; none while it is added.
    line: Option<AgencyLine>,
    typed: Typed,
    agencies: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

/// What stands in the form.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in super::super) struct Typed {
    #[serde(default)]
    version: i32,
    #[serde(default)]
    agency_id: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    official_code: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_to: String,
    #[serde(default)]
    successor_id: String,
}

impl Typed {
    fn of(line: &AgencyLine) -> Self {
        let said = |day: Option<NaiveDate>| day.map(|day| day.format("%d/%m/%Y").to_string()).unwrap_or_default();
        Self {
            version: line.version,
            agency_id: line.agency_id.clone(),
            level: line.level.name().to_owned(),
            name: line.name.clone(),
            official_code: line.official_code.clone().unwrap_or_default(),
            valid_from: said(line.valid_from),
            valid_to: said(line.valid_to),
            successor_id: line.successor_id.clone().unwrap_or_default(),
        }
    }

    fn read(&self) -> Result<AgencyChange, FieldError> {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(AgencyChange {
            name: self.name.trim().to_owned(),
            official_code: some(&self.official_code),
            valid_from: day("valid_from", &self.valid_from)?,
            valid_to: day("valid_to", &self.valid_to)?,
            successor_id: some(&self.successor_id),
        })
    }

    /// For the template.
    fn is_level(&self, level: &Level) -> bool {
        self.level == level.name()
    }
}

fn day(field: &'static str, typed: &str) -> Result<Option<NaiveDate>, FieldError> {
    match typed.trim() {
        "" => Ok(None),
        typed => match NaiveDate::parse_from_str(typed, "%d/%m/%Y") {
            Ok(day) => Ok(Some(day)),
            Err(_) => {
                Err(FieldError { field, say: "Nhập ngày theo ngày/tháng/năm. Ví dụ: 01/07/2025.".to_owned() })
            }
        },
    }
}

pub(in super::super) async fn new(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::Accounts)?;
    let mut connection = state.pool.acquire().await?;
    draw(&mut connection, &state, &visit, None, Typed::default(), Vec::new()).await
}

pub(in super::super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Path(agency_id): Path<String>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Accounts)?;
    let mut connection = state.pool.acquire().await?;
    let line = find(&mut connection, &agency_id).await?;
    let typed = Typed::of(&line);
    draw(&mut connection, &state, &visit, Some(line), typed, Vec::new()).await
}

pub(in super::super) async fn add(
    State(state): State<AdminState>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    visit.must(Right::Accounts)?;
    let mut transaction = state.pool.begin().await?;
    let code = typed.agency_id.trim().to_uppercase();
    let done = match (typed.read(), typed.level.parse()) {
        (Ok(change), Ok(level)) => {
            add_agency(&mut transaction, &code, level, &change, visit.at).await.map_err(field_error)
        }
        (Err(error), _) => Err(Ok(error)),
        (_, Err(_)) => Err(Ok(FieldError { field: "level", say: "Chọn cấp của cơ quan.".to_owned() })),
    };
    if let Err(error) = done {
        let error = error?;
        drop(transaction);
        return again(&state, &visit, None, typed, error).await;
    }
    let after = kept(&find(&mut transaction, &code).await?);
    noted(&mut transaction, &visit, "agency_changed", &code, json!({ "after": after })).await?;
    transaction.commit().await?;
    let rest = "Mở tài khoản đầu mối và người dự phòng cho cơ quan này.";
    visit.go_on(LIST, Flash::done(format!("Đã thêm {}.", typed.name.trim()), rest)).await
}

pub(in super::super) async fn change(
    State(state): State<AdminState>,
    visit: Visit,
    Path(agency_id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    visit.must(Right::Accounts)?;
    let mut transaction = state.pool.begin().await?;
    let before = find(&mut transaction, &agency_id).await?;
    let done = match typed.read() {
        Ok(change) => {
            change_agency(&mut transaction, &agency_id, typed.version, &change, visit.at).await.map_err(field_error)
        }
        Err(error) => Err(Ok(error)),
    };
    if let Err(error) = done {
        let error = error?;
        drop(transaction);
        return again(&state, &visit, Some(&agency_id), typed, error).await;
    }
    let after = find(&mut transaction, &agency_id).await?;
    let detail = json!({ "before": kept(&before), "after": kept(&after) });
    noted(&mut transaction, &visit, "agency_changed", &agency_id, detail).await?;
    transaction.commit().await?;
    let rest = match after.is_closed() {
        true => "Cơ quan này không còn trong danh sách để giao việc; phản ánh cũ vẫn giữ tên.",
        false => "Tên mới hiện ngay trên mọi trang.",
    };
    visit.go_on(LIST, Flash::done(format!("Đã lưu {}.", after.name), rest)).await
}

fn kept(line: &AgencyLine) -> serde_json::Value {
    json!({
        "name": line.name,
        "official_code": line.official_code,
        "valid_from": line.valid_from,
        "valid_to": line.valid_to,
        "successor": line.successor_id,
    })
}

fn field_error(error: AgencyError) -> Result<FieldError, Failure> {
    let (field, say) = match error {
        AgencyError::Name => ("name", "Nhập tên cơ quan. Ví dụ: UBND phường Láng."),
        AgencyError::Code => ("agency_id", "Nhập 2 đến 40 chữ hoa không dấu, chữ số, gạch nối. Ví dụ: HN-SXD."),
        AgencyError::Taken => ("agency_id", "Mã này đã có cơ quan khác dùng. Chọn mã khác."),
        AgencyError::ValidTo => {
            ("valid_to", "Nhập ngày đã ngừng, không sau hôm nay và không trước ngày bắt đầu. Chưa ngừng thì để trống.")
        }
        AgencyError::Successor => ("successor_id", "Chọn cơ quan khác, đang hoạt động, nhận việc thay."),
        AgencyError::Stale => {
            ("name", "Cơ quan vừa được người khác sửa. Đối chiếu với thông tin hiện tại ở trên rồi lưu lại.")
        }
        AgencyError::Missing => return Err(Failure::NotFound),
        AgencyError::Database(error) => return Err(error.into()),
    };
    Ok(FieldError { field, say: say.to_owned() })
}

async fn find(connection: &mut PgConnection, agency_id: &str) -> Result<AgencyLine, Failure> {
    agency_lines(connection, Some(agency_id)).await?.pop().ok_or(Failure::NotFound)
}

async fn again(
    state: &AdminState,
    visit: &Visit,
    agency_id: Option<&str>,
    typed: Typed,
    error: FieldError,
) -> Result<Response, Failure> {
    let mut connection = state.pool.acquire().await?;
    let line = match agency_id {
        Some(agency_id) => Some(find(&mut connection, agency_id).await?),
        None => None,
    };
    // what is saved next is saved over what stands there now, and the page shows it
    let typed = Typed { version: line.as_ref().map_or(typed.version, |line| line.version), ..typed };
    let html = draw(&mut connection, state, visit, line, typed, vec![error]).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
}

async fn draw(
    connection: &mut PgConnection,
    state: &AdminState,
    visit: &Visit,
    line: Option<AgencyLine>,
    typed: Typed,
    errors: Vec<FieldError>,
) -> Result<Html<String>, Failure> {
    let agencies = workplaces(connection).await?;
    let frame = Frame::draw(connection, state, visit, Section::People).await?;
    page(&AgencyPage { frame, line, typed, agencies, errors })
}
