//! What may be uploaded (zalo-oa 5).

use chrono::{DateTime, TimeDelta, Utc};

use super::Refusal;

/// Ids and tokens die after so long.
pub const LIVES: TimeDelta = TimeDelta::days(7);

const IMAGE_LIMIT: usize = 1 << 20;
const OTHER_LIMIT: usize = 5 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadKind {
    Image,
    Gif,
    File,
}

/// Something the account has uploaded, to be sent later.
#[derive(Clone, Debug)]
pub struct Upload {
    pub kind: UploadKind,
    pub name: String,
    pub at: DateTime<Utc>,
    /// On the media host, for the phones to show.
    pub path: String,
}

impl Upload {
    /// May it still be sent?
    pub fn check(&self, kind: UploadKind, at: DateTime<Utc>) -> Result<(), Refusal> {
        if self.kind != kind {
            return Err(Refusal::invalid("attachment_id"));
        }
        if at <= self.at + LIVES { Ok(()) } else { Err(Refusal::of(-100)) }
    }
}

impl UploadKind {
    /// Would this call take the file?
    pub fn check(self, name: &str, bytes: &[u8]) -> Result<(), Refusal> {
        let (limit, is_right, words) = match self {
            Self::Image => (IMAGE_LIMIT, is_png(bytes) || is_jpeg(bytes), "We only support png and jpeg"),
            Self::Gif => (OTHER_LIMIT, bytes.starts_with(b"GIF8"), "We only support gif"),
            Self::File => (OTHER_LIMIT, is_document(name), "We only support pdf, doc, docx and csv"),
        };
        if bytes.is_empty() || !is_right {
            return Err(Refusal::new(-201, format!("file is invalid. {words}")));
        }
        if bytes.len() > limit { Err(Refusal::of(-210)) } else { Ok(()) }
    }
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG")
}

fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xd8\xff")
}

fn is_document(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase());
    ["pdf", "doc", "docx", "csv"].contains(&extension.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: UploadKind, name: &str, bytes: &[u8]) -> Result<(), i32> {
        kind.check(name, bytes).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_call_takes_only_its_own_kind_and_size() {
        let png = |size: usize| [b"\x89PNG".as_slice(), &vec![0; size - 4]].concat();
        assert_eq!(code(UploadKind::Image, "a.png", &png(1 << 20)), Ok(()));
        assert_eq!(code(UploadKind::Image, "a.png", &png((1 << 20) + 1)), Err(-210));
        assert_eq!(code(UploadKind::Image, "a.jpg", b"\xff\xd8\xff\xe0"), Ok(()));
        assert_eq!(code(UploadKind::Image, "a.png", b"GIF89a"), Err(-201), "the content tells, not the name");
        assert_eq!(code(UploadKind::Gif, "a.gif", b"GIF89a"), Ok(()));
        assert_eq!(code(UploadKind::File, "Thông báo.PDF", b"%PDF"), Ok(()));
        assert_eq!(code(UploadKind::File, "a.exe", b"MZ"), Err(-201));
        assert_eq!(code(UploadKind::File, "a.pdf", &vec![0; (5 << 20) + 1]), Err(-210));
        assert_eq!(code(UploadKind::File, "a.pdf", b""), Err(-201));
    }

    #[test]
    fn an_upload_lives_seven_days() {
        let at: DateTime<Utc> = "2026-11-01T03:00:00Z".parse().expect("a time");
        let upload = Upload { kind: UploadKind::File, name: "a.pdf".into(), at, path: String::new() };
        assert_eq!(upload.check(UploadKind::File, at + LIVES), Ok(()));
        let late = upload.check(UploadKind::File, at + LIVES + TimeDelta::seconds(1));
        assert_eq!(late.expect_err("too late").code, -100);
        assert_eq!(upload.check(UploadKind::Image, at).expect_err("a file is no picture").code, -201);
    }
}
