//! Failures as pages: one sentence and an incident number for the visitor, the cause once to the log.

use std::any::Any;

use askama::Template;
use axum::extract::Request;
use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use rand::Rng;

/// Why there is no page. Turns into one that says so.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("there is nothing at this address")]
    NotFound,
    #[error("this visitor may not do this: {0}")]
    Forbidden(&'static str),
    /// The request could not be read.
    #[error("the request could not be read: {0}")]
    Unreadable(String),
    /// Ours. The visitor learns only the incident number.
    #[error(transparent)]
    Inside(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Inside(error.into())
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Inside(error.into())
    }
}

impl From<FormRejection> for Failure {
    fn from(rejection: FormRejection) -> Self {
        Self::Unreadable(rejection.to_string())
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Self {
        Self::Unreadable(rejection.to_string())
    }
}

impl From<PathRejection> for Failure {
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Inside(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match &self {
            Self::Inside(cause) => failed(self.status(), &format!("{cause:#}")),
            other => failed(other.status(), &other.to_string()),
        }
    }
}

#[derive(Template)]
#[template(path = "http/templates/failure.html", config = "src/http/askama.toml")]
struct FailurePage<'a> {
    heading: &'a str,
    sentence: &'a str,
    incident: &'a str,
}

/// Marks a failure that is a page already.
#[derive(Clone, Copy)]
struct Dressed;

/// A failure's page, and its cause in the log beside the same incident number. `cause` never carries a citizen's words.
pub fn failed(status: StatusCode, cause: &str) -> Response {
    let incident = incident();
    match status.is_server_error() {
        true => tracing::error!(%incident, status = status.as_u16(), cause, "a page failed"),
        false => tracing::info!(%incident, status = status.as_u16(), cause, "a page was refused"),
    }
    let (heading, sentence) = words(status);
    let page = FailurePage { heading, sentence, incident: &incident };
    let html = page.render().unwrap_or_else(|_| format!("{sentence} ({incident})"));
    let mut response = (status, Html(html)).into_response();
    response.extensions_mut().insert(Dressed);
    response
}

pub(super) fn from_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    failed(StatusCode::INTERNAL_SERVER_ERROR, &format!("a panic: {text}"))
}

/// Whatever a library answered for us (a method a page does not know, a body that is too large, a session store that is
/// away) becomes a page too.
pub(super) async fn dress(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_failure || is_page || response.extensions().get::<Dressed>().is_some() {
        return response;
    }
    let mut page = failed(status, &format!("{method} {path}"));
    if let Some(allow) = response.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allow.clone());
    }
    page
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => {
            ("Không tìm thấy trang này", "Địa chỉ này không có trang nào, Ông/Bà xem lại đường dẫn giúp.")
        }
        StatusCode::FORBIDDEN => {
            ("Không mở được trang này", "Việc này cần mở từ chính trang của chúng tôi, hoặc cần quyền khác.")
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            ("Không mở được trang này", "Trang này không nhận cách gửi như vậy, Ông/Bà mở lại từ đầu giúp.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("Nội dung quá dài", "Nội dung gửi lên dài quá mức trang này nhận, Ông/Bà rút ngắn giúp.")
        }
        status if status.is_client_error() => {
            ("Chưa đọc được nội dung gửi lên", "Trang chưa đọc được nội dung gửi lên, Ông/Bà quay lại và gửi lại giúp.")
        }
        _ => (
            "Trang đang gặp sự cố",
            "Lỗi ở phía chúng tôi, Ông/Bà thử lại sau ít phút; nội dung đã gửi trước đó không mất.",
        ),
    }
}

/// «7KQ4-M2XD»: short enough to be read out over the phone, without letters that are taken for others.
fn incident() -> String {
    const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRTUVWXY";
    let mut random = rand::rng();
    let mut draw = |count: usize| -> String {
        (0..count).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
    };
    format!("{}-{}", draw(4), draw(4))
}
