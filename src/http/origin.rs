//! Forms posted from other sites are refused.
//!
//! The session cookie is `SameSite=Lax`, which already keeps it away from foreign posts; this is the second lock. Browsers
//! say where a request comes from (`Sec-Fetch-Site`, `Origin`) and a page cannot forge either. A request that carries
//! neither comes from no browser, so there is no officer behind it whose cookie could be abused.

use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderMap, ORIGIN};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use super::Failure;

/// The address people reach the service at.
#[derive(Clone, Debug)]
pub struct OwnOrigin(String);

impl From<&Url> for OwnOrigin {
    fn from(public_url: &Url) -> Self {
        Self(public_url.origin().ascii_serialization())
    }
}

/// Refuses what another site's page posts.
pub async fn own_posts_only(State(own): State<OwnOrigin>, request: Request, next: Next) -> Result<Response, Failure> {
    if request.method().is_safe() || is_ours(&own, request.headers()) {
        return Ok(next.run(request).await);
    }
    Err(Failure::Forbidden("posted from another site"))
}

fn is_ours(own: &OwnOrigin, headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = said("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = said(ORIGIN.as_str()) else { return true };
    // Someone who reaches the service under another of its addresses posts to that address.
    let host = origin.split_once("://").map(|(_, host)| host);
    origin == own.0 || (host.is_some() && host == said(HOST.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(headers: &[(&'static str, &str)]) -> bool {
        let url = Url::parse("https://pakn.hanoi.example/").expect("a url");
        let headers = headers
            .iter()
            .map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().expect("a header value")));
        is_ours(&OwnOrigin::from(&url), &headers.collect())
    }

    #[test]
    fn only_our_own_pages_may_post() {
        assert!(ours(&[("sec-fetch-site", "same-origin"), ("origin", "https://pakn.hanoi.example")]));
        assert!(ours(&[("origin", "https://pakn.hanoi.example")]));
        assert!(ours(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(ours(&[]), "no browser");

        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
        assert!(!ours(&[("sec-fetch-site", "same-site")]), "a neighbour under the same domain is a stranger");
        assert!(!ours(&[("origin", "https://evil.example"), ("host", "pakn.hanoi.example")]));
        assert!(!ours(&[("origin", "null"), ("host", "pakn.hanoi.example")]), "a sandboxed frame");
        assert!(!ours(&[("origin", "https://pakn.hanoi.example.evil.example")]));
    }
}
