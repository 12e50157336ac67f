//! What of the register a list shows, as SQL: one condition for each thing asked, so that the planner sees nothing else.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::sought::Sought;
use super::{Asked, GIVEN, Knows, Now, UNTOUCHED, View, Whose};
use crate::petition::{Field, Source, Status};

/// Two months, and some days.
const SOME_WEEKS: TimeDelta = TimeDelta::days(65);

/// What of the register a list shows. Nothing chosen: everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub view: Option<View>,
    pub sought: Option<Sought>,
    /// Handles it, or is complained of.
    pub agency_id: Option<String>,
    pub status: Option<Status>,
    pub near: Option<Near>,
    pub due_from: Option<DateTime<Utc>>,
    pub due_before: Option<DateTime<Utc>>,
    pub field: Option<Field>,
    pub submitted_from: Option<DateTime<Utc>>,
    pub submitted_before: Option<DateTime<Utc>>,
    pub source: Option<Source>,
    pub handler_id: Option<i64>,
    pub is_urgent: bool,
}

vocabulary! {
    /// How a deadline stands.
    pub enum Near {
        Overdue = "overdue", "Quá hạn";
        Soon = "soon", "Sắp đến hạn";
    }
}

impl Filter {
    /// Whether it leaves only what is still to be done: few of many, which can be counted.
    pub fn is_of_open(&self) -> bool {
        self.view.is_some_and(View::is_of_open)
    }

    /// Whether it leaves only what was sent within a few weeks: few enough to be looked up by their days.
    pub(super) fn is_of_some_weeks(&self) -> bool {
        let period = self.submitted_from.zip(self.submitted_before);
        period.is_some_and(|(from, before)| before - from <= SOME_WEEKS)
    }
}

type Sql = QueryBuilder<Postgres>;

/// The whole condition, after a `where`.
pub(super) fn push(sql: &mut Sql, asked: Asked<'_>) {
    let Asked { filter, whose, now } = asked;
    push_sight(sql, whose);
    // whoever looks for one finds it, though it stands in a heap
    if filter.sought.is_none() {
        push_leaders_only(sql);
    }
    if let Some(view) = filter.view {
        push_view(sql, view, whose, now);
    }
    if let Some(sought) = &filter.sought {
        push_sought(sql, sought, whose.knows);
    }
    if let Some(near) = filter.near {
        push_near(sql, near, now);
    }
    push_choices(sql, filter);
    push_periods(sql, filter);
}

/// What the officer may see at all.
fn push_sight(sql: &mut Sql, whose: &Whose) {
    sql.push(
        "not exists (select from petition_named_officer as named
                     where named.petition_id = petition.petition_id and named.officer_id = ",
    );
    sql.push_bind(whose.officer_id).push(")");
    if let Some(agency_id) = &whose.agency_id {
        sql.push(" and petition.handling_agency_id = ").push_bind(agency_id.clone());
    }
    if let Some(handler_id) = whose.handler_id {
        sql.push(" and petition.handler_id = ").push_bind(handler_id);
    }
}

/// A heap is one line, that of its leader, as long as both go the same way; what was reopened, or lies elsewhere, is a line
/// of its own.
fn push_leaders_only(sql: &mut Sql) {
    sql.push(
        " and (petition.heap_id is null and petition.alike_id is null
               or not exists (
                   select from petition as leader
                   where leader.petition_id = coalesce(petition.heap_id, petition.alike_id)
                     and leader.status = petition.status
                     and leader.handling_agency_id is not distinct from petition.handling_agency_id
                     and leader.handler_id is not distinct from petition.handler_id))",
    );
}

fn push_view(sql: &mut Sql, view: View, whose: &Whose, now: Now) {
    // said out loud in every view, so that the indexes of what is open serve it
    sql.push(if view.is_of_open() { " and petition.is_open" } else { " and not petition.is_open" });
    match view {
        View::Open | View::Closed => {}
        View::Overdue => push_near(sql, Near::Overdue, now),
        View::Soon => push_near(sql, Near::Soon, now),
        View::New => push_new(sql, whose),
        View::Supplement => push_status(sql, Status::AwaitingSupplement),
        View::Approval => {
            sql.push(" and petition.approval_asked_at is not null");
        }
        View::Publish => push_status(sql, Status::Answered),
        View::Mine => {
            sql.push(" and petition.handler_id = ").push_bind(whose.officer_id);
        }
    }
}

/// New is what waits for a hand: for whoever sorts the city's petitions, to be accepted; for an agency, to be given to
/// somebody; for whom it was given to, to be begun.
fn push_new(sql: &mut Sql, whose: &Whose) {
    let names = |statuses: &[Status]| statuses.iter().map(|status| status.name()).collect::<Vec<_>>();
    match (&whose.agency_id, whose.handler_id) {
        (None, _) => {
            sql.push(" and (petition.status = any(").push_bind(names(&UNTOUCHED));
            sql.push(") or petition.status = 'supplemented' and petition.accepted_at is null)");
        }
        (Some(_), handler_id) => {
            sql.push(" and petition.status = any(").push_bind(names(&GIVEN)).push(")");
            if handler_id.is_none() {
                sql.push(" and petition.handler_id is null");
            }
        }
    }
}

