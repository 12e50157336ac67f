//! What goes out with an answer, handed to an officer: from our own store, as a file to be saved.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::super::AdminState;
use super::super::visit::Visit;
use super::download::{POLICY, attached_as};
use super::enclosed::size;
use super::find;
use crate::attachment::{Kind, Part};
use crate::http::{Failure, Path};
use crate::officer::Right;
use crate::petition::answer_file::{self, AnswerFile};

/// A file in the form, or beside the answer.
pub struct FileRow {
    pub id: i64,
    /// «bien-ban.pdf, 412 kB»
    pub words: String,
    pub href: String,
    pub is_drawn: bool,
    pub is_public: bool,
}

/// As the templates draw them.
pub(super) fn rows<'a>(files: impl Iterator<Item = &'a AnswerFile>, page: &str) -> Vec<FileRow> {
    let row = |file: &AnswerFile| FileRow {
        id: file.answer_file_id,
        words: format!("{}, {}", file.name, size(file.size)),
        href: format!("{page}/answer-files/{}", file.answer_file_id),
        is_drawn: file.is_drawn,
        is_public: file.is_public,
    };
    files.map(row).collect()
}

pub(super) async fn download(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, answer_file_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    open(&state, &visit, (&reference, answer_file_id), Part::Original).await
}

pub(super) async fn thumbnail(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, answer_file_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    open(&state, &visit, (&reference, answer_file_id), Part::Thumbnail).await
}

async fn open(
    state: &AdminState,
    visit: &Visit,
    (reference, answer_file_id): (&str, i64),
    part: Part,
) -> Result<Response, Failure> {
    let mut connection = state.pool.acquire().await?;
    let petition = find(&mut connection, visit, reference, Right::Attachments).await?;
    let files = answer_file::of(&mut connection, petition.petition_id).await?;
    drop(connection);
    let file = files.into_iter().find(|file| file.answer_file_id == answer_file_id).ok_or(Failure::NotFound)?;
    let found = state.shelf.get(file.folder, file.copy, part).await?.ok_or(Failure::NotFound)?;
    let (kind, shown) = match part {
        Part::Original => (Kind::named(&file.mime), attached_as(&file.name, Kind::named(&file.mime), answer_file_id)),
        Part::Clean | Part::Thumbnail => (Kind::named("image/jpeg"), "inline".to_owned()),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind.mime)),
        (CONTENT_LENGTH, found.meta.size.into()),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&shown).map_err(anyhow::Error::from)?),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    Ok((headers, Body::from_stream(found.into_stream())).into_response())
}
