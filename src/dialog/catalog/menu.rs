//! Reads screens, buttons and the words that work everywhere.

use chrono::TimeDelta;

use super::super::answer::words::{Lexicon, Meaning, WordLists};
use super::super::definition::{Choice, Does, Guidance, Menu, Screen, Subject, Text};
use super::super::known::{CALLER_SLOTS, DRAFT_PAYLOADS, GUIDE_PAYLOADS, PAYLOADS, PETITION_PAYLOADS, SLOTS};
use super::reader::Table;
use super::{slots, twins};

/// Limits of voice.md 1.2, in characters.
pub(super) const TEXT: usize = 300;
pub(super) const NOTICE: usize = 450;
pub(super) const LOOKUP: usize = 500;
pub(super) const REVIEW_LINE: usize = 400;
const TITLE: usize = 20;
const BUTTONS: usize = 5;

pub(super) fn limit(screen: &str) -> usize {
    match screen {
        "greeting" => NOTICE,
        "help" | "list" | "detail" | "found" | "data" => LOOKUP,
        _ => TEXT,
    }
}

pub(super) fn menu(table: &Table<'_>) -> Menu {
    let mut menu = Menu::default();
    if let Some(consent) = table.table("consent") {
        menu.consent_version = consent.string("version");
    }
    if let Some(pause) = table.table("pause") {
        menu.quiet = pause.number("quiet", 0);
        menu.quiet_files = pause.number("quiet_files", 0);
    }
    if let Some(draft) = table.table("draft") {
        menu.kept = TimeDelta::days(draft.number("kept_days", 7).into());
        menu.away = TimeDelta::hours(draft.number("away_hours", 12).into());
        menu.reminder_hours = (draft.number("remind_from", 9), draft.number("remind_until", 20));
        if menu.reminder_hours.0 >= menu.reminder_hours.1 || menu.reminder_hours.1 > 24 {
            draft.problem("«remind_from» phải trước «remind_until», trong ngày");
        }
    }
    if let Some(choice) = table.table("choice") {
        menu.choice_retry = choice.texts("retry", TEXT);
        menu.choice_way_out = buttons(&choice, "way_out", &[]);
        if menu.choice_retry.len() != 2 {
            choice.problem("«retry» cần đúng hai câu");
        }
    }
    if let Some(officer) = table.table("officer") {
        menu.silent_hours = officer.number("silent_hours", 0);
        menu.back_words = words_at(&officer, "back");
    }
    menu.lexicon = lexicon(table);
    menu
}

/// How texts that belong elsewhere are met.
pub(super) fn guidance(table: &Table<'_>) -> Guidance {
    let (sure, quiet) =
        table.table("scope").map_or((0, 0), |scope| (scope.number("sure", 50), scope.number("quiet", 0)));
    let subject = |table: &Table<'_>| Subject {
        key: table.string("key"),
        said: text(table, "said", 60).as_str().to_owned(),
        place: text(table, "where", TEXT).as_str().to_owned(),
    };
    let subjects: Vec<Subject> = table.tables("subject").iter().map(subject).collect();
    if !subjects.iter().any(|subject| subject.key == "other") {
        table.problem("thiếu [[subject]] «other»");
    }
    Guidance { sure: f64::from(sure) / 100.0, quiet, subjects }
}

fn lexicon(table: &Table<'_>) -> Lexicon {
    let mut meanings = Vec::new();
    if let Some(words) = table.table("meaning") {
        for name in words.keys() {
            match Meaning::named(&name) {
                Some(meaning) => meanings.push((meaning, words.strings(&name))),
                None => {
                    words.strings(&name);
                    words.problem(format_args!("không có ý nghĩa «{name}»"));
                }
            }
        }
        for (name, meaning) in Meaning::ALL {
            if !meanings.iter().any(|(known, words)| *known == meaning && !words.is_empty()) {
                words.problem(format_args!("thiếu từ cho ý nghĩa «{name}»"));
            }
        }
    }
    let lists = table.table("typing").map_or_else(WordLists::default, |typing| WordLists {
        fillers: typing.strings("fillers"),
        ordinals: typing.string_lists("ordinals"),
        last: typing.strings("last"),
        number_leads: typing.strings("number_leads"),
        edit_verbs: typing.strings("edit_verbs"),
        item_leads: typing.strings("item_leads"),
        wrong: typing.strings("wrong"),
        name_leads: typing.strings("name_leads"),
        name_tails: typing.strings("name_tails"),
        no_name: typing.strings("no_name"),
        labels: typing.strings("labels"),
        correction_leads: typing.strings("correction_leads"),
    });
    Lexicon::new(&meanings, lists)
}

