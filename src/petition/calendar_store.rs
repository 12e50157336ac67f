//! The SQL of the calendar, and of the due dates it moves.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sqlx::PgConnection;

use super::calendar::shift::{Edit, Standing};
use super::calendar::{Calendar, Certainty, DayKind, Holiday};
use super::deadline::{Step, WorkingTime};
use super::office_hours::OfficeHours;
use super::status::Status;

pub use super::deadline_store::{deadlines_at, deadlines_of};

/// The days that differ from the week's rule, as of November 2026; sources stand in the file.
const HOLIDAYS: &str = include_str!("holidays.csv");

/// The lines of the file that comes with the service.
pub fn calendar_file() -> Vec<Holiday> {
    let lines = csv::Reader::from_reader(HOLIDAYS.as_bytes()).into_deserialize();
    lines.collect::<Result<_, _>>().expect("holidays.csv is part of the program and is read by its tests")
}

/// Writes the calendar that comes with the service into the database. What the office wrote, changed or took out stays as the
/// office wants it; due dates that were already given stay as they are.
pub async fn load_holidays(connection: &mut PgConnection) -> sqlx::Result<()> {
    for day in calendar_file() {
        sqlx::query!(
            "insert into holiday (holiday_on, name, kind, certainty, source) values ($1, $2, $3, $4, $5)
             on conflict (holiday_on, kind) do update
             set name = excluded.name, certainty = excluded.certainty, source = excluded.source
             where holiday.officer_id is null",
            day.on,
            day.name,
            day.kind.name(),
            day.certainty.name(),
            day.source,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The lines of the calendar, the earliest first.
pub async fn days(connection: &mut PgConnection) -> sqlx::Result<Vec<Holiday>> {
    sqlx::query_as!(
        Holiday,
        r#"select holiday_on as "on", name, kind as "kind: DayKind", certainty as "certainty: Certainty", source
           from holiday where removed_at is null order by holiday_on, kind"#
    )
    .fetch_all(connection)
    .await
}

/// The calendar as it stands in the database. Asked with every turn, so in one row, without what is only for people to read.
pub async fn calendar(connection: &mut PgConnection) -> sqlx::Result<Calendar> {
    let row = sqlx::query!(
        r#"select coalesce(array_agg(holiday_on), '{}') as "days!",
                  coalesce(array_agg(kind), '{}') as "kinds!: Vec<DayKind>",
                  coalesce(array_agg(certainty), '{}') as "certainties!: Vec<Certainty>"
           from holiday where removed_at is null"#
    )
    .fetch_one(connection)
    .await?;
    let days = row.days.into_iter().zip(row.kinds).zip(row.certainties);
    Ok(days.map(|((on, kind), certainty)| (on, kind, certainty)).collect())
}

/// The calendar with the offices' hours, for saying how much time is left.
pub async fn working_time(connection: &mut PgConnection, office_hours: &OfficeHours) -> sqlx::Result<WorkingTime> {
    Ok(WorkingTime { calendar: calendar(connection).await?, office_hours: office_hours.clone() })
}

/// A line of the calendar, and who wrote it.
#[derive(Clone, Debug)]
pub struct WrittenDay {
    pub day: Holiday,
    /// None: it came with the program.
    pub officer_name: Option<String>,
    pub edited_at: Option<DateTime<Utc>>,
    pub is_removed: bool,
}

/// Everything that was ever written about a year.
pub async fn year(connection: &mut PgConnection, year: i32) -> sqlx::Result<Vec<WrittenDay>> {
    let rows = sqlx::query!(
        r#"select holiday_on, holiday.name, kind as "kind: DayKind", certainty as "certainty: Certainty", source,
                  officer.name as "officer_name?", edited_at, removed_at
           from holiday left join officer using (officer_id)
           where holiday_on >= $1 and holiday_on < $2
           order by holiday_on, kind"#,
        NaiveDate::from_yo_opt(year, 1),
        NaiveDate::from_yo_opt(year + 1, 1),
    )
    .fetch_all(connection)
    .await?;
    let day = rows.into_iter().map(|row| WrittenDay {
        day: Holiday {
            on: row.holiday_on,
            name: row.name,
            kind: row.kind,
            certainty: row.certainty,
            source: row.source,
        },
        officer_name: row.officer_name,
        edited_at: row.edited_at,
        is_removed: row.removed_at.is_some(),
    });
    Ok(day.collect())
}

/// The years that the calendar says something about.
pub async fn years(connection: &mut PgConnection) -> sqlx::Result<Vec<i32>> {
    let mut years: Vec<i32> = days(connection).await?.iter().map(|day| day.on.year()).collect();
    years.dedup();
    Ok(years)
}

/// Lets one officer after the other change the calendar.
pub async fn lock(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("lock table holiday in share row exclusive mode").execute(connection).await?;
    Ok(())
}

/// Writes a change, and who made it.
pub async fn write(connection: &mut PgConnection, edit: &Edit, officer_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    let written = match edit {
        Edit::Put(day) => sqlx::query!(
            "insert into holiday (holiday_on, name, kind, certainty, source, officer_id, edited_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (holiday_on, kind) do update
             set name = excluded.name, certainty = excluded.certainty, source = excluded.source,
                 officer_id = excluded.officer_id, edited_at = excluded.edited_at, removed_at = null",
            day.on,
            day.name,
            day.kind.name(),
            day.certainty.name(),
            day.source,
            officer_id,
            at,
        ),
        // a mark stays, or the file that comes with the program would bring the line back
        Edit::Remove(on, kind) => sqlx::query!(
            "update holiday set officer_id = $3, edited_at = $4, removed_at = $4
             where holiday_on = $1 and kind = $2 and removed_at is null",
            on,
            kind.name(),
            officer_id,
            at,
        ),
    };
    written.execute(connection).await?;
    Ok(())
}

/// The due dates of all petitions that are not closed, with what they are counted from.
pub async fn standing(connection: &mut PgConnection) -> sqlx::Result<Vec<Standing>> {
    let open = Status::ALL.iter().filter(|status| status.is_open() || **status == Status::Answered);
    let open: Vec<String> = open.map(|status| status.name().to_owned()).collect();
    let rows = sqlx::query!(
        r#"select petition_id, reference, status as "status: Status", accepted_at, answered_at,
                  accept_due_at, answer_due_at, publish_due_at, coalesce(counted.since, submitted_at) as "since!"
           from petition
           left join lateral (
               select max(happened_at) as since from petition_event
               where petition_event.petition_id = petition.petition_id
                 and action in ('file', 'supplement', 'reopen', 'transfer', 'extend', 'apologise')
           ) counted on true
           where status = any($1)
           order by petition_id"#,
        &open,
    )
    .fetch_all(connection)
    .await?;
    let mut standing = Vec::new();
    for row in rows {
        let is_new = matches!(row.status, Status::Submitted | Status::Supplemented | Status::AwaitingSupplement)
            && row.accepted_at.is_none();
        let is_answered = row.status == Status::Answered;
        let mut due = |step: Step, counted_from: DateTime<Utc>, due_at: DateTime<Utc>| {
            let reference = row.reference.clone();
            standing.push(Standing { petition_id: row.petition_id, reference, step, counted_from, due_at });
        };
        match row.publish_due_at.filter(|_| is_answered) {
            Some(due_at) => due(Step::Publish, row.answered_at.unwrap_or(row.since).max(row.since), due_at),
            None => {
                if is_new {
                    due(Step::Accept, row.since, row.accept_due_at);
                }
                due(Step::Answer, row.since, row.answer_due_at);
            }
        }
    }
    Ok(standing)
}
