//! Reads a TOML file as a flat list: `notice.accepted.buttons.0.title` and where it stands.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

/// A text and the line it begins on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub text: String,
    pub line: usize,
}

/// All texts by their path. What is no text (a number, a yes) is a problem, like what cannot be read at all.
pub fn leaves(source: &str, problems: &mut Vec<(usize, String)>) -> BTreeMap<String, Leaf> {
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        problems.push((line_of(source, at), error.message().to_owned()));
    }
    let mut reader = Reader { source, problems, leaves: BTreeMap::new() };
    reader.table("", table.get_ref());
    reader.leaves
}

struct Reader<'a> {
    source: &'a str,
    problems: &'a mut Vec<(usize, String)>,
    leaves: BTreeMap<String, Leaf>,
}

impl Reader<'_> {
    fn table(&mut self, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let key = key.get_ref();
            let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            self.value(path, value.get_ref(), value.span().start);
        }
    }

    fn value(&mut self, path: String, value: &DeValue<'_>, at: usize) {
        match value {
            DeValue::String(text) => {
                let line = line_of(self.source, at);
                self.leaves.insert(path, Leaf { text: text.to_string(), line });
            }
            DeValue::Table(table) => self.table(&path, table),
            DeValue::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.value(format!("{path}.{index}"), value.get_ref(), value.span().start);
                }
            }
            _ => self.problems.push((line_of(self.source, at), format!("{path} should be a text in quotes"))),
        }
    }
}

fn line_of(source: &str, at: usize) -> usize {
    let before = source.as_bytes().get(..at).unwrap_or(source.as_bytes());
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}
