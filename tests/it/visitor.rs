//! Somebody with a browser, in front of the pages; and an office with petitions in it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use axum::http::{Request, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use url::Url;
use zalo_petitions::admin::{self, AdminState, Live, Wording};
use zalo_petitions::attachment::{Intake, Shelf};
use zalo_petitions::casework::{self, AnswerDraft, Answered, Filing, Hand, PublicationDraft, Rules};
use zalo_petitions::clock::Clock;
use zalo_petitions::config::{AnswerApproval, SecondFactor};
use zalo_petitions::dialog::{Catalog, Dialogs};
use zalo_petitions::officer::{self, Agency, NewOfficer, Role, Seal, SignOn};
use zalo_petitions::public::{self, PublicState};
use zalo_petitions::zalo::token::Application;
use zalo_petitions::zalo::token::consent::Consents;
use zalo_petitions::{http, petition};

use crate::fake_zalo::{APP, APP_SECRET};

/// Our Official Account.
pub const OA: &str = "4000000000000000001";

pub const PASSWORD: &str = "một mật khẩu dài";

/// Wednesday 18/11/2026, 9:10 in Hanoi.
pub fn morning() -> DateTime<Utc> {
    "2026-11-18T02:10:00Z".parse().expect("a time")
}

/// Somebody of the focal office.
pub fn focal<'a>(login: &'a str, name: &'a str) -> NewOfficer<'a> {
    NewOfficer { login, name, agency_id: "HN-VP", role: Role::FocalOffice }
}

/// How people get in; by default with a password alone.
pub struct GateSettings {
    pub second_factor: SecondFactor,
    pub sign_on: Option<SignOn>,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self { second_factor: SecondFactor::Nobody, sign_on: None }
    }
}

/// What the office seals with.
pub fn seal() -> Seal {
    Seal::new(&[], &APP_SECRET.into())
}

/// All pages on one database, with a clock that stands still.
pub struct Office {
    pub pool: PgPool,
    pub clock: Clock,
    pub rules: Arc<Rules>,
    pub app: Router,
    pub consents: Consents,
    /// Of the focal agency.
    pub officer_id: i64,
    /// Ends what stays open by itself.
    pub stop: CancellationToken,
}

impl Office {
    pub async fn open(pool: PgPool) -> Self {
        Self::open_before(pool, &nowhere(), None).await
    }

    /// An office that meets Zalo's consents at `oauth_url`, with a fixed verifier or without.
    pub async fn open_before(pool: PgPool, oauth_url: &Url, verifier: Option<&str>) -> Self {
        let shelf = Shelf::open(&"memory:///".parse().expect("an address")).expect("a shelf");
        Self::furnished(pool, oauth_url, verifier, shelf, GateSettings::default()).await
    }

    /// An office with another gate.
    pub async fn open_gated(pool: PgPool, gate: GateSettings) -> Self {
        let shelf = Shelf::open(&"memory:///".parse().expect("an address")).expect("a shelf");
        Self::furnished(pool, &nowhere(), None, shelf, gate).await
    }

    /// An office whose attachments lie on this shelf.
    pub async fn open_with(pool: PgPool, shelf: Shelf) -> Self {
        Self::furnished(pool, &nowhere(), None, shelf, GateSettings::default()).await
    }

