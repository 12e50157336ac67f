//! The door: what is let in, what is turned away, and what is stored.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::{join_all, select_all};
use serde_json::{Value, json};
use sqlx::PgPool;
use tower::ServiceExt;
use zalo_petitions::MIGRATOR;
use zalo_petitions::batch::Batches;
use zalo_petitions::clock::Clock;
use zalo_petitions::inbox::webhook::{WebhookState, router};
use zalo_petitions::inbox::{Arrival, Knocks, Store, insert};
use zalo_petitions::worker::Bell;
use zalo_petitions::zalo::signature::{Verifier, sign};

use crate::app::until_somebody_waits_for_a_lock;

const APP: &str = "1000000000000000001";
const SECRET: &str = "wS3cr3tOaKeyForTests";
const LAN: &str = "2000000000000000002";
const OA: &str = "4000000000000000004";

fn noon() -> DateTime<Utc> {
    "2026-11-18T05:00:00Z".parse().expect("a time")
}

fn millis(at: DateTime<Utc>) -> String {
    at.timestamp_millis().to_string()
}

fn text_event(citizen: &str, msg_id: &str, at: DateTime<Utc>) -> Value {
    json!({"app_id": APP, "sender": {"id": citizen}, "recipient": {"id": OA}, "event_name": "user_send_text",
        "message": {"text": "Xin chào 👋", "msg_id": msg_id}, "timestamp": millis(at)})
}

fn signed(body: &Value) -> (Option<String>, Vec<u8>) {
    let bytes = body.to_string().into_bytes();
    let timestamp = body["timestamp"].as_str().unwrap_or_default();
    (Some(sign(APP, &bytes, timestamp, SECRET)), bytes)
}

fn state(pool: &PgPool) -> WebhookState {
    WebhookState {
        arrivals: Batches::new(Store { pool: pool.clone() }, 128, 128),
        verifier: Verifier::new(APP, vec![SECRET.into()]),
        bell: Bell::default(),
        clock: Clock::standing_at(noon()),
        knocks: Knocks::default(),
    }
}

async fn knock_at(state: WebhookState, method: Method, (signature, body): (Option<String>, Vec<u8>)) -> StatusCode {
    let mut request = Request::builder().method(method).uri("/zalo/webhook");
    if let Some(signature) = signature {
        request = request.header("X-ZEvent-Signature", signature);
    }
    let request = request.body(Body::from(body)).expect("a request");
    router(state).oneshot(request).await.expect("an answer").status()
}

async fn knock_with(pool: &PgPool, method: Method, knock: (Option<String>, Vec<u8>)) -> StatusCode {
    knock_at(state(pool), method, knock).await
}

async fn knock(pool: &PgPool, knock: (Option<String>, Vec<u8>)) -> StatusCode {
    knock_with(pool, Method::POST, knock).await
}

async fn stored(pool: &PgPool) -> i64 {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from inbox_event"#);
    count.fetch_one(pool).await.expect("a count")
}

