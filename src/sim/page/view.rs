//! What the page shows, in words.

use std::time::Duration;

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::Zalo;
use super::super::bubble::{Bubble, Card, Choice, Does, Picture, Side};
use super::super::fault::{Call, Fault};
use super::super::phone::Phone;
use super::super::world::WebhookState;
use super::controls::{self, FieldValue, FieldView, QuirkGroup};
use crate::clock::{hanoi, say_date, say_near_deadline, say_weekday};

/// So many lines of what happened fit beside the phones.
const LOG_LINES: usize = 12;

#[derive(Template)]
#[template(path = "sim/templates/phones.html", config = "src/http/askama.toml")]
pub struct PhonesPage {
    phones: Vec<PhoneView>,
    now: String,
    now_for_machines: String,
    moods: [MoodView; 4],
    sends_twice: bool,
    is_off: bool,
    calls: [(&'static str, &'static str); 7],
    faults: [(&'static str, &'static str); 9],
    quirks: Vec<QuirkGroup>,
    manners: Vec<FieldView>,
    log: Vec<(String, String)>,
    office_url: String,
    results_url: String,
}

struct PhoneView {
    number: usize,
    name: String,
    window: String,
    phone: String,
    standing: Vec<FieldView>,
    bubbles: Vec<BubbleView>,
}

struct BubbleView {
    /// A new day begins above it.
    day: Option<String>,
    is_ours: bool,
    lines: Vec<String>,
    picture: Option<Picture>,
    card: Option<Card>,
    choices: Vec<ChoiceView>,
    /// The message it answers, and what somebody thinks of it.
    quote: Option<String>,
    reaction: Option<String>,
    below: String,
}

struct ChoiceView {
    title: String,
    kind: ChoiceKind,
}

enum ChoiceKind {
    /// Posts this value.
    Press(String),
    /// Leads there.
    Link(String),
}

struct MoodView {
    value: &'static str,
    words: &'static str,
    is_chosen: bool,
}

impl PhonesPage {
    pub fn of(zalo: &Zalo) -> Self {
        let at = zalo.now();
        let phones = zalo.phones().iter().map(|phone| PhoneView::of(phone, at)).collect();
        let today = zalo.log().into_iter().filter(|line| is_same_day(line.at, at)).take(LOG_LINES);
        let log = today.map(|line| (seconds(line.at), line.text)).collect();
        let world = zalo.world();
        let chosen = Mood::of(world.faults.standing(Call::Message));
        let service = |path: &str| world.webhook_url.join(path).map(String::from).unwrap_or_default();
        Self {
            phones,
            now: capitalised(&format!("{} {}, {}", say_weekday(at), say_date(at), minutes(at))),
            now_for_machines: hanoi(at).format("%Y-%m-%dT%H:%M").to_string(),
            moods: Mood::ALL.map(|mood| MoodView {
                value: mood.value(),
                words: mood.words(),
                is_chosen: mood == chosen,
            }),
            sends_twice: world.manners.sends_twice,
            is_off: world.webhooks == WebhookState::Off,
            calls: controls::CALLS,
            faults: controls::FAULTS,
            quirks: controls::quirks(&world),
            manners: controls::manners(&world.manners),
            log,
            office_url: service("/admin"),
            results_url: service("/"),
        }
    }
}

impl PhoneView {
    fn of(phone: &Phone, at: DateTime<Utc>) -> Self {
        let window = match phone.window_until() {
            None => "Chưa nhắn lần nào".to_owned(),
            Some(until) if until >= at => format!("Zalo cho nhắn lại đến {}", say_near_deadline(until)),
            Some(_) => "Quá 7 ngày chưa nhắn, Zalo không cho nhắn lại".to_owned(),
        };
        let mut last_day = None;
        let mut bubbles = Vec::new();
        let messages = phone.messages();
        let quoted = |id: &Option<String>| {
            let message = messages.iter().find(|message| Some(&message.msg_id) == id.as_ref())?;
            message.text.lines().next().map(str::to_owned)
        };
        for bubble in messages.clone() {
            let day = hanoi(bubble.at).date_naive();
            let is_new_day = last_day.replace(day).is_some_and(|last| last != day)
                || (bubbles.is_empty() && day != hanoi(at).date_naive());
            let quote = quoted(&bubble.quote);
            bubbles.push(BubbleView::of(bubble, quote, is_new_day, at));
        }
        let standing = controls::standing(&phone.standing());
        Self { number: phone.id.0, name: phone.name(), window, phone: phone.number(), standing, bubbles }
    }
}