    async fn furnished(
        pool: PgPool,
        oauth_url: &Url,
        verifier: Option<&str>,
        shelf: Shelf,
        gate: GateSettings,
    ) -> Self {
        let clock = Clock::standing_at(morning());
        let rules = Arc::new(Rules {
            office_hours: "08:00-12:00,13:00-17:00".parse().expect("hours"),
            focal_agency: "HN-VP".to_owned(),
            reopen_days: 30,
            answer_approval: AnswerApproval::Conduct,
            template_id: None,
            public_url: "http://pakn.example".parse().expect("a url"),
            notices: casework::notices::Notices::load(Path::new("dialogs")).expect("notices without problems"),
        });
        let mut connection = pool.acquire().await.expect("a connection");
        petition::load_holidays(&mut connection).await.expect("holidays");
        officer::save_agencies(&mut connection, &agencies()).await.expect("agencies");
        let at = clock.now();
        let officer_id =
            officer::add(&mut connection, &focal("Ha.VP", "Trần Thu Hà"), PASSWORD, at).await.expect("added");
        let minh = NewOfficer { login: "minh.lang", name: "Lê Minh", agency_id: "HN-09454", role: Role::AgencyFocal };
        officer::add(&mut connection, &minh, PASSWORD, at).await.expect("added");
        officer::add(&mut connection, &focal("vy.vp", "Đỗ Hạ Vy"), PASSWORD, at).await.expect("added");
        drop(connection);
        let application = Application::new(oauth_url, APP, APP_SECRET.into(), &[]).expect("a client");
        let consents = Consents::new(application, OA, &rules.public_url, verifier.map(SecretString::from));
        let stop = CancellationToken::new();
        let app = app(&pool, &clock, &rules, consents.clone(), shelf, (gate, stop.clone())).await;
        Self { pool, clock, rules, app, consents, officer_id, stop }
    }

    pub fn visitor(&self) -> Visitor {
        Visitor { app: self.app.clone(), cookie: None }
    }

    /// A visitor who has signed in as the focal officer.
    pub async fn officer(&self) -> Visitor {
        self.signed_in("ha.vp").await
    }

    pub async fn signed_in(&self, login: &str) -> Visitor {
        let mut visitor = self.visitor();
        let page = visitor.post("/admin/login", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(page.to(), "/admin", "{}", page.html);
        visitor
    }

    /// Files a petition of a new citizen and gives its reference.
    pub async fn file(&self, more: &[(&str, &str)]) -> String {
        let mut connection = self.pool.acquire().await.expect("a connection");
        let key = uuid::Uuid::now_v7().to_string();
        let citizen_id: i64 = sqlx::query_scalar(
            "insert into citizen (zalo_user_id, created_at, last_heard_at) values ($1, $2, $2) returning citizen_id",
        )
        .bind(&key)
        .bind(self.clock.now())
        .fetch_one(&mut *connection)
        .await
        .expect("a citizen");
        let answers = ORDINARY.iter().chain(more).map(|(name, answer)| ((*name).to_owned(), (*answer).into()));
        let filing = Filing {
            citizen_id,
            draft_key: key,
            answers: answers.collect::<BTreeMap<_, _>>(),
            extra: Vec::new(),
            attachments: Vec::new(),
            consent_version: "1".to_owned(),
        };
        let filed = casework::file(&self.rules, &mut connection, &filing, self.clock.now()).await.expect("filed");
        filed.reference
    }

    /// Lays a petition on the desk of the ward of Láng, whatever its status is.
    pub async fn lay_at_the_ward(&self, reference: &str) {
        sqlx::query("update petition set handling_agency_id = 'HN-09454' where reference = $1")
            .bind(reference)
            .execute(&self.pool)
            .await
            .expect("laid");
    }

    /// Accepts, answers and, where asked, publishes a petition.
    pub async fn answer(&self, reference: &str, body: &str) {
        let mut connection = self.pool.acquire().await.expect("a connection");
        casework::accept(&self.rules, &mut connection, self.hand(reference, 1), "HN-09454").await.expect("accepted");
        let draft = AnswerDraft { is_own: "yes".to_owned(), ..drafted(body) };
        let answered = casework::answer(&self.rules, &mut connection, self.hand(reference, 2), &draft).await;
        if answered.expect("answered") == Answered::AwaitsApproval {
            let second = sqlx::query_scalar("select officer_id from officer where login = 'vy.vp'");
            let officer_id = second.fetch_one(&mut *connection).await.expect("a second person");
            let version = sqlx::query_scalar("select version from petition where reference = $1").bind(reference);
            let version = version.fetch_one(&mut *connection).await.expect("a version");
            let hand = Hand { officer_id, ..self.hand(reference, version) };
            casework::approve(&self.rules, &mut connection, hand).await.expect("released");
        }
    }

    pub async fn publish(&self, reference: &str, draft: &PublicationDraft) {
        let mut connection = self.pool.acquire().await.expect("a connection");
        casework::publish(&self.rules, &mut connection, self.hand(reference, 3), draft).await.expect("published");
    }

    fn hand<'a>(&self, reference: &'a str, version: i32) -> Hand<'a> {
        Hand { reference, version, officer_id: self.officer_id, at: self.clock.now() }
    }

    pub fn wait(&self, hours: i64) {
        self.clock.advance(TimeDelta::hours(hours));
    }
}

