//! What both sets of pages share: the layout, the stylesheets, errors as pages, the headers every page carries.
//!
//! Knows nothing of petitions, officers or Zalo: it dresses whatever pages it is given. It keeps three promises, so that
//! no room has to think of them again:
//!
//! 1. whoever asks for a page gets a page: every failure is one sentence in Vietnamese and an incident number, and its
//!    cause is in the log once, beside the same number;
//! 2. nothing is loaded that we did not write: no inline script or style, no third-party file (the policy in [`headers`]
//!    forbids it, so a text of a citizen that got past escaping could do nothing);
//! 3. a form posted from another site changes nothing ([`origin`]).
//!
//! The templates lie beside their rooms; `askama.toml` here says so, `templates/layout.html` is what they extend.

mod assets;
mod failure;
mod form;
mod headers;
pub mod origin;
pub mod text;

use axum::Router;
use axum::middleware::{from_fn, map_response};
use tower_http::catch_panic::CatchPanicLayer;

pub use assets::{LIVE_SCRIPT, OFFICE_STYLESHEET, SCRIPT, STYLESHEET, router};
pub use failure::{Failure, failed};
pub use form::{Form, Path, Query};
pub use headers::{leading_on_to, uncached, with_script};

/// Dresses a set of pages: the stylesheets lie beside them, addresses nobody has, methods a page does not know, panics and half-made answers all become
/// pages, and every answer carries the headers of [`headers`]. Only pages go in: an API would not want its errors dressed.
pub fn dressed(pages: Router) -> Router {
    pages
        .merge(router())
        .fallback(|| async { Failure::NotFound })
        .layer(CatchPanicLayer::custom(failure::from_panic))
        .layer(from_fn(failure::dress))
        .layer(map_response(headers::add))
}

/// A template as a page.
pub fn page<T: askama::Template>(template: &T) -> Result<axum::response::Html<String>, Failure> {
    Ok(axum::response::Html(template.render()?))
}
