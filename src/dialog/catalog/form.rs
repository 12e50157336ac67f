//! Reads a form: its steps, its review, and what a story tells without being asked.

use std::collections::BTreeMap;

use super::super::answer::story::Phrase;
use super::super::definition::{
    Ability, CardText, Condition, FollowUp, Form, Inference, Item, OptionDefinition, Reply, ReviewLine, Screen,
    Sending, Sign, Step, Text,
};
use super::super::kind::Kind;
use super::super::known::{SAID, SAID_OF_FOLLOW_UP};
use super::menu::{NOTICE, REVIEW_LINE, TEXT, buttons, known_slots, screen, text, title, words};
use super::reader::Table;

/// Zalo's limit on a card's title, in characters.
const CARD_TITLE: usize = 100;

pub(super) fn form(table: &Table<'_>) -> Form {
    let head = table.table("form");
    let follow_up = table.table("about").map(|about| follow_up(&about));
    Form {
        name: head.as_ref().map(|head| head.string("name")).unwrap_or_default(),
        steps: table.tables("step").iter().map(|table| step(table, follow_up.is_some())).collect(),
        defaults: table.table("defaults").map(|defaults| defaults.pairs()).unwrap_or_default(),
        company_words: head.as_ref().map(|head| phrases(head, "company_words")).unwrap_or_default(),
        identity_words: head.as_ref().map(|head| phrases(head, "identity_words")).unwrap_or_default(),
        inferences: table.tables("infer").iter().map(inference).collect(),
        topics: table.tables("topic").iter().map(topic).collect(),
        notes: table.tables("note").iter().map(sign).collect(),
        conducts: table.tables("conduct").iter().map(sign).collect(),
        moments: table.tables("moment").iter().map(sign).collect(),
        lines: table.tables("line").iter().map(line).collect(),
        items: table.tables("item").iter().map(item).collect(),
        sendings: table.tables("send").iter().map(sending).collect(),
        receipt: reply(table, "receipt"),
        said: said(table, if follow_up.is_some() { SAID_OF_FOLLOW_UP } else { SAID }),
        follow_up,
    }
}

/// `[about]`: the form is about a petition that is in the register already.
fn follow_up(table: &Table<'_>) -> FollowUp {
    let named = table.string("ability");
    let ability = Ability::ALL.iter().find(|(name, _)| *name == named).map(|(_, ability)| *ability);
    if ability.is_none() {
        table.problem(format_args!("«ability» không thể là «{named}»"));
    }
    FollowUp {
        ability: ability.unwrap_or(Ability::Supplement),
        is_filed_by_answer: table.is_set("filed_by_answer"),
        which: screen_of(table, "which"),
        none: screen_of(table, "none"),
        not_now: reply(table, "not_now"),
        left: reply(table, "left"),
    }
}

fn screen_of(table: &Table<'_>, key: &str) -> Screen {
    let read = table.table(key).map(|inner| screen(&inner, TEXT, &[]));
    read.unwrap_or_else(|| {
        table.problem(format_args!("thiếu [{key}]"));
        Screen::default()
    })
}

fn reply(table: &Table<'_>, key: &str) -> Reply {
    let read = table
        .table(key)
        .map(|inner| Reply { text: variants(&inner, "text", TEXT), buttons: buttons(&inner, "buttons", &[]) });
    read.unwrap_or_else(|| {
        table.problem(format_args!("thiếu [{key}]"));
        Reply::default()
    })
}

fn step(table: &Table<'_>, is_follow_up: bool) -> Step {
    let kind_name = table.string("kind");
    let kind = Kind::ALL.iter().find(|(name, _)| *name == kind_name).map(|(_, kind)| *kind).unwrap_or_else(|| {
        table.problem(format_args!("không có loại câu hỏi «{kind_name}»"));
        Kind::Line
    });
    let options: Vec<OptionDefinition> = table.tables("options").iter().map(option).collect();
    let mut values: Vec<&str> = kind.values().to_vec();
    values.extend(options.iter().map(|option| option.value.as_str()));
    // a form about a petition can be left by a button
    values.extend(is_follow_up.then_some("leave"));
    let limit = if kind == Kind::Consent { NOTICE } else { TEXT };
    Step {
        id: table.string("id"),
        kind,
        when: table.condition("when"),
        ask: variants(table, "ask", limit),
        short: text(table, "short", TEXT),
        lacks: text(table, "lacks", 60),
        taken: if table.has("taken") { variants(table, "taken", TEXT) } else { Vec::new() },
        buttons: buttons(table, "buttons", &values),
        card: table.table("card").map(|table| card(&table, kind)),
        retry: table.texts("retry", TEXT).into_iter().inspect(|text| known_slots(table, text)).collect(),
        way_out: table.table("way_out").map(|way_out| screen(&way_out, TEXT, &values)),
        hints: hints(table, kind, &values),
        quiet: table.number("quiet", 0),
        can_skip: table.is_set("can_skip"),
        edit_only: table.is_set("edit_only"),
        not_by_number: table.is_set("not_by_number"),
        asks_for_more: table.is_set("asks_for_more"),
        answer: table.string_if_any("answer"),
        kept_as: table.string_if_any("kept_as"),
        or_typed: table.strings("or_typed"),
        length: (table.number("shortest", 1) as usize, table.number("longest", 1_000) as usize),
        options,
    }
}