/// A whole answer to it, on the morning on which the clock stands.
pub fn drafted(did: &str) -> AnswerDraft {
    AnswerDraft {
        did: did.to_owned(),
        unit: "Bộ phận Một cửa phường".to_owned(),
        done_on: "17/11/2026".to_owned(),
        evidence: "document".to_owned(),
        document_number: "412/UBND".to_owned(),
        document_on: "17/11/2026".to_owned(),
        finished: "yes".to_owned(),
        outcome: "explained".to_owned(),
        ..AnswerDraft::default()
    }
}

/// The same, as it is typed into the form and handed in.
pub fn typed(did: &str) -> [(&str, &str); 9] {
    [
        ("did", did),
        ("unit", "Bộ phận Một cửa phường"),
        ("done_on", "17/11/2026"),
        ("evidence", "document"),
        ("document_number", "412/UBND"),
        ("document_on", "17/11/2026"),
        ("finished", "yes"),
        ("outcome", "explained"),
        ("act", "answer"),
    ]
}

/// An ordinary petition of Bà Lan, full of what must never be public.
const ORDINARY: &[(&str, &str)] = &[
    ("submitter_type", "individual"),
    ("submitter_name", "Phạm Thị Lan"),
    ("province_code", "01"),
    ("commune_code", "09454"),
    ("address_detail", "số 8 ngõ 30 Nguyễn Thượng Hiền"),
    ("phone", "+84912345678"),
    ("email", "lan.pham@mail.vn"),
    ("category", "regulation_policy_procedure"),
    ("title", "Trợ cấp hưu trí xã hội quá hẹn chưa có kết quả"),
    (
        "content",
        "Tôi là Phạm Thị Lan, nhà số 8 ngõ 30 Nguyễn Thượng Hiền, điện thoại 0912 345 678, nộp hồ sơ trợ cấp hưu trí cho \
         mẹ từ 5/10, hẹn 10 ngày làm việc, đến nay chưa có kết quả. <script>alert(1)</script>",
    ),
    ("target_agency_code", "HN-09454"),
    ("publish_consent", "yes"),
    ("identity_confidential", "no"),
];

fn nowhere() -> Url {
    "http://127.0.0.1:9/".parse().expect("an address")
}

async fn app(
    pool: &PgPool,
    clock: &Clock,
    rules: &Arc<Rules>,
    consents: Consents,
    shelf: Shelf,
    (gate, stop): (GateSettings, CancellationToken),
) -> Router {
    let redis = crate::app::connect(&crate::app::redis_url()).await;
    let office = AdminState {
        pool: pool.clone(),
        redis,
        redis_prefix: format!("test-{}", uuid::Uuid::new_v4()),
        clock: clock.clone(),
        rules: rules.clone(),
        consents,
        intake: Intake { shelf: shelf.clone(), clamd: None, limit: 1_000_000 },
        shelf: shelf.clone(),
        wording: wording(&rules.notices),
        live: Live::new(pool.clone(), stop),
        second_factor: gate.second_factor,
        seal: seal(),
        sign_on: gate.sign_on,
        is_training: false,
    };
    let board = PublicState { pool: pool.clone(), rules: rules.clone(), shelf, is_training: false };
    http::dressed(public::router(board).merge(admin::router(office)))
}

/// The texts of one process.
pub fn wording(notices: &casework::notices::Notices) -> Wording {
    let folder = Path::new("dialogs");
    let catalog = Catalog::load(folder).expect("dialogs without problems");
    Wording::new(notices.clone(), Dialogs::new(folder, Arc::new(catalog)))
}

