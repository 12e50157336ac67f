//! How much we may ask of Zalo just now, shared by all instances through Redis: the application's rate (zalo-oa 2.5), and
//! for each channel a circuit that opens while Zalo is away, takes no more calls, or wants a person to put things in order.
//!
//! - The rate is a token bucket. Replies may take every token, notices leave some for replies, reminders leave more: a wave
//!   of notices never makes a citizen wait for an answer.
//! - A circuit that is open lets nothing through; when its time is over it lets one message through to see, and closes on
//!   the first success.
//! - While Redis is away there is no gate: Zalo's own limits then tell us, message by message.
//!
//! Redis holds nothing here that could not be lost: after a flush the bucket is full and every circuit closed.

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use redis::Script;

use super::window::Channel;
use crate::memory::Redis;

/// How urgent a message is: in this order they share what Zalo takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Somebody waits in the chat: replies, and officers' words.
    Reply,
    Notice,
    Reminder,
}

impl Urgency {
    pub const ALL: [Self; 3] = [Self::Reply, Self::Notice, Self::Reminder];

    /// As it stands in figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Notice => "notice",
            Self::Reminder => "reminder",
        }
    }

    /// As it stands in the database: the smaller, the more urgent.
    pub fn rank(self) -> i16 {
        match self {
            Self::Reply => 0,
            Self::Notice => 1,
            Self::Reminder => 2,
        }
    }

    /// The part of a full bucket that is left for what is more urgent.
    fn leaves(self) -> f64 {
        match self {
            Self::Reply => 0.0,
            Self::Notice => 0.5,
            Self::Reminder => 0.75,
        }
    }
}

/// A bucket holds the calls of six seconds, and fills so slowly that no minute sees more than the whole rate.
const BURST: f64 = 0.1;
/// But no fewer calls, or nothing would be left for what is not urgent.
const SMALLEST_BURST: f64 = 4.0;
/// So many failures in a row open a circuit.
const FAILURES: u32 = 5;
/// For so long at first, in milliseconds, twice as long after each probe that fails, at most a minute.
const FIRST_PAUSE: i64 = 2_000;
const LONGEST_PAUSE: i64 = 60_000;
/// After «too many calls» everybody pauses for so long.
pub const BACK_OFF: TimeDelta = TimeDelta::seconds(10);
/// What a person has to put in order is looked at again so often.
pub const HALT: TimeDelta = TimeDelta::minutes(5);
/// A probe that nobody came back from counts for so long, in milliseconds: longer than a call takes.
const PROBE: i64 = 30_000;

static PERMIT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("permit.lua")));
static REPORT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("report.lua")));

/// The gate. Clones are the same gate, as are those of other instances with the same prefix.
#[derive(Clone)]
pub struct Gate {
    redis: Redis,
    /// One slot of a Redis Cluster holds all of them.
    keys: Vec<String>,
    per_minute: u32,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("per_minute", &self.per_minute).finish_non_exhaustive()
    }
}

/// How a channel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circuit {
    /// Nothing failed lately.
    Closed,
    /// Something failed: the next success is to be reported.
    Watched,
    /// One message may go through to see.
    HalfOpen,
    /// Nothing passes until then.
    Open { until: DateTime<Utc>, is_halted: bool },
}

impl Circuit {
    fn read(state: i64, open_until: i64) -> Self {
        let until = DateTime::from_timestamp_millis(open_until).unwrap_or_default();
        match state {
            0 => Self::Closed,
            1 => Self::Watched,
            2 => Self::HalfOpen,
            _ => Self::Open { until, is_halted: state == 4 },
        }
    }
}

/// What may be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// So many calls at most.
    pub calls: u32,
    circuits: [Circuit; 3],
}

impl Permit {
    pub fn circuit(&self, channel: Channel) -> Circuit {
        self.circuits[channel as usize]
    }

    /// Whether the one call that it allows shall tell whether the chat works again.
    pub fn is_probe(&self) -> bool {
        self.circuit(Channel::Chat) == Circuit::HalfOpen
    }

