//! The channel's health as sentences: what is wrong, what it means, what to do.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::AdminState;
use super::frame::{Frame, Section};
use super::trouble::{self, Flow, GivenUp, SetAside};
use super::visit::Visit;
use super::words;
use crate::clock::hanoi;
use crate::http::{Failure, page};

#[derive(Template)]
#[template(path = "admin/templates/channel.html", config = "src/http/askama.toml")]
struct ChannelPage {
    frame: Frame,
    heading: &'static str,
    checked: String,
    checked_iso: String,
    heard_today: String,
    last_heard: String,
    sent_today: String,
    waiting: String,
    oldest: String,
    set_aside: Vec<Row>,
    given_up: Vec<Row>,
}

struct Row {
    what: String,
    reference: Option<String>,
    when: String,
    iso: String,
    attempts: i32,
    /// For whoever looks after the machines.
    cause: String,
}

pub(super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    let mut connection = state.pool.acquire().await?;
    let troubles = trouble::read(&mut connection, midnight(visit.at)).await?;
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Channel).await?;
    drop(connection);
    let Flow { heard_today, last_heard_at, inbox_waiting, sent_today, outbox_waiting, oldest_waiting_at } =
        troubles.flow;
    let since = |at: DateTime<Utc>| ago(visit.at - at);
    page(&ChannelPage {
        heading: heading(&frame),
        checked: words::moment(visit.at),
        checked_iso: words::iso(visit.at),
        heard_today: thousands(heard_today),
        last_heard: last_heard_at
            .map_or_else(|| "chưa có tin nào".to_owned(), |at| format!("tin gần nhất {}", since(at))),
        sent_today: thousands(sent_today),
        waiting: thousands(inbox_waiting + outbox_waiting),
        oldest: oldest_waiting_at.filter(|at| *at < visit.at).map_or_else(
            || "không tin nào quá giờ gửi".to_owned(),
            |at| format!("tin chờ gửi lâu nhất từ {}", since(at)),
        ),
        set_aside: troubles.set_aside.into_iter().map(set_aside).collect(),
        given_up: troubles.given_up.into_iter().map(given_up).collect(),
        frame,
    })
}

fn heading(frame: &Frame) -> &'static str {
    match frame.troubles + frame.people.unreached {
        0 => "Kênh Zalo đang chạy",
        _ => "Kênh Zalo có việc cần xem",
    }
}

fn set_aside(event: SetAside) -> Row {
    Row {
        what: event_words(&event.event_name).to_owned(),
        reference: None,
        when: words::moment(event.received_at),
        iso: words::iso(event.received_at),
        attempts: event.attempts,
        cause: format!("{} #{}: {}", event.event_name, event.inbox_event_id, event.last_error.unwrap_or_default()),
    }
}

fn given_up(message: GivenUp) -> Row {
    Row {
        what: if message.reference.is_some() {
            "Tin báo về phản ánh"
        } else {
            "Câu trả lời trong khung chat"
        }
        .to_owned(),
        reference: message.reference,
        when: words::moment(message.created_at),
        iso: words::iso(message.created_at),
        attempts: message.attempts,
        cause: format!("#{}: {}", message.outbox_message_id, message.last_error.unwrap_or_default()),
    }
}

fn event_words(event_name: &str) -> &'static str {
    match event_name {
        "user_send_text" => "Tin nhắn của người dân",
        "user_submit_info" => "Thẻ thông tin liên hệ",
        name if name.starts_with("user_send_") => "Ảnh, tệp hoặc tin khác của người dân",
        "follow" | "unfollow" | "user_click_chatnow" => "Người dân quan tâm hoặc rời kênh",
        _ => "Sự kiện khác của Zalo",
    }
}

/// The first moment of the Hanoi day.
fn midnight(at: DateTime<Utc>) -> DateTime<Utc> {
    let since = TimeDelta::seconds(hanoi(at).num_seconds_from_midnight().into());
    at - since - TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into())
}

/// «40 giây trước», «3 giờ trước».
fn ago(time: TimeDelta) -> String {
    match time.num_seconds().max(0) {
        seconds @ 0..60 => format!("{seconds} giây trước"),
        seconds @ 60..3_600 => format!("{} phút trước", seconds / 60),
        seconds @ 3_600..172_800 => format!("{} giờ trước", seconds / 3_600),
        seconds => format!("{} ngày trước", seconds / 86_400),
    }
}

/// «1.284».
fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let cut = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().fold(String::new(), |mut said, (at, digit)| {
        if cut(at) {
            said.push('.');
        }
        said.push(digit);
        said
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_said_as_people_say_them() {
        assert_eq!([0, 284, 1_284, 1_000_000].map(thousands), ["0", "284", "1.284", "1.000.000"]);
        assert_eq!(ago(TimeDelta::seconds(40)), "40 giây trước");
        assert_eq!(ago(TimeDelta::minutes(59)), "59 phút trước");
        assert_eq!(ago(TimeDelta::hours(47)), "47 giờ trước");
        assert_eq!(ago(TimeDelta::seconds(-5)), "0 giây trước");
    }

    #[test]
    fn a_day_begins_at_midnight_in_hanoi() {
        let at = "2026-11-20T03:12:05.5Z".parse().expect("a time");
        assert_eq!(midnight(at), "2026-11-19T17:00:00Z".parse::<DateTime<Utc>>().expect("a time"));
    }
}
