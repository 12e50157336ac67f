//! The repository's own rules, held against its files. Every test names all violations at once, with file and line.

#[path = "house/arrows.rs"]
mod arrows;
#[path = "house/budget.rs"]
mod budget;
#[path = "house/settings.rs"]
mod settings;
#[path = "house/source.rs"]
mod source;

use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use arrows::Arrows;
use source::{Reach, Source};

/// What a pure room must not say: it neither waits, nor talks to anything outside, nor asks the time.
const IMPURE: [&str; 6] = ["async", "axum", "redis", "reqwest", "sqlx", "tokio"];
/// The clocks of the machine; only `clock.rs` reads them.
const MACHINE_CLOCKS: [&str; 3] = ["Local", "SystemTime", "Utc"];
/// What is left lying while building.
const UNFINISHED: [&str; 3] = ["dbg", "todo", "unimplemented"];

#[test]
fn rooms_know_only_whom_the_map_lets_them_know() {
    let arrows = map();
    let mut violations: Vec<_> =
        arrows.problems().into_iter().map(|problem| format!("src/lib.rs: {problem}")).collect();
    let sources = source::all(&root(), "src");
    let rooms: Vec<_> = sources.iter().map(|source| source.room().to_owned()).collect();
    for source in sources.iter().filter(|source| source.path != "src/lib.rs") {
        let room = source.room();
        if !arrows.has(room) {
            violations.push(format!("{}: the room `{room}` is not on the map in src/lib.rs", source.path));
        }
        let forbidden = |reach: &Reach| forbidden(&arrows, &rooms, room, reach);
        let reaches = source.reaches();
        violations.extend(reaches.iter().filter_map(|reach| Some(place(source, reach.line, &forbidden(reach)?))));
    }
    report(violations);
}

/// Why `room` may not name this path, if it may not.
fn forbidden(arrows: &Arrows, rooms: &[String], room: &str, reach: &Reach) -> Option<String> {
    let other = reach.segments.first()?;
    if ["*", "self"].contains(&other.as_str()) {
        return Some("`crate` as a whole hides whom the room knows".to_owned());
    }
    let is_room = arrows.has(other) || rooms.contains(other);
    (is_room && !arrows.allows(room, other)).then(|| format!("{room} may not know {other}"))
}

#[test]
fn every_row_of_the_crash_table_has_its_test() {
    let tests: String = source::all(&root(), "tests/it").iter().map(|source| read(&source.path)).collect();
    let lib = read("src/lib.rs");
    let rows = lib.lines().enumerate().filter(|(_, line)| line.starts_with("//! |") && line.ends_with("` |"));
    let named = rows.filter_map(|(at, row)| Some((at + 1, row.trim_end_matches("` |").rsplit_once("::")?.1)));
    let named: Vec<_> = named.collect();
    assert!(named.len() >= 9, "the table has lost rows: {named:?}");
    let missing = named.iter().filter(|(_, test)| !tests.contains(&format!("fn {test}(")));
    report(missing.map(|(line, test)| format!("src/lib.rs:{line}: there is no test {test}")).collect());
}

#[test]
fn the_root_lends_no_room_its_name() {
    let lib = Source::parse("src/lib.rs", &read("src/lib.rs"));
    let lent = lib.tokens.iter().filter(|token| token.text == "use");
    report(lent.map(|token| place(&lib, token.line, "a `use` here would hide an arrow")).collect());
}

#[test]
fn pure_rooms_do_not_wait_talk_or_ask_the_time() {
    let arrows = map();
    assert!(!arrows.pure.is_empty(), "the map in src/lib.rs names the pure rooms");
    let mut violations = Vec::new();
    for source in source::all(&root(), "src").iter().filter(|source| arrows.pure.contains(source.room())) {
        violations.extend(find(source, |at| {
            let is_impure = IMPURE.contains(&source.text(at)) || source.reads(at, &["now", "("]);
            let refusal = || format!("`{}` in the pure room {}", source.text(at), source.room());
            (is_impure && !source.tokens[at].is_test).then(refusal)
        }));
    }
    report(violations);
}

