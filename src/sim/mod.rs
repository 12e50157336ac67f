//! Rehearsal: a small Zalo, with phones in a web page, the OA API and signed webhooks.
//!
//! There is one model ([`Zalo`]) and HTTP on top of it, so that the demo, the tests and the benches meet the same Zalo.
//! It knows Zalo's protocol only, never petitions, and never looks into the service: what it knows, it was told over HTTP.
//!
//! 1. The model is strict where Zalo is: a message that Zalo would refuse is refused here, with the same number.
//! 2. Nothing in it sleeps or asks the machine for the time: the clock is given, and whoever tests steps the webhooks
//!    with [`Zalo::deliver_webhooks`]. Only [`Zalo::deliver_forever`], for the demo, waits.
//! 3. It is never part of the service: `serve` does not know that it exists.

mod api;
mod bubble;
mod citizen;
mod consent;
mod control;
mod courier;
mod dress;
mod event;
mod fault;
mod manners;
mod media;
mod page;
mod phone;
mod post;
mod quirk;
mod rules;
mod settings;
mod token;
mod world;

use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::Context;
use axum::Router;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use bubble::{Bubble, Card, Choice, Does, Picture, Side};
pub use citizen::{Shape, SharedContact, Standing};
pub use event::Signing;
pub use fault::{Call, Fault};
pub use manners::Manners;
pub use phone::{NoSuchButton, Phone, PhoneId};
use quirk::Chances;
pub use quirk::Quirk;
pub use rules::template::Template;
pub use settings::{Options, SimSettings};
use world::World;
pub use world::{LogLine, WebhookState};

/// The model of Zalo. Clones are the same Zalo.
#[derive(Clone, Debug)]
pub struct Zalo(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: SimSettings,
    world: Mutex<World>,
    /// Counts the changes of the world, for those who watch.
    changes: watch::Sender<u64>,
    http: reqwest::Client,
}

impl Zalo {
    /// A Zalo without citizens.
    pub fn new(settings: SimSettings) -> Self {
        let world = World::new(&settings);
        Self(Arc::new(Inner {
            world: Mutex::new(world),
            changes: watch::Sender::new(0),
            http: courier::client(),
            settings,
        }))
    }

