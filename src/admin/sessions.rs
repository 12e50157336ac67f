//! Where officers' sessions are kept: in Redis, so that any instance knows them and they end by themselves.

use async_trait::async_trait;
use axum_login::tower_sessions::SessionStore;
use axum_login::tower_sessions::session::{Id, Record};
use axum_login::tower_sessions::session_store::{Error, Result};
use redis::{AsyncCommands, ExistenceCheck, SetExpiry, SetOptions};

use crate::memory::Redis;

/// Sessions under `{prefix}:session:{id}`, each with its time of expiry.
#[derive(Clone)]
pub struct RedisSessions {
    redis: Redis,
    prefix: String,
}

impl RedisSessions {
    pub fn new(redis: Redis, prefix: &str) -> Self {
        Self { redis, prefix: prefix.to_owned() }
    }

    fn key(&self, id: &Id) -> String {
        format!("{}:session:{id}", self.prefix)
    }

    /// False when the key is there, or is not, and `options` mind.
    async fn write(&self, record: &Record, options: SetOptions) -> Result<bool> {
        let json = serde_json::to_string(record).map_err(|error| Error::Encode(error.to_string()))?;
        let until = SetExpiry::EXAT(record.expiry_date.unix_timestamp().max(0).unsigned_abs());
        let mut redis = self.redis.clone();
        let set: Option<String> =
            redis.set_options(self.key(&record.id), json, options.with_expiration(until)).await.map_err(away)?;
        Ok(set.is_some())
    }
}

fn away(error: redis::RedisError) -> Error {
    Error::Backend(error.to_string())
}

impl std::fmt::Debug for RedisSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisSessions")
    }
}

#[async_trait]
impl SessionStore for RedisSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !self.write(record, SetOptions::default().conditional_set(ExistenceCheck::NX)).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    /// A session that was ended meanwhile stays ended: a page that was being drawn during the sign-out does not bring it
    /// back.
    async fn save(&self, record: &Record) -> Result<()> {
        self.write(record, SetOptions::default().conditional_set(ExistenceCheck::XX)).await?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let json: Option<String> = self.redis.clone().get(self.key(id)).await.map_err(away)?;
        // A record that this version cannot read is no session: the officer signs in again.
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.redis.clone().del(self.key(id)).await.map_err(away)
    }
}
