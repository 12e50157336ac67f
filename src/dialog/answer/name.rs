//! Names of people, as typed (pakn-domain 9): the case is never changed.

use crate::vietnamese::fold;

use super::words::{Lexicon, is_marked};

#[derive(Clone, Debug, PartialEq)]
pub enum Name {
    /// At least two words.
    Full(String),
    /// One word: some names are, so it is asked about once and then accepted.
    Short(String),
    NoName,
}

/// Reads a name, after «tôi tên là» and the like. A question, a refusal and a word of abuse are none.
pub fn read(lexicon: &Lexicon, text: &str) -> Name {
    let text = text.trim();
    let name =
        without_tail(lexicon, without_lead(lexicon, text)).trim_matches([' ', ',', '.', ';', ':', '"', '“', '”', '-']);
    let length = name.chars().count();
    let fits = (2..=100).contains(&length) && name.chars().all(is_name_letter) && name.chars().any(char::is_alphabetic);
    if !fits || text.ends_with('?') || says_something(lexicon, name) {
        return Name::NoName;
    }
    match name.split_whitespace().count() {
        1 => Name::Short(name.to_owned()),
        // A name has at most this many words; longer lines are a story.
        2..=8 => Name::Full(name.to_owned()),
        _ => Name::NoName,
    }
}

/// Whether the text says that a name follows: «tên tôi là …».
pub fn is_introduced(lexicon: &Lexicon, text: &str) -> bool {
    let folded = fold(text);
    let says = |lead: &&String| lead.split(' ').any(|word| word == "ten") && folded.starts_with(&format!("{lead} "));
    lexicon.lists.name_leads.iter().any(|lead| says(&lead))
}

/// Whether words that are in no name stand in the text: «sao phải nói tên», «không thích khai».
fn says_something(lexicon: &Lexicon, text: &str) -> bool {
    let is_marked = is_marked(text);
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let says = |word: &String, listed: &String| *word == *listed || (!is_marked && fold(word) == fold(listed));
    // Without diacritics a word may be many: two of them are needed.
    let said = words.iter().filter(|word| lexicon.lists.no_name.iter().any(|listed| says(word, listed))).count();
    said >= if is_marked || words.len() == 1 { 1 } else { 2 }
}

/// A name with what somebody is: «Vũ Thị Hạnh, kế toán trưởng».
pub fn read_with_role(lexicon: &Lexicon, text: &str) -> Name {
    let (name, role) = text.split_once([',', '(']).unwrap_or((text, ""));
    let role = role.trim_matches([' ', ',', ')', '.']);
    let role_fits = role.chars().count() <= 60 && role.chars().all(is_name_letter);
    match read(lexicon, name) {
        Name::Full(name) if !role.is_empty() && role_fits => Name::Full(format!("{name}, {role}")),
        name => name,
    }
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, ' ' | '\'' | '’' | '-' | '.')
}

/// The name without «ạ», «nhé» behind it.
fn without_tail<'t>(lexicon: &Lexicon, name: &'t str) -> &'t str {
    let Some((before, last)) = name.trim_end().rsplit_once(' ') else { return name };
    let last = last.trim_matches(|sign: char| !sign.is_alphabetic()).to_lowercase();
    let is_sign = !last.chars().any(char::is_alphanumeric) && !name.ends_with(|sign: char| sign.is_ascii_digit());
    let is_tail = is_sign || lexicon.lists.name_tails.contains(&last);
    if is_tail { without_tail(lexicon, before) } else { name }
}

/// A title that is a family name too, folded.
const SURNAME: &str = "ong";

fn without_lead<'t>(lexicon: &Lexicon, text: &'t str) -> &'t str {
    let text = text.trim();
    let folded = fold(text);
    for lead in &lexicon.lists.name_leads {
        let words = lead.split(' ').count();
        if folded.strip_prefix(lead.as_str()).is_some_and(|rest| rest.starts_with([' ', ':'])) {
            // «Ông» is a family name too: Ông Văn Thức.
            if lead == SURNAME && text.starts_with(char::is_uppercase) && text.split_whitespace().count() == 3 {
                return text;
            }
            // «dạ em tên là Hoa»: one lead behind another.
            return without_lead(lexicon, after_words(text, words).trim_start_matches([' ', ':', '-']));
        }
    }
    text
}

