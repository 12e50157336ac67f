//! The audit log: what gets into it, that nothing gets out of it, and who may read it.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection, PgPool};
use zalo_petitions::clock::Clock;
use zalo_petitions::officer::audit::{self, Break, Note, Sealer, Verdict, head};

use crate::visitor::{Office, morning};

fn note(subject: &str, at: DateTime<Utc>) -> Note<'_> {
    Note { officer_id: Some(1), act: "export", petition_id: None, subject, detail: json!({ "rows": 3, "a": 1.50 }), at }
}

fn sealer(pool: &PgPool) -> Sealer {
    Sealer { pool: pool.clone(), clock: Clock::standing_at(morning()) }
}

async fn write(pool: &PgPool, subjects: &[&str]) {
    let mut connection = pool.acquire().await.expect("a connection");
    for subject in subjects {
        audit::note(&mut connection, &note(subject, morning())).await.expect("noted");
    }
}

async fn verdict(pool: &PgPool) -> Verdict {
    verdict_with(pool, &[]).await
}

async fn verdict_with(pool: &PgPool, elsewhere: &[(i64, audit::Hash)]) -> Verdict {
    audit::verify(&mut pool.acquire().await.expect("a connection"), elsewhere).await.expect("a verdict")
}

fn entries(verdict: &Verdict) -> (i64, i64) {
    match verdict {
        Verdict::Whole(whole) => (whole.entries, whole.waiting),
        broken => panic!("{broken}"),
    }
}

/// Somebody who can do anything in the database, and does: no trigger stops them.
async fn intrude(pool: &PgPool, sql: &str) {
    let mut connection = pool.acquire().await.expect("a connection");
    let mut transaction = connection.begin().await.expect("begun");
    sqlx::query("set local session_replication_role = replica").execute(&mut *transaction).await.expect("a superuser");
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    sqlx::query(sql).execute(&mut *transaction).await.expect("intruded");
    transaction.commit().await.expect("committed");
}

