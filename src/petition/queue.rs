//! What waits in the office: the lists officers work through, gravest first.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Category, Kind, Status, SubmitterType};
use crate::privacy::Personal;
use crate::vietnamese::fold;

vocabulary! {
    /// Which petitions are listed.
    pub enum View {
        Open = "open", "Tất cả";
        Overdue = "overdue", "Quá hạn";
        Soon = "soon", "Sắp đến hạn";
        New = "new", "Mới, chưa ai nhận";
        Supplement = "supplement", "Chờ bổ sung";
        Publish = "publish", "Chờ công khai";
        Closed = "closed", "Đã xong";
    }
}

impl View {
    /// The statuses in this view. Work is done when the citizen has been told, so what is answered is still open.
    fn statuses(self) -> Vec<&'static str> {
        let is_listed = |status: &&Status| match self {
            Self::Open | Self::Overdue | Self::Soon => status.is_open() || **status == Status::Answered,
            Self::New => matches!(status, Status::Submitted | Status::Supplemented | Status::Reopened),
            Self::Supplement => **status == Status::AwaitingSupplement,
            Self::Publish => **status == Status::Answered,
            Self::Closed => !status.is_open() && **status != Status::Answered,
        };
        Status::ALL.iter().filter(is_listed).map(|status| status.name()).collect()
    }
}

/// What an officer looks for, as typed: a reference or its end, a name, the last three or more digits of a phone number,
/// words of the petition; with or without diacritics. All the words have to occur.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    words: Vec<String>,
    digits: Option<String>,
}

impl Sought {
    /// Nothing when nothing was typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let words: Vec<String> = fold(typed).split_whitespace().map(like).collect();
        let digits: String = typed.chars().filter(|sign| !sign.is_whitespace() && *sign != '.').collect();
        let is_number = digits.len() >= 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
        let digits = is_number.then(|| digits.trim_start_matches('0').to_owned());
        (!words.is_empty()).then_some(Self { words, digits })
    }
}

/// A pattern for «contains this word».
pub(super) fn like(word: &str) -> String {
    format!("%{}%", word.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"))
}

/// One petition in a list.
#[derive(Clone, Debug)]
pub struct Line {
    pub reference: String,
    pub title: Personal,
    pub status: Status,
    pub submitter_type: SubmitterType,
    pub category: Category,
    pub kind: Kind,
    pub identity_confidential: bool,
    /// Of the sender's commune: «UBND phường Láng»; none outside the city.
    pub commune_agency: Option<String>,
    /// Who handles it, or else whom it is about.
    pub agency: Option<String>,
    /// What the citizen called the agency, where it is not in our list.
    pub agency_text: Option<String>,
    /// Who moved it last.
    pub officer: Option<String>,
    pub is_accepted: bool,
    /// When the step it is in has to be done; none while the clock stands still and at the end.
    pub due_at: Option<DateTime<Utc>>,
    pub last_moved_at: DateTime<Utc>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    pub lines: Vec<Line>,
    /// Of all pages.
    pub total: i64,
}

/// How many lines stand on a page.
pub const PAGE_LENGTH: i64 = 50;

/// The moment a list is drawn, and until when a deadline is near from there.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub at: DateTime<Utc>,
    /// For the answer and its publication, counted in days.
    pub soon_until: DateTime<Utc>,
    /// For the acceptance, counted in hours.
    pub soon_to_accept_until: DateTime<Utc>,
}

