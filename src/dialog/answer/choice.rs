//! Choosing a button by typing: its number, its title or the clear beginning of it, other words for it.

use serde::{Deserialize, Serialize};

use super::words::{Lexicon, Spoken, is_one_of, is_too_long};

/// A button as it was offered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub title: String,
    /// What pressing it sends back.
    pub payload: String,
    /// Other words for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// A beginning shorter than this is not clear.
const CLEAR: usize = 3;
/// Words that turn around what follows, folded.
const TURNS: [&str; 5] = ["khong", "chua", "thoi", "dung", "rat"];

/// The number that a whole message says: «1», «số 1», «cái đầu», «cuối cùng» (of `count`). Counts from one.
pub fn number(lexicon: &Lexicon, text: &str, count: usize) -> Option<usize> {
    if is_too_long(text) {
        return None;
    }
    for form in lexicon.forms(text) {
        let bare = form.folded.trim_start_matches('#');
        let lead =
            lexicon.lists.number_leads.iter().find_map(|lead| bare.strip_prefix(lead.as_str())?.strip_prefix(' '));
        let digits = lead.unwrap_or(bare).trim_end_matches(['.', ')']);
        if (1..=2).contains(&digits.len())
            && let Ok(number) = digits.parse()
        {
            return Some(number);
        }
        if let Some(at) = lexicon.lists.ordinals.iter().position(|words| words.contains(&form.folded)) {
            return Some(at + 1);
        }
        if lexicon.lists.last.contains(&form.folded) && count > 0 {
            return Some(count);
        }
    }
    None
}

/// The offer that a whole message chooses, if it is clear which.
pub fn choose<'o>(lexicon: &Lexicon, text: &str, offers: &'o [Offer]) -> Option<&'o Offer> {
    if offers.is_empty() {
        return None;
    }
    if let Some(number) = number(lexicon, text, offers.len()) {
        return offers.get(number.checked_sub(1)?);
    }
    by_words(lexicon, text, offers)
}

/// The offer whose title, beginning of title or other words the message says.
pub fn by_words<'o>(lexicon: &Lexicon, text: &str, offers: &'o [Offer]) -> Option<&'o Offer> {
    if is_too_long(text) {
        return None;
    }
    let (forms, meanings) = (lexicon.forms(text), lexicon.meanings(text));
    let titles: Vec<Spoken> = offers.iter().map(|offer| Spoken::new(&offer.title)).collect();
    let says = |title: &Spoken| forms.iter().any(|form| title.is_said_by(form));
    if let Some(at) = titles.iter().position(says) {
        return offers.get(at);
    }
    if let Some(offer) = offers.iter().find(|offer| is_one_of(&forms, &meanings, &offer.words)) {
        return Some(offer);
    }
    let begins = |(offer, title): &(&Offer, &Spoken)| {
        // The first word may be left out: «thanh xuân» for «Phường Thanh Xuân». Not one that turns the rest around:
        // «xong» is not «Chưa xong».
        let rest =
            offer.title.split_once(' ').filter(|(first, _)| !TURNS.contains(&Spoken::new(first).folded.as_str()));
        let rest = rest.map(|(_, rest)| Spoken::new(rest));
        forms
            .iter()
            .filter(|form| form.folded.chars().count() >= CLEAR)
            .any(|form| title.begins_with(form) || rest.as_ref().is_some_and(|rest| rest.is_said_by(form)))
    };
    let mut beginnings = offers.iter().zip(&titles).filter(begins);
    beginnings.next().filter(|_| beginnings.next().is_none()).map(|(offer, _)| offer)
}

#[cfg(test)]
mod tests {
    use super::super::words::{Meaning, WordLists};
    use super::*;

    fn lexicon() -> Lexicon {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let lists = WordLists {
            fillers: words(&["ạ"]),
            ordinals: vec![words(&["một", "cái đầu"]), words(&["hai", "cái thứ hai"])],
            last: words(&["cuối cùng"]),
            number_leads: words(&["số", "nút", "chọn"]),
            ..WordLists::default()
        };
        Lexicon::new(&[(Meaning::Yes, words(&["vâng"]))], lists)
    }

    fn offers() -> Vec<Offer> {
        let offer = |title: &str, payload: &str, words: &[&str]| Offer {
            title: title.into(),
            payload: payload.into(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        vec![
            offer("Phường Thanh Xuân", "#a", &["@yes"]),
            offer("Phường Khương Đình", "#b", &["kín"]),
            offer("Tôi không rõ", "#c", &[]),
            offer("Chưa xong hẳn", "#d", &[]),
        ]
    }

    #[test]
    fn numbers_titles_beginnings_and_other_words_choose() {
        for (typed, payload) in [
            ("1", "#a"),
            ("1.", "#a"),
            ("1)", "#a"),
            ("#2", "#b"),
            ("số 2", "#b"),
            ("chọn 2 ạ", "#b"),
            ("một", "#a"),
            ("cái thứ hai", "#b"),
            ("cuối cùng", "#d"),
            ("chưa xong", "#d"),
            ("thanh xuan", "#a"),
            ("phường khương đình", "#b"),
            ("vâng ạ", "#a"),
            ("kin", "#b"),
            ("tôi không", "#c"),
        ] {
            let chosen = choose(&lexicon(), typed, &offers()).map(|offer| offer.payload.clone());
            assert_eq!(chosen.as_deref(), Some(payload), "{typed}");
        }
    }

    #[test]
    fn what_is_unclear_chooses_nothing() {
        for typed in ["phường", "5", "0", "xong hẳn", "rồi xong hẳn", "thanh", "tối", "1 2", "số 5 ngõ 12", ""]
        {
            assert_eq!(choose(&lexicon(), typed, &offers()), None, "{typed}");
        }
        assert_eq!(choose(&lexicon(), "1", &[]), None);
    }
}
