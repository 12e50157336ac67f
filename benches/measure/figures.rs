//! Figures, and how they are told.

use std::time::Duration;

use serde_json::json;

/// Durations that were measured.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn note(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Below which this part of them lies, in milliseconds.
    pub fn percentile(&mut self, part: f64) -> f64 {
        if self.0.is_empty() {
            return f64::NAN;
        }
        let nth = ((self.0.len() - 1) as f64 * part).round() as usize;
        let (_, time, _) = self.0.select_nth_unstable(nth);
        time.as_secs_f64() * 1_000.0
    }
}

/// The same figure, once a round.
#[derive(Clone, Debug, Default)]
pub struct Rounds(Vec<f64>);

impl Rounds {
    pub fn note(&mut self, figure: f64) {
        self.0.push(figure);
    }

    pub fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        Self(figures.into_iter().collect())
    }

    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// Below which this part of them lies.
    pub fn at(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let nth = (sorted.len().saturating_sub(1) as f64 * part).round() as usize;
        sorted.get(nth).copied().unwrap_or(f64::NAN)
    }

    fn bounds(&self) -> (f64, f64) {
        self.0
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), figure| (low.min(*figure), high.max(*figure)))
    }
}

/// What a figure should reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// Only told.
    None,
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    fn say(self, figure: f64) -> String {
        let (goal, is_reached) = match self {
            Self::None => return String::new(),
            Self::AtLeast(least) => (format!("≥ {}", round(least)), figure >= least),
            Self::AtMost(most) => (format!("≤ {}", round(most)), figure <= most),
        };
        format!("{goal} {}", if is_reached { "reached" } else { "NOT reached" })
    }
}

#[derive(Debug)]
struct Line {
    what: String,
    figure: Rounds,
    unit: &'static str,
    goal: Goal,
}

/// What a bench found out.
#[derive(Debug)]
pub struct Report {
    name: &'static str,
    lines: Vec<Line>,
}

impl Report {
    pub fn new(name: &'static str) -> Self {
        Self { name, lines: Vec::new() }
    }

    pub fn tell(&mut self, what: impl Into<String>, figure: Rounds, unit: &'static str, goal: Goal) {
        self.lines.push(Line { what: what.into(), figure, unit, goal });
    }

    /// The same for a figure that there is only one of.
    pub fn tell_one(&mut self, what: impl Into<String>, figure: f64, unit: &'static str, goal: Goal) {
        self.tell(what, Rounds::of([figure]), unit, goal);
    }

    /// As a table, and as one line of JSON.
    pub fn print(&self) {
        let width = self.lines.iter().map(|line| line.what.chars().count()).max().unwrap_or_default();
        println!("\n{}", self.name);
        println!("  {:width$}  {:>10} {:8} {:>21}  goal", "", "median", "", "lowest … highest");
        for Line { what, figure, unit, goal } in &self.lines {
            let (median, (low, high)) = (figure.median(), figure.bounds());
            let spread = format!("{} … {}", round(low), round(high));
            println!("  {what:width$}  {:>10} {unit:8} {spread:>21}  {}", round(median), goal.say(median));
        }
        let lines = self.lines.iter().map(|Line { what, figure, unit, .. }| {
            let (low, high) = figure.bounds();
            json!({ "what": what, "median": figure.median(), "low": low, "high": high, "unit": unit })
        });
        println!("{}", json!({ "bench": self.name, "figures": lines.collect::<Vec<_>>() }));
    }
}

/// Three digits that mean something.
fn round(figure: f64) -> String {
    match figure.abs() {
        100.0.. => format!("{figure:.0}"),
        10.0.. => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}
