//! The switches: faults, chances, manners, time, tokens, uploads, the subscription.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::super::Zalo;
use super::super::event::Signing;
use super::super::fault::{Call, Fault};
use super::super::quirk::{Chances, Quirk};
use super::{Impossible, patched};

/// The clock moves at most so far at a time.
const A_YEAR: f64 = 366.0 * 86_400.0;

type Done = Result<Json<Value>, Impossible>;

/// A fault that is wished for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    pub call: Call,
    pub kind: FaultKind,
    /// Of a refusal.
    pub code: Option<i32>,
    /// Of a slow answer.
    pub seconds: Option<f64>,
    /// So many calls; none: every call from now on.
    pub count: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Nothing goes wrong any more with this kind of call.
    None,
    Slow,
    ServerError,
    Html,
    TooManyRequests,
    Refuse,
    Silence,
    LostRequest,
    LostAnswer,
}

impl Wish {
    fn fault(&self) -> Result<Option<Fault>, Impossible> {
        Ok(Some(match self.kind {
            FaultKind::None => return Ok(None),
            FaultKind::Slow => {
                let wait = Duration::try_from_secs_f64(self.seconds.unwrap_or(5.0)).map_err(Impossible::new)?;
                Fault::Slow(wait)
            }
            FaultKind::ServerError => Fault::ServerError,
            FaultKind::Html => Fault::Html,
            FaultKind::TooManyRequests => Fault::TooManyRequests,
            FaultKind::Refuse => Fault::Refuse(self.code.ok_or_else(|| Impossible::new("a code is needed"))?),
            FaultKind::Silence => Fault::Silence,
            FaultKind::LostRequest => Fault::LostRequest,
            FaultKind::LostAnswer => Fault::LostAnswer,
        }))
    }

    /// Lets it come true.
    pub fn fulfil(&self, zalo: &Zalo) -> Result<(), Impossible> {
        const MOST: usize = 100_000;
        match (self.fault()?, self.count) {
            (Some(fault), Some(count)) => zalo.next_calls(self.call, count.min(MOST), &fault),
            (fault, _) => zalo.every_call(self.call, fault),
        }
        Ok(())
    }
}

pub async fn wish(State(zalo): State<Zalo>, Json(wish): Json<Wish>) -> Done {
    wish.fulfil(&zalo)?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewChances {
    /// Takes all chances away and sows the dice anew.
    seed: Option<u64>,
    /// For every quirk that is not named.
    all: Option<f64>,
    #[serde(default)]
    quirks: BTreeMap<Quirk, f64>,
    /// By code, as `"-32"`.
    #[serde(default)]
    refusals: BTreeMap<String, f64>,
}

pub async fn chances(State(zalo): State<Zalo>, Json(new): Json<NewChances>) -> Done {
    let codes = new.refusals.iter().map(|(code, rate)| Ok((code.parse::<i32>()?, *rate)));
    let codes = codes.collect::<Result<Vec<_>, std::num::ParseIntError>>().map_err(Impossible::new)?;
    zalo.change(|world| {
        if let Some(seed) = new.seed {
            world.chances = Chances::seeded(seed);
        }
        for quirk in Quirk::ALL {
            if let Some(rate) = new.quirks.get(&quirk).copied().or(new.all) {
                world.chances.set(quirk, rate);
            }
        }
        for (code, rate) in codes {
            world.chances.set_refusal(code, rate);
        }
    });
    done()
}

pub async fn manners(State(zalo): State<Zalo>, Json(patch): Json<Value>) -> Done {
    let manners = patched(&zalo.world().manners, &patch)?;
    zalo.change(|world| world.manners = manners);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockMove {
    seconds: f64,
}

/// Moves the clock forward.
pub async fn clock(State(zalo): State<Zalo>, Json(by): Json<ClockMove>) -> Done {
    if !(0.0..=A_YEAR).contains(&by.seconds) {
        return Err(Impossible::new("seconds, a year at most; time does not go back"));
    }
    #[allow(clippy::cast_possible_truncation)] // a year at most
    zalo.settings().clock.advance(TimeDelta::milliseconds((by.seconds * 1_000.0) as i64));
    zalo.change(|_| {});
    Ok(Json(json!({ "now": zalo.now() })))
}

pub async fn expire_token(State(zalo): State<Zalo>) -> Done {
    zalo.expire_access_token();
    done()
}

pub async fn lose_token(State(zalo): State<Zalo>) -> Done {
    zalo.lose_refresh_token();
    done()
}

pub async fn expire_uploads(State(zalo): State<Zalo>) -> Done {
    zalo.expire_uploads();
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// Events go there from now on.
    url: Option<String>,
}

/// Switches the events on again, as a person does in the console.
pub async fn subscription(State(zalo): State<Zalo>, Json(new): Json<Subscription>) -> Done {
    if let Some(url) = new.url {
        zalo.point_webhooks_at(Url::parse(&url).map_err(Impossible::new)?);
    }
    zalo.resubscribe();
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsoleTest {
    pub signing: Signing,
}

pub async fn console_test(State(zalo): State<Zalo>, Json(test): Json<ConsoleTest>) -> Done {
    Ok(Json(json!({ "status": zalo.console_test(test.signing).await })))
}

fn done() -> Done {
    Ok(Json(json!({})))
}
