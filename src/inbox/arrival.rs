//! What was let in, stored: many events in one statement, one transaction.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::batch::{Batches, Job};

/// How many events are stored in one transaction at most, and how many may wait for it in a lane: all lanes together, what an
/// idle second could store. More are told to come again.
const AT_ONCE: usize = 128;
const ROOM: usize = 8_192 / Store::LANES;

/// Zalo waits two seconds: what is stored later is told «not now», and comes again.
pub const STORED_WITHIN: Duration = Duration::from_millis(1_500);

/// A verified event that is to be stored.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// By what a repetition is recognised; one row for each. Never empty.
    pub dedupe_keys: Vec<String>,
    pub event_name: String,
    /// Zalo's id of the citizen who did it.
    pub zalo_user_id: Option<String>,
    /// When the citizen did something that opens the 7-day window.
    pub heard_at: Option<DateTime<Utc>>,
    pub happened_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    /// Exactly as it was signed.
    pub body: Vec<u8>,
}

/// Stores the events that arrive while others are being stored.
#[derive(Clone, Debug)]
pub struct Store {
    pub pool: PgPool,
}

impl Store {
    /// The door's batches on this pool.
    pub fn open(pool: PgPool) -> Batches<Self> {
        Batches::new(Self { pool }, AT_ONCE, ROOM)
    }
}

impl Job for Store {
    type Item = Arrival;
    /// The numbers of the rows that are new; none for a repetition.
    type Done = Vec<i64>;

    /// By measurement: a third brings nothing on two cores.
    const LANES: usize = 2;

    /// A citizen's events are stored in the order in which they arrived.
    fn lane(arrival: &Arrival) -> usize {
        let mut hasher = DefaultHasher::new();
        arrival.zalo_user_id.hash(&mut hasher);
        hasher.finish() as usize
    }

    async fn together(&self, arrivals: &[Arrival]) -> sqlx::Result<Vec<Vec<i64>>> {
        let mut connection = self.pool.acquire().await?;
        match tokio::time::timeout(STORED_WITHIN, insert(&mut connection, arrivals)).await {
            Ok(stored) => stored,
            Err(_) => {
                // nobody else should get a connection that hangs
                connection.close_on_drop();
                Err(sqlx::Error::PoolTimedOut)
            }
        }
    }
}

/// Stores events, and their citizens if we have not heard of them. Gives for each event the numbers of the rows that are new:
/// none for a repetition. One statement, one transaction.
pub async fn insert(connection: &mut PgConnection, arrivals: &[Arrival]) -> sqlx::Result<Vec<Vec<i64>>> {
    let rows =
        || arrivals.iter().flat_map(|arrival| arrival.dedupe_keys.iter().map(move |key| (key.as_str(), arrival)));
    let keys: Vec<&str> = rows().map(|(key, _)| key).collect();
    let names: Vec<&str> = rows().map(|(_, arrival)| arrival.event_name.as_str()).collect();
    let users: Vec<Option<&str>> = rows().map(|(_, arrival)| arrival.zalo_user_id.as_deref()).collect();
    let heard_at: Vec<_> = rows().map(|(_, arrival)| arrival.heard_at).collect();
    let happened_at: Vec<_> = rows().map(|(_, arrival)| arrival.happened_at).collect();
    let received_at: Vec<_> = rows().map(|(_, arrival)| arrival.received_at).collect();
    let bodies: Vec<&[u8]> = rows().map(|(_, arrival)| arrival.body.as_slice()).collect();
    let stored = sqlx::query!(
        r#"with arrived as (
               select * from unnest(
                   $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::bytea[])
               with ordinality as
                   arrived (dedupe_key, event_name, zalo_user_id, heard_at, happened_at, received_at, body, nth)
           ), heard as (
               insert into citizen (zalo_user_id, created_at, last_heard_at)
               select zalo_user_id, min(received_at), max(heard_at) from arrived
               where zalo_user_id is not null
               group by zalo_user_id
               -- whoever locks several citizens locks them in this order
               order by zalo_user_id
               on conflict (zalo_user_id) do update
               set last_heard_at = greatest(citizen.last_heard_at, excluded.last_heard_at)
               returning citizen_id, zalo_user_id
           )
           insert into inbox_event (dedupe_key, event_name, citizen_id, happened_at, received_at, body, retry_at)
           select dedupe_key, event_name, citizen_id, happened_at, received_at, body, received_at
           from arrived
           -- joined, not looked up: an event gets its number after its citizen's row is locked, so the numbers of one
           -- citizen's events follow the order of their commits
           left join heard using (zalo_user_id)
           order by nth
           on conflict (dedupe_key) do nothing
           returning inbox_event_id, dedupe_key as "dedupe_key!""#,
        &keys as &[&str],
        &names as &[&str],
        &users as &[Option<&str>],
        &heard_at as &[Option<DateTime<Utc>>],
        &happened_at,
        &received_at,
        &bodies as &[&[u8]],
    )
    .fetch_all(connection)
    .await?;
    // of two alike in one batch the first is the one that was stored
    let mut whose = HashMap::new();
    for (nth, arrival) in arrivals.iter().enumerate() {
        arrival.dedupe_keys.iter().for_each(|key| {
            whose.entry(key.as_str()).or_insert(nth);
        });
    }
    let mut new = vec![Vec::new(); arrivals.len()];
    for row in stored {
        new[whose[row.dedupe_key.as_str()]].push(row.inbox_event_id);
    }
    Ok(new)
}
