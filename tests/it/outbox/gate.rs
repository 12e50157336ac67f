//! What all instances share: the application's rate, and circuits that open.

use chrono::TimeDelta;
use sqlx::PgPool;
use zalo_petitions::MIGRATOR;
use zalo_petitions::outbox;
use zalo_petitions::zalo::alert;
use zalo_petitions::zalo::gate::Urgency;

use super::{House, noon};
use crate::fake_zalo::Answer;

impl House {
    /// Another gate, on which nothing has happened yet.
    pub async fn gate_afresh(&self) {
        for channel in zalo_petitions::zalo::window::Channel::ALL {
            let answered = zalo_petitions::zalo::gate::Report::Answered;
            self.gate.report(channel, answered, self.clock.now()).await;
        }
    }

    async fn alerts(&self) -> Vec<(String, Option<i64>)> {
        let mut connection = self.pool.acquire().await.expect("a connection");
        let standing = alert::standing(&mut connection).await.expect("the alerts");
        standing.into_iter().map(|alert| (alert.kind, alert.code)).collect()
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_minute_sees_more_calls_than_the_rate_whatever_is_due(pool: PgPool) {
    let house = House::with_rate(pool, 100).await;
    for citizen in 0..260 {
        house.reply(&format!("citizen{citizen}"), "một").await;
    }
    let mut sent_by_second = vec![];
    for _ in 0..90 {
        house.settle().await;
        sent_by_second.push(house.zalo.world().taken.len());
        house.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(sent_by_second[0], 10, "a burst of a tenth");
    for second in 60..90 {
        let in_a_minute = sent_by_second[second] - sent_by_second[second - 60];
        assert!(in_a_minute <= 100, "{in_a_minute} calls in the minute that ends at {second} s");
    }
    let last = sent_by_second.last().copied().unwrap_or_default();
    assert!((130..=150).contains(&last), "the rate is used: {last} in a minute and a half");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_wave_of_notices_leaves_the_reply_its_call(pool: PgPool) {
    let house = House::with_rate(pool, 600).await;
    for citizen in 0..400 {
        let citizen_id = house.citizen(&format!("citizen{citizen}"), TimeDelta::zero()).await;
        house.notice(citizen_id, "đã có trả lời", None).await;
    }
    house.settle().await;
    assert_eq!(house.zalo.world().taken.len(), 30, "the burst, less the half that is left for replies");
    for number in 0..20 {
        let replied = format!("người {number}");
        house.reply(&replied, "Xin chào").await;
        assert_eq!(house.deliverer().round_of(Urgency::Reply).await.expect("a round"), 1, "in the very next slot");
        house.clock.advance(TimeDelta::milliseconds(200));
        house.deliverer().round_of(Urgency::Notice).await.expect("a round");
    }
    let reminders = house.deliverer().round_of(Urgency::Reminder).await.expect("a round");
    assert_eq!(reminders, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn too_many_calls_pause_everybody_and_count_against_nobody(pool: PgPool) {
    let house = House::new(pool).await;
    house.zalo.answer("lan", [Answer::Code(-32)]);
    let (lan, binh) = (house.reply("lan", "một").await, house.reply("binh", "một").await);
    assert_eq!(house.round().await, 2);
    assert_eq!((house.row(lan).await.attempts, house.state(binh).await.as_str()), (0, "sent"));
    let mai = house.reply("mai", "một").await;
    house.clock.advance(TimeDelta::seconds(9));
    assert_eq!(house.round().await, 0, "another instance would be told the same");
    house.clock.advance(TimeDelta::seconds(1));
    assert_eq!(house.round().await, 1, "one to see");
    house.settle().await;
    assert_eq!([house.state(lan).await, house.state(mai).await], ["sent", "sent"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_outage_opens_the_circuit_and_one_message_finds_out_that_it_is_over(pool: PgPool) {
    let house = House::new(pool).await;
    for citizen in 0..140 {
        let name = format!("citizen{citizen}");
        house.zalo.answer(&name, [Answer::Status(503), Answer::Status(503)]);
        house.reply(&name, "một").await;
    }
    assert_eq!(house.round().await, 128);
    assert_eq!(house.round().await, 0, "after a whole round of failures nobody asks");
    house.clock.advance(TimeDelta::seconds(2));
    assert_eq!((house.round().await, house.round().await), (1, 0), "one to see: it fails as well");
    house.clock.advance(TimeDelta::seconds(2));
    assert_eq!(house.round().await, 0, "the pause is longer now");
    for citizen in 0..140 {
        house.zalo.forget_answers(&format!("citizen{citizen}"));
    }
    house.clock.advance(TimeDelta::seconds(2));
    assert_eq!(house.round().await, 1, "one to see: it passes");
    while house.zalo.world().taken.len() < 140 {
        house.settle().await;
        house.clock.advance(TimeDelta::seconds(1));
        assert!((house.clock.now() - noon()).num_minutes() < 2, "everybody is served soon");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_stopped_account_raises_an_alert_holds_everything_and_recovers_by_itself(pool: PgPool) {
    let house = House::new(pool).await;
    house.zalo.answer("lan", [Answer::Code(-204)]);
    let (lan, binh) = (house.reply("lan", "một").await, house.reply("binh", "một").await);
    sqlx::query("update outbox_message set send_at = $2 where outbox_message_id = $1")
        .bind(binh)
        .bind(noon() + TimeDelta::seconds(1))
        .execute(&house.pool)
        .await
        .expect("later");
    house.settle().await;
    assert_eq!(house.alerts().await, [("stopped:chat".to_owned(), Some(-204))]);
    house.clock.advance(TimeDelta::minutes(4));
    assert_eq!(house.round().await, 0, "what a person must do is not asked for every second");
    house.clock.advance(TimeDelta::minutes(1));
    house.settle().await;
    house.settle().await;
    assert_eq!([house.state(lan).await, house.state(binh).await], ["sent", "sent"]);
    assert_eq!(house.alerts().await, [], "it is over");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_alert_is_over_when_messages_go_out_again_though_redis_forgot_it(pool: PgPool) {
    let house = House::new(pool).await;
    house.zalo.answer("lan", [Answer::Code(-204)]);
    house.reply("lan", "một").await;
    house.settle().await;
    let settled = async || {
        let mut connection = house.pool.acquire().await.expect("a connection");
        outbox::clear_settled_alerts(&mut connection).await.expect("looked at");
    };
    settled().await;
    assert_eq!(house.alerts().await.len(), 1, "nothing has gone out since");
    house.gate_afresh().await;
    house.clock.advance(TimeDelta::minutes(5));
    house.settle().await;
    settled().await;
    assert_eq!(house.alerts().await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_empty_wallet_raises_an_alert_and_stops_no_reply(pool: PgPool) {
    let house = House::new(pool).await;
    let lan = house.citizen("lan", TimeDelta::days(8)).await;
    house.zalo.answer("lan", [Answer::Code(-321)]);
    let news = house.news(lan, "đã có trả lời", None).await;
    let reply = house.reply("binh", "Xin chào").await;
    house.settle().await;
    assert_eq!([house.state(news).await, house.state(reply).await], ["unreachable", "sent"]);
    assert_eq!(house.alerts().await, [("no_money".to_owned(), Some(-321))]);
    let later = house.news(lan, "có thêm", None).await;
    house.settle().await;
    assert_eq!(house.state(later).await, "sent");
    assert_eq!(house.alerts().await, [], "somebody has paid");
}
