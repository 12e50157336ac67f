//! `triage`: says of each text what it is and whose, one JSON line each. An officer decides; this proposes.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::casework;
use crate::scope;

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
        agency: casework::competent_agency(text, &reading).unwrap_or_default().to_owned(),
        confidence: reading.confidence,
        reasons: reading.reasons.iter().map(|reason| reason.words.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> (usize, Vec<Value>) {
        let mut out = Vec::new();
        let unread = triage(input, &mut out).expect("memory does not break");
        let lines = String::from_utf8(out).expect("UTF-8");
        (unread, lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
    }

    #[test]
    fn every_line_is_answered_in_its_place() {
        let input = "{\"id\":\"1\",\"text\":\"mất nước 3 ngày nay khu tôi\",\"kind\":\"spam\"}\nkhông phải JSON\n\
                     {\"id\":2,\"text\":\"\"}\n{\"id\":\"3\"}\n{\"text\":\"thiếu mã\"}";
        let (unread, lines) = lines(input.as_bytes());
        assert_eq!((unread, lines.len()), (2, 5));
        assert_eq!((&lines[0]["id"], &lines[0]["class"]), (&json!("1"), &json!("ngoai_pham_vi")));
        assert_eq!(lines[0]["agency"], "");
        assert!(!lines[0]["reasons"].as_array().expect("a list").is_empty());
        assert_eq!((&lines[1]["id"], lines[1]["error"].is_string()), (&Value::Null, true));
        assert_eq!((&lines[2]["id"], &lines[2]["class"]), (&json!(2), &json!("tthc")));
        assert_eq!((&lines[3]["id"], &lines[3]["class"]), (&json!("3"), &json!("tthc")));
        assert!(lines[4]["error"].is_string());
    }

    #[test]
    fn a_broken_letter_spoils_its_own_line_only() {
        let (unread, lines) = lines(b"{\"id\":1,\"text\":\"\xff\"}\n{\"id\":2,\"text\":\"test test\"}\n");
        assert_eq!((unread, &lines[1]["class"]), (1, &json!("spam")));
    }

    #[test]
    fn whose_a_matter_is_comes_before_where_someone_lives() {
        let agency = |text| read(text).agency;
        assert_eq!(agency("nhà em ở phường Láng, hồ sơ lý lịch tư pháp quá hẹn 10 ngày"), "HN-CATP");
        assert_eq!(agency("hồ sơ khai sinh nộp ở phường Láng quá hẹn 10 ngày"), "HN-00199");
        assert_eq!(agency("hồ sơ sổ đỏ của tôi quá hẹn 3 tháng"), "");
        assert_eq!(agency("đèn đường phường Láng hỏng 3 hôm nay"), "");
    }

    #[test]
    fn every_agency_of_the_lexicon_is_in_the_table() {
        for code in scope::competent_agencies() {
            assert!(crate::gazetteer::agency_by_code(code).is_some(), "{code}");
        }
    }
}
