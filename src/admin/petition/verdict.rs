//! What a petition is taken for, and why: the machine proposes, an officer decides.

use super::super::words;
use super::sender::Veil;
use crate::petition::reading::Reading;
use crate::petition::{Action, HistoryLine};

/// The card.
pub struct Verdict {
    /// «Thủ tục hành chính (khá chắc)»
    pub heading: String,
    /// The sender's words that led there.
    pub reasons: Vec<String>,
    /// «Trần Thu Hà xác nhận 28/10/2026, 12:40»
    pub confirmed: Option<String>,
}

impl Verdict {
    pub fn draw(reading: &Reading, lines: &[HistoryLine], veil: &Veil) -> Self {
        let accepted = lines.iter().rfind(|line| line.action == Action::Accept);
        Self {
            heading: words::reading(reading),
            reasons: reading.reasons.iter().take(4).map(|reason| veil.words(&reason.words)).collect(),
            confirmed: accepted.and_then(|line| {
                let officer = line.officer_name.as_ref()?;
                Some(format!("{officer} tiếp nhận {}", words::moment(line.at)))
            }),
        }
    }
}
