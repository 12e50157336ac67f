//! A paper or picture that went out with an answer: for everybody, where an officer cleared it; else for whoever was given its
//! address, its sender.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::PublicState;
use crate::attachment::{Kind, Part};
use crate::http::{Failure, Path};
use crate::petition::{Reference, answer_file};

/// A browser that opens it by itself runs nothing in it.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
/// It may be taken back: nobody keeps it for long.
const KEPT: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Pictures without what the camera wrote into them.
pub(super) async fn show(
    State(state): State<PublicState>,
    Path((reference, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let reference: Reference = reference.parse().map_err(|_| Failure::NotFound)?;
    let key: Uuid = key.parse().map_err(|_| Failure::NotFound)?;
    let mut connection = state.pool.acquire().await?;
    let file = answer_file::by_key(&mut connection, &reference, key).await?.ok_or(Failure::NotFound)?;
    drop(connection);
    let (part, kind, shown) = match file.is_drawn {
        true => (Part::Clean, Kind::named("image/jpeg"), "inline"),
        false => (Part::Original, Kind::named(&file.mime), "attachment"),
    };
    let found = state.shelf.get(file.folder, file.copy, part).await?.ok_or(Failure::NotFound)?;
    // its own name may be somebody's
    let name = format!("{shown}; filename=\"{reference}-{}.{}\"", file.answer_file_id, kind.extension);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind.mime)),
        (CONTENT_LENGTH, found.meta.size.into()),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(anyhow::Error::from)?),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, KEPT),
    ];
    Ok((headers, Body::from_stream(found.into_stream())).into_response())
}
