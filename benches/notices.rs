//! A wave of notices while people chat: petitions are published by the thousand, and whoever waits for a reply must not notice.

mod measure;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use measure::citizen::{Chat, Crowd};
use measure::figures::{Goal, Report};
use measure::ground::{Ground, Service};
use measure::office::{employ, publication};
use measure::stage::register::fill;
use measure::zalo::Zalo;
use measure::{Effort, run};
use sqlx::PgPool;
use zalo_petitions::app::files::Files;
use zalo_petitions::casework::{self, Hand, Rules};
use zalo_petitions::clock::Clock;

/// So many people chat meanwhile.
const CROWD: usize = 16;
/// So many officers publish.
const OFFICERS: usize = 4;
/// With the limit, people read before they answer: chatting alone must not use it up.
const SLOW_READERS: usize = 4;
const READING: Duration = Duration::from_millis(250);

fn main() {
    run(bench);
}

async fn bench(effort: Effort) -> Report {
    let mut report = Report::new("notices: a wave of them, and the chat beside it");
    let wave = effort.or(10_000, 40);
    let house = House::open("notices", wave, &[]).await;
    let mut alone = house.chat(CROWD, Duration::ZERO, tokio::time::sleep(effort.seconds(8.0))).await;
    let told_before = house.zalo.others();
    let begun = Instant::now();
    let publishing = async {
        house.publish_all().await;
        house.everybody_is_told(told_before + u64::from(wave)).await;
    };
    let mut beside = house.chat(CROWD, Duration::ZERO, publishing).await;
    let rate = f64::from(wave) / begun.elapsed().as_secs_f64();
    report.tell_one("notices, no limit", rate, "/s", Goal::None);
    let (quiet, busy) = (alone.replies.percentile(0.99), beside.replies.percentile(0.99));
    report.tell_one(format!("reply p99 of {CROWD}, no wave"), quiet, "ms", Goal::None);
    report.tell_one(format!("reply p99 of {CROWD}, in the wave"), busy, "ms", Goal::None);
    report.tell_one("p99 in the wave to without", busy / quiet, "times", Goal::AtMost(1.5));

    // What Zalo takes: 4,000 a minute. The wave is larger than what is sent while we look.
    let wave = effort.or(4_000, 40);
    let house = House::open("notices_limited", wave, &["--zalo-rate-per-minute", "4000"]).await;
    let mut alone = house.chat(SLOW_READERS, READING, tokio::time::sleep(effort.seconds(10.0))).await;
    house.publish_all().await;
    let told_before = house.zalo.others();
    let mut beside = house.chat(SLOW_READERS, READING, tokio::time::sleep(effort.seconds(20.0))).await;
    let told = (house.zalo.others() - told_before) as f64 / effort.seconds(20.0).as_secs_f64();
    report.tell_one("notices, 4,000 calls a minute", told, "/s", Goal::None);
    let (quiet, busy) = (alone.replies.percentile(0.99), beside.replies.percentile(0.99));
    report.tell_one("reply p99, limit, no wave", quiet, "ms", Goal::None);
    report.tell_one("reply p99, limit, in the wave", busy, "ms", Goal::None);
    report.tell_one("p99 in the wave to without, limit", busy / quiet, "times", Goal::AtMost(1.5));
    report
}

/// A service whose register holds answered petitions.
struct House {
    zalo: Zalo,
    service: Service,
    rules: Arc<Rules>,
    pool: PgPool,
    officer_id: i64,
    /// What is to be published: reference and version.
    answered: Vec<(String, i32)>,
}

impl House {
    async fn open(name: &str, wave: u32, more: &[&str]) -> Self {
        let (ground, zalo) = (Ground::prepare(name).await, Zalo::start().await);
        let service = ground.serve(&zalo.url, more).await;
        let pool = ground.pool(8).await;
        let officer_id = employ(&pool).await;
        // seven in twelve are published
        fill(&pool, wave * 2 + 1_000).await;
        sqlx::raw_sql(
            "delete from publication; update citizen set last_heard_at = now();
             update petition set status = 'answered', publish_consent = true, published_at = null, closed_at = null
             where status = 'published'",
        )
        .execute(&pool)
        .await
        .expect("answered");
        let answered =
            "select reference, version from petition where status = 'answered' order by petition_id limit $1";
        let answered: Vec<_> =
            sqlx::query_as(answered).bind(i64::from(wave)).fetch_all(&pool).await.expect("references");
        assert_eq!(answered.len(), wave as usize);
        let rules = Files::load(&ground.settings(&zalo.url, &[])).expect("the files").rules;
        Self { zalo, service, rules, pool, officer_id, answered }
    }

    /// People chat until `until` is over.
    async fn chat(&self, size: usize, reading: Duration, until: impl Future<Output = ()>) -> Chat {
        let crowd = Crowd::of_slow_readers(size, reading, self.service.address, &self.zalo);
        until.await;
        crowd.leaves().await
    }

    async fn publish_all(&self) {
        let publishing = self.answered.iter().map(|(reference, version)| self.publish(reference, *version));
        futures::stream::iter(publishing).buffer_unordered(OFFICERS).collect::<()>().await;
    }

    async fn publish(&self, reference: &str, version: i32) {
        let hand = Hand { reference, version, officer_id: self.officer_id, at: Clock::system().now() };
        let mut transaction = self.pool.begin().await.expect("a transaction");
        casework::publish(&self.rules, &mut transaction, hand, &publication()).await.expect("published");
        transaction.commit().await.expect("committed");
    }

    async fn everybody_is_told(&self, messages: u64) {
        while self.zalo.others() < messages {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
