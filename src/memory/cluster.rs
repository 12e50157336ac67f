//! A Redis Cluster: every key lives on the node of its slot.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::try_join_all;
use redis::aio::ConnectionLike;
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{Cmd, ConnectionInfo, Pipeline, RedisResult, Value};

/// How often a question is asked again while slots move, within its time.
const RETRIES: u32 = 4;

pub(super) async fn connect(nodes: &[ConnectionInfo], patience: Duration) -> RedisResult<ClusterConnection> {
    ClusterClient::builder(nodes.iter().cloned())
        .connection_timeout(patience)
        .response_timeout(patience)
        .overall_response_timeout(Some(patience))
        .retries(RETRIES)
        .build()?
        .get_async_connection()
        .await
}

/// Sends a pipeline to all nodes that have a part in it, at once. The library would refuse one that crosses slots. What
/// is asked of one key stays in order.
pub(super) async fn spread(line: &ClusterConnection, pipeline: &Pipeline) -> RedisResult<Vec<Value>> {
    let mut parts: BTreeMap<Vec<u8>, (Pipeline, Vec<usize>)> = BTreeMap::new();
    for (nth, command) in pipeline.cmd_iter().enumerate() {
        let (part, places) = parts.entry(key(command)).or_default();
        part.add_command(command.clone());
        places.push(nth);
    }
    let answers = parts.into_values().map(|(part, places)| {
        let mut line = line.clone();
        async move {
            let answers = line.req_packed_commands(&part, 0, part.len()).await?;
            RedisResult::Ok(places.into_iter().zip(answers).collect::<Vec<_>>())
        }
    });
    let mut answers: Vec<_> = try_join_all(answers).await?.into_iter().flatten().collect();
    answers.sort_unstable_by_key(|(nth, _)| *nth);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

/// The first argument: all that this service asks for in pipelines is about one key each.
fn key(command: &Cmd) -> Vec<u8> {
    match command.args_iter().nth(1) {
        Some(redis::Arg::Simple(key)) => key.to_vec(),
        _ => Vec::new(),
    }
}
