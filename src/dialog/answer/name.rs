//! Names of people, as typed (pakn-domain 9): the case is never changed.

use crate::vietnamese::fold;

use super::words::Lexicon;

#[derive(Clone, Debug, PartialEq)]
pub enum Name {
    /// At least two words.
    Full(String),
    /// One word: some names are, so it is asked about once and then accepted.
    Short(String),
    NoName,
}

/// Reads a name, after «tôi tên là» and the like.
pub fn read(lexicon: &Lexicon, text: &str) -> Name {
    let name = without_lead(lexicon, text).trim_matches([' ', ',', '.', ';', ':', '"']);
    let length = name.chars().count();
    let fits = (2..=100).contains(&length) && name.chars().all(is_name_letter) && name.chars().any(char::is_alphabetic);
    match name.split_whitespace().count() {
        _ if !fits => Name::NoName,
        1 => Name::Short(name.to_owned()),
        // A name has at most this many words; longer lines are a story.
        2..=8 => Name::Full(name.to_owned()),
        _ => Name::NoName,
    }
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

fn without_lead<'t>(lexicon: &Lexicon, text: &'t str) -> &'t str {
    let text = text.trim();
    let folded = fold(text);
    for lead in &lexicon.lists.name_leads {
        let words = lead.split(' ').count();
        if folded.strip_prefix(lead.as_str()).is_some_and(|rest| rest.starts_with([' ', ':'])) {
            return after_words(text, words).trim_start_matches([' ', ':']);
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
        let name_leads = ["tôi là", "tôi tên là", "họ tên"].map(str::to_owned).to_vec();
        Lexicon::new(&[], WordLists { name_leads, ..WordLists::default() })
    }

    #[test]
    fn a_name_keeps_the_case_it_was_typed_in() {
        for (typed, name) in [
            ("Trần Văn Bình", "Trần Văn Bình"),
            ("nguyen thi hoa", "nguyen thi hoa"),
            ("  TÔI TÊN LÀ Lò Thị Mai ", "Lò Thị Mai"),
            ("Họ tên: H'Hen Niê", "H'Hen Niê"),
            ("toi la K. Anh", "K. Anh"),
        ] {
            assert_eq!(read(&lexicon(), typed), Name::Full(name.into()), "{typed}");
        }
    }

    #[test]
    fn one_word_is_a_short_name() {
        assert_eq!(read(&lexicon(), "Hồng"), Name::Short("Hồng".into()));
    }

    #[test]
    fn digits_signs_and_stories_are_no_names() {
        for typed in ["", "A", "0912345678", "Nguyễn 2", "👍", "???", "tôi đã nói rồi sao cứ hỏi mãi thế hả"]
        {
            assert_eq!(read(&lexicon(), typed), Name::NoName, "{typed}");
        }
        assert_eq!(read(&lexicon(), &"a ".repeat(60)), Name::NoName);
    }

    #[test]
    fn a_representative_may_say_what_they_are() {
        let read = read_with_role(&lexicon(), "Vũ Thị Hạnh, kế toán trưởng");
        assert_eq!(read, Name::Full("Vũ Thị Hạnh, kế toán trưởng".into()));
        assert_eq!(read_with_role(&lexicon(), "Vũ Thị Hạnh (GĐ)"), Name::Full("Vũ Thị Hạnh, GĐ".into()));
    }
}
