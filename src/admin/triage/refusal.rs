//! Why a new petition is not received here, with the ready words.

use crate::casework::notices::Notices;
use crate::petition::RefusalReason;

/// What is unclear or missing is asked for, not refused; and nobody was asked yet.
const ASKED_INSTEAD: [RefusalReason; 3] =
    [RefusalReason::NoNameOrAddress, RefusalReason::UnclearContent, RefusalReason::NoSupplementInTime];

/// The reasons to choose from: their names and labels.
pub fn reasons(notices: &Notices) -> Vec<(&'static str, String)> {
    let refusals = notices.refusals().iter().filter(|refusal| !ASKED_INSTEAD.contains(&refusal.reason));
    refusals.map(|refusal| (refusal.reason.name(), refusal.label.clone())).collect()
}

/// What the reading of a petition points to.
pub fn proposed(class: Option<&str>) -> Option<RefusalReason> {
    Some(match class? {
        "khieu_nai" => RefusalReason::KhieuNai,
        "to_cao" => RefusalReason::ToCao,
        "legal_advice" => RefusalReason::LegalAdvice,
        "field_report" => RefusalReason::FieldReport,
        "private_dispute" => RefusalReason::PrivateDispute,
        "judicial" => RefusalReason::Judicial,
        "outside_city" => RefusalReason::OutsideCityGuided,
        "not_vietnamese" => RefusalReason::NotVietnamese,
        _ => return None,
    })
}

/// The words for a reason: the officer's own, or the ready ones, also where those of another reason still stand.
pub fn text(notices: &Notices, reason: RefusalReason, typed: &str) -> String {
    let typed = typed.replace("\r\n", "\n");
    let is_ready = notices.refusals().iter().any(|refusal| refusal.text.trim() == typed.trim());
    if is_ready || typed.trim().is_empty() { notices.refusal(reason).text.clone() } else { typed }
}
