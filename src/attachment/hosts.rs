//! Whom we fetch from.

use url::{Host, Url};

use super::trouble::{Reason, Trouble};
use crate::config::MediaHost;

/// The hosts of the setting `ATTACHMENT_HOSTS`.
#[derive(Clone, Debug)]
pub struct Hosts(Vec<MediaHost>);

/// How far an address is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Below a name that is listed: only on the public internet.
    Public,
    /// Listed with its port, by somebody who knows the machine: wherever it is.
    Named,
}

impl Hosts {
    pub fn new(hosts: Vec<MediaHost>) -> Self {
        Self(hosts)
    }

    /// Judges an address, before it is asked and again after each redirect: http or https, nobody's name and password in
    /// it, the usual port unless the setting names another.
    pub(super) fn judge(&self, url: &Url) -> Result<Trust, Trouble> {
        let foreign = |detail: &str| Err(Trouble::new(Reason::ForeignHost, detail));
        if !matches!(url.scheme(), "http" | "https") {
            return foreign("the address is neither http nor https");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return foreign("the address holds a name or a password");
        }
        let port = url.port_or_known_default();
        let is_named = |host: &MediaHost| {
            matches!(host, MediaHost::Exactly { host, port: listed }
            if url.host_str() == Some(host) && port == Some(*listed))
        };
        if self.0.iter().any(is_named) {
            return Ok(Trust::Named);
        }
        let Some(Host::Domain(domain)) = url.host() else { return foreign("the address is no name") };
        let is_below = |host: &MediaHost| {
            matches!(host, MediaHost::Below(name)
            if domain.strip_suffix(name.as_str()).is_some_and(|left| left.is_empty() || left.ends_with('.')))
        };
        match (self.0.iter().any(is_below), url.port()) {
            (false, _) => foreign("the host is not listed"),
            (true, Some(_)) => foreign("the port is not the usual one"),
            (true, None) => Ok(Trust::Public),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(address: &str) -> Option<Trust> {
        let listed = ["zdn.vn", "dlmd.me", "127.0.0.1:8090", "[::1]:8091", "minio.internal:80"];
        let hosts = Hosts::new(listed.iter().map(|host| host.parse().expect("a host")).collect());
        hosts.judge(&address.parse().expect("an address")).ok()
    }

    #[test]
    fn zalos_own_names_are_public_and_named_machines_may_be_anywhere() {
        for address in
            ["http://f6.photo.talk.zdn.vn/a", "https://zdn.vn/", "https://F6.ZDN.VN:443/x", "http://v.dlmd.me"]
        {
            assert_eq!(judged(address), Some(Trust::Public), "{address}");
        }
        for address in ["http://127.0.0.1:8090/media/1", "http://[::1]:8091/", "http://minio.internal/x"] {
            assert_eq!(judged(address), Some(Trust::Named), "{address}");
        }
    }

    #[test]
    fn nothing_that_only_looks_like_them_is() {
        let foreign = [
            "https://evilzdn.vn/",
            "https://zdn.vn.evil.com/",
            "https://zdn.vn@evil.com/",
            "https://user@f6.zdn.vn/",
            "https://user:password@f6.zdn.vn/",
            "https://f6.zdn.vn:8443/",
            "http://f6.zdn.vn:443/",
            "ftp://f6.zdn.vn/",
            "file:///etc/passwd",
            "http://127.0.0.1/",
            "http://127.0.0.1:8091/",
            "http://2130706433:8091/",
            "http://[::ffff:127.0.0.1]/",
            "https://f6.zdn.vn./",
            "http://minio.internal:9000/",
            "data:text/plain,x",
        ];
        for address in foreign {
            assert_eq!(judged(address), None, "{address}");
        }
    }
}
