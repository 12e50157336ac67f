//! What came along, handed to an officer: as a file to be saved, from our own store, whatever it calls itself.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};

use super::super::AdminState;
use super::super::visit::{Flash, Visit};
use super::sender::Veil;
use super::{address, find};
use crate::attachment::{self, Kind, Media, Part};
use crate::http::{Failure, Path};
use crate::officer::audit::{self, Note};
use crate::officer::{Right, Role};
use crate::petition::attachment::{self as register, Filed};
use crate::petition::{Petition, conversation};

/// A browser that opens it all the same runs nothing in it and lets it load nothing.
pub(super) const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
/// Longer names are cut: no system takes more than 255 bytes.
const NAME_LETTERS: usize = 80;

/// As it came.
pub(in super::super) async fn download(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, attachment_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    open(&state, &visit, &reference, attachment_id, Part::Original).await
}

/// A picture without what the phone wrote into it: for whoever passes it on.
pub(in super::super) async fn clean_copy(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, attachment_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    open(&state, &visit, &reference, attachment_id, Part::Clean).await
}

/// For the page of the petition.
pub(in super::super) async fn thumbnail(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, attachment_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    open(&state, &visit, &reference, attachment_id, Part::Thumbnail).await
}

/// Asks for what has not come once more.
pub(in super::super) async fn fetch_again(
    State(state): State<AdminState>,
    visit: Visit,
    Path((reference, attachment_id)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let mut connection = state.pool.acquire().await?;
    let (petition, filed) = allowed(&visit, &mut connection, &reference, attachment_id).await?;
    let media_id = filed.media_id.ok_or(Failure::NotFound)?;
    let flash = match attachment::try_again(&mut connection, media_id, visit.at).await? {
        true => Flash::done("Đang tải lại tệp.", "Tải xong, tệp hiện ở mục «Tệp»; Ông/Bà mở lại trang sau ít phút."),
        false => Flash::done("Tệp đã có hoặc đang được tải.", "Ông/Bà xem ở mục «Tệp»."),
    };
    visit.go_on(&address(&petition.reference), flash).await
}

/// What came with this petition, for somebody who may open it: whoever sees the page, but papers that prove who somebody
/// is only the focal agency (pakn-domain 8).
async fn allowed(
    visit: &Visit,
    connection: &mut PgConnection,
    reference: &str,
    attachment_id: i64,
) -> Result<(Petition, Filed), Failure> {
    let petition = find(connection, visit, reference, Right::Attachments).await?;
    let filed = register::find(connection, petition.petition_id, attachment_id).await?.ok_or(Failure::NotFound)?;
    match filed.attachment.is_identity && visit.officer.role != Role::FocalOffice {
        true => Err(Failure::Forbidden("a paper that proves who somebody is")),
        false => Ok((petition, filed)),
    }
}

async fn open(
    state: &AdminState,
    visit: &Visit,
    reference: &str,
    attachment_id: i64,
    part: Part,
) -> Result<Response, Failure> {
    let mut connection = state.pool.acquire().await?;
    let (petition, mut filed) = allowed(visit, &mut connection, reference, attachment_id).await?;
    let veil = Veil::of(visit, &petition, false);
    filed.attachment.name = filed.attachment.name.map(|name| veil.aside(&name));
    let media = attachment::find(&mut connection, filed.media_id.ok_or(Failure::NotFound)?).await?;
    let media = media.ok_or(Failure::NotFound)?;
    let part = may_leave(part, &media, &veil);
    handed_out(state, connection, visit, &petition, &filed, media, part).await
}

/// A part of what is kept, to an officer who may have it; that they took it is written down.
pub(super) async fn handed_out(
    state: &AdminState,
    mut connection: PoolConnection<Postgres>,
    visit: &Visit,
    petition: &Petition,
    filed: &Filed,
    media: Media,
    part: Part,
) -> Result<Response, Failure> {
    if media.state != attachment::State::Kept {
        return Err(Failure::NotFound);
    }
    if part != Part::Thumbnail {
        note(&mut connection, visit, petition, filed).await?;
    }
    drop(connection);
    let copy = media.copy.ok_or(Failure::NotFound)?;
    let found = state.shelf.get(media.folder, copy, part).await?.ok_or(Failure::NotFound)?;
    let kind = match part {
        Part::Original => Kind::named(media.mime.as_deref().unwrap_or_default()),
        Part::Clean | Part::Thumbnail => Kind::named("image/jpeg"),
    };
    let shown = match part {
        Part::Thumbnail => "inline".to_owned(),
        Part::Original | Part::Clean => saved_as(filed, kind),
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind.mime)),
        (CONTENT_LENGTH, found.meta.size.into()),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&shown).map_err(anyhow::Error::from)?),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    Ok((headers, Body::from_stream(found.into_stream())).into_response())
}

