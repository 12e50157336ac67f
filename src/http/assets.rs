//! The one stylesheet and the mark, compiled in: there is no folder to forget when the service is installed.

use std::sync::LazyLock;

use axum::Router;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;
use sha2::{Digest, Sha256};

const CSS: &str = include_str!("static/look.css");
/// Single keys in the office; everything works without.
const JS: &str = include_str!("static/office.js");
const MARK: &str = include_str!("static/mark.svg");
/// The picture on Zalo's card that asks for contact data: Zalo shows no drawings, only photographs' kinds.
const CONTACT: &[u8] = include_bytes!("static/contact.png");

/// A year: the address changes when the file does.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";

/// The stylesheet's address. It carries the file's hash, so that a browser keeps it until it changes and not longer.
pub static STYLESHEET: LazyLock<String> = LazyLock::new(|| address("look.css", CSS));

/// The office's script, in the same way.
pub static SCRIPT: LazyLock<String> = LazyLock::new(|| address("office.js", JS));

fn address(name: &str, file: &str) -> String {
    let hash = hex::encode(Sha256::digest(file));
    format!("/static/{name}?v={}", hash.get(..12).unwrap_or(&hash))
}

/// Serves the static files.
pub fn router() -> Router {
    Router::new()
        .route("/static/look.css", get(|| async { (kind("text/css; charset=utf-8", FOR_GOOD), CSS) }))
        .route("/static/office.js", get(|| async { (kind("text/javascript; charset=utf-8", FOR_GOOD), JS) }))
        .route("/static/mark.svg", get(|| async { (kind("image/svg+xml", A_DAY), MARK) }))
        .route("/static/contact.png", get(|| async { (kind("image/png", A_DAY), CONTACT) }))
        .route("/favicon.ico", get(|| async { (kind("image/svg+xml", A_DAY), MARK) }))
}

fn kind(content_type: &'static str, keep: &'static str) -> [(HeaderName, &'static str); 2] {
    [(CONTENT_TYPE, content_type), (CACHE_CONTROL, keep)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_talks_to_nobody_else() {
        assert!(JS.len() < 5_000, "{} bytes", JS.len());
        for foreign in ["http:", "https:", "eval(", "innerHTML", "import "] {
            assert!(!JS.contains(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_stylesheet_is_small_and_loads_nothing() {
        assert!(CSS.len() < 15_000, "{} bytes", CSS.len());
        for foreign in ["@import", "url(", "http:", "https:"] {
            assert!(!CSS.contains(foreign), "{foreign}");
        }
    }
}
