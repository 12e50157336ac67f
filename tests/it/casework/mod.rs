//! The verbs, on a real database. The clock starts at 9h10 on Wednesday 18/11/2026; Tuesday 24/11 is a day of rest.

mod after;
mod filing;
mod moves;
mod publishing;
mod telling;

use std::path::Path;

use chrono::{DateTime, FixedOffset, Utc};
use sqlx::PgPool;
use zalo_petitions::casework::notices::Notices;
use zalo_petitions::casework::{self, AnswerDraft, CaseError, Enclosure, Filed, Filing, Hand, PublicationDraft, Rules};
use zalo_petitions::config::AnswerApproval;
use zalo_petitions::petition::{self, Petition, Status, answer, attachment, event, store};
use zalo_petitions::privacy::Personal;
use zalo_petitions::zalo::message::{Message, Press};

const PHONE: &str = "+84901234567";
const WARD: &str = "HN-00070";
const DONE: &str = "Ngày 19/11 phường đã họp hội đồng xét hồ sơ của ông Trần Văn Bình. Quyết định số 512/QĐ-UBND đã ký. \
                    Mời gia đình nhận tại quầy 3.";

/// A moment by the clocks of Hanoi.
fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+07:00").parse::<DateTime<FixedOffset>>().expect("a moment").to_utc()
}

/// The registry with agencies, one officer, two citizens.
struct House {
    pool: PgPool,
    rules: Rules,
    officer_id: i64,
    citizen_id: i64,
    neighbour_id: i64,
}

impl House {
    async fn build(pool: PgPool) -> Self {
        let mut connection = pool.acquire().await.expect("a connection");
        petition::load_holidays(&mut connection).await.expect("holidays");
        for (id, name, level) in [
            ("HN-VP", "Văn phòng Ủy ban nhân dân Thành phố", "city"),
            (WARD, "UBND phường Cửa Nam", "commune"),
            ("TW-BHXH-HN", "Bảo hiểm xã hội thành phố Hà Nội", "central_vertical"),
        ] {
            sqlx::query!(
                "insert into agency (agency_id, name, level, type, certainty) values ($1, $2, $3, 'x', 'confirmed')",
                id,
                name,
                level
            )
            .execute(&mut *connection)
            .await
            .expect("an agency");
        }
        let officer_id = sqlx::query_scalar!(
            "insert into officer (login, name, agency_id, role, password_hash, created_at)
             values ('lan', 'Nguyễn Thị Lan', 'HN-VP', 'focal_office', 'x', $1) returning officer_id",
            at("2026-11-01T08:00")
        )
        .fetch_one(&mut *connection)
        .await
        .expect("an officer");
        let mut citizens = Vec::new();
        for zalo_user_id in ["binh", "neighbour"] {
            let id = sqlx::query_scalar!(
                "insert into citizen (zalo_user_id, created_at) values ($1, $2) returning citizen_id",
                zalo_user_id,
                at("2026-11-01T08:00")
            );
            citizens.push(id.fetch_one(&mut *connection).await.expect("a citizen"));
        }
        let rules = Rules {
            office_hours: "08:00-12:00,13:00-17:00".parse().expect("hours"),
            focal_agency: "HN-VP".to_owned(),
            public_url: "https://pakn.example.vn".parse().expect("an address"),
            reopen_days: 30,
            answer_approval: AnswerApproval::Conduct,
            template_id: None,
            notices: Notices::load(Path::new("dialogs")).expect("texts without problems"),
        };
        Self { pool, rules, officer_id, citizen_id: citizens[0], neighbour_id: citizens[1] }
    }

    fn filing(&self, draft_key: &str) -> Filing {
        let answers = [
            ("submitter_type", "individual"),
            ("submitter_name", "Trần Văn Bình"),
            ("province_code", "01"),
            ("address_detail", "so 8 ngo 30 nguyen thuong hien"),
            ("phone", PHONE),
            ("category", "regulation_policy_procedure"),
            ("title", "Trợ cấp hưu trí xã hội quá hẹn"),
            (
                "content",
                "Tôi nộp hồ sơ trợ cấp hưu trí xã hội cho mẹ từ 5/10, hẹn 10 ngày làm việc, nay chưa có kết quả.",
            ),
            ("publish_consent", "yes"),
        ];
        Filing {
            citizen_id: self.citizen_id,
            draft_key: draft_key.to_owned(),
            answers: answers.into_iter().map(|(name, answer)| (name.to_owned(), answer.into())).collect(),
            extra: Vec::new(),
            attachments: vec![Enclosure {
                kind: "image".to_owned(),
                url: Some("https://zalo.example/1".to_owned()),
                ..Enclosure::default()
            }],
            consent_version: "2026-11".to_owned(),
        }
    }

    async fn file(&self, filing: &Filing, at: DateTime<Utc>) -> Result<Filed, CaseError> {
        let mut transaction = self.pool.begin().await?;
        let filed = casework::file(&self.rules, &mut transaction, filing, at).await?;
        transaction.commit().await?;
        Ok(filed)
    }

    /// A petition filed at 9h10 on 18/11.
    async fn filed(&self) -> String {
        self.file(&self.filing("draft-1"), at("2026-11-18T09:10")).await.expect("filed").reference
    }

    async fn petition(&self, reference: &str) -> Petition {
        let mut connection = self.pool.acquire().await.expect("a connection");
        store::find(&mut connection, &reference.parse().expect("a reference")).await.expect("read").expect("a petition")
    }