    fn read(told: &[i64], wanted: u32) -> Self {
        let circuit = |at: usize| match told.get(1 + 2 * at..3 + 2 * at) {
            Some([state, open_until]) => Circuit::read(*state, *open_until),
            _ => Circuit::Closed,
        };
        let calls = told.first().and_then(|calls| u32::try_from(*calls).ok()).unwrap_or(wanted);
        Self { calls, circuits: [circuit(0), circuit(1), circuit(2)] }
    }
}

/// How calls ended, as far as others need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Zalo answered, kindly or not.
    Answered,
    /// So many times no answer, or none of Zalo's.
    Failed(u32),
    /// Too many calls.
    TooMany,
    /// Refused until a person does something.
    Halted,
}

impl Gate {
    /// `per_minute`: how many calls Zalo takes from the application in a minute; 0: nobody counts.
    pub fn new(redis: Redis, prefix: &str, per_minute: u32) -> Self {
        let names = ["rate"].into_iter().chain(Channel::ALL.map(Channel::name));
        Self { redis, keys: names.map(|name| format!("{{{prefix}:zalo}}:{name}")).collect(), per_minute }
    }

    /// Takes up to `wanted` calls for something this urgent, as far as rate and the chat's circuit allow. What is not used
    /// is [given back](Self::give_back).
    pub async fn permit(&self, urgency: Urgency, wanted: u32, at: DateTime<Utc>) -> Permit {
        let rate = f64::from(self.per_minute);
        let full = if self.per_minute == 0 { 0.0 } else { (rate * BURST).max(SMALLEST_BURST) };
        let fill = (rate - full).max(1.0) / 60_000.0;
        let mut call = PERMIT.prepare_invoke();
        self.keys.iter().for_each(|key| {
            call.key(key);
        });
        call.arg(at.timestamp_millis()).arg(fill).arg(full).arg(full * urgency.leaves()).arg(wanted).arg(PROBE);
        let told: redis::RedisResult<Vec<i64>> = call.invoke_async(&mut self.redis.clone()).await;
        let told = told.unwrap_or_else(|error| {
            tracing::warn!(%error, "Redis is away: nobody counts the calls to Zalo");
            Vec::new()
        });
        Permit::read(&told, wanted)
    }

    /// Gives back calls that were not made, and the probe with them.
    pub async fn give_back(&self, permit: &Permit, calls: u32, at: DateTime<Utc>) {
        let mut pipeline = redis::pipe();
        if self.per_minute > 0 {
            pipeline.cmd("HINCRBYFLOAT").arg(&self.keys[0]).arg("tokens").arg(calls).ignore();
        }
        if permit.is_probe() && calls == permit.calls {
            pipeline.hset(&self.keys[1], "open_until", at.timestamp_millis()).ignore();
        }
        let told: redis::RedisResult<()> = pipeline.query_async(&mut self.redis.clone()).await;
        if let Err(error) = told {
            tracing::warn!(%error, "calls that were not made are counted");
        }
    }

    /// Tells everybody how calls on a channel ended. Not needed for an answer where the circuit is closed.
    pub async fn report(&self, channel: Channel, report: Report, at: DateTime<Utc>) {
        let (what, calls, first) = match report {
            Report::Answered => ("answered", 1, FIRST_PAUSE),
            Report::Failed(calls) => ("failed", calls, FIRST_PAUSE),
            // One is enough to open it.
            Report::TooMany => ("failed", FAILURES, BACK_OFF.num_milliseconds()),
            Report::Halted => ("halted", 1, HALT.num_milliseconds()),
        };
        let mut call = REPORT.prepare_invoke();
        call.key(&self.keys[1 + channel as usize]).arg(what).arg(at.timestamp_millis()).arg(calls);
        call.arg(FAILURES).arg(first).arg(LONGEST_PAUSE);
        let told: redis::RedisResult<()> = call.invoke_async(&mut self.redis.clone()).await;
        if let Err(error) = told {
            tracing::warn!(%error, channel = channel.name(), what, "others are not told how a call to Zalo ended");
        }
        if !matches!(report, Report::Answered) {
            metrics::counter!("zalo_circuit_reports_total", "channel" => channel.name(), "what" => what).increment(1);
        }
    }
}