async fn citizens(pool: &PgPool) -> Vec<(String, Option<DateTime<Utc>>)> {
    let rows =
        sqlx::query!(r#"select zalo_user_id as "zalo_user_id!", last_heard_at from citizen order by citizen_id"#);
    let rows = rows.fetch_all(pool).await.expect("rows");
    rows.into_iter().map(|row| (row.zalo_user_id, row.last_heard_at)).collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_signed_event_is_stored_as_it_was_signed_for_its_citizen(pool: PgPool) {
    let sent_at = noon() - TimeDelta::seconds(1);
    let (signature, body) = signed(&text_event(LAN, "m1", sent_at));
    assert_eq!(knock(&pool, (signature, body.clone())).await, StatusCode::OK);
    let event = sqlx::query!(
        r#"select dedupe_key, event_name, happened_at, received_at, retry_at, body, state,
                  zalo_user_id as "zalo_user_id!", last_heard_at
           from inbox_event join citizen using (citizen_id)"#
    );
    let event = event.fetch_one(&pool).await.expect("one event");
    assert_eq!(event.dedupe_key.as_deref(), Some("user_send_text:m1"));
    assert_eq!((event.event_name.as_str(), event.state.as_str()), ("user_send_text", "waiting"));
    assert_eq!((event.happened_at, event.received_at, event.retry_at), (sent_at, noon(), noon()));
    assert_eq!((event.zalo_user_id.as_str(), event.last_heard_at), (LAN, Some(sent_at)));
    assert_eq!(event.body, body);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_repeated_delivery_is_answered_and_stored_once(pool: PgPool) {
    let event = signed(&text_event(LAN, "m1", noon()));
    for status in join_all((0..5).map(|_| knock(&pool, event.clone()))).await {
        assert_eq!(status, StatusCode::OK);
    }
    assert_eq!(knock(&pool, signed(&text_event(LAN, "m2", noon()))).await, StatusCode::OK);
    assert_eq!(stored(&pool).await, 2);
    assert_eq!(citizens(&pool).await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_not_signed_is_answered_and_not_stored(pool: PgPool) {
    let (_, body) = signed(&text_event(LAN, "m1", noon()));
    assert_eq!(knock(&pool, (None, body)).await, StatusCode::OK);
    assert_eq!((stored(&pool).await, citizens(&pool).await.len()), (0, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_consoles_test_is_answered_and_not_stored_however_it_is_signed(pool: PgPool) {
    let mut event = text_event(LAN, "This is message id", noon());
    assert_eq!(knock(&pool, signed(&event)).await, StatusCode::OK);
    event["app_id"] = json!("1163843031413526746");
    for signature in [None, Some("mac=00".to_owned())] {
        assert_eq!(knock(&pool, (signature, event.to_string().into_bytes())).await, StatusCode::OK);
    }
    assert_eq!(stored(&pool).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_wrong_signature_is_refused(pool: PgPool) {
    let (signature, mut body) = signed(&text_event(LAN, "m1", noon()));
    body.push(b' ');
    assert_eq!(knock(&pool, (signature, body.clone())).await, StatusCode::UNAUTHORIZED);
    let other = sign(APP, &body, &millis(noon()), "anotherSecret");
    for wrong in [other.as_str(), "", "mac=", "nonsense"] {
        assert_eq!(knock(&pool, (Some(wrong.to_owned()), body.clone())).await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    assert_eq!((stored(&pool).await, citizens(&pool).await.len()), (0, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_turned_away_is_written_down_later_and_once(pool: PgPool) {
    let (_, body) = signed(&text_event(LAN, "m1", noon()));
    let ours = state(&pool);
    for signature in [Some("mac=00"), Some("nonsense"), None] {
        knock_at(ours.clone(), Method::POST, (signature.map(str::to_owned), body.clone())).await;
    }
    let written = async || -> Vec<(String, i64)> {
        let rows =
            sqlx::query_as("select reason, count from webhook_refusal where day_on = '2026-11-18' order by reason");
        rows.fetch_all(&pool).await.expect("rows")
    };
    assert_eq!(written().await, [], "a knock writes nothing");
    let mut connection = pool.acquire().await.expect("a connection");
    for _ in 0..2 {
        ours.knocks.write(&mut connection, noon()).await.expect("written");
    }
    let expected: [(String, i64); 2] = [("unsigned".to_owned(), 1), ("wrong_signature".to_owned(), 2)];
    assert_eq!(written().await, expected);
    knock_at(ours.clone(), Method::POST, (None, body)).await;
    ours.knocks.write(&mut connection, noon()).await.expect("written");
    assert_eq!(written().await[0], ("unsigned".to_owned(), 2), "instances add up");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn bodies_that_are_none_of_ours_are_refused(pool: PgPool) {
    let sign = |body: &str| (Some(sign(APP, body.as_bytes(), "", SECRET)), body.as_bytes().to_vec());
    assert_eq!(knock(&pool, sign("xin chào")).await, StatusCode::BAD_REQUEST);
    assert_eq!(knock(&pool, sign("")).await, StatusCode::BAD_REQUEST);
    assert_eq!(knock(&pool, (Some("mac=00".into()), vec![0xff, 0xfe])).await, StatusCode::BAD_REQUEST);

    let mut event = text_event(LAN, "m1", noon());
    event["app_id"] = json!("999");
    assert_eq!(knock(&pool, signed(&event)).await, StatusCode::FORBIDDEN);

    let largest = format!(r#"{{"event_name":"follow","x":"{}"}}"#, "x".repeat(64 * 1024 - 30));
    assert_eq!(largest.len(), 64 * 1024);
    assert_eq!(knock(&pool, sign(&format!("{largest} "))).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(stored(&pool).await, 0);
    assert_eq!(knock(&pool, sign(&largest)).await, StatusCode::OK);
    assert_eq!(stored(&pool).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_get_does_no_harm(pool: PgPool) {
    assert_eq!(knock_with(&pool, Method::GET, (None, vec![])).await, StatusCode::OK);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_verifies_and_cannot_be_read_is_stored_once(pool: PgPool) {
    let event = signed(&json!({"app_id": APP, "hello": "there", "timestamp": millis(noon())}));
    for _ in 0..2 {
        assert_eq!(knock(&pool, event.clone()).await, StatusCode::OK);
    }
    let row = sqlx::query!("select event_name, citizen_id, happened_at from inbox_event");
    let row = row.fetch_one(&pool).await.expect("one event");
    assert_eq!((row.event_name.as_str(), row.citizen_id, row.happened_at), ("unknown", None, noon()));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn receipts_make_no_citizen_and_are_kept_once_for_each_message(pool: PgPool) {
    let seen = |ids: &[&str]| {
        signed(&json!({"app_id": APP, "sender": {"id": OA}, "recipient": {"id": LAN},
            "event_name": "user_seen_message", "message": {"msg_ids": ids}, "timestamp": millis(noon())}))
    };
    for ids in [&["a", "b"][..], &["b", "c"]] {
        assert_eq!(knock(&pool, seen(ids)).await, StatusCode::OK);
    }
    assert_eq!(stored(&pool).await, 3);
    assert_eq!(citizens(&pool).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_what_a_citizen_does_opens_the_window_and_nothing_turns_it_back(pool: PgPool) {
    let follower = |name: &str, at| {
        signed(
            &json!({"app_id": APP, "oa_id": OA, "follower": {"id": LAN}, "event_name": name, "timestamp": millis(at)}),
        )
    };
    let (early, late) = (noon() - TimeDelta::hours(2), noon() - TimeDelta::hours(1));
    knock(&pool, follower("unfollow", early)).await;
    assert_eq!(citizens(&pool).await, [(LAN.to_owned(), None)]);
    knock(&pool, signed(&text_event(LAN, "m1", late))).await;
    knock(&pool, follower("follow", early)).await;
    knock(&pool, follower("unfollow", noon())).await;
    assert_eq!(citizens(&pool).await, [(LAN.to_owned(), Some(late))]);
    assert_eq!(stored(&pool).await, 4);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn while_the_database_is_away_zalo_is_asked_to_come_again(pool: PgPool) {
    pool.close().await;
    assert_eq!(knock(&pool, signed(&text_event(LAN, "m1", noon()))).await, StatusCode::SERVICE_UNAVAILABLE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_database_that_hangs_is_not_waited_for(pool: PgPool) {
    let mut held = pool.begin().await.expect("a transaction");
    sqlx::query("lock table inbox_event in exclusive mode").execute(&mut *held).await.expect("a lock");
    assert_eq!(knock(&pool, signed(&text_event(LAN, "m1", noon()))).await, StatusCode::SERVICE_UNAVAILABLE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn when_too_much_waits_zalo_is_asked_to_come_again_at_once(pool: PgPool) {
    let mut held = pool.begin().await.expect("a transaction");
    sqlx::query("lock table inbox_event in exclusive mode").execute(&mut *held).await.expect("a lock");
    let state = WebhookState { arrivals: Batches::new(Store { pool: pool.clone() }, 1, 1), ..state(&pool) };
    let knock = |number: u32| {
        tokio::spawn(knock_at(state.clone(), Method::POST, signed(&text_event(LAN, &format!("m{number}"), noon()))))
    };
    let stored_first = knock(1);
    until_somebody_waits_for_a_lock(&pool).await;
    // one of them waits for its turn, for the others there is no room
    let (answered, _, waiting) = select_all([knock(2), knock(3), knock(4)]).await;
    let (also_answered, _, waiting) = select_all(waiting).await;
    for answered in [answered, also_answered] {
        assert_eq!(answered.expect("an answer"), StatusCode::SERVICE_UNAVAILABLE);
    }
    held.rollback().await.expect("unlocked");
    for taken in waiting.into_iter().chain([stored_first]) {
        assert_eq!(taken.await.expect("an answer"), StatusCode::OK, "what was refused was refused before");
    }
    assert_eq!(stored(&pool).await, 2);
}

fn arrival(citizen: &str, key: &str) -> Arrival {
    Arrival {
        dedupe_keys: vec![key.to_owned()],
        event_name: "user_send_text".to_owned(),
        zalo_user_id: Some(citizen.to_owned()),
        heard_at: Some(noon()),
        happened_at: noon(),
        received_at: noon(),
        body: vec![],
    }
}

/// A lane is read in the order of its numbers: a number must not be taken before the place in the lane is sure.
#[sqlx::test(migrator = "MIGRATOR")]
async fn numbers_follow_the_order_of_commits_within_a_lane(pool: PgPool) {
    insert(&mut pool.acquire().await.expect("a connection"), &[arrival("lan", "0")]).await.expect("an event");
    let mut first = pool.begin().await.expect("a transaction");
    insert(&mut first, &[arrival("lan", "1")]).await.expect("an event");
    let mut second = pool.acquire().await.expect("a connection");
    let waiting = tokio::spawn(async move { insert(&mut second, &[arrival("lan", "3")]).await });
    until_somebody_waits_for_a_lock(&pool).await;
    insert(&mut pool.acquire().await.expect("a connection"), &[arrival("binh", "2")]).await.expect("an event");
    first.commit().await.expect("a commit");
    waiting.await.expect("a task").expect("an event");
    let keys = sqlx::query_scalar!("select dedupe_key from inbox_event order by inbox_event_id");
    let keys: Vec<_> = keys.fetch_all(&pool).await.expect("keys").into_iter().flatten().collect();
    assert_eq!(keys, ["0", "1", "2", "3"]);
}
