//! The SQL of the deadline policies.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::calendar_store::working_time;
use super::deadline::draft::Readable;
use super::deadline::{Clause, Deadlines, Matter, Policy, Priority, Step, Term, Unit};
use super::kinds::Category;
use super::office_hours::OfficeHours;
use super::store::Petition;
use crate::clock::hanoi;

/// What stands in the table for a line that holds whatever the category.
const ANY: &str = "any";

/// The deadlines for a petition that is filed at `at`: the newest policy that is valid on that day.
pub async fn deadlines_at(
    connection: &mut PgConnection,
    office_hours: &OfficeHours,
    matter: Matter,
    at: DateTime<Utc>,
) -> sqlx::Result<Deadlines> {
    Ok(Deadlines {
        policy: policy_on(connection, hanoi(at).date_naive()).await?,
        matter,
        time: working_time(connection, office_hours).await?,
    })
}

/// The deadlines of a petition: under the policy it was filed under, for what it is about, as urgent as it is.
pub async fn deadlines_of(
    connection: &mut PgConnection,
    office_hours: &OfficeHours,
    petition: &Petition,
) -> sqlx::Result<Deadlines> {
    let policy = policy(connection, petition.deadline_policy_version).await?;
    Ok(Deadlines { policy, matter: petition.matter(), time: working_time(connection, office_hours).await? })
}

/// A policy with when it begins, and who wrote it.
#[derive(Clone, Debug)]
pub struct WrittenPolicy {
    pub policy: Policy,
    pub valid_from: NaiveDate,
    /// None: it came with the program.
    pub officer_name: Option<String>,
    pub written_at: Option<DateTime<Utc>>,
}

/// All of them, the newest first day first; of two with the same first day the later one holds.
pub async fn policies(connection: &mut PgConnection) -> sqlx::Result<Vec<WrittenPolicy>> {
    let rows = sqlx::query!(
        r#"select version, valid_from, officer.name as "officer_name?", written_at
           from deadline_policy left join officer using (officer_id)
           order by valid_from desc, version desc"#
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut policies = Vec::new();
    for row in rows {
        let policy = policy(connection, row.version).await?;
        let (officer_name, written_at) = (row.officer_name, row.written_at);
        policies.push(WrittenPolicy { policy, valid_from: row.valid_from, officer_name, written_at });
    }
    Ok(policies)
}

/// Writes a new version; none when somebody wrote one after `latest`.
pub async fn write(
    connection: &mut PgConnection,
    latest: i32,
    draft: &Readable,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<i32>> {
    let version = sqlx::query_scalar!(
        "insert into deadline_policy (version, valid_from, officer_id, written_at)
         select $1 + 1, $2, $3, $4 where $1 = (select max(version) from deadline_policy)
         on conflict (version) do nothing
         returning version",
        latest,
        draft.valid_from,
        officer_id,
        at,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(version) = version else { return Ok(None) };
    for clause in &draft.clauses {
        sqlx::query!(
            "insert into deadline_term (version, step, category, priority, amount, unit, basis)
             values ($1, $2, $3, $4, $5, $6, $7)",
            version,
            clause.step.name(),
            clause.category.map_or(ANY, Category::name),
            clause.priority.name(),
            i32::try_from(clause.term.amount).expect("a draft holds no large amounts"),
            clause.term.unit.name(),
            clause.basis,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(Some(version))
}

/// A line as it is stored.
struct Line {
    version: i32,
    step: Step,
    category: String,
    priority: Priority,
    amount: i32,
    unit: Unit,
    basis: String,
}

/// The policy that holds for what is filed on this day.
pub async fn policy_on(connection: &mut PgConnection, on: NaiveDate) -> sqlx::Result<Policy> {
    let lines = sqlx::query_as!(
        Line,
        r#"select version, step as "step: Step", category, priority as "priority: Priority", amount,
                  unit as "unit: Unit", basis
           from deadline_term
           where version = (
               select version from deadline_policy where valid_from <= $1 order by valid_from desc, version desc limit 1)"#,
        on,
    )
    .fetch_all(connection)
    .await?;
    let version = lines.first().ok_or(sqlx::Error::RowNotFound)?.version;
    Ok(Policy { version, clauses: clauses(lines) })
}

/// One version, in the order of the steps, the widest lines first.
pub async fn policy(connection: &mut PgConnection, version: i32) -> sqlx::Result<Policy> {
    let lines = sqlx::query_as!(
        Line,
        r#"select version, step as "step: Step", category, priority as "priority: Priority", amount,
                  unit as "unit: Unit", basis
           from deadline_term where version = $1"#,
        version,
    )
    .fetch_all(connection)
    .await?;
    Ok(Policy { version, clauses: clauses(lines) })
}

fn clauses(lines: Vec<Line>) -> Vec<Clause> {
    let amount = |amount: i32| amount.try_into().expect("the table holds amounts above 0");
    let clause = lines.into_iter().map(|line| Clause {
        step: line.step,
        category: line.category.parse().ok(),
        priority: line.priority,
        term: Term { amount: amount(line.amount), unit: line.unit },
        basis: line.basis,
    });
    let mut clauses: Vec<Clause> = clause.collect();
    clauses.sort_by_key(|clause| (clause.step, clause.priority, clause.category));
    clauses
}
