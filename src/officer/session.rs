//! Sign-ins that are still open, and those that were: when, last seen, what browser. One that was ended is refused at its
//! next request.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

/// A sign-in ends by itself when nothing was heard of it for so long: a working day and a bit.
pub const SESSION_LASTS: TimeDelta = TimeDelta::hours(12);
/// When somebody was seen is written no more often than this.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

vocabulary! {
    /// By what somebody signed in.
    pub enum Way {
        Password = "password", "Mật khẩu";
        SingleSignOn = "single_sign_on", "Tài khoản thành phố";
    }
}

/// A sign-in.
#[derive(Clone, Debug)]
pub struct OfficerSession {
    pub officer_session_id: i64,
    pub way: Way,
    pub browser: String,
    pub began_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl OfficerSession {
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && self.seen_at + SESSION_LASTS > at
    }
}

/// Writes down that somebody signed in.
pub async fn begin(
    connection: &mut PgConnection,
    officer_id: i64,
    way: Way,
    user_agent: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into officer_session (officer_id, way, browser, began_at, seen_at) values ($1, $2, $3, $4, $4)
         returning officer_session_id",
        officer_id,
        way.name(),
        browser(user_agent),
        at,
    )
    .fetch_one(connection)
    .await
}

/// That the officer is here; by what they signed in. None when the session was ended.
pub async fn seen(
    connection: &mut PgConnection,
    officer_id: i64,
    officer_session_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<Way>> {
    let row = sqlx::query!(
        r#"select way as "way: Way", seen_at from officer_session
           where officer_session_id = $1 and officer_id = $2 and ended_at is null"#,
        officer_session_id,
        officer_id,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if at - row.seen_at >= SEEN_EVERY {
        sqlx::query!("update officer_session set seen_at = $2 where officer_session_id = $1", officer_session_id, at)
            .execute(connection)
            .await?;
    }
    Ok(Some(row.way))
}

/// Whether it still stands; asking keeps nobody signed in.
pub async fn is_open(
    connection: &mut PgConnection,
    officer_id: i64,
    officer_session_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists(select from officer_session
                         where officer_session_id = $1 and officer_id = $2 and ended_at is null and seen_at > $3) as "is_open!""#,
        officer_session_id,
        officer_id,
        at - SESSION_LASTS,
    )
    .fetch_one(connection)
    .await
}

/// Ends one; false when it is none of this officer's open ones.
pub async fn end(
    connection: &mut PgConnection,
    officer_id: i64,
    officer_session_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let ended = sqlx::query!(
        "update officer_session set ended_at = $3
         where officer_id = $1 and officer_session_id = $2 and ended_at is null",
        officer_id,
        officer_session_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends all, but for the one that asks. How many of them were still good.
pub async fn end_others(
    connection: &mut PgConnection,
    officer_id: i64,
    own: Option<i64>,
    at: DateTime<Utc>,
) -> sqlx::Result<usize> {
    let ended = sqlx::query_scalar!(
        "update officer_session set ended_at = $3
         where officer_id = $1 and ended_at is null and officer_session_id is distinct from $2
         returning seen_at",
        officer_id,
        own,
        at,
    )
    .fetch_all(connection)
    .await?;
    Ok(ended.into_iter().filter(|seen_at| *seen_at + SESSION_LASTS > at).count())
}

/// The latest, the open ones first.
pub async fn sessions(
    connection: &mut PgConnection,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<OfficerSession>> {
    let mut sessions = sqlx::query_as!(
        OfficerSession,
        r#"select officer_session_id, way as "way: Way", browser, began_at, seen_at, ended_at
           from officer_session where officer_id = $1 order by officer_session_id desc limit 30"#,
        officer_id,
    )
    .fetch_all(connection)
    .await?;
    sessions.sort_by_key(|session| !session.is_open(at));
    Ok(sessions)
}

/// «Chrome, Windows»: what a person recognises of a browser's long name.
fn browser(user_agent: &str) -> String {
    // each also calls itself by the names of those that come after it
    const BROWSERS: [(&str, &str); 9] = [
        ("coc_coc_browser", "Cốc Cốc"),
        ("Zalo", "Zalo"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "máy Mac"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Trình duyệt không rõ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        for (name, said) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
                "Chrome, Windows",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
            ("curl/8", "Trình duyệt không rõ"),
        ] {
            assert_eq!(browser(name), said);
        }
    }
}
