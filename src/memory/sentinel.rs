//! A master that Sentinels watch: when it dies they name another, and we go there.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::sentinel::{SentinelClient, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, ServerErrorKind, Value,
};
use tokio::sync::Mutex;

use super::address::Watch;

/// The connection to whoever is the master now. It is looked for once at a time: who asks meanwhile waits for the same.
#[derive(Clone)]
pub(super) struct Watched {
    search: Arc<Mutex<Search>>,
    config: AsyncConnectionConfig,
    patience: Duration,
    database: i64,
}

struct Search {
    sentinels: SentinelClient,
    master: Option<Arc<MultiplexedConnection>>,
}

impl Watched {
    pub(super) async fn connect(watch: &Watch, patience: Duration) -> RedisResult<Self> {
        let nodes = Some(watch.nodes.clone());
        let sentinels =
            SentinelClient::build(watch.sentinels.clone(), &watch.master, nodes, SentinelServerType::Master)?;
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(patience)).set_response_timeout(Some(patience));
        let search = Arc::new(Mutex::new(Search { sentinels, master: None }));
        let watched = Self { search, config, patience, database: watch.database };
        watched.within(watched.master()).await?;
        Ok(watched)
    }

    async fn master(&self) -> RedisResult<Arc<MultiplexedConnection>> {
        let mut search = self.search.lock().await;
        if let Some(master) = &search.master {
            return Ok(master.clone());
        }
        let master = Arc::new(search.sentinels.get_async_connection_with_config(&self.config).await?);
        search.master = Some(master.clone());
        Ok(master)
    }

    /// Asks the Sentinels again at the next question, unless somebody has done so since.
    async fn forget(&self, dead: &Arc<MultiplexedConnection>) {
        let mut search = self.search.lock().await;
        if search.master.as_ref().is_some_and(|master| Arc::ptr_eq(master, dead)) {
            search.master = None;
        }
    }

    async fn ask(&self, command: &Cmd) -> RedisResult<Value> {
        let master = self.within(self.master()).await?;
        let mut line = MultiplexedConnection::clone(&master);
        let answer = self.within(line.req_packed_command(command)).await;
        if answer.as_ref().is_err_and(is_no_master) {
            self.forget(&master).await;
        }
        answer
    }

    async fn ask_all(&self, pipeline: &Pipeline, offset: usize, count: usize) -> RedisResult<Vec<Value>> {
        let master = self.within(self.master()).await?;
        let mut line = MultiplexedConnection::clone(&master);
        let answers = self.within(line.req_packed_commands(pipeline, offset, count)).await;
        let is_dead = match &answers {
            Ok(answers) => answers.iter().any(is_read_only),
            Err(error) => is_no_master(error),
        };
        if is_dead {
            self.forget(&master).await;
        }
        answers
    }

    /// Neither the search for a master nor its answer may take longer.
    async fn within<T>(&self, answer: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
        let late = |_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
        tokio::time::timeout(self.patience, answer).await.map_err(late)?
    }
}

/// It is gone, does not answer, or has become a replica.
fn is_no_master(error: &RedisError) -> bool {
    error.is_io_error()
        || error.is_unrecoverable_error()
        || error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

fn is_read_only(answer: &Value) -> bool {
    matches!(answer, Value::ServerError(error) if error.kind() == Some(ServerErrorKind::ReadOnly))
}

impl ConnectionLike for Watched {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(self.ask(command))
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(self.ask_all(pipeline, offset, count))
    }

    fn get_db(&self) -> i64 {
        self.database
    }
}
