//! What must not be public of a text (pakn-domain 4.5): who sent it, the address below the commune, numbers that
//! identify a person. The same rules show the sender what will be hidden and hide it when it is published. The machine
//! finds what it knows; the officer looks at the preview for the rest.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use unicode_normalization::UnicodeNormalization;

use crate::vietnamese::{fold, nfc};

/// What kind of thing is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hidden {
    Name,
    Organisation,
    Address,
    TaxCode,
    Email,
    /// A dossier number of a one-stop counter.
    Dossier,
    /// Twelve digits that look like an identity number.
    Identity,
    Phone,
    /// Of a vehicle.
    Plate,
}

impl Hidden {
    /// As it stands in a published text.
    pub fn mask(self) -> &'static str {
        match self {
            Self::Name => "[họ tên]",
            Self::Organisation => "[tên tổ chức]",
            Self::Address => "[địa chỉ]",
            Self::TaxCode => "[mã số thuế]",
            Self::Email => "[email]",
            Self::Dossier => "[mã hồ sơ]",
            Self::Identity => "[số định danh]",
            Self::Phone => "[điện thoại]",
            Self::Plate => "[biển số]",
        }
    }
}

/// Words that begin the name of an enterprise and are left out when people mention it.
const LEGAL_FORMS: [&str; 14] =
    ["cong", "ty", "cty", "co", "phan", "cp", "tnhh", "trach", "nhiem", "huu", "han", "mtv", "doanh", "nghiep"];

/// Who sent a text, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sender<'a> {
    /// A person's name, or an enterprise's with [`Hidden::Organisation`].
    pub name: &'a str,
    pub is_organisation: bool,
    /// «Vũ Thị Hạnh, kế toán trưởng»
    pub representative: Option<&'a str>,
    pub tax_code: Option<&'a str>,
    pub address: &'a str,
}

/// The phrases that give one sender away.
#[derive(Clone, Debug, Default)]
pub struct Masks(Vec<(Vec<String>, Hidden)>);

impl Masks {
    pub fn of(sender: &Sender<'_>) -> Self {
        let mut masks = Self::default();
        if sender.is_organisation {
            masks.add(sender.name, Hidden::Organisation);
            masks.add(&without_legal_form(sender.name), Hidden::Organisation);
        } else {
            masks.add(sender.name, Hidden::Name);
        }
        if let Some(name) = sender.representative {
            masks.add(name.split(',').next().unwrap_or_default(), Hidden::Name);
        }
        if let Some(code) = sender.tax_code {
            masks.add_word(code, Hidden::TaxCode);
        }
        let house = sender.address.split(',').next().unwrap_or_default();
        masks.add(sender.address, Hidden::Address);
        if house.bytes().any(|sign| sign.is_ascii_digit()) {
            masks.add(house, Hidden::Address);
        }
        // the longest first: a whole address before its beginning
        masks.0.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        masks
    }

    /// One word alone («Hoa») is too often just a word.
    fn add(&mut self, phrase: &str, hidden: Hidden) {
        let phrase: Vec<String> = words(phrase).map(|(_, word)| word.to_owned()).collect();
        if phrase.len() >= 2 {
            self.0.push((phrase, hidden));
        }
    }

    fn add_word(&mut self, word: &str, hidden: Hidden) {
        let phrase: Vec<String> = words(word).map(|(_, word)| word.to_owned()).collect();
        if !phrase.is_empty() {
            self.0.push((phrase, hidden));
        }
    }

    /// A proposal for the public text.
    pub fn hide(&self, text: &str) -> String {
        self.hide_as(text, Hidden::mask).0
    }

