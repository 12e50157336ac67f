//! `.env.example` says what `config::Settings` says: every setting, its one explanation, its default, and no other.

use clap::{Arg, Args, Command};
use zalo_petitions::config::Settings;

/// Read by `telemetry` before there are settings.
const OF_THE_LOG: [&str; 2] = ["LOG_FORMAT", "RUST_LOG"];

/// One `NAME=value` of the file.
struct Entry<'a> {
    line: usize,
    name: &'a str,
    value: &'a str,
    is_commented_out: bool,
    /// The comment right above.
    explanation: &'a str,
}

fn entries(file: &str) -> Vec<Entry<'_>> {
    let mut above = "";
    let mut entries = Vec::new();
    for (nth, text) in file.lines().enumerate() {
        let (name, value) = text.split_once('=').unwrap_or_default();
        let name = name.trim_start_matches('#');
        if !name.is_empty() && name.chars().all(|sign| sign.is_ascii_uppercase() || sign == '_') {
            let explanation = above.strip_prefix("# ").unwrap_or_default();
            entries.push(Entry { line: nth + 1, name, value, is_commented_out: text.starts_with('#'), explanation });
        }
        above = text;
    }
    entries
}

/// Everything in which the file and the settings differ.
fn differences(file: &str, settings: &Command) -> Vec<String> {
    let entries = entries(file);
    let mut found = Vec::new();
    for setting in settings.get_arguments() {
        let name = env_of(setting);
        match entries.iter().filter(|entry| entry.name == name).collect::<Vec<_>>()[..] {
            [] => found.push(format!("{name} is missing")),
            [entry] => found.extend(difference(entry, setting).map(|what| format!("{}: {name} {what}", entry.line))),
            [.., again] => found.push(format!("{}: {name} stands here twice", again.line)),
        }
    }
    for entry in &entries {
        let is_setting = settings.get_arguments().any(|setting| env_of(setting) == entry.name);
        if !is_setting && !OF_THE_LOG.contains(&entry.name) {
            found.push(format!("{}: {} is no setting", entry.line, entry.name));
        }
        if entry.explanation.is_empty() {
            found.push(format!("{}: {} is not explained", entry.line, entry.name));
        }
    }
    let missing = OF_THE_LOG.into_iter().filter(|name| entries.iter().all(|entry| entry.name != *name));
    found.extend(missing.map(|name| format!("{name} is missing")));
    found
}

/// The first thing in which one entry differs from its setting.
fn difference(entry: &Entry<'_>, setting: &Arg) -> Option<String> {
    let help = setting.get_help().map(ToString::to_string).unwrap_or_default();
    let default = setting.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
    if entry.explanation != help {
        Some(format!("is explained otherwise than in src/config.rs: «{help}»"))
    } else if entry.value.is_empty() && !entry.is_commented_out {
        // A key that is copied empty would be taken for a key, and anybody could sign with it.
        Some("is empty and must be commented out".to_owned())
    } else if !entry.value.is_empty() && entry.is_commented_out == setting.is_required_set() {
        Some("is commented out exactly when it is not required".to_owned())
    } else if default.as_ref().is_some_and(|default| default != entry.value) {
        Some(format!("has the default {}", default.unwrap_or_default()))
    } else {
        let is_read = entry.value.is_empty() || reads(setting, entry.value);
        (!is_read).then(|| format!("cannot be «{}»", entry.value))
    }
}

/// Whether the program would take this value.
fn reads(setting: &Arg, value: &str) -> bool {
    let name = setting.get_long().expect("every setting has a long name");
    let alone = Command::new("settings").arg(setting.clone().env(None).required(false).action(clap::ArgAction::Set));
    alone.try_get_matches_from(["settings".to_owned(), format!("--{name}={value}")]).is_ok()
}

fn env_of(setting: &Arg) -> &str {
    setting.get_env().and_then(|name| name.to_str()).unwrap_or_else(|| panic!("{} has no env", setting.get_id()))
}

fn settings() -> Command {
    Settings::augment_args(Command::new("settings"))
}

#[test]
fn the_example_of_the_settings_says_what_the_settings_say() {
    let found = differences(&super::read(".env.example"), &settings());
    super::report(found.into_iter().map(|what| format!(".env.example:{what}")).collect());
}

#[test]
fn a_setting_that_is_missing_strange_unexplained_or_wrong_is_found() {
    let file = super::read(".env.example");
    let spoiled = [
        ("#ZALO_OA_ID=", "", "ZALO_OA_ID is missing"),
        ("#ZALO_OA_ID=", "OA_ID=\n#ZALO_OA_ID=", "OA_ID is no setting"),
        ("#ZALO_OA_ID=", "\n#ZALO_OA_ID=", "ZALO_OA_ID is explained otherwise"),
        ("#ZALO_OA_ID=", "#ZALO_OA_ID=\n#ZALO_OA_ID=", "ZALO_OA_ID stands here twice"),
        ("#ZALO_OA_SECRET_KEY=", "ZALO_OA_SECRET_KEY=", "ZALO_OA_SECRET_KEY is empty and must be"),
        ("PUBLIC_URL=", "#PUBLIC_URL=", "PUBLIC_URL is commented out exactly when"),
        ("#DIALOGS=", "DIALOGS=", "DIALOGS is commented out exactly when"),
        ("127.0.0.1:8080", "0.0.0.0:8080", "LISTEN_ADDR has the default 127.0.0.1:8080"),
        ("https://phananh", "phananh", "PUBLIC_URL cannot be"),
        ("#RUST_LOG=info", "", "RUST_LOG is missing"),
    ];
    for (written, instead, complaint) in spoiled {
        let found = differences(&file.replacen(written, instead, 1), &settings());
        assert!(found.iter().any(|what| what.contains(complaint)), "{complaint}: {found:?}");
    }
}
