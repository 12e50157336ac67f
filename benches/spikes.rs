//! People do not come evenly: so many whole petitions a second begin, whether the service keeps up or not, with a large register
//! behind it. `SPIKE_SECONDS=20` and `REGISTRY=1000000` make it longer and larger (`make bench-large`).

mod measure;

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use measure::citizen::{Chat, petition};
use measure::figures::{Goal, Report, Times};
use measure::ground::{Ground, Service};
use measure::line::Line;
use measure::register::fill;
use measure::zalo::Zalo;
use measure::{Effort, run};
use tokio::task::JoinSet;
use zalo_petitions::clock::Clock;
use zalo_petitions::officer::{self, NewOfficer, Role};

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
    let new = NewOfficer { login: "ha.vp", name: "Trần Thu Hà", agency_id: "HN-VP", role: Role::FocalOffice };
    let mut connection = service.pool.acquire().await.expect("a connection");
    officer::add(&mut connection, &new, "một mật khẩu dài", Clock::system().now()).await.expect("added");
    drop(connection);
    fill(&service.pool, size).await;

    let mut report = Report::new("spikes: replies while people come in waves");
    let mut all = Times::default();
    let mut people = JoinSet::new();
    for rate in SHAPE {
        let begun = Instant::now();
        while begun.elapsed() < step {
            people.spawn(come(service.address, zalo.clone()));
            tokio::time::sleep(Duration::from_secs(1) / rate).await;
        }
        // whoever came in this step is heard to the end; the next step begins meanwhile only in its figures
        let mut times = Times::default();
        while let Some(chat) = people.try_join_next() {
            times.join(chat.expect("nobody waits in vain").replies);
        }
        report.tell_one(
            format!("reply p95, {rate} petitions a second"),
            times.percentile(0.95),
            "ms",
            Goal::AtMost(300.0),
        );
        all.join(times);
    }
    let over = Instant::now();
    while let Some(chat) = people.join_next().await {
        all.join(chat.expect("nobody waits in vain").replies);
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
