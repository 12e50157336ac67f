//! What all instances remember together: one Redis, a Redis Cluster, or a master that Sentinels watch.
//!
//! Knows nothing of what is remembered. What it keeps:
//!
//! 1. nobody else knows which of the three it is: a [`Redis`] is asked like any connection, pipelines included;
//! 2. it answers or refuses within the time it was given, whatever has died behind it; nobody waits for ever;
//! 3. what is kept here can be lost: whoever asks must be able to rebuild it, or to do without (`design 1.3`).

mod address;
mod cluster;
mod sentinel;

use std::time::Duration;

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, Pipeline, RedisFuture, RedisResult, Value};

pub use address::{Address, AddressError};
use sentinel::Watched;

/// The way to Redis. Cheap to clone; it mends itself after a connection broke or a master changed.
#[derive(Clone)]
pub struct Redis(Line);

#[derive(Clone)]
enum Line {
    One(ConnectionManager),
    Cluster(ClusterConnection),
    Watched(Watched),
}

impl Redis {
    /// Connects once; an error where nobody answers. Each later question is answered, or fails, within `patience`.
    pub async fn connect(address: &Address, patience: Duration) -> RedisResult<Self> {
        let line = match address {
            Address::One(node) => Line::One(one(Client::open(node.clone())?, patience).await?),
            Address::Cluster(nodes) => Line::Cluster(cluster::connect(nodes, patience).await?),
            Address::Sentinel(watch) => Line::Watched(Watched::connect(watch, patience).await?),
        };
        Ok(Self(line))
    }
}

async fn one(client: Client, patience: Duration) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(0)
        .set_connection_timeout(Some(patience))
        .set_response_timeout(Some(patience));
    ConnectionManager::new_with_config(client, config).await
}

impl ConnectionLike for Redis {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match &mut self.0 {
            Line::One(line) => line.req_packed_command(command),
            Line::Cluster(line) => line.req_packed_command(command),
            Line::Watched(line) => line.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match &mut self.0 {
            Line::One(line) => line.req_packed_commands(pipeline, offset, count),
            // A transaction stays together: its keys must share a slot.
            Line::Cluster(line) => match pipeline.is_transaction() {
                true => line.req_packed_commands(pipeline, offset, count),
                false => Box::pin(cluster::spread(line, pipeline)),
            },
            Line::Watched(line) => line.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match &self.0 {
            Line::One(line) => line.get_db(),
            Line::Cluster(line) => line.get_db(),
            Line::Watched(line) => line.get_db(),
        }
    }
}

impl std::fmt::Debug for Redis {
    /// Without addresses: a password stands in them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Line::One(_) => "Redis(one)",
            Line::Cluster(_) => "Redis(cluster)",
            Line::Watched(_) => "Redis(sentinel)",
        })
    }
}