impl BubbleView {
    fn of(bubble: Bubble, quote: Option<String>, is_new_day: bool, at: DateTime<Utc>) -> Self {
        let is_ours = bubble.from == Side::Citizen;
        let below = match (is_ours, bubble.taken_at) {
            (true, Some(taken_at)) => format!("đã nhận {}", minutes(taken_at)),
            (true, None) => format!("đang gửi {}", minutes(bubble.at)),
            (false, _) => format!("trợ lý · {}", minutes(bubble.at)),
        };
        let choices = bubble.choices.into_iter().enumerate();
        Self {
            day: is_new_day.then(|| say_day(bubble.at, at)),
            is_ours,
            lines: bubble.text.lines().map(str::to_owned).collect(),
            picture: bubble.picture,
            card: bubble.card,
            choices: choices.map(|(place, choice)| ChoiceView::of(choice, &bubble.msg_id, place)).collect(),
            quote,
            reaction: bubble.reaction,
            below,
        }
    }
}

impl ChoiceView {
    fn of(choice: Choice, msg_id: &str, place: usize) -> Self {
        let kind = match choice.does {
            Does::Say(_) | Does::Whisper(_) => ChoiceKind::Press(format!("{msg_id}.{place}")),
            Does::Open(address) => ChoiceKind::Link(address),
            Does::Call(number) => ChoiceKind::Link(format!("tel:{number}")),
            Does::Text(number, content) => ChoiceKind::Link(sms(&number, &content)),
        };
        Self { title: choice.title, kind }
    }
}

/// An address that writes a text message.
fn sms(number: &str, content: &str) -> String {
    let content: String = url::form_urlencoded::byte_serialize(content.as_bytes()).collect();
    // A phone takes a plus for a plus.
    format!("sms:{number}?body={}", content.replace('+', "%20"))
}

/// The faults that stand on the page, in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mood {
    Normal,
    Slow,
    Failing,
    WindowClosed,
}

impl Mood {
    const ALL: [Self; 4] = [Self::Normal, Self::Slow, Self::Failing, Self::WindowClosed];

    pub fn fault(self) -> Option<Fault> {
        match self {
            Self::Normal => None,
            Self::Slow => Some(Fault::Slow(Duration::from_secs(5))),
            Self::Failing => Some(Fault::ServerError),
            Self::WindowClosed => Some(Fault::Refuse(-230)),
        }
    }

    fn of(fault: Option<&Fault>) -> Self {
        Self::ALL.into_iter().find(|mood| mood.fault().as_ref() == fault).unwrap_or(Self::Normal)
    }

    fn value(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Slow => "slow",
            Self::Failing => "failing",
            Self::WindowClosed => "window-closed",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Normal => "Bình thường",
            Self::Slow => "Chậm 5 giây",
            Self::Failing => "Báo lỗi 500",
            Self::WindowClosed => "Từ chối: quá 7 ngày (-230)",
        }
    }
}

/// «Hôm nay», or «Thứ Sáu, 30/10».
fn say_day(day: DateTime<Utc>, at: DateTime<Utc>) -> String {
    if is_same_day(day, at) {
        return "Hôm nay".to_owned();
    }
    capitalised(&format!("{}, {}", say_weekday(day), hanoi(day).format("%-d/%-m")))
}

fn is_same_day(one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    hanoi(one).date_naive() == hanoi(other).date_naive()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn minutes(at: DateTime<Utc>) -> String {
    hanoi(at).format("%H:%M").to_string()
}

fn seconds(at: DateTime<Utc>) -> String {
    hanoi(at).format("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mood_survives_the_way_through_the_form() {
        for mood in Mood::ALL {
            let read: Mood = serde_json::from_value(serde_json::json!(mood.value())).expect("a mood");
            assert_eq!(read, mood);
            assert_eq!(Mood::of(mood.fault().as_ref()), mood);
        }
    }

    #[test]
    fn days_are_named_as_people_name_them() {
        let at: DateTime<Utc> = "2026-11-20T03:12:00Z".parse().expect("a time");
        let before: DateTime<Utc> = "2026-10-30T02:40:00Z".parse().expect("a time");
        assert_eq!(say_day(at, at), "Hôm nay");
        assert_eq!(say_day(before, at), "Thứ Sáu, 30/10");
    }
}
