//! Everything in a text that may have to be hidden before everybody reads it: each place with its kind, and whether it may
//! be left.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::petition::Details;
use crate::privacy::mask::words;
use crate::vietnamese::{fold, nfc};

use super::{Found, Masks, pattern, people};

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub range: Range<usize>,
    pub found: Found,
    /// Never left: it is the sender's own, identifies a person, or names somebody accused.
    pub is_certain: bool,
}

/// The same thing wherever it stands: an officer decides on it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    pub key: FindKey,
    /// As it was written first.
    pub text: String,
    pub places: usize,
    pub is_certain: bool,
}

/// What tells one find from another: its kind, and its letters folded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindKey {
    pub found: Found,
    pub folded: String,
}

impl FindKey {
    fn of(found: Found, text: &str) -> Self {
        Self { found, folded: fold(text) }
    }
}

/// Looks for what may have to be hidden in the texts of one petition.
pub struct Finder {
    masks: Masks,
    /// The words of the sender's address, folded.
    address: Vec<String>,
    /// Full names of the officers it is about.
    officers: Vec<String>,
    /// No conclusion blames them: they are never named.
    protects_officers: bool,
}

impl Finder {
    /// `officers` are those the petition is about. They may be named only where the answer blames them (`has_conclusion`).
    pub fn new(details: &Details, officers: Vec<String>, has_conclusion: bool) -> Self {
        let address = words(details.address_detail.reveal()).map(|(_, word)| fold(word)).collect();
        Self { masks: Masks::of(details), address, officers, protects_officers: !has_conclusion }
    }

    /// A text that names nobody.
    pub fn anonymise(&self, text: &str) -> String {
        self.hide(text, &BTreeSet::new())
    }

    /// The places of a text in composed form, in order, without overlap.
    pub fn places(&self, text: &str) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        let mut add = |range: Range<usize>, found: Found, is_certain: bool| {
            if places.iter().all(|place| place.range.end <= range.start || range.end <= place.range.start) {
                places.push(Place { range, found, is_certain });
            }
        };
        self.masks.places(text).into_iter().for_each(|(range, hidden)| add(range, hidden.into(), true));
        for name in &self.officers {
            people::named(text, name).into_iter().for_each(|range| add(range, Found::Officer, self.protects_officers));
        }
        for (range, found) in pattern::places(text) {
            let own = (found == Found::Address).then(|| self.own_address(text, &range)).flatten();
            add(own.clone().unwrap_or(range), found, own.is_some());
        }
        people::addressed(text).into_iter().for_each(|range| add(range, Found::Person, false));
        places.sort_by_key(|place| place.range.start);
        places
    }

    /// Where a part of the sender's own address ends, if what begins here is one: people leave out what is behind the street.
    fn own_address(&self, text: &str, found: &Range<usize>) -> Option<Range<usize>> {
        let told: Vec<(Range<usize>, &str)> = words(&text[found.start..]).collect();
        let as_long = |start: &usize| {
            let own = self.address[*start..].iter();
            own.zip(&told).take_while(|(own, (_, word))| **own == fold(word)).count()
        };
        let count = (0..self.address.len()).map(|start| as_long(&start)).max().filter(|count| *count > 0)?;
        let end = found.start + told[count - 1].0.end;
        (end >= found.end).then_some(found.start..end)
    }

    /// What was found in all these texts, in the order of their places, each thing once.
    pub fn finds(&self, texts: &[&str]) -> Vec<Find> {
        let mut finds: Vec<Find> = Vec::new();
        for text in texts.iter().map(|text| nfc(text)) {
            for place in self.places(&text) {
                let there = &text[place.range.clone()];
                let key = FindKey::of(place.found, there);
                match finds.iter_mut().find(|find| find.key == key) {
                    Some(find) => find.places += 1,
                    None => {
                        finds.push(Find { key, text: there.to_owned(), places: 1, is_certain: place.is_certain });
                    }
                }
            }
        }
        finds
    }

    /// The text as everybody may read it. What is certain is hidden even where `left` names it.
    pub fn hide(&self, text: &str, left: &BTreeSet<FindKey>) -> String {
        let text = nfc(text);
        let (mut masked, mut from) = (String::new(), 0);
        for place in self.places(&text) {
            let key = FindKey::of(place.found, &text[place.range.clone()]);
            if !place.is_certain && left.contains(&key) {
                continue;
            }
            masked.push_str(&text[from..place.range.start]);
            masked.push_str(place.found.mask());
            from = place.range.end;
        }
        masked.push_str(&text[from..]);
        masked
    }

    /// The mask that belongs where a text, in composed form, still says what must never be public.
    pub fn first_leak(&self, text: &str) -> Option<&'static str> {
        self.places(text).into_iter().find(|place| place.is_certain).map(|place| place.found.mask())
    }

    /// A text that an officer has edited, after some finds were left and others hidden again. What is to be hidden is
    /// hidden; what is left now and was not `before` gets its letters back where the words before it were not edited.
    pub fn redo(&self, original: &str, edited: &str, before: &BTreeSet<FindKey>, left: &BTreeSet<FindKey>) -> String {
        if nfc(edited) == self.hide(original, before) {
            return self.hide(original, left);
        }
        let text = nfc(original);
        let mut edited = nfc(edited);
        for place in self.places(&text).into_iter().filter(|place| !place.is_certain) {
            let there = &text[place.range.clone()];
            let key = FindKey::of(place.found, there);
            if left.contains(&key) && !before.contains(&key) {
                let said = format!("{}{}", last_words(&text[..place.range.start]), place.found.mask());
                edited = edited.replacen(&said, &said.replace(place.found.mask(), there), 1);
            }
        }
        self.hide(&edited, left)
    }
}

