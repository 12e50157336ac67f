//! Slots that only some moments fill: anywhere else a citizen would read `{…}`.

use super::super::definition::Text;
use super::super::known::FILLED_AT;
use super::reader::Table;

/// Reports slots that are known, but that nobody fills where this text is said.
pub(super) fn filled(table: &Table<'_>, key: &str, text: &Text) {
    let place = format!("{}.{key}", table.place_name());
    let place = place.trim_start_matches("step.");
    for slot in text.slots() {
        let Some((_, places)) = FILLED_AT.iter().find(|(name, _)| *name == slot) else { continue };
        let is_here =
            |known: &&&str| place.strip_prefix(**known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if places.iter().find(is_here).is_none() {
            table.problem(format_args!("không ai điền «{{{slot}}}» vào «{key}» ở đây, chỉ ở: {}", places.join(", ")));
        }
    }
}
