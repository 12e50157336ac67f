//! What waits in the office: the lists officers work through, gravest first.
//!
//! Every list has one order: what is due earliest stands on top, whatever step it is in; then, where no clock runs, the
//! latest. A page begins where the one before it ended ([`Key`]), so that page 900 costs what page 1 costs.

mod count;
mod filter;
mod key;
mod line;
mod sought;

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection, Postgres, QueryBuilder};

use super::Status;

pub use count::{Alarm, Counts, MOST_COUNTED, alarm, count, counts};
pub use filter::{Filter, Near};
pub use key::{Key, Place};
pub use line::{Line, lines};
pub use sought::{Sought, prefixed};

vocabulary! {
    /// Which petitions are listed.
    pub enum View {
        Open = "open", "Tất cả";
        Overdue = "overdue", "Quá hạn";
        Soon = "soon", "Sắp đến hạn";
        New = "new", "Mới";
        Supplement = "supplement", "Chờ bổ sung";
        Approval = "approval", "Chờ duyệt";
        Publish = "publish", "Chờ công khai";
        Closed = "closed", "Đã xong";
        Mine = "mine", "Của tôi";
    }
}

/// Whose list it is: what an officer may see, and know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// Petitions of this agency only.
    pub agency_id: Option<String>,
    /// Petitions given to this officer only.
    pub handler_id: Option<i64>,
    /// Not those that complain of this officer.
    pub officer_id: i64,
    pub knows: Knows,
}

/// Which senders an officer may know, and so find by name or phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knows {
    Everybody,
    /// Not those who asked to stay unnamed.
    TheNamed,
    Nobody,
}

/// The moment a list is drawn, and until when a deadline is near from there.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub at: DateTime<Utc>,
    /// For the answer and its publication, counted in days.
    pub soon_until: DateTime<Utc>,
    /// For the acceptance, counted in hours.
    pub soon_to_accept_until: DateTime<Utc>,
}

/// A list is asked for: what of it, by whom, when.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub filter: &'a Filter,
    pub whose: &'a Whose,
    pub now: Now,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    pub lines: Vec<Line>,
    pub has_previous: bool,
    pub has_next: bool,
}

/// How many lines stand on a page.
pub const PAGE_LENGTH: usize = 50;

/// So many are looked through, before anything is looked up: some ten milliseconds, however much the register holds.
const LOOKED_THROUGH: usize = 2_000;
/// Several words are compared in a fraction of that time; and what one petition in a hundred has is found among so many, while
/// looking it up would read a page of the disk for each of them.
const LOOKED_THROUGH_FOR_WORDS: usize = 10_000;

/// The order of every list, as its indexes know it.
const DUE: &str = "coalesce(petition.due_at, 'infinity')";
const THEN: &str = "case when petition.due_at is null then -petition.petition_id else petition.petition_id end";

/// One page of a list.
pub async fn page(connection: &mut PgConnection, asked: Asked<'_>, place: Place) -> sqlx::Result<Page> {
    let mut ids = ids(connection, asked, place, PAGE_LENGTH + 1).await?;
    let is_more = ids.len() > PAGE_LENGTH;
    ids.truncate(PAGE_LENGTH);
    if let Place::Before(_) = place {
        ids.reverse();
    }
    let (has_previous, has_next) = match place {
        Place::First => (false, is_more),
        Place::After(_) => (true, is_more),
        Place::Before(_) => (is_more, true),
    };
    Ok(Page { lines: lines(connection, &ids).await?, has_previous, has_next })
}

