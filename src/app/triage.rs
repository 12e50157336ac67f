//! `triage`: says of each text what it is and whose, one JSON line each. An officer decides; this proposes.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::gazetteer::{self, Agency, FoundAgency, Level};
use crate::scope::{self, Class, Reading};

/// A line to read; whatever else it says of itself is not looked at.
#[derive(Deserialize)]
struct Asked {
    id: Value,
    #[serde(default)]
    text: Option<String>,
}

/// What a text is.
#[derive(Debug, Serialize)]
pub struct Triaged {
    /// One of `tthc thai_do ngoai_pham_vi khieu_nai to_cao spam`.
    pub class: &'static str,
    /// A code of `agencies.csv`; empty where the text does not tell.
    pub agency: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// The words that led to it.
    pub reasons: Vec<String>,
}

/// Answers every line in its place as it comes; returns how many could not be read.
///
/// # Errors
///
/// When the input or the output breaks.
pub fn triage(mut input: impl BufRead, mut out: impl Write) -> io::Result<usize> {
    let (mut line, mut unread) = (Vec::new(), 0);
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            let answer = answer(&line);
            unread += usize::from(answer.get("error").is_some());
            writeln!(out, "{answer}")?;
            out.flush()?;
        }
        line.clear();
    }
    Ok(unread)
}

fn answer(line: &[u8]) -> Value {
    let asked: Asked = match serde_json::from_slice(line) {
        Ok(asked) => asked,
        Err(error) => return json!({ "id": null, "error": error.to_string() }),
    };
    let Triaged { class, agency, confidence, reasons } = read(&asked.text.unwrap_or_default());
    json!({ "id": asked.id, "class": class, "agency": agency, "confidence": confidence, "reasons": reasons })
}

/// What a text is, and whose.
pub fn read(text: &str) -> Triaged {
    let reading = scope::read(text);
    Triaged {
        class: reading.class.label(),
        agency: agency(text, &reading).unwrap_or_default().to_owned(),
        confidence: reading.confidence,
        reasons: reading.reasons.iter().map(|reason| reason.words.clone()).collect(),
    }
}

/// The agency that the matter and the names in the text point to; none is better than a wrong one.
fn agency(text: &str, reading: &Reading) -> Option<&'static str> {
    match reading.class {
        Class::KhieuNai | Class::ToCao => return reading.competent,
        Class::Procedure | Class::Conduct | Class::OutsideCity => {}
        _ => return None,
    }
    let named = match gazetteer::agency(text) {
        FoundAgency::One(agency) => vec![agency],
        FoundAgency::Several(agencies) => agencies,
        FoundAgency::Nothing => Vec::new(),
    };
    let commune = named.iter().find(|agency| agency.level == Level::Commune).map(|agency| agency.code.as_str());
    match reading.competent {
        Some(_) if reading.yields_to_commune && commune.is_some() => commune,
        Some(competent) => Some(named_instead(&named, competent).unwrap_or(competent)),
        // Of the successors of a divided ward, the main one.
        None => named.first().map(|agency| agency.code.as_str()),
    }
}

/// A specialised agency that is named first wins over the one that the matter usually is with.
fn named_instead(named: &[&'static Agency], competent: &str) -> Option<&'static str> {
    let first = named.iter().find(|agency| agency.level != Level::Commune)?;
    let is_named = named.iter().any(|agency| agency.code == competent);
    (!is_named && first.level == Level::Department).then_some(first.code.as_str())
}
