//! The cards of the answer: the form with its five questions, and the answer that waits for a second person.

use super::super::words;
use super::answer_files::{FileRow, rows};
use super::comparison::percent;
use crate::casework::{self, AnswerDraft};
use crate::petition::answer::Alike;
use crate::petition::answer_file::AnswerFile;
use crate::petition::draft::Draft;

/// The form.
pub struct Gate {
    pub typed: AnswerDraft,
    /// Of the draft; 0 while there is none.
    pub version: i32,
    /// «Bản nháp do Lê Minh lưu lúc 09:14, 20/11/2026.»
    pub saved: Option<String>,
    /// Who wants it changed and when, and what.
    pub sent_back: Option<(String, String)>,
    pub files: Vec<FileRow>,
    pub alike: Option<AlikeRow>,
    /// What somebody else saved while this was being written.
    pub other: Option<AnswerDraft>,
    /// What the button says.
    pub button: &'static str,
}

/// «Giống 92% câu trả lời ngày 12/11/2026 của Ông/Bà.»
pub struct AlikeRow {
    pub words: String,
    pub href: String,
}

/// What the form is drawn from.
pub struct Making<'a> {
    pub draft: Option<&'a Draft>,
    /// What was typed into a form that was not taken.
    pub typed: Option<AnswerDraft>,
    pub is_draft_stale: bool,
    pub alike: Option<Alike>,
    pub files: &'a [AnswerFile],
    pub page: &'a str,
    pub officer_id: i64,
    pub needs_approval: bool,
    pub may_publish: bool,
}

impl Gate {
    pub fn draw(making: Making<'_>) -> Self {
        let kept = making.draft.map(|draft| AnswerDraft::from_kept(&draft.typed)).unwrap_or_default();
        let button = match (making.needs_approval, making.may_publish) {
            (true, _) => "Gửi duyệt trả lời",
            (false, true) => "Ghi trả lời, xem trước",
            (false, false) => "Ghi trả lời",
        };
        Self {
            version: making.draft.map_or(0, |draft| draft.version),
            saved: making
                .draft
                .map(|draft| format!("Bản nháp do {} lưu lúc {}.", draft.officer_name, words::moment(draft.saved_at))),
            sent_back: making.draft.and_then(sent_back),
            files: rows(making.files.iter().filter(|file| file.answer_id.is_none()), making.page),
            alike: making.alike.map(|alike| AlikeRow::of(&alike, making.page, making.officer_id)),
            other: making.is_draft_stale.then(|| kept.clone()),
            typed: making.typed.unwrap_or(kept),
            button,
        }
    }

    pub fn is_evidence(&self, kind: &str) -> bool {
        self.typed.evidence == kind
    }
}

impl AlikeRow {
    fn of(alike: &Alike, page: &str, officer_id: i64) -> Self {
        let whose = if alike.officer_id == officer_id { "của Ông/Bà" } else { "của cơ quan" };
        Self {
            words: format!(
                "Giống {}% câu trả lời ngày {} {whose}.",
                percent(alike.likeness),
                words::date(alike.answered_at)
            ),
            href: format!("{page}/comparison/{}", alike.answer_id),
        }
    }
}

/// The reason stands until the draft is handed in again.
fn sent_back(draft: &Draft) -> Option<(String, String)> {
    let (who, at) = (draft.sent_back_by.as_ref()?, draft.sent_back_at?);
    Some((format!("{who}, {}", words::moment(at)), draft.sent_back_reason.clone()?))
}

/// A draft that waits for a second person.
pub struct Waiting {
    /// «Lê Minh, 20/11/2026, 09:14»
    pub by: String,
    /// As the sender will read it.
    pub letter: String,
    pub outcome: String,
    pub files: Vec<FileRow>,
    /// This officer has written in it.
    pub is_own: bool,
}

impl Waiting {
    pub fn draw(draft: &Draft, files: &[AnswerFile], page: &str, officer_id: i64) -> Self {
        let typed = AnswerDraft::from_kept(&draft.typed);
        let outcome = typed.outcome.parse::<crate::petition::Outcome>();
        Self {
            by: format!("{}, {}", draft.officer_name, words::moment(draft.saved_at)),
            letter: casework::letter(&typed),
            outcome: outcome.map(|outcome| outcome.word().to_owned()).unwrap_or_default(),
            files: rows(files.iter().filter(|file| file.answer_id.is_none()), page),
            is_own: draft.writers.contains(&officer_id),
        }
    }
}
