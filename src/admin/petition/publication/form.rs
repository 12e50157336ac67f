//! What comes back from the page before publishing: texts, decisions on what was found, pictures.

use std::collections::BTreeSet;

use crate::casework::{Find, FindKey, Finder, PublicationDraft};

use super::Texts;

/// The posted fields. A form posts a box that is not ticked as nothing: every find is listed beside its box.
#[derive(Clone, Debug, Default)]
pub struct PublicationForm {
    pub version: i32,
    pub seen: usize,
    is_for_everybody: bool,
    texts: Texts,
    /// Every find that had a box, by its place in the list.
    listed: Vec<String>,
    masked: Vec<String>,
    /// Those that were left when the page was drawn.
    left_before: Vec<String>,
    pictures: Vec<i64>,
    agreed: String,
    /// What was typed beyond the petition's own texts is found, too.
    pub is_release: bool,
}

impl PublicationForm {
    pub fn read(pairs: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            let text = || value.trim().replace("\r\n", "\n");
            match name.as_str() {
                "version" => form.version = value.parse().unwrap_or_default(),
                "seen" => form.seen = value.parse().unwrap_or_default(),
                "audience" => form.is_for_everybody = value == "everybody",
                "title" => form.texts.title = text(),
                "content" => form.texts.content = text(),
                "answer" => form.texts.answer = text(),
                "find" => form.listed.push(value),
                "mask" => form.masked.push(value),
                "left" => form.left_before.push(value),
                "picture" => form.pictures.extend(value.parse::<i64>()),
                "agreed" => form.agreed = text(),
                "act" => form.is_release = value == "publish",
                _ => {}
            }
        }
        form
    }

    /// As it was typed.
    pub fn draft(&self) -> PublicationDraft {
        PublicationDraft {
            is_public: self.is_for_everybody,
            title: self.texts.title.clone(),
            content: self.texts.content.clone(),
            answer: self.texts.answer.clone(),
            pictures: self.pictures.clone(),
            agreed: self.agreed.clone(),
        }
    }

    /// What the officer leaves, of what may be left.
    pub fn left(&self, finds: &[Find]) -> BTreeSet<FindKey> {
        let is_left = |nth: &String| self.listed.contains(nth) && !self.masked.contains(nth);
        keys(finds, is_left)
    }

    /// With the finds hidden or left as the boxes say.
    pub fn redone(&self, original: &Texts, finder: &Finder, finds: &[Find]) -> PublicationDraft {
        let (before, left) = (keys(finds, |nth| self.left_before.contains(nth)), self.left(finds));
        let redo = |original: &str, typed: &str| finder.redo(original, typed, &before, &left);
        PublicationDraft {
            title: redo(&original.title, &self.texts.title),
            content: redo(&original.content, &self.texts.content),
            answer: redo(&original.answer, &self.texts.answer),
            ..self.draft()
        }
    }

    pub fn texts(&self) -> &Texts {
        &self.texts
    }
}

fn keys(finds: &[Find], is_meant: impl Fn(&String) -> bool) -> BTreeSet<FindKey> {
    let meant = finds.iter().filter(|find| !find.is_certain && is_meant(&name(find)));
    meant.map(|find| find.key.clone()).collect()
}

/// How the form calls a find: its kind and its letters, whatever else is found beside it.
pub fn name(find: &Find) -> String {
    format!("{}:{}", find.key.found.name(), find.key.folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_that_is_not_ticked_leaves_its_find() {
        let pairs = [
            ("version", "3"),
            ("seen", "5"),
            ("audience", "everybody"),
            ("find", "person:tuan"),
            ("find", "address:ngo 30"),
            ("mask", "address:ngo 30"),
            ("picture", "7"),
            ("picture", "x"),
            ("act", "publish"),
        ];
        let form = PublicationForm::read(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        assert!(form.is_release && form.draft().is_public);
        assert_eq!((form.version, form.seen, form.draft().pictures), (3, 5, vec![7]));
        assert_eq!((form.listed.len(), form.masked.len()), (2, 1));
    }
}
