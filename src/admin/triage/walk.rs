//! The way through the line: from one petition to the next, or through those that an officer picked.

use url::form_urlencoded::Serializer;

use crate::petition::Reference;

/// As many as stand on a page of the list.
const PICKED: usize = 100;

/// What stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Where the officer is; the oldest, when nothing is said.
    pub at: Option<Reference>,
    /// Those that were picked; all, when none was.
    pub of: Vec<Reference>,
}

impl Walk {
    /// `?of=…&of=…&at=…`; what is no reference is not looked at.
    pub fn read(query: &[(String, String)]) -> Self {
        let named = |name: &'static str| query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value);
        Self {
            at: named("at").find_map(|value| value.parse().ok()),
            of: named("of").filter_map(|value| value.parse().ok()).take(PICKED).collect(),
        }
    }

    /// The page of a petition in this line.
    pub fn to(&self, at: Option<&Reference>) -> String {
        self.address("/admin/triage", at)
    }

    /// Where a form of a petition's page is posted, so that the answer leads on in this line.
    pub fn post(&self, reference: &Reference, what: &str) -> String {
        self.address(&format!("/admin/triage/{reference}/{what}"), None)
    }

    fn address(&self, path: &str, at: Option<&Reference>) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(at.iter().map(|at| ("at", at.to_string())));
        query.extend_pairs(self.of.iter().map(|of| ("of", of.to_string())));
        match query.finish().as_str() {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 18).expect("a day");
        let [one, two] = [1, 2].map(|number| Reference::new(day, number).expect("a reference"));
        let walk = Walk { at: None, of: vec![one, two] };
        let address = walk.to(Some(&two));
        let (path, query) = address.split_once('?').expect("a query");
        assert_eq!(path, "/admin/triage");
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(Walk::read(&pairs), Walk { at: Some(two), ..walk.clone() });
        assert!(walk.post(&one, "refusal").starts_with(&format!("/admin/triage/{one}/refusal?of=")));
        assert_eq!(Walk::read(&[("of".to_owned(), "x".to_owned())]).to(None), "/admin/triage");
    }
}
