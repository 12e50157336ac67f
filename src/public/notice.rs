//! The notice on personal data in full; the chat asks for consent and links here.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::PublicState;
use crate::casework::notices::{ConsentNotice, Notices};
use crate::http::{Failure, page};

#[derive(Template)]
#[template(path = "public/templates/notice.html", config = "src/http/askama.toml")]
struct NoticePage<'a> {
    is_training: bool,
    notices: Notices,
    notice: &'a ConsentNotice,
}

pub(super) async fn show(State(state): State<PublicState>) -> Result<Html<String>, Failure> {
    let notices = state.rules.notices.clone();
    page(&NoticePage { is_training: state.is_training, notices, notice: state.rules.notices.consent() })
}
