//! What the pages cost the database as the register grows, and how many petitions go their whole way in a second. `REGISTRY=1000000`
//! names another size to compare with 1,000 (`make bench-large`).

mod measure;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use measure::figures::{Goal, Report, Rounds};
use measure::ground::Ground;
use measure::office::{Officer, publication};
use measure::stage::register::fill;
use measure::{Effort, run};
use sqlx::PgPool;
use zalo_petitions::app::House;
use zalo_petitions::casework::{self, AnswerDraft, Filing, Hand, Rules};
use zalo_petitions::clock::Clock;

const SMALL: u32 = 1_000;
const LARGE: u32 = 100_000;
/// So many officers work at the same time.
const OFFICERS: usize = 8;

/// A page, and how its address depends on which time it is opened.
type Page = (&'static str, fn(u32) -> String);

const PAGES: [Page; 20] = [
    ("the queue", |_| "/admin".to_owned()),
    ("overdue", |_| "/admin?view=overdue".to_owned()),
    ("closed", |_| "/admin?view=closed".to_owned()),
    ("an agency's", |n| format!("/admin?agency=T-{}", 1 + n % 60)),
    ("an agency's closed", |n| format!("/admin?agency=T-{}&view=closed", 1 + n % 60)),
    ("a field's closed", |_| "/admin?field=land&view=closed".to_owned()),
    ("refused", |_| "/admin?status=refused".to_owned()),
    ("a month's", |n| format!("/admin?from=2024-{0:02}-01&to=2024-{0:02}-28", 1 + n % 12)),
    ("words with diacritics", |_| "/admin?q=sổ đỏ quá hẹn".to_owned()),
    ("words without", |_| "/admin?q=giay phep xay dung cham".to_owned()),
    ("a rare word", |_| "/admin?q=hiếm".to_owned()),
    ("a name", |_| "/admin?q=nguyễn thị hoa".to_owned()),
    ("the end of a number", |n| format!("/admin?q={:03}", n * 37 % 1_000)),
    ("part of a reference", |n| format!("/admin?q={:04}", 1 + n % 90)),
    ("sorting", |_| "/admin/triage".to_owned()),
    ("the call list", |_| "/admin/calls".to_owned()),
    ("the month's figures", |n| format!("/admin/figures?month=2026-{:02}", 1 + n % 11)),
    ("the notice board", |_| "/".to_owned()),
    ("a later part of the board", |n| format!("/?page={}", 2 + n % 8)),
    ("the board's search", |_| "/?q=so do qua hen".to_owned()),
];

fn main() {
    run(bench);
}

async fn bench(effort: Effort) -> Report {
    let named = std::env::var("REGISTRY").ok().and_then(|size| size.parse().ok());
    let large = named.unwrap_or_else(|| effort.or(LARGE, 2 * SMALL));
    let (few, many) = (Registry::of(SMALL).await, Registry::of(large).await);

    let mut report = Report::new("registry: the database's time for a page, as the register grows");
    let opened = effort.or(24, 1);
    for (name, address) in PAGES {
        let (mut at_few, mut at_many) = (Rounds::default(), Rounds::default());
        for n in 0..opened {
            at_few.note(few.officer.opens(&address(n)).await);
            at_many.note(many.officer.opens(&address(n)).await);
        }
        compare(&mut report, name, (&at_few, &at_many), large);
    }
    for (name, one) in [("a petition", "/admin/petitions/"), ("a result", "/p/")] {
        let (mut at_few, mut at_many) = (Rounds::default(), Rounds::default());
        for n in 0..opened {
            at_few.note(few.officer.opens(&format!("{one}{}", few.published(n))).await);
            at_many.note(many.officer.opens(&format!("{one}{}", many.published(n))).await);
        }
        compare(&mut report, name, (&at_few, &at_many), large);
    }
    let (mut at_few, mut at_many) = (Rounds::default(), Rounds::default());
    for _ in 0..opened {
        at_few.note(few.files().await);
        at_many.note(many.files().await);
    }
    compare(&mut report, "one filing", (&at_few, &at_many), large);

    let mut lives = [Rounds::default(), Rounds::default()];
    for _ in 0..effort.or(3, 1) {
        for (registry, rounds) in [&few, &many].iter().zip(&mut lives) {
            rounds.note(registry.lives(effort.seconds(4.0)).await);
        }
    }
    let [at_few, at_many] = lives;
    report.tell(format!("whole lives with {SMALL}"), at_few, "/s", Goal::None);
    report.tell(format!("whole lives with {large}"), at_many, "/s", Goal::AtLeast(200.0));
    report
}

/// Two lines: the p95 at the larger size, and how much more that is than at the smaller.
fn compare(report: &mut Report, name: &str, (few, many): (&Rounds, &Rounds), large: u32) {
    let (at_few, at_many) = (few.at(0.95), many.at(0.95));
    report.tell_one(format!("{name}, p95 with {large}"), at_many, "ms", Goal::AtMost(50.0));
    report.tell_one(format!("{name}, to {SMALL}"), at_many / at_few, "times", Goal::AtMost(3.0));
}

/// A register of some size, and its office.
struct Registry {
    officer: Officer,
    rules: Arc<Rules>,
    /// For those who work at the same time.
    pool: PgPool,
    references: Vec<String>,
}

impl Registry {
    async fn of(size: u32) -> Self {
        let ground = Ground::prepare(&format!("registry_{size}")).await;
        let nowhere = "http://127.0.0.1:9/".parse().expect("an address");
        let settings = ground.settings(&nowhere, &["--database-connections", "2", "--second-factor", "nobody"]);
        let house = House::build(&settings, Clock::system()).await.expect("a house");
        let officer = Officer::signs_in(house.router.clone(), house.pool.clone()).await;
        let begun = Instant::now();
        fill(&house.pool, size).await;
        println!("{size} petitions were written in {:.0?}", begun.elapsed());
        let published = "select reference from petition join publication using (petition_id)
                         where is_public and publish_consent order by md5(reference) limit 100";
        let references = sqlx::query_scalar(published).fetch_all(&house.pool).await.expect("references");
        Self { officer, rules: house.turns.rules.clone(), pool: ground.pool(16).await, references }
    }

    fn published(&self, n: u32) -> &str {
        &self.references[n as usize % self.references.len()]
    }

    /// Files a petition; gives for how many milliseconds the database worked for it.
    async fn files(&self) -> f64 {
        let mut connection = self.pool.acquire().await.expect("a connection");
        let filing = self.filing().await;
        let begun = Instant::now();
        casework::file(&self.rules, &mut connection, &filing, Clock::system().now()).await.expect("filed");
        begun.elapsed().as_secs_f64() * 1_000.0
    }

    async fn filing(&self) -> Filing {
        let key = uuid::Uuid::new_v4().to_string();
        let citizen = "insert into citizen (zalo_user_id, created_at, last_heard_at) values ($1, now(), now()) returning citizen_id";
        let citizen_id = sqlx::query_scalar(citizen).bind(&key).fetch_one(&self.pool).await.expect("a citizen");
        let content =
            format!("Tôi nộp hồ sơ {key} từ 5/10, hẹn 10 ngày làm việc, đến nay chưa có kết quả, hỏi thì bảo cứ chờ.");
        let answers = [
            ("submitter_type", "individual"),
            ("submitter_name", "Phạm Thị Lan"),
            ("province_code", "01"),
            ("commune_code", "09454"),
            ("address_detail", "số 8 ngõ 30 Nguyễn Thượng Hiền"),
            ("phone", "+84912345678"),
            ("category", "regulation_policy_procedure"),
            ("title", "Trợ cấp hưu trí xã hội quá hẹn chưa có kết quả"),
            ("content", content.as_str()),
            ("target_agency_code", "HN-09454"),
            ("publish_consent", "yes"),
            ("identity_confidential", "no"),
        ];
        let answers: BTreeMap<_, _> =
            answers.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).into())).collect();
        Filing {
            citizen_id,
            draft_key: key,
            answers,
            extra: Vec::new(),
            attachments: Vec::new(),
            consent_version: "1".to_owned(),
        }
    }

    /// How many petitions are filed, accepted, answered, published and looked up in a second.
    async fn lives(&self, time: Duration) -> f64 {
        let begun = Instant::now();
        let work = |_| async {
            let mut count = 0;
            while begun.elapsed() < time {
                self.life().await;
                count += 1;
            }
            count
        };
        let counts: Vec<u32> = join_all((0..OFFICERS).map(work)).await;
        f64::from(counts.iter().sum::<u32>()) / begun.elapsed().as_secs_f64()
    }

    async fn life(&self) {
        let filing = self.filing().await;
        let citizen_id = filing.citizen_id;
        let at = Clock::system().now();
        let mut transaction = self.pool.begin().await.expect("a transaction");
        let reference = casework::file(&self.rules, &mut transaction, &filing, at).await.expect("filed").reference;
        transaction.commit().await.expect("committed");
        let hand = |version| Hand {
            reference: &reference,
            version,
            officer_id: self.officer.officer_id,
            at: Clock::system().now(),
        };

        let mut transaction = self.pool.begin().await.expect("a transaction");
        casework::accept(&self.rules, &mut transaction, hand(1), "HN-09454").await.expect("accepted");
        transaction.commit().await.expect("committed");

        let mut transaction = self.pool.begin().await.expect("a transaction");
        casework::answer(&self.rules, &mut transaction, hand(2), &drafted()).await.expect("answered");
        transaction.commit().await.expect("committed");

        let mut transaction = self.pool.begin().await.expect("a transaction");
        casework::publish(&self.rules, &mut transaction, hand(3), &publication()).await.expect("published");
        transaction.commit().await.expect("committed");

        let mut connection = self.pool.acquire().await.expect("a connection");
        let told =
            casework::lookup(&self.rules, &mut connection, citizen_id, &reference, None, Clock::system().now()).await;
        assert!(told.expect("found").contains(&reference));
    }
}

/// A whole answer; it says that it is its officer's own words, however alike they are.
fn drafted() -> AnswerDraft {
    AnswerDraft {
        did: "Phường đã kiểm tra, chi trả đủ cho mẹ Ông/Bà và nhắc nhở bộ phận tiếp nhận.".to_owned(),
        unit: "Bộ phận Một cửa phường".to_owned(),
        done_on: "17/11/2026".to_owned(),
        evidence: "document".to_owned(),
        document_number: "412/UBND".to_owned(),
        document_on: "17/11/2026".to_owned(),
        finished: "yes".to_owned(),
        outcome: "explained".to_owned(),
        is_own: "yes".to_owned(),
        ..AnswerDraft::default()
    }
}
