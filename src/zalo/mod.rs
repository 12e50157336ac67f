//! The protocol: what Zalo says and hears. Knows nothing of petitions, dialogs or queues, and must not: the same words
//! serve the service and the simulator.
//!
//! - Nothing Zalo sends can make this room fail: what is missing, misspelt or new is left out, never an error.
//! - Nothing Zalo sends and nothing we send is printed: texts are [`Personal`](crate::privacy::Personal), bodies are
//!   not logged, errors speak in our words.
//! - Every refusal carries the decision what to do next; there is one table a host ([`codes`]).
//! - How much is asked of Zalo is agreed among all instances ([`gate`]); which way a message takes is [`window`]'s word.
//! - A refresh token works once, so the next pair is written before it is used ([`token`]).
//!
//! Sources are the sections of the fact sheet on Zalo's API that the code cites as «zalo-oa 2.6».

use std::time::Duration;

use url::Url;

pub mod account;
pub mod alert;
mod answer;
mod body;
pub mod client;
pub mod codes;
mod content;
pub mod event;
mod event_name;
pub mod gate;
pub mod message;
pub mod refusal;
mod shape;
pub mod signature;
pub mod token;
pub mod upload;
pub mod window;

/// A call that takes longer is given up: its outcome is then unknown.
const CALL_LIMIT: Duration = Duration::from_secs(10);

/// One client for all calls to Zalo. Redirects are not followed: the access token travels in a header of its own, which
/// would be handed to whatever host the redirect names.
fn http() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(CALL_LIMIT)
        .connect_timeout(CALL_LIMIT / 2)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// `path` under `base`, also where the base itself has a path.
fn endpoint(base: &Url, path: &str) -> String {
    format!("{}/{path}", base.as_str().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_stands_under_its_base() {
        for (base, whole) in [
            ("https://openapi.zalo.me", "https://openapi.zalo.me/v3.0/oa"),
            ("http://127.0.0.1:9000/zalo/", "http://127.0.0.1:9000/zalo/v3.0/oa"),
            ("http://127.0.0.1:9000/zalo", "http://127.0.0.1:9000/zalo/v3.0/oa"),
        ] {
            assert_eq!(endpoint(&base.parse().expect("an address"), "v3.0/oa"), whole);
        }
    }
}