/// Enough before a mask to tell it from others.
fn last_words(text: &str) -> &str {
    let start = text.char_indices().rev().nth(11).map_or(0, |(at, _)| at);
    let tail = &text[start..];
    tail.split_once(' ').map_or(tail, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casework::record::tests::details;

    const TEXT: &str = "Tôi là Trần Văn Bình, nhà ở số 8 ngõ 30 Nguyễn Thượng Hiền. Anh Tuấn và ông Lê Minh Đức ở quầy đòi chuyển vào \
                        tài khoản 1012345678; gọi 0901 234 567, xe 29A-123.45.";

    fn finder(officers: &[&str]) -> Finder {
        Finder::new(&details(), officers.iter().map(|name| (*name).to_owned()).collect(), false)
    }

    #[test]
    fn every_find_has_its_kind_and_says_whether_it_may_be_left() {
        let finds = finder(&["Lê Minh Đức"]).finds(&[TEXT]);
        let said: Vec<_> = finds.iter().map(|find| (find.key.found, find.text.as_str(), find.is_certain)).collect();
        assert_eq!(
            said,
            [
                (Found::Sender, "Trần Văn Bình", true),
                (Found::Address, "số 8 ngõ 30 Nguyễn Thượng Hiền", true),
                (Found::Person, "Tuấn", false),
                (Found::Officer, "Lê Minh Đức", true),
                (Found::Account, "1012345678", false),
                (Found::Phone, "0901 234 567", true),
                (Found::Plate, "29A-123.45", true),
            ]
        );
    }

    #[test]
    fn what_is_left_stays_and_what_is_certain_never_does() {
        let finder = finder(&["Lê Minh Đức"]);
        let all: BTreeSet<FindKey> = finder.finds(&[TEXT]).into_iter().map(|find| find.key).collect();
        assert_eq!(
            finder.hide(TEXT, &all),
            "Tôi là [họ tên], nhà ở [địa chỉ]. Anh Tuấn và ông [người bị nêu] ở quầy đòi chuyển vào tài khoản 1012345678; \
             gọi [điện thoại], xe [biển số]."
        );
        let hidden = finder.hide(TEXT, &BTreeSet::new());
        assert!(hidden.contains("Anh [họ tên] và") && hidden.contains("tài khoản [số tài khoản];"), "{hidden}");
        assert_eq!(finder.first_leak(&hidden), None);
        assert_eq!(finder.first_leak("của ông Le Minh Duc"), Some("[người bị nêu]"));
    }

    #[test]
    fn an_officer_may_be_named_once_a_conclusion_blames_them() {
        let finder = Finder::new(&details(), vec!["Lê Minh Đức".to_owned()], true);
        let left = finder.finds(&["ông Lê Minh Đức"]).into_iter().map(|find| find.key).collect();
        assert_eq!(finder.hide("đã nhắc nhở ông Lê Minh Đức", &left), "đã nhắc nhở ông Lê Minh Đức");
        assert_eq!(finder.hide("đã nhắc nhở ông Lê Minh Đức", &BTreeSet::new()), "đã nhắc nhở ông [người bị nêu]");
    }

    #[test]
    fn an_edited_text_keeps_its_edits_when_a_find_is_left_or_hidden_again() {
        let finder = finder(&[]);
        let original = "Hôm đó anh Tuấn hẹn lại, chị Lan quát.";
        let none = BTreeSet::new();
        let left: BTreeSet<FindKey> = [FindKey::of(Found::Person, "Tuấn")].into();
        let hidden = finder.hide(original, &none);
        assert_eq!(finder.redo(original, &hidden, &none, &left), "Hôm đó anh Tuấn hẹn lại, chị [họ tên] quát.");
        let edited = "Hôm đó anh [họ tên] hẹn lại, chị [họ tên] nặng lời.";
        let redone = finder.redo(original, edited, &none, &left);
        assert_eq!(redone, "Hôm đó anh Tuấn hẹn lại, chị [họ tên] nặng lời.");
        assert_eq!(finder.redo(original, &redone, &left, &none), edited);
    }
}
