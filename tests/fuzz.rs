//! What comes from outside is read without a panic, without a hang and in little memory: bodies of webhooks, and the
//! files of `dialogs/` as somebody may leave them behind.
//!
//! Real bodies and files are broken at random, a few seconds each; `FUZZ_SECONDS=3600 cargo test --test fuzz` looks
//! longer. What fails is left in `target/tmp` and named with its seed.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use zalo_petitions::dialog::Catalog;
use zalo_petitions::zalo::event::{Event, dedupe_key_of_unknown};
use zalo_petitions::zalo::signature::{Verifier, sign};

/// The webhook takes no larger body.
const BODY_LIMIT: usize = 64 * 1024;
/// Nothing that is read may take longer, on a busy machine without optimisation.
const SLOWEST: Duration = Duration::from_secs(10);
/// Kilobytes that the whole process may ever have held.
const MOST_MEMORY: u64 = 1_500_000;

/// Signs that mean something to those who read JSON, TOML or the texts in them.
const SIGNS: [&str; 30] = [
    "{",
    "}",
    "[",
    "]",
    "[[",
    "\"",
    "\"\"\"",
    "'",
    ",",
    ":",
    "=",
    "\\",
    "\\u0000",
    "\\ud800",
    "\n",
    "null",
    "true",
    "-1",
    "1e999",
    "99999999999999999999",
    "\0",
    "\u{feff}",
    "é",
    "e\u{301}",
    "{x}",
    "#",
    "@yes",
    "*",
    "-",
    "[step.hint.x]",
];

fn seconds() -> Duration {
    let asked = std::env::var("FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(asked.unwrap_or(4))
}

/// Breaks `text`: a few changes, each somewhere.
fn broken(random: &mut StdRng, text: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=text.len());
        let until = random.random_range(at..=text.len().min(at + 40));
        let sign = || SIGNS[0].as_bytes();
        match random.random_range(0..8) {
            0 => text.truncate(at),
            1 => drop(text.splice(at..until, [])),
            2 => drop(
                text.splice(at..at, SIGNS.choose(random).map_or_else(sign, |sign| sign.as_bytes()).iter().copied()),
            ),
            3 => drop(
                text.splice(at..until, SIGNS.choose(random).map_or_else(sign, |sign| sign.as_bytes()).iter().copied()),
            ),
            4 => {
                let copied = text[at..until].repeat(random.random_range(1..50));
                drop(text.splice(at..at, copied));
            }
            5 => {
                let noise: Vec<u8> = (0..random.random_range(1..20)).map(|_| random.random()).collect();
                drop(text.splice(at..until, noise));
            }
            6 => {
                let deep = [b"[".as_slice(), b"{\"a\":", b"{a="].choose(random).map_or(b"[".as_slice(), |deep| deep);
                drop(text.splice(at..at, deep.repeat(random.random_range(1..2_000))));
            }
            _ => {
                let other = others.choose(random).map_or(&[][..], Vec::as_slice);
                let from = random.random_range(0..=other.len());
                drop(text.splice(at..at, other[from..other.len().min(from + 300)].iter().copied()));
            }
        }
    }
    text
}

/// Reads broken inputs until the time is over. `read` gives nothing: it must only come back.
fn fuzz(name: &str, inputs: &[Vec<u8>], read: impl Fn(&[u8])) {
    let begun = Instant::now();
    let mut seed =
        std::env::var("FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random::<u64>);
    let mut count = 0_u64;
    while begun.elapsed() < seconds() || count < 20 {
        let mut random = StdRng::seed_from_u64(seed);
        let whole = inputs.choose(&mut random).map_or(&[][..], Vec::as_slice);
        let input = broken(&mut random, whole, inputs);
        let started = Instant::now();
        let came_back = catch_unwind(AssertUnwindSafe(|| read(&input))).is_ok();
        if !came_back || started.elapsed() > SLOWEST {
            let left = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{seed}"));
            fs::write(&left, &input).expect("a file for what failed");
            panic!("{name}: FUZZ_SEED={seed}, {:?}, {}", started.elapsed(), left.display());
        }
        seed = seed.wrapping_add(1);
        count += 1;
    }
    let memory = memory();
    assert!(memory < MOST_MEMORY, "{name}: {memory} kB after {count} inputs");
}

/// The most memory this process ever held, in kilobytes.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|kind| kind == ending)).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{folder} has files");
    paths.into_iter().map(|path| (path.clone(), fs::read(path).expect("a text"))).collect()
}

#[test]
fn a_webhook_body_is_read_or_refused() {
    const APP: &str = "1000000000000000001";
    let verifier = Verifier::new(APP, vec!["key".into(), "older".into()]);
    let received_at = "2026-11-18T02:10:00Z".parse().expect("a time");
    let bodies: Vec<Vec<u8>> = files("tests/fixtures/webhook", "json").into_iter().map(|(_, body)| body).collect();
    fuzz("webhook", &bodies, |body| {
        let body = &body[..body.len().min(BODY_LIMIT)];
        let header = &body[..body.len().min(80)];
        assert!(verifier.verify(header, body).is_err(), "nobody signed this");
        assert!(!dedupe_key_of_unknown(body).is_empty());
        let Ok(event) = Event::parse(body) else { return };
        assert_eq!(Event::parse(body).as_ref(), Ok(&event), "read the same twice");
        assert!(!event.dedupe_keys().is_empty() && event.dedupe_keys().iter().all(|key| key.len() < 4 * BODY_LIMIT));
        assert!(event.citizen().is_none_or(|citizen| (1..=64).contains(&citizen.len())));
        let _ = (event.happened_at(received_at), event.opens_window(), event.is_console_test(), format!("{event:?}"));
    });
}

#[test]
fn what_zalo_signed_verifies_and_nothing_else() {
    let bodies = files("tests/fixtures/webhook", "json");
    let verifier = Verifier::new("app", vec!["key".into()]);
    for (path, body) in bodies {
        let value: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let timestamp = value["timestamp"].as_str().unwrap_or_default().to_owned();
        let mac = sign("app", &body, &timestamp, "key");
        let is_signed = verifier.verify(mac.as_bytes(), &body).is_ok();
        assert!(is_signed || timestamp.is_empty(), "{}", path.display());
        assert!(verifier.verify(mac.as_bytes(), &[&body[..], b" "].concat()).is_err(), "{}", path.display());
    }
}

#[test]
fn a_file_of_the_dialogs_is_loaded_or_its_problems_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let dialogs = files("dialogs", "toml");
    let texts: Vec<Vec<u8>> = dialogs.iter().map(|(_, text)| text.clone()).collect();
    fuzz("dialogs", &texts, |text| {
        // One broken file alone: the problems of the others are the same every time.
        let path = folder.path().join("petition.toml");
        fs::write(&path, text).expect("a file");
        match Catalog::load(folder.path()) {
            Ok(catalog) => assert!(catalog.counts().forms > 0),
            Err(problems) => {
                assert!(!problems.is_empty());
                for problem in problems {
                    assert!(problem.line > 0 && !problem.text.is_empty(), "{problem}");
                }
            }
        }
    });
}
