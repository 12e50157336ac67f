//! Everything goes wrong at once, a little: each fault that the small Zalo knows strikes one call, event, receipt or
//! download in twenty. Every citizen's conversation must end right all the same. `make test` plays some hundred turns,
//! `make soak` fifty thousand.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use zalo_petitions::sim::{Bubble, Phone, Quirk};

use crate::app::{TestApp, replies, said};
use crate::road::{CONVERSATION, count};
use crate::stage::person::{self, Next};

/// How often each fault strikes.
const RATE: f64 = 0.05;
/// Refusals that may pass: what is refused for good is another story (`outbox::ways`).
const REFUSALS: [i32; 8] = [-32, -200, -211, -214, -216, -220, -230, -234];
/// Turns, unless the environment says otherwise.
const TURNS: usize = 96;
/// How many people chat at the same time.
const CROWD: usize = 64;
/// After so long without an answer people ask again.
const PATIENCE: TimeDelta = TimeDelta::hours(8);

/// Somebody who goes through the form, and asks again when nothing comes.
struct Person {
    phone: Phone,
    /// The furthest line typed so far.
    typed: usize,
    read: usize,
    since: DateTime<Utc>,
    /// How often they asked again.
    nudges: usize,
    /// Heard once already that nothing was filed.
    is_at_a_loss: bool,
    is_done: bool,
}

impl Person {
    fn arrives(app: &TestApp, number: usize) -> Self {
        let phone = app.zalo.phone(&format!("Người dân {number}"));
        phone.types(CONVERSATION[0]);
        Self { phone, typed: 0, read: 0, since: app.now(), nudges: 0, is_at_a_loss: false, is_done: false }
    }

    /// Does what there is to do; true if it was something.
    fn acts(&mut self, at: DateTime<Utc>) -> bool {
        let shown = replies(&self.phone);
        if shown.len() > self.read {
            let news: Vec<Bubble> = shown[self.read..].to_vec();
            (self.read, self.since) = (shown.len(), at);
            return news.iter().any(|bubble| self.reads(&said(bubble)));
        }
        let is_forgotten = !self.is_done && at - self.since > PATIENCE;
        if is_forgotten {
            self.since = at;
            self.asks_again();
        }
        is_forgotten
    }

    /// Whoever has sent the form asks what has become of it; who has not asks where they were, and answers once more.
    fn asks_again(&mut self) {
        self.nudges += 1;
        let has_sent = self.typed + 1 == CONVERSATION.len();
        self.phone.types(match self.nudges % 2 {
            _ if has_sent => "phản ánh của tôi",
            1 if self.typed > 0 => "tiếp tục",
            _ => CONVERSATION[self.typed],
        });
    }

    fn reads(&mut self, text: &str) -> bool {
        match person::next(text, self.typed) {
            Some(Next::Done) => self.is_done = true,
            // What came twice, or late, was answered already; after a nudge the same question is answered again.
            Some(Next::Line(line)) if line >= self.typed || text.starts_with("Hiện") => self.types(line),
            Some(Next::AskForMine) => self.phone.types("phản ánh của tôi"),
            // Where nothing is open either, they begin anew.
            Some(Next::NotFiled) if std::mem::replace(&mut self.is_at_a_loss, true) => {
                (self.typed, self.is_at_a_loss) = (0, false);
                self.types(0);
            }
            Some(Next::NotFiled) => self.phone.types("tiếp tục"),
            _ => return false,
        }
        true
    }

