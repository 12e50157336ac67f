//! The stylesheets and the mark, compiled in: there is no folder to forget when the service is installed.

use std::sync::LazyLock;

use axum::Router;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;
use sha2::{Digest, Sha256};

/// What every page needs; the public pages load nothing more.
const LOOK: &str = include_str!("static/look.css");
/// What only the office needs, loaded after it.
const OFFICE: &str = include_str!("static/office.css");
/// What keeps a conversation fresh while it is open.
const LIVE: &str = include_str!("static/live.js");
/// Single keys in the office; everything works without.
const KEYS: &str = include_str!("static/office.js");
const MARK: &str = include_str!("static/mark.svg");
/// The picture on Zalo's card that asks for contact data: Zalo shows no drawings, only photographs' kinds.
const CONTACT: &[u8] = include_bytes!("static/contact.png");

/// A year: the address changes when the file does.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";

/// The address of the stylesheet of every page.
pub static STYLESHEET: LazyLock<String> = LazyLock::new(|| hashed("/static/look.css", LOOK));

/// The address of the office's own stylesheet.
pub static OFFICE_STYLESHEET: LazyLock<String> = LazyLock::new(|| hashed("/static/office.css", OFFICE));

/// The address of the script beside a conversation.
pub static LIVE_SCRIPT: LazyLock<String> = LazyLock::new(|| hashed("/static/live.js", LIVE));
/// The address of the office's script.
pub static SCRIPT: LazyLock<String> = LazyLock::new(|| hashed("/static/office.js", KEYS));

/// The address carries the file's hash, so that a browser keeps it until it changes and not longer.
fn hashed(path: &str, content: &str) -> String {
    let hash = hex::encode(Sha256::digest(content));
    format!("{path}?v={}", hash.get(..12).unwrap_or(&hash))
}

/// Serves the static files.
pub fn router() -> Router {
    Router::new()
        .route("/static/look.css", get(|| async { (kind("text/css; charset=utf-8", FOR_GOOD), LOOK) }))
        .route("/static/office.css", get(|| async { (kind("text/css; charset=utf-8", FOR_GOOD), OFFICE) }))
        .route("/static/live.js", get(|| async { (kind("text/javascript; charset=utf-8", FOR_GOOD), LIVE) }))
        .route("/static/office.js", get(|| async { (kind("text/javascript; charset=utf-8", FOR_GOOD), KEYS) }))
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
        assert!(KEYS.len() < 5_000, "{} bytes", KEYS.len());
        for foreign in ["http:", "https:", "eval(", "innerHTML", "import "] {
            assert!(!KEYS.contains(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_stylesheets_are_small_and_load_nothing() {
        for (name, css) in [("look.css", LOOK), ("office.css", OFFICE)] {
            assert!(css.len() < 15_000, "{name}: {} bytes", css.len());
            for foreign in ["@import", "url(", "http:", "https:"] {
                assert!(!css.contains(foreign), "{name}: {foreign}");
            }
        }
    }
}
