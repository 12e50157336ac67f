//! The post room: order, leases, ways to a citizen, and what ends how.

mod gate;
mod lane;
mod ways;

use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, Utc};
use sqlx::PgPool;
use zalo_petitions::batch::Batches;
use zalo_petitions::clock::Clock;
use zalo_petitions::inbox::{Arrival, insert};
use zalo_petitions::outbox::{self, Deliverer, Fallback, Kind, Leases, Post, Settle, Terms};
use zalo_petitions::zalo::client::Client;
use zalo_petitions::zalo::gate::Gate;
use zalo_petitions::zalo::message::{Message, Template};
use zalo_petitions::zalo::window::Night;

use crate::app::{connect, redis_url};
use crate::fake_zalo::FakeZalo;

pub fn noon() -> DateTime<Utc> {
    "2026-11-18T05:00:00Z".parse().expect("a time")
}

pub fn terms() -> Terms {
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour");
    let zone = FixedOffset::east_opt(7 * 3600).expect("an offset");
    Terms { night: Night { from: time(22), until: time(6), zone }, free_replies: 8, free_for: TimeDelta::hours(48) }
}

pub struct House {
    pub pool: PgPool,
    pub zalo: FakeZalo,
    pub clock: Clock,
    pub gate: Gate,
}

/// A message as it stands.
#[derive(Debug)]
pub struct Row {
    pub state: String,
    pub attempts: i32,
    pub send_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub zalo_message_id: Option<String>,
    pub perhaps_twice: bool,
    pub last_error: Option<String>,
}

impl House {
    pub async fn new(pool: PgPool) -> Self {
        Self::with_rate(pool, 0).await
    }

    pub async fn with_rate(pool: PgPool, per_minute: u32) -> Self {
        let prefix = format!("test-{}", uuid::Uuid::new_v4());
        let gate = Gate::new(connect(&redis_url()).await, &prefix, per_minute);
        Self { pool, zalo: FakeZalo::start().await, clock: Clock::standing_at(noon()), gate }
    }

    pub fn deliverer(&self) -> Deliverer {
        Deliverer {
            pool: self.pool.clone(),
            client: Client::new(&self.zalo.url, &self.zalo.url, "app-secret".into()).expect("a client"),
            tokens: self.zalo.tokens(&self.pool),
            gate: self.gate.clone(),
            terms: terms(),
            leases: Leases::default(),
            clock: self.clock.clone(),
            settlements: Batches::new(
                Settle { pool: self.pool.clone(), terms: terms(), clock: self.clock.clone() },
                8,
                8,
            ),
        }
    }

    pub async fn round(&self) -> usize {
        self.deliverer().round().await.expect("a round")
    }

    /// The reply `text` to something that `citizen` says now.
    pub async fn reply(&self, citizen: &str, text: &str) -> i64 {
        self.held_reply(citizen, text, TimeDelta::zero()).await
    }

    pub async fn held_reply(&self, citizen: &str, text: &str, hold: TimeDelta) -> i64 {
        let message = Message { text: text.to_owned(), ..Message::default() };
        self.post(citizen, message, hold).await
    }

    pub async fn post(&self, citizen: &str, message: Message, hold: TimeDelta) -> i64 {
        let at = self.clock.now();
        let key = format!("{citizen}:{}", message.text);
        let arrival = Arrival {
            dedupe_keys: vec![key.clone()],
            event_name: "user_send_text".to_owned(),
            zalo_user_id: Some(citizen.to_owned()),
            heard_at: Some(at),
            happened_at: at,
            received_at: at,
            body: vec![],
        };
        let mut connection = self.pool.acquire().await.expect("a connection");
        insert(&mut connection, &[arrival]).await.expect("an event");
        let event = sqlx::query!("select inbox_event_id, citizen_id from inbox_event where dedupe_key = $1", key);
        let event = event.fetch_one(&mut *connection).await.expect("the event");
        let post = Post {
            citizen_id: event.citizen_id.expect("a citizen"),
            kind: Kind::Reply { inbox_event_id: event.inbox_event_id },
            message,
            fallback: None,
            at,
            send_at: at + hold,
        };
        outbox::enqueue(&mut connection, &post).await.expect("a message")
    }

