//! Where the parts of a file stand: problems that show only in the whole file are told with the line of the part.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The entries of every list of tables in one file (`[[step]]`, `[[item]]` …), in their order.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    list: String,
    /// Its keys with a single text: `id = "phone"`.
    texts: Vec<(String, String)>,
    at: usize,
}

impl Outline {
    pub fn of(parsed: &DeTable<'_>) -> Self {
        let mut parts = Vec::new();
        for (key, value) in parsed {
            let list = key.get_ref().to_string();
            match value.get_ref() {
                DeValue::Array(entries) => {
                    let tables = entries.iter().filter_map(|entry| Some((entry.get_ref().as_table()?, entry.span())));
                    parts.extend(tables.map(|(table, span)| Part {
                        list: list.clone(),
                        texts: texts(table),
                        at: span.start,
                    }));
                }
                DeValue::Table(table) => parts.push(Part { list, texts: texts(table), at: key.span().start }),
                _ => {}
            }
        }
        Self { parts }
    }

    /// Where the entry of `list` stands that says `key = "text"`; the last one, for what is there twice.
    pub fn entry(&self, list: &str, key: &str, text: &str) -> Option<usize> {
        let says = |part: &&Part| part.texts.iter().any(|(name, value)| name == key && value == text);
        self.parts.iter().filter(|part| part.list == list).rfind(says).map(|part| part.at)
    }

    /// Where the `nth` entry of `list` stands.
    pub fn nth(&self, list: &str, nth: usize) -> usize {
        let found = self.parts.iter().filter(|part| part.list == list).nth(nth);
        found.or_else(|| self.parts.iter().find(|part| part.list == list)).map_or(0, |part| part.at)
    }

    /// Answers that steps of this file name themselves.
    pub fn answers(&self) -> impl Iterator<Item = &str> {
        let steps = self.parts.iter().filter(|part| part.list == "step");
        let texts = steps.flat_map(|part| &part.texts);
        texts.filter(|(key, _)| key == "answer").map(|(_, answer)| answer.as_str())
    }
}

fn texts(table: &DeTable<'_>) -> Vec<(String, String)> {
    let text = |value: &Spanned<DeValue<'_>>| value.get_ref().as_str().map(str::to_owned);
    table.iter().filter_map(|(key, value)| Some((key.get_ref().to_string(), text(value)?))).collect()
}
