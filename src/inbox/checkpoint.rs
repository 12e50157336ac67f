//! The live session in Redis: `{ on, event, before, after }`, believed only when it stands exactly where the citizen's
//! last finished event stands. Anything else (Redis flushed, or back from an old copy) is rebuilt from the inbox.

use serde::{Deserialize, Serialize};

use crate::dialog::Session;
use crate::memory::Redis;

/// Longer than a draft lives; a session that is lost earlier is rebuilt.
const KEPT_FOR_SECONDS: u64 = 8 * 24 * 3600;

/// What Redis remembers of one citizen's conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The finished event on which `before` stands; none for a citizen's first.
    pub on: Option<i64>,
    /// The event that led from `before` to `after`.
    pub event: i64,
    /// Sessions as they encode themselves: one of an older format is no session, and is rebuilt.
    before: String,
    after: String,
}

impl Checkpoint {
    pub fn new(on: Option<i64>, event: i64, before: &Session, after: &Session) -> Self {
        Self { on, event, before: before.encode(), after: after.encode() }
    }

    /// The session before `event`, if this checkpoint can tell: `finished` is the citizen's last finished event.
    ///
    /// `after` where the last finished event led here; `before` where this very event was thought once already, and the
    /// process died before its transaction was committed.
    pub fn before(&self, event: i64, finished: Option<i64>) -> Option<Session> {
        if Some(self.event) == finished {
            Session::decode(&self.after)
        } else if self.event == event && self.on == finished {
            Session::decode(&self.before)
        } else {
            None
        }
    }
}

/// The checkpoints of all citizens.
#[derive(Clone)]
pub struct Checkpoints {
    redis: Redis,
    prefix: String,
}

impl Checkpoints {
    pub fn new(redis: Redis, prefix: &str) -> Self {
        Self { redis, prefix: prefix.to_owned() }
    }

    /// The checkpoints of these citizens, in their order, in one round trip. One that cannot be read counts as lost.
    pub async fn load(&self, citizens: &[i64]) -> redis::RedisResult<Vec<Option<Checkpoint>>> {
        let mut pipeline = redis::pipe();
        for &citizen in citizens {
            pipeline.get(self.key(citizen));
        }
        let found: Vec<Option<String>> = pipeline.query_async(&mut self.redis.clone()).await?;
        Ok(found.into_iter().map(|json| serde_json::from_str(&json?).ok()).collect())
    }

    /// Remembers these checkpoints, in one round trip. A conversation without one is forgotten: what was erased must not
    /// stand in Redis as what was before.
    pub async fn save(&self, checkpoints: &[(i64, Option<Checkpoint>)]) -> redis::RedisResult<()> {
        let mut pipeline = redis::pipe();
        for (citizen, checkpoint) in checkpoints {
            match checkpoint {
                Some(checkpoint) => {
                    let json = serde_json::to_string(checkpoint).expect("a session is plain data");
                    pipeline.set_ex(self.key(*citizen), json, KEPT_FOR_SECONDS).ignore();
                }
                None => {
                    pipeline.del(self.key(*citizen)).ignore();
                }
            }
        }
        pipeline.query_async(&mut self.redis.clone()).await
    }

    fn key(&self, citizen: i64) -> String {
        format!("{}:checkpoint:{citizen}", self.prefix)
    }
}