fn agencies() -> Vec<Agency> {
    let agency = |agency_id: &str, name: &str, level: &str| Agency {
        agency_id: agency_id.to_owned(),
        name: name.to_owned(),
        level: level.to_owned(),
        kind: "test".to_owned(),
        parent_id: None,
        certainty: "confirmed".to_owned(),
        note: String::new(),
    };
    vec![
        agency("HN-VP", "Văn phòng Ủy ban nhân dân Thành phố", "city"),
        agency("HN-09454", "UBND phường Láng", "commune"),
        agency("HN-SXD", "Sở Xây dựng", "department"),
        agency("TW-THUE-HN", "Thuế thành phố Hà Nội", "central_vertical"),
    ]
}

/// A browser as far as these pages need one: it keeps the last cookie and says where its posts come from.
#[derive(Clone)]
pub struct Visitor {
    app: Router,
    pub cookie: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
    /// The same as it came, where it is no text.
    pub bytes: Vec<u8>,
}

impl Page {
    /// Where it leads.
    pub fn to(&self) -> &str {
        self.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default()
    }

    pub fn shows(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// The value of the first field with this name.
    pub fn field(&self, name: &str) -> String {
        self.field_if_any(name).expect("a field")
    }

    pub fn field_if_any(&self, name: &str) -> Option<String> {
        let (_, after) = self.html.split_once(&format!("name=\"{name}\" value=\""))?;
        after.split('"').next().map(str::to_owned)
    }
}

impl Visitor {
    pub async fn get(&mut self, path: &str) -> Page {
        self.ask(Request::get(path), Body::empty()).await
    }

    pub async fn head(&mut self, path: &str) -> Page {
        self.ask(Request::head(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from("http://pakn.example", path, fields).await
    }

    pub async fn post_from(&mut self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header("origin", origin);
        self.ask(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded"), Body::from(body)).await
    }

    /// Posts a form as it was drawn on `page`.
    pub async fn post_drawn(&mut self, path: &str, page: &Page, fields: &[(&str, &str)]) -> Page {
        let drawn = ["version", "seen", "draft"].map(|name| (name, page.field_if_any(name)));
        let mut all: Vec<(&str, &str)> =
            drawn.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }

    /// The same with a file, as a browser sends it.
    pub async fn post_with_file(
        &mut self,
        path: &str,
        page: &Page,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Page {
        let drawn = ["version", "seen", "draft"].map(|name| (name, page.field_if_any(name).unwrap_or_default()));
        let drawn = drawn.iter().map(|(name, value)| (*name, value.as_str()));
        let mut body = Vec::new();
        for (name, value) in drawn.chain(fields.iter().copied()) {
            let part = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!("--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{}\"\r\n\r\n", file.0);
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.1);
        body.extend_from_slice(b"\r\n--B--\r\n");
        let request = Request::post(path).header("origin", "http://pakn.example");
        self.ask(request.header(CONTENT_TYPE, "multipart/form-data; boundary=B"), Body::from(body)).await
    }

    /// The same fields as a form with files posts them.
    pub async fn post_parts(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let part = |(name, value): &(&str, &str)| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body: String = fields.iter().map(part).chain(["--x--\r\n".to_owned()]).collect();
        let request = Request::post(path).header("origin", "http://pakn.example");
        self.ask(request.header(CONTENT_TYPE, "multipart/form-data; boundary=x"), Body::from(body)).await
    }

    /// Posts one file.
    pub async fn post_file(&mut self, path: &str, (field, name, bytes): (&str, &str, &[u8])) -> Page {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat();
        let request = Request::post(path).header("origin", "http://pakn.example");
        self.ask(request.header(CONTENT_TYPE, "multipart/form-data; boundary=x"), Body::from(body)).await
    }

    /// Asks for what does not end by itself.
    pub async fn opens(&mut self, path: &str) -> axum::response::Response {
        let request = Request::get(path).header(COOKIE, self.cookie.clone().unwrap_or_default());
        self.app.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer")
    }

    async fn ask(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let request = match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        let response = self.app.clone().oneshot(request.body(body).expect("a request")).await.expect("an answer");
        if let Some(set) = response.headers().get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok()) {
            let cookie = set.split(';').next().unwrap_or_default().to_owned();
            self.cookie = Some(cookie).filter(|cookie| !cookie.ends_with('='));
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        Page { status, headers, html: String::from_utf8_lossy(&bytes).into_owned(), bytes: bytes.to_vec() }
    }
}
