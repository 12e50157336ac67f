//! Postgres or Redis goes away while the house runs, and comes back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::postgres::PgPoolOptions;
use sqlx::{ConnectOptions, PgPool};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use zalo_petitions::app::House;
use zalo_petitions::config::Settings;

use crate::app::{TestApp, redis_url, replies, said};
use crate::road::CONVERSATION;

/// A wire that can be cut.
#[derive(Clone)]
struct Wire {
    address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    cut: Arc<Notify>,
}

impl Wire {
    async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let wire = Self { address, is_cut: Arc::default(), cut: Arc::default() };
        let ours = wire.clone();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (wire, target) = (ours.clone(), target.clone());
                tokio::spawn(async move {
                    if wire.is_cut.load(Ordering::Relaxed) {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(target).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        () = wire.cut.notified() => {}
                    }
                });
            }
        });
        wire
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::Relaxed);
        self.cut.notify_waiters();
    }

    fn mend(&self) {
        self.is_cut.store(false, Ordering::Relaxed);
    }
}

/// The house behind two wires.
async fn behind_wires(pool: &PgPool) -> (TestApp, Wire, Wire) {
    let mut postgres_url = pool.connect_options().to_url_lossy();
    let host = postgres_url.host_str().expect("a host").to_owned();
    let postgres = Wire::to(format!("{host}:{}", postgres_url.port().unwrap_or(5432))).await;
    postgres_url.set_host(Some("127.0.0.1")).expect("a host");
    postgres_url.set_port(Some(postgres.address.port())).expect("a port");
    let wired = PgPoolOptions::new()
        .max_connections(4)
        .acquire_timeout(std::time::Duration::from_secs(3))
        .connect(postgres_url.as_str())
        .await
        .expect("Postgres through the wire");

    let mut redis_url: url::Url = redis_url().parse().expect("an address");
    let redis =
        Wire::to(format!("{}:{}", redis_url.host_str().expect("a host"), redis_url.port().unwrap_or(6379))).await;
    redis_url.set_host(Some("127.0.0.1")).expect("a host");
    redis_url.set_port(Some(redis.address.port())).expect("a port");
    (TestApp::start_with(&wired, redis_url.as_str()).await, postgres, redis)
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_redis_that_goes_away_costs_no_message(pool: PgPool) {
    let (app, _postgres, redis) = behind_wires(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    for line in &CONVERSATION[..3] {
        app.ask(&phone, line).await;
    }
    redis.cut();
    assert_eq!(app.visit("/readyz").await, (503, "postgres: ok\nredis: away\ntoken: ok\nqueue: ok\n".to_owned()));
    phone.types(CONVERSATION[3]);
    assert_eq!(app.zalo.deliver_webhooks().await, 1, "Postgres has it, so Zalo need not repeat it");
    for _ in 0..8 {
        app.house.turns.round().await.expect_err("nobody can think without a memory");
    }
    redis.mend();
    app.back("/readyz").await;
    app.settle().await;
    assert!(
        said(&replies(&phone).pop().expect("a reply")).starts_with("Nơi nộp:"),
        "no attempt was counted against it"
    );
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_postgres_that_goes_away_makes_zalo_come_again(pool: PgPool) {
    let (app, postgres, _redis) = behind_wires(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    app.ask(&phone, CONVERSATION[0]).await;
    postgres.cut();
    let unknown = "postgres: away\nredis: ok\ntoken: unknown\nqueue: unknown\n";
    assert_eq!(app.visit("/readyz").await, (503, unknown.to_owned()));
    phone.types(CONVERSATION[1]);
    assert_eq!(app.zalo.deliver_webhooks().await, 0, "the webhook answers 503");
    postgres.mend();
    app.back("/readyz").await;
    app.clock.advance(chrono::TimeDelta::seconds(31));
    app.settle().await;
    assert!(replies(&phone).pop().expect("a reply").text.starts_with("Đã ghi đồng ý."));
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_wrong_with_all_instances_takes_none_of_them_away(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let ready = |token: &str, queue: &str| (200, format!("postgres: ok\nredis: ok\ntoken: {token}\nqueue: {queue}\n"));
    assert_eq!(app.visit("/readyz").await, ready("none yet", "ok"));
    app.zalo.phone("Bà Lan").types("Xin chào");
    app.zalo.deliver_webhooks().await;
    app.clock.advance(chrono::TimeDelta::minutes(2));
    assert_eq!(app.visit("/readyz").await, ready("none yet", "120 seconds behind"));
    app.settle().await;
    assert_eq!(app.visit("/readyz").await, ready("ok", "ok"));
    sqlx::query("update zalo_token set expires_at = refreshed_at").execute(&pool).await.expect("an old token");
    assert_eq!(app.visit("/readyz").await, ready("expired", "ok"));
    sqlx::query("update zalo_token set lost_at = expires_at").execute(&pool).await.expect("lost");
    assert_eq!(app.visit("/readyz").await, ready("lost", "ok"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_first_reply_after_a_long_time_away_says_so(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    phone.types("Xin chào");
    phone.types("Đồng ý, bắt đầu");
    app.clock.advance(chrono::TimeDelta::minutes(35));
    app.settle().await;
    let told = replies(&phone);
    let [first, second] = told.as_slice() else { panic!("two replies, not {told:#?}") };
    let apology = "Xin lỗi Ông/Bà, hệ thống gián đoạn từ 9h10 đến 9h45 nên tôi trả lời muộn. Tin của Ông/Bà còn đủ.\n";
    assert!(first.text.starts_with(apology) && first.text.contains("Xin chào Ông/Bà."), "{}", first.text);
    assert!(second.text.starts_with("Đã ghi đồng ý."), "once: {}", second.text);
    assert!(app.ask(&phone, "quay lại").await.starts_with("Đây"), "and not for what comes in time");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn pages_that_take_every_connection_keep_no_citizen_waiting(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let settings = Settings {
        database_url: pool.connect_options().to_url_lossy().to_string().into(),
        database_connections: 4,
        ..app.settings.clone()
    };
    let house = House::build(&settings, app.clock.clone()).await.expect("a house");
    let _pages = (house.pool.acquire().await.expect("one"), house.pool.acquire().await.expect("the other"));
    assert!(house.pool.try_acquire().is_none(), "pages have no more than two");
    let phone = app.zalo.phone("Bà Lan");
    phone.types(CONVERSATION[0]);
    app.zalo.deliver_webhooks().await;
    assert_eq!(house.turns.round().await.expect("a turn"), 1);
    assert_eq!(house.deliverer.round().await.expect("a delivery"), 1);
    assert!(replies(&phone).pop().expect("a reply").text.starts_with("Xin chào Ông/Bà."));
}
