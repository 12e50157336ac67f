//! What must not be public of a petition (pakn-domain 4.5): who sent it, the address below the commune, numbers that
//! identify a person. The machine finds what it knows; the officer looks at the preview for the rest.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::petition::{Details, SubmitterType};
use crate::privacy::mask_identifiers;
use crate::vietnamese::{fold, nfc};

const NAME: &str = "[họ tên]";
const ORGANISATION: &str = "[tên tổ chức]";
const ADDRESS: &str = "[địa chỉ]";
const TAX_CODE: &str = "[mã số thuế]";

/// Words that begin the name of an enterprise and are left out when people mention it.
const LEGAL_FORMS: [&str; 14] =
    ["cong", "ty", "cty", "co", "phan", "cp", "tnhh", "trach", "nhiem", "huu", "han", "mtv", "doanh", "nghiep"];

/// The phrases that give one sender away.
pub struct Masks(Vec<(Vec<String>, &'static str)>);

impl Masks {
    pub fn of(details: &Details) -> Self {
        let mut masks = Self(Vec::new());
        let submitter = details.submitter_name.reveal();
        if details.submitter_type == SubmitterType::Individual {
            masks.add(submitter, NAME);
        } else {
            masks.add(submitter, ORGANISATION);
            masks.add(&without_legal_form(submitter), ORGANISATION);
        }
        if let Some(name) = &details.representative_name {
            // «Vũ Thị Hạnh, kế toán trưởng»
            masks.add(name.reveal().split(',').next().unwrap_or_default(), NAME);
        }
        if let Some(code) = &details.tax_code {
            masks.add_word(code.reveal(), TAX_CODE);
        }
        let address = details.address_detail.reveal();
        let house = address.split(',').next().unwrap_or_default();
        masks.add(address, ADDRESS);
        if house.bytes().any(|sign| sign.is_ascii_digit()) {
            masks.add(house, ADDRESS);
        }
        // the longest first: a whole address before its beginning
        masks.0.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        masks
    }

    /// One word alone («Hoa») is too often just a word.
    fn add(&mut self, phrase: &str, mask: &'static str) {
        let phrase: Vec<String> = words(phrase).map(|(_, word)| word.to_owned()).collect();
        if phrase.len() >= 2 {
            self.0.push((phrase, mask));
        }
    }

    fn add_word(&mut self, word: &str, mask: &'static str) {
        let phrase: Vec<String> = words(word).map(|(_, word)| word.to_owned()).collect();
        if !phrase.is_empty() {
            self.0.push((phrase, mask));
        }
    }

    /// A proposal for the public text.
    pub fn hide(&self, text: &str) -> String {
        static HOUSE: LazyLock<Regex> = LazyLock::new(|| {
            let alley = r"(?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet)\s+\d+(?:/\d+)*";
            let house = r"(?:số nhà|nhà số|so nha|nha so|số|so)\s+\d+[a-z]?(?:/\d+)*";
            let pattern =
                format!(r"(?i)\b(?:{house}(?:\s*,?\s*{alley})+|(?:số nhà|nhà số|so nha|nha so)\s+\d+[a-z]?(?:/\d+)*)");
            Regex::new(&pattern).expect("a pattern that compiles")
        });
        HOUSE.replace_all(&self.certain(text), ADDRESS).into_owned()
    }

    /// What gives the sender away in this text for certain: the mask that belongs in its place.
    pub fn first_leak(&self, text: &str) -> Option<&'static str> {
        let text = nfc(text);
        if let Some((_, mask)) = self.found(&text).first() {
            return Some(mask);
        }
        let masked = mask_identifiers(&text);
        let kinds = ["[điện thoại]", "[email]", "[số định danh]", "[mã hồ sơ]"];
        let count = |text: &str, kind: &str| text.matches(kind).count();
        kinds.into_iter().find(|kind| count(&masked, kind) > count(&text, kind))
    }

    fn certain(&self, text: &str) -> String {
        let text = nfc(text);
        let mut hidden = String::new();
        let mut from = 0;
        for (range, mask) in self.found(&text) {
            hidden.push_str(&text[from..range.start]);
            hidden.push_str(mask);
            from = range.end;
        }
        hidden.push_str(&text[from..]);
        mask_identifiers(&hidden)
    }

    /// The places of the phrases, in order, without overlap.
    fn found(&self, text: &str) -> Vec<(Range<usize>, &'static str)> {
        let words: Vec<(Range<usize>, &str)> = words(text).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let here = |phrase: &[String]| {
                let there = words.get(at..at + phrase.len());
                there.is_some_and(|there| there.iter().zip(phrase).all(|((_, word), name)| is_same(word, name)))
            };
            match self.0.iter().find(|(phrase, _)| here(phrase)) {
                Some((phrase, mask)) => {
                    let last = at + phrase.len() - 1;
                    found.push((words[at].0.start..words[last].0.end, *mask));
                    at = last + 1;
                }
                None => at += 1,
            }
        }
        found
    }
}