/// A text with buttons. `values` are the values that buttons may give to the open question.
pub(super) fn screen(table: &Table<'_>, limit: usize, values: &[&str]) -> Screen {
    let text = text(table, "text", limit);
    Screen { text, buttons: buttons(table, "buttons", values) }
}

pub(super) fn text(table: &Table<'_>, key: &str, limit: usize) -> Text {
    let text = table.text(key, limit);
    known_slots(table, &text);
    slots::filled(table, key, &text);
    text
}

pub(super) fn known_slots(table: &Table<'_>, text: &Text) {
    for slot in text.slots() {
        if !SLOTS.contains(&slot) && !CALLER_SLOTS.contains(&slot) && !table.asks_for(slot) {
            table.problem(format_args!("không có chỗ trống «{{{slot}}}»"));
        }
    }
}

pub(super) fn buttons(table: &Table<'_>, key: &str, values: &[&str]) -> Vec<Choice> {
    let tables = table.tables(key);
    if tables.iter().filter(|button| !button.has("when")).count() > BUTTONS {
        table.problem(format_args!("«{key}» có hơn {BUTTONS} nút"));
    }
    let choices: Vec<Choice> = tables.iter().map(|button| choice(button, values)).collect();
    twins::check(&tables.iter().zip(&choices).collect::<Vec<_>>());
    choices
}

fn choice(table: &Table<'_>, values: &[&str]) -> Choice {
    let title = title(table);
    Choice { title, words: words(table), does: does(table, values), when: table.condition("when") }
}

pub(super) fn title(table: &Table<'_>) -> Text {
    let title = text(table, "title", TITLE);
    if title.as_str().starts_with('#') {
        table.problem("tên nút không được bắt đầu bằng #");
    }
    title
}

/// Other words for a button; `@yes` must be a meaning.
pub(super) fn words(table: &Table<'_>) -> Vec<String> {
    words_at(table, "words")
}

fn words_at(table: &Table<'_>, key: &str) -> Vec<String> {
    let words = table.strings(key);
    for name in words.iter().filter_map(|word| word.strip_prefix('@')) {
        if Meaning::named(name).is_none() {
            table.problem(format_args!("không có ý nghĩa «@{name}»"));
        }
    }
    words
}

fn does(table: &Table<'_>, values: &[&str]) -> Does {
    if let Some(value) = table.string_if_any("value") {
        if !values.contains(&value.as_str()) {
            table.problem(format_args!("nút không thể mang giá trị «{value}» ở đây"));
        }
        return Does::Value(value);
    }
    if let Some(target) = table.string_if_any("to") {
        if !PAYLOADS.contains(&target.as_str())
            && !DRAFT_PAYLOADS.contains(&target.as_str())
            && !GUIDE_PAYLOADS.contains(&target.as_str())
            && !is_about_reference(&target)
        {
            table.problem(format_args!("không có đích «{target}»"));
        }
        return Does::Go(target);
    }
    if let Some(url) = table.text_if_any("url", 500) {
        known_slots(table, &url);
        slots::filled(table, "url", &url);
        return Does::Url(url);
    }
    if let Some(phone) = table.text_if_any("phone", 20) {
        if !phone.as_str().chars().all(|digit| digit.is_ascii_digit()) {
            table.problem("«phone» chỉ gồm chữ số, dạng 84…");
        }
        return Does::Phone(phone);
    }
    table.problem("nút thiếu «value», «to», «url» hoặc «phone»");
    Does::Go(String::new())
}

fn is_about_reference(target: &str) -> bool {
    target.strip_suffix(":{shown_reference}").is_some_and(|name| PETITION_PAYLOADS.contains(&name))
}
