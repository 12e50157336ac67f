//! The media host: what people sent along, at an address that anyone may read, and what can go wrong with it.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};

use super::Zalo;
use super::citizen::random_msg_id;
use super::quirk::Quirk;
use super::world::{World, delta};

/// A slow download comes in so many pieces.
const PIECES: usize = 20;
/// One piece of a download that never ends.
const PIECE: usize = 64 << 10;

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct Media {
    pub kind: &'static str,
    pub bytes: Bytes,
    pub at: DateTime<Utc>,
}

/// Keeps a file and gives its path on this host. Like Zalo's, the path has no extension.
pub fn keep(shelf: &mut HashMap<String, Media>, name: &str, bytes: Vec<u8>, at: DateTime<Utc>) -> String {
    let path = format!("/media/{}", random_msg_id());
    shelf.insert(path.clone(), Media { kind: kind(name), bytes: bytes.into(), at });
    path
}

pub fn router(zalo: Zalo) -> Router {
    Router::new().route("/media/{name}", get(media)).route("/media/moved/{name}", get(moved)).with_state(zalo)
}

async fn media(State(zalo): State<Zalo>, Path(name): Path<String>) -> Response {
    let at = zalo.now();
    let mut world = zalo.world();
    let Some(media) = world.media.get(&format!("/media/{name}")).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(quirk) = quirk(&mut world, &media, at) else { return whole(media) };
    let (slow, astray) = (world.manners.slow, world.manners.astray.clone());
    drop(world);
    match quirk {
        Quirk::MediaError => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Quirk::MediaSlow => trickling(media, slow),
        Quirk::MediaEndless => endless(media),
        Quirk::MediaMislabelled => whole(Media { kind: "text/html", ..media }),
        Quirk::MediaMoved => Redirect::temporary(&format!("/media/moved/{name}")).into_response(),
        Quirk::MediaAstray => Redirect::temporary(&astray).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Where a download that was moved is found, whole.
async fn moved(State(zalo): State<Zalo>, Path(name): Path<String>) -> Response {
    let media = zalo.world().media.get(&format!("/media/{name}")).cloned();
    media.map_or_else(|| StatusCode::NOT_FOUND.into_response(), whole)
}

/// What goes wrong with this download, if anything does.
fn quirk(world: &mut World, media: &Media, at: DateTime<Utc>) -> Option<Quirk> {
    const OF_DOWNLOADS: [Quirk; 7] = [
        Quirk::MediaGone,
        Quirk::MediaError,
        Quirk::MediaMoved,
        Quirk::MediaAstray,
        Quirk::MediaMislabelled,
        Quirk::MediaEndless,
        Quirk::MediaSlow,
    ];
    let live = world.manners.links_live;
    if !live.is_zero() && at > media.at + delta(live) {
        return Some(Quirk::MediaGone);
    }
    OF_DOWNLOADS.into_iter().find(|quirk| world.chances.strikes(*quirk))
}

fn whole(Media { kind, bytes, .. }: Media) -> Response {
    with_headers(kind, Body::from(bytes))
}

fn trickling(Media { kind, bytes, .. }: Media, slow: Duration) -> Response {
    let size = bytes.len().div_ceil(PIECES).max(1);
    let pieces: Vec<Bytes> = bytes.chunks(size).map(Bytes::copy_from_slice).collect();
    let pieces = stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(slow).await;
        Ok::<_, std::convert::Infallible>(piece)
    });
    with_headers(kind, Body::from_stream(pieces))
}

fn endless(Media { kind, bytes, .. }: Media) -> Response {
    let more = stream::repeat(Bytes::from(vec![0; PIECE]));
    let pieces = stream::once(async { bytes }).chain(more).map(Ok::<_, std::convert::Infallible>);
    with_headers(kind, Body::from_stream(pieces))
}

fn with_headers(kind: &'static str, body: Body) -> Response {
    // Whatever somebody uploads, a browser neither runs it nor guesses at it.
    let shown = if kind.starts_with("image/") { "inline" } else { "attachment" };
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, shown), (X_CONTENT_TYPE_OPTIONS, "nosniff")], body).into_response()
}

fn kind(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase());
    match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "mp4" => "video/mp4",
        "aac" => "audio/aac",
        "amr" => "audio/amr",
        _ => "application/octet-stream",
    }
}

/// Would a phone show this file as a picture?
pub fn is_image(name: &str) -> bool {
    kind(name).starts_with("image/")
}