fn push_status(sql: &mut Sql, status: Status) {
    sql.push(" and petition.status = ").push_bind(status.name());
}

fn push_near(sql: &mut Sql, near: Near, now: Now) {
    match near {
        Near::Overdue => {
            sql.push(" and petition.due_at < ").push_bind(now.at);
        }
        Near::Soon => {
            sql.push(" and petition.due_at >= ").push_bind(now.at);
            sql.push(" and petition.due_at <= case when petition.due_at = petition.accept_due_at then ");
            sql.push_bind(now.soon_to_accept_until).push(" else ").push_bind(now.soon_until).push(" end");
        }
    }
}

/// Any of the ways in which what was typed can be meant; a sender is found by whoever may know them only.
fn push_sought(sql: &mut Sql, sought: &Sought, knows: Knows) {
    if let Some(reference) = &sought.reference {
        sql.push(" and petition.reference = ").push_bind(reference.to_string());
        return;
    }
    sql.push(" and (false");
    if let Some(code) = &sought.code {
        sql.push(" or bare(petition.reference) like ").push_bind(code.clone());
        sql.push(" or bare(petition.national_code) like ").push_bind(code.clone());
    }
    if let Some(words) = sought.words.as_ref().filter(|_| !sought.is_number()) {
        sql.push(" or petition.words @@ ").push_bind(of_the_matter(words)).push("::text::tsquery");
    }
    if knows != Knows::Nobody {
        push_sender(sql, sought, knows);
    }
    sql.push(")");
}

/// The same words, but none of the sender's name: `so:D & do:*D`.
fn of_the_matter(words: &str) -> String {
    let weighed = |word: &str| match word.strip_suffix(":*") {
        Some(begun) => format!("{begun}:*D"),
        None => format!("{word}:D"),
    };
    words.split(" & ").map(weighed).collect::<Vec<_>>().join(" & ")
}

fn push_sender(sql: &mut Sql, sought: &Sought, knows: Knows) {
    let ways = [
        ("petition.words @@ ", &sought.words, "::text::tsquery"),
        ("folded(petition.submitter_name) like ", &sought.name, ""),
        ("reverse(petition.phone) like ", &sought.phone, ""),
    ];
    for (way, pattern, cast) in ways {
        let Some(pattern) = pattern else { continue };
        sql.push(" or ").push(way).push_bind(pattern.clone()).push(cast);
        // of a petition that was taken back nobody learns the sender
        sql.push(" and petition.status <> 'withdrawn'");
        if knows == Knows::TheNamed {
            sql.push(" and not petition.identity_confidential and petition.contact_locked_at is null");
        }
    }
}

fn push_choices(sql: &mut Sql, filter: &Filter) {
    if let Some(agency_id) = &filter.agency_id {
        sql.push(" and (petition.handling_agency_id = ").push_bind(agency_id.clone());
        sql.push(" or petition.target_agency_id = ").push_bind(agency_id.clone()).push(")");
    }
    if let Some(status) = filter.status {
        push_status(sql, status);
    }
    if let Some(field) = filter.field {
        sql.push(" and petition.field = ").push_bind(field.name());
    }
    if let Some(source) = filter.source {
        sql.push(" and petition.source = ").push_bind(source.name());
    }
    if let Some(handler_id) = filter.handler_id {
        sql.push(" and petition.handler_id = ").push_bind(handler_id);
    }
    if filter.is_urgent {
        sql.push(" and petition.is_urgent");
    }
}

fn push_periods(sql: &mut Sql, filter: &Filter) {
    let limits = [
        (" and petition.due_at >= ", filter.due_from),
        (" and petition.due_at < ", filter.due_before),
        (" and petition.submitted_at >= ", filter.submitted_from),
        (" and petition.submitted_at < ", filter.submitted_before),
    ];
    for (limit, moment) in limits {
        if let Some(moment) = moment {
            sql.push(limit).push_bind(moment);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_some_weeks_and_a_year_or_an_open_end_is_not() {
        let at = |day: &str| Some(format!("{day}T00:00:00Z").parse::<DateTime<Utc>>().expect("a time"));
        let period = |from, before| Filter { submitted_from: from, submitted_before: before, ..Filter::default() };
        assert!(period(at("2024-03-01"), at("2024-04-01")).is_of_some_weeks());
        assert!(!period(at("2024-01-01"), at("2025-01-01")).is_of_some_weeks());
        assert!(!period(at("2024-03-01"), None).is_of_some_weeks());
        assert!(!period(None, at("2024-04-01")).is_of_some_weeks());
    }

    #[test]
    fn without_the_right_to_know_only_words_of_the_matter_are_sought() {
        assert_eq!(of_the_matter("so & do & qua:*"), "so:D & do:D & qua:*D");
        let sql = |typed: &str, knows| {
            let mut sql = QueryBuilder::new("");
            push_sought(&mut sql, &Sought::parse(typed).expect("something"), knows);
            sql.into_string()
        };
        assert!(!sql("Ngô Văn Thành", Knows::Nobody).contains("submitter_name"));
        assert_eq!(sql("678", Knows::Nobody), " and (false)");
        assert!(sql("678", Knows::Everybody).contains("phone"));
        assert!(sql("Thành", Knows::TheNamed).contains("not petition.identity_confidential"));
    }
}
