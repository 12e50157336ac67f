//! People do not come evenly: so many whole petitions a second begin, whether the service keeps up or not, with a large register
//! behind it. `SPIKE_SECONDS=20` and `REGISTRY=1000000` make it longer and larger (`make bench-large`).

mod measure;

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use measure::citizen::{Chat, petition};
use measure::figures::{Goal, Report, Times};
use measure::ground::{Ground, Service};
use measure::line::Line;
use measure::office::employ;
use measure::stage::register::fill;
use measure::zalo::Zalo;
use measure::{Effort, run};
use tokio::task::JoinSet;

/// Petitions a second, one step after the other.
const SHAPE: [u32; 7] = [1, 15, 1, 25, 2, 35, 10];
/// People read before they answer.
const READING: Duration = Duration::from_millis(100);

fn main() {
    run(bench);
}

async fn bench(effort: Effort) -> Report {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let size = number("REGISTRY").unwrap_or_else(|| effort.or(100_000, 1_000));
    let step = Duration::from_secs(number("SPIKE_SECONDS").unwrap_or(10).into());
    let step = effort.or(step, Duration::from_millis(150));
    let (ground, zalo) = (Ground::prepare("spikes").await, Zalo::start().await);
    let service = ground.serve(&zalo.url, &[]).await;
    employ(&service.pool).await;
    fill(&service.pool, size).await;

    let mut report = Report::new("spikes: replies while people come in waves");
    let mut steps = Vec::new();
    for rate in SHAPE {
        let (begun, mut people) = (Instant::now(), JoinSet::new());
        while begun.elapsed() < step {
            people.spawn(come(service.address, zalo.clone()));
            tokio::time::sleep(Duration::from_secs(1) / rate).await;
        }
        steps.push((rate, people));
    }
    let (over, mut all) = (Instant::now(), Times::default());
    for (rate, mut people) in steps {
        let mut times = Times::default();
        while let Some(chat) = people.join_next().await {
            times.join(chat.expect("nobody waits in vain").replies);
        }
        let what = format!("reply p95, whoever came at {rate} a second");
        report.tell_one(what, times.percentile(0.95), "ms", Goal::AtMost(300.0));
        all.join(times);
    }
    report.tell_one("until the last is served", over.elapsed().as_secs_f64(), "s", Goal::AtMost(5.0));
    report.tell_one("reply p95, all", all.percentile(0.95), "ms", Goal::AtMost(300.0));
    report.tell_one("left waiting", waiting(&service).await as f64, "", Goal::AtMost(0.0));
    report
}

async fn come(address: std::net::SocketAddr, zalo: Zalo) -> Chat {
    let (mut line, mut chat) = (Line::open(address).await, Chat::default());
    petition(&mut line, &zalo, READING, &AtomicBool::new(false), &mut chat).await;
    chat
}

async fn waiting(service: &Service) -> i64 {
    let waiting = "select count(*) from inbox_event where state = 'waiting'";
    sqlx::query_scalar(waiting).fetch_one(&service.pool).await.expect("a count")
}
