//! Names are resolved here, so that the address which is connected to is the one that was looked at: a name that answers
//! differently the second time gains nothing.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use super::address::is_public;

/// Resolves names to public addresses alone.
pub(super) struct PublicOnly;

/// Every address of a name lies in a network that is not public.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no public address")]
pub(super) struct NotPublic;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let public: Vec<SocketAddr> =
                lookup_host((name.as_str(), 0)).await?.filter(|found| is_public(found.ip())).collect();
            if public.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_leads_home_resolves_to_nothing() {
        for name in ["localhost", "127.0.0.1", "10.0.0.1"] {
            let found = PublicOnly.resolve(name.parse().expect("a name")).await;
            let refusal = found.err().expect("nothing").downcast::<NotPublic>();
            assert!(refusal.is_ok(), "{name}");
        }
    }

    #[tokio::test]
    async fn a_public_address_stays_as_it_is() {
        let found = PublicOnly.resolve("1.1.1.1".parse().expect("a name")).await.expect("an address");
        assert_eq!(found.map(|found| found.ip().to_string()).collect::<Vec<_>>(), ["1.1.1.1"]);
    }
}
