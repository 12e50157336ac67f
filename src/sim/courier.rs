//! Takes events to the service and repeats what it did not take (zalo-oa 1.1).

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use reqwest::StatusCode;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::Zalo;
use super::event::Event;
use super::phone::PhoneId;
use super::world::{WebhookState, World};
use crate::zalo::signature::{self, sign};

/// Zalo waits this long for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// After each failure, seconds until the next attempt; after the last one Zalo gives up.
const LADDER: [i64; 5] = [30, 5 * 60, 15 * 60, 30 * 60, 60 * 60];
/// How often the background courier looks for repetitions that have become due: the clock may be moved by hand.
const GLANCE: Duration = Duration::from_millis(200);

/// An event on its way.
#[derive(Clone, Debug)]
pub struct Delivery {
    number: u64,
    citizen: PhoneId,
    event: Event,
    /// The bubble that shows whether the service took it.
    msg_id: Option<String>,
    due_at: DateTime<Utc>,
    failures: usize,
    is_under_way: bool,
}

impl Delivery {
    pub fn new(number: u64, citizen: PhoneId, event: Event, msg_id: Option<String>, due_at: DateTime<Utc>) -> Self {
        Self { number, citizen, event, msg_id, due_at, failures: 0, is_under_way: false }
    }
}

/// How a delivery ended.
type Outcome = Result<(), String>;

pub fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().user_agent("ZaloWebhook").timeout(ANSWER_WITHIN).no_proxy();
    builder.build().expect("a client without special wishes")
}

impl Zalo {
    /// Delivers every event that is due, in order for each citizen, and what becomes due by it. Gives the number of events
    /// that the service took.
    pub async fn deliver_webhooks(&self) -> usize {
        let mut taken = 0;
        loop {
            let (url, round) = self.next_round();
            if round.is_empty() {
                return taken;
            }
            let outcomes = join_all(round.iter().map(|delivery| self.post(&url, delivery))).await;
            taken += outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            let at = self.now();
            self.change(|world| {
                for (delivery, outcome) in round.into_iter().zip(outcomes) {
                    settle(world, delivery.number, outcome, at);
                }
            });
        }
    }

    /// Delivers in the background until `stop`.
    pub async fn deliver_forever(&self, stop: CancellationToken) {
        let mut changes = self.0.changes.subscribe();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = self.deliver_webhooks() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = changes.changed() => {}
                () = tokio::time::sleep(GLANCE) => {}
            }
        }
    }

    /// Events that wait: not delivered yet, or to be repeated.
    pub fn pending_webhooks(&self) -> usize {
        self.world().deliveries.len()
    }

    fn next_round(&self) -> (Url, Vec<Delivery>) {
        let at = self.now();
        let mut world = self.world();
        let in_order = world.manners.in_order;
        let mut lanes = HashSet::new();
        let mut round = Vec::new();
        for delivery in &mut world.deliveries {
            let is_first = lanes.insert(delivery.citizen);
            if (is_first || !in_order) && delivery.due_at <= at && !delivery.is_under_way {
                delivery.is_under_way = true;
                round.push(delivery.clone());
            }
        }
        (world.webhook_url.clone(), round)
    }

    async fn post(&self, url: &Url, delivery: &Delivery) -> Outcome {
        let Event { body, timestamp, .. } = &delivery.event;
        let settings = self.settings();
        let mac = sign(&settings.app_id, body.as_bytes(), timestamp, &settings.oa_secret);
        let mut request = self.0.http.post(url.clone()).body(body.clone());
        request = request.header("Content-Type", "application/json").header("X-ZEvent-Server", "OA OpenAPI");
        request = request.header(signature::HEADER, mac);
        if delivery.failures > 0 {
            request = request.header("num_retry", delivery.failures.to_string());
        }
        match request.send().await {
            Ok(answer) if answer.status() == StatusCode::OK => Ok(()),
            Ok(answer) => Err(format!("trả lời {}", answer.status().as_u16())),
            Err(error) if error.is_timeout() => Err("không trả lời trong 2 giây".to_owned()),
            Err(_) => Err("không kết nối được".to_owned()),
        }
    }
}

fn settle(world: &mut World, number: u64, outcome: Outcome, at: DateTime<Utc>) {
    let Some(place) = world.deliveries.iter().position(|delivery| delivery.number == number) else { return };
    let Err(why) = outcome else {
        let delivery = world.deliveries.remove(place).expect("its place was just found");
        return mark_taken(world, &delivery, at);
    };
    let factor = world.manners.retry_factor;
    let delivery = &mut world.deliveries[place];
    let name = delivery.event.name.clone();
    let Some(&seconds) = LADDER.get(delivery.failures) else {
        world.deliveries.clear();
        world.webhooks = WebhookState::Off;
        world.note(at, format!("Dịch vụ {why}; Zalo ngừng gửi sự kiện đến khi được bật lại"));
        return;
    };
    #[allow(clippy::cast_possible_truncation)] // at most an hour
    let wait = TimeDelta::milliseconds((seconds as f64 * 1_000.0 * factor) as i64);
    delivery.failures += 1;
    delivery.due_at = at + wait;
    delivery.is_under_way = false;
    world.note(at, format!("Dịch vụ {why} ({name}), Zalo gửi lại sau {}", say_wait(wait)));
}

fn mark_taken(world: &mut World, delivery: &Delivery, at: DateTime<Utc>) {
    let Some(msg_id) = &delivery.msg_id else { return };
    let bubbles = &mut world.citizen_mut(delivery.citizen).bubbles;
    if let Some(bubble) = bubbles.iter_mut().find(|bubble| bubble.msg_id == *msg_id) {
        bubble.taken_at.get_or_insert(at);
    }
}

fn say_wait(wait: TimeDelta) -> String {
    match wait.num_seconds() {
        seconds if seconds < 120 => format!("{seconds} giây"),
        seconds => format!("{} phút", seconds / 60),
    }
}
