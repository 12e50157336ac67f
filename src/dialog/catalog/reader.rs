//! Reads a file of `dialogs/` leniently: what is wrong is noted with its line, and reading goes on, so that whoever
//! edits the texts sees every problem at once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_normalization::is_nfc;

use super::super::definition::{Condition, Text};
use super::outline::Outline;
use crate::vietnamese::old_style;

/// Signs that take no room: in a text they can only be a mistake.
const UNSEEN: [char; 5] = ['\u{200b}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}'];

/// Something in the dialogs that would fail in front of a citizen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub file: PathBuf,
    pub line: usize,
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.text)
    }
}

/// One file, what was found wrong in it, and the words that stand for themselves in every text (`{office}`).
pub struct Source<'a> {
    pub file: &'a Path,
    pub content: &'a str,
    pub constants: &'a BTreeMap<String, String>,
    pub outline: &'a Outline,
    /// Answers that conditions name, each with what is wrong if no form asks for it.
    pub named: &'a RefCell<Vec<(String, Problem)>>,
    pub problems: &'a RefCell<Vec<Problem>>,
}

impl<'a> Source<'a> {
    /// The file as a table; what is no TOML is a problem.
    pub fn table(&'a self, parsed: &'a Spanned<DeTable<'a>>) -> Table<'a> {
        Table::new(self, parsed.get_ref(), parsed.span(), String::new())
    }

    pub fn problem(&self, at: usize, text: impl Into<String>) {
        let line = self.line(at);
        self.problems.borrow_mut().push(Problem { file: self.file.to_owned(), line, text: text.into() });
    }

    /// The line in which this byte stands; the first is 1.
    pub fn line(&self, at: usize) -> usize {
        self.content.as_bytes()[..at.min(self.content.len())].iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

/// A table that knows which of its keys were asked for: the others are reported when it goes.
pub struct Table<'a> {
    source: &'a Source<'a>,
    entries: BTreeMap<&'a str, (Range<usize>, &'a Spanned<DeValue<'a>>)>,
    taken: RefCell<BTreeSet<String>>,
    start: usize,
    name: String,
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        for (key, (span, _)) in &self.entries {
            if !self.taken.borrow().contains(*key) {
                self.source.problem(span.start, format!("không có khóa «{key}» ở đây{}", self.place()));
            }
        }
    }
}

impl<'a> Table<'a> {
    fn new(source: &'a Source<'a>, table: &'a DeTable<'a>, span: Range<usize>, name: String) -> Self {
        let entries = table.iter().map(|(key, value)| (key.get_ref().as_ref(), (key.span(), value))).collect();
        Self { source, entries, taken: RefCell::default(), start: span.start, name }
    }

    fn place(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!(" ({})", self.name) }
    }

    /// Where the table stands in its file: `screen.list.buttons`.
    pub fn place_name(&self) -> &str {
        &self.name
    }

    pub fn problem(&self, text: impl fmt::Display) {
        self.source.problem(self.start, format!("{text}{}", self.place()));
    }

    /// Whether a step of this file asks for this answer.
    pub fn asks_for(&self, answer: &str) -> bool {
        self.source.outline.answers().any(|asked| asked == answer)
    }

