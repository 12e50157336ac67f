//! Signing in and out.

use axum::http::StatusCode;
use axum_login::tower_sessions::SessionStore;
use axum_login::tower_sessions::session::{Id, Record};
use sqlx::PgPool;
use zalo_petitions::admin::RedisSessions;
use zalo_petitions::officer::{self, NewOfficer, Role};

use crate::app;
use crate::visitor::{Office, PASSWORD, Page, Visitor};

async fn sign_in(visitor: &mut Visitor, login: &str, password: &str) -> Page {
    visitor.post("/admin/login", &[("login", login), ("password", password)]).await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_officer_signs_in_works_and_signs_out(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut visitor = office.visitor();
    let page =
        visitor.post("/admin/login", &[("login", " HA.vp "), ("password", PASSWORD), ("next", "/admin/calls")]).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin/calls"));
    let cookie = page.headers["set-cookie"].to_str().expect("a cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/admin", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }

    let page = visitor.get("/admin").await;
    assert!(page.status == StatusCode::OK && page.shows("Trần Thu Hà"), "{}", page.html);
    assert_eq!(page.headers["cache-control"], "no-store");

    let mut thief = visitor.clone();
    let page = visitor.post("/admin/logout", &[]).await;
    assert_eq!(page.to(), "/admin/login?notice=left");
    assert_eq!(visitor.cookie, None);
    assert_eq!(thief.get("/admin").await.to(), "/admin/login", "the session itself is gone, not only the cookie");
}

#[tokio::test]
async fn a_page_drawn_during_the_sign_out_does_not_bring_the_session_back() {
    let sessions = RedisSessions::new(app::connect(&app::redis_url()).await, &format!("test-{}", uuid::Uuid::new_v4()));
    let until = time::OffsetDateTime::from_unix_timestamp(4_000_000_000).expect("a time");
    let mut record = Record { id: Id::default(), data: Default::default(), expiry_date: until };
    sessions.create(&mut record).await.expect("created");
    record.data.insert("flash".to_owned(), "đã lưu".into());
    sessions.save(&record).await.expect("saved");
    assert_eq!(sessions.load(&record.id).await.expect("loaded").as_ref(), Some(&record));
    sessions.delete(&record.id).await.expect("deleted");
    sessions.save(&record).await.expect("nothing to save");
    assert_eq!(sessions.load(&record.id).await.expect("loaded"), None);
}

#[tokio::test]
async fn a_session_whose_time_is_over_is_gone() {
    let sessions = RedisSessions::new(app::connect(&app::redis_url()).await, &format!("test-{}", uuid::Uuid::new_v4()));
    let past = time::OffsetDateTime::from_unix_timestamp(1_000_000_000).expect("a time");
    let mut record = Record { id: Id::default(), data: Default::default(), expiry_date: past };
    sessions.create(&mut record).await.expect("created");
    assert_eq!(sessions.load(&record.id).await.expect("loaded"), None);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn signing_in_gives_a_new_session(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut victim = office.officer().await;
    let first = victim.cookie.clone();
    sign_in(&mut victim, "ha.vp", PASSWORD).await;
    let mut planted = office.visitor();
    planted.cookie = Some("pakn_office=AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    sign_in(&mut planted, "ha.vp", PASSWORD).await;
    assert!(first.is_some() && planted.cookie.is_some());
    assert_ne!(planted.cookie.as_deref(), Some("pakn_office=AAAAAAAAAAAAAAAAAAAAAA"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_stranger_learns_nothing_at_the_gate(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut visitor = office.visitor();
    let wrong = sign_in(&mut visitor, "ha.vp", "sai").await;
    let nobody = sign_in(&mut visitor, "ai.do", "sai").await;
    assert_eq!((wrong.status, nobody.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    assert!(wrong.shows("Tên đăng nhập hoặc mật khẩu chưa đúng"), "{}", wrong.html);
    assert_eq!(wrong.html.replace("ha.vp", "x"), nobody.html.replace("ai.do", "x"));
    assert_eq!(visitor.cookie, None);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut visitor = office.visitor();
    // four do not, and a right one begins the count anew
    for password in ["1", "2", "3", "4", PASSWORD, "1", "2", "3", "4"] {
        sign_in(&mut visitor, "ha.vp", password).await;
    }
    assert_eq!(sign_in(&mut visitor, "ha.vp", PASSWORD).await.status, StatusCode::SEE_OTHER);

    let mut visitor = office.visitor();
    let mut last = None;
    for password in ["1", "2", "3", "4", "5"] {
        last = Some(sign_in(&mut visitor, "ha.vp", password).await);
    }
    let locked = sign_in(&mut visitor, "ha.vp", PASSWORD).await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(Some(locked.html), last.map(|page| page.html), "the lock does not show");
    assert_eq!(sign_in(&mut visitor, "minh.lang", PASSWORD).await.status, StatusCode::SEE_OTHER, "others are let in");

    office.clock.advance(officer::LOCKED_FOR - chrono::TimeDelta::seconds(1));
    assert_eq!(sign_in(&mut office.visitor(), "ha.vp", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(sign_in(&mut office.visitor(), "ha.vp", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn guesses_made_at_once_are_counted_one_by_one(pool: PgPool) {
    let office = Office::open(pool).await;
    let guesses = (0..12).map(|_| {
        let mut visitor = office.visitor();
        async move { sign_in(&mut visitor, "ha.vp", "sai").await.status }
    });
    futures::future::join_all(guesses).await;
    let attempts: i32 = sqlx::query_scalar("select failed_attempts from officer where login = 'ha.vp'")
        .fetch_one(&office.pool)
        .await
        .expect("an officer");
    assert_eq!(attempts, officer::ATTEMPTS, "the others never looked at the password");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_new_password_or_a_closed_account_ends_open_sessions(pool: PgPool) {
    let office = Office::open(pool).await;
    let (mut first, mut second) = (office.officer().await, office.signed_in("minh.lang").await);
    let mut connection = office.pool.acquire().await.expect("a connection");
    officer::change_password(&mut connection, office.officer_id, "một mật khẩu khác").await.expect("changed");
    sqlx::query("update officer set closed_at = now() where login = 'minh.lang'")
        .execute(&mut *connection)
        .await
        .expect("closed");
    for visitor in [&mut first, &mut second] {
        assert_eq!(visitor.get("/admin").await.to(), "/admin/login");
    }
    assert_eq!(sign_in(&mut first, "ha.vp", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&mut first, "ha.vp", "một mật khẩu khác").await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&mut second, "minh.lang", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn no_page_of_the_office_is_drawn_for_a_stranger(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let mut visitor = office.visitor();
    let petition = format!("/admin/petitions/{reference}");
    for path in [
        "/admin?view=new",
        "/admin/calls",
        "/admin/channel",
        &petition,
        &format!("{petition}/refusal"),
        &format!("{petition}/publication"),
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert!(page.to().starts_with("/admin/login?next=%2Fadmin"), "{path} leads to {}", page.to());
        assert!(page.html.is_empty());
    }
    let drawn = [("version", "1"), ("seen", "1"), ("agency_id", "HN-SXD")];
    for post in ["sender", "word", "acceptance", "refusal", "answer", "publication"] {
        let page = visitor.post(&format!("{petition}/{post}"), &drawn).await;
        assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, "/admin/login?notice=expired"), "{post}");
    }
    for post in [
        "/admin/calls/1",
        "/admin/officer-calls/1",
        "/admin/officer-calls/1/word",
        "/admin/messages/1/sending",
        "/admin/channel/events/1/repetition",
    ] {
        assert_eq!(visitor.post(post, &[]).await.to(), "/admin/login?notice=expired");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_another_site_posts_is_refused(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let mut visitor = office.officer().await;
    let path = format!("/admin/petitions/{reference}/acceptance");
    let fields = [("version", "1"), ("seen", "1"), ("agency_id", "HN-09454")];
    let page = visitor.post_from("https://evil.example", &path, &fields).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.shows("mã sự cố"), "{}", page.html);
    assert_eq!(visitor.post_from("https://evil.example", "/admin/login", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(visitor.post(&path, &fields).await.status, StatusCode::SEE_OTHER, "our own page may");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_account_is_opened_only_with_what_belongs_to_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut connection = office.pool.acquire().await.expect("a connection");
    let at = office.clock.now();
    for (login, name, agency, password, why) in [
        ("a", "An", "HN-VP", PASSWORD, "a login is 2 to 40"),
        ("an vp", "An", "HN-VP", PASSWORD, "a login is 2 to 40"),
        ("an.vp", " ", "HN-VP", PASSWORD, "an officer has a name"),
        ("an.vp", "An", "HN-VP", "ngắn", "a password has at least 10"),
        ("an.vp", "An", "HN-XX", PASSWORD, "there is no agency HN-XX"),
        ("HA.vp", "An", "HN-VP", PASSWORD, "the login ha.vp is taken"),
    ] {
        let new = NewOfficer { login, name, agency_id: agency, role: Role::FocalOffice };
        let error = officer::add(&mut connection, &new, password, at).await.expect_err("refused");
        assert!(error.to_string().starts_with(why), "{error}");
    }
    let hashes: Vec<String> =
        sqlx::query_scalar("select password_hash from officer").fetch_all(&mut *connection).await.expect("hashes");
    assert!(hashes.iter().all(|hash| hash.starts_with("$argon2id$")));
    assert_ne!(hashes[0], hashes[1], "the same password, each with its own salt");
}
