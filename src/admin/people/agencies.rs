//! The agencies by level, each with who receives for it: every agency has a focal officer and a substitute
//! (pakn-domain R15), and where one is missing the page says so.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::super::AdminState;
use super::super::frame::{Frame, Section};
use super::super::visit::Visit;
use crate::http::{Failure, page};
use crate::officer::agency::agency_lines;
use crate::officer::{AgencyLine, Level, Right};

#[derive(Template)]
#[template(path = "admin/templates/agencies.html", config = "src/http/askama.toml")]
struct AgenciesPage {
    frame: Frame,
    levels: Vec<LevelRows>,
    /// Open agencies of the city without a focal officer, and without a substitute.
    without_focal: usize,
    without_substitute: usize,
}

struct LevelRows {
    level: Level,
    rows: Vec<Row>,
}

struct Row {
    line: AgencyLine,
    /// Class and word of how it is with who receives.
    state: (&'static str, &'static str),
    from: Option<String>,
    to: Option<String>,
}

pub(in super::super) async fn show(State(state): State<AdminState>, visit: Visit) -> Result<Html<String>, Failure> {
    visit.must(Right::Accounts)?;
    let mut connection = state.pool.acquire().await?;
    let lines = agency_lines(&mut connection, None).await?;
    let frame = Frame::draw(&mut connection, &state, &visit, Section::People).await?;
    drop(connection);
    let needs = |line: &&AgencyLine| !line.is_closed() && line.level != Level::Central;
    let without_focal = lines.iter().filter(needs).filter(|line| line.focal_officers == 0).count();
    let without_substitute = lines.iter().filter(needs).filter(|line| !has_substitute(line)).count();
    let mut levels: Vec<_> = Level::ALL.iter().map(|level| LevelRows { level: *level, rows: Vec::new() }).collect();
    for line in lines {
        if let Some(rows) = levels.iter_mut().find(|rows| rows.level == line.level) {
            rows.rows.push(row(line));
        }
    }
    levels.retain(|level| !level.rows.is_empty());
    page(&AgenciesPage { frame, levels, without_focal, without_substitute })
}

/// Marked so, or a second one who receives.
fn has_substitute(line: &AgencyLine) -> bool {
    line.substitutes > 0 || line.focal_officers > 1
}

fn row(line: AgencyLine) -> Row {
    let state = match &line {
        line if line.is_closed() => ("is-closed", "Đã ngừng"),
        line if line.level == Level::Central => ("is-fine", "Không giao việc"),
        line if line.focal_officers == 0 => ("is-late", "Chưa có đầu mối"),
        line if !has_substitute(line) => ("is-soon", "Chưa có dự phòng"),
        _ => ("is-done", "Đủ đầu mối, dự phòng"),
    };
    let said = |day: chrono::NaiveDate| day.format("%d/%m/%Y").to_string();
    Row { state, from: line.valid_from.map(said), to: line.valid_to.map(said), line }
}
