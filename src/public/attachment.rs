//! A picture that was published with its petition: the clean copy, and nothing else of it.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::PublicState;
use crate::attachment::{self, Part, State as Kept};
use crate::http::{Failure, Path};
use crate::petition::{Reference, published};

/// A browser that opens it by itself runs nothing in it.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
/// Somebody may withdraw it: nobody keeps it for long.
const KEPT: HeaderValue = HeaderValue::from_static("no-cache");

/// Only while the result is public, and only what was chosen; whoever guesses learns nothing.
pub(super) async fn show(
    State(state): State<PublicState>,
    Path((reference, attachment_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let reference: Reference = reference.parse().map_err(|_| Failure::NotFound)?;
    let mut connection = state.pool.acquire().await?;
    let shown = published::of(&mut connection, &reference).await?;
    let chosen = shown.into_iter().find(|shown| shown.attachment_id == attachment_id).ok_or(Failure::NotFound)?;
    let media = attachment::find(&mut connection, chosen.media_id).await?;
    drop(connection);
    let media = media.filter(|media| media.state == Kept::Kept && media.is_drawn).ok_or(Failure::NotFound)?;
    let copy = media.copy.ok_or(Failure::NotFound)?;
    let found = state.shelf.get(media.folder, copy, Part::Clean).await?.ok_or(Failure::NotFound)?;
    // its own name may be somebody's
    let name = format!("inline; filename=\"{reference}-{attachment_id}.jpg\"");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (CONTENT_LENGTH, found.meta.size.into()),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(anyhow::Error::from)?),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, KEPT),
    ];
    Ok((headers, Body::from_stream(found.into_stream())).into_response())
}
