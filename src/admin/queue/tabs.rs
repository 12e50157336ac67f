//! The filters that stand above the list: those everybody has, and the officer's own.

use sqlx::PgConnection;

use super::super::frame::Frame;
use super::asked::{Asked, address};
use super::{counted, saved};
use crate::http::Failure;
use crate::petition::queue::{self, Now, View, Whose};

pub struct Tab {
    pub href: String,
    pub word: String,
    pub shape: &'static str,
    pub count: Option<String>,
    pub is_current: bool,
    /// The filter this officer saved.
    pub saved_filter_id: Option<i64>,
}

pub async fn draw(
    connection: &mut PgConnection,
    frame: &Frame,
    asked: &Asked,
    whose: &Whose,
    now: Now,
) -> Result<Vec<Tab>, Failure> {
    // whose list is their own anyhow needs no second one
    let is_listed = |view: &&View| **view != View::Mine || whose.handler_id.is_none();
    let fixed = View::ALL.iter().filter(is_listed).map(|view| fixed(*view, frame, asked));
    let mut tabs: Vec<Tab> = fixed.collect();
    for filter in saved::of(connection, whose.officer_id).await? {
        let count = count(connection, &filter.query, whose, now).await?;
        tabs.push(Tab {
            is_current: filter.query == asked.query(),
            href: address(&filter.query),
            word: filter.name,
            shape: "",
            count,
            saved_filter_id: Some(filter.saved_filter_id),
        });
    }
    Ok(tabs)
}

fn fixed(view: View, frame: &Frame, asked: &Asked) -> Tab {
    Tab {
        href: if view == View::Open { address("") } else { address(&format!("view={}", view.name())) },
        word: view.word().to_owned(),
        shape: match view {
            View::Open | View::Closed | View::Mine => "",
            View::Overdue => "shape is-late",
            View::Soon => "shape is-soon",
            View::New => "shape is-new",
            View::Supplement => "shape is-waiting",
            View::Approval => "shape is-doing",
            View::Publish => "shape is-done",
        },
        count: frame.counts.of(view).map(|count| count.to_string()),
        is_current: asked.is_plain() && asked.shown() == Some(view),
        saved_filter_id: None,
    }
}

/// How many a saved filter shows, where that is cheap to know.
async fn count(connection: &mut PgConnection, query: &str, whose: &Whose, now: Now) -> Result<Option<String>, Failure> {
    let (filter, _) = Asked::read(query).filter();
    let asked = queue::Asked { filter: &filter, whose, now };
    Ok(queue::count(connection, asked).await?.map(counted))
}
