//! How well texts are told apart: the thirty texts that came with the task, and a set of our own.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use zalo_petitions::app::triage;

#[derive(Deserialize)]
struct Sample {
    id: String,
    text: String,
    kind: String,
    agency_hint: String,
}

/// How many of a class there are, and how many were told.
#[derive(Default)]
struct Count {
    all: usize,
    right: usize,
}

/// What came out for a set of texts.
struct Outcome {
    samples: usize,
    classes: usize,
    hinted: usize,
    agencies: usize,
    invented: usize,
    report: String,
}

fn measure(path: &str) -> Outcome {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let lines = std::fs::read_to_string(file).expect("a readable file");
    let samples: Vec<Sample> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let mut counts = BTreeMap::<&str, Count>::new();
    let (mut hinted, mut agencies, mut invented, mut wrong) = (0, 0, 0, Vec::new());
    for sample in &samples {
        let told = triage::read(&sample.text);
        let count = counts.entry(&sample.kind).or_default();
        count.all += 1;
        count.right += usize::from(told.class == sample.kind);
        let is_hinted = !sample.agency_hint.is_empty();
        hinted += usize::from(is_hinted);
        agencies += usize::from(is_hinted && told.agency == sample.agency_hint);
        invented += usize::from(!is_hinted && !told.agency.is_empty());
        if told.class != sample.kind || told.agency != sample.agency_hint {
            wrong.push(format!(
                "{} {}→{} {}→{} {:.2} {:?}\n    {}",
                sample.id,
                sample.kind,
                told.class,
                sample.agency_hint,
                told.agency,
                told.confidence,
                told.reasons,
                sample.text.chars().take(160).collect::<String>()
            ));
        }
    }
    let counts_said: Vec<_> = counts.iter().map(|(kind, c)| format!("{kind} {}/{}", c.right, c.all)).collect();
    let classes = counts.values().map(|count| count.right).sum();
    let report = format!(
        "{path}: classes {classes}/{} ({}), agencies {agencies}/{hinted}, invented {invented}\n{}",
        samples.len(),
        counts_said.join(", "),
        wrong.join("\n")
    );
    Outcome { samples: samples.len(), classes, hinted, agencies, invented, report }
}

#[test]
fn the_sample_petitions_are_told_apart() {
    let outcome = measure("src/app/demo/sample-petitions.jsonl");
    println!("{}", outcome.report);
    assert_eq!(outcome.samples, 30);
    assert!(outcome.classes >= 28, "{}", outcome.report);
    assert!(outcome.agencies * 5 >= outcome.hinted * 4, "{}", outcome.report);
    assert!(outcome.invented <= 1, "{}", outcome.report);
}

#[test]
fn texts_as_people_type_them_are_told_apart() {
    let outcome = measure("tests/fixtures/scope/petitions.jsonl");
    println!("{}", outcome.report);
    assert!(outcome.samples >= 150);
    assert!(outcome.classes * 100 >= outcome.samples * 95, "{}", outcome.report);
    assert!(outcome.agencies * 100 >= outcome.hinted * 90, "{}", outcome.report);
}
