//! Who saw, who changed, when: the audit log, searched.

mod said;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use url::form_urlencoded;

use super::AdminState;
use super::frame::{Frame, Section};
use super::visit::Visit;
use super::words;
use crate::http::{Failure, Query, page};
use crate::officer::Right;
use crate::officer::audit::list::{self, Entry, PAGE_LENGTH, Sought};
use crate::officer::audit::{self, Note};
use crate::petition::{Reference, store};

pub(super) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/audit", get(show))
}

/// Notes what an officer did in the office as a whole, in the transaction that does it. `act` as
/// [`Note`] lists them; `subject` says to what, and nothing of a citizen.
pub(super) async fn did(connection: &mut PgConnection, visit: &Visit, act: &str, subject: &str) -> sqlx::Result<()> {
    let officer_id = Some(visit.officer.officer_id);
    let note = Note { officer_id, act, petition_id: None, subject, detail: json!({}), at: visit.at };
    audit::note(connection, &note).await
}

/// What is typed above the list.
#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    officer: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    act: String,
    /// «18/11/2026»
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "admin/templates/audit.html", config = "src/http/askama.toml")]
struct AuditPage {
    frame: Frame,
    asked: Asked,
    officers: Vec<(String, String)>,
    acts: Vec<(&'static str, &'static str)>,
    /// A field and what is wrong with it.
    errors: Vec<super::petition::FieldError>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    when: String,
    iso: String,
    who: String,
    agency: String,
    /// «Xem trang phản ánh»
    what: String,
    subject: String,
    reference: Option<String>,
    number: Option<i64>,
}

impl AuditPage {
    fn error(&self, field: &str) -> Option<&str> {
        super::petition::error_of(&self.errors, field)
    }
}

async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Audit)?;
    // a plan for what is asked now: each filter has an index of its own
    let mut transaction = state.pool.begin().await?;
    list::plan_anew(&mut transaction).await?;
    let mut errors = Vec::new();
    let sought = sought(&mut transaction, &asked, &mut errors).await?;
    let mut entries = match errors.is_empty() {
        true => list::page(&mut transaction, &sought).await?,
        false => Vec::new(),
    };
    let has_next = entries.len() as i64 > PAGE_LENGTH;
    entries.truncate(PAGE_LENGTH as usize);
    let ids: Vec<i64> = entries.iter().filter_map(|entry| entry.petition_id).collect();
    let references = store::references(&mut transaction, &ids, visit.officer.officer_id).await?;
    let officers = list::officers(&mut transaction).await?;
    let frame = Frame::draw(&mut transaction, &state, &visit, Section::Audit).await?;
    drop(transaction);
    let last = entries.last().map(|entry| entry.audit_entry_id);
    let row = |entry: Entry| {
        let reference = entry.petition_id.and_then(|id| references.get(&id).cloned());
        row(entry, reference)
    };
    page(&AuditPage {
        next: last.filter(|_| has_next).map(|last| address(&asked, last)),
        rows: entries.into_iter().map(row).collect(),
        officers: officers.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        acts: said::acts(),
        errors,
        frame,
        asked,
    })
}

async fn sought(
    connection: &mut PgConnection,
    asked: &Asked,
    errors: &mut Vec<super::petition::FieldError>,
) -> Result<Sought, Failure> {
    let mut wrong = |field, say: &str| errors.push(super::petition::FieldError { field, say: say.to_owned() });
    let petition_id = match asked.reference.trim() {
        "" => None,
        typed => {
            let found = match typed.parse::<Reference>() {
                Ok(reference) => store::find(connection, &reference).await?,
                Err(_) => None,
            };
            if found.is_none() {
                wrong("reference", "Không có phản ánh mang mã này. Ghi đủ mã, ví dụ: HN-PAKN-20261118-0042-K.");
            }
            found.map(|petition| petition.petition_id)
        }
    };
    let mut day = |field, typed: &str, plus: u64| match typed.trim() {
        "" => None,
        typed => {
            let day = read_day(typed);
            if day.is_none() {
                wrong(field, "Ghi ngày như: 18/11/2026.");
            }
            day.and_then(|day| begins_at(day.checked_add_days(Days::new(plus))?))
        }
    };
    let (from, until) = (day("from", &asked.from, 0), day("until", &asked.until, 1));
    Ok(Sought {
        officer_id: asked.officer.parse().ok(),
        petition_id,
        act: Some(asked.act.clone()).filter(|act| !act.is_empty()),
        from,
        until,
        before: asked.before.parse().ok(),
    })
}

/// «18/11/2026», or as a browser's field writes it.
fn read_day(typed: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(typed, "%d/%m/%Y").or_else(|_| NaiveDate::parse_from_str(typed, "%Y-%m-%d")).ok()
}

/// The first moment of a day of Hanoi.
fn begins_at(day: NaiveDate) -> Option<DateTime<Utc>> {
    let zone = FixedOffset::east_opt(7 * 3600)?;
    day.and_time(NaiveTime::MIN).and_local_timezone(zone).single().map(|at| at.to_utc())
}

fn row(entry: Entry, reference: Option<String>) -> Row {
    Row {
        when: words::moment(entry.at),
        iso: words::iso(entry.at),
        who: entry.officer_name.or(entry.officer_login).unwrap_or_else(|| "Chưa đăng nhập".to_owned()),
        agency: entry.agency_name.unwrap_or_default(),
        what: said::what(&entry.act, &entry.subject),
        subject: said::subject(&entry.act, &entry.subject),
        reference,
        number: entry.number,
    }
}

/// The next page of the same search.
fn address(asked: &Asked, before: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let fields = [
        ("officer", &asked.officer),
        ("reference", &asked.reference),
        ("act", &asked.act),
        ("from", &asked.from),
        ("until", &asked.until),
    ];
    fields.into_iter().filter(|(_, value)| !value.is_empty()).for_each(|(name, value)| {
        query.append_pair(name, value);
    });
    query.append_pair("before", &before.to_string());
    format!("/admin/audit?{}", query.finish())
}
