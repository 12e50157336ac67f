//! Buttons of one screen that nobody could tell apart by typing.

use std::collections::BTreeSet;

use super::super::answer::words::Spoken;
use super::super::definition::{Choice, Condition};
use super::reader::Table;
use crate::vietnamese::fold;

/// More than this are not shown (zalo-oa 2.1).
const SHOWN: usize = 5;

pub(super) fn check(buttons: &[(&Table<'_>, &Choice)]) {
    for (at, (table, button)) in buttons.iter().enumerate() {
        let before =
            buttons[..at].iter().map(|(_, other)| *other).filter(|other| !is_either_or(&other.when, &button.when));
        for other in before {
            same(table, other, button);
        }
    }
    let together = most_together(&buttons.iter().map(|(_, button)| &button.when).collect::<Vec<_>>());
    if let (true, Some((table, _))) = (together > SHOWN, buttons.last()) {
        table.problem(format_args!("có thể có {together} nút cùng lúc, nhiều nhất là {SHOWN}"));
    }
}

fn same(table: &Table<'_>, one: &Choice, other: &Choice) {
    let (title, other_title) = (one.title.as_str(), other.title.as_str());
    if says(title, other_title) {
        return table.problem(format_args!("hai nút cùng tên «{other_title}»: gõ tên thì không biết là nút nào"));
    }
    let words = |choice: &Choice| -> BTreeSet<String> { choice.words.iter().map(|word| fold(word)).collect() };
    for word in words(one).intersection(&words(other)) {
        table.problem(format_args!("«{word}» là từ của cả hai nút «{title}» và «{other_title}»"));
    }
    for (owner, title, stranger) in [(title, other_title, one), (other_title, title, other)] {
        if stranger.words.iter().any(|word| !word.starts_with('@') && says(word, title)) {
            table.problem(format_args!("nút «{owner}» có từ «{title}», là tên của nút khác"));
        }
    }
}

fn says(one: &str, other: &str) -> bool {
    let (one, other) = (Spoken::new(one), Spoken::new(other));
    one.is_said_by(&other) || other.is_said_by(&one)
}

/// Whether two conditions can never hold at once.
pub(super) fn is_either_or(one: &Condition, other: &Condition) -> bool {
    one.0.iter().any(|(name, values)| {
        let Some(others) = other.0.get(name) else { return false };
        let meets = |value: &String, other: &String| match (value.as_str(), other.as_str()) {
            ("-", other) => other == "-",
            (value, "-") => value == "-",
            ("*", _) | (_, "*") => true,
            (value, other) => value == other,
        };
        !values.iter().any(|value| others.iter().any(|other| meets(value, other)))
    })
}

/// How many of these conditions can hold at once, at most.
pub(super) fn most_together(conditions: &[&Condition]) -> usize {
    let Some((first, rest)) = conditions.split_first() else { return 0 };
    if rest.len() > 16 {
        return conditions.len();
    }
    let friends: Vec<&Condition> = rest.iter().copied().filter(|other| !is_either_or(first, other)).collect();
    (1 + most_together(&friends)).max(if friends.len() == rest.len() { 0 } else { most_together(rest) })
}
