//! An officer with a browser, and what the pages they open cost the database.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use sqlx::PgPool;
use tower::ServiceExt;
use zalo_petitions::casework::PublicationDraft;
use zalo_petitions::clock::Clock;
use zalo_petitions::officer::{self, NewOfficer, Role};

const LOGIN: &str = "ha.vp";
const PASSWORD: &str = "một mật khẩu dài";

/// Somebody of the focal office begins to work here.
pub async fn employ(pool: &PgPool) -> i64 {
    let new = NewOfficer { login: LOGIN, name: "Trần Thu Hà", agency_id: "HN-VP", role: Role::FocalOffice };
    let mut connection = pool.acquire().await.expect("a connection");
    officer::add(&mut connection, &new, PASSWORD, Clock::system().now()).await.expect("added")
}

/// A result for everybody to read.
pub fn publication() -> PublicationDraft {
    PublicationDraft {
        is_public: true,
        title: "Trợ cấp hưu trí quá hẹn".to_owned(),
        content: "Hồ sơ trợ cấp hưu trí quá hẹn chưa có kết quả.".to_owned(),
        answer: "Phường đã chi trả ngày 17/11/2026.".to_owned(),
        pictures: Vec::new(),
        agreed: String::new(),
    }
}

/// Somebody of the focal office, who is signed in.
pub struct Officer {
    pub officer_id: i64,
    router: Router,
    cookie: String,
    /// With one connection: then all that it costs is known when a page is there.
    pool: PgPool,
}

impl Officer {
    pub async fn signs_in(router: Router, pool: PgPool) -> Self {
        let officer_id = employ(&pool).await;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("login", LOGIN), ("password", PASSWORD)])
            .finish();
        let request = Request::post("/admin/login")
            .header("origin", "http://ketqua.test")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .expect("a request");
        let answer = router.clone().oneshot(request).await.expect("an answer");
        let cookie = answer.headers().get(SET_COOKIE).expect("signed in").to_str().expect("a cookie");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Self { officer_id, router, cookie, pool }
    }

    /// Opens a page; gives for how many milliseconds the database worked for it.
    pub async fn opens(&self, path: &str) -> f64 {
        let before = self.worked().await;
        let path = path.replace(' ', "+");
        let path: String =
            url::Url::parse("http://ketqua.test").expect("an address").join(&path).expect("a path").into();
        let path = path.strip_prefix("http://ketqua.test").expect("a path");
        let request = Request::get(path).header(COOKIE, &self.cookie).body(Body::empty()).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        to_bytes(answer.into_body(), usize::MAX).await.expect("a page");
        self.worked().await - before
    }

    /// For how long the database has worked so far, in milliseconds.
    pub async fn worked(&self) -> f64 {
        let mut connection = self.pool.acquire().await.expect("a connection");
        sqlx::query("select pg_stat_force_next_flush()").execute(&mut *connection).await.expect("told");
        sqlx::query_scalar("select active_time from pg_stat_database where datname = current_database()")
            .fetch_one(&mut *connection)
            .await
            .expect("a time")
    }
}
