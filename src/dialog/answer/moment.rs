//! When something happened, as people tell it: «sáng nay», «chiều thứ Ba», «tầm 8 rưỡi», «14h30 ngày 18/11».
//!
//! Relative days count from the day of the telling. What is not certain is not guessed: «tuần trước» alone is no day, a
//! wait of two hours («chờ 2h») is no time of day.

use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use regex::{Captures, Regex};

use crate::vietnamese::fold;

/// What a text tells of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    pub on: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
}

/// Reads a text told on `today` (a day in Hanoi). Days to come are not read: it has happened.
pub fn read(text: &str, today: NaiveDate) -> Moment {
    let folded = fold(text);
    Moment { on: day(&folded, today), time: time(&folded) }
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern that compiles")
}

fn day(folded: &str, today: NaiveDate) -> Option<NaiveDate> {
    let found = calendar_day(folded, today).or_else(|| relative_day(folded, today)).or_else(|| weekday(folded, today));
    found.filter(|day| *day <= today)
}

/// «18/11», «18-11-2026», «18 tháng 11»; without a year the last such day. The first one that stands with «hôm», «ngày»,
/// «sáng» … and then any: other dates in a story are those of papers.
fn calendar_day(folded: &str, today: NaiveDate) -> Option<NaiveDate> {
    static LED: LazyLock<Regex> = LazyLock::new(|| {
        let date = r"(\d{1,2})(?:\s?[/.-]\s?|\s+thang\s+)(\d{1,2})(?:[/.-](\d{4})|\s+nam\s+(\d{4}))?";
        pattern(&format!(r"\b(?:sang|trua|chieu|toi|hom|ngay)\s+(?:ngay\s+|hom\s+)?{date}\b"))
    });
    static BARE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?:^|[\s,(])(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?(?:$|[\s,.;)])"));
    let read = |found: Captures<'_>| {
        let number = |at: usize| found.get(at)?.as_str().parse::<u32>().ok();
        let year = found.get(3).or_else(|| found.get(4)).and_then(|year| year.as_str().parse::<i32>().ok());
        let (day, month) = (number(1)?, number(2)?);
        match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day),
            None => NaiveDate::from_ymd_opt(today.year(), month, day)
                .filter(|day| *day <= today)
                .or_else(|| NaiveDate::from_ymd_opt(today.year() - 1, month, day)),
        }
    };
    // «ngõ 12/3» is a house
    static HOUSE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:so|nha|ngo|ngach|hem|kiet|duong)\s*$"));
    let is_bare = |found: &Captures<'_>| !found.get(1).is_some_and(|day| HOUSE.is_match(&folded[..day.start()]));
    let bare = || BARE.captures_iter(folded).filter(is_bare).find_map(read);
    LED.captures_iter(folded).find_map(read).or_else(bare)
}

fn relative_day(folded: &str, today: NaiveDate) -> Option<NaiveDate> {
    static AGO: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:cach day )?(\d{1,2}) (?:ngay|hom) (?:truoc|nay)\b"));
    static DAYS: LazyLock<[(Regex, u64); 4]> = LazyLock::new(|| {
        [
            (pattern(r"\b(?:hom|bua|ngay) kia\b|\bh kia\b"), 2),
            (pattern(r"\b(?:hom|bua|ngay) qua\b|\bhqua\b|\b(?:sang|trua|chieu|toi) (?:hom )?qua\b"), 1),
            (pattern(r"\b(?:hom|bua) nay\b|\bhnay\b|\b(?:sang|trua|chieu|toi|som) (?:hom )?nay\b"), 0),
            (pattern(r"\b(?:vua nay|vua roi|luc nay|hoi nay|ban nay|vua xong|moi nay)\b"), 0),
        ]
    });
    if let Some(found) = AGO.captures(folded)
        && found[0].ends_with("truoc")
    {
        return today.checked_sub_days(Days::new(found[1].parse().ok()?));
    }
    let said = DAYS.iter().find(|(said, _)| said.is_match(folded));
    said.and_then(|(_, ago)| today.checked_sub_days(Days::new(*ago)))
}

/// «thứ Ba», «t3», «chủ nhật»: the last one; with «tuần trước» the one of last week.
fn weekday(folded: &str, today: NaiveDate) -> Option<NaiveDate> {
    static SAID: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:thu (hai|ba|tu|nam|sau|bay|[2-7])|t([2-7])|(chu nhat|cn))\b(?: (tuan truoc|tuan roi|tuan vua roi))?",
        )
    });
    let found = SAID.captures(folded)?;
    let name = (1..=3).find_map(|at| found.get(at))?.as_str();
    let wanted = match name {
        "hai" | "2" => Weekday::Mon,
        "ba" | "3" => Weekday::Tue,
        "tu" | "4" => Weekday::Wed,
        "nam" | "5" => Weekday::Thu,
        "sau" | "6" => Weekday::Fri,
        "bay" | "7" => Weekday::Sat,
        _ => Weekday::Sun,
    };
    if found.get(4).is_some() {
        let monday = today.week(Weekday::Mon).first_day().checked_sub_days(Days::new(7))?;
        return monday.checked_add_days(Days::new(wanted.num_days_from_monday().into()));
    }
    (0..7).filter_map(|ago| today.checked_sub_days(Days::new(ago))).find(|day| day.weekday() == wanted)
}

