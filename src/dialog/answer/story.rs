//! What can be told from a citizen's own account without asking.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{Spoken, is_marked};
use crate::vietnamese::fold;

/// So many letters are a story, not a greeting (voice.md 2).
pub const STORY: usize = 20;
/// A title on a card; the national form allows 10 to 200 characters.
const TITLE: usize = 80;
const SHORTEST_TITLE: usize = 10;

pub fn letters(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphabetic()).count()
}

/// Whether a text says a phrase as whole words. Where the text has diacritics they count: «dưới» is not «đuổi».
pub fn mentions(text: &str, phrase: &str) -> bool {
    let form = |text: &str| -> String {
        let spoken = words_only(text);
        format!(" {spoken} ")
    };
    if is_marked(text) {
        form(&tones(text)).contains(&form(&tones(phrase)))
    } else {
        form(&fold(text)).contains(&form(&fold(phrase)))
    }
}

fn tones(text: &str) -> String {
    words_only(text).split(' ').map(|word| Spoken::new(word).toned().to_owned()).collect::<Vec<_>>().join(" ")
}

/// Letters and digits; everything else parts words.
fn words_only(text: &str) -> String {
    let parted: String =
        text.chars()
            .map(|sign| {
                if sign.is_alphanumeric() || unicode_normalization::char::is_combining_mark(sign) { sign } else { ' ' }
            })
            .collect();
    parted.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title of 10 to 80 characters from the first sentence; later sentences help when the first is too short.
pub fn title(content: &str) -> String {
    let flat = content.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = flat.len();
    for (at, sign) in flat.char_indices() {
        let after = at + sign.len_utf8();
        let ends = matches!(sign, '.' | '!' | '?' | ';') && flat[after..].starts_with([' ']);
        if ends && flat[..at].chars().count() >= SHORTEST_TITLE {
            end = at;
            break;
        }
    }
    shorten(flat[..end].trim_end_matches(['.', '!', '?', ';', ',']), TITLE)
}

/// Cuts at a word and says so with «…».
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let cut: String = text.chars().take(limit - 1).collect();
    let whole = match cut.rfind(char::is_whitespace) {
        Some(at) if at > cut.len() / 2 => &cut[..at],
        _ => &cut,
    };
    format!("{}…", whole.trim_end_matches([' ', ',', '.', ';', ':', '\n']))
}

/// The first day or month that a story names.
#[derive(Clone, Debug, PartialEq)]
pub enum Since {
    /// «5/10»
    Day(String),
    /// «8»
    Month(String),
}

pub fn since(content: &str) -> Option<Since> {
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:tu|hom|ngay)\s+(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:[/.-]\d{2,4})?\b")
            .expect("a pattern that compiles")
    });
    static MONTH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\btu (?:hoi |dau |cuoi |giua )?thang (\d{1,2})\b").expect("a pattern that compiles")
    });
    let folded = fold(content);
    let in_range = |text: &str, most: u32| text.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number));
    if let Some(found) = DAY.captures_iter(&folded).find(|found| in_range(&found[1], 31) && in_range(&found[2], 12)) {
        return Some(Since::Day(format!("{}/{}", found[1].trim_start_matches('0'), found[2].trim_start_matches('0'))));
    }
    let found = MONTH.captures(&folded).filter(|found| in_range(&found[1], 12))?;
    Some(Since::Month(found[1].trim_start_matches('0').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_marks_count_where_there_are_any() {
        assert!(mentions("Bị ĐUỔI ra ngoài", "đuổi"));
        assert!(!mentions("ở dưới nhà", "đuổi"));
        assert!(mentions("bi duoi ra ngoai", "đuổi"));
        assert!(!mentions("thái độc", "thái độ"));
        assert!(mentions("thái độ, quá tệ", "thái độ"));
        assert!(mentions("thủ tục hoà giải", "hòa giải"));
    }

    #[test]
    fn the_title_is_the_first_sentence_and_fits_the_card() {
        assert_eq!(title("Hồ sơ quá hẹn 10 ngày. Tôi hỏi thì bảo chờ."), "Hồ sơ quá hẹn 10 ngày");
        assert_eq!(title("Chào ad. Hồ sơ đất của tôi quá hẹn. Mong xem."), "Chào ad. Hồ sơ đất của tôi quá hẹn");
        let long = title(&"rất dài ".repeat(40));
        assert!(long.chars().count() <= 80 && long.ends_with('…'), "{long}");
    }

    #[test]
    fn the_first_date_is_found() {
        assert_eq!(since("nộp từ 5/10, hẹn 10 ngày"), Some(Since::Day("5/10".into())));
        assert_eq!(since("hom 02/11/2026 toi nop"), Some(Since::Day("2/11".into())));
        assert_eq!(since("từ tháng 8 đến nay"), Some(Since::Month("8".into())));
        assert_eq!(since("nhà số 45/2, ngày 40/13"), None);
    }
}
