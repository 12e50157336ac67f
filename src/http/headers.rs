//! The headers every page carries.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::response::Response;
use url::Url;

/// Our own stylesheet and pictures, forms to ourselves, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // for browsers that do not know frame-ancestors
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
];

/// For the office: our own script besides, and what it asks of us. Everything works without it.
const POLICY_WITH_SCRIPT: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                                  connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Lets these pages load our own script.
pub async fn with_script(mut response: Response) -> Response {
    let policy = HeaderValue::from_static(POLICY_WITH_SCRIPT);
    response.headers_mut().entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    response
}

pub(super) async fn add(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        // what is not a page may have a stricter policy of its own
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Lets the forms of this page lead on to `place` after they were posted to ourselves: a browser holds a redirect against
/// the policy, too.
pub fn leading_on_to(place: &Url, mut response: Response) -> Response {
    let policy =
        POLICY.replace("form-action 'self'", &format!("form-action 'self' {}", place.origin().ascii_serialization()));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// For pages with personal data: neither a proxy nor the browser of a shared computer keeps them.
pub async fn uncached(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