/// The petitions of a list from a place on, in its order (before a place: backwards from it).
///
/// Words that stand in very many petitions, and weeks that are hardly over, are found among the first of the list. Only what is
/// rarer is looked up in the indexes of words, parts and days, which give everything that matches before the first can be known.
async fn ids(connection: &mut PgConnection, asked: Asked<'_>, place: Place, at_most: usize) -> sqlx::Result<Vec<i64>> {
    let sought = asked.filter.sought.as_ref();
    let is_one = sought.is_some_and(|sought| sought.reference.is_some());
    if is_one || sought.is_none() && !asked.filter.is_of_some_weeks() {
        return fetch(connection, listed(asked, place, at_most)).await;
    }
    // part of a number stands in few
    if !sought.is_some_and(Sought::is_number) {
        let found = fetch(connection, among_the_first(asked, place, at_most)).await?;
        if found.len() == at_most {
            return Ok(found);
        }
    }
    let mut transaction = connection.begin().await?;
    look_up(&mut transaction).await?;
    let ids = fetch(&mut transaction, listed(asked, place, at_most)).await?;
    transaction.commit().await?;
    Ok(ids)
}

fn listed(asked: Asked<'_>, place: Place, at_most: usize) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new("select petition.petition_id from petition where ");
    filter::push(&mut sql, asked);
    push_beyond(&mut sql, place);
    push_order(&mut sql, place, at_most);
    sql
}

/// The same, as far as they stand among the first of the whole register.
fn among_the_first(asked: Asked<'_>, place: Place, at_most: usize) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new("select petition.petition_id from (select petition.* from petition where true");
    push_beyond(&mut sql, place);
    let is_of_words = asked.filter.sought.as_ref().is_some_and(Sought::is_of_words);
    push_order(&mut sql, place, if is_of_words { LOOKED_THROUGH_FOR_WORDS } else { LOOKED_THROUGH });
    sql.push(") as petition where ");
    filter::push(&mut sql, asked);
    push_order(&mut sql, place, at_most);
    sql
}

/// Planned for these very values: no plan serves a filter that leaves much and one that leaves little alike.
async fn fetch(connection: &mut PgConnection, mut sql: QueryBuilder<Postgres>) -> sqlx::Result<Vec<i64>> {
    sql.build_query_scalar().persistent(false).fetch_all(connection).await
}

/// Has a search answered from the indexes of words, parts and days, until the transaction ends. The planner takes every word that
/// is just begun for one in two hundred, at least, and every month for as near as any other: it would walk down the whole list
/// for one that is rarer, or long over.
async fn look_up(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("set local enable_indexscan = off").execute(&mut *connection).await?;
    sqlx::query("set local enable_seqscan = off").execute(connection).await.map(drop)
}

/// Only what lies beyond the place.
fn push_beyond(sql: &mut QueryBuilder<Postgres>, place: Place) {
    let (sign, key) = match place {
        Place::First => return,
        Place::After(key) => (">", key),
        Place::Before(key) => ("<", key),
    };
    sql.push(format_args!(" and ({DUE}, {THEN}) {sign} (coalesce(")).push_bind(key.due_at);
    sql.push(", 'infinity'), ").push_bind(key.then()).push(")");
}

fn push_order(sql: &mut QueryBuilder<Postgres>, place: Place, at_most: usize) {
    let direction = if matches!(place, Place::Before(_)) { " desc" } else { "" };
    sql.push(format_args!(" order by {DUE}{direction}, {THEN}{direction} limit ")).push_bind(at_most as i64);
}

/// The first so many lines of a list after a key: for taking a whole list away in parts.
pub async fn part(
    connection: &mut PgConnection,
    asked: Asked<'_>,
    after: Option<Key>,
    at_most: usize,
) -> sqlx::Result<Vec<Line>> {
    let ids = ids(connection, asked, after.map_or(Place::First, Place::After), at_most).await?;
    lines(connection, &ids).await
}

impl View {
    /// Whether it lists only what is still to be done: few of many, which can be counted.
    pub fn is_of_open(self) -> bool {
        self != Self::Closed
    }
}

/// Statuses in which nobody has yet done anything, for whoever sorts the whole city's petitions.
const UNTOUCHED: [Status; 2] = [Status::Submitted, Status::Reopened];
/// And for those to whom they are given.
const GIVEN: [Status; 3] = [Status::Accepted, Status::Assigned, Status::Reopened];
