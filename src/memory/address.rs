//! How `REDIS_URL` is written.

use std::str::FromStr;

use redis::sentinel::SentinelNodeConnectionInfo;
use redis::{ConnectionInfo, IntoConnectionInfo, TlsMode};

/// Where a Sentinel listens when nothing else is said.
const SENTINEL_PORT: u16 = 26_379;

/// Where Redis is. Written as
///
/// - `redis://[name:password@]host:port[/database]`
/// - `redis+cluster://[name:password@]host:port,host:port,…` (some of the nodes; they tell the others)
/// - `redis+sentinel://[name:password@]host:port,host:port,…/master[/database]` (the Sentinels, and what they call the
///   master; name and password are those of Redis, Sentinels are asked without)
///
/// each with `rediss` in place of `redis` for TLS.
pub enum Address {
    One(ConnectionInfo),
    Cluster(Vec<ConnectionInfo>),
    Sentinel(Watch),
}

/// Whom to ask for the master.
pub struct Watch {
    pub(super) sentinels: Vec<ConnectionInfo>,
    pub(super) master: String,
    pub(super) nodes: SentinelNodeConnectionInfo,
    pub(super) database: i64,
}

/// Why an address cannot be one of Redis. Never repeats it: a password may stand in it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("it begins with none of redis://, rediss://, redis+cluster://, redis+sentinel://")]
    Scheme,
    #[error("its hosts cannot be read")]
    Hosts,
    #[error("a cluster has no database but 0")]
    ClusterDatabase,
    #[error("the name of the master is missing: redis+sentinel://host:port,host:port/master")]
    Master,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(address: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = address.split_once("://").ok_or(AddressError::Scheme)?;
        let (plain, kind) = scheme.split_once('+').unwrap_or((scheme, ""));
        if !matches!(plain, "redis" | "rediss") {
            return Err(AddressError::Scheme);
        }
        match kind {
            "" => Ok(Self::One(node(address)?)),
            "cluster" => cluster(plain, rest),
            "sentinel" => sentinel(plain, rest),
            _ => Err(AddressError::Scheme),
        }
    }
}

fn cluster(plain: &str, rest: &str) -> Result<Address, AddressError> {
    let (who, place) = who_and_place(rest);
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    if !matches!(database, "" | "0") {
        return Err(AddressError::ClusterDatabase);
    }
    let nodes = hosts.split(',').map(|host| node(&format!("{plain}://{who}{host}")));
    Ok(Address::Cluster(nodes.collect::<Result<_, _>>()?))
}

fn sentinel(plain: &str, rest: &str) -> Result<Address, AddressError> {
    let (who, place) = who_and_place(rest);
    let (hosts, path) = place.split_once('/').ok_or(AddressError::Master)?;
    let (master, database) = path.split_once('/').unwrap_or((path, ""));
    if master.is_empty() {
        return Err(AddressError::Master);
    }
    let sentinels = hosts.split(',').map(|host| node(&format!("{plain}://{}", with_port(host))));
    let sentinels = sentinels.collect::<Result<_, _>>()?;
    let redis = node(&format!("{plain}://{who}master/{database}"))?.redis_settings().clone();
    let database = redis.db();
    let nodes = SentinelNodeConnectionInfo::default().set_redis_connection_info(redis);
    let nodes = if plain == "rediss" { nodes.set_tls_mode(TlsMode::Secure) } else { nodes };
    Ok(Address::Sentinel(Watch { sentinels, master: master.to_owned(), nodes, database }))
}

/// `name:password@`, if there is one, and what follows.
fn who_and_place(rest: &str) -> (&str, &str) {
    rest.rfind('@').map_or(("", rest), |at| rest.split_at(at + 1))
}

fn with_port(host: &str) -> String {
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
    if has_port || host.is_empty() { host.to_owned() } else { format!("{host}:{SENTINEL_PORT}") }
}

fn node(address: &str) -> Result<ConnectionInfo, AddressError> {
    address.into_connection_info().map_err(|_| AddressError::Hosts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(nodes: &[ConnectionInfo]) -> Vec<String> {
        nodes.iter().map(|node| node.addr().to_string()).collect()
    }

    #[test]
    fn one_redis_is_written_as_ever() {
        let Ok(Address::One(node)) = "redis://:secret@10.0.0.1:6380/3".parse() else { panic!("one") };
        assert_eq!(node.addr().to_string(), "10.0.0.1:6380");
        assert_eq!((node.redis_settings().db(), node.redis_settings().password()), (3, Some("secret")));
        assert!(matches!("rediss://redis.example:6379".parse(), Ok(Address::One(_))));
    }

    #[test]
    fn a_cluster_names_some_of_its_nodes() {
        let Ok(Address::Cluster(nodes)) = "redis+cluster://ha:p%40ss@a:7000,b:7001,[::1]:7002".parse() else {
            panic!("a cluster")
        };
        assert_eq!(places(&nodes), ["a:7000", "b:7001", "::1:7002"]);
        assert!(nodes.iter().all(|node| node.redis_settings().password() == Some("p@ss")));
        assert!(matches!("rediss+cluster://a:7000/0".parse(), Ok(Address::Cluster(_))));
    }

    #[test]
    fn sentinels_are_named_with_the_master_they_watch() {
        let Ok(Address::Sentinel(watch)) = "redis+sentinel://:secret@a,b:26380/mymaster/2".parse() else {
            panic!("sentinels")
        };
        assert_eq!(places(&watch.sentinels), ["a:26379", "b:26380"]);
        assert_eq!((watch.master.as_str(), watch.database), ("mymaster", 2));
        assert!(watch.sentinels.iter().all(|sentinel| sentinel.redis_settings().password().is_none()));
    }

    #[test]
    fn a_wrong_address_is_named_and_not_repeated() {
        for (address, error) in [
            ("localhost:6379", AddressError::Scheme),
            ("http://localhost", AddressError::Scheme),
            ("redis+ring://a:1", AddressError::Scheme),
            ("redis://", AddressError::Hosts),
            ("redis+cluster://a:7000,", AddressError::Hosts),
            ("redis+cluster://a:x", AddressError::Hosts),
            ("redis+cluster://a:7000/1", AddressError::ClusterDatabase),
            ("redis+sentinel://a:26379", AddressError::Master),
            ("redis+sentinel://a:26379/", AddressError::Master),
            ("redis+sentinel:///mymaster", AddressError::Hosts),
            ("redis+sentinel://a/mymaster/x", AddressError::Hosts),
        ] {
            assert_eq!(address.parse::<Address>().err(), Some(error), "{address}");
        }
    }
}
