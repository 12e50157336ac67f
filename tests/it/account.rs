//! What Zalo says of the account, and the figures that a pulse takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::PgPool;
use url::Url;
use zalo_petitions::MIGRATOR;
use zalo_petitions::zalo::account::kept::{self, Account};
use zalo_petitions::zalo::client::Client;

use crate::app::TestApp;
use crate::fake_zalo::{APP, APP_SECRET, FakeZalo};

fn noon() -> DateTime<Utc> {
    "2026-11-18T05:00:00Z".parse().expect("a time")
}

/// A Zalo that tells of the account, counts how often it is asked, and refuses to tell of templates.
async fn telling(asked: Arc<AtomicUsize>) -> Url {
    let profile = json!({"error": 0, "data": {"oaid": "4", "name": "Phản ánh Hà Nội", "num_follower": 1284,
        "package_name": "Nâng cao", "package_valid_through_date": "31/12/2026"}});
    let quota = json!({"error": 0, "data": [{"quota_type": "sub_quota", "remain": 180, "total": 2000}]});
    let profile = move || {
        asked.fetch_add(1, Ordering::Relaxed);
        let profile: Value = profile.clone();
        async move { Json(profile) }
    };
    let quota = move || {
        let quota: Value = quota.clone();
        async move { Json(quota) }
    };
    let router = Router::new()
        .route("/v2.0/oa/getoa", get(profile))
        .route("/v3.0/oa/quota/message", post(quota))
        .route("/message/quota", get(async || Json(json!({"error": -135, "message": "refused"}))));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}").parse().expect("an address")
}

async fn account(pool: &PgPool) -> Account {
    kept::account(&mut pool.acquire().await.expect("a connection"), APP).await.expect("the account")
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_instance_asks_once_an_hour_and_all_know(pool: PgPool) {
    let asked = Arc::new(AtomicUsize::new(0));
    let url = telling(asked.clone()).await;
    let client = Client::new(&url, &url, APP_SECRET.into()).expect("a client");
    let tokens = FakeZalo::start().await.tokens(&pool);
    let ask = async |has_template, at| {
        kept::ask(&pool, &client, &tokens, (APP, has_template), at).await.expect("asked");
    };
    tokio::join!(ask(false, noon()), ask(false, noon()), ask(false, noon()));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let expected = Account {
        name: Some("Phản ánh Hà Nội".to_owned()),
        package: Some("Nâng cao".to_owned()),
        package_until: NaiveDate::from_ymd_opt(2026, 12, 31),
        followers: Some(1284),
        chat_left: Some(180),
        chat_total: Some(2000),
        seen_at: Some(noon()),
        ..Account::default()
    };
    assert_eq!(account(&pool).await, expected);
    ask(false, noon() + TimeDelta::minutes(59)).await;
    assert_eq!(asked.load(Ordering::Relaxed), 1, "not before an hour has passed");

    let later = noon() + TimeDelta::hours(1);
    ask(true, later).await;
    let kept = account(&pool).await;
    assert!(kept.last_error.as_ref().is_some_and(|error| error.contains("-135")), "{kept:?}");
    assert_eq!((kept.seen_at, kept.chat_left), (Some(later), Some(180)), "what was told is kept all the same");
    ask(true, later + TimeDelta::minutes(5)).await;
    assert_eq!(asked.load(Ordering::Relaxed), 3, "a refusal is asked about again soon");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_zalo_that_is_away_takes_nothing_from_what_is_known(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let url = telling(Arc::default()).await;
    let client = Client::new(&url, &url, APP_SECRET.into()).expect("a client");
    kept::ask(&pool, &client, &zalo.tokens(&pool), (APP, false), noon()).await.expect("asked");
    let nowhere = "http://127.0.0.1:9/".parse().expect("an address");
    let client = Client::new(&nowhere, &nowhere, APP_SECRET.into()).expect("a client");
    let later = noon() + TimeDelta::hours(2);
    kept::ask(&pool, &client, &zalo.tokens(&pool), (APP, false), later).await.expect("asked in vain");
    let kept = account(&pool).await;
    assert_eq!((kept.name.as_deref(), kept.seen_at), (Some("Phản ánh Hà Nội"), Some(noon())));
    assert!(kept.last_error.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_pulse_sets_the_figures_that_stand_in_the_database(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    app.ask(&app.zalo.phone("Bà Lan"), "Xin chào").await;
    app.house.pulse.beat().await.expect("a pulse");
    sqlx::query("update zalo_account set chat_left = 180").execute(&pool).await.expect("an allowance");
    app.house.pulse.beat().await.expect("a pulse");
    let (status, figures) = app.visit("/metrics").await;
    assert_eq!(status, 200);
    for figure in [
        "inbox_waiting ",
        "inbox_oldest_seconds ",
        "outbox_waiting{urgency=\"reply\"} ",
        "outbox_oldest_seconds{urgency=\"notice\"} ",
        "zalo_token_seconds_left ",
        "zalo_refresh_token_seconds_left ",
        "zalo_token_age_seconds ",
        "zalo_uploads_this_month ",
        "zalo_quota_left{kind=\"chat\"} ",
        "webhook_events_total{result=\"stored\"} ",
        "turns_total{outcome=\"",
        "outbox_attempts_total{",
    ] {
        assert!(figures.contains(figure), "{figure}: {figures}");
    }
    app.finish().await;
}