async fn acts(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "select concat_ws(' ', act, nullif(subject, ''), nullif(officer_id is null, false)) from audit_entry
         order by audit_entry_id",
    )
    .fetch_all(pool)
    .await
    .expect("acts")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_officers_see_and_do_is_noted_and_what_citizens_do_is_not(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    let sheet = officer.get(&path).await;
    officer.post(&format!("{path}/sender"), &[]).await;
    let (version, seen) =
        (sheet.field("version"), (sheet.field("seen").parse::<i64>().expect("a number") + 1).to_string());
    let fields = [("version", version.as_str()), ("seen", seen.as_str()), ("agency_id", "HN-09454")];
    let page = officer.post(&format!("{path}/acceptance"), &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
    let acts: Vec<String> = acts(&office.pool).await.into_iter().filter(|act| !act.starts_with("sign_in")).collect();
    assert_eq!(acts, ["view petition", "reveal", "accept", "assign"]);

    let told: String = sqlx::query_scalar("select string_agg(to_jsonb(e)::text, ' ') from audit_entry e")
        .fetch_one(&office.pool)
        .await
        .expect("all lines");
    for personal in ["Lan", "0912", "345 678", "ngõ 30", "mail.vn"] {
        assert!(!told.contains(personal), "{personal}: {told}");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_line_is_never_changed_and_is_sealed_once(pool: PgPool) {
    write(&pool, &["one", "two"]).await;
    assert_eq!(sealer(&pool).round().await.expect("sealed"), 2);
    write(&pool, &["three"]).await;
    for refused in [
        "update audit_entry set subject = 'x'",
        "update audit_entry set officer_id = 2 where number is null",
        "update audit_entry set number = 9, hash = hash where number = 1",
        "update audit_entry set number = null, hash = null where number = 1",
        "update audit_entry set number = 3, hash = sha256('x'), subject = 'y' where number is null",
        "delete from audit_entry where number = 2",
        "truncate audit_entry",
        "update audit_head set number = 1",
        "update audit_head set hash = sha256('x')",
        "delete from audit_head",
        "truncate audit_head",
    ] {
        let done = sqlx::query(refused).execute(&pool).await;
        let said = done.expect_err(refused).to_string();
        assert!(said.contains("append-only") || said.contains("only grows"), "{refused}: {said}");
    }
    assert_eq!(entries(&verdict(&pool).await), (2, 1));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_first_line_that_was_altered_or_removed_is_named(pool: PgPool) {
    let subjects: Vec<String> = (1..=12).map(|nth| format!("line {nth}")).collect();
    write(&pool, &subjects.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(sealer(&pool).round().await.expect("sealed"), 12);
    assert_eq!(entries(&verdict(&pool).await), (12, 0));
    let broken = |number, why| Verdict::Broken { number, why };
    for (harm, number, why, mend) in [
        (
            "update audit_entry set subject = 'x' where number = 5",
            5,
            Break::Altered,
            "update audit_entry set subject = 'line 5' where number = 5",
        ),
        (
            "update audit_entry set officer_id = 2 where number = 7",
            7,
            Break::Altered,
            "update audit_entry set officer_id = 1 where number = 7",
        ),
        (
            "update audit_entry set detail = '{\"rows\": 4}' where number = 2",
            2,
            Break::Altered,
            "update audit_entry set detail = '{\"rows\": 3, \"a\": 1.5}' where number = 2",
        ),
        (
            "update audit_entry set happened_at = happened_at + interval '1 microsecond' where number = 3",
            3,
            Break::Altered,
            "update audit_entry set happened_at = happened_at - interval '1 microsecond' where number = 3",
        ),
        (
            "update audit_entry set number = 99 where number = 4",
            4,
            Break::Missing,
            "update audit_entry set number = 4 where number = 99",
        ),
        (
            "update audit_entry set number = 99 where number = 12",
            12,
            Break::Missing,
            "update audit_entry set number = 12 where number = 99",
        ),
        (
            "update audit_head set hash = sha256('x')",
            12,
            Break::Head,
            "update audit_head set hash = (select hash from audit_entry where number = 12)",
        ),
    ] {
        intrude(&pool, harm).await;
        assert_eq!(verdict(&pool).await, broken(number, why), "{harm}");
        intrude(&pool, mend).await;
        assert_eq!(entries(&verdict(&pool).await), (12, 0), "{mend}");
    }
    intrude(&pool, "delete from audit_entry where number = 6").await;
    assert_eq!(verdict(&pool).await, broken(6, Break::Missing));
    intrude(&pool, "delete from audit_entry where number > 5").await;
    assert_eq!(verdict(&pool).await, broken(6, Break::Missing), "the end is missing, too");

    // the chain goes on behind what was published: the gap cannot be filled quietly
    write(&pool, &["later"]).await;
    assert_eq!(sealer(&pool).round().await.expect("sealed"), 1);
    assert_eq!(verdict(&pool).await, broken(6, Break::Missing));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_wrote_a_head_down_can_tell_that_everything_was_rewritten(pool: PgPool) {
    write(&pool, &["one", "two"]).await;
    sealer(&pool).round().await.expect("sealed");
    let office = Office::open(pool).await;
    let mut visitor = office.visitor();
    let saved = visitor.get("/audit.txt").await;
    assert_eq!(saved.headers["content-type"], "text/plain; charset=utf-8");
    let heads = head::read(&saved.html);
    assert_eq!(heads.len(), 1, "{}", saved.html);
    assert_eq!(entries(&verdict_with(&office.pool, &heads).await), (2, 0));
    let page = visitor.get("/audit").await;
    assert!(
        page.shows(&head::hex(&heads[0].1)) && page.shows("dòng số 2") && page.shows("18/11/2026"),
        "{}",
        page.html
    );
    assert!(visitor.get("/").await.shows("href=\"/audit\""));

    intrude(&office.pool, "delete from audit_entry").await;
    intrude(&office.pool, "delete from audit_head").await;
    write(&office.pool, &["another", "story"]).await;
    sealer(&office.pool).round().await.expect("sealed");
    assert_eq!(entries(&verdict(&office.pool).await), (2, 0), "whole in itself");
    let told = verdict_with(&office.pool, &heads).await;
    assert_eq!(told, Verdict::Broken { number: 2, why: Break::Head });
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_line_that_is_committed_late_is_sealed_late(pool: PgPool) {
    let mut early = pool.begin().await.expect("begun");
    audit::note(&mut early, &note("early", morning())).await.expect("noted");
    write(&pool, &["late"]).await;
    assert_eq!(sealer(&pool).round().await.expect("sealed"), 1);
    early.commit().await.expect("committed");
    assert_eq!(sealer(&pool).round().await.expect("sealed"), 1, "another instance goes on where the first stopped");
    assert_eq!(sealer(&pool).round().await.expect("nothing left"), 0);
    let order: Vec<String> =
        sqlx::query_scalar("select subject from audit_entry order by number").fetch_all(&pool).await.expect("lines");
    assert_eq!(order, ["late", "early"]);
    assert_eq!(entries(&verdict(&pool).await), (2, 0));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn of_two_sealers_one_seals_and_the_other_waits_for_nothing(pool: PgPool) {
    write(&pool, &["a"; 30]).await;
    let mut busy = pool.begin().await.expect("begun");
    let locked: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)")
        .bind(0x0061_7564_6974_i64)
        .fetch_one(&mut *busy)
        .await
        .expect("asked");
    assert!(locked);
    assert_eq!(sealer(&pool).round().await.expect("not this time"), 0);
    busy.rollback().await.expect("let go");
    let (one, other) = (sealer(&pool), sealer(&pool));
    let (one, other) = tokio::join!(one.round(), other.round());
    assert_eq!(one.expect("sealed") + other.expect("sealed"), 30);
    assert_eq!(entries(&verdict(&pool).await), (30, 0));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_history_that_was_rewritten_is_found_out_by_the_log(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    office.answer(&reference, "UBND phường đã kiểm tra ngày 16/11 và trả kết quả cho người gửi ngày 17/11.").await;
    while sealer(&office.pool).round().await.expect("sealed") > 0 {}
    entries(&verdict(&office.pool).await);
    intrude(
        &office.pool,
        "update petition_event set officer_id = (select max(officer_id) from officer) where action = 'assign'",
    )
    .await;
    let told = verdict(&office.pool).await;
    assert!(matches!(told, Verdict::Broken { why: Break::History, .. }), "{told}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_log_is_searched_by_officer_petition_act_and_day(pool: PgPool) {
    let office = Office::open(pool).await;
    let (one, other) = (office.file(&[]).await, office.file(&[]).await);
    let mut officer = office.officer().await;
    officer.get(&format!("/admin/petitions/{one}")).await;
    office.wait(24);
    officer.get(&format!("/admin/petitions/{other}")).await;
    let row = |reference: &str| format!("<a class=\"ref\" href=\"/admin/petitions/{reference}\">");
    let id = office.officer_id;
    for (query, shows) in [
        (String::new(), (true, true)),
        (format!("?reference={one}"), (true, false)),
        (format!("?officer={id}&act=view"), (true, true)),
        ("?officer=999999".to_owned(), (false, false)),
        ("?act=export".to_owned(), (false, false)),
        ("?from=19/11/2026".to_owned(), (false, true)),
        ("?until=18/11/2026".to_owned(), (true, false)),
        ("?from=2026-11-18&until=2026-11-19".to_owned(), (true, true)),
    ] {
        let page = officer.get(&format!("/admin/audit{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!((page.shows(&row(&one)), page.shows(&row(&other))), shows, "{query}: {}", page.html);
    }
    let page = officer.get("/admin/audit?from=h%C3%B4m+qua&reference=x").await;
    assert!(page.shows("id=\"from-error\"") && page.shows("value=\"hôm qua\""), "{}", page.html);
    assert!(page.shows("id=\"reference-error\""), "{}", page.html);
    let page = officer.get("/admin/audit").await;
    assert!(page.shows("Xem trang phản ánh") && page.shows("Trần Thu Hà") && page.shows("đang chờ"), "{}", page.html);

    let mut ward = office.signed_in("minh.lang").await;
    assert_eq!(ward.get("/admin/audit").await.status, StatusCode::FORBIDDEN);
    assert!(!ward.get("/admin").await.shows("href=\"/admin/audit\""));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_long_log_is_read_a_page_at_a_time(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let subjects: Vec<String> = (1..=120).map(|nth| format!("danh sách {nth:03}")).collect();
    write(&office.pool, &subjects.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut address = "/admin/audit?act=export".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = officer.get(&address).await;
        seen.extend(page.html.split("danh sách ").skip(1).filter_map(|rest| rest.get(..3)?.parse::<i32>().ok()));
        let Some((_, next)) = page
            .html
            .split_once("rel=\"next\"")
            .and(page.html.split_once("<p class=\"gap\"><a class=\"button\" href=\""))
        else {
            break;
        };
        address = next.split('"').next().expect("an address").replace("&#38;", "&").replace("&amp;", "&");
    }
    assert_eq!(seen, (1..=120).rev().collect::<Vec<_>>());
}

/// A page of a long log is found by an index, whatever is asked for.
#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn no_search_reads_the_whole_log(pool: PgPool) {
    sqlx::query(
        "insert into audit_entry (officer_id, act, petition_id, happened_at)
         select nth % 50, 'view', nth, $1 + nth * interval '1 second' from generate_series(1, 20000) nth",
    )
    .bind(morning())
    .execute(&pool)
    .await
    .expect("a long log");
    sqlx::query("analyze audit_entry").execute(&pool).await.expect("analysed");
    let mut connection: sqlx::pool::PoolConnection<sqlx::Postgres> = pool.acquire().await.expect("a connection");
    for search in ["officer_id = 7", "petition_id = 77", "act = 'export'", "happened_at < now()", "true"] {
        let plan = plan(&mut connection, search).await;
        assert!(!plan.contains("Seq Scan"), "{search}: {plan}");
    }
}

async fn plan(connection: &mut PgConnection, search: &str) -> String {
    let sql = format!("explain select * from audit_entry where {search} order by audit_entry_id desc limit 51");
    let lines: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await.expect("a plan");
    lines.join("\n")
}
