//! Deadlines: the policy, the calendar, reminders, more time, apologies. It is 9h10 on Wednesday 18/11/2026; the answer to
//! what is filed now is due on 10/12.

mod calendar;
mod policy;
mod promises;
mod reminders;

use chrono::{DateTime, FixedOffset, Utc};
use sqlx::PgPool;
use zalo_petitions::casework::{self, Hand};
use zalo_petitions::petition::{Petition, event, store};

use crate::visitor::{Office, Page, Visitor};

/// A moment by the clocks of Hanoi.
fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+07:00").parse::<DateTime<FixedOffset>>().expect("a moment").to_utc()
}

/// The clock of the office stands at this moment from now on.
fn wait_until(office: &Office, moment: &str) {
    office.clock.advance(at(moment) - office.clock.now());
}

async fn petition(office: &Office, reference: &str) -> Petition {
    let mut connection = office.pool.acquire().await.expect("a connection");
    store::find(&mut connection, &reference.parse().expect("a reference")).await.expect("read").expect("a petition")
}

/// A petition that UBND phường Láng handles since 9h10 on 18/11.
async fn assigned(office: &Office) -> String {
    let reference = office.file(&[]).await;
    let mut connection = office.pool.acquire().await.expect("a connection");
    let hand = Hand { reference: &reference, version: 1, officer_id: office.officer_id, at: office.clock.now() };
    casework::accept(&office.rules, &mut connection, hand, "HN-09454").await.expect("accepted");
    reference
}

/// What was sent to the sender, oldest first.
async fn messages(office: &Office, reference: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select message ->> 'text' from outbox_message join petition using (citizen_id)
         where reference = $1 order by outbox_message_id",
    )
    .bind(reference)
    .fetch_all(&office.pool)
    .await
    .expect("messages")
}

/// «remind: Tự động», one a line.
async fn history(office: &Office, reference: &str) -> Vec<String> {
    let petition_id = petition(office, reference).await.petition_id;
    let mut connection = office.pool.acquire().await.expect("a connection");
    let lines = event::history(&mut connection, petition_id).await.expect("a history");
    let tell = |line: &zalo_petitions::petition::HistoryLine| {
        format!("{}: {}", line.action.name(), line.officer_name.as_deref().unwrap_or("-"))
    };
    lines.iter().map(tell).collect()
}

/// Posts a form of the petition's page, with what that page carries.
async fn post(visitor: &mut Visitor, reference: &str, form: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("/admin/petitions/{reference}");
    let sheet = visitor.get(&path).await;
    let (version, seen) = (sheet.field("version"), sheet.field("seen"));
    let carried = [("version", version.as_str()), ("seen", seen.as_str())];
    visitor.post(&format!("{path}/{form}"), &[&carried[..], fields].concat()).await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_settings_are_the_focal_office_s(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut minh = office.signed_in("minh.lang").await;
    for path in ["/admin/deadlines", "/admin/deadlines/new", "/admin/calendar"] {
        assert_eq!(minh.get(path).await.status.as_u16(), 403, "{path}");
        assert_eq!(office.officer().await.get(path).await.status.as_u16(), 200, "{path}");
    }
    for path in ["/admin/calendar/days", "/admin/calendar/changes", "/admin/calendar/days/2026-11-24/holiday/removal"] {
        assert_eq!(minh.post(path, &[]).await.status.as_u16(), 403, "{path}");
    }
    let page = minh.post("/admin/deadlines/new", &[("latest", "1"), ("act", "save")]).await;
    assert_eq!(page.status.as_u16(), 403);
    assert!(!minh.get("/admin").await.shows("href=\"/admin/deadlines\""), "nor do they see the way there");
}