/// The text after its first `count` words.
fn after_words(text: &str, count: usize) -> &str {
    let mut rest = text;
    for _ in 0..count {
        let word = rest.trim_start();
        rest = word.find(|sign: char| sign.is_whitespace() || sign == ':').map_or("", |end| &word[end..]);
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::super::words::WordLists;
    use super::*;

    fn lexicon() -> Lexicon {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let name_leads = words(&["tôi là", "tôi tên là", "họ tên", "dạ", "em tên", "ông", "bà"]);
        let name_tails = words(&["ạ", "nhé"]);
        let no_name = words(&["không", "sao", "phải", "tên", "thích", "khai", "đéo", "hỏi"]);
        Lexicon::new(&[], WordLists { name_leads, name_tails, no_name, ..WordLists::default() })
    }

    #[test]
    fn a_name_keeps_the_case_it_was_typed_in() {
        for (typed, name) in [
            ("Trần Văn Bình", "Trần Văn Bình"),
            ("nguyen thi hoa", "nguyen thi hoa"),
            ("  TÔI TÊN LÀ Lò Thị Mai ", "Lò Thị Mai"),
            ("Họ tên: H'Hen Niê", "H'Hen Niê"),
            ("toi la K. Anh", "K. Anh"),
            ("NGUYỄN VĂN A", "NGUYỄN VĂN A"),
            ("Y Moan Êban", "Y Moan Êban"),
            ("Kim Min-jun", "Kim Min-jun"),
            ("Sùng A Pó", "Sùng A Pó"),
            ("John O’Brien", "John O’Brien"),
            ("bà Nguyễn Thị Tám", "Nguyễn Thị Tám"),
            ("Ông Nguyễn Văn Ba", "Nguyễn Văn Ba"),
            ("Ông Văn Thức", "Ông Văn Thức"),
            ("dạ em tên Hoa Mai ạ", "Hoa Mai"),
            ("Trần Văn Bình ạ 🙏", "Trần Văn Bình"),
            ("nguyen thi sao mai", "nguyen thi sao mai"),
        ] {
            assert_eq!(read(&lexicon(), typed), Name::Full(name.into()), "{typed}");
        }
    }

    #[test]
    fn one_word_is_a_short_name() {
        for (typed, name) in [("Hồng", "Hồng"), ("K'Brôi", "K'Brôi"), ("em tên Hoa", "Hoa"), ("Y", "")] {
            let expected = if name.is_empty() { Name::NoName } else { Name::Short(name.into()) };
            assert_eq!(read(&lexicon(), typed), expected, "{typed}");
        }
    }

    #[test]
    fn digits_signs_and_stories_are_no_names() {
        for typed in ["", "A", "0912345678", "Nguyễn 2", "👍", "???", "tôi đã nói rồi sao cứ hỏi mãi thế hả"]
        {
            assert_eq!(read(&lexicon(), typed), Name::NoName, "{typed}");
        }
        assert_eq!(read(&lexicon(), &"a ".repeat(60)), Name::NoName);
        for typed in
            ["không", "sao phải nói tên", "sao phai khai", "không thích khai tên", "tên tôi làm gì?", "hỏi làm đéo gì"]
        {
            assert_eq!(read(&lexicon(), typed), Name::NoName, "{typed}");
        }
    }

    #[test]
    fn a_representative_may_say_what_they_are() {
        let read = read_with_role(&lexicon(), "Vũ Thị Hạnh, kế toán trưởng");
        assert_eq!(read, Name::Full("Vũ Thị Hạnh, kế toán trưởng".into()));
        assert_eq!(read_with_role(&lexicon(), "Vũ Thị Hạnh (GĐ)"), Name::Full("Vũ Thị Hạnh, GĐ".into()));
    }
}