/// One page of a view, the gravest first: what is due earliest stands on top, whatever step it is in; then, where no clock
/// runs, the latest. A search without a view looks everywhere. Pages count from 0.
pub async fn page(
    connection: &mut PgConnection,
    view: Option<View>,
    sought: Option<&Sought>,
    now: Now,
    page: i64,
) -> sqlx::Result<Page> {
    let statuses = view.map_or_else(|| Status::ALL.iter().map(|status| status.name()).collect(), View::statuses);
    let statuses: Vec<String> = statuses.into_iter().map(str::to_owned).collect();
    let (is_overdue, is_soon) = (view == Some(View::Overdue), view == Some(View::Soon));
    let words = sought.map(|sought| sought.words.clone()).unwrap_or_default();
    let digits = sought.and_then(|sought| sought.digits.clone());
    let rows = sqlx::query!(
        r#"select petition.reference, petition.title as "title: Personal", petition.status as "status: Status",
                petition.submitter_type as "submitter_type: SubmitterType", petition.category as "category: Category",
                petition.kind as "kind: Kind", petition.identity_confidential,
                commune.name as "commune_agency?", agency.name as "agency?", petition.target_agency_text,
                petition.accepted_at is not null as "is_accepted!", petition.due_at,
                moved.name as "officer?", moved.happened_at as "last_moved_at?", petition.submitted_at,
                count(*) over () as "total!"
         from petition
         left join agency commune on commune.agency_id = 'HN-' || petition.commune_code
         left join agency on agency.agency_id = coalesce(petition.handling_agency_id, petition.target_agency_id)
         left join lateral (
             select officer.name, petition_event.happened_at
             from petition_event left join officer using (officer_id)
             -- looking at the sender moves nothing
             where petition_event.petition_id = petition.petition_id and action <> 'reveal'
             order by petition_event_id desc limit 1
         ) moved on true
         where petition.status = any($1)
           and (petition.search like all($2) or right(petition.phone, length($3)) = $3)
           and (not $4 or petition.due_at < $6)
           and (not $5 or petition.due_at >= $6
                and petition.due_at <= case when petition.due_at = accept_due_at then $7::timestamptz else $8 end)
         order by petition.due_at nulls last,
                  case when petition.due_at is null then -petition_id else petition_id end
         limit $9 offset $10"#,
        &statuses,
        &words,
        digits,
        is_overdue,
        is_soon,
        now.at,
        now.soon_to_accept_until,
        now.soon_until,
        PAGE_LENGTH,
        page * PAGE_LENGTH,
    )
    .fetch_all(connection)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let lines = rows.into_iter().map(|row| Line {
        reference: row.reference,
        title: row.title,
        status: row.status,
        submitter_type: row.submitter_type,
        category: row.category,
        kind: row.kind,
        identity_confidential: row.identity_confidential,
        commune_agency: row.commune_agency,
        agency: row.agency,
        agency_text: row.target_agency_text,
        officer: row.officer,
        is_accepted: row.is_accepted,
        due_at: row.due_at,
        last_moved_at: row.last_moved_at.unwrap_or(row.submitted_at),
    });
    Ok(Page { lines: lines.collect(), total })
}

/// How much waits, for the tabs and the bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub open: i64,
    pub overdue: i64,
    pub soon: i64,
    pub new: i64,
    pub supplement: i64,
    pub publish: i64,
}

impl Counts {
    /// None where a number would only be noise.
    pub fn of(&self, view: View) -> Option<i64> {
        match view {
            View::Open => Some(self.open),
            View::Overdue => Some(self.overdue),
            View::Soon => Some(self.soon),
            View::New => Some(self.new),
            View::Supplement => Some(self.supplement),
            View::Publish => Some(self.publish),
            View::Closed => None,
        }
    }
}

/// Counts what waits now.
pub async fn counts(connection: &mut PgConnection, now: Now) -> sqlx::Result<Counts> {
    let named = |view: View| view.statuses().into_iter().map(str::to_owned).collect::<Vec<_>>();
    sqlx::query_as!(
        Counts,
        r#"select count(*) as "open!",
                count(*) filter (where due_at < $1) as "overdue!",
                count(*) filter (where due_at >= $1
                    and due_at <= case when due_at = accept_due_at then $2::timestamptz else $3 end) as "soon!",
                count(*) filter (where status = any($5)) as "new!",
                count(*) filter (where status = any($6)) as "supplement!",
                count(*) filter (where status = any($7)) as "publish!"
         from petition where status = any($4)"#,
        now.at,
        now.soon_to_accept_until,
        now.soon_until,
        &named(View::Open),
        &named(View::New),
        &named(View::Supplement),
        &named(View::Publish),
    )
    .fetch_one(connection)
    .await
}
