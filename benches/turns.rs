//! How fast a whole turn is: people go through the form, from the webhook to the message at the send API, through inbox, dialog,
//! Redis, Postgres and outbox. The floor is the same round trips, done bare and one after the other.

mod measure;

use std::time::{Duration, Instant};

use measure::citizen::Crowd;
use measure::figures::{Goal, Report, Rounds, Times};
use measure::ground::Ground;
use measure::plain::{self, knocks};
use measure::zalo::Zalo;
use measure::{Effort, run};
use sqlx::PgPool;

const CITIZENS: [usize; 3] = [1, 32, 128];

fn main() {
    run(bench);
}

async fn bench(effort: Effort) -> Report {
    let ground = Ground::prepare("turns").await;
    let zalo = Zalo::start().await;
    let service = ground.serve(&zalo.url, &[]).await;
    let floor = Floor::lay(&ground, &zalo).await;
    let plain = plain::serve(&ground).await;
    let warm_up = Crowd::gathers(8, service.address, &zalo);
    tokio::time::sleep(effort.seconds(2.0)).await;
    warm_up.leaves().await;

    let mut report = Report::new("turns: from the webhook to the message at the send API");
    let mut alone = f64::NAN;
    for citizens in CITIZENS {
        let [mut rate, mut filed, mut median, mut p99, mut to_floor, mut to_inserts, mut inserts] =
            std::array::from_fn(|_| Rounds::default());
        for _ in 0..effort.or(4, 1) {
            let crowd = Crowd::gathers(citizens, service.address, &zalo);
            let begun = Instant::now();
            tokio::time::sleep(effort.seconds(4.0)).await;
            let mut chat = crowd.leaves().await;
            let seconds = begun.elapsed().as_secs_f64();
            rate.note(chat.replies.count() as f64 / seconds);
            filed.note(chat.petitions as f64 / seconds);
            median.note(chat.replies.percentile(0.5));
            p99.note(chat.replies.percentile(0.99));
            if citizens == 1 {
                to_floor.note(chat.replies.percentile(0.5) / floor.measure(effort.seconds(2.0)).await);
            } else {
                let (plain, _) = knocks(plain, citizens, effort.seconds(2.0)).await;
                inserts.note(plain);
                to_inserts.note(chat.replies.count() as f64 / seconds / plain);
            }
        }
        report.tell(format!("turns, {citizens} citizens"), rate, "/s", Goal::None);
        report.tell(format!("petitions filed, {citizens} citizens"), filed, "/s", Goal::None);
        report.tell(format!("reply p50, {citizens} citizens"), median.clone(), "ms", Goal::None);
        report.tell(format!("reply p99, {citizens} citizens"), p99.clone(), "ms", Goal::None);
        if citizens == 1 {
            alone = median.median();
            report.tell("p50 to the floor, 1 citizen", to_floor, "times", Goal::AtMost(1.5));
        } else {
            let goal = if citizens == 128 { Goal::AtLeast(1.0) } else { Goal::None };
            report.tell(format!("plain handler, {citizens} connections"), inserts, "/s", Goal::None);
            report.tell(format!("turns to plain handler's inserts, {citizens}"), to_inserts, "times", goal);
        }
        if citizens == 128 {
            report.tell_one("p99 at 128 to p50 at 1", p99.median() / alone, "times", Goal::AtMost(8.0));
        }
    }
    report
}

/// The round trips of a turn without the turn: insert, Redis get and set, insert, message, insert; each insert a commit.
struct Floor {
    pool: PgPool,
    redis: redis::aio::MultiplexedConnection,
    http: reqwest::Client,
    send_to: String,
}

impl Floor {
    async fn lay(ground: &Ground, zalo: &Zalo) -> Self {
        let pool = ground.pool(32).await;
        sqlx::query(
            "create table floor (floor_id bigint generated always as identity primary key, body text not null)",
        )
        .execute(&pool)
        .await
        .expect("a table");
        let redis = redis::Client::open(ground.redis_url.as_str()).expect("an address");
        let redis = redis.get_multiplexed_async_connection().await.expect("a Redis");
        Self { pool, redis, http: reqwest::Client::new(), send_to: format!("{}v3.0/oa/message/cs", zalo.url) }
    }

    /// How long one takes, p50 in milliseconds.
    async fn measure(&self, time: Duration) -> f64 {
        let (mut times, body, mut redis) = (Times::default(), "x".repeat(400), self.redis.clone());
        let begun = Instant::now();
        while begun.elapsed() < time {
            let asked_at = Instant::now();
            self.insert(&body).await;
            let _: Option<String> = redis::cmd("GET").arg("floor").query_async(&mut redis).await.expect("read");
            let _: () = redis::cmd("SET").arg("floor").arg(&body).query_async(&mut redis).await.expect("written");
            self.insert(&body).await;
            let sent = self.http.post(&self.send_to).body(body.clone()).send().await.expect("sent");
            sent.bytes().await.expect("an answer");
            self.insert(&body).await;
            times.note(asked_at.elapsed());
        }
        times.percentile(0.5)
    }

    async fn insert(&self, body: &str) {
        sqlx::query("insert into floor (body) values ($1)").bind(body).execute(&self.pool).await.expect("inserted");
    }
}
