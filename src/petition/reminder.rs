//! Đôn đốc: those who have a petition are urged, by the clock or by an officer; who has read it is kept (pakn-domain R18).

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::deadline::{SOON_DAYS, SOON_MINUTES, Step, WorkingTime};
use super::queue::Now;
use crate::privacy::Personal;

vocabulary! {
    /// What somebody is urged for.
    pub enum ReminderKind {
        Soon = "soon", "Sắp đến hạn";
        Late = "late", "Đã quá hạn";
        /// By an officer.
        Asked = "asked", "Đôn đốc";
    }
}

/// A reminder to be written down.
#[derive(Clone, Debug)]
pub struct NewReminder<'a> {
    pub petition_id: i64,
    pub step: Step,
    pub due_at: DateTime<Utc>,
    pub kind: ReminderKind,
    pub note: &'a str,
    /// None: the clock.
    pub officer_id: Option<i64>,
    pub at: DateTime<Utc>,
}

/// Who is to read it.
#[derive(Clone, Copy, Debug)]
pub struct Addressees<'a> {
    pub handler_id: Option<i64>,
    /// Whose focal officers; none: those of the office that receives and sorts.
    pub agency_id: Option<&'a str>,
}

/// Writes a reminder; none when the clock has reminded of this date before.
pub async fn insert(connection: &mut PgConnection, new: &NewReminder<'_>) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into reminder (petition_id, step, due_at, kind, note, officer_id, reminded_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (petition_id, step, due_at, kind) where kind <> 'asked' do nothing
         returning reminder_id",
        new.petition_id,
        new.step.name(),
        new.due_at,
        new.kind.name(),
        new.note,
        new.officer_id,
        new.at,
    )
    .fetch_optional(connection)
    .await
}

/// Addresses a reminder: to whoever works on the petition and to the focal officers of the agency, but never to somebody
/// whom the petition names. An agency without focal officers is no excuse: then the focal office reads it. Gives the names.
pub async fn address(
    connection: &mut PgConnection,
    reminder_id: i64,
    addressees: Addressees<'_>,
) -> sqlx::Result<Vec<String>> {
    let names = addressed(connection, reminder_id, addressees).await?;
    if names.is_empty() && addressees.agency_id.is_some() {
        return addressed(connection, reminder_id, Addressees { agency_id: None, ..addressees }).await;
    }
    Ok(names)
}

async fn addressed(
    connection: &mut PgConnection,
    reminder_id: i64,
    addressees: Addressees<'_>,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"with written as (
               insert into reminder_addressee (reminder_id, officer_id)
               select $1, officer_id from officer
               where closed_at is null
                 and (officer_id = $2 or case
                     when $3::text is null then role = 'focal_office'
                     else role = 'agency_focal' and agency_id = $3
                 end)
                 and not exists (
                     select from petition_named_officer named join reminder using (petition_id)
                     where reminder_id = $1 and named.officer_id = officer.officer_id
                 )
               on conflict do nothing
               returning officer_id
           )
           select name from written join officer using (officer_id) order by name"#,
        reminder_id,
        addressees.handler_id,
        addressees.agency_id,
    )
    .fetch_all(connection)
    .await
}

impl Now {
    /// Past the last year of the calendar nothing can be called near; what is late still is.
    pub fn of(time: &WorkingTime, at: DateTime<Utc>) -> Self {
        Self {
            at,
            soon_until: time.after_days(at, SOON_DAYS).unwrap_or(at),
            soon_to_accept_until: time.after_hours(at, SOON_MINUTES / 60).unwrap_or(at),
        }
    }
}

/// A petition whose date is near or has passed, and of which the clock has not reminded yet.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub reference: String,
    pub due_at: DateTime<Utc>,
    pub kind: ReminderKind,
}

