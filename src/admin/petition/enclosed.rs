//! What came along with a petition, one row each: what it is, how far it has come, and what can be done with it.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::super::words;
use super::sender::Veil;
use crate::attachment::{self, Class, Kind, Media, Reason, State};
use crate::petition::attachment::{Attachment, Filed};
use crate::petition::conversation::kind_word;

/// A row, as the template draws it.
pub(in super::super) struct Enclosed {
    /// «Tệp: giay-hen.pdf, 1,2 MB»
    pub words: String,
    /// A page that the sender linked to.
    pub link: Option<String>,
    /// Where its bytes are to be had.
    pub file: Option<String>,
    /// A thumbnail and a copy without metadata stand below that address.
    pub is_drawn: bool,
    /// Its class and its words, where there is something to say.
    pub state: Option<(&'static str, String)>,
    /// Where fetching can be asked for again.
    pub again: Option<String>,
}

/// What rows are drawn from.
pub(in super::super) struct Enclosures {
    media: BTreeMap<i64, Media>,
    /// The page of the petition.
    page: String,
    /// Whether the officer belongs to the focal agency.
    is_focal: bool,
}

impl Enclosures {
    pub(in super::super) async fn read<'a>(
        connection: &mut PgConnection,
        filed: impl Iterator<Item = &'a Filed>,
        page: String,
        is_focal: bool,
    ) -> sqlx::Result<Self> {
        let ids: Vec<i64> = filed.filter_map(|filed| filed.media_id).collect();
        Ok(Self { media: attachment::media(connection, &ids).await?, page, is_focal })
    }

    /// A paper that proves who somebody is: only the focal agency opens it (pakn-domain 8).
    pub(in super::super) fn draw(&self, filed: &Filed, veil: &Veil) -> Enclosed {
        let kind = kind_word(&filed.attachment.kind);
        if filed.attachment.is_identity && !self.is_focal {
            return plain(format!("{kind} giấy tờ tùy thân, chỉ cán bộ đầu mối mở"));
        }
        let media = filed.media_id.and_then(|media_id| self.media.get(&media_id));
        let mut words = described(&filed.attachment, media, veil);
        if filed.attachment.is_identity {
            words.push_str(" (giấy tờ tùy thân)");
        }
        match media {
            Some(media) => self.fetched(filed.attachment_id, media, words),
            None => {
                Enclosed { link: page_linked_to(&filed.attachment).filter(|_| veil.shows_originals()), ..plain(words) }
            }
        }
    }

    pub(in super::super) fn draw_all(&self, filed: &[Filed], veil: &Veil) -> Vec<Enclosed> {
        filed.iter().map(|filed| self.draw(filed, veil)).collect()
    }

    fn fetched(&self, attachment_id: i64, media: &Media, words: String) -> Enclosed {
        let address = format!("{}/attachments/{attachment_id}", self.page);
        let is_kept = media.state == State::Kept;
        let is_missing = media.state == State::Failed || media.state == State::Waiting && media.reason.is_some();
        Enclosed {
            words,
            link: None,
            is_drawn: is_kept && media.is_drawn,
            state: state(media),
            again: is_missing.then(|| format!("{address}/fetch")),
            file: is_kept.then_some(address),
        }
    }
}

fn plain(words: String) -> Enclosed {
    Enclosed { words, link: None, file: None, is_drawn: false, state: None, again: None }
}

fn state(media: &Media) -> Option<(&'static str, String)> {
    let why = media.reason.map(why);
    Some(match (media.state, why) {
        (State::Waiting, None) => ("is-doing", "đang tải về".to_owned()),
        (State::Waiting, Some(why)) => {
            ("is-soon", format!("chưa tải được: {why}; tự tải lại lúc {}", words::moment(media.retry_at)))
        }
        (State::Unscanned, _) => ("is-waiting", "chưa quét mã độc nên chưa mở được".to_owned()),
        (State::Kept, _) if is_doubtful(media) => {
            ("is-soon", "tệp lạ, có thể gây hại: chỉ lưu về, không chạy".to_owned())
        }
        (State::Kept, _) => return None,
        (State::Failed, why) => ("is-late", format!("không tải được: {}", why.unwrap_or("chưa rõ vì sao"))),
        (State::Infected, _) => ("is-late", "có mã độc, đã xóa".to_owned()),
        (State::Dropped, _) => ("is-closed", "không còn giữ".to_owned()),
    })
}

fn is_doubtful(media: &Media) -> bool {
    Kind::named(media.mime.as_deref().unwrap_or_default()).class == Class::Doubtful
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::ForeignHost => "tệp không nằm trên máy chủ của Zalo",
        Reason::PrivateAddress => "địa chỉ dẫn vào mạng nội bộ",
        Reason::LostWay => "địa chỉ chuyển tiếp sai",
        Reason::Gone => "Zalo không còn giữ tệp",
        Reason::NoAnswer => "máy chủ của Zalo không trả lời",
        Reason::TooSlow => "tải quá lâu",
        Reason::TooLarge => "tệp quá lớn",
        Reason::Empty => "tệp rỗng",
        Reason::Garbled => "tệp tải về không nguyên vẹn",
        Reason::NoRoom => "kho lưu tệp gặp sự cố",
    }
}

/// What came along, in words.
fn described(attachment: &Attachment, media: Option<&Media>, veil: &Veil) -> String {
    // people name their files after themselves
    let name = attachment.name.as_ref().map(|name| veil.aside(name));
    let description = attachment.description.as_ref().map(|description| veil.aside(description.reveal()));
    let size = media.and_then(|media| media.size).or(attachment.size).map(size);
    let place = match (&attachment.latitude, &attachment.longitude) {
        (Some(latitude), Some(longitude)) if veil.shows_originals() => {
            Some(format!("{}, {}", latitude.reveal(), longitude.reveal()))
        }
        _ => None,
    };
    let details: Vec<String> = [name, description, place, size].into_iter().flatten().collect();
    let kind = kind_word(&attachment.kind);
    if details.is_empty() { kind.to_owned() } else { format!("{kind}: {}", details.join(", ")) }
}

/// The address comes from outside: nothing but a web page is ever opened, and no file but from our own store.
fn page_linked_to(attachment: &Attachment) -> Option<String> {
    let is_page = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    attachment.url.clone().filter(|url| attachment.kind == "link" && is_page(url))
}

pub(super) fn size(bytes: i64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} byte"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{},{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
