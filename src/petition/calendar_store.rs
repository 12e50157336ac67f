//! The SQL of the calendar and of the deadline policy.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::clock::hanoi;

use super::calendar::{Calendar, Holiday};
use super::deadline::{Deadlines, Policy, Term, WorkingTime};
use super::office_hours::OfficeHours;

/// The days that differ from the week's rule, as of November 2026; sources stand in the file.
const HOLIDAYS: &str = include_str!("holidays.csv");

/// The lines of the file that comes with the service.
pub fn calendar_file() -> Vec<Holiday> {
    let lines = csv::Reader::from_reader(HOLIDAYS.as_bytes()).into_deserialize();
    lines.collect::<Result<_, _>>().expect("holidays.csv is part of the program and is read by its tests")
}

/// Writes the calendar that comes with the service into the database. Lines that the office added stay; due dates that
/// were already given stay as they are.
pub async fn load_holidays(connection: &mut PgConnection) -> sqlx::Result<()> {
    for day in calendar_file() {
        sqlx::query!(
            "insert into holiday (holiday_on, name, kind, certainty, source) values ($1, $2, $3, $4, $5)
             on conflict (holiday_on, kind) do update
             set name = excluded.name, certainty = excluded.certainty, source = excluded.source",
            day.on,
            day.name,
            day.kind,
            day.certainty,
            day.source,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The calendar as it stands in the database.
pub async fn calendar(connection: &mut PgConnection) -> sqlx::Result<Calendar> {
    let days = sqlx::query_as!(Holiday, r#"select holiday_on as "on", name, kind, certainty, source from holiday"#)
        .fetch_all(connection)
        .await?;
    Ok(Calendar::new(&days))
}

/// The calendar with the offices' hours, for saying how much time is left.
pub async fn working_time(connection: &mut PgConnection, office_hours: &OfficeHours) -> sqlx::Result<WorkingTime> {
    Ok(WorkingTime { calendar: calendar(connection).await?, office_hours: office_hours.clone() })
}

/// The deadlines for a petition that is filed at `at`: the newest policy that is valid on that day.
pub async fn deadlines_at(
    connection: &mut PgConnection,
    office_hours: &OfficeHours,
    at: DateTime<Utc>,
) -> sqlx::Result<Deadlines> {
    let version = policy_version(connection, hanoi(at).date_naive()).await?;
    deadlines_of(connection, office_hours, version).await
}

/// The deadlines under the policy that a petition was filed under.
pub async fn deadlines_of(
    connection: &mut PgConnection,
    office_hours: &OfficeHours,
    version: i32,
) -> sqlx::Result<Deadlines> {
    let policy = policy(connection, version).await?;
    Ok(Deadlines { policy, time: working_time(connection, office_hours).await? })
}

async fn policy_version(connection: &mut PgConnection, on: NaiveDate) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        "select version from deadline_policy where valid_from <= $1 order by valid_from desc, version desc limit 1",
        on,
    )
    .fetch_one(connection)
    .await
}

async fn policy(connection: &mut PgConnection, version: i32) -> sqlx::Result<Policy> {
    let terms = sqlx::query!(
        r#"select step as "step: super::deadline::Step", amount, unit as "unit: super::deadline::Unit"
           from deadline_policy where version = $1"#,
        version,
    )
    .fetch_all(connection)
    .await?;
    let amount = |amount: i32| amount.try_into().expect("the table holds amounts above 0");
    let terms = terms.into_iter().map(|row| (row.step, Term { amount: amount(row.amount), unit: row.unit }));
    Ok(Policy { version, terms: terms.collect() })
}
