//! Đôn đốc: by the clock and by one click.

use sqlx::PgPool;
use zalo_petitions::app::Reminders;
use zalo_petitions::officer::{self, NewOfficer, Role};

use super::{assigned, history, petition, post, wait_until};
use crate::visitor::{Office, PASSWORD};

fn reminders(office: &Office) -> Reminders {
    Reminders { pool: office.pool.clone(), rules: office.rules.clone(), clock: office.clock.clone() }
}

async fn round(office: &Office) -> u64 {
    reminders(office).round().await.expect("a round")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_clock_reminds_once_when_a_date_is_near_and_once_when_it_has_passed(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = assigned(&office).await;
    let mut minh = office.signed_in("minh.lang").await;
    assert_eq!(round(&office).await, 0, "there is time");
    wait_until(&office, "2026-12-08T09:10");
    let (here, there) = (reminders(&office), reminders(&office));
    let (one, other) = tokio::join!(here.round(), there.round());
    assert_eq!(one.expect("a round") + other.expect("a round"), 1, "two instances remind once");
    assert_eq!(round(&office).await, 0);

    let home = minh.get("/admin").await;
    for shown in ["1 chưa đọc", "Sắp đến hạn trả lời", "10/12/2026", &reference] {
        assert!(home.shows(shown), "{shown}: {}", home.html);
    }
    assert!(!office.officer().await.get("/admin").await.shows("1 chưa đọc"), "it is not the focal office's");
    let sheet = minh.get(&format!("/admin/petitions/{reference}")).await;
    assert!(sheet.shows("Lê Minh chưa đọc") && sheet.shows("Tôi đã đọc"), "{}", sheet.html);
    let reading = home.html.split("action=\"/admin/reminders/").nth(1).and_then(|rest| rest.split('"').next());
    let reading = format!("/admin/reminders/{}", reading.expect("a form"));
    assert_eq!(office.officer().await.post(&reading, &[]).await.status.as_u16(), 404, "not addressed to them");
    assert_eq!(minh.post(&reading, &[]).await.to(), format!("/admin/petitions/{reference}"));
    assert!(minh.get("/admin/reminders").await.shows("Không có lời đôn đốc nào chưa đọc"));
    let sheet = minh.get(&format!("/admin/petitions/{reference}")).await;
    assert!(sheet.shows("Lê Minh đã đọc 08/12/2026, 09:10"), "{}", sheet.html);

    wait_until(&office, "2026-12-10T18:00");
    assert_eq!((round(&office).await, round(&office).await), (1, 0));
    assert!(minh.get("/admin/reminders").await.shows("Đã quá hạn trả lời"));
    assert_eq!(history(&office, &reference).await[3..], ["remind: -", "remind: -"]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_not_accepted_in_time_is_said_to_the_focal_office(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    wait_until(&office, "2026-11-18T16:10");
    assert_eq!(round(&office).await, 1);
    assert!(office.officer().await.get("/admin/reminders").await.shows("Sắp đến hạn tiếp nhận"));
    assert!(office.signed_in("minh.lang").await.get("/admin/reminders").await.shows("Không có lời đôn đốc"));
    wait_until(&office, "2026-11-19T09:20");
    assert_eq!(round(&office).await, 1);
    let page = office.officer().await.get("/admin/reminders").await;
    assert!(page.shows("Đã quá hạn tiếp nhận") && page.shows(&reference), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_agency_without_a_focal_officer_is_no_excuse(pool: PgPool) {
    let office = Office::open(pool).await;
    assigned(&office).await;
    sqlx::query("update officer set closed_at = now() where login = 'minh.lang'")
        .execute(&office.pool)
        .await
        .expect("closed");
    wait_until(&office, "2026-12-08T09:10");
    assert_eq!(round(&office).await, 1);
    assert!(office.officer().await.get("/admin/reminders").await.shows("1 lời đôn đốc chưa đọc"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn one_click_urges_the_handler_and_the_focal_officer_but_nobody_whom_the_petition_names(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = assigned(&office).await;
    let mut connection = office.pool.acquire().await.expect("a connection");
    let mut handlers = Vec::new();
    for (login, name) in [("hoa.lang", "Đỗ Hoa"), ("binh.lang", "Vũ Bình")] {
        let new = NewOfficer { login, name, agency_id: "HN-09454", role: Role::AgencyFocal };
        handlers.push(officer::add(&mut connection, &new, PASSWORD, office.clock.now()).await.expect("added"));
    }
    drop(connection);
    let petition_id = petition(&office, &reference).await.petition_id;
    sqlx::query("insert into petition_named_officer values ($1, $2)")
        .bind(petition_id)
        .bind(handlers[1])
        .execute(&office.pool)
        .await
        .expect("named");

    let mut ha = office.officer().await;
    let path = format!("/admin/petitions/{reference}");
    let seen = ha.get(&path).await.field("seen");
    let fields = [("seen", seen.as_str()), ("note", "Người gửi đã gọi hai lần.")];
    assert_eq!(ha.post(&format!("{path}/reminder"), &fields).await.to(), path);
    let sheet = ha.get(&path).await;
    assert!(sheet.shows("Đã đôn đốc Lê Minh, Đỗ Hoa."), "{}", sheet.html);
    assert!(sheet.shows("“Người gửi đã gọi hai lần.”") && !sheet.shows("Đỗ Hoa, Vũ Bình"), "{}", sheet.html);
    let again = ha.post(&format!("{path}/reminder"), &fields).await;
    assert_eq!(again.status.as_u16(), 409, "pressed twice, urged once");
    assert!(office.signed_in("hoa.lang").await.get("/admin/reminders").await.shows("Trần Thu Hà"));

    let long = "x".repeat(301);
    let page = post(&mut ha, &reference, "reminder", &[("note", &long)]).await;
    assert_eq!(page.status.as_u16(), 422);
    assert!(page.shows("Rút lời nhắc còn nhiều nhất 300 ký tự.") && page.shows(&long), "{}", page.html);
    assert_eq!(history(&office, &reference).await.iter().filter(|line| line.starts_with("remind")).count(), 1);
}
