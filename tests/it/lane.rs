//! One citizen's events in order, citizens in parallel; a session that Redis lost is rebuilt.

use std::collections::HashSet;

use sqlx::PgPool;

use crate::app::{TestApp, replies};
use crate::road::{CONVERSATION, count, petition};

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_redis_that_is_emptied_at_every_step_costs_nothing(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let (undisturbed, phone) = (app.zalo.phone("Bà Lan"), app.zalo.phone("Ông Bình"));
    petition(&app, &undisturbed).await;
    for line in CONVERSATION {
        app.ask(&phone, line).await;
        app.forget_sessions().await;
    }
    let texts = |phone| replies(phone).into_iter().map(|bubble| bubble.text).collect::<Vec<_>>();
    let (seen, expected) = (texts(&phone), texts(&undisturbed));
    assert_eq!(seen[..7], expected[..7]);
    assert!(seen[7].starts_with("✅ Đã gửi"), "{}", seen[7]);
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_redis_that_comes_back_older_is_not_believed(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Bà Lan");
    for line in &CONVERSATION[..4] {
        app.ask(&phone, line).await;
    }
    let older = app.sessions().await;
    for line in &CONVERSATION[4..6] {
        app.ask(&phone, line).await;
    }
    app.put_sessions_back(older).await;
    let review = app.ask(&phone, CONVERSATION[6]).await;
    assert!(review.contains("Trần Văn Bình") && review.contains("0901 234 567"), "{review}");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn many_citizens_and_two_instances_keep_every_order(pool: PgPool) {
    const CITIZENS: usize = 12;
    let app = TestApp::start(&pool).await;
    let other = app.another_house().await;
    let phones: Vec<_> = (0..CITIZENS).map(|number| app.zalo.phone(&format!("Người {number}"))).collect();
    // Everything each of them has to say is there before anyone has worked on it.
    for line in CONVERSATION {
        for phone in &phones {
            phone.types(line);
        }
    }
    app.zalo.deliver_webhooks().await;
    loop {
        let (ours, theirs) = tokio::join!(app.house.turns.round(), other.turns.round());
        let (sent, also_sent) = tokio::join!(app.house.deliverer.round(), other.deliverer.round());
        let moved = ours.expect("turns") + theirs.expect("turns") + sent.expect("sends") + also_sent.expect("sends");
        if moved == 0 {
            break;
        }
    }
    assert_eq!(count(&pool, "petition").await, CITIZENS as i64);
    let mut references = HashSet::new();
    for phone in &phones {
        let texts: Vec<String> = replies(phone).into_iter().map(|bubble| bubble.text).collect();
        assert_eq!(texts.len(), CONVERSATION.len(), "{texts:#?}");
        assert!(texts[0].starts_with("Xin chào Ông/Bà."));
        assert!(texts[6].starts_with("Mời Ông/Bà xem lại."));
        assert!(texts[7].starts_with("✅ Đã gửi"));
        references.insert(texts[7].clone());
    }
    assert_eq!(references.len(), CITIZENS, "every petition has its own reference");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_event_that_cannot_be_worked_on_frees_its_lane_and_holds_nobody_back(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let (victim, other) = (app.zalo.phone("Bà Lan"), app.zalo.phone("Ông Bình"));
    app.ask(&victim, "Xin chào").await;
    // A reply that the database refuses stands for any fault of ours.
    sqlx::query(
        "create function refuse_reply() returns trigger language plpgsql as $$
         begin
             if new.message->>'text' like 'Đã ghi đồng ý.%' and new.citizen_id = 1 then raise exception 'broken'; end if;
             return new;
         end $$",
    )
    .execute(&pool)
    .await
    .expect("a function");
    sqlx::query(
        "create trigger refuse_reply before insert on outbox_message for each row execute function refuse_reply()",
    )
    .execute(&pool)
    .await
    .expect("a trigger");
    victim.types("Đồng ý, bắt đầu");
    other.types("Xin chào");
    app.settle().await;
    assert_eq!(replies(&other).len(), 1, "the other citizen was served in the same round");
    for _ in 0..10 {
        app.wait(chrono::TimeDelta::minutes(2)).await;
    }
    let last = replies(&victim).pop().expect("a reply").text;
    assert!(last.contains("Tôi gặp lỗi khi đọc tin vừa rồi"), "{last}");
    let set_aside: i64 = sqlx::query_scalar("select count(*) from inbox_event where state = 'set_aside'")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(set_aside, 1);
    assert!(!app.ask(&victim, "trợ giúp").await.is_empty(), "the lane goes on");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_waits_until_the_office_has_loaded_the_next_years_holidays(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    // The list ends with the year, and an answer would be due in the next.
    sqlx::query("delete from holiday where holiday_on > '2026-12-31'").execute(&pool).await.expect("the list ends");
    app.clock.advance(chrono::TimeDelta::days(25));
    let phone = app.zalo.phone("Bà Lan");
    for line in &CONVERSATION[..7] {
        app.ask(&phone, line).await;
    }
    assert!(app.say(&phone, CONVERSATION[7]).await.is_empty(), "there is no due date to be told");
    for _ in 0..8 {
        app.wait(chrono::TimeDelta::minutes(11)).await;
    }
    assert_eq!(count(&pool, "petition").await, 0);
    sqlx::query("insert into holiday values ('2027-01-01', 'Tết Dương lịch', 'holiday', 'official', 'thông báo')")
        .execute(&pool)
        .await
        .expect("the next year");
    app.wait(chrono::TimeDelta::minutes(11)).await;
    assert!(replies(&phone).pop().expect("a receipt").text.contains("✅ Đã gửi"));
    app.finish().await;
}
