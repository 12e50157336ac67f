//! Uploads (zalo-oa 5).

use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{answer, authorised, no_such_call, noted};
use crate::sim::Zalo;
use crate::sim::rules::Refusal;
use crate::sim::rules::upload::UploadKind;

pub async fn upload(
    State(zalo): State<Zalo>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let (kind, field) = match kind.as_str() {
        "image" => (UploadKind::Image, "attachment_id"),
        "gif" => (UploadKind::Gif, "attachment_id"),
        "file" => (UploadKind::File, "token"),
        _ => return no_such_call().await,
    };
    if let Err(refusal) = authorised(&zalo, &headers) {
        return answer(noted(&zalo, Err(refusal)));
    }
    let file = match form {
        Ok(form) => match file_of(form).await {
            Ok(file) => file.ok_or_else(|| Refusal::invalid("file")),
            // Far beyond every limit.
            Err(StatusCode::PAYLOAD_TOO_LARGE) => Err(Refusal::of(-210)),
            Err(status) => return status.into_response(),
        },
        Err(_) => Err(Refusal::invalid("file")),
    };
    let at = zalo.now();
    let kept = file.and_then(|(name, bytes)| zalo.change(|world| world.upload(kind, &name, bytes, at)));
    answer(noted(&zalo, kept.map(|id| json!({ field: id }))))
}

/// Name and bytes of the part that is called `file`.
async fn file_of(mut form: Multipart) -> Result<Option<(String, Vec<u8>)>, StatusCode> {
    while let Some(part) = form.next_field().await.map_err(|error| error.status())? {
        if part.name() == Some("file") {
            let name = part.file_name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|error| error.status())?;
            return Ok(Some((name, bytes.to_vec())));
        }
    }
    Ok(None)
}
