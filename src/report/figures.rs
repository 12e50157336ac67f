//! The SQL of the figures.

use std::ops::AddAssign;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Month;

/// What happened in a month, and what is open now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Sent in this month.
    pub received: i64,
    /// Answered in this month, whenever they were sent.
    pub answered: i64,
    /// Of these, no later than their date. A date that passed and was put off with an apology was missed.
    pub on_time: i64,
    /// Refused in this month.
    pub refused: i64,
    /// Sent to a body outside the city in this month.
    pub sent_elsewhere: i64,
    /// Reopened by their senders in this month.
    pub reopened: i64,
    /// Under way now.
    pub open: i64,
    /// Of these, past their date.
    pub overdue: i64,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        let Self { received, answered, on_time, refused, sent_elsewhere, reopened, open, overdue } = other;
        self.received += received;
        self.answered += answered;
        self.on_time += on_time;
        self.refused += refused;
        self.sent_elsewhere += sent_elsewhere;
        self.reopened += reopened;
        self.open += open;
        self.overdue += overdue;
    }
}

/// One agency's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Who handles the petitions; none for those that nobody has accepted, or that were refused before.
    pub agency: Option<String>,
    pub figures: Figures,
}

/// The figures of a month, agency by agency, those with the most petitions first; of one agency only where one is named.
/// Each is counted from an index alone, so that a month costs the same whatever lies before it.
pub async fn of(
    connection: &mut PgConnection,
    month: Month,
    agency_id: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"with counted as (
               select handling_agency_id, count(*) as received, 0::bigint as answered, 0::bigint as on_time,
                      0::bigint as refused, 0::bigint as sent_elsewhere, 0::bigint as reopened, 0::bigint as open,
                      0::bigint as overdue
               from petition where submitted_at >= $1 and submitted_at < $2
               group by handling_agency_id
               union all
               select handling_agency_id, 0, count(*),
                      count(*) filter (where answered_at <= answer_due_at and missed_due_at is null), 0, 0, 0, 0, 0
               from petition where answered_at >= $1 and answered_at < $2
               group by handling_agency_id
               union all
               select handling_agency_id, 0, 0, 0, count(*) filter (where status = 'refused'),
                      count(*) filter (where status = 'transferred_out'), 0, 0, 0
               from petition
               where status in ('refused', 'transferred_out') and closed_at >= $1 and closed_at < $2
               group by handling_agency_id
               union all
               select handling_agency_id, 0, 0, 0, 0, 0, count(*), 0, 0
               from petition where reopened_at >= $1 and reopened_at < $2
               group by handling_agency_id
               union all
               select handling_agency_id, 0, 0, 0, 0, 0, 0, count(*), count(*) filter (where due_at < $4)
               from petition where is_open
               group by handling_agency_id
           )
           select agency.name as "agency?",
                  sum(received)::bigint as "received!", sum(answered)::bigint as "answered!",
                  sum(on_time)::bigint as "on_time!", sum(refused)::bigint as "refused!",
                  sum(sent_elsewhere)::bigint as "sent_elsewhere!", sum(reopened)::bigint as "reopened!",
                  sum(open)::bigint as "open!", sum(overdue)::bigint as "overdue!"
           from counted left join agency on agency.agency_id = handling_agency_id
           where $3::text is null or handling_agency_id = $3
           group by handling_agency_id, agency.name
           order by sum(received) desc, sum(open) desc, agency.name"#,
        month.from(),
        month.to(),
        agency_id,
        now,
    )
    .fetch_all(connection)
    .await?;
    let line = rows.into_iter().map(|row| Line {
        agency: row.agency,
        figures: Figures {
            received: row.received,
            answered: row.answered,
            on_time: row.on_time,
            refused: row.refused,
            sent_elsewhere: row.sent_elsewhere,
            reopened: row.reopened,
            open: row.open,
            overdue: row.overdue,
        },
    });
    Ok(line.collect())
}
