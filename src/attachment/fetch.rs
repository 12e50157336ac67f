//! Fetching one address: hop by hop, chunk by chunk, never more than the limit, never longer than the time.

use std::time::Duration;

use axum::body::Bytes;
use reqwest::header::LOCATION;
use reqwest::{Client, Response, StatusCode};
use tokio::time::timeout;
use url::Url;

use super::dns::{NotPublic, PublicOnly};
use super::hosts::{Hosts, Trust};
use super::trouble::{Reason, Trouble};

/// Zalo's own links redirect once, to the machine that has the file.
const REDIRECTS: usize = 3;
/// A machine that is there answers the door sooner.
const CONNECTS_WITHIN: Duration = Duration::from_secs(10);

/// How much, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes.
    pub size: usize,
    /// From the first question to the last byte, with every redirect.
    pub whole: Duration,
    /// Between two pieces.
    pub stall: Duration,
}

impl Limits {
    /// A file of the largest size at 4 Mbit/s comes within the minute; nothing that lives pauses for ten seconds.
    pub fn of_megabytes(size: u32) -> Self {
        Self { size: size as usize * 1_000_000, whole: Duration::from_secs(60), stall: Duration::from_secs(10) }
    }
}

/// Fetches from the hosts that are listed, and from nowhere else.
#[derive(Clone, Debug)]
pub struct Fetcher {
    hosts: Hosts,
    limits: Limits,
    /// Connects to public addresses alone.
    public: Client,
    /// For machines that are listed with their port.
    named: Client,
}

impl Fetcher {
    /// Fails only where no TLS can be set up.
    pub fn new(hosts: Hosts, limits: Limits) -> reqwest::Result<Self> {
        let client = || {
            Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                // a proxy would resolve names by itself
                .no_proxy()
                .referer(false)
                .connect_timeout(CONNECTS_WITHIN)
                .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        };
        let public = client().dns_resolver(PublicOnly).build()?;
        Ok(Self { hosts, limits, public, named: client().build()? })
    }

    /// Brings what lies at an address.
    pub(super) async fn fetch(&self, address: &str) -> Result<Bytes, Trouble> {
        let slow = |_| Trouble::new(Reason::TooSlow, "the whole took too long");
        timeout(self.limits.whole, self.follow(address)).await.map_err(slow)?
    }

    async fn follow(&self, address: &str) -> Result<Bytes, Trouble> {
        let mut url =
            Url::parse(address).map_err(|_| Trouble::new(Reason::ForeignHost, "what was sent is no address"))?;
        for _ in 0..=REDIRECTS {
            let client = match self.hosts.judge(&url)? {
                Trust::Public => &self.public,
                Trust::Named => &self.named,
            };
            let response = client.get(url.clone()).send().await.map_err(unanswered)?;
            if !response.status().is_redirection() {
                return self.body(response).await;
            }
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let to = to.and_then(|to| url.join(to).ok());
            url = to.ok_or_else(|| Trouble::new(Reason::LostWay, "a redirect leads nowhere"))?;
        }
        Err(Trouble::new(Reason::LostWay, format!("more than {REDIRECTS} redirects")))
    }

    async fn body(&self, mut response: Response) -> Result<Bytes, Trouble> {
        match response.status() {
            StatusCode::OK => {}
            status @ (StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE) => {
                return Err(Trouble::new(Reason::Gone, format!("the server says {}", status.as_u16())));
            }
            status => return Err(Trouble::new(Reason::NoAnswer, format!("the server says {}", status.as_u16()))),
        }
        let too_large = || Trouble::new(Reason::TooLarge, format!("more than {} bytes", self.limits.size));
        let declared = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        if declared > self.limits.size {
            return Err(too_large());
        }
        let mut bytes = Vec::with_capacity(declared);
        let stalled = |_| Trouble::new(Reason::TooSlow, "the server stopped sending");
        while let Some(chunk) =
            timeout(self.limits.stall, response.chunk()).await.map_err(stalled)?.map_err(unanswered)?
        {
            if bytes.len() + chunk.len() > self.limits.size {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        match bytes.is_empty() {
            true => Err(Trouble::new(Reason::Empty, "the file is empty")),
            false => Ok(bytes.into()),
        }
    }
}

/// What the client says holds the address: only what went wrong is kept.
fn unanswered(error: reqwest::Error) -> Trouble {
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return Trouble::new(Reason::PrivateAddress, NotPublic.to_string());
        }
        cause = inner.source();
    }
    match error {
        error if error.is_timeout() => Trouble::new(Reason::TooSlow, "no answer in time"),
        error if error.is_connect() => Trouble::new(Reason::NoAnswer, "the server cannot be reached"),
        _ => Trouble::new(Reason::NoAnswer, "the answer broke off"),
    }
}
