//! How the office draws a state and says a time.

use chrono::{DateTime, Datelike, Timelike, Utc};

use crate::clock::hanoi;
use crate::petition::heap::Kin;
use crate::petition::reading::Reading;
use crate::petition::{Left, Status, Urgency, WorkingTime};

/// The class that gives a status its colour and its shape.
pub fn status_class(status: Status) -> &'static str {
    match status {
        Status::Submitted | Status::Reopened => "is-new",
        Status::Supplemented | Status::Accepted | Status::Assigned | Status::InProgress | Status::ReturnedInternal => {
            "is-doing"
        }
        Status::AwaitingSupplement => "is-waiting",
        Status::Answered | Status::Published => "is-done",
        Status::TransferredOut | Status::Refused | Status::Withdrawn | Status::ClosedNoContent => "is-closed",
    }
}

/// A deadline as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub class: &'static str,
    /// «Quá hạn 2 ngày làm việc»
    pub words: String,
    /// «18/11/2026», «hôm nay, 14:05»
    pub date: String,
    /// For the machine: `2026-11-18T17:00+07:00`.
    pub iso: String,
    /// Only what is late alarms.
    pub is_late: bool,
    left: Left,
}

impl Due {
    /// The acceptance is counted in hours of work, everything after it in days.
    pub fn of(due_at: DateTime<Utc>, is_acceptance: bool, at: DateTime<Utc>, time: &WorkingTime) -> Self {
        let left = if is_acceptance { time.left_in_hours(due_at, at) } else { time.left_in_days(due_at, at) };
        let class = match left.urgency() {
            Urgency::Late => "is-late",
            Urgency::Soon => "is-soon",
            Urgency::Fine => "is-fine",
        };
        let date = if is_acceptance { near(due_at, at) } else { date(due_at) };
        let is_late = left.urgency() == Urgency::Late;
        Self { class, words: left.words(), date, iso: iso(due_at), is_late, left }
    }

    /// How late, as an alarm says it: «2 ngày», «3 giờ 52 phút».
    pub fn lateness(&self) -> String {
        match self.left {
            Left::LateDays(days) if days > 0 => format!("{days} ngày"),
            Left::LateMinutes(minutes) if minutes >= 60 => format!("{} giờ {:02} phút", minutes / 60, minutes % 60),
            Left::LateMinutes(minutes) if minutes > 0 => format!("{minutes} phút"),
            _ => "Vừa xong".to_owned(),
        }
    }
}

/// «18/11/2026».
pub fn date(at: DateTime<Utc>) -> String {
    let at = hanoi(at);
    format!("{:02}/{:02}/{}", at.day(), at.month(), at.year())
}

/// «18/11».
pub fn day(at: DateTime<Utc>) -> String {
    let at = hanoi(at);
    format!("{:02}/{:02}", at.day(), at.month())
}

/// «28/10/2026, 09:14».
pub fn moment(at: DateTime<Utc>) -> String {
    format!("{}, {}", date(at), clock(at))
}

/// «09:14».
pub fn clock(at: DateTime<Utc>) -> String {
    let at = hanoi(at);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// «hôm nay, 14:05», else «23/11, 08:47».
pub fn near(moment: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let day = hanoi(moment);
    if day.date_naive() == hanoi(at).date_naive() {
        return format!("hôm nay, {}", clock(moment));
    }
    format!("{:02}/{:02}, {}", day.day(), day.month(), clock(moment))
}

/// For the `datetime` of a `<time>`.
pub fn iso(at: DateTime<Utc>) -> String {
    hanoi(at).format("%Y-%m-%dT%H:%M%:z").to_string()
}

/// «Thủ tục hành chính (khá chắc)».
pub fn reading(reading: &Reading) -> String {
    let class = match reading.class.as_str() {
        "procedure" => "Thủ tục hành chính",
        "conduct" => "Thái độ, hành vi cán bộ",
        "outside_city" => "Việc của cơ quan trung ương",
        "legal_advice" => "Hỏi pháp luật",
        "field_report" => "Việc hiện trường, đô thị",
        "private_dispute" => "Tranh chấp dân sự",
        "judicial" => "Việc của tòa án, thi hành án",
        "khieu_nai" => "Khiếu nại",
        "to_cao" => "Tố cáo",
        "spam" => "Không có nội dung",
        "not_vietnamese" => "Không viết bằng tiếng Việt",
        _ => "Chưa rõ",
    };
    let sure = match reading.confidence {
        0.75.. => "khá chắc",
        0.5.. => "có thể",
        _ => "chưa chắc",
    };
    format!("{class} ({sure})")
}

/// Who was told, after something was done to a petition and to those merged with it.
pub fn told(members: &[Kin], status: Status) -> String {
    let who = match members.iter().filter(|kin| kin.status == status).count() {
        0 => "Người gửi được báo qua Zalo.".to_owned(),
        others => format!("{} người gửi được báo qua Zalo.", others + 1),
    };
    let left = members.iter().filter(|kin| kin.status != status && kin.status.is_open());
    let left: Vec<String> = left.map(|kin| kin.reference.short()).collect();
    match left.is_empty() {
        true => who,
        false => format!("{who} Chưa làm cùng được: {}. Mở riêng để xem.", left.join(", ")),
    }
}

/// «phường Láng» of «UBND phường Láng».
pub fn place(commune_agency: Option<&str>) -> Option<&str> {
    commune_agency.map(|name| name.strip_prefix("UBND ").unwrap_or(name))
}

/// With a capital at its beginning.
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// «1 ngày 4 giờ», of working time; a day has so many minutes.
pub fn worked(minutes: u32, a_day: u32) -> String {
    let (days, rest) = (minutes / a_day.max(1), minutes % a_day.max(1));
    let (hours, minutes) = (rest / 60, rest % 60);
    match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes} phút"),
        (0, hours, minutes) => format!("{hours} giờ {minutes:02} phút"),
        (days, 0, _) => format!("{days} ngày"),
        (days, hours, _) => format!("{days} ngày {hours} giờ"),
    }
}
