//! Publishes a result and tells the citizen.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::published::{self, Choice};
use crate::petition::{Action, Answer, Outcome, Petition, Publication, answer as answers, event, moves};
use crate::vietnamese::nfc;

use super::mask::Finder;
use super::name::named_officers;
use super::{CaseError, Hand, PublicationDraft, Rules, notice, take};

const TITLE_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
const AGREED_LENGTH: std::ops::RangeInclusive<usize> = 10..=300;

/// Looks for what is to be hidden in these texts. `officers` are those the petition complains of; they may be named only
/// where the answer blames somebody.
pub fn publication_finder(petition: &Petition, answer: &Answer, officers: Vec<String>) -> Finder {
    let has_conclusion = matches!(answer.outcome, Outcome::OfficialReminded | Outcome::OfficialDisciplined);
    Finder::new(&petition.details, officers, has_conclusion)
}

/// What could be published: the petition and its answer with everything hidden that was found. An officer reads it before
/// it is released.
pub fn publication_proposal(petition: &Petition, answer: &Answer) -> PublicationDraft {
    let details = &petition.details;
    let finder = publication_finder(petition, answer, Vec::new());
    PublicationDraft {
        is_public: details.publish_consent,
        title: finder.anonymise(details.title.reveal()),
        content: finder.anonymise(details.content.reveal()),
        answer: finder.anonymise(&answer.body),
        ..PublicationDraft::default()
    }
}

/// Publishes the result, to everybody or to the sender only, and tells the citizen.
///
/// Refused: publishing without the sender's consent (Law 91/2025/QH15), texts that still give the sender or an accused
/// officer away, and pictures to which the sender did not agree.
pub async fn publish(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &PublicationDraft,
) -> Result<(), CaseError> {
    let (petition, to) = take(connection, hand, Action::Publish).await?;
    let answer = answers::latest(connection, petition.petition_id).await?;
    let answer = answer.ok_or(CaseError::NotAllowed { from: petition.status })?;
    let officers = named_officers(rules, connection, &petition).await?;
    let finder = publication_finder(&petition, &answer, officers);
    let publication = check(&petition, hand, draft, &finder)?;

    answers::publish(connection, &publication).await?;
    show_pictures(connection, &petition, hand, draft).await?;
    moves::published(connection, petition.petition_id, to, hand.at).await?;
    // what was found and left, by an officer who read it
    let detail = json!({
        "is_public": draft.is_public,
        "left": finder.finds(&[&publication.title, &publication.content, &publication.answer]).len(),
        "pictures": draft.pictures.len(),
    });
    let line = hand.line(&petition, Action::Publish, to, detail);
    event::record(connection, &line).await?;
    let message = notice::publication_notice(rules, &petition, &answer, draft);
    notice::post(rules, connection, &petition, message, hand.at).await?;
    Ok(())
}

/// What everybody may see besides the words; what was shown before and is not chosen again goes.
async fn show_pictures(
    connection: &mut PgConnection,
    petition: &Petition,
    hand: Hand<'_>,
    draft: &PublicationDraft,
) -> sqlx::Result<()> {
    let choice = Choice {
        petition_id: petition.petition_id,
        attachment_ids: if draft.is_public { &draft.pictures } else { &[] },
        officer_id: hand.officer_id,
        agreed: draft.agreed.trim(),
        at: hand.at,
    };
    published::choose(connection, &choice).await
}

fn check(
    petition: &Petition,
    hand: Hand<'_>,
    draft: &PublicationDraft,
    finder: &Finder,
) -> Result<Publication, CaseError> {
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
    publication.title = released(finder, "title", &draft.title)?;
    publication.content = released(finder, "content", &draft.content)?;
    publication.answer = released(finder, "answer", &draft.answer)?;
    if !TITLE_LENGTH.contains(&publication.title.chars().count()) {
        return Err(CaseError::invalid("title", "Tiêu đề cần từ 10 đến 200 ký tự."));
    }
    if !draft.pictures.is_empty() && !AGREED_LENGTH.contains(&draft.agreed.trim().chars().count()) {
        let say = "Ghi người gửi đồng ý đăng ảnh lúc nào, bằng cách nào, từ 10 đến 300 ký tự. Ví dụ: nhắn đồng ý 14:05 ngày \
                   20/11.";
        return Err(CaseError::invalid("agreed", say));
    }
    Ok(publication)
}

/// A text that says something and gives nobody away.
fn released(finder: &Finder, field: &'static str, text: &str) -> Result<String, CaseError> {
    let text = nfc(text.trim());
    if text.is_empty() {
        return Err(CaseError::invalid(field, "Mục này chưa có chữ nào để đăng."));
    }
    match finder.first_leak(&text) {
        None => Ok(text),
        Some(mask) => {
            let say = format!("Chỗ này còn thông tin không được công khai. Thay bằng «{mask}».");
            Err(CaseError::invalid(field, say))
        }
    }
}