    pub fn keys(&self) -> Vec<String> {
        self.entries.keys().map(|key| (*key).to_owned()).collect()
    }

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.taken.borrow_mut().insert(key.to_owned());
        self.entries.get(key).map(|(_, value)| *value)
    }

    fn wrong(&self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) {
        self.source.problem(value.span().start, format!("«{key}» phải là {wanted}{}", self.place()));
    }

    fn missing(&self, key: &str) {
        self.problem(format_args!("thiếu «{key}»"));
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub fn string(&self, key: &str) -> String {
        self.string_if_any(key).unwrap_or_else(|| {
            self.missing(key);
            String::new()
        })
    }

    pub fn string_if_any(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(value, key, "một chuỗi chữ");
            return None;
        };
        if !is_nfc(text) {
            self.source
                .problem(value.span().start, format!("«{key}» không phải Unicode dựng sẵn (NFC){}", self.place()));
        }
        Some(text.to_owned())
    }

    /// A text with at most `limit` characters.
    pub fn text(&self, key: &str, limit: usize) -> Text {
        self.text_if_any(key, limit).unwrap_or_else(|| {
            self.missing(key);
            Text::default()
        })
    }

    pub fn text_if_any(&self, key: &str, limit: usize) -> Option<Text> {
        let raw = self.string_if_any(key)?;
        let at = self.value(key).map_or(self.start, |value| value.span().start);
        Some(self.checked(key, &raw, limit, at))
    }

    pub fn texts(&self, key: &str, limit: usize) -> Vec<Text> {
        self.items(key).into_iter().filter_map(|(text, at)| Some(self.checked(key, text?, limit, at))).collect()
    }

    fn checked(&self, key: &str, raw: &str, limit: usize, at: usize) -> Text {
        self.spelling(key, raw, at);
        let constants = self.source.constants;
        let text = Text(Text(raw.trim().to_owned()).fill(|slot| constants.get(slot).cloned()));
        // What a slot will hold is not known; the name of the slot says nothing about it.
        let length = text.fill(|_| Some("0042-K".to_owned())).chars().count();
        if length == 0 {
            self.source.problem(at, format!("«{key}» trống{}", self.place()));
        }
        if length > limit {
            self.source.problem(at, format!("«{key}» dài {length} ký tự, nhiều nhất là {limit}{}", self.place()));
        }
        if text.as_str().matches('{').count() != text.slots().len() {
            self.source.problem(at, format!("«{key}» có dấu ngoặc nhọn không đóng{}", self.place()));
        }
        text
    }

    /// As voice.md 1.12 has it: the tone mark where official papers put it, no sign that cannot be seen.
    fn spelling(&self, key: &str, raw: &str, at: usize) {
        let right = old_style(raw);
        let differs = raw.split_whitespace().zip(right.split_whitespace()).find(|(word, right)| word != right);
        if let (true, Some((word, right))) = (is_nfc(raw), differs) {
            self.source.problem(at, format!("«{key}»: «{word}» viết là «{right}»{}", self.place()));
        }
        let unseen = |letter: &char| (letter.is_control() && *letter != '\n') || UNSEEN.contains(letter);
        if let Some(letter) = raw.chars().find(unseen) {
            let code = u32::from(letter);
            self.source.problem(at, format!("«{key}» có ký tự không nhìn thấy U+{code:04X}{}", self.place()));
        }
    }

    pub fn strings(&self, key: &str) -> Vec<String> {
        self.items(key).into_iter().filter_map(|(text, _)| text.map(str::to_owned)).collect()
    }

    /// The strings of a list, each with its place; what is no string is a problem.
    fn items(&self, key: &str) -> Vec<(Option<&'a str>, usize)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value, key, "một danh sách chuỗi");
            return Vec::new();
        };
        let mut items = Vec::new();
        for item in list.iter() {
            let text = item.get_ref().as_str();
            match text {
                Some(text) if text.trim().is_empty() => {
                    self.source.problem(item.span().start, format!("«{key}» có một chuỗi trống{}", self.place()));
                }
                Some(text) if !is_nfc(text) => {
                    self.source.problem(item.span().start, format!("«{text}» không phải Unicode dựng sẵn (NFC)"));
                }
                Some(_) => {}
                None => self.wrong(item, key, "một danh sách chuỗi"),
            }
            items.push((text, item.span().start));
        }
        items
    }

    /// A list of lists of strings.
    pub fn string_lists(&self, key: &str) -> Vec<Vec<String>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(lists) = value.get_ref().as_array() else {
            self.wrong(value, key, "một danh sách các danh sách chuỗi");
            return Vec::new();
        };
        let words = |list: &Spanned<DeValue<'_>>| {
            let words = list.get_ref().as_array().into_iter().flat_map(|words| words.iter());
            let words: Option<Vec<String>> = words.map(|word| word.get_ref().as_str().map(str::to_owned)).collect();
            let is_list = list.get_ref().is_array();
            words.filter(|_| is_list).unwrap_or_else(|| {
                self.wrong(list, key, "một danh sách các danh sách chuỗi");
                Vec::new()
            })
        };
        lists.iter().map(words).collect()
    }

    pub fn number(&self, key: &str, default: u32) -> u32 {
        let Some(value) = self.value(key) else { return default };
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        number.unwrap_or_else(|| {
            self.wrong(value, key, "một số");
            default
        })
    }

    pub fn is_set(&self, key: &str) -> bool {
        let Some(value) = self.value(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(value, key, "true hoặc false");
            false
        })
    }

    pub fn table(&self, key: &str) -> Option<Table<'a>> {
        let value = self.value(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value, key, "một bảng");
            return None;
        };
        Some(Table::new(self.source, table, value.span(), self.inner(key)))
    }

    pub fn tables(&self, key: &str) -> Vec<Table<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value, key, "một danh sách bảng");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in list.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push(Table::new(self.source, table, item.span(), self.inner(key))),
                None => self.wrong(item, key, "một danh sách bảng"),
            }
        }
        tables
    }

    fn inner(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// Every key of this table with the string under it.
    pub fn pairs(&self) -> BTreeMap<String, String> {
        self.keys().into_iter().filter_map(|key| Some((key.clone(), self.string_if_any(&key)?))).collect()
    }

    /// `when = { category = "official_conduct", email = "*" }`
    pub fn condition(&self, key: &str) -> Condition {
        let Some(table) = self.table(key) else { return Condition::default() };
        let mut wanted = BTreeMap::new();
        for name in table.keys() {
            let (file, line) = (self.source.file.to_owned(), self.source.line(table.start));
            let text = format!("không biểu mẫu nào hỏi «{name}»{}", self.place());
            self.source.named.borrow_mut().push((name.clone(), Problem { file, line, text }));
            let is_list = table.value(&name).is_some_and(|value| value.get_ref().is_array());
            let values = if is_list { table.strings(&name) } else { table.string_if_any(&name).into_iter().collect() };
            wanted.insert(name, values);
        }
        Condition(wanted)
    }

    pub fn is_list(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|(_, value)| value.get_ref().is_array())
    }
}
