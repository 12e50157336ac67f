//! The media host: what people sent along, at an address that anyone may read.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Zalo;
use super::citizen::random_msg_id;

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct Media {
    pub kind: &'static str,
    pub bytes: axum::body::Bytes,
}

/// Keeps a file and gives its path on this host. Like Zalo's, the path has no extension.
pub fn keep(shelf: &mut HashMap<String, Media>, name: &str, bytes: Vec<u8>) -> String {
    let path = format!("/media/{}", random_msg_id());
    shelf.insert(path.clone(), Media { kind: kind(name), bytes: bytes.into() });
    path
}

pub fn router(zalo: Zalo) -> Router {
    Router::new().route("/media/{name}", get(media)).with_state(zalo)
}

async fn media(State(zalo): State<Zalo>, Path(name): Path<String>) -> Response {
    let media = zalo.world().media.get(&format!("/media/{name}")).cloned();
    let Some(Media { kind, bytes }) = media else { return StatusCode::NOT_FOUND.into_response() };
    // Whatever somebody uploads, a browser neither runs it nor guesses at it.
    let shown = if kind.starts_with("image/") { "inline" } else { "attachment" };
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, shown), (X_CONTENT_TYPE_OPTIONS, "nosniff")], bytes).into_response()
}

fn kind(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase());
    match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// Would a phone show this file as a picture?
pub fn is_image(name: &str) -> bool {
    kind(name).starts_with("image/")
}