    pub async fn row(&self, id: i64) -> Row {
        sqlx::query_as!(
            Row,
            "select state, attempts, send_at, sent_at, zalo_message_id, perhaps_twice, last_error
             from outbox_message where outbox_message_id = $1",
            id,
        )
        .fetch_one(&self.pool)
        .await
        .expect("the message")
    }

    pub async fn state(&self, id: i64) -> String {
        self.row(id).await.state
    }

    /// Starts a round and waits until Zalo has `calls` calls.
    pub async fn round_until(&self, calls: usize) -> tokio::task::JoinHandle<anyhow::Result<usize>> {
        let deliverer = self.deliverer();
        let round = tokio::spawn(async move { deliverer.round().await });
        while self.zalo.world().taken.len() < calls {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        round
    }
}

/// What a message of news came to: its row, and the ways that were tried.
#[derive(Debug, PartialEq, Eq)]
pub struct Trail {
    pub state: String,
    pub channel: String,
    /// Way, outcome, Zalo's number.
    pub steps: Vec<(String, String, Option<i64>)>,
}

impl House {
    /// A citizen who was heard that long ago.
    pub async fn citizen(&self, zalo_user_id: &str, ago: TimeDelta) -> i64 {
        let heard_at = self.clock.now() - ago;
        let mut connection = self.pool.acquire().await.expect("a connection");
        zalo_petitions::inbox::citizen::meet(&mut connection, zalo_user_id, heard_at).await.expect("a citizen")
    }

    /// News for a citizen, with a template and perhaps a number to fall back on.
    pub async fn news(&self, citizen_id: i64, text: &str, phone: Option<&str>) -> i64 {
        let template =
            Template { id: "300001".to_owned(), data: [("news".to_owned(), text.to_owned())].into_iter().collect() };
        let fallback = Some(Fallback { template, phone: phone.map(Into::into) });
        self.notice(citizen_id, text, fallback).await
    }

    pub async fn notice(&self, citizen_id: i64, text: &str, fallback: Option<Fallback>) -> i64 {
        let at = self.clock.now();
        let petition_id = self.petition(citizen_id).await;
        let message = Message { text: text.to_owned(), ..Message::default() };
        let post = Post { citizen_id, kind: Kind::Notice { petition_id }, message, fallback, at, send_at: at };
        outbox::enqueue(&mut self.pool.acquire().await.expect("a connection"), &post).await.expect("a message")
    }

    /// The citizen's petition: the post room carries its number and does not look at it.
    async fn petition(&self, citizen_id: i64) -> i64 {
        let known = sqlx::query_scalar("select petition_id from petition where citizen_id = $1")
            .bind(citizen_id)
            .fetch_optional(&self.pool)
            .await
            .expect("read");
        if let Some(petition_id) = known {
            return petition_id;
        }
        sqlx::query_scalar(
            "insert into petition
                 (reference, citizen_id, draft_key, status, submitter_type, submitter_name, address_detail, category,
                  kind, title, content, publish_consent, identity_confidential, consent_version, submitted_at,
                  accept_due_at, answer_due_at, deadline_policy_version, search)
             values ($1, $2, $1, 'submitted', 'individual', 'Bà Lan', 'số 8', 'regulation_policy_procedure',
                     'reflection', 'Sổ đỏ quá hẹn', 'Sổ đỏ quá hẹn', true, false, '1', $3, $3, $3, 1, '')
             returning petition_id",
        )
        .bind(format!("HN-PAKN-20261118-{citizen_id:04}-X"))
        .bind(citizen_id)
        .bind(self.clock.now())
        .fetch_one(&self.pool)
        .await
        .expect("a petition")
    }

    /// Rounds until nothing moves any more.
    pub async fn settle(&self) {
        while self.round().await > 0 {}
    }

    pub async fn trail(&self, id: i64) -> Trail {
        let (state, channel) = sqlx::query_as("select state, channel from outbox_message where outbox_message_id = $1")
            .bind(id)
            .fetch_one(&self.pool)
            .await
            .expect("the message");
        let steps = sqlx::query_as(
            "select channel, outcome, code from outbox_attempt where outbox_message_id = $1 order by outbox_attempt_id",
        );
        let steps = steps.bind(id).fetch_all(&self.pool).await.expect("the attempts");
        Trail { state, channel, steps }
    }
}
