//! The notice on personal data in full; the chat asks for consent and links here.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::PublicState;
use crate::casework::notices::ConsentNotice;
use crate::http::{Failure, page};

#[derive(Template)]
#[template(path = "public/templates/notice.html", config = "src/http/askama.toml")]
struct NoticePage<'a> {
    is_training: bool,
    notice: &'a ConsentNotice,
}

pub(super) async fn show(State(state): State<PublicState>) -> Result<Html<String>, Failure> {
    page(&NoticePage { is_training: state.is_training, notice: state.rules.notices.consent() })
}
