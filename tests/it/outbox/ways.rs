//! The ways to a citizen: chat, template by user, template by phone, an officer's call.

use chrono::TimeDelta;
use sqlx::PgPool;
use zalo_petitions::MIGRATOR;
use zalo_petitions::outbox;
use zalo_petitions::zalo::codes::{self, Host};
use zalo_petitions::zalo::refusal::Decision;

use super::{House, Trail};
use crate::fake_zalo::Answer;

const PHONE: &str = "+84987654321";
const ON_ZALO: &str = "84987654321";

fn trail(state: &str, channel: &str, steps: &[(&str, &str, Option<i64>)]) -> Trail {
    let step =
        |(channel, outcome, code): &(&str, &str, Option<i64>)| ((*channel).to_owned(), (*outcome).to_owned(), *code);
    Trail { state: state.to_owned(), channel: channel.to_owned(), steps: steps.iter().map(step).collect() }
}

/// News for somebody whom the chat does not reach any more.
async fn late_news(pool: PgPool) -> (House, i64, i64) {
    let house = House::new(pool).await;
    let lan = house.citizen("lan", TimeDelta::days(8)).await;
    let id = house.news(lan, "đã có trả lời", Some(PHONE)).await;
    (house, lan, id)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn news_within_the_window_go_by_chat(pool: PgPool) {
    let house = House::new(pool).await;
    let lan = house.citizen("lan", TimeDelta::days(6)).await;
    let id = house.news(lan, "đã có trả lời", Some(PHONE)).await;
    house.settle().await;
    assert_eq!(house.trail(id).await, trail("sent", "chat", &[]));
    assert_eq!(house.zalo.heard_by("lan"), ["đã có trả lời"]);
    let kept: (Option<serde_json::Value>, Option<String>) =
        sqlx::query_as("select template, phone from outbox_message").fetch_one(&house.pool).await.expect("a row");
    assert_eq!(kept, (None, None), "the number is not kept longer than it is needed");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn after_the_window_the_template_goes_to_the_user(pool: PgPool) {
    let (house, _, id) = late_news(pool).await;
    house.settle().await;
    assert_eq!(house.trail(id).await, trail("sent", "template_user", &[]));
    let world = house.zalo.world();
    assert_eq!(
        (world.last_body["user_id"].as_str(), world.last_body["template_id"].as_str()),
        (Some("lan"), Some("300001"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn where_zalo_knows_the_window_better_the_next_way_is_taken_at_once(pool: PgPool) {
    let house = House::new(pool).await;
    let lan = house.citizen("lan", TimeDelta::days(1)).await;
    house.zalo.answer("lan", [Answer::Code(-230), Answer::Code(-249)]);
    let id = house.news(lan, "đã có trả lời", Some(PHONE)).await;
    house.settle().await;
    let steps = [("chat", "next_way", Some(-230)), ("template_user", "next_way", Some(-249))];
    assert_eq!(house.trail(id).await, trail("sent", "template_phone", &steps));
    let world = house.zalo.world();
    assert_eq!(world.last_body["phone"].as_str(), Some(ON_ZALO));
    assert_eq!(world.last_body["tracking_id"], format!("pakn-{id}"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn when_no_way_is_left_an_officer_is_shown_number_and_text_and_can_send_again(pool: PgPool) {
    let (house, _, id) = late_news(pool).await;
    house.zalo.answer("lan", [Answer::Code(-227)]);
    house.zalo.answer(ON_ZALO, [Answer::Code(-118)]);
    house.settle().await;
    let tried = [("template_user", "next_way", Some(-227)), ("template_phone", "unreachable", Some(-118))];
    assert_eq!(house.trail(id).await, trail("unreachable", "template_phone", &tried));

    let officer = officer(&house).await;
    let at = house.clock.now();
    let mut connection = house.pool.acquire().await.expect("a connection");
    assert!(outbox::send_again(&mut connection, id, officer, at).await.expect("sent again"));
    assert!(!outbox::send_again(&mut connection, id, officer, at).await.expect("only once"));
    drop(connection);
    house.settle().await;
    let tried = [tried[0], tried[1], ("template_phone", "again", None)];
    assert_eq!(house.trail(id).await, trail("sent", "template_user", &tried), "every way was tried anew");
}

async fn officer(house: &House) -> i64 {
    sqlx::query("insert into agency (agency_id, name, level, type, certainty) values ('HN-VP', 'Văn phòng', 'city', 'office', 'confirmed') on conflict do nothing")
        .execute(&house.pool)
        .await
        .expect("an agency");
    let mut connection = house.pool.acquire().await.expect("a connection");
    zalo_petitions::officer::add(
        &mut connection,
        &crate::visitor::focal("ha", "Trần Thu Hà"),
        "mat-khau-dai-12",
        house.clock.now(),
    )
    .await
    .expect("an officer")
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_a_template_or_a_number_the_ways_are_fewer(pool: PgPool) {
    let house = House::new(pool).await;
    let lan = house.citizen("lan", TimeDelta::days(8)).await;
    let plain = house.notice(lan, "một", None).await;
    house.settle().await;
    assert_eq!(house.trail(plain).await, trail("unreachable", "chat", &[("chat", "unreachable", None)]));
    house.zalo.answer("lan", [Answer::Code(-217)]);
    let unnumbered = house.news(lan, "hai", None).await;
    house.settle().await;
    let steps = [("template_user", "unreachable", Some(-217))];
    assert_eq!(house.trail(unnumbered).await, trail("unreachable", "template_user", &steps));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_reached_nobody_goes_out_when_its_citizen_is_heard_again_before_the_reply(pool: PgPool) {
    let house = House::new(pool).await;
    let lan = house.citizen("lan", TimeDelta::days(8)).await;
    let stranded = house.notice(lan, "đã có trả lời", None).await;
    house.settle().await;
    assert_eq!(house.state(stranded).await, "unreachable");
    house.clock.advance(TimeDelta::days(3));
    house.reply("lan", "Xin chào").await;
    house.settle().await;
    assert_eq!(house.zalo.heard_by("lan"), ["đã có trả lời", "Xin chào"]);
    let steps = [("chat", "unreachable", None), ("chat", "returned", None)];
    assert_eq!(house.trail(stranded).await, trail("sent", "chat", &steps));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_an_officer_told_by_phone_is_not_told_again(pool: PgPool) {
    let house = House::new(pool).await;
    let lan = house.citizen("lan", TimeDelta::days(8)).await;
    let told = house.notice(lan, "đã có trả lời", None).await;
    house.settle().await;
    assert!(outbox::called(&mut house.pool.acquire().await.expect("a connection"), told).await.expect("told"));
    house.reply("lan", "Xin chào").await;
    house.settle().await;
    assert_eq!(house.zalo.heard_by("lan"), ["Xin chào"]);
    assert_eq!(house.state(told).await, "called");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_had_their_data_erased_is_not_sought_by_template_or_number(pool: PgPool) {
    let (house, lan, id) = late_news(pool).await;
    outbox::forget_fallbacks(&mut house.pool.acquire().await.expect("a connection"), lan).await.expect("forgotten");
    house.settle().await;
    assert_eq!(house.state(id).await, "unreachable");
    assert_eq!(house.zalo.world().calls, 0);
    let kept: Option<String> =
        sqlx::query_scalar("select phone from outbox_message").fetch_one(&house.pool).await.expect("a row");
    assert_eq!(kept, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_template_waits_for_the_morning_and_holds_up_no_reply(pool: PgPool) {
    let house = House::new(pool).await;
    house.clock.advance(TimeDelta::hours(11));
    let lan = house.citizen("lan", TimeDelta::days(8)).await;
    let id = house.news(lan, "đã có trả lời", None).await;
    house.settle().await;
    assert_eq!(house.zalo.world().calls, 0, "23h in Hanoi");
    assert_eq!(house.trail(id).await, trail("waiting", "template_user", &[("template_user", "later", None)]));
    house.clock.advance(TimeDelta::hours(7));
    house.settle().await;
    assert_eq!(house.state(id).await, "sent");

    house.zalo.answer("lan", [Answer::Code(-234)]);
    let refused = house.news(lan, "có thêm", None).await;
    house.settle().await;
    assert_eq!(house.state(refused).await, "waiting", "Zalo calls this night");
    house.reply("lan", "Xin chào").await;
    house.settle().await;
    assert_eq!(house.zalo.heard_by("lan"), ["đã có trả lời", "có thêm", "Xin chào"], "the chat is open again");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn out_of_quota_it_waits_for_the_next_day(pool: PgPool) {
    let house = House::new(pool).await;
    house.zalo.answer("lan", [Answer::Code(-211)]);
    let id = house.reply("lan", "một").await;
    house.settle().await;
    let row = house.row(id).await;
    assert_eq!((row.state.as_str(), row.attempts), ("waiting", 0), "no fault of the message");
    assert_eq!(row.send_at, "2026-11-18T17:05:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a time"));
    house.clock.advance(TimeDelta::hours(13));
    house.settle().await;
    assert_eq!(house.state(id).await, "sent");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_receipt_of_a_template_by_phone_tells_that_it_went_out(pool: PgPool) {
    let (house, _, id) = late_news(pool).await;
    house.zalo.answer("lan", [Answer::Code(-249)]);
    house.zalo.answer(ON_ZALO, std::iter::repeat_with(|| Answer::Status(502)).take(40));
    house.round().await;
    house.round().await;
    assert_eq!(house.state(id).await, "waiting", "nobody knows whether it went out");
    let at = house.clock.now() + TimeDelta::seconds(5);
    let mut connection = house.pool.acquire().await.expect("a connection");
    let tracking_id = format!("pakn-{id}");
    for told in [Some("pakn-0"), None, Some("other-1")] {
        assert!(!outbox::delivered_by_phone(&mut connection, "z-1", told, at).await.expect("noted"), "{told:?}");
    }
    for _ in 0..2 {
        let told = Some(tracking_id.as_str());
        assert!(outbox::delivered_by_phone(&mut connection, "z-1", told, at).await.expect("noted"));
    }
    drop(connection);
    let row = house.row(id).await;
    assert_eq!((row.state.as_str(), row.zalo_message_id.as_deref(), row.sent_at), ("sent", Some("z-1"), Some(at)));
    house.clock.advance(TimeDelta::hours(1));
    assert_eq!(house.round().await, 0, "it is not sent again");
}

/// The whole table of the fact sheet, code by code: where the message stands, and what an officer can read of it.
#[sqlx::test(migrator = "MIGRATOR")]
async fn every_code_of_both_tables_ends_as_its_decision_says(pool: PgPool) {
    let house = House::new(pool).await;
    for (host, number) in [(Host::Account, 1), (Host::Templates, 2)] {
        for (code, decision, _) in codes::all(host) {
            // Each on a clean gate: what halts the account is another test's story.
            house.gate_afresh().await;
            let (user, phone) = (format!("u{number}{}", -code), format!("+8498{number}{:06}", -code));
            let (heard, to) = match host {
                Host::Account => (TimeDelta::zero(), user.clone()),
                Host::Templates => (TimeDelta::days(8), phone.trim_start_matches('+').to_owned()),
            };
            let citizen = house.citizen(&user, heard).await;
            if host == Host::Templates {
                house.zalo.answer(&user, [Answer::Code(-249)]);
            }
            // A token that is refused is refused again with the next one.
            house.zalo.answer(&to, [Answer::Code(code), Answer::Code(code)]);
            let id = house.news(citizen, "tin", Some(&phone)).await;
            house.round().await;
            if host == Host::Templates {
                house.round().await;
            }
            let trail = house.trail(id).await;
            let (way, outcome, told) = trail.steps.last().cloned().expect("a step");
            let channel = if host == Host::Account { "chat" } else { "template_phone" };
            assert_eq!((way.as_str(), told), (channel, Some(code)), "{host:?} {code}");
            assert_eq!(outcome, outcome_of(decision, host), "{host:?} {code}: {decision:?}");
            assert!(house.row(id).await.last_error.is_some_and(|error| !error.is_empty()), "{host:?} {code}");
            sqlx::query("delete from outbox_attempt").execute(&house.pool).await.expect("cleared");
            sqlx::query("delete from outbox_message").execute(&house.pool).await.expect("cleared");
        }
    }
}

/// What a decision makes of news: there is a next way after the chat, and none after the phone.
fn outcome_of(decision: Decision, host: Host) -> &'static str {
    use Decision::{BackOff, Later, Never, NextWay, NoMoney, RefreshToken, Stop, UntilMorning, UntilQuota};
    match (decision, host) {
        (Later | BackOff | RefreshToken | UntilQuota | UntilMorning, _) => "later",
        (Stop, Host::Account) => "later",
        (NextWay | Never | NoMoney, Host::Account) => "next_way",
        (NextWay | NoMoney | Stop, Host::Templates) => "unreachable",
        (Never, Host::Templates) => "given_up",
    }
}
