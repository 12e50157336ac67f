//! Addresses and agencies as people write them: `tests/fixtures/places-as-written.txt`, line by line.

use super::*;

const WRITTEN: &str = include_str!("../../tests/fixtures/places-as-written.txt");

/// One line: what was typed, what must be found, what must be left of an address.
struct Line {
    typed: &'static str,
    wanted: &'static str,
    detail: Option<&'static str>,
}

/// The lines below a heading.
fn lines(heading: &str) -> Vec<Line> {
    let from = WRITTEN.split_once(heading).expect("the heading stands in the file").1;
    let until = from.find("\n[").unwrap_or(from.len());
    let lines = from[..until].lines().filter_map(|line| line.split_once("=>"));
    let line = |(typed, wanted): (&'static str, &'static str)| {
        let (wanted, detail) =
            wanted.split_once('|').map_or((wanted, None), |(wanted, rest)| (wanted, Some(rest.trim())));
        Line { typed: typed.trim(), wanted: wanted.trim(), detail }
    };
    lines.map(line).collect()
}

fn matches(found: &Found, wanted: &str) -> bool {
    match (found, wanted.split_once(' ')) {
        (Found::Split { candidates, .. } | Found::Near { candidates }, Some(("?", name))) => {
            candidates.iter().any(|commune| commune.name == name)
        }
        (Found::Elsewhere { said }, Some(("→", name))) => said == name,
        (Found::One(commune), _) => commune.name == wanted,
        (Found::Nothing, _) => wanted == "-",
        _ => false,
    }
}

fn agency_matches(found: &FoundAgency, wanted: &str) -> bool {
    match (found, wanted.split_once(' ')) {
        (FoundAgency::Several(agencies), Some(("?", name))) => agencies.iter().any(|agency| agency.said == name),
        (FoundAgency::One(agency), _) => agency.said == wanted,
        (FoundAgency::Nothing, _) => wanted == "-",
        _ => false,
    }
}

#[test]
fn addresses_are_read_as_people_write_them() {
    let lines = lines("[địa chỉ]");
    let wrong: Vec<String> = lines
        .iter()
        .map(|line| (line, address(line.typed)))
        .filter(|(line, found)| {
            !matches(&found.place, line.wanted) || line.detail.is_some_and(|detail| detail != found.detail)
        })
        .map(|(line, found)| format!("{}: {:?} / {}", line.typed, found.place, found.detail))
        .collect();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), lines.len(), wrong.join("\n"));
}

#[test]
fn agencies_are_found_as_people_call_them() {
    let lines = lines("[cơ quan]");
    let found = lines.iter().map(|line| (line, agency(line.typed)));
    let wrong: Vec<String> = found
        .filter(|(line, found)| !agency_matches(found, line.wanted))
        .map(|(line, found)| format!("{}: {found:?}", line.typed))
        .collect();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), lines.len(), wrong.join("\n"));
}