/// «8h30», «14:05», «8 rưỡi», «9 giờ kém 15», «3 giờ chiều». Hours from one to five are the afternoon's: offices are
/// closed at night.
fn time(folded: &str) -> Option<NaiveTime> {
    static SAID: LazyLock<Regex> = LazyLock::new(|| {
        let minutes = r"(?:\s?(ruoi)\b|\s?kem\s?(\d{1,2})\b|\s?(\d{2})\b(?:\s?p\w*)?|\b)";
        pattern(&format!(
            r"\b(\d{{1,2}})\s?(?:gio|h|g){minutes}(?:\s+(sang|trua|chieu|toi))?|\b(\d{{1,2}}):(\d{{2}})\b|\b(\d{{1,2}}) (ruoi)\b(?:\s+(sang|chieu|toi))?"
        ))
    });
    // «chờ 2h», «hơn 3 giờ»: how long, not when
    static LASTED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:cho|doi|mat|hon|suot|trong|them|keo dai|ngoi|xep hang)(?: (?:khoang|tam|gan|hon|toi|ca|den))*\s*$",
        )
    });
    SAID.captures_iter(folded).find_map(|found| {
        let start = found.get(0)?.start();
        if LASTED.is_match(&folded[..start]) {
            return None;
        }
        let number = |at: usize| found.get(at).and_then(|digits| digits.as_str().parse::<u32>().ok());
        let hour = number(1).or_else(|| number(6)).or_else(|| number(8))?;
        let is_half = found.get(2).or_else(|| found.get(9)).is_some();
        let part = found.get(5).or_else(|| found.get(10)).map(|part| part.as_str());
        let hour = match part {
            Some("chieu" | "toi") if hour < 12 => hour + 12,
            Some("sang") => hour,
            _ if (1..=5).contains(&hour) => hour + 12,
            _ => hour,
        };
        let (hour, minute) = match (is_half, number(3), number(4).or_else(|| number(7))) {
            (true, ..) => (hour, 30),
            (_, Some(less), _) => (hour.checked_sub(1)?, 60_u32.checked_sub(less)?),
            (.., Some(minute)) => (hour, minute),
            _ => (hour, 0),
        };
        NaiveTime::from_hms_opt(hour, minute, 0)
    })
}

/// «8h30», «9h»
pub fn say_time(time: NaiveTime) -> String {
    match time.format("%-M").to_string().as_str() {
        "0" => time.format("%-Hh").to_string(),
        _ => time.format("%-Hh%M").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday.
    fn told(text: &str) -> Moment {
        read(text, NaiveDate::from_ymd_opt(2026, 11, 18).expect("a day"))
    }

    fn day(text: &str) -> Option<String> {
        told(text).on.map(|day| day.format("%-d/%-m/%Y").to_string())
    }

    fn time(text: &str) -> Option<String> {
        told(text).time.map(say_time)
    }

    #[test]
    fn days_are_read_as_people_tell_them() {
        for (text, on) in [
            ("sáng nay ra một cửa nộp giấy", "18/11/2026"),
            ("vừa nãy", "18/11/2026"),
            ("chiều qua tôi ra phường", "17/11/2026"),
            ("hqua", "17/11/2026"),
            ("hôm kia", "16/11/2026"),
            ("3 ngày trước", "15/11/2026"),
            ("14h30 chiều thứ Ba", "17/11/2026"),
            ("thứ 4", "18/11/2026"),
            ("thứ năm", "12/11/2026"),
            ("t6 tuần trước", "13/11/2026"),
            ("thứ hai tuần trước", "9/11/2026"),
            ("cn", "15/11/2026"),
            ("ngày 18/11", "18/11/2026"),
            ("sáng 5-11-2026, quầy 2", "5/11/2026"),
            ("ngày 20 tháng 12", "20/12/2025"),
            ("nộp hs 2/11 ở quầy 3", "2/11/2026"),
        ] {
            assert_eq!(day(text).as_deref(), Some(on), "{text}");
        }
        for none in
            ["tuần trước", "số 9 ngách 12/2 Ngọc Lâm", "một cửa phường Láng", "ngày 31/2", "hẹn 10 ngày nay", ""]
        {
            assert_eq!(day(none), None, "{none}");
        }
    }

    #[test]
    fn hours_are_read_as_people_tell_them() {
        for (text, at) in [
            ("p bồ đề tầm 8 rưỡi", "8h30"),
            ("14h30 chiều thứ Ba", "14h30"),
            ("lúc 9h", "9h"),
            ("9 giờ 15 phút", "9h15"),
            ("9g15", "9h15"),
            ("9 giờ kém 10", "8h50"),
            ("3 giờ chiều", "15h"),
            ("2h", "14h"),
            ("8:05", "8h05"),
            ("8h sáng", "8h"),
            ("8h rưỡi", "8h30"),
        ] {
            assert_eq!(time(text).as_deref(), Some(at), "{text}");
        }
        for none in [
            "chờ 2h không ai tiếp",
            "đợi gần 3 giờ",
            "hơn 2h đồng hồ",
            "quầy 2",
            "25h",
            "hẹn 10 ngày",
            "29h 70",
            "quầy 2 hôm qua",
        ] {
            assert_eq!(time(none), None, "{none}");
        }
    }
}