fn without_legal_form(name: &str) -> String {
    let is_form = |word: &str| LEGAL_FORMS.contains(&fold(word).as_str());
    let words: Vec<&str> = name.split_whitespace().skip_while(|word| is_form(word)).collect();
    words.join(" ")
}

/// Runs of letters and digits, and where they stand.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let start = text.as_ptr() as usize;
    text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).map(move |word| {
        let from = word.as_ptr() as usize - start;
        (from..from + word.len(), word)
    })
}

/// The same word, typed with or without diacritics, the tone mark here or there; but «lễ» is not «lê».
fn is_same(word: &str, name: &str) -> bool {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.to_lowercase().nfd().collect();
        letters.sort_unstable();
        letters
    };
    fold(word) == fold(name) && (word.is_ascii() || name.is_ascii() || letters(word) == letters(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casework::record::tests::details;
    use crate::privacy::Personal;

    #[test]
    fn the_sender_is_hidden_however_the_name_was_typed() {
        let details = details();
        let masks = Masks::of(&details);
        let text =
            "Tôi là TRẦN VĂN BÌNH (tran van binh), ở so 8 ngo 30 nguyen thuong hien p cua nam, sđt 0901.234.567.";
        assert_eq!(masks.hide(text), "Tôi là [họ tên] ([họ tên]), ở [địa chỉ], sđt [điện thoại].");
        assert_eq!(
            masks.hide("nhà tôi ở số 8 ngõ 30, tên Tra\u{302}\u{300}n Va\u{306}n Bi\u{300}nh"),
            "nhà tôi ở [địa chỉ], tên [họ tên]"
        );
        assert_eq!(masks.first_leak("của ông Trần Văn Bình"), Some(NAME));
        assert_eq!(masks.first_leak("gọi 0901 234 567"), Some("[điện thoại]"));
        assert_eq!(masks.first_leak("của [họ tên], gọi [điện thoại]"), None);
    }

    #[test]
    fn words_that_only_look_alike_stay() {
        let mut details = details();
        details.submitter_name = Personal::new("Lê An");
        let masks = Masks::of(&details);
        assert_eq!(masks.hide("Sau lễ, ăn Tết rồi; le an đã nộp"), "Sau lễ, ăn Tết rồi; [họ tên] đã nộp");
        details.submitter_name = Personal::new("Hoa");
        assert_eq!(Masks::of(&details).hide("vườn hoa"), "vườn hoa");
    }

    #[test]
    fn an_enterprise_is_hidden_with_and_without_its_legal_form() {
        let mut details = details();
        details.submitter_type = SubmitterType::Enterprise;
        details.submitter_name = Personal::new("cty cp hoa sen trang");
        details.representative_name = Some(Personal::new("Vũ Thị Hạnh, kế toán trưởng"));
        details.tax_code = Some(Personal::new("0109988772"));
        let masks = Masks::of(&details);
        assert_eq!(
            masks.hide("cty CP Hoa Sen Trắng, MST 0109988772; Công ty cổ phần Hoa Sen Trắng do bà Vũ Thị Hạnh"),
            "[tên tổ chức], MST [mã số thuế]; Công ty cổ phần [tên tổ chức] do bà [họ tên]"
        );
    }
}
