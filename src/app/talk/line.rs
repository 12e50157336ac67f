//! A line typed in the terminal.

use super::act::{Act, Words};

/// What somebody at the keyboard wants.
#[derive(Debug, PartialEq)]
pub enum Line {
    Act(Act),
    /// Press the button with this number.
    Press(usize),
    Help,
    Leave,
    Nothing,
}

/// The commands, each with the word that a transcript has for it.
const WORDS: [(&str, &str); 13] = [
    ("/anh", "photo"),
    ("/tep", "file"),
    ("/video", "video"),
    ("/thoai", "voice"),
    ("/vitri", "location"),
    ("/sticker", "sticker"),
    ("/danhthiep", "card"),
    ("/goi", "call"),
    ("/vao", "arrive"),
    ("/the", "contact"),
    ("/nhan", "say"),
    ("/cho", "wait"),
    ("/biet", "facts"),
];

/// Every command there is.
#[cfg(test)]
pub const COMMANDS: [&str; 16] = [
    "/anh",
    "/tep",
    "/video",
    "/thoai",
    "/vitri",
    "/sticker",
    "/danhthiep",
    "/goi",
    "/vao",
    "/the",
    "/nhan",
    "/cho",
    "/biet",
    "/nut",
    "/giup",
    "/thoat",
];

impl Line {
    pub fn parse(line: &str) -> Result<Line, String> {
        let line = line.trim();
        if line.is_empty() {
            return Ok(Line::Nothing);
        }
        if !line.starts_with('/') {
            return Ok(Line::Act(Act::Say(line.to_owned())));
        }
        let words = words(line)?;
        match words.name.as_str() {
            "/giup" => Ok(Line::Help),
            "/thoat" => Ok(Line::Leave),
            "/nut" => {
                let number = words.positional.first().and_then(|number| number.parse().ok());
                number.map(Line::Press).ok_or("Bấm nút số mấy? Ví dụ: /nut 1".to_owned())
            }
            command => match WORDS.iter().find(|(word, _)| *word == command) {
                Some((_, name)) => Act::read(Words { name: (*name).to_owned(), ..words }).map(Line::Act),
                None => Err(format!("Không có lệnh «{command}». /giup để xem các lệnh.")),
            },
        }
    }
}

/// A line in its words: `/the name="Lê Thu Trang" phone=849…`; quotes hold blanks, `\n` and `\"` in them.
fn words(line: &str) -> Result<Words, String> {
    let mut rest = line;
    let mut found = Words::default();
    while !rest.is_empty() {
        let (key, word, after) = word(rest)?;
        rest = after.trim_start();
        match key {
            Some(key) => {
                found.keyed.insert(key, word);
            }
            None if found.name.is_empty() => found.name = word,
            None => found.positional.push(word),
        }
    }
    Ok(found)
}

/// The first word, with its key, and what follows it.
fn word(text: &str) -> Result<(Option<String>, String, &str), String> {
    let end = text.find(|sign: char| sign.is_whitespace() || sign == '"').unwrap_or(text.len());
    let (begins, rest) = text.split_at(end);
    let (key, bare) = match begins.split_once('=') {
        Some((key, bare)) => (Some(key.to_owned()), bare),
        None => (None, begins),
    };
    match rest.strip_prefix('"') {
        Some(quoted) if bare.is_empty() => {
            let (word, rest) = unquoted(quoted)?;
            Ok((key, word, rest))
        }
        Some(_) => Err("Dấu ngoặc kép đứng giữa một từ.".to_owned()),
        None => Ok((key, bare.to_owned(), rest)),
    }
}

fn unquoted(text: &str) -> Result<(String, &str), String> {
    let mut word = String::new();
    let mut signs = text.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return Ok((word, &text[at + 1..])),
            '\\' => match signs.next() {
                Some((_, 'n')) => word.push('\n'),
                Some((_, other)) => word.push(other),
                None => break,
            },
            other => word.push(other),
        }
    }
    Err("Thiếu dấu ngoặc kép đóng.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_message_or_a_command() {
        for (line, read) in [
            ("", Line::Nothing),
            (" xin chào \"ạ\" ", Line::Act(Act::Say("xin chào \"ạ\"".to_owned()))),
            ("/nut 2", Line::Press(2)),
            ("/giup", Line::Help),
            ("/anh \"giấy hẹn.jpg\"", Line::Act(Act::Send { kind: "image", name: Some("giấy hẹn.jpg".to_owned()) })),
            ("/nhan \"a\\nb \\\"c\\\"\"", Line::Act(Act::Say("a\nb \"c\"".to_owned()))),
            ("/vitri", Line::Act(Act::Send { kind: "location", name: None })),
        ] {
            assert_eq!(Line::parse(line), Ok(read), "{line}");
        }
        let Ok(Line::Act(Act::Contact(contact))) = Line::parse("/the name=\"Lê Thu Trang\" phone=849 ward=Láng")
        else {
            panic!("a contact")
        };
        assert_eq!(contact.name.as_ref().map(|name| name.reveal()), Some("Lê Thu Trang"));
        assert_eq!(contact.ward.as_deref(), Some("Láng"));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for line in ["/nut", "/nut x", "/anh \"a", "/anh b\"a\"", "/cho", "/the fax=1", "/"] {
            assert!(Line::parse(line).is_err(), "{line}");
        }
    }
}
