//! Takes events to the service and repeats what it did not take (zalo-oa 1.1).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use futures::future::{BoxFuture, join_all};
use futures::stream::FuturesUnordered;
use reqwest::StatusCode;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::Zalo;
use super::event::{self, Event, Signing};
use super::post::Delivery;
use super::quirk::Quirk;
use super::world::{WebhookState, World};
use crate::zalo::signature::{self, sign};

/// Zalo waits this long for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// After each failure, seconds until the next attempt; after the last one Zalo gives up.
const LADDER: [i64; 5] = [30, 5 * 60, 15 * 60, 30 * 60, 60 * 60];
/// How often the background courier looks for repetitions that have become due: the clock may be moved by hand.
const GLANCE: Duration = Duration::from_millis(200);
/// So many events are under way at the same time.
const ABREAST: usize = 256;

/// How a delivery ended.
type Outcome = Result<(), String>;

pub fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().user_agent("ZaloWebhook").timeout(ANSWER_WITHIN).no_proxy();
    builder.build().expect("a client without special wishes")
}

/// What the courier carries at the moment.
struct Bag<'a> {
    zalo: &'a Zalo,
    under_way: FuturesUnordered<BoxFuture<'a, (Delivery, Outcome)>>,
}

impl<'a> Bag<'a> {
    fn of(zalo: &'a Zalo) -> Self {
        Self { zalo, under_way: FuturesUnordered::new() }
    }

    /// Sets out with whatever is due, as much as one can carry.
    fn fill(&mut self) {
        let at = self.zalo.now();
        let mut world = self.zalo.world();
        while self.under_way.len() < ABREAST {
            let Some(delivery) = world.post.take(at) else { return };
            let mishap = Mishap::of(&mut world);
            self.under_way.push(Box::pin(carry(self.zalo, world.webhook_url.clone(), delivery, mishap)));
        }
    }

    /// Waits until one delivery has ended: was it taken? None: nothing is under way.
    async fn next(&mut self) -> Option<bool> {
        let (delivery, outcome) = self.under_way.next().await?;
        let is_taken = outcome.is_ok();
        let at = self.zalo.now();
        self.zalo.change(|world| settle(world, &delivery, outcome, at));
        Some(is_taken)
    }
}

/// What happens on the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mishap {
    None,
    LostEvent,
    LostTaking,
}

impl Mishap {
    fn of(world: &mut World) -> Self {
        match () {
            () if world.chances.strikes(Quirk::LostEvent) => Self::LostEvent,
            () if world.chances.strikes(Quirk::LostTaking) => Self::LostTaking,
            () => Self::None,
        }
    }
}

impl Zalo {
    /// Delivers every event that is due, in order for each citizen, and what becomes due by it. Gives the number of events
    /// that the service took.
    pub async fn deliver_webhooks(&self) -> usize {
        let mut bag = Bag::of(self);
        let mut taken = 0;
        loop {
            bag.fill();
            match bag.next().await {
                Some(is_taken) => taken += usize::from(is_taken),
                None => return taken,
            }
        }
    }

    /// Delivers in the background until `stop`.
    pub async fn deliver_forever(&self, stop: CancellationToken) {
        let mut changes = self.0.changes.subscribe();
        let mut bag = Bag::of(self);
        loop {
            bag.fill();
            tokio::select! {
                () = stop.cancelled() => return,
                Some(_) = bag.next() => {}
                _ = changes.changed() => {}
                () = tokio::time::sleep(GLANCE) => {}
            }
        }
    }

    /// The test button of the developer console: one event with constant content, signed as asked, not repeated. Gives the
    /// status that the service answers; none: it does not answer in two seconds.
    pub async fn console_test(&self, signing: Signing) -> Option<u16> {
        let url = self.world().webhook_url.clone();
        let event = event::console_test(self.settings(), signing, self.now());
        let answer = request(self, &url, &event, 0).send().await.ok();
        let status = answer.map(|answer| answer.status().as_u16());
        let said = status.map_or_else(|| "không trả lời".to_owned(), |status| format!("trả lời {status}"));
        let at = self.now();
        self.change(|world| world.note(at, format!("Thử từ trang quản trị Zalo: dịch vụ {said}")));
        status
    }