    async fn hand<'a>(&self, reference: &'a str, at: DateTime<Utc>) -> Hand<'a> {
        let version = self.petition(reference).await.version;
        Hand { reference, version, officer_id: self.officer_id, at }
    }

    async fn accept(&self, hand: Hand<'_>, agency_id: &str) -> Result<(), CaseError> {
        let mut transaction = self.pool.begin().await?;
        casework::accept(&self.rules, &mut transaction, hand, agency_id).await?;
        Ok(transaction.commit().await?)
    }

    async fn refuse(&self, hand: Hand<'_>, reason: &str, text: &str) -> Result<(), CaseError> {
        let mut transaction = self.pool.begin().await?;
        casework::refuse(&self.rules, &mut transaction, hand, reason, text).await?;
        Ok(transaction.commit().await?)
    }

    async fn answer(&self, hand: Hand<'_>, draft: &AnswerDraft) -> Result<(), CaseError> {
        let mut transaction = self.pool.begin().await?;
        casework::answer(&self.rules, &mut transaction, hand, draft).await?;
        Ok(transaction.commit().await?)
    }

    async fn publish(&self, hand: Hand<'_>, draft: &PublicationDraft) -> Result<(), CaseError> {
        let mut transaction = self.pool.begin().await?;
        casework::publish(&self.rules, &mut transaction, hand, draft).await?;
        Ok(transaction.commit().await?)
    }

    /// A petition that was accepted on 19/11 and answered on 20/11 at 10h, with what is proposed for the public.
    async fn answered(&self) -> (String, PublicationDraft) {
        let reference = self.filed().await;
        self.accept(self.hand(&reference, at("2026-11-18T14:20")).await, WARD).await.expect("accepted");
        self.answer(self.hand(&reference, at("2026-11-20T10:00")).await, &good_answer()).await.expect("answered");
        let petition = self.petition(&reference).await;
        let mut connection = self.pool.acquire().await.expect("a connection");
        let answer = answer::latest(&mut connection, petition.petition_id).await.expect("read").expect("an answer");
        (reference, casework::publication_proposal(&petition, &answer))
    }

    async fn messages(&self) -> Vec<Message> {
        let rows = sqlx::query_scalar!("select message from outbox_message order by outbox_message_id");
        let rows = rows.fetch_all(&self.pool).await.expect("messages");
        rows.into_iter().map(|message| serde_json::from_value(message).expect("a message")).collect()
    }

    /// «file: - → submitted», one a line.
    async fn history(&self, reference: &str) -> Vec<String> {
        let petition = self.petition(reference).await;
        let mut connection = self.pool.acquire().await.expect("a connection");
        let lines = event::history(&mut connection, petition.petition_id).await.expect("a history");
        let tell = |line: &petition::HistoryLine| {
            let from = line.from.map_or("-", Status::name);
            let officer = line.officer_name.as_deref().unwrap_or("-");
            format!("{}: {from} → {} ({officer})", line.action.name(), line.to.name())
        };
        lines.iter().map(tell).collect()
    }

    /// Everything a verb could have written, to compare before and after.
    async fn everything(&self) -> String {
        let rows = sqlx::query_scalar!(
            r#"select (select coalesce(json_agg(p order by petition_id), '[]')::text from petition p)
                   || (select coalesce(json_agg(e order by petition_event_id), '[]')::text from petition_event e)
                   || (select coalesce(json_agg(a order by answer_id), '[]')::text from answer a)
                   || (select coalesce(json_agg(p order by petition_id), '[]')::text from publication p)
                   || (select coalesce(json_agg(o order by outbox_message_id), '[]')::text from outbox_message o)
                   as "everything!""#
        );
        rows.fetch_one(&self.pool).await.expect("everything")
    }

    async fn lookup(&self, citizen_id: i64, reference: &str, phone: Option<&str>, at: DateTime<Utc>) -> String {
        let mut connection = self.pool.acquire().await.expect("a connection");
        let phone = phone.map(Personal::new);
        casework::lookup(&self.rules, &mut connection, citizen_id, reference, phone.as_ref(), at)
            .await
            .expect("an answer")
    }

    async fn known(&self, at: DateTime<Utc>) -> Vec<casework::Known> {
        let mut connection = self.pool.acquire().await.expect("a connection");
        let time = casework::working_time(&self.rules, &mut connection).await.expect("a calendar");
        let known = casework::known_petitions(&self.rules, &mut connection, &time, &[self.citizen_id], at).await;
        known.expect("petitions").remove(&self.citizen_id).unwrap_or_default()
    }
}

fn good_answer() -> AnswerDraft {
    AnswerDraft {
        did: DONE.to_owned(),
        unit: "Bộ phận Một cửa phường Cửa Nam".to_owned(),
        done_on: "19/11/2026".to_owned(),
        evidence: "document".to_owned(),
        document_number: "512/QĐ-UBND".to_owned(),
        document_on: "19/11/2026".to_owned(),
        finished: "yes".to_owned(),
        outcome: "obstacle_removed".to_owned(),
        is_own: "yes".to_owned(),
        ..AnswerDraft::default()
    }
}

fn field(result: Result<(), CaseError>) -> &'static str {
    match result {
        Err(CaseError::Invalid { field, say }) => {
            assert!(say.ends_with('.') && !say.is_ascii(), "not said in Vietnamese: {say}");
            field
        }
        Err(CaseError::Incomplete(lacks)) => lacks.first().expect("a field").0,
        other => panic!("{other:?} is no invalid field"),
    }
}