    fn types(&mut self, line: usize) {
        self.typed = self.typed.max(line);
        if line == 2 {
            self.phone.sends_photo("giay-hen.jpg", b"\xff\xd8\xff\xe0 a photo".to_vec());
        }
        self.phone.types(CONVERSATION[line]);
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn with_every_fault_at_once_every_conversation_ends_right(pool: PgPool) {
    let turns = std::env::var("SOAK_TURNS").ok().and_then(|turns| turns.parse().ok()).unwrap_or(TURNS);
    let app = TestApp::start(&pool).await;
    everything_goes_wrong(&app);
    let (mut finished, mut arrived) = (0, 0);
    let mut here: Vec<Person> = Vec::new();
    let wanted = turns.div_ceil(CONVERSATION.len());
    // A crowd needs some days, and the next comes when somebody has left.
    let most_days = 60 + (60 * wanted / CROWD) as i64;
    while finished < wanted {
        while here.len() < CROWD && arrived < wanted {
            here.push(Person::arrives(&app, arrived));
            arrived += 1;
        }
        let has_moved = step(&app).await > 0;
        let at = app.now();
        let has_acted = here.iter_mut().map(|person| person.acts(at)).filter(|acted| *acted).count() > 0;
        let before = here.len();
        here.retain(|person| !person.is_done);
        finished += before - here.len();
        if !has_moved && !has_acted {
            app.clock.advance(next_moment(&app).await);
        }
        let last = || here.iter().map(|person| replies(&person.phone).pop()).collect::<Vec<_>>();
        assert!((app.now() - at_the_beginning()).num_days() < most_days, "some wait for ever: {:#?}", last());
    }
    for quirk in Quirk::ALL {
        app.zalo.chance(quirk, 0.0);
    }
    for code in REFUSALS {
        app.zalo.chance_of_refusal(code, 0.0);
    }
    for _ in 0..100 {
        while step(&app).await > 0 {}
        app.clock.advance(TimeDelta::hours(1));
    }
    nothing_is_lost_or_doubled(&app, wanted).await;
}

fn at_the_beginning() -> DateTime<Utc> {
    crate::app::BEGINS_AT.parse().expect("a time")
}

fn everything_goes_wrong(app: &TestApp) {
    app.zalo.seed(20_261_118);
    app.zalo.manners(|manners| {
        manners.slow = std::time::Duration::from_millis(20);
        manners.rate_limit = u32::MAX;
    });
    for quirk in Quirk::ALL {
        // What takes real time (an endless or trickling download) has tests of its own.
        let takes_time = matches!(quirk, Quirk::MediaEndless | Quirk::MediaSlow);
        app.zalo.chance(quirk, if takes_time { 0.0 } else { RATE });
    }
    for code in REFUSALS {
        app.zalo.chance_of_refusal(code, RATE);
    }
}

/// One round of everything; what fails is tried again in the next.
async fn step(app: &TestApp) -> usize {
    app.zalo.resubscribe();
    let delivered = app.zalo.deliver_webhooks().await;
    let turns = app.house.turns.round().await.unwrap_or(0);
    let receipts = app.house.receipts.round().await.unwrap_or(0);
    let kept = app.house.keeper.round().await.unwrap_or(0);
    delivered + turns + receipts + kept + app.house.deliverer.round().await.unwrap_or(0)
}

/// How long until something is due: what is due already waits for the gate to open.
async fn next_moment(app: &TestApp) -> TimeDelta {
    let due: Option<DateTime<Utc>> = sqlx::query_scalar(
        "select min(due_at) from (
             select distinct on (citizen_id) due_at from outbox_message
             where state in ('waiting', 'leased') and kind <> 'reminder'
             order by citizen_id, outbox_message_id) first_in_its_lane",
    )
    .fetch_one(&app.pool)
    .await
    .expect("a time");
    let wait = due.map_or(TimeDelta::minutes(10), |due| due - app.now());
    let longest = if app.zalo.pending_webhooks() > 0 { TimeDelta::seconds(30) } else { TimeDelta::hours(6) };
    wait.clamp(TimeDelta::seconds(10), longest)
}

async fn nothing_is_lost_or_doubled(app: &TestApp, people: usize) {
    assert_eq!(count(&app.pool, "petition").await, people as i64, "one petition each");
    let one =
        async |query: &'static str| -> i64 { sqlx::query_scalar(query).fetch_one(&app.pool).await.expect("a count") };
    assert_eq!(one("select count(distinct citizen_id) from petition").await, people as i64);
    assert_eq!(
        one("select count(*) from inbox_event where state <> 'done'").await,
        0,
        "nothing waits, nothing is set aside"
    );
    assert_eq!(one("select count(*) from outbox_message where state in ('waiting', 'leased')").await, 0);
    let turns = one("select count(*) from inbox_event where citizen_id is not null").await;
    let replies_too_many = one(
        "select count(*) - count(distinct inbox_event_id) from outbox_message where kind = 'reply' and state <> 'replaced'",
    );
    assert_eq!(replies_too_many.await, 0, "one turn, one message");
    for phone in app.zalo.phones() {
        let texts: Vec<String> = replies(&phone).iter().map(said).collect();
        // A question rightly comes again when somebody asks for it; a receipt does not.
        let receipts = texts.iter().filter(|text| text.contains("✅ Đã gửi")).count() as i64;
        let marked: i64 = sqlx::query_scalar(
            "select count(*) from outbox_message join citizen using (citizen_id) where zalo_user_id = $1 and perhaps_twice",
        )
        .bind(phone.user_id())
        .fetch_one(&app.pool)
        .await
        .expect("a count");
        assert!(receipts <= 1 + marked, "{receipts} receipts, {marked} messages marked");
    }
    let given_up = one("select count(*) from outbox_message where state in ('given_up', 'unreachable')").await;
    let marked = one("select count(*) from outbox_message where perhaps_twice").await;
    println!("{people} people, {turns} turns; {marked} messages perhaps twice, {given_up} in front of an officer");
}
