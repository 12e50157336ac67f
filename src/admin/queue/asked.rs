//! What the address of a list says: one form, one address, so that a filter can be kept, sent and come back to.

use axum::extract::Query;
use axum::http::Uri;
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;
use url::form_urlencoded;

use super::super::petition::FieldError;
use crate::clock::midnight;
use crate::petition::queue::{Filter, Key, Place, Sought, View};

/// What stands after the `?`, as it was typed or chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    view: String,
    pub q: String,
    pub agency: String,
    pub status: String,
    pub due: String,
    pub due_from: String,
    pub due_to: String,
    pub field: String,
    pub from: String,
    pub to: String,
    pub source: String,
    pub handler: String,
    pub urgent: String,
    after: String,
    before: String,
}

impl Asked {
    /// Of the part of an address after the `?`. What cannot be read asks for nothing.
    pub fn read(query: &str) -> Self {
        let address: Option<Uri> = format!("/admin?{query}").parse().ok();
        address.and_then(|uri| Query::try_from_uri(&uri).ok()).map_or_else(Self::default, |Query(asked)| asked)
    }

    /// The view that was chosen; none when none was.
    pub fn chosen(&self) -> Option<View> {
        self.view.parse().ok()
    }

    /// The view that is shown. Who looks for one petition, for a state or for a period looks everywhere: what was closed
    /// long ago is found too.
    pub fn shown(&self) -> Option<View> {
        let is_everywhere = [&self.q, &self.status, &self.from, &self.to].iter().any(|asked| !asked.trim().is_empty());
        match self.chosen() {
            None if is_everywhere => None,
            chosen => Some(chosen.unwrap_or(View::Open)),
        }
    }

    /// Whether nothing but a view was chosen.
    pub fn is_plain(&self) -> bool {
        self.pairs().iter().all(|(name, _)| *name == "view")
    }

    /// Whether something beyond the first line of the form was chosen.
    pub fn is_close(&self) -> bool {
        let first = ["view", "q", "agency", "field"];
        self.pairs().iter().any(|(name, _)| !first.contains(name))
    }

    pub fn place(&self) -> Place {
        match (self.after.parse(), self.before.parse()) {
            (Ok(after), _) => Place::After(after),
            (_, Ok(before)) => Place::Before(before),
            _ => Place::First,
        }
    }

    /// What is to be listed, and what could not be understood.
    pub fn filter(&self) -> (Filter, Vec<FieldError>) {
        let mut errors = Vec::new();
        let mut limit = |field: &'static str, typed: &str, days: i64| match day(typed) {
            Ok(day) => day.map(|day| midnight(day) + TimeDelta::days(days)),
            Err(()) => {
                let say = "Ngày chưa đọc được, viết như 18/11/2026.".to_owned();
                errors.push(FieldError { field, say });
                None
            }
        };
        // the last day belongs to the period
        let due = (limit("due_from", &self.due_from, 0), limit("due_to", &self.due_to, 1));
        let submitted = (limit("from", &self.from, 0), limit("to", &self.to, 1));
        for (field, (from, before)) in [("due_to", due), ("to", submitted)] {
            if from.zip(before).is_some_and(|(from, before)| from >= before) {
                errors.push(FieldError {
                    field, say: "Ngày này trước ngày bắt đầu, chọn ngày sau.".to_owned()
                });
            }
        }
        let filter = Filter {
            view: self.shown(),
            sought: Sought::parse(&self.q),
            agency_id: Some(self.agency.clone()).filter(|agency| !agency.is_empty()),
            status: self.status.parse().ok(),
            near: self.due.parse().ok(),
            due_from: due.0,
            due_before: due.1,
            field: self.field.parse().ok(),
            submitted_from: submitted.0,
            submitted_before: submitted.1,
            source: self.source.parse().ok(),
            handler_id: self.handler.parse().ok(),
            is_urgent: !self.urgent.is_empty(),
        };
        (filter, errors)
    }

    /// The same filter in one way of writing it, without the place in the list: `agency=HN-SXD&field=land`.
    pub fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish()
    }

    /// The address of this list from a place on.
    pub fn turned(&self, way: &str, key: Key) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs()).append_pair(way, &key.to_string());
        format!("/admin?{}", query.finish())
    }

    /// The same search, in everything there is.
    pub fn everywhere(&self) -> String {
        address(&Self { view: String::new(), ..self.clone() }.query())
    }

    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let view = self.chosen().filter(|view| *view != View::Open || self.shown_without_view().is_none());
        let all = [
            ("view", view.map_or("", View::name)),
            ("q", self.q.trim()),
            ("agency", &self.agency),
            ("status", &self.status),
            ("due", &self.due),
            ("due_from", &self.due_from),
            ("due_to", &self.due_to),
            ("field", &self.field),
            ("from", &self.from),
            ("to", &self.to),
            ("source", &self.source),
            ("handler", &self.handler),
            ("urgent", &self.urgent),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    fn shown_without_view(&self) -> Option<View> {
        Self { view: String::new(), ..self.clone() }.shown()
    }
}

/// The list under a filter.
pub fn address(query: &str) -> String {
    if query.is_empty() { "/admin".to_owned() } else { format!("/admin?{query}") }
}

/// As a browser sends it, or as people write it; none where nothing was typed.
fn day(typed: &str) -> Result<Option<NaiveDate>, ()> {
    match typed.trim() {
        "" => Ok(None),
        typed => {
            let people = || NaiveDate::parse_from_str(typed, "%d/%m/%Y");
            NaiveDate::parse_from_str(typed, "%Y-%m-%d").or_else(|_| people()).map(Some).map_err(|_| ())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_one_address() {
        let asked = Asked::read("field=land&view=open&q=+s%E1%BB%95+%C4%91%E1%BB%8F&after=x.7&no=1");
        assert_eq!(asked.query(), "view=open&q=s%E1%BB%95+%C4%91%E1%BB%8F&field=land");
        assert_eq!(Asked::read(&asked.query()).query(), asked.query());
        assert_eq!(Asked::read("view=open").query(), "", "what is shown anyhow is not said");
        assert!(Asked::read("view=overdue&after=x.7").is_plain());
        assert!(!Asked::read("urgent=yes").is_plain());
    }

    #[test]
    fn who_looks_for_one_looks_everywhere_unless_a_view_is_chosen() {
        let shown = |query: &str| Asked::read(query).shown();
        assert_eq!(shown(""), Some(View::Open));
        assert_eq!(shown("agency=HN-SXD"), Some(View::Open));
        assert_eq!(shown("q=lan"), None);
        assert_eq!(shown("status=refused"), None);
        assert_eq!(shown("q=lan&view=new"), Some(View::New));
    }

    #[test]
    fn a_period_holds_its_last_day_and_a_day_that_is_none_is_named() {
        let (filter, errors) = Asked::read("due_from=2026-11-18&due_to=18/11/2026").filter();
        assert!(errors.is_empty());
        assert_eq!(filter.due_before.zip(filter.due_from).map(|(to, from)| (to - from).num_hours()), Some(24));
        let (_, errors) = Asked::read("from=ng%C3%A0y+mai&due_from=2026-11-19&due_to=2026-11-18").filter();
        assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), ["from", "due_to"]);
    }
}
