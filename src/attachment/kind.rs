//! What something really is, by its bytes. A closed list says what officers may open; everything else is a file that a
//! browser must not open, with a warning beside it.

use infer::Infer;

/// What can be done with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Drawn: a thumbnail, and a copy without metadata.
    Picture,
    /// Saved as what it is.
    Plain,
    /// Saved as bytes, with a warning: programs, scripts, pages, archives, and what nobody knows.
    Doubtful,
}

/// One kind of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub mime: &'static str,
    /// What a saved file's name ends in.
    pub extension: &'static str,
    pub class: Class,
}

const fn kind(mime: &'static str, extension: &'static str, class: Class) -> Kind {
    Kind { mime, extension, class }
}

const DOUBTFUL: Kind = kind("application/octet-stream", "bin", Class::Doubtful);
const TEXT: Kind = kind("text/plain", "txt", Class::Plain);

const KNOWN: [Kind; 31] = [
    kind("image/jpeg", "jpg", Class::Picture),
    kind("image/png", "png", Class::Picture),
    kind("image/gif", "gif", Class::Picture),
    kind("image/webp", "webp", Class::Picture),
    kind("image/heif", "heic", Class::Plain),
    kind("application/pdf", "pdf", Class::Plain),
    kind("application/msword", "doc", Class::Plain),
    kind("application/vnd.ms-excel", "xls", Class::Plain),
    kind("application/vnd.ms-powerpoint", "ppt", Class::Plain),
    kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", Class::Plain),
    kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", Class::Plain),
    kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", Class::Plain),
    kind("application/vnd.oasis.opendocument.text", "odt", Class::Plain),
    kind("application/vnd.oasis.opendocument.spreadsheet", "ods", Class::Plain),
    kind("application/vnd.oasis.opendocument.presentation", "odp", Class::Plain),
    kind("audio/aac", "aac", Class::Plain),
    kind("audio/amr", "amr", Class::Plain),
    kind("audio/m4a", "m4a", Class::Plain),
    kind("audio/mpeg", "mp3", Class::Plain),
    kind("audio/ogg", "ogg", Class::Plain),
    kind("audio/opus", "opus", Class::Plain),
    kind("audio/x-flac", "flac", Class::Plain),
    kind("audio/x-wav", "wav", Class::Plain),
    kind("video/mp4", "mp4", Class::Plain),
    kind("video/mpeg", "mpg", Class::Plain),
    kind("video/quicktime", "mov", Class::Plain),
    kind("video/webm", "webm", Class::Plain),
    kind("video/x-m4v", "m4v", Class::Plain),
    kind("video/x-matroska", "mkv", Class::Plain),
    kind("video/x-msvideo", "avi", Class::Plain),
    TEXT,
];

/// What makes a browser or a machine do something with a text, in lower case.
const ACTIVE: [&[u8]; 6] = [b"<script", b"<html", b"<svg", b"<?php", b"<!doctype", b"<iframe"];
/// The part of an office document in which its macros lie: a name in the archive's list, which is not packed.
const MACROS: &[u8] = b"vbaProject.bin";

impl Kind {
    pub fn of(bytes: &[u8]) -> Self {
        match Infer::new().get(bytes) {
            Some(found) if contains(bytes, MACROS) && found.mime_type().contains("officedocument") => DOUBTFUL,
            Some(found) => Self::named(found.mime_type()),
            None if is_text(bytes) => TEXT,
            None => DOUBTFUL,
        }
    }

    /// The kind of that name; one that is not on the list is doubtful.
    pub fn named(mime: &str) -> Self {
        KNOWN.into_iter().find(|known| known.mime == mime).unwrap_or(DOUBTFUL)
    }
}

/// Words, and nothing that anybody would carry out.
fn is_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let is_plain = !text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'));
    let lower = text.to_ascii_lowercase();
    is_plain
        && !text.starts_with("#!")
        && !text.starts_with('<')
        && !ACTIVE.iter().any(|active| contains(lower.as_bytes(), active))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> (&'static str, Class) {
        let kind = Kind::of(bytes);
        (kind.mime, kind.class)
    }

    #[test]
    fn what_something_is_its_bytes_say() {
        assert_eq!(of(b"\xff\xd8\xff\xe0\0\x10JFIF"), ("image/jpeg", Class::Picture));
        assert_eq!(of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ("image/png", Class::Picture));
        assert_eq!(of(b"GIF89a\x01\0\x01\0"), ("image/gif", Class::Picture));
        assert_eq!(of(b"RIFF\x24\0\0\0WEBPVP8 "), ("image/webp", Class::Picture));
        assert_eq!(of(b"%PDF-1.7\n"), ("application/pdf", Class::Plain));
        assert_eq!(of(b"#!AMR\n\x3c\x91\x17\x16\xbe\x66\x79\xe1"), ("audio/amr", Class::Plain));
        assert_eq!(of("\u{feff}Kính gửi UBND phường,\r\n\ttôi xin".as_bytes()), ("text/plain", Class::Plain));
    }

    #[test]
    fn what_can_act_is_doubtful_whatever_it_is_called() {
        let doubtful: [&[u8]; 12] = [
            b"MZ\x90\0\x03\0\0\0",
            b"\x7fELF\x02\x01\x01\0",
            b"#!/bin/sh\nrm -rf /\n",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<?xml version='1.0'?><svg/>",
            b"hello <ScRiPt>alert(1)</script>",
            b"<?php system($_GET[0]);",
            b"PK\x03\x04\x14\0\0\0\x08\0whatever",
            b"{\\rtf1\\ansi",
            b"\x00\x01\x02\x03",
            b"\xff\xfe\xfa\xfb",
        ];
        for bytes in doubtful {
            assert_eq!(of(bytes).1, Class::Doubtful, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn the_list_names_each_kind_once() {
        for known in KNOWN {
            assert_eq!(Kind::named(known.mime), known);
        }
        assert_eq!(Kind::named("application/x-msdownload"), DOUBTFUL);
    }
}
