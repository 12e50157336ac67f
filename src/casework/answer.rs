//! Records the answer to a petition.

use chrono::NaiveDate;
use serde_json::json;
use sqlx::PgConnection;

use crate::clock::hanoi;
use crate::petition::{
    Action, Answer, Event, Outcome, Petition, Step, answer as answers, calendar_store, event, moves,
};
use crate::vietnamese::nfc;

use super::{AnswerDraft, CaseError, Hand, Rules, take};

/// One line («Đã xử lý.») is no answer: people rate substance (pakn-domain 1.11).
const BODY_LEAST: usize = 40;
const WORDS_LEAST: usize = 8;
const BODY_LIMIT: usize = 10_000;
const REASON_LEAST: usize = 10;

/// Records the answer; it reaches the citizen when it is published, which is due from now on.
pub async fn answer(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &AnswerDraft,
) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::Answer).await?;
    if petition.reopened_at.is_some() && answers::was_by(connection, petition.petition_id, hand.officer_id).await? {
        let say = "Phản ánh đã mở lại: người trả lời lần này phải khác người đã trả lời lần trước.";
        return Err(CaseError::invalid("body", say));
    }
    let checked = check(rules, &petition, hand, draft)?;
    let deadlines = calendar_store::deadlines_of(connection, &rules.office_hours, &petition).await?;
    let publish_due_at = deadlines.due(Step::Publish, hand.at)?;

    answers::insert(connection, &checked).await?;
    moves::answered(connection, petition.petition_id, to, publish_due_at, hand.at).await?;
    let line = Event {
        petition_id: petition.petition_id,
        action: Action::Answer,
        from: Some(petition.status),
        to,
        officer_id: Some(hand.officer_id),
        detail: json!({ "outcome": checked.outcome.name(), "no_document_reason": said(&draft.no_document_reason) }),
        at: hand.at,
    };
    event::record(connection, &line).await?;
    Ok(())
}

/// The gate: what was done, how it ended, and the paper that proves it or why there is none.
fn check(rules: &Rules, petition: &Petition, hand: Hand<'_>, draft: &AnswerDraft) -> Result<Answer, CaseError> {
    let body = nfc(draft.body.trim());
    let length = body.chars().count();
    if length < BODY_LEAST || body.split_whitespace().count() < WORDS_LEAST {
        let say = "Viết rõ đã làm gì, ngày nào, ai làm, kết quả ra sao: ít nhất 40 ký tự, thành câu.";
        return Err(CaseError::invalid("body", say));
    }
    if length > BODY_LIMIT {
        return Err(CaseError::invalid("body", "Rút câu trả lời còn nhiều nhất 10.000 ký tự."));
    }
    let outcome: Outcome =
        draft.outcome.parse().map_err(|_| CaseError::invalid("outcome", "Chọn kết quả giải quyết."))?;
    let (document_number, document_on) = document(draft, hanoi(hand.at).date_naive())?;
    Ok(Answer {
        petition_id: petition.petition_id,
        body,
        outcome,
        document_number,
        document_on,
        agency_id: petition.handling_agency_id.clone().unwrap_or_else(|| rules.focal_agency.clone()),
        agency_name: petition.handling_agency_name.clone().unwrap_or_default(),
        officer_id: hand.officer_id,
        answered_at: hand.at,
    })
}

fn document(draft: &AnswerDraft, today: NaiveDate) -> Result<(Option<String>, Option<NaiveDate>), CaseError> {
    let Some(number) = said(&draft.document_number) else {
        let reason = said(&draft.no_document_reason).unwrap_or_default();
        if reason.chars().count() < REASON_LEAST {
            let say = "Nhập số văn bản, hoặc viết vì sao không có văn bản.";
            return Err(CaseError::invalid("document_number", say));
        }
        return Ok((None, None));
    };
    match draft.document_on {
        None => Err(CaseError::invalid("document_on", "Nhập ngày của văn bản.")),
        Some(on) if on > today => Err(CaseError::invalid("document_on", "Ngày của văn bản không sau hôm nay.")),
        Some(on) => Ok((Some(number), Some(on))),
    }
}

/// What was entered, if anything was.
fn said(field: &Option<String>) -> Option<String> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(nfc)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "2026-11-20";

    fn refused(draft: &AnswerDraft) -> Option<&'static str> {
        match document(draft, TODAY.parse().expect("a date")) {
            Err(CaseError::Invalid { field, .. }) => Some(field),
            Err(other) => panic!("{other}"),
            Ok(_) => None,
        }
    }

    #[test]
    fn an_answer_has_a_document_with_its_date_or_a_reason_for_none() {
        let number = |on: Option<&str>| AnswerDraft {
            document_number: Some("123/UBND-VP".to_owned()),
            document_on: on.map(|on| on.parse().expect("a date")),
            ..AnswerDraft::default()
        };
        let reason = |text: &str| AnswerDraft { no_document_reason: Some(text.to_owned()), ..AnswerDraft::default() };
        assert_eq!(refused(&AnswerDraft::default()), Some("document_number"));
        assert_eq!(refused(&reason("  không  ")), Some("document_number"));
        assert_eq!(refused(&reason("Đã trả kết quả tại quầy.")), None);
        assert_eq!(refused(&number(None)), Some("document_on"));
        assert_eq!(refused(&number(Some("2026-11-21"))), Some("document_on"));
        assert_eq!(refused(&number(Some(TODAY))), None);
    }
}
