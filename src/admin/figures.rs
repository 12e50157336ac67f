//! The month's figures, for those who answer for them: the whole city's, or one's own agency's.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use serde::Deserialize;

use super::AdminState;
use super::frame::{Frame, Section};
use super::visit::Visit;
use super::words;
use crate::http::text::thousands;
use crate::http::{Failure, Query, page};
use crate::officer::Right;
use crate::report::{self, Figures, Line, Month};

/// So many months can be chosen.
const MONTHS: usize = 36;

pub(super) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/figures", get(show))
}

#[derive(Deserialize)]
struct Asked {
    /// `2026-11`
    #[serde(default)]
    month: String,
}

#[derive(Template)]
#[template(path = "admin/templates/figures.html", config = "src/http/askama.toml")]
struct FiguresPage {
    frame: Frame,
    chosen: Month,
    /// The latest first.
    months: Vec<Month>,
    /// Whose figures these are.
    whose: String,
    is_running: bool,
    counted: String,
    counted_iso: String,
    tiles: [Tile; 5],
    rows: Vec<Row>,
}

/// One figure, with what it is a share of, and how it was the month before.
struct Tile {
    name: &'static str,
    number: String,
    behind: String,
}

/// One agency.
struct Row {
    agency: String,
    received: String,
    on_time: String,
    refused: String,
    sent_elsewhere: String,
    reopened: String,
    open: String,
    /// None where nothing is past its date.
    overdue: Option<String>,
}

async fn show(
    State(state): State<AdminState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    visit.must(Right::Figures)?;
    let present = Month::of(visit.at);
    let months: Vec<Month> =
        std::iter::successors(Some(present), |month| Some(month.previous())).take(MONTHS).collect();
    let chosen = asked.month.parse().ok().filter(|month| months.contains(month)).unwrap_or(present);
    let own = visit.officer.sight().agency_id;
    let mut connection = state.pool.acquire().await?;
    let lines = report::of(&mut connection, chosen, own.as_deref(), visit.at).await?;
    let before = total(&report::of(&mut connection, chosen.previous(), own.as_deref(), visit.at).await?);
    let frame = Frame::draw(&mut connection, &state, &visit, Section::Figures).await?;
    drop(connection);
    page(&FiguresPage {
        frame,
        chosen,
        months,
        whose: own.map_or_else(|| "Toàn thành phố".to_owned(), |_| visit.officer.agency_name.clone()),
        is_running: chosen == present,
        counted: words::moment(visit.at),
        counted_iso: words::iso(visit.at),
        tiles: tiles(&total(&lines), &before),
        rows: lines.into_iter().map(row).collect(),
    })
}

fn total(lines: &[Line]) -> Figures {
    lines.iter().fold(Figures::default(), |mut total, line| {
        total += line.figures;
        total
    })
}

fn tiles(now: &Figures, before: &Figures) -> [Tile; 5] {
    let tile = |name, share: fn(&Figures) -> (i64, i64), aim: &str| {
        let (part, all) = share(now);
        let earlier = rate(share(before)).map(|rate| format!(", tháng trước {rate}")).unwrap_or_default();
        let behind = format!("{}/{}{aim}{earlier}", thousands(part), thousands(all));
        Tile { name, number: rate((part, all)).unwrap_or_else(|| "–".to_owned()), behind }
    };
    [
        Tile {
            name: "Nhận trong tháng",
            number: thousands(now.received),
            behind: format!("tháng trước {}", thousands(before.received)),
        },
        tile("Trả lời đúng hạn", |of| (of.on_time, of.answered), " câu trả lời, mục tiêu 100%"),
        tile("Từ chối", |of| (of.refused, of.received), " phản ánh"),
        tile("Chuyển nơi khác", |of| (of.sent_elsewhere, of.received), " phản ánh"),
        tile("Mở lại", |of| (of.reopened, of.answered), " câu trả lời"),
    ]
}

fn row(Line { agency, figures }: Line) -> Row {
    let share = |part, all| rate((part, all)).unwrap_or_else(|| "–".to_owned());
    Row {
        agency: agency.unwrap_or_else(|| "Chưa giao cơ quan nào".to_owned()),
        received: thousands(figures.received),
        on_time: match figures.answered {
            0 => "–".to_owned(),
            answered => {
                format!("{} ({}/{})", share(figures.on_time, answered), thousands(figures.on_time), thousands(answered))
            }
        },
        refused: thousands(figures.refused),
        sent_elsewhere: thousands(figures.sent_elsewhere),
        reopened: thousands(figures.reopened),
        open: thousands(figures.open),
        overdue: (figures.overdue > 0).then(|| thousands(figures.overdue)),
    }
}

/// «94,3%»; none of nothing. Rounded down: 100% is said only where nothing is missing.
fn rate((part, all): (i64, i64)) -> Option<String> {
    let thousandths = (part * 1_000).checked_div(all)?;
    Some(format!("{},{}%", thousandths / 10, thousandths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_said_with_a_comma_and_never_rounded_up() {
        assert_eq!(rate((379, 402)).as_deref(), Some("94,2%"));
        assert_eq!(rate((9_999, 10_000)).as_deref(), Some("99,9%"));
        assert_eq!(rate((7, 7)).as_deref(), Some("100,0%"));
        assert_eq!(rate((0, 9)).as_deref(), Some("0,0%"));
        assert_eq!(rate((0, 0)), None);
    }
}
