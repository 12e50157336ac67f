//! The desks a petition has lain on: which agency, who in it, since when, and why it came there. The first is the focal
//! office's, from the filing on; it has no line of its own.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::deadline::WorkingTime;

/// One line: an agency, and who in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub petition_id: i64,
    pub agency_id: String,
    pub agency_name: String,
    pub handler_name: Option<String>,
    /// Why it came here.
    pub why: Option<String>,
    pub begun_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// A line to be added.
#[derive(Clone, Debug, Default)]
pub struct NewAssignment<'a> {
    pub petition_id: i64,
    pub agency_id: &'a str,
    pub handler_id: Option<i64>,
    pub task: Option<&'a str>,
    pub task_due_on: Option<NaiveDate>,
    pub why: Option<&'a str>,
    /// Who sent it here; none: its sender.
    pub officer_id: Option<i64>,
    pub at: DateTime<Utc>,
}

/// A petition lies on this desk from now on, and not on the one before.
pub async fn begin(connection: &mut PgConnection, new: &NewAssignment<'_>) -> sqlx::Result<()> {
    end(connection, new.petition_id, new.at).await?;
    sqlx::query!(
        "insert into assignment (petition_id, agency_id, handler_id, task, task_due_on, why, officer_id, begun_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.petition_id,
        new.agency_id,
        new.handler_id,
        new.task,
        new.task_due_on,
        new.why,
        new.officer_id,
        new.at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// It lies on nobody's desk any more.
pub async fn end(connection: &mut PgConnection, petition_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update assignment set ended_at = $2 where petition_id = $1 and ended_at is null", petition_id, at)
        .execute(connection)
        .await?;
    Ok(())
}

/// All lines of these petitions, each petition's oldest first.
pub async fn of(connection: &mut PgConnection, petition_ids: &[i64]) -> sqlx::Result<BTreeMap<i64, Vec<Assignment>>> {
    let rows = sqlx::query_as!(
        Assignment,
        r#"select a.petition_id, a.agency_id, agency.name as agency_name, handler.name as "handler_name?", a.why,
                  a.begun_at, a.ended_at
           from assignment a
           join agency using (agency_id)
           left join officer handler on handler.officer_id = a.handler_id
           where a.petition_id = any($1)
           order by a.assignment_id"#,
        petition_ids,
    )
    .fetch_all(connection)
    .await?;
    let mut lines: BTreeMap<i64, Vec<Assignment>> = BTreeMap::new();
    for row in rows {
        lines.entry(row.petition_id).or_default().push(row);
    }
    Ok(lines)
}

/// The time a petition spent with one agency, whoever in it had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub agency_id: String,
    pub agency_name: String,
    /// Who had it last.
    pub handler_name: Option<String>,
    pub why: Option<String>,
    pub begun_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// The lines of one petition, those that follow each other in the same agency as one. What was closed between them (published,
/// then reopened) begins anew.
pub fn stays(lines: &[Assignment]) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    for line in lines {
        let goes_on = |stay: &&mut Stay| stay.agency_id == line.agency_id && stay.ended_at == Some(line.begun_at);
        match stays.last_mut().filter(goes_on) {
            Some(stay) => {
                stay.ended_at = line.ended_at;
                stay.handler_name.clone_from(&line.handler_name);
            }
            None => stays.push(Stay {
                agency_id: line.agency_id.clone(),
                agency_name: line.agency_name.clone(),
                handler_name: line.handler_name.clone(),
                why: line.why.clone(),
                begun_at: line.begun_at,
                ended_at: line.ended_at,
            }),
        }
    }
    stays
}

/// How long it lay there, in the time of the offices: «6 ngày», «3 giờ 26 phút».
pub fn spent(time: &WorkingTime, from: DateTime<Utc>, until: DateTime<Utc>) -> String {
    let minutes = i64::from(time.working_minutes(from, until));
    let a_day = time.office_hours.a_day().num_minutes().max(1);
    match (minutes / a_day, minutes / 60, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} phút"),
        (0, hours, 0) => format!("{hours} giờ"),
        (0, hours, minutes) => format!("{hours} giờ {minutes} phút"),
        (days, ..) => format!("{days} ngày"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::Calendar;
    use crate::petition::calendar_store::calendar_file;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+07:00").parse::<DateTime<chrono::FixedOffset>>().expect("a moment").to_utc()
    }

    #[test]
    fn time_on_a_desk_is_told_as_the_offices_work() {
        let office_hours = "08:00-12:00,13:00-17:00".parse().expect("hours");
        let time = WorkingTime { calendar: Calendar::new(&calendar_file()), office_hours };
        for (from, until, words) in [
            ("2026-10-28T09:14", "2026-10-28T09:14", "0 phút"),
            ("2026-10-28T09:14", "2026-10-28T13:40", "3 giờ 26 phút"),
            ("2026-10-28T12:40", "2026-11-05T16:20", "6 ngày"),
            ("2026-11-23T16:00", "2026-11-25T09:00", "2 giờ"),
        ] {
            assert_eq!(spent(&time, at(from), at(until)), words, "{from} {until}");
        }
    }

    #[test]
    fn what_moves_within_an_agency_is_one_stay() {
        let line = |agency: &str, handler: Option<&str>, from: &str, until: Option<&str>| Assignment {
            petition_id: 1,
            agency_id: agency.to_owned(),
            agency_name: agency.to_owned(),
            handler_name: handler.map(str::to_owned),
            why: None,
            begun_at: at(from),
            ended_at: until.map(at),
        };
        let lines = [
            line("A", None, "2026-11-18T09:00", Some("2026-11-18T10:00")),
            line("A", Some("Minh"), "2026-11-18T10:00", Some("2026-11-19T10:00")),
            line("B", None, "2026-11-19T10:00", None),
            line("A", None, "2026-11-20T10:00", None),
        ];
        let stays = stays(&lines);
        assert_eq!(stays.iter().map(|stay| stay.agency_id.as_str()).collect::<Vec<_>>(), ["A", "B", "A"]);
        assert_eq!((stays[0].begun_at, stays[0].ended_at), (at("2026-11-18T09:00"), Some(at("2026-11-19T10:00"))));
        assert_eq!(stays[0].handler_name.as_deref(), Some("Minh"));
    }
}
