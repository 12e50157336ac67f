//! What the page before publishing lists: what was found, the pictures, the consent.

use std::collections::BTreeSet;
use std::ops::Range;

use askama::filters::Safe;
use sqlx::PgConnection;

use super::super::super::words;
use super::Texts;
use super::form::name;
use crate::attachment::{self, State};
use crate::casework::{Find, FindKey, Finder};
use crate::http::text::marked_at;
use crate::petition::Petition;
use crate::petition::attachment::Filed;
use crate::petition::consent::{self, Purpose};
use crate::petition::conversation::kind_word;

/// Something that was found.
pub struct FindRow {
    /// For the form.
    pub name: String,
    /// «Tên người: “anh Tuấn” (2 chỗ)»
    pub words: String,
    /// What stands in its place.
    pub mask: &'static str,
    pub is_certain: bool,
    pub is_masked: bool,
}

pub fn find_row(find: &Find, left: &BTreeSet<FindKey>) -> FindRow {
    let places = if find.places > 1 { format!(" ({} chỗ)", find.places) } else { String::new() };
    FindRow {
        name: name(find),
        words: format!("{}: “{}”{places}", find.key.found.word(), find.text),
        mask: find.key.found.mask(),
        is_certain: find.is_certain,
        is_masked: find.is_certain || !left.contains(&find.key),
    }
}

/// A text as officers know it, with every find marked.
pub fn original(finder: &Finder, text: &str) -> Safe<String> {
    let text = crate::vietnamese::nfc(text);
    let places: Vec<Range<usize>> = finder.places(&text).into_iter().map(|place| place.range).collect();
    marked_at(&text, &places)
}

/// The petition's own texts.
pub fn originals(petition: &Petition, answer: &str) -> Texts {
    let own = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let details = &petition.details;
    Texts { title: own(details.title.reveal()), content: own(details.content.reveal()), answer: own(answer) }
}

/// A picture that may be shown: a clean copy of it lies ready.
pub struct PictureRow {
    pub id: i64,
    pub words: String,
    /// Below this address lie `thumbnail` and `clean`.
    pub file: String,
    pub is_chosen: bool,
}

/// The pictures that may be shown, and how many others came along.
pub async fn pictures(
    connection: &mut PgConnection,
    filed: &[Filed],
    page: &str,
    chosen: &[i64],
) -> sqlx::Result<(Vec<PictureRow>, usize)> {
    let ids: Vec<i64> = filed.iter().filter_map(|filed| filed.media_id).collect();
    let media = attachment::media(connection, &ids).await?;
    let is_clean = |filed: &&Filed| {
        let media = filed.media_id.and_then(|media_id| media.get(&media_id));
        !filed.attachment.is_identity && media.is_some_and(|media| media.state == State::Kept && media.is_drawn)
    };
    let rows = filed.iter().filter(is_clean).map(|filed| PictureRow {
        id: filed.attachment_id,
        words: format!("{} {}", kind_word(&filed.attachment.kind), filed.attachment_id),
        file: format!("{page}/attachments/{}", filed.attachment_id),
        is_chosen: chosen.contains(&filed.attachment_id),
    });
    let rows: Vec<PictureRow> = rows.collect();
    let others = filed.len() - rows.len();
    Ok((rows, others))
}

/// «đồng ý ngày 18/11/2026, theo bản 2026-11», for officers.
pub async fn consent_said(connection: &mut PgConnection, petition: &Petition) -> sqlx::Result<String> {
    if !petition.details.publish_consent {
        return Ok("không đồng ý".to_owned());
    }
    let given = consent::last(connection, petition.citizen_id, Purpose::Publication).await?;
    Ok(match given {
        Some(given) => format!("đồng ý lúc {}, theo lời hỏi bản {}", words::moment(given.at), given.text_version),
        None => format!("đồng ý khi gửi, theo lời hỏi bản {}", petition.details.consent_version),
    })
}
