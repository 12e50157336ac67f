//! Opening an account.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::petition::FieldError;
use super::super::visit::{Flash, Visit};
use super::{noted, opening_error, workplaces};
use crate::http::{Failure, Form, Query, page};
use crate::officer::{AccountChange, Right, Role, account};

/// What stands in an account's form.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct TypedAccount {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub agency_id: String,
    #[serde(default)]
    pub role: String,
    #[serde(default)]
    pub is_substitute: String,
}

impl TypedAccount {
    /// None where no role was chosen.
    pub fn read(&self) -> Option<AccountChange> {
        let email = self.email.trim().to_lowercase();
        Some(AccountChange {
            name: self.name.trim().to_owned(),
            email: Some(email).filter(|email| !email.is_empty()),
            agency_id: self.agency_id.clone(),
            role: self.role.parse().ok()?,
            is_substitute: !self.is_substitute.is_empty(),
        })
    }

    /// For the template.
    pub fn is_role(&self, role: &Role) -> bool {
        self.role == role.name()
    }
}

/// For whoever chose none.
pub(super) fn no_role() -> FieldError {
    FieldError { field: "role", say: "Chọn một vai trò trong danh sách.".to_owned() }
}

#[derive(Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    agency: String,
}

#[derive(Deserialize)]
pub(in super::super) struct OpeningForm {
    #[serde(default)]
    login: String,
    #[serde(flatten)]
    typed: TypedAccount,
}

#[derive(Template)]
#[template(path = "admin/templates/officer_new.html", config = "src/http/askama.toml")]
struct OpeningPage {
    frame: Frame,
    login: String,
    typed: TypedAccount,
    agencies: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

pub(in super::super) async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Accounts)?;
    let role = if asked.agency.is_empty() { String::new() } else { Role::AgencyFocal.name().to_owned() };
    let form = OpeningForm {
        login: String::new(),
        typed: TypedAccount { agency_id: asked.agency, role, ..TypedAccount::default() },
    };
    draw(&mut *state.pool.acquire().await?, &state, &visit, form, Vec::new()).await
}

pub(in super::super) async fn open(
    State(state): State<AdminState>,
    visit: Visit,
    Form(form): Form<OpeningForm>,
) -> Result<Response, Failure> {
    visit.must(Right::Accounts)?;
    let mut transaction = state.pool.begin().await?;
    let opened = match form.typed.read() {
        Some(change) => account::open(&mut transaction, &form.login, &change, visit.at).await.map_err(opening_error),
        None => Err(Ok(no_role())),
    };
    let (officer_id, one_time) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let error = error?;
            drop(transaction);
            let mut connection = state.pool.acquire().await?;
            let html = draw(&mut connection, &state, &visit, form, vec![error]).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
        }
    };
    let opened = super::find(&mut transaction, officer_id).await?;
    let detail = json!({ "agency": opened.agency_id, "role": opened.role, "is_substitute": opened.is_substitute });
    noted(&mut transaction, &visit, "account_added", &opened.login, detail).await?;
    transaction.commit().await?;
    let place = format!("/admin/officers/{officer_id}");
    visit.whisper(&state, &place, one_time.expose_secret()).await?;
    let rest = "Đưa tận tay mật khẩu dùng một lần ở dưới; trang này chỉ hiện một lần.";
    visit.go_on(&place, Flash::done(format!("Đã mở tài khoản {}.", opened.login), rest)).await
}

async fn draw(
    connection: &mut PgConnection,
    state: &AdminState,
    visit: &Visit,
    form: OpeningForm,
    errors: Vec<FieldError>,
) -> Result<Html<String>, Failure> {
    let agencies = workplaces(connection).await?;
    let frame = Frame::draw(connection, state, visit, Section::People).await?;
    page(&OpeningPage { frame, login: form.login, typed: form.typed, agencies, errors })
}