    /// The same with other words in the gaps, and what stood there, in the order of the kinds.
    pub fn hide_as<'w>(&self, text: &str, word: impl Fn(Hidden) -> &'w str) -> (String, Vec<Hidden>) {
        let mut hidden = Vec::new();
        let known = self.without_phrases(&nfc(text), &word, &mut hidden);
        let masked = without_identifiers(&known, &word, &mut hidden);
        let masked = without(&masked, &HOUSE, Hidden::Address, &word, &mut hidden);
        let masked = without_titled_names(&masked, &word, &mut hidden);
        hidden.sort_unstable();
        (masked, hidden)
    }

    /// What gives the sender away in this text for certain: the mask that belongs in its place.
    pub fn first_leak(&self, text: &str) -> Option<&'static str> {
        let text = nfc(text);
        if let Some((_, hidden)) = self.found(&text).first() {
            return Some(hidden.mask());
        }
        let mut hidden = Vec::new();
        without_identifiers(&text, &Hidden::mask, &mut hidden);
        hidden.first().map(|hidden| hidden.mask())
    }

    fn without_phrases<'w>(&self, text: &str, word: &impl Fn(Hidden) -> &'w str, hidden: &mut Vec<Hidden>) -> String {
        let mut masked = String::new();
        let mut from = 0;
        for (range, kind) in self.found(text) {
            masked.push_str(&text[from..range.start]);
            masked.push_str(word(kind));
            hidden.push(kind);
            from = range.end;
        }
        masked.push_str(&text[from..]);
        masked
    }

    /// Where the text, in composed form, holds what must not be public for certain: the sender's own data, and what
    /// identifies a person whoever wrote it. In order, without overlap.
    pub fn places(&self, text: &str) -> Vec<(Range<usize>, Hidden)> {
        let mut places = self.found(text);
        for (pattern, kind) in IDENTIFIERS.iter() {
            for found in pattern.find_iter(text) {
                let range = found.range();
                if places.iter().all(|(taken, _)| taken.end <= range.start || range.end <= taken.start) {
                    places.push((range, *kind));
                }
            }
        }
        places.sort_by_key(|(range, _)| range.start);
        places
    }

    /// The places of the phrases, in order, without overlap.
    fn found(&self, text: &str) -> Vec<(Range<usize>, Hidden)> {
        let words: Vec<(Range<usize>, &str)> = words(text).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let here = |phrase: &[String]| {
                let there = words.get(at..at + phrase.len());
                there.is_some_and(|there| there.iter().zip(phrase).all(|((_, word), name)| is_same(word, name)))
            };
            match self.0.iter().find(|(phrase, _)| here(phrase)) {
                Some((phrase, hidden)) => {
                    let last = at + phrase.len() - 1;
                    found.push((words[at].0.start..words[last].0.end, *hidden));
                    at = last + 1;
                }
                None => at += 1,
            }
        }
        found
    }
}

/// Hides what must never be public, whoever wrote it: phone, identity and plate numbers, e-mail addresses, dossier
/// numbers. Names and house numbers need [`Masks`] or an officer's eye.
pub fn mask_identifiers(text: &str) -> String {
    without_identifiers(text, &Hidden::mask, &mut Vec::new())
}

/// Whether a text holds what looks like an identity number: twelve digits that begin with 0 (pakn-domain 9).
pub fn has_identity_number(text: &str) -> bool {
    IDENTITY.is_match(text)
}

/// The text with something else in the place of every identity number.
pub fn replace_identity_numbers(text: &str, word: &str) -> String {
    IDENTITY.replace_all(text, regex::NoExpand(word)).into_owned()
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern that compiles")
}

/// In groups as it is printed on the card, or in one.
static IDENTITY: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b0\d{2}[ .]?\d{3}[ .]?\d{3}[ .]?\d{3}\b"));

static IDENTIFIERS: LazyLock<[(Regex, Hidden); 5]> = LazyLock::new(|| {
    [
        (pattern(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), Hidden::Email),
        (pattern(r"\bH\d{2}\.[\d.]+-\d{6}-\d{3,}\b"), Hidden::Dossier),
        (IDENTITY.clone(), Hidden::Identity),
        (pattern(r"(?:\+84|\b84|\b0)(?:[ .\-]?\d){8,10}\b"), Hidden::Phone),
        // «29A-123.45», «30F1 12345», «29-X1 1234»; not a time («14h30»)
        (pattern(r"(?i)\b\d{2}[a-z]{1,2}\d?[ .-]?\d{3}\.?\d{2}\b|\b\d{2}-?[a-z]\d[ -]\d{4}\b"), Hidden::Plate),
    ]
});

static HOUSE: LazyLock<Regex> = LazyLock::new(|| {
    let alley = r"(?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet)\s+\d+(?:/\d+)*";
    let house = r"(?:số nhà|nhà số|so nha|nha so|số|so)\s+\d+[a-z]?(?:/\d+)*";
    pattern(&format!(r"(?i)\b(?:{house}(?:\s*,?\s*{alley})+|(?:số nhà|nhà số|so nha|nha so)\s+\d+[a-z]?(?:/\d+)*)"))
});

/// A form of address with a full name in capitals: «ông Nguyễn Văn Nam».
static TITLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b((?i:ông|bà|anh|chị|cô|chú|bác|đồng chí|đ/c))((?: \p{Lu}\p{Ll}*){2,4})\b"));

