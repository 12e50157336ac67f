//! What came of a turn, for the log and the figures.

use crate::dialog::{Effect, Heard};

use super::store::Claimed;

/// A turn that was thought. It is told only once it is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    inbox_event_id: i64,
    citizen_id: i64,
    what: &'static str,
    has_files: bool,
}

impl Outcome {
    pub(super) fn of(event: &Claimed, heard: &Heard, effects: &[Effect]) -> Self {
        let (inbox_event_id, citizen_id) = (event.inbox_event_id, event.citizen_id);
        let has_files = matches!(heard, Heard::Message { attachments, .. } if !attachments.is_empty());
        Self { inbox_event_id, citizen_id, what: what(effects), has_files }
    }

    /// Whether something came along that is to be fetched.
    pub(super) fn has_files(&self) -> bool {
        self.has_files
    }

    /// One line and one count.
    pub(super) fn tell(self) {
        let Self { inbox_event_id, citizen_id, what, has_files: _ } = self;
        metrics::counter!("turns_total", "outcome" => what).increment(1);
        tracing::info!(inbox_event_id, citizen_id, outcome = what, "turn");
    }
}

/// The most of what a turn did. That somebody denounced stands in no log: it is a reply like any other.
fn what(effects: &[Effect]) -> &'static str {
    let rank = |effect: &Effect| match effect {
        Effect::File(_) => 4,
        Effect::CallOfficer { .. } | Effect::KeepForOfficer => 3,
        Effect::EraseMine
        | Effect::CorrectMine { .. }
        | Effect::WithdrawConsent { .. }
        | Effect::GiveConsent { .. }
        | Effect::Consent { .. }
        | Effect::Reuse { .. } => 2,
        Effect::Say(_) | Effect::LookUp { .. } => 1,
        Effect::Empty { .. } | Effect::Confide { .. } | Effect::Remind { .. } | Effect::MachineBack => 0,
    };
    match effects.iter().map(rank).max() {
        Some(4) => "filed",
        Some(3) => "for_officer",
        Some(2) => "data",
        Some(1) => "reply",
        _ => "nothing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_most_is_told_and_a_denunciation_is_not() {
        assert_eq!(what(&[]), "nothing");
        let said = Effect::LookUp { reference: "HN".to_owned(), phone: None };
        assert_eq!(what(&[said.clone(), Effect::KeepForOfficer]), "for_officer");
        assert_eq!(what(&[said, Effect::Confide { events: vec!["1".to_owned()] }]), "reply");
        assert_eq!(what(&[Effect::EraseMine]), "data");
    }
}