/// Those, the gravest first. Who was merged under another petition is urged with that one.
pub async fn candidates(connection: &mut PgConnection, now: Now, at_most: i64) -> sqlx::Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        r#"select reference, due_at as "due_at!", case when due_at < $1 then 'late' else 'soon' end
                  as "kind!: ReminderKind"
           from petition
           where due_at <= $3 and heap_id is null
             and (due_at < $1 or due_at <= case
                 when accepted_at is null and status in ('submitted', 'supplemented') then $2::timestamptz else $3
             end)
             and not exists (
                 select from reminder
                 where reminder.petition_id = petition.petition_id and reminder.due_at = petition.due_at
                   and kind = case when petition.due_at < $1 then 'late' else 'soon' end
             )
           order by due_at limit $4"#,
        now.at,
        now.soon_to_accept_until,
        now.soon_until,
        at_most,
    )
    .fetch_all(connection)
    .await?;
    let row = rows.into_iter();
    Ok(row.map(|row| Candidate { reference: row.reference, due_at: row.due_at, kind: row.kind }).collect())
}

/// A reminder as its addressee sees it.
#[derive(Clone, Debug)]
pub struct Unread {
    pub reminder_id: i64,
    pub reference: String,
    pub title: Personal,
    pub step: Step,
    pub due_at: DateTime<Utc>,
    pub kind: ReminderKind,
    pub note: String,
    /// Who urges; none: the clock.
    pub officer_name: Option<String>,
    pub reminded_at: DateTime<Utc>,
}

/// Whose reminders, and what else lets them see the petition: given to somebody else meanwhile, it is theirs no more.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub officer_id: i64,
    pub agency_id: Option<&'a str>,
    pub handler_id: Option<i64>,
}

/// What an officer has not read yet of petitions that still wait, what is due earliest first.
pub async fn unread(connection: &mut PgConnection, reader: Reader<'_>, at_most: i64) -> sqlx::Result<Vec<Unread>> {
    sqlx::query_as!(
        Unread,
        r#"select reminder_id, petition.reference, petition.title as "title: Personal", step as "step: Step",
                  reminder.due_at, reminder.kind as "kind: ReminderKind", note, officer.name as "officer_name?",
                  reminded_at
           from reminder_addressee addressee
           join reminder using (reminder_id)
           join petition using (petition_id)
           left join officer on officer.officer_id = reminder.officer_id
           where addressee.officer_id = $1 and read_at is null
             and ($2::text is null or handling_agency_id = $2)
             and ($3::bigint is null or handler_id = $3)
             and not exists (
                 select from petition_named_officer named
                 where named.petition_id = petition.petition_id and named.officer_id = $1
             )
             -- done meanwhile, or due at another time
             and (petition.due_at = reminder.due_at or petition.due_at is not null and reminder.kind = 'asked')
           order by petition.due_at, reminder_id
           limit $4"#,
        reader.officer_id,
        reader.agency_id,
        reader.handler_id,
        at_most,
    )
    .fetch_all(connection)
    .await
}

/// The officer has read it. Gives the petition it is about; none when it is not theirs.
pub async fn read(
    connection: &mut PgConnection,
    reminder_id: i64,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "with read as (
             update reminder_addressee set read_at = coalesce(read_at, $3)
             where reminder_id = $1 and officer_id = $2
             returning reminder_id
         )
         select reference from read join reminder using (reminder_id) join petition using (petition_id)",
        reminder_id,
        officer_id,
        at,
    )
    .fetch_optional(connection)
    .await
}

/// A reminder about one petition, once for each of its addressees.
#[derive(Clone, Debug)]
pub struct Addressed {
    pub reminder_id: i64,
    pub step: Step,
    pub kind: ReminderKind,
    pub note: String,
    /// Who urges; none: the clock.
    pub officer_name: Option<String>,
    pub reminded_at: DateTime<Utc>,
    /// Who is to read it.
    pub addressee_id: Option<i64>,
    pub addressee_name: Option<String>,
    pub read_at: Option<DateTime<Utc>>,
}

/// All reminders about a petition, the newest first.
pub async fn of_petition(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<Addressed>> {
    sqlx::query_as!(
        Addressed,
        r#"select reminder.reminder_id, step as "step: Step", kind as "kind: ReminderKind", note,
                  asker.name as "officer_name?", reminded_at, addressee.officer_id as "addressee_id?",
                  reader.name as "addressee_name?", addressee.read_at as "read_at?"
           from reminder
           left join officer asker on asker.officer_id = reminder.officer_id
           left join reminder_addressee addressee using (reminder_id)
           left join officer reader on reader.officer_id = addressee.officer_id
           where reminder.petition_id = $1
           order by reminder.reminder_id desc, reader.name"#,
        petition_id,
    )
    .fetch_all(connection)
    .await
}
