//! Citizens' texts on pages: line breaks kept, masks marked. Everything is escaped here, before any mark-up is added.

use std::fmt::Write;
use std::sync::LazyLock;

use askama::filters::Safe;
use regex::Regex;

/// «[địa chỉ]»: masks are written in brackets, a word or a few, in small letters.
static MASK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[\p{Ll}[\p{Ll} ]{1,24}\]").expect("a pattern that compiles"));

/// A text as paragraphs of safe HTML: an empty line begins a new one, a line break stays one, masks are set in grey.
pub fn paragraphs(text: &str) -> Safe<String> {
    let mut html = String::new();
    for paragraph in text.replace('\r', "").split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let lines = marked(&escaped(paragraph)).replace('\n', "<br>");
        let _ = write!(html, "<p>{lines}</p>");
    }
    Safe(html)
}

/// Stand for the tags of a mark until everything is escaped; no text has them, they are for private use.
const MARK: [char; 2] = ['\u{e000}', '\u{e001}'];

/// As [`paragraphs`], with these words marked where they first stand. Words that run over the end of a paragraph are not.
pub fn paragraphs_marked(text: &str, words: &[&str]) -> Safe<String> {
    let text: String = text.replace('\r', "").chars().filter(|letter| !MARK.contains(letter)).collect();
    let mut places: Vec<_> = words.iter().filter_map(|words| place(&text, words)).collect();
    places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    let mut with_marks = String::with_capacity(text.len() + places.len() * 6);
    let mut at = 0;
    for place in places {
        if place.start >= at {
            with_marks.push_str(&text[at..place.start]);
            with_marks.push(MARK[0]);
            with_marks.push_str(&text[place.clone()]);
            with_marks.push(MARK[1]);
            at = place.end;
        }
    }
    with_marks.push_str(&text[at..]);
    Safe(paragraphs(&with_marks).0.replace(MARK[0], "<mark>").replace(MARK[1], "</mark>"))
}

fn place(text: &str, words: &str) -> Option<std::ops::Range<usize>> {
    let start = text.find(words).filter(|_| !words.trim().is_empty() && !words.contains("\n\n"))?;
    Some(start..start + words.len())
}

/// A text of one line, with its masks in grey.
pub fn line(text: &str) -> Safe<String> {
    Safe(marked(&escaped(text)))
}

fn marked(escaped: &str) -> String {
    MASK.replace_all(escaped, r#"<span class="masked">$0</span>"#).into_owned()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// The first `limit` characters of a text on one line, cut at a blank, with «…» where something is missing.
pub fn beginning(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, after)) = line.char_indices().nth(limit) else { return line };
    let whole =
        if after == ' ' { &line[..end] } else { line[..end].rsplit_once(' ').map_or(&line[..end], |(head, _)| head) };
    format!("{}…", whole.trim_end_matches([',', '.', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_paragraphs_and_stays_a_text() {
        assert_eq!(
            paragraphs("Tôi là [tên],\r\nở <b>Láng</b>.\n\n\nXin \"hỏi\"").0,
            "<p>Tôi là <span class=\"masked\">[tên]</span>,<br>ở &lt;b&gt;Láng&lt;/b&gt;.</p><p>Xin &quot;hỏi&quot;</p>"
        );
    }

    #[test]
    fn words_are_marked_where_they_first_stand() {
        let html = paragraphs_marked(
            "Hẹn <10> ngày,\nquá hẹn.\n\nQuá hẹn.",
            &["quá hẹn", "Hẹn <10>", "ngày,\nquá", "", "không"],
        );
        assert_eq!(html.0, "<p><mark>Hẹn &lt;10&gt;</mark> <mark>ngày,<br>quá</mark> hẹn.</p><p>Quá hẹn.</p>");
        assert_eq!(paragraphs_marked("a\u{e000}b", &["ab"]).0, "<p><mark>ab</mark></p>");
    }

    #[test]
    fn a_beginning_ends_at_a_word() {
        assert_eq!(beginning("Hồ sơ\nkhông cần, chữ ký", 16), "Hồ sơ không cần…");
        assert_eq!(beginning("Hồ sơ không cần", 13), "Hồ sơ không…");
        assert_eq!(beginning("Ngắn", 16), "Ngắn");
    }
}
