//! More Redis servers than the sandbox has: a cluster of three nodes, and a master with a replica that a Sentinel watches.
//! They live in a folder of their own, on free ports of this machine, and go when they are dropped.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Client, FromRedisValue, RedisResult, Value, cmd};

/// A slow machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Node {
    child: Child,
    pub port: u16,
}

impl Node {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let port = free_port();
        let mut redis = redis_server();
        redis.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        redis.args(["--dir", folder.to_str().expect("a path in UTF-8")]).args(arguments);
        Self { child: redis.spawn().expect("redis-server, which .ci/install brings"), port }
    }

    /// One Redis, which can be killed.
    pub async fn alone() -> Self {
        let node = Self::start(&std::env::temp_dir(), &[]);
        node.until::<String>("PING", |answer| answer == "PONG").await;
        node
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn sentinel(file: &Path) -> Self {
        let port = free_port();
        let mut sentinel = redis_server();
        sentinel.arg(file).args(["--sentinel", "--port", &port.to_string(), "--bind", "127.0.0.1"]);
        Self { child: sentinel.spawn().expect("redis-server, which .ci/install brings"), port }
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    async fn line(&self) -> RedisResult<MultiplexedConnection> {
        Client::open(self.url())?.get_multiplexed_async_connection().await
    }

    /// What it answers to these words.
    pub async fn ask<T: FromRedisValue>(&self, words: &str) -> RedisResult<T> {
        let mut words = words.split(' ');
        let mut command = cmd(words.next().expect("a command"));
        for word in words {
            command.arg(word);
        }
        command.query_async(&mut self.line().await?).await
    }

    /// Asks until the answer is as wanted.
    async fn until<T: FromRedisValue + std::fmt::Debug>(&self, words: &str, wanted: impl Fn(&T) -> bool) -> T {
        let begun = Instant::now();
        loop {
            let answer = self.ask::<T>(words).await;
            match answer {
                Ok(answer) if wanted(&answer) => return answer,
                other => assert!(begun.elapsed() < PATIENCE, "{words}: {other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Also a killed test takes its servers along.
fn redis_server() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "redis-server"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn free_port() -> u16 {
    // A node of a cluster also takes the port 10,000 above its own.
    std::iter::from_fn(|| Some(TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port()))
        .find(|port| *port < 55_535 && TcpListener::bind(("127.0.0.1", port + 10_000)).is_ok())
        .expect("a free port")
}

/// Three masters that share the slots.
pub struct Cluster {
    pub nodes: Vec<Node>,
    _folder: tempfile::TempDir,
}

impl Cluster {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let start = |nth: usize| {
            let memory = format!("nodes-{nth}.conf");
            Node::start(folder.path(), &["--cluster-enabled", "yes", "--cluster-config-file", &memory])
        };
        let nodes: Vec<_> = (0..3).map(start).collect();
        for (node, slots) in nodes.iter().zip(["0 5460", "5461 10922", "10923 16383"]) {
            node.until::<String>("PING", |answer| answer == "PONG").await;
            let _: Value = node.ask(&format!("CLUSTER ADDSLOTSRANGE {slots}")).await.expect("slots");
        }
        for other in &nodes[1..] {
            let meet = format!("CLUSTER MEET 127.0.0.1 {}", other.port);
            let _: Value = nodes[0].ask(&meet).await.expect("a meeting");
        }
        for node in &nodes {
            node.until::<String>("CLUSTER INFO", |info| {
                info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
            })
            .await;
        }
        Self { nodes, _folder: folder }
    }

    /// Two of the three: they tell of the third.
    pub fn url(&self) -> String {
        format!("redis+cluster://127.0.0.1:{},127.0.0.1:{}", self.nodes[0].port, self.nodes[1].port)
    }
}

/// A master, its replica, and a Sentinel that watches them.
pub struct WatchedPair {
    pub master: Node,
    pub replica: Node,
    sentinel: Node,
    _folder: tempfile::TempDir,
}

impl WatchedPair {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let master = Node::start(folder.path(), &[]);
        master.until::<String>("PING", |answer| answer == "PONG").await;
        let replica = Node::start(folder.path(), &["--replicaof", &format!("127.0.0.1 {}", master.port)]);
        replica.until::<String>("INFO replication", |info| info.contains("master_link_status:up")).await;

        // A Sentinel writes into its own file what it learns.
        let file = folder.path().join("sentinel.conf");
        let watch = format!("sentinel monitor mymaster 127.0.0.1 {} 1\n", master.port);
        let quick = "sentinel down-after-milliseconds mymaster 500\nsentinel failover-timeout mymaster 2000\n";
        fs::write(&file, watch + quick).expect("a file");
        let sentinel = Node::sentinel(&file);
        sentinel.until::<Vec<Value>>("SENTINEL replicas mymaster", |replicas| replicas.len() == 1).await;
        Self { master, replica, sentinel, _folder: folder }
    }

    pub fn url(&self) -> String {
        format!("redis+sentinel://127.0.0.1:{}/mymaster", self.sentinel.port)
    }

    /// Master and replica change places, and both live on.
    pub async fn swap(&self) {
        // It refuses until it knows the replica well enough.
        self.sentinel.until::<String>("SENTINEL failover mymaster", |answer| answer == "OK").await;
        self.replica.until::<String>("INFO replication", |info| info.contains("role:master")).await;
        self.master.until::<String>("INFO replication", |info| info.contains("role:slave")).await;
    }

    /// The master dies; returns when the replica has taken its place.
    pub async fn fail_over(&mut self) {
        self.master.kill();
        let new = self.replica.port.to_string();
        let address = "SENTINEL get-master-addr-by-name mymaster";
        self.sentinel.until::<(String, String)>(address, |(_, port)| *port == new).await;
        self.replica.until::<String>("INFO replication", |info| info.contains("role:master")).await;
    }
}
