//! What can be told from a citizen's own account without asking.

use std::sync::LazyLock;

use regex::Regex;

use super::telex::telex;
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

/// A story in the forms in which phrases are looked for.
pub struct Told {
    is_marked: bool,
    folded: String,
    toned: String,
}

impl Told {
    pub fn new(text: &str) -> Self {
        let decoded = telex(text);
        let text = decoded.as_deref().unwrap_or(text);
        let phrase = Phrase::new(text);
        Self { is_marked: is_marked(text), folded: phrase.folded, toned: phrase.toned }
    }

    /// Whether the story says a phrase as whole words. Where it has diacritics they count: «dưới» is not «đuổi». Of people
    /// who type some words with and some without, two bare words or more may be those of the phrase.
    pub fn mentions(&self, phrase: &Phrase) -> bool {
        if !self.is_marked {
            return self.folded.contains(&phrase.folded);
        }
        self.toned.contains(&phrase.toned) || (phrase.is_long && self.toned.contains(&phrase.folded))
    }
}

/// Words to look for, with a blank on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    folded: String,
    toned: String,
    /// Two words or more.
    is_long: bool,
}

impl Phrase {
    pub fn new(text: &str) -> Self {
        let (folded, toned) = Spoken::new(&words_only(text)).folded_and_toned();
        let is_long = folded.contains(' ');
        Self { folded: format!(" {folded} "), toned: format!(" {toned} "), is_long }
    }
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

/// A title of 10 to 80 characters from the first sentence or line; later ones help when the first is too short.
pub fn title(content: &str) -> String {
    let content = content.trim();
    let mut end = content.len();
    for (at, sign) in content.char_indices() {
        let after = &content[at + sign.len_utf8()..];
        let ends = sign == '\n' || (matches!(sign, '.' | '!' | '?' | ';') && after.starts_with([' ', '\n']));
        if ends && content[..at].trim().chars().count() >= SHORTEST_TITLE {
            end = at;
            break;
        }
    }
    let sentence = content[..end].split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(sentence.trim_end_matches(['.', '!', '?', ';', ',']), TITLE)
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
    /// «5/10», with «từ» before it.
    Day(String),
    /// «5/10», with «ngày» or «hôm» before it.
    OnDay(String),
    /// «8»
    Month(String),
}

pub fn since(content: &str) -> Option<Since> {
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(tu|tu ngay|tu hom|hom|ngay)\s+(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:[/.-]\d{2,4})?\b")
            .expect("a pattern that compiles")
    });
    static MONTH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\btu (?:hoi |dau |cuoi |giua )?thang (\d{1,2})\b").expect("a pattern that compiles")
    });
    let folded = fold(content);
    let in_range = |text: &str, most: u32| text.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number));
    if let Some(found) = DAY.captures_iter(&folded).find(|found| in_range(&found[2], 31) && in_range(&found[3], 12)) {
        let day = format!("{}/{}", found[2].trim_start_matches('0'), found[3].trim_start_matches('0'));
        return Some(if found[1].starts_with("tu") { Since::Day(day) } else { Since::OnDay(day) });
    }
    let found = MONTH.captures(&folded).filter(|found| in_range(&found[1], 12))?;
    Some(Since::Month(found[1].trim_start_matches('0').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_marks_count_where_there_are_any() {
        let mentions = |text: &str, phrase: &str| Told::new(text).mentions(&Phrase::new(phrase));
        assert!(mentions("Bị ĐUỔI ra ngoài", "đuổi"));
        assert!(!mentions("ở dưới nhà", "đuổi"));
        assert!(mentions("bi duoi ra ngoai", "đuổi"));
        assert!(!mentions("thái độc", "thái độ"));
        assert!(mentions("thái độ, quá tệ", "thái độ"));
        assert!(mentions("thủ tục hoà giải", "hòa giải"));
        assert!(mentions("lam so do lâu quá", "sổ đỏ"));
        assert!(!mentions("cho tôi hỏi", "chờ"));
    }

    #[test]
    fn the_title_is_the_first_sentence_and_fits_the_card() {
        assert_eq!(title("Hồ sơ quá hẹn 10 ngày. Tôi hỏi thì bảo chờ."), "Hồ sơ quá hẹn 10 ngày");
        assert_eq!(title("Chào ad. Hồ sơ đất của tôi quá hẹn. Mong xem."), "Chào ad. Hồ sơ đất của tôi quá hẹn");
        assert_eq!(title("e nộp hs ở p láng\nhôm 2/11"), "e nộp hs ở p láng");
        let long = title(&"rất dài ".repeat(40));
        assert!(long.chars().count() <= 80 && long.ends_with('…'), "{long}");
    }

    #[test]
    fn the_first_date_is_found() {
        assert_eq!(since("nộp từ 5/10, hẹn 10 ngày"), Some(Since::Day("5/10".into())));
        assert_eq!(since("hom 02/11/2026 toi nop"), Some(Since::OnDay("2/11".into())));
        assert_eq!(since("từ tháng 8 đến nay"), Some(Since::Month("8".into())));
        assert_eq!(since("nhà số 45/2, ngày 40/13"), None);
    }
}
