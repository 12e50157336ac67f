//! What people send along: from the chat to the officers' page, past everything that can be wrong with it.

mod hostile;
mod keeping;
mod leaving;
mod scanner;
mod server;
mod showing;

use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use sqlx::PgPool;
use tempfile::TempDir;
use zalo_petitions::sim::Phone;

use crate::app::{TestApp, redis_url};

/// What the phone wrote into a photo about where it was taken.
pub const PLACE: &[u8] = b"GPS 21.0285 105.8542";

/// A house whose attachments lie in a folder that can be looked into, and which also fetches from these machines.
pub async fn house(pool: &PgPool, hosts: &[String]) -> (TestApp, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let app = TestApp::furnished(pool, &redis_url(), |settings| {
        settings.attachment_store = url::Url::from_directory_path(folder.path()).expect("a folder's address");
        settings.attachment_hosts.extend(hosts.iter().map(|host| host.parse().expect("a host")));
    })
    .await;
    // the simulator learns where it stands when it begins to serve
    tokio::task::yield_now().await;
    (app, folder)
}

/// A photo as a phone takes it: with EXIF, in which it stands that the phone lay on its side, and where it was.
pub fn photo() -> Vec<u8> {
    let picture = RgbImage::from_fn(900, 600, |x, y| Rgb([(x / 4) as u8, (y / 3) as u8, 90]));
    let mut jpeg = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut jpeg, ImageFormat::Jpeg).expect("a picture");
    let jpeg = jpeg.into_inner();
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend(PLACE);
    let length = u16::try_from(exif.len() + 2).expect("a short segment").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

pub fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The citizen sends this from somewhere else than the simulator; the turn is over when this returns, nothing is fetched.
async fn sends(app: &TestApp, phone: &Phone, kind: &str, payload: Value) {
    app.knock(&json!({
        "app_id": app.settings.zalo_app_id, "user_id_by_app": "1", "event_name": format!("user_send_{kind}"),
        "timestamp": app.now().timestamp_millis().to_string(),
        "sender": { "id": phone.user_id() }, "recipient": { "id": app.settings.zalo_oa_id },
        "message": { "msg_id": uuid::Uuid::new_v4(), "attachments": [{ "type": kind, "payload": payload }] },
    }))
    .await;
    while app.house.turns.round().await.expect("turns") > 0 {}
}

/// How far each has come, and why no further: «kept», «waiting gone».
async fn states(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("select concat_ws(' ', state, reason) from media order by media_id")
        .fetch_all(pool)
        .await
        .expect("states")
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let below = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    below.collect()
}
