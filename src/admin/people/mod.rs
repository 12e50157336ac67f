//! People: officers' accounts and agencies, which the focal office keeps; and everybody's own account.
//!
//! Nothing here is deleted, and every change leaves a line in the audit log. A password or a code that is made here is shown
//! once, on the page after, and kept nowhere.

mod agencies;
mod agency;
mod closing;
mod list;
mod officer;
mod opening;
mod own;
mod password;
mod recovery;
mod rows;
mod second_factor;

use axum::Router;
use axum::routing::{get, post};
use serde_json::Value;
use sqlx::PgConnection;

use super::AdminState;
use super::petition::FieldError;
use super::visit::Visit;
use crate::http::Failure;
use crate::officer::audit::{Note, note};
use crate::officer::{AccountError, AddError, OpenError, SHORTEST, account, agencies_of_the_city};

pub(super) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/officers", get(list::show).post(opening::open))
        .route("/admin/officers/new", get(opening::show))
        .route("/admin/officers/{officer_id}", get(officer::show).post(officer::change))
        .route("/admin/officers/{officer_id}/password", post(officer::reset_password))
        .route("/admin/officers/{officer_id}/second-factor", post(officer::reset_second_factor))
        .route("/admin/officers/{officer_id}/sessions", post(officer::end_sessions))
        .route("/admin/officers/{officer_id}/sessions/{officer_session_id}", post(officer::end_session))
        .route("/admin/officers/{officer_id}/closure", get(closing::show).post(closing::close))
        .route("/admin/agencies", get(agencies::show).post(agency::add))
        .route("/admin/agencies/new", get(agency::new))
        .route("/admin/agencies/{agency_id}", get(agency::show).post(agency::change))
        .route("/admin/account", get(own::show))
        .route("/admin/account/keys", post(own::set_keys))
        .route("/admin/account/sessions", post(own::end_others))
        .route("/admin/account/sessions/{officer_session_id}", post(own::end_session))
        .route("/admin/account/password", get(password::show).post(password::change))
        .route("/admin/account/second-factor", get(second_factor::show).post(second_factor::confirm))
        .route("/admin/account/second-factor/removal", get(second_factor::ask_removal).post(second_factor::remove))
        .route("/admin/account/recovery-codes", get(recovery::show).post(recovery::renew))
}

/// Writes down what was done to whose account, or to which agency.
async fn noted(
    connection: &mut PgConnection,
    visit: &Visit,
    act: &str,
    subject: &str,
    detail: Value,
) -> Result<(), Failure> {
    let line =
        Note { officer_id: Some(visit.officer.officer_id), act, petition_id: None, subject, detail, at: visit.at };
    Ok(note(connection, &line).await?)
}

/// The account an address names, open or closed.
async fn find(connection: &mut PgConnection, officer_id: i64) -> Result<crate::officer::Account, Failure> {
    account(connection, officer_id).await?.ok_or(Failure::NotFound)
}

/// What is wrong with an account, in the words of its form; a failure where it is no field.
fn field_error(error: AccountError) -> Result<FieldError, Failure> {
    let (field, say) = match error {
        AccountError::Name => ("name", "Nhập họ và tên cán bộ. Ví dụ: Trần Thu Hà.".to_owned()),
        AccountError::Email => ("email", "Nhập địa chỉ thư công vụ. Ví dụ: hatt@hanoi.gov.vn.".to_owned()),
        AccountError::EmailTaken => {
            ("email", "Địa chỉ này đã ghi ở một tài khoản khác. Nhập địa chỉ của riêng cán bộ này.".to_owned())
        }
        AccountError::Agency => ("agency_id", "Chọn một cơ quan đang hoạt động trong danh sách.".to_owned()),
        AccountError::LastFocal => (
            "role",
            "Đây là tài khoản đầu mối Thành phố cuối cùng. Mở tài khoản đầu mối khác trước, rồi mới đổi hoặc đóng."
                .to_owned(),
        ),
        AccountError::Stale => (
            "name",
            "Tài khoản vừa được người khác sửa. Đối chiếu với thông tin hiện tại ở trên rồi lưu lại.".to_owned(),
        ),
        AccountError::Missing => return Err(Failure::NotFound),
        AccountError::Database(error) => return Err(error.into()),
    };
    Ok(FieldError { field, say })
}

/// The same for an account that is to be opened.
fn opening_error(error: OpenError) -> Result<FieldError, Failure> {
    let (field, say) = match error {
        OpenError::Account(error) => return field_error(error),
        OpenError::Add(AddError::Login) => (
            "login",
            "Nhập 2 đến 40 chữ cái không dấu, chữ số, dấu chấm, gạch nối, bắt đầu bằng chữ cái. Ví dụ: ha.vp."
                .to_owned(),
        ),
        OpenError::Add(AddError::Name) => return field_error(AccountError::Name),
        OpenError::Add(AddError::Agency(_)) => return field_error(AccountError::Agency),
        OpenError::Add(AddError::Taken(login)) => {
            ("login", format!("Tên đăng nhập {login} đã có người dùng, kể cả tài khoản đã đóng. Chọn tên khác."))
        }
        OpenError::Add(AddError::Password) => ("login", format!("Mật khẩu phải có ít nhất {SHORTEST} ký tự.")),
        OpenError::Add(AddError::Inside(error)) => return Err(error.into()),
    };
    Ok(FieldError { field, say })
}

/// Where somebody can work: (id, name).
async fn workplaces(connection: &mut PgConnection) -> Result<Vec<(String, String)>, Failure> {
    Ok(agencies_of_the_city(connection).await?)
}