/// Of a sender who is not to be known only what can be seen of a picture leaves the house, not what the phone wrote into it.
pub(super) fn may_leave(part: Part, media: &Media, veil: &Veil) -> Part {
    match part {
        Part::Original if media.is_drawn && !veil.shows_originals() => Part::Clean,
        part => part,
    }
}

async fn note(connection: &mut PgConnection, visit: &Visit, petition: &Petition, filed: &Filed) -> sqlx::Result<()> {
    let note = Note {
        officer_id: Some(visit.officer.officer_id),
        act: "download",
        petition_id: Some(petition.petition_id),
        subject: conversation::kind_word(&filed.attachment.kind),
        detail: json!({ "attachment": filed.attachment_id }),
        at: visit.at,
    };
    audit::note(connection, &note).await
}

/// Under which name it is saved: the sender's, as far as it is harmless, and always with the ending of what it is.
fn saved_as(filed: &Filed, kind: Kind) -> String {
    let nameless = format!("{} {}", conversation::kind_word(&filed.attachment.kind), filed.attachment_id);
    let given = filed.attachment.name.as_deref().map(stem).filter(|stem| !stem.is_empty());
    attached_as(given.as_deref().unwrap_or(&nameless), kind, filed.attachment_id)
}

/// A file to be saved under a name, as far as it is harmless, with the ending of what it is.
pub(super) fn attached_as(name: &str, kind: Kind, number: i64) -> String {
    let Kind { extension, .. } = kind;
    let stem = stem(name);
    let name = if has_ending(&stem, extension) { stem } else { format!("{stem}.{extension}") };
    // for what reads no UTF-8, a name that says nothing
    format!("attachment; filename=\"tep-{number}.{extension}\"; filename*=UTF-8''{}", encoded(&name))
}

/// What is harmless of a name.
fn stem(name: &str) -> String {
    let harmless = |letter: char| if letter.is_alphanumeric() || "-_. ()".contains(letter) { letter } else { '_' };
    let stem: String = name.chars().take(NAME_LETTERS).map(harmless).collect();
    stem.trim_matches(['.', ' ']).to_owned()
}

fn has_ending(name: &str, extension: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    ending == extension || (ending == "jpeg" && extension == "jpg")
}

/// RFC 8187.
fn encoded(name: &str) -> String {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::Attachment;

    fn saved(name: &str, mime: &str) -> String {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        let attachment = Attachment { kind: "file".to_owned(), name, ..Attachment::default() };
        let whole = saved_as(&Filed { attachment_id: 7, media_id: None, attachment }, Kind::named(mime));
        whole.rsplit_once("UTF-8''").expect("a name").1.to_owned()
    }

    #[test]
    fn a_name_neither_leads_elsewhere_nor_runs_anything() {
        assert_eq!(saved("Giấy hẹn.pdf", "application/pdf"), "Gi%E1%BA%A5y%20h%E1%BA%B9n.pdf");
        assert_eq!(saved("IMG_1.JPEG", "image/jpeg"), "IMG_1.JPEG");
        assert_eq!(saved("hoa-don.pdf", "image/png"), "hoa-don.pdf.png");
        assert_eq!(saved("setup.exe", "application/x-msdownload"), "setup.exe.bin");
        assert_eq!(saved("../../etc/passwd", "text/plain"), "_.._etc_passwd.txt");
        assert_eq!(saved("a\"; filename=\"b.exe\r\nX: y", "application/pdf"), "a__%20filename__b.exe__X_%20y.pdf");
        assert_eq!(saved("...", "application/pdf"), "T%E1%BB%87p%207.pdf");
        assert_eq!(saved("", "application/pdf"), "T%E1%BB%87p%207.pdf");
    }
}
