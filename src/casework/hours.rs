//! When a person is there.

use chrono::{DateTime, Datelike, NaiveTime, Utc};
use sqlx::PgConnection;

use crate::clock::{say_near_deadline, say_weekday};
use crate::petition::calendar_store;
use crate::petition::deadline::first_holiday_between;

use super::{CaseError, Rules};

pub use crate::petition::WorkingTime;

/// The days and hours in which the offices are open.
pub async fn working_time(rules: &Rules, connection: &mut PgConnection) -> Result<WorkingTime, CaseError> {
    Ok(calendar_store::working_time(connection, &rules.office_hours).await?)
}

/// When officers read messages next, in words: «8h thứ Tư 25/11 (thứ Ba 24/11 nghỉ lễ)»; none in office hours.
pub fn officers_back(time: &WorkingTime, at: DateTime<Utc>) -> Option<String> {
    let opens_at = time.opens_at(at)?;
    let holiday = first_holiday_between(&time.calendar, at, opens_at);
    let holiday = holiday.map(|day| {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time");
        let weekday = say_weekday(day.and_time(noon).and_utc());
        format!(" ({weekday} {}/{} nghỉ lễ)", day.day(), day.month())
    });
    Some(format!("{}{}", say_near_deadline(opens_at), holiday.unwrap_or_default()))
}
