//! Citizens' texts on pages: line breaks kept, masks marked. Everything is escaped here, before any mark-up is added. And how
//! numbers are written.

use std::fmt::Write;
use std::ops::Range;
use std::sync::LazyLock;

use askama::filters::Safe;
use regex::Regex;

/// «[địa chỉ]»: masks are written in brackets, a word or a few, in small letters.
static MASK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[\p{Ll}[\p{Ll} ]{1,24}\]").expect("a pattern that compiles"));

/// A number as people read it: «1.284».
pub fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let cut = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().fold(String::new(), |mut said, (at, digit)| {
        if cut(at) {
            said.push('.');
        }
        said.push(digit);
        said
    })
}

/// A text as paragraphs of safe HTML: an empty line begins a new one, a line break stays one, masks are set in grey.
pub fn paragraphs(text: &str) -> Safe<String> {
    let mut html = String::new();
    for paragraph in text.replace('\r', "").split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let lines = masked(&escaped(paragraph)).replace('\n', "<br>");
        let _ = write!(html, "<p>{lines}</p>");
    }
    Safe(html)
}

/// Where a mark begins and ends until everything is escaped: letters that no text holds.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];

/// A text as paragraphs, with these places marked. A place that goes over the end of a line stays unmarked.
pub fn marked_at(text: &str, places: &[Range<usize>]) -> Safe<String> {
    let (mut with_marks, mut from) = (String::with_capacity(text.len()), 0);
    let plain = |part: &str| part.replace(MARKS, "");
    for place in places.iter().filter(|place| !text[place.start..place.end].contains('\n')) {
        with_marks.push_str(&plain(&text[from..place.start]));
        with_marks.push(MARKS[0]);
        with_marks.push_str(&plain(&text[place.clone()]));
        with_marks.push(MARKS[1]);
        from = place.end;
    }
    with_marks.push_str(&plain(&text[from..]));
    Safe(paragraphs(&with_marks).0.replace(MARKS[0], "<mark>").replace(MARKS[1], "</mark>"))
}

/// A text as paragraphs, with these words marked where they first stand.
pub fn marked(text: &str, words: &[&str]) -> Safe<String> {
    let words = words.iter().filter(|words| !words.trim().is_empty());
    let mut places: Vec<_> =
        words.filter_map(|words| text.find(*words).map(|start| start..start + words.len())).collect();
    places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    let mut end = 0;
    places.retain(|place| {
        let is_apart = place.start >= end;
        end = if is_apart { place.end } else { end };
        is_apart
    });
    marked_at(text, &places)
}

/// A text of one line, with its masks in grey.
pub fn line(text: &str) -> Safe<String> {
    Safe(masked(&escaped(text)))
}

fn masked(escaped: &str) -> String {
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
    fn numbers_are_said_as_people_say_them() {
        assert_eq!([0, 284, 1_284, 1_000_000].map(thousands), ["0", "284", "1.284", "1.000.000"]);
    }

    #[test]
    fn a_text_becomes_paragraphs_and_stays_a_text() {
        assert_eq!(
            paragraphs("Tôi là [tên],\r\nở <b>Láng</b>.\n\n\nXin \"hỏi\"").0,
            "<p>Tôi là <span class=\"masked\">[tên]</span>,<br>ở &lt;b&gt;Láng&lt;/b&gt;.</p><p>Xin &quot;hỏi&quot;</p>"
        );
    }

    #[test]
    fn places_are_marked_and_the_text_stays_a_text() {
        let text = "Gặp <bà> Lan\n\nở số 8\u{e000}";
        let at = |part: &str| text.find(part).map(|start| start..start + part.len()).expect("a part");
        assert_eq!(
            marked_at(text, &[at("<bà>"), at("Lan\n\nở"), at("số 8")]).0,
            "<p>Gặp <mark>&lt;bà&gt;</mark> Lan</p><p>ở <mark>số 8</mark></p>"
        );
    }

    #[test]
    fn words_are_marked_where_they_first_stand() {
        let html = marked("Hẹn <10> ngày,\nquá hẹn.\n\nQuá hẹn.", &["quá hẹn", "Hẹn <10>", "<10> ngày", "", "không"]);
        assert_eq!(html.0, "<p><mark>Hẹn &lt;10&gt;</mark> ngày,<br><mark>quá hẹn</mark>.</p><p>Quá hẹn.</p>");
    }

    #[test]
    fn a_beginning_ends_at_a_word() {
        assert_eq!(beginning("Hồ sơ\nkhông cần, chữ ký", 16), "Hồ sơ không cần…");
        assert_eq!(beginning("Hồ sơ không cần", 13), "Hồ sơ không…");
        assert_eq!(beginning("Ngắn", 16), "Ngắn");
    }
}