#[test]
fn only_the_clock_reads_the_machine_s_time() {
    let sources = ours().into_iter().filter(|source| source.path != "src/clock.rs");
    let violations = sources.flat_map(|source| {
        find(&source, |at| {
            let asks = MACHINE_CLOCKS.contains(&source.text(at)) && source.reads(at + 1, &[":", ":", "now"]);
            asks.then(|| format!("`{}::now`: the time is passed in, or asked of clock::Clock", source.text(at)))
        })
    });
    report(violations.collect());
}

#[test]
fn nothing_is_left_unfinished() {
    let violations = ours().into_iter().flat_map(|source| {
        find(&source, |at| {
            let is_unfinished = UNFINISHED.contains(&source.text(at)) && source.text(at + 1) == "!";
            is_unfinished.then(|| format!("`{}!` is left", source.text(at)))
        })
    });
    report(violations.collect());
}

#[test]
fn every_room_opens_with_a_sign() {
    let signs = files(&root(), "src", &["rs"]).into_iter().filter(|(path, _)| is_door(path));
    let unsigned = signs.filter(|(_, text)| {
        let sign = text.lines().next().and_then(|line| line.strip_prefix("//!")).unwrap_or_default();
        sign.trim().is_empty() || sign.contains("being built")
    });
    report(unsigned.map(|(path, _)| format!("{path}:1: opens without `//!` and what the room is for")).collect());
}

/// Where a room is entered: `src/inbox/mod.rs`, `src/clock.rs`.
fn is_door(path: &str) -> bool {
    let inside = path.strip_prefix("src/").expect("a file under src");
    !inside.contains('/') || (inside.ends_with("/mod.rs") && inside.matches('/').count() == 1)
}

#[test]
fn every_text_is_nfc() {
    let kinds = ["csv", "html", "md", "rs", "sql", "toml"];
    let texts = ["dialogs", "migrations", "src"].into_iter().flat_map(|folder| files(&root(), folder, &kinds));
    let violations = texts.flat_map(|(path, text)| {
        let decomposed = |(_, line): &(usize, &str)| !unicode_normalization::is_nfc(line);
        let say =
            |(nth, line): (usize, &str)| format!("{path}:{}: not NFC: {}", nth + 1, line.nfc().collect::<String>());
        text.lines().enumerate().filter(decomposed).map(say).collect::<Vec<_>>()
    });
    report(violations.collect());
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn map() -> Arrows {
    Arrows::read(&read("src/lib.rs"))
}

/// All Rust that is written here.
fn ours() -> Vec<Source> {
    ["src", "tests", "benches"].into_iter().flat_map(|folder| source::all(&root(), folder)).collect()
}

/// Every file below `folder` whose name ends in one of `kinds`, in order: its path from the root, and its text.
/// A folder that does not exist has none.
fn files(root: &Path, folder: &str, kinds: &[&str]) -> Vec<(String, String)> {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    names.sort();
    let below = names.into_iter().flat_map(|file| {
        let path = file.strip_prefix(root).expect("below the root").to_str().expect("a name in UTF-8").to_owned();
        if file.is_dir() {
            return files(root, &path, kinds);
        }
        let is_wanted = file.extension().is_some_and(|kind| kinds.iter().any(|wanted| kind == *wanted));
        if is_wanted { vec![(path.clone(), read(&path))] } else { Vec::new() }
    });
    below.collect()
}

/// What `violation` has to say about any token, with its place.
fn find(source: &Source, violation: impl Fn(usize) -> Option<String>) -> Vec<String> {
    let said = |at: usize| Some(place(source, source.tokens[at].line, &violation(at)?));
    (0..source.tokens.len()).filter_map(said).collect()
}

fn place(source: &Source, line: usize, violation: &str) -> String {
    format!("{}:{line}: {violation}", source.path)
}

fn report(violations: Vec<String>) {
    assert!(violations.is_empty(), "{} violations:\n  {}", violations.len(), violations.join("\n  "));
}
