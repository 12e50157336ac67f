//! What changes a few times a year and is borrowed all day: every edition stays until the last holder goes, so that a text
//! somebody is just reading never vanishes under them. An edition is some tens of kilobytes.

use std::sync::OnceLock;

/// One edition after the other.
#[derive(Debug)]
pub struct Editions<T>(Edition<T>);

#[derive(Debug)]
struct Edition<T> {
    text: T,
    next: OnceLock<Box<Edition<T>>>,
}

impl<T> Editions<T> {
    pub fn new(first: T) -> Self {
        Self(Edition { text: first, next: OnceLock::new() })
    }

    pub fn latest(&self) -> &T {
        &self.last().text
    }

    /// From now on everybody reads this one.
    pub fn put(&self, text: T) {
        let mut edition = Box::new(Edition { text, next: OnceLock::new() });
        let mut last = self.last();
        // somebody else may put one at the same time: then ours comes behind theirs
        while let Err(ours) = last.next.set(edition) {
            edition = ours;
            last = self.last();
        }
    }

    fn last(&self) -> &Edition<T> {
        let mut edition = &self.0;
        while let Some(next) = edition.next.get() {
            edition = next;
        }
        edition
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_read_stays_while_others_read_what_is_new() {
        let editions = Editions::new("một".to_owned());
        let read = editions.latest();
        editions.put("hai".to_owned());
        editions.put("ba".to_owned());
        assert_eq!((read.as_str(), editions.latest().as_str()), ("một", "ba"));
    }
}