/// `card = { title = "…", subtitle = "…" }`; what was understood goes before the subtitle.
fn card(table: &Table<'_>, kind: Kind) -> CardText {
    if !matches!(kind, Kind::Name | Kind::Representative) {
        table.problem("thẻ Zalo chỉ dùng ở câu hỏi tên (name, representative)");
    }
    CardText { title: text(table, "title", CARD_TITLE), subtitle: variants(table, "subtitle", TEXT) }
}

/// `ask = "…"`, or `ask = [{ when = …, text = "…" }, …]` with the last for all other cases.
fn variants(table: &Table<'_>, key: &str, limit: usize) -> Vec<(Condition, Text)> {
    if table.is_list(key) {
        let variants = table.tables(key);
        return variants.iter().map(|variant| (variant.condition("when"), text(variant, "text", limit))).collect();
    }
    vec![(Condition::default(), text(table, key, limit))]
}

fn hints(table: &Table<'_>, kind: Kind, values: &[&str]) -> BTreeMap<String, Screen> {
    let mut hints = BTreeMap::new();
    let wanted = kind.hints();
    let given = table.table("hint");
    for name in wanted {
        match given.as_ref().and_then(|given| given.table(name)) {
            Some(hint) => {
                let limit = if kind == Kind::Consent { NOTICE } else { TEXT };
                hints.insert((*name).to_owned(), screen(&hint, limit, values));
            }
            None => table.problem(format_args!("thiếu hint.{name}")),
        }
    }
    hints
}

fn option(table: &Table<'_>) -> OptionDefinition {
    OptionDefinition { value: table.string("value"), said: text(table, "said", 60), forgets: table.strings("forgets") }
}

fn inference(table: &Table<'_>) -> Inference {
    Inference { answer: table.string("answer"), value: table.string("value"), words: phrases(table, "words") }
}

fn phrases(table: &Table<'_>, key: &str) -> Vec<Phrase> {
    table.strings(key).iter().map(|phrase| Phrase::new(phrase)).collect()
}

/// A matter has a name in the register, and is said.
fn topic(table: &Table<'_>) -> Sign {
    let named = |key: &str| table.string(key);
    Sign { key: named("key"), said: named("said"), ..sign(table) }
}

fn sign(table: &Table<'_>) -> Sign {
    let any = |key: &str| table.string_if_any(key).unwrap_or_default();
    Sign { key: String::new(), said: any("said"), title: any("title"), words: phrases(table, "words") }
}

fn line(table: &Table<'_>) -> ReviewLine {
    ReviewLine { text: text(table, "text", REVIEW_LINE), when: table.condition("when"), is_item: table.is_set("item") }
}

fn item(table: &Table<'_>) -> Item {
    Item { number: table.number("number", 0), steps: table.strings("steps"), words: table.strings("words") }
}

fn sending(table: &Table<'_>) -> Sending {
    Sending {
        value: table.string("value"),
        title: title(table),
        words: words(table),
        when: table.condition("when"),
        sets: table.table("sets").map(|sets| sets.pairs()).unwrap_or_default(),
        taken: text(table, "taken", TEXT),
        taken_bare: table.text_if_any("taken_bare", TEXT),
        also: table.text_if_any("also", TEXT),
        is_careful: table.is_set("careful"),
    }
}

fn said(table: &Table<'_>, names: &[&str]) -> BTreeMap<String, Text> {
    let Some(said) = table.table("said") else {
        table.problem("thiếu [said]");
        return BTreeMap::new();
    };
    names.iter().map(|name| ((*name).to_owned(), text(&said, name, 120))).collect()
}
