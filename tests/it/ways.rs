//! News to somebody who has not written for a week, as a story: the whole house, the small Zalo, and what officers read.

use chrono::TimeDelta;
use sqlx::PgPool;
use zalo_petitions::petition::conversation;
use zalo_petitions::sim::{Bubble, Call, Fault, Phone};

use crate::app::{TestApp, replies};
use crate::road::{petition, publish};

/// Eight days after the petition was filed it is accepted, answered and published.
async fn answered_late(app: &TestApp, phone: &Phone) -> String {
    petition(app, phone).await;
    app.clock.advance(TimeDelta::days(8));
    let reference = publish(app).await;
    app.settle().await;
    reference
}

fn templates(phone: &Phone) -> Vec<Bubble> {
    replies(phone).into_iter().filter(|bubble| bubble.template_id.is_some()).collect()
}

/// State, way, and whether a receipt came, of the notices in their order.
async fn notices(pool: &PgPool) -> Vec<(String, String, bool)> {
    sqlx::query_as(
        "select state, channel, delivered_at is not null from outbox_message where kind = 'notice'
         order by outbox_message_id",
    )
    .fetch_all(pool)
    .await
    .expect("the notices")
}

fn rows(state: &str, channel: &str, has_arrived: bool) -> Vec<(String, String, bool)> {
    vec![(state.to_owned(), channel.to_owned(), has_arrived); 2]
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn after_a_week_the_news_come_by_template_and_their_receipts_are_filed(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    let reference = answered_late(&app, &phone).await;
    let told = templates(&phone);
    assert_eq!(told.len(), 2, "accepted, and answered");
    assert!(told.iter().all(|bubble| bubble.text.contains(&reference)), "{told:#?}");
    assert!(told[1].text.contains("đã có trả lời"), "{}", told[1].text);
    assert_eq!(notices(&pool).await, rows("sent", "template_user", true));
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_cannot_be_found_by_zalos_id_is_found_by_phone(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    // The number that he gives in the form.
    phone.has_number("84901234567");
    app.zalo.every_call(Call::Template, Some(Fault::Refuse(-249)));
    let reference = answered_late(&app, &phone).await;
    let told = templates(&phone);
    assert!(told.len() == 2 && told.iter().all(|bubble| bubble.text.contains(&reference)), "{told:#?}");
    assert_eq!(notices(&pool).await, rows("sent", "template_phone", true), "told by a receipt of the template host");
    app.finish().await;
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_blocked_the_account_is_called_or_gets_the_news_when_they_write_again(pool: PgPool) {
    let app = TestApp::start(&pool).await;
    let phone = app.zalo.phone("Ông Bình");
    phone.has_number("84901234567");
    petition(&app, &phone).await;
    phone.stands(|standing| standing.has_blocked = true);
    app.clock.advance(TimeDelta::days(8));
    publish(&app).await;
    app.settle().await;
    assert_eq!(notices(&pool).await, rows("unreachable", "template_phone", false));
    let citizen: i64 =
        sqlx::query_scalar("select citizen_id from petition").fetch_one(&pool).await.expect("the citizen");
    let mut connection = pool.acquire().await.expect("a connection");
    let read = conversation::read(&mut connection, citizen, 50).await.expect("read");
    drop(connection);
    let conversation::Side::Service(delivery) = &read.said.last().expect("the notice").by else { panic!("a notice") };
    let tried: Vec<_> = delivery.tried.iter().map(|tried| (tried.channel.as_str(), tried.code)).collect();
    assert_eq!(
        tried,
        [("template_user", Some(-217)), ("template_phone", Some(-141))],
        "an officer reads what was tried"
    );
    assert!(delivery.is_lost());

    phone.stands(|standing| standing.has_blocked = false);
    phone.types("tra cứu");
    app.settle().await;
    let said: Vec<String> = replies(&phone).into_iter().rev().take(3).map(|bubble| bubble.text).collect();
    let [list, published, accepted] = said.as_slice() else { panic!("three messages, not {said:#?}") };
    assert!(accepted.contains("đã được tiếp nhận") && published.contains("đã có trả lời"), "{said:#?}");
    assert!(list.contains("0001"), "and then the reply: {list}");
    app.finish().await;
}