    /// Events that wait: not delivered yet, or to be repeated.
    pub fn pending_webhooks(&self) -> usize {
        self.world().post.len()
    }
}

async fn carry(zalo: &Zalo, url: Url, delivery: Delivery, mishap: Mishap) -> (Delivery, Outcome) {
    if mishap == Mishap::LostEvent {
        return (delivery, Err("không nhận được sự kiện".to_owned()));
    }
    let posts = (0..delivery.copies).map(|_| post(zalo, &url, &delivery));
    let outcome = join_all(posts).await.into_iter().collect::<Outcome>();
    let outcome = match mishap {
        Mishap::LostTaking => outcome.and_then(|()| Err("trả lời nhưng câu trả lời bị lạc".to_owned())),
        _ => outcome,
    };
    (delivery, outcome)
}

async fn post(zalo: &Zalo, url: &Url, delivery: &Delivery) -> Outcome {
    match request(zalo, url, &delivery.event, delivery.failures).send().await {
        Ok(answer) if answer.status() == StatusCode::OK => Ok(()),
        Ok(answer) => Err(format!("trả lời {}", answer.status().as_u16())),
        Err(error) if error.is_timeout() => Err("không trả lời trong 2 giây".to_owned()),
        Err(_) => Err("không kết nối được".to_owned()),
    }
}

/// One event on its way, with the headers of zalo-oa 1.1.
fn request(zalo: &Zalo, url: &Url, event: &Event, failures: usize) -> reqwest::RequestBuilder {
    let Event { body, timestamp, server, signing, .. } = event;
    let settings = zalo.settings();
    let mut request = zalo.0.http.post(url.clone()).body(body.clone());
    request = request.header("Content-Type", "application/json").header("X-ZEvent-Server", *server);
    let secret = match signing {
        Signing::Right => Some(settings.oa_secret.as_str()),
        Signing::Wrong => Some("somebody else's secret"),
        Signing::Missing => None,
    };
    if let Some(secret) = secret {
        request = request.header(signature::HEADER, sign(&settings.app_id, body.as_bytes(), timestamp, secret));
    }
    if failures > 0 { request.header("num_retry", failures.to_string()) } else { request }
}

fn settle(world: &mut World, delivery: &Delivery, outcome: Outcome, at: DateTime<Utc>) {
    let Err(why) = outcome else {
        if let Some(delivery) = world.post.done(delivery.number) {
            mark_taken(world, &delivery, at);
        }
        return;
    };
    // The console's test is pressed by a person, and not repeated.
    if delivery.event.signing != Signing::Right {
        world.post.done(delivery.number);
        return world.note(at, format!("Thử từ trang quản trị Zalo: dịch vụ {why}"));
    }
    let Some(&seconds) = LADDER.get(delivery.failures) else {
        world.post.clear();
        world.webhooks = WebhookState::Off;
        world.note(at, format!("Dịch vụ {why}; Zalo ngừng gửi sự kiện đến khi được bật lại"));
        return;
    };
    #[allow(clippy::cast_possible_truncation)] // at most an hour
    let wait = TimeDelta::milliseconds((seconds as f64 * 1_000.0 * world.manners.retry_factor) as i64);
    if world.post.again(delivery.number, at + wait) {
        world.note(at, format!("Dịch vụ {why} ({}), Zalo gửi lại sau {}", delivery.event.name, say_wait(wait)));
    }
}

fn mark_taken(world: &mut World, delivery: &Delivery, at: DateTime<Utc>) {
    let Some(msg_id) = &delivery.msg_id else { return };
    let bubbles = &mut world.citizen_mut(delivery.citizen).bubbles;
    if let Some(bubble) = bubbles.iter_mut().rev().find(|bubble| bubble.msg_id == *msg_id) {
        bubble.taken_at.get_or_insert(at);
    }
}

fn say_wait(wait: TimeDelta) -> String {
    match wait.num_seconds() {
        seconds if seconds < 120 => format!("{seconds} giây"),
        seconds => format!("{} phút", seconds / 60),
    }
}
