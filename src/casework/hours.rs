//! When a person is there.

use chrono::{DateTime, Datelike, NaiveTime, Utc};
use sqlx::PgConnection;

use crate::clock::{say_near_deadline, say_weekday};
use crate::petition::calendar_store::working_time;
use crate::petition::deadline::first_holiday_between;

use super::{CaseError, Rules};

/// When officers read messages next, in words: «8h thứ Tư 25/11 (thứ Ba 24/11 nghỉ lễ)»; none in office hours.
pub async fn officers_back(
    rules: &Rules,
    connection: &mut PgConnection,
    at: DateTime<Utc>,
) -> Result<Option<String>, CaseError> {
    let time = working_time(connection, &rules.office_hours).await?;
    let Some(opens_at) = time.opens_at(at) else { return Ok(None) };
    let holiday = first_holiday_between(&time.calendar, at, opens_at);
    let holiday = holiday.map(|day| {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time");
        let weekday = say_weekday(day.and_time(noon).and_utc());
        format!(" ({weekday} {}/{} nghỉ lễ)", day.day(), day.month())
    });
    Ok(Some(format!("{}{}", say_near_deadline(opens_at), holiday.unwrap_or_default())))
}
