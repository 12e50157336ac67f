//! The template message that brings news where the chat is closed: which blanks the approved form has, and what goes into
//! them (zalo-oa 6). The form itself is approved by Zalo; names and lengths must be the same as there.

use std::collections::BTreeMap;

use super::super::notice::shorten;
use super::Check;
use super::slots;

/// What the blanks may be filled from: who, which petition, what it is about, and what is new.
pub const SLOTS: [&str; 4] = ["name", "reference", "title", "news"];
/// No parameter of Zalo's is longer, in characters.
const LONGEST: usize = 200;
/// More parameters than any form has.
const MOST: usize = 20;

/// One blank of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    pub name: String,
    pub value: String,
    /// Characters.
    pub limit: usize,
}

/// The form filled in; what is too long for its blank is cut between words.
pub fn fill(params: &[Param], values: &[(&str, &str)]) -> BTreeMap<String, String> {
    let value = |slot: &str| values.iter().find(|(name, _)| *name == slot).map(|(_, value)| *value);
    let filled = params.iter().map(|param| {
        let line = slots::fill(&param.value, value).split_whitespace().collect::<Vec<_>>().join(" ");
        (param.name.clone(), shorten(&line, param.limit))
    });
    filled.collect()
}

impl Check {
    pub(super) fn template(&mut self) -> Vec<Param> {
        let mut params = Vec::new();
        while let Some(line) = self.line_under(&format!("template.params.{}.", params.len())) {
            let path = format!("template.params.{}", params.len());
            let name = self.text(&format!("{path}.name"), &[], MOST * 2);
            let value = self.text(&format!("{path}.value"), &SLOTS, LONGEST);
            let limit = self.text(&format!("{path}.limit"), &[], 3).parse().unwrap_or(0);
            if !(1..=LONGEST).contains(&limit) {
                self.problems.push((line, format!("{path}.limit should be a number from 1 to {LONGEST}")));
            }
            params.push(Param { name, value, limit });
            if params.len() > MOST {
                self.problems.push((line, format!("{path}: at most {MOST} parameters")));
                break;
            }
        }
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_filled_and_what_is_too_long_is_cut_between_words() {
        let param = |name: &str, value: &str, limit| Param { name: name.into(), value: value.into(), limit };
        let params = [param("khach", "Ông/Bà {name}", 30), param("tin", "{news}", 20)];
        let filled = fill(&params, &[("name", "Trần Văn Bình"), ("news", "Đã có trả lời của\nUBND phường")]);
        assert_eq!(filled["khach"], "Ông/Bà Trần Văn Bình");
        assert_eq!(filled["tin"], "Đã có trả lời của…");
    }
}
