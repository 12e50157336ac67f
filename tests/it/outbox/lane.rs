//! Order, leases and retries in one lane.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sqlx::PgPool;
use tokio::sync::Notify;
use zalo_petitions::MIGRATOR;
use zalo_petitions::outbox::{self, Deliverer};
use zalo_petitions::zalo::client::Client;
use zalo_petitions::zalo::message::{Button, Message, Press};

use super::{House, noon};
use crate::fake_zalo::Answer;

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_message_is_sent_as_zalo_wants_it_and_settled(pool: PgPool) {
    let house = House::new(pool).await;
    let buttons = vec![Button { title: "Gửi phản ánh".into(), press: Press::Hide("#petition".into()) }];
    let id = house
        .post("lan", Message { text: "Kính chào bà".into(), buttons, ..Message::default() }, TimeDelta::zero())
        .await;
    assert_eq!((house.round().await, house.round().await), (1, 0));
    let row = house.row(id).await;
    assert_eq!((row.state.as_str(), row.attempts, row.sent_at), ("sent", 1, Some(noon())));
    assert_eq!((row.zalo_message_id.as_deref(), row.perhaps_twice, row.last_error), (Some("message-1"), false, None));
    let world = house.zalo.world();
    assert_eq!(world.last_headers["access_token"], "access-1");
    assert_eq!(world.last_headers["appsecret_proof"].len(), 64);
    assert_eq!(world.last_body["recipient"]["user_id"], "lan");
    assert_eq!(world.last_body["message"]["attachment"]["payload"]["buttons"][0]["payload"], "#petition");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn several_deliverers_keep_every_citizens_order_and_send_nothing_twice(pool: PgPool) {
    let house = House::new(pool).await;
    house.deliverer().tokens.access(noon()).await.expect("a token");
    let (citizens, messages) = (8, 6);
    for number in 0..messages {
        for citizen in 0..citizens {
            house.reply(&format!("citizen{citizen}"), &format!("{number}")).await;
        }
    }
    let workers = (0..3).map(|_| {
        let deliverer = house.deliverer();
        tokio::spawn(async move {
            let mut idle = 0;
            while idle < 5 {
                match deliverer.round().await.expect("a round") {
                    0 => {
                        idle += 1;
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    _ => idle = 0,
                }
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("a worker");
    }
    let expected: Vec<_> = (0..messages).map(|number| number.to_string()).collect();
    for citizen in 0..citizens {
        assert_eq!(house.zalo.heard_by(&format!("citizen{citizen}")), expected, "citizen {citizen}");
    }
    assert!(!house.zalo.world().overlapped, "two messages of one citizen were under way at once");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_lapsed_lease_is_taken_over_and_the_late_worker_settles_nothing(pool: PgPool) {
    let house = House::new(pool).await;
    let answer = Arc::new(Notify::new());
    house.zalo.answer("lan", [Answer::TakeAndHang(answer.clone())]);
    let id = house.reply("lan", "Đã nhận").await;
    let late = house.round_until(1).await;
    assert_eq!((house.round().await, house.state(id).await.as_str()), (0, "leased"));
    house.clock.advance(TimeDelta::seconds(60));
    assert_eq!(house.round().await, 1);
    answer.notify_one();
    late.await.expect("a task").expect("a round");
    let row = house.row(id).await;
    assert_eq!((row.state.as_str(), row.zalo_message_id.as_deref()), ("sent", Some("message-2")));
    assert!(row.perhaps_twice);
    assert_eq!(row.attempts, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_outage_is_waited_out_and_the_next_message_waits_behind(pool: PgPool) {
    let house = House::new(pool).await;
    house.zalo.answer("lan", [Answer::Status(502), Answer::Code(-200)]);
    let (first, second) = (house.reply("lan", "một").await, house.reply("lan", "hai").await);
    assert_eq!((house.round().await, house.round().await), (1, 0));
    let row = house.row(first).await;
    assert_eq!((row.state.as_str(), row.send_at), ("waiting", noon() + TimeDelta::seconds(1)));
    assert!(row.perhaps_twice, "a gateway does not say what it has done");
    assert!(row.last_error.is_some_and(|error| error.contains("502")));
    house.clock.advance(TimeDelta::seconds(1));
    assert_eq!((house.round().await, house.round().await), (1, 0));
    assert_eq!(house.row(first).await.send_at, noon() + TimeDelta::seconds(6));
    house.clock.advance(TimeDelta::seconds(5));
    assert_eq!((house.round().await, house.round().await, house.round().await), (1, 1, 0));
    assert_eq!(house.zalo.heard_by("lan"), ["một", "hai"]);
    let row = house.row(first).await;
    assert_eq!((row.state.as_str(), row.attempts, row.last_error), ("sent", 3, None));
    assert!(!house.row(second).await.perhaps_twice);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn after_a_day_of_attempts_a_message_is_given_up_and_frees_the_lane(pool: PgPool) {
    let house = House::new(pool).await;
    house.zalo.answer("lan", std::iter::repeat_with(|| Answer::Code(-200)).take(100));
    let (first, second) = (house.reply("lan", "một").await, house.reply("lan", "hai").await);
    let mut rounds = 0;
    while house.state(first).await == "waiting" {
        // The citizen is heard again and again, so that the window stays open.
        sqlx::query!("update citizen set last_heard_at = $1", house.clock.now())
            .execute(&house.pool)
            .await
            .expect("ok");
        house.round().await;
        house.clock.advance(house.row(first).await.send_at - house.clock.now());
        rounds += 1;
        assert!(rounds < 50, "the schedule has no end");
    }
    assert_eq!(house.state(first).await, "given_up");
    assert_eq!((house.clock.now() - noon()).num_hours(), 23);
    assert_eq!((house.round().await, house.row(second).await.attempts), (1, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_a_connection_nothing_was_sent(pool: PgPool) {
    let house = House::new(pool).await;
    let id = house.reply("lan", "một").await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let nowhere = format!("http://{}", closed.local_addr().expect("an address")).parse().expect("an address");
    drop(closed);
    let deliverer =
        Deliverer { client: Client::new(&nowhere, &nowhere, "x".into()).expect("a client"), ..house.deliverer() };
    assert_eq!(deliverer.round().await.expect("a round"), 1);
    let row = house.row(id).await;
    assert_eq!((row.state.as_str(), row.perhaps_twice), ("waiting", false));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn outside_the_window_zalo_is_not_asked(pool: PgPool) {
    let house = House::new(pool).await;
    let early = house.reply("lan", "một").await;
    house.clock.advance(TimeDelta::days(7));
    assert_eq!(house.round().await, 1);
    let row = house.row(early).await;
    assert_eq!((row.state.as_str(), row.last_error.as_deref()), ("unreachable", Some("window")));
    assert_eq!(house.zalo.world().calls, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_refusal_ends_as_the_table_says(pool: PgPool) {
    let house = House::new(pool).await;
    let mut expected = vec![];
    for (code, state, reason) in [
        // heard a moment ago: it is doubted
        (-230, "waiting", "window"),
        (-232, "waiting", "window"),
        (-217, "unreachable", "-217"),
        (-201, "given_up", "-201"),
        (-204, "waiting", "-204"),
        (-99_999, "waiting", "-99999"),
    ] {
        let citizen = format!("citizen{}", -code);
        house.zalo.answer(&citizen, [Answer::Code(code)]);
        expected.push((house.reply(&citizen, "một").await, state, reason));
    }
    assert_eq!(house.round().await, expected.len());
    for (id, state, reason) in expected {
        let row = house.row(id).await;
        assert_eq!((row.state.as_str(), row.perhaps_twice), (state, false), "{reason}");
        assert!(row.last_error.is_some_and(|error| error.contains(reason)), "{reason}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_that_zalo_refuses_is_renewed_once_for_all(pool: PgPool) {
    let house = House::new(pool).await;
    house.deliverer().tokens.access(noon()).await.expect("a first token");
    sqlx::query!("update zalo_token set access_token = 'stolen'").execute(&house.pool).await.expect("a wrong token");
    let mut ids = vec![];
    for citizen in 0..10 {
        ids.push(house.reply(&format!("citizen{citizen}"), "một").await);
    }
    assert_eq!(house.round().await, 10);
    for id in ids {
        let row = house.row(id).await;
        assert_eq!((row.state.as_str(), row.attempts), ("sent", 1));
    }
    assert_eq!(house.zalo.world().refreshes, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_a_token_no_attempt_is_counted(pool: PgPool) {
    let house = House::new(pool).await;
    assert_eq!(house.deliverer().round().await.expect("nothing to do"), 0);
    house.zalo.world().pair = 7;
    let id = house.reply("lan", "một").await;
    let error = house.deliverer().round().await.expect_err("a lost token");
    assert!(error.to_string().contains("zalo-petitions connect"), "{error}");
    let row = house.row(id).await;
    assert_eq!((row.state.as_str(), row.attempts), ("waiting", 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_held_reply_gives_way_to_the_next_and_holds_up_what_comes_after(pool: PgPool) {
    let house = House::new(pool).await;
    let quiet = TimeDelta::seconds(3);
    let held = house.held_reply("lan", "một", quiet).await;
    let next = house.held_reply("lan", "hai", quiet).await;
    assert_eq!(house.state(held).await, "replaced");
    sqlx::query!(
        r#"insert into outbox_message (citizen_id, kind, message, send_at, created_at, begun_at)
           select citizen_id, 'notice', '{"text":"thông báo"}', $1, $1, $1 from citizen"#,
        noon(),
    )
    .execute(&house.pool)
    .await
    .expect("a notice");
    assert_eq!((house.round().await, house.state(next).await.as_str()), (0, "waiting"));
    house.clock.advance(quiet);
    house.settle().await;
    assert_eq!(house.zalo.heard_by("lan"), ["hai", "thông báo"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_reply_that_was_tried_once_is_not_replaced(pool: PgPool) {
    let house = House::new(pool).await;
    house.zalo.answer("lan", [Answer::Status(502)]);
    let quiet = TimeDelta::seconds(3);
    let tried = house.held_reply("lan", "một", quiet).await;
    house.clock.advance(quiet);
    assert_eq!(house.round().await, 1);
    house.reply("lan", "hai").await;
    assert_eq!(house.state(tried).await, "waiting");
    house.clock.advance(quiet);
    assert_eq!((house.round().await, house.round().await), (1, 1));
    assert_eq!(house.zalo.heard_by("lan"), ["một", "hai"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_stored_message_that_cannot_be_read_holds_up_nobody(pool: PgPool) {
    let house = House::new(pool).await;
    let (spoilt, lan, binh) =
        (house.reply("lan", "một").await, house.reply("lan", "hai").await, house.reply("binh", "một").await);
    let spoil = sqlx::query!("update outbox_message set message = '[]' where outbox_message_id = $1", spoilt);
    spoil.execute(&house.pool).await.expect("a spoilt message");
    assert_eq!((house.round().await, house.round().await), (2, 1));
    assert_eq!(
        [house.state(spoilt).await, house.state(lan).await, house.state(binh).await],
        ["given_up", "sent", "sent"]
    );
}

/// Numbers follow inserts, not commits: an earlier one may turn up while a later one is under way.
#[sqlx::test(migrator = "MIGRATOR")]
async fn what_turns_up_late_waits_for_what_is_under_way(pool: PgPool) {
    let house = House::new(pool).await;
    let answer = Arc::new(Notify::new());
    house.zalo.answer("lan", [Answer::TakeAndHang(answer.clone())]);
    let under_way = house.reply("lan", "hai").await;
    let round = house.round_until(1).await;
    sqlx::query!(
        r#"insert into outbox_message (outbox_message_id, citizen_id, kind, message, send_at, created_at, begun_at)
           overriding system value select $1, citizen_id, 'notice', '{"text":"một"}', $2, $2, $2 from citizen"#,
        under_way - 1,
        noon(),
    )
    .execute(&house.pool)
    .await
    .expect("an earlier number");
    assert_eq!(house.round().await, 0);
    // Should its worker never come back, it is taken over before the one that turned up, and neither waits forever.
    house.clock.advance(TimeDelta::seconds(60));
    house.settle().await;
    assert_eq!([house.state(under_way).await, house.state(under_way - 1).await], ["sent", "sent"]);
    answer.notify_one();
    round.await.expect("a task").expect("a round");
    assert_eq!(house.zalo.heard_by("lan"), ["hai", "hai", "một"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn receipts_are_noted_once(pool: PgPool) {
    let house = House::new(pool).await;
    let id = house.reply("lan", "một").await;
    house.round().await;
    let mut connection = house.pool.acquire().await.expect("a connection");
    let (early, late) = (noon() + TimeDelta::seconds(1), noon() + TimeDelta::seconds(2));
    assert!(outbox::seen(&mut connection, "message-1", early).await.expect("a note"));
    assert!(outbox::delivered(&mut connection, "message-1", late).await.expect("a note"));
    assert!(outbox::seen(&mut connection, "message-1", late).await.expect("a note"));
    assert!(!outbox::delivered(&mut connection, "somebody else's", late).await.expect("no note"));
    let row = sqlx::query!("select delivered_at, seen_at from outbox_message where outbox_message_id = $1", id);
    let row = row.fetch_one(&house.pool).await.expect("the message");
    assert_eq!((row.delivered_at, row.seen_at), (Some(early), Some(early)));
}
