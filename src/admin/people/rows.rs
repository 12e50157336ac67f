//! Sign-ins and accounts as pages say them.

use chrono::{DateTime, Utc};

use super::super::words;
use crate::officer::{Account, OfficerSession};

/// A moment, for people and for machines.
pub(super) struct Moment {
    pub said: String,
    pub iso: String,
}

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self { said: words::moment(at), iso: words::iso(at) }
    }
}

/// A sign-in.
pub(super) struct SessionRow {
    pub id: i64,
    pub browser: String,
    pub way: &'static str,
    pub began: Moment,
    pub seen: Moment,
    pub is_open: bool,
    /// The one this page is seen in.
    pub is_own: bool,
}

impl SessionRow {
    pub fn of(session: OfficerSession, own: Option<i64>, at: DateTime<Utc>) -> Self {
        Self {
            id: session.officer_session_id,
            way: session.way.word(),
            began: session.began_at.into(),
            seen: session.ended_at.unwrap_or(session.seen_at).into(),
            is_open: session.is_open(at),
            is_own: own == Some(session.officer_session_id),
            browser: session.browser,
        }
    }
}

/// An account in the list.
pub(super) struct AccountRow {
    pub id: i64,
    pub login: String,
    pub name: String,
    pub agency: String,
    pub role: String,
    /// Class and word of what is to be looked at.
    pub state: (&'static str, &'static str),
    pub seen: Option<Moment>,
}

impl From<Account> for AccountRow {
    fn from(account: Account) -> Self {
        Self {
            id: account.officer_id,
            role: role(&account),
            state: state(&account),
            seen: account.seen_at.map(Moment::from),
            login: account.login,
            name: account.name,
            agency: account.agency_name,
        }
    }
}

/// «Đầu mối cơ quan, dự phòng»
pub(super) fn role(account: &Account) -> String {
    let stands_in = if account.is_substitute { ", dự phòng" } else { "" };
    format!("{}{stands_in}", account.role.word())
}

fn state(account: &Account) -> (&'static str, &'static str) {
    match account {
        account if account.closed_at.is_some() => ("is-closed", "Đã đóng"),
        account if account.one_time_until.is_some() => ("is-soon", "Chờ đổi mật khẩu"),
        account if account.has_second_factor => ("is-done", "Có mã xác thực"),
        _ => ("is-doing", "Chỉ mật khẩu"),
    }
}
