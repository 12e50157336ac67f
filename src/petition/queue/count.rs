//! How much waits, and what waits longest. Read for every page of the office, from the indexes of what is open.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, QueryBuilder};

use super::{Asked, Filter, Now, View, Whose, filter};

/// How much waits, for the tabs and the bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub open: i64,
    pub overdue: i64,
    pub soon: i64,
    pub new: i64,
    pub supplement: i64,
    pub approval: i64,
    pub publish: i64,
    pub mine: i64,
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
            View::Approval => Some(self.approval),
            View::Publish => Some(self.publish),
            View::Mine => Some(self.mine),
            View::Closed => None,
        }
    }
}

/// Counts what waits now. The views are those of `filter`: a heap counts once.
pub async fn counts(connection: &mut PgConnection, whose: &Whose, now: Now) -> sqlx::Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"select count(*) as "open!",
                count(*) filter (where due_at < $1) as "overdue!",
                count(*) filter (where due_at >= $1
                    and due_at <= case when due_at = accept_due_at then $2::timestamptz else $3 end) as "soon!",
                count(*) filter (where case
                    when $4::text is null then
                        status in ('submitted', 'reopened') or status = 'supplemented' and accepted_at is null
                    else status in ('accepted', 'assigned', 'reopened')
                        and ($5::bigint is not null or handler_id is null)
                    end) as "new!",
                count(*) filter (where status = 'awaiting_supplement') as "supplement!",
                count(*) filter (where approval_asked_at is not null) as "approval!",
                count(*) filter (where status = 'answered') as "publish!",
                count(*) filter (where handler_id = $6) as "mine!"
         from petition
         where is_open
           and ($4::text is null or handling_agency_id = $4) and ($5::bigint is null or handler_id = $5)
           and not exists (select from petition_named_officer as named
                           where named.petition_id = petition.petition_id and named.officer_id = $6)
           and (heap_id is null and alike_id is null
                or not exists (
                    select from petition as leader
                    where leader.petition_id = coalesce(petition.heap_id, petition.alike_id)
                      and leader.status = petition.status
                      and leader.handling_agency_id is not distinct from petition.handling_agency_id
                      and leader.handler_id is not distinct from petition.handler_id))"#,
        now.at,
        now.soon_to_accept_until,
        now.soon_until,
        whose.agency_id,
        whose.handler_id,
        whose.officer_id,
    )
    .fetch_one(connection)
    .await
}

/// Nobody reads a larger number: «hơn 1.000».
pub const MOST_COUNTED: i64 = 1_000;

/// How many petitions a filter of what is open shows, counted to one more than [`MOST_COUNTED`]; none for a filter that
/// may show a large part of the register.
pub async fn count(connection: &mut PgConnection, asked: Asked<'_>) -> sqlx::Result<Option<i64>> {
    if !asked.filter.is_of_open() {
        return Ok(None);
    }
    let mut sql = QueryBuilder::new("select count(*) from (select from petition where ");
    filter::push(&mut sql, asked);
    sql.push(" limit ").push_bind(MOST_COUNTED + 1).push(") as shown");
    sql.build_query_scalar().persistent(false).fetch_one(connection).await.map(Some)
}

/// What should worry whoever opens the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Nobody has accepted it, past its time.
    Unaccepted {
        reference: String,
        submitted_at: DateTime<Utc>,
        accept_due_at: DateTime<Utc>,
    },
    Overdue {
        reference: String,
        due_at: DateTime<Utc>,
    },
}

/// The petition that waits longest for somebody to accept it, if that is late; else the one that is overdue longest.
pub async fn alarm(connection: &mut PgConnection, whose: &Whose, now: Now) -> sqlx::Result<Option<Alarm>> {
    if whose.agency_id.is_none()
        && let Some(unaccepted) = longest_unaccepted(connection, whose, now).await?
    {
        return Ok(Some(unaccepted));
    }
    let mut sql = QueryBuilder::new("select petition.reference, petition.due_at from petition where ");
    let filter = Filter { view: Some(View::Overdue), ..Filter::default() };
    filter::push(&mut sql, Asked { filter: &filter, whose, now });
    sql.push(format_args!(" order by {}, {} limit 1", super::DUE, super::THEN));
    let overdue: Option<(String, DateTime<Utc>)> =
        sql.build_query_as().persistent(false).fetch_optional(connection).await?;
    Ok(overdue.map(|(reference, due_at)| Alarm::Overdue { reference, due_at }))
}

async fn longest_unaccepted(connection: &mut PgConnection, whose: &Whose, now: Now) -> sqlx::Result<Option<Alarm>> {
    let row = sqlx::query!(
        "select reference, submitted_at, accept_due_at from petition
         where is_open and accepted_at is null and status in ('submitted', 'supplemented') and accept_due_at < $1
           and not exists (select from petition_named_officer as named
                           where named.petition_id = petition.petition_id and named.officer_id = $2)
         order by submitted_at limit 1",
        now.at,
        whose.officer_id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Alarm::Unaccepted {
        reference: row.reference,
        submitted_at: row.submitted_at,
        accept_due_at: row.accept_due_at,
    }))
}
