//! Publishes a result and tells the citizen.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::{Action, Answer, Event, Petition, Publication, answer as answers, event, moves};
use crate::vietnamese::nfc;

use super::mask::Masks;
use super::{CaseError, Hand, PublicationDraft, Rules, notice, take};

const TITLE_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;

/// What could be published: the petition and its answer without what gives the sender away. An officer reads it before
/// it is released; names of other people and house numbers are found by eye only.
pub fn publication_proposal(petition: &Petition, answer: &Answer) -> PublicationDraft {
    let details = &petition.details;
    let masks = Masks::of(details);
    PublicationDraft {
        is_public: details.publish_consent,
        title: masks.hide(details.title.reveal()),
        content: masks.hide(details.content.reveal()),
        answer: masks.hide(&answer.body),
    }
}

/// Publishes the result, to everybody or to the sender only, and tells the citizen.
///
/// Refused: publishing without the sender's consent (Law 91/2025/QH15), and texts that still give the sender away.
pub async fn publish(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &PublicationDraft,
) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::Publish).await?;
    let publication = check(&petition, hand, draft)?;
    let answer = answers::latest(connection, petition.petition_id).await?;
    let answer = answer.ok_or(CaseError::NotAllowed { from: petition.status })?;

    answers::publish(connection, &publication).await?;
    moves::published(connection, petition.petition_id, to, hand.at).await?;
    let line = Event {
        petition_id: petition.petition_id,
        action: Action::Publish,
        from: Some(petition.status),
        to,
        officer_id: Some(hand.officer_id),
        detail: json!({ "is_public": draft.is_public }),
        at: hand.at,
    };
    event::record(connection, &line).await?;
    let message = notice::publication_notice(rules, &petition, &answer, draft);
    notice::post(rules, connection, &petition, message, hand.at).await?;
    Ok(())
}

fn check(petition: &Petition, hand: Hand<'_>, draft: &PublicationDraft) -> Result<Publication, CaseError> {
    let mut publication = Publication {
        petition_id: petition.petition_id,
        is_public: draft.is_public,
        title: String::new(),
        content: String::new(),
        answer: String::new(),
        officer_id: hand.officer_id,
        published_at: hand.at,
    };
    if !draft.is_public {
        return Ok(publication);
    }
    if !petition.details.publish_consent {
        let say = "Người gửi không đồng ý đăng công khai. Chọn chỉ trả lời riêng người gửi.";
        return Err(CaseError::invalid("is_public", say));
    }
    let masks = Masks::of(&petition.details);
    publication.title = released(&masks, "title", &draft.title)?;
    publication.content = released(&masks, "content", &draft.content)?;
    publication.answer = released(&masks, "answer", &draft.answer)?;
    if !TITLE_LENGTH.contains(&publication.title.chars().count()) {
        return Err(CaseError::invalid("title", "Tiêu đề cần từ 10 đến 200 ký tự."));
    }
    Ok(publication)
}

/// A text that says something and gives nobody away.
fn released(masks: &Masks, field: &'static str, text: &str) -> Result<String, CaseError> {
    let text = nfc(text.trim());
    if text.is_empty() {
        return Err(CaseError::invalid(field, "Mục này chưa có chữ nào để đăng."));
    }
    match masks.first_leak(&text) {
        None => Ok(text),
        Some(mask) => {
            let say = format!("Chỗ này còn thông tin riêng của người gửi. Thay bằng «{mask}».");
            Err(CaseError::invalid(field, say))
        }
    }
}