fn without_identifiers<'w>(text: &str, word: &impl Fn(Hidden) -> &'w str, hidden: &mut Vec<Hidden>) -> String {
    let identifiers = IDENTIFIERS.iter();
    identifiers.fold(text.to_owned(), |text, (pattern, kind)| without(&text, pattern, *kind, word, hidden))
}

fn without<'w>(
    text: &str,
    pattern: &Regex,
    kind: Hidden,
    word: &impl Fn(Hidden) -> &'w str,
    hidden: &mut Vec<Hidden>,
) -> String {
    let gap = |_: &Captures<'_>| {
        hidden.push(kind);
        word(kind).to_owned()
    };
    pattern.replace_all(text, gap).into_owned()
}

fn without_titled_names<'w>(text: &str, word: &impl Fn(Hidden) -> &'w str, hidden: &mut Vec<Hidden>) -> String {
    let gap = |found: &Captures<'_>| {
        hidden.push(Hidden::Name);
        format!("{} {}", &found[1], word(Hidden::Name))
    };
    TITLED.replace_all(text, gap).into_owned()
}

fn without_legal_form(name: &str) -> String {
    let is_form = |word: &str| LEGAL_FORMS.contains(&fold(word).as_str());
    let words: Vec<&str> = name.split_whitespace().skip_while(|word| is_form(word)).collect();
    words.join(" ")
}

/// Runs of letters and digits, and where they stand.
pub fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let start = text.as_ptr() as usize;
    text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).map(move |word| {
        let from = word.as_ptr() as usize - start;
        (from..from + word.len(), word)
    })
}

/// The same word, typed with or without diacritics, the tone mark here or there; but «lễ» is not «lê».
pub fn is_same(word: &str, name: &str) -> bool {
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

    #[test]
    fn what_identifies_a_person_is_hidden_in_public_texts() {
        let text = "Gọi 0912.345.678 hoặc a.b@mail.vn, CCCD 001087001234, hồ sơ H26.12.3-261105-0042, ngày 12/10/2026";
        assert_eq!(
            mask_identifiers(text),
            "Gọi [điện thoại] hoặc [email], CCCD [số định danh], hồ sơ [mã hồ sơ], ngày 12/10/2026"
        );
        assert_eq!(mask_identifiers("thẻ 001 087 001 234"), "thẻ [số định danh]");
    }

    #[test]
    fn plates_are_hidden_and_hours_are_not() {
        for plate in ["29A-123.45", "30F 12345", "29a12345", "29-X1 1234", "29X1-123.45"] {
            assert_eq!(mask_identifiers(&format!("xe {plate} đỗ")), "xe [biển số] đỗ", "{plate}");
        }
        for other in ["14h30", "lúc 8h 15 phút", "phòng 12B 305", "mẫu 01-PLI 2", "3.000.000 đồng"] {
            assert_eq!(mask_identifiers(other), other);
        }
    }

    #[test]
    fn identity_numbers_are_seen_and_can_be_taken_out() {
        for number in ["001087001234", "001 087 001 234", "001.087.001.234", "001087 001234"] {
            assert!(has_identity_number(&format!("cccd {number} nhé")), "{number}");
        }
        for other in ["0912 345 678", "024 3900 0000", "0109988772", "0109988772-001", "1001087001234", "0010870012345"]
        {
            assert!(!has_identity_number(other), "{other}");
        }
        assert_eq!(replace_identity_numbers("số 001087001234, ạ", "[$1]"), "số [$1], ạ");
    }

    #[test]
    fn a_full_name_with_a_form_of_address_is_hidden() {
        let masks = Masks::default();
        assert_eq!(masks.hide("gặp bà Nguyễn Thị Hoa ở quầy 2"), "gặp bà [họ tên] ở quầy 2");
        assert_eq!(masks.hide("Ông Bình bảo chờ, chị cán bộ quát"), "Ông Bình bảo chờ, chị cán bộ quát");
    }

    #[test]
    fn what_was_hidden_is_told_by_kind() {
        let masks = Masks::of(&Sender { name: "Trần Văn Bình", ..Sender::default() });
        let text = "Tôi là tran van binh, 0901234567, xe 29A-123.45, nhà số 8 ngõ 30";
        let (masked, hidden) = masks.hide_as(text, |_| "[đã che]");
        assert_eq!(masked, "Tôi là [đã che], [đã che], xe [đã che], [đã che]");
        assert_eq!(hidden, [Hidden::Name, Hidden::Address, Hidden::Phone, Hidden::Plate]);
    }
}
