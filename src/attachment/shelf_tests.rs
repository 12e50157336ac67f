use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use axum::Router;
use axum::extract::{Path as At, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::*;

/// Everything that is asked of a store, whichever it is.
async fn keeps_and_deletes(shelf: &Shelf) {
    let (folder, first, second) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
    for copy in [first, second] {
        for part in [Part::Original, Part::Clean, Part::Thumbnail] {
            shelf.put(folder, copy, part, part.name().as_bytes().into()).await.expect("put");
        }
    }
    assert_eq!(shelf.bytes(folder, first).await.expect("read").expect("there"), "original");
    shelf.remove_copy(folder, first).await.expect("removed");
    assert!(shelf.bytes(folder, first).await.expect("read").is_none());
    assert!(shelf.get(folder, second, Part::Thumbnail).await.expect("read").is_some(), "the other one stays");
    shelf.remove_all(folder).await.expect("removed");
    assert!(shelf.get(folder, second, Part::Thumbnail).await.expect("read").is_none());
    shelf.remove_all(folder).await.expect("nothing to remove");
}

fn open(url: &str) -> anyhow::Result<Shelf> {
    Shelf::open_with(&url.parse().expect("an address"), std::iter::empty())
}

#[tokio::test]
async fn memory_and_folders_keep_and_delete() {
    keeps_and_deletes(&open("memory:///").expect("a store")).await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = Url::from_directory_path(folder.path()).expect("an address");
    keeps_and_deletes(&open(url.as_str()).expect("a store")).await;
}

#[test]
fn what_we_cannot_open_is_refused() {
    open("s3://bucket/prefix").expect("a store that nobody asked yet");
    for url in ["gs://bucket", "az://container", "ftp://files.example/", "https://files.example/"] {
        let refusal = open(url).expect_err(url);
        assert!(refusal.to_string().contains("ATTACHMENT_STORE"), "{refusal}");
    }
}

#[tokio::test]
async fn a_store_that_speaks_s3_keeps_and_deletes() {
    let bucket: Bucket = Bucket::default();
    let router = Router::new()
        .route("/attachments", get(list).post(delete))
        .route("/attachments/", post(delete))
        .route("/attachments/{*key}", get(read).put(write))
        .with_state(bucket.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, router).into_future());
    let options = [
        ("AWS_ENDPOINT", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        // not for the store
        ("AWS_PAGER", "less"),
    ];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter();
    let shelf = Shelf::open_with(&"s3://attachments/zalo".parse().expect("an address"), options).expect("a store");
    keeps_and_deletes(&shelf).await;
    assert!(bucket.lock().expect("a bucket").is_empty());
}

/// As much of S3 as is asked of it.
type Bucket = Arc<Mutex<BTreeMap<String, Bytes>>>;

async fn write(State(bucket): State<Bucket>, At(key): At<String>, bytes: Bytes) -> Response {
    bucket.lock().expect("a bucket").insert(key, bytes);
    [("etag", "\"1\"")].into_response()
}

async fn read(State(bucket): State<Bucket>, At(key): At<String>) -> Response {
    match bucket.lock().expect("a bucket").get(&key) {
        Some(bytes) => {
            ([("etag", "\"1\""), ("last-modified", "Wed, 18 Nov 2026 02:10:00 GMT")], bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn list(State(bucket): State<Bucket>, Query(asked): Query<HashMap<String, String>>) -> String {
    let bucket = bucket.lock().expect("a bucket");
    let found = bucket.iter().filter(|(key, _)| key.starts_with(&asked["prefix"]));
    let listed = found.map(|(key, bytes)| {
        let size = bytes.len();
        format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-18T02:10:00Z</LastModified><Size>{size}</Size></Contents>"
        )
    });
    format!("<ListBucketResult><IsTruncated>false</IsTruncated>{}</ListBucketResult>", listed.collect::<String>())
}

async fn delete(State(bucket): State<Bucket>, asked: String) -> String {
    let keys = asked.split("<Key>").skip(1).filter_map(|after| after.split("</Key>").next());
    let gone = keys.map(|key| {
        bucket.lock().expect("a bucket").remove(key);
        format!("<Deleted><Key>{key}</Key></Deleted>")
    });
    format!("<DeleteResult>{}</DeleteResult>", gone.collect::<String>())
}