    /// The whole of it over HTTP: Zalo's API, its media host, the page with the phones, and the simulator's own API.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(api::router(self.clone()))
            .merge(media::router(self.clone()))
            .merge(control::router(self.clone()))
            .merge(page::router(self.clone()))
    }

    /// Serves [`Zalo::router`] until `stop`.
    pub async fn serve_on(&self, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
        let address = listener.local_addr()?;
        self.world().media_host = format!("http://{address}");
        // Browsers keep their stream of changes open for ever: whoever waits for them never ends.
        tokio::select! {
            served = axum::serve(listener, self.router()).into_future() => served,
            () = stop.cancelled() => Ok(()),
        }
    }

    /// A new citizen whose phone stands on the page.
    pub fn phone(&self, name: &str) -> Phone {
        let id = self.change(|world| world.admit(name));
        Phone::new(self.clone(), id)
    }

    /// A new citizen without a phone on the page: somebody who wrote before we came.
    pub fn acquaintance(&self, name: &str) -> Phone {
        let phone = self.phone(name);
        self.change(|world| world.citizen_mut(phone.id).is_on_page = false);
        phone
    }

    /// The phones on the page, oldest first.
    pub fn phones(&self) -> Vec<Phone> {
        let ids = self.world().phones_on_page();
        ids.into_iter().map(|id| Phone::new(self.clone(), id)).collect()
    }

    /// The phone with this number, on the page or not.
    pub fn phone_numbered(&self, number: usize) -> Option<Phone> {
        let is_there = self.world().has(PhoneId(number));
        is_there.then(|| Phone::new(self.clone(), PhoneId(number)))
    }

    /// Somebody who writes without saying who they are; they have a phone on the page.
    pub fn stranger(&self) -> Phone {
        let phone = self.phone("Người ẩn danh");
        self.change(|world| world.citizen_mut(phone.id).anonymous_in = Some(citizen::random_msg_id()));
        phone
    }

    /// The next `count` messages that are sent meet this fault.
    pub fn next_sends(&self, count: usize, fault: Fault) {
        self.next_calls(Call::Message, count, &fault);
    }

    /// From now on every message meets this fault, or none.
    pub fn every_send(&self, fault: Option<Fault>) {
        self.every_call(Call::Message, fault);
    }

    /// The next `count` calls of this kind meet this fault.
    pub fn next_calls(&self, call: Call, count: usize, fault: &Fault) {
        self.change(|world| world.faults.wish(call, count, fault));
    }

    /// From now on every call of this kind meets this fault, or none.
    pub fn every_call(&self, call: Call, fault: Option<Fault>) {
        self.change(|world| world.faults.stand(call, fault));
    }

    /// From now on this happens so often: 0 never, 1 always. Each quirk is rolled for itself.
    pub fn chance(&self, quirk: Quirk, rate: f64) {
        self.change(|world| world.chances.set(quirk, rate));
    }

    /// From now on so many calls are refused with this number; each host refuses with its own numbers only.
    pub fn chance_of_refusal(&self, code: i32, rate: f64) {
        self.change(|world| world.chances.set_refusal(code, rate));
    }

    /// From now on nothing goes wrong by chance, and the dice fall as this seed says.
    pub fn seed(&self, seed: u64) {
        self.change(|world| world.chances = Chances::seeded(seed));
    }

    /// What was uploaded so far cannot be sent any more (-100), as after seven days.
    pub fn expire_uploads(&self) {
        self.change(World::expire_uploads);
    }

    /// The refresh token of the moment is void (-14014), as when somebody else has used it.
    pub fn lose_refresh_token(&self) {
        self.change(|world| world.tokens.lose_refresh_token());
    }

    /// Changes how Zalo tells us things.
    pub fn manners(&self, change: impl FnOnce(&mut Manners)) {
        self.change(|world| change(&mut world.manners));
    }

    /// The access token of the moment is refused from now on (-220), as when its 25 hours have passed.
    pub fn expire_access_token(&self) {
        self.change(|world| world.tokens.expire());
    }

    /// Events go to another address from now on.
    pub fn point_webhooks_at(&self, url: Url) {
        self.change(|world| world.webhook_url = url);
    }

    /// After too many failures Zalo stops sending events until somebody switches them on again, as this does.
    pub fn resubscribe(&self) {
        self.change(|world| world.webhooks = WebhookState::On);
    }

    /// Are events being sent, or has Zalo given up?
    pub fn webhook_state(&self) -> WebhookState {
        self.world().webhooks
    }

    /// What happened, newest first.
    pub fn log(&self) -> Vec<LogLine> {
        self.world().log.iter().rev().cloned().collect()
    }

    /// How many messages the account has sent to anyone.
    pub fn messages_sent(&self) -> usize {
        self.world().messages_sent
    }

    fn settings(&self) -> &SimSettings {
        &self.0.settings
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.settings.clock.now()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().expect("nobody panics with the world in hand")
    }

    /// Changes the world and tells those who watch.
    fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let result = change(&mut self.world());
        self.0.changes.send_modify(|count| *count += 1);
        result
    }
}

/// The simulator on its own, beside a service that runs elsewhere, until Ctrl-C.
pub async fn serve(options: Options) -> anyhow::Result<()> {
    let address = options.listen_addr;
    let listener = TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    let zalo = Zalo::new(options.into());
    for name in page::FIRST_NAMES {
        zalo.phone(name);
    }
    println!("Phones:    http://{address}/");
    println!("Zalo API:  ZALO_API_URL=http://{address} ZALO_OAUTH_URL=http://{address}");
    println!("Own API:   http://{address}/sim/api/state");
    println!("Webhooks:  {}", zalo.settings().webhook_url);
    let stop = CancellationToken::new();
    let courier = tokio::spawn({
        let (zalo, stop) = (zalo.clone(), stop.clone());
        async move { zalo.deliver_forever(stop).await }
    });
    let served = tokio::spawn({
        let stop = stop.clone();
        async move { zalo.serve_on(listener, stop).await }
    });
    tokio::signal::ctrl_c().await?;
    stop.cancel();
    courier.await?;
    served.await??;
    Ok(())
}
