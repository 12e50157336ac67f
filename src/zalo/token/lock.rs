//! One refresher among all instances. Redis lets the others wait without troubling Postgres; where it is away, the claim in
//! Postgres alone still lets only one through.

use redis::{AsyncCommands, ExistenceCheck, RedisResult, SetExpiry, SetOptions, cmd};
use uuid::Uuid;

use super::CLAIM;
use crate::memory::Redis;

/// Takes the lock back only from whoever holds it: it may have lapsed and passed on.
const RELEASE: &str =
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

/// The lock on the refresh token of one application.
#[derive(Clone, Debug)]
pub struct Lock {
    redis: Redis,
    key: String,
}

impl Lock {
    /// `prefix` begins every key of this service in Redis.
    pub fn new(redis: Redis, prefix: &str, app_id: &str) -> Self {
        Self { redis, key: format!("{prefix}:zalo-token:{app_id}") }
    }

    /// Whether `mine` may go on: it holds the lock, or nobody can tell.
    pub(super) async fn take(&self, mine: Uuid) -> bool {
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::PX(CLAIM.num_milliseconds().unsigned_abs()));
        let set: RedisResult<Option<String>> =
            self.redis.clone().set_options(&self.key, mine.to_string(), options).await;
        match set {
            Ok(set) => set.is_some(),
            Err(error) => {
                tracing::warn!(%error, "the lock on the token cannot be asked for: the claim in Postgres must do");
                true
            }
        }
    }

    /// One that cannot be given back lapses.
    pub(super) async fn release(&self, mine: Uuid) {
        let mut release = cmd("EVAL");
        release.arg(RELEASE).arg(1).arg(&self.key).arg(mine.to_string());
        let released: RedisResult<i64> = release.query_async(&mut self.redis.clone()).await;
        if let Err(error) = released {
            tracing::warn!(%error, "the lock on the token was not given back: it lapses");
        }
    }
}
