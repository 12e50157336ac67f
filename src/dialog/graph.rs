//! The dialogs as Mermaid diagrams, for those who write them: which question follows which, when, and where buttons lead.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::answer::story::shorten;
use super::catalog::Catalog;
use super::definition::{Choice, Condition, Does, Form, Screen, Step};
use super::kind::Kind;

/// As much of a text as fits into a box.
const LABEL: usize = 60;

/// Screens that a payload shows, where it shows one.
const SHOWS: [(&str, &[&str]); 10] = [
    ("#mine", &["list", "none"]),
    ("#view", &["detail", "foreign"]),
    ("#public", &["found"]),
    ("#help", &["help"]),
    ("#about", &["help"]),
    ("#person", &["person", "person_away"]),
    ("#channels", &["channels"]),
    ("#disagree", &["refused"]),
    ("#cancel", &["cancel"]),
    ("#keep", &["kept"]),
];

impl Catalog {
    /// A diagram of every form, and one of all screens, each with its name.
    pub fn graphs(&self) -> Vec<(String, String)> {
        let forms = self.forms.values().map(|form| (form.name.clone(), Chart::of_form(form).drawn("TD")));
        forms.chain([("screens".to_owned(), Chart::of_screens(self).drawn("LR"))]).collect()
    }
}

/// Boxes and arrows, each once, in the order in which they were found.
#[derive(Default)]
struct Chart {
    boxes: Vec<(String, Shape, String)>,
    arrows: Vec<(String, Line, String, String)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// A question or a screen.
    Box,
    /// Where a conversation begins or ends.
    Round,
    /// Something that works everywhere.
    Hexagon,
}

#[derive(Clone, Copy, PartialEq)]
enum Line {
    Solid,
    /// What only happens on demand, or when something was not understood.
    Dotted,
}

impl Chart {
    fn of_form(form: &Form) -> Self {
        let mut chart = Self::default();
        let begin = chart.node("begin", Shape::Round, &form.name);
        let end = chart.node("receipt", Shape::Round, form.receipt.text.last().map_or("", |(_, text)| text.as_str()));
        for step in &form.steps {
            let asked = step.ask.last().map_or("", |(_, text)| text.as_str());
            chart.node(&step_id(&step.id), Shape::Box, &format!("{}: {asked}", step.id));
        }
        let asked: Vec<&Step> = form.steps.iter().filter(|step| !step.edit_only).collect();
        chart.follow(&begin, &asked);
        for (at, step) in asked.iter().enumerate().filter(|(_, step)| step.kind != Kind::Review) {
            chart.follow(&step_id(&step.id), &asked[at + 1..]);
        }
        for step in &form.steps {
            chart.beside(form, step);
        }
        chart.buttons(&end, &form.receipt.buttons, None);
        chart
    }

    /// From here the first of these that applies is asked.
    fn follow(&mut self, from: &str, next: &[&Step]) {
        for step in next {
            self.arrow(from, Line::Solid, &said(&step.when), &step_id(&step.id));
            if step.when == Condition::default() {
                return;
            }
        }
    }

    /// What else can come of a step: its buttons, its hints, its way out, and for the review what is sent or edited.
    fn beside(&mut self, form: &Form, step: &Step) {
        let here = step_id(&step.id);
        self.buttons(&here, &step.buttons, None);
        for target in &step.or_typed {
            self.arrow(&here, Line::Dotted, "gõ", &step_id(target));
        }
        for (name, hint) in &step.hints {
            self.aside(&here, &format!("hint {name}"), &format!("hint_{}_{name}", plain(&step.id)), hint);
        }
        if let Some(way_out) = &step.way_out {
            self.aside(&here, "lần 3", &format!("out_{}", plain(&step.id)), way_out);
        }
        if step.kind != Kind::Review {
            return;
        }
        for sending in &form.sendings {
            self.arrow(&here, Line::Solid, sending.title.as_str(), "receipt");
        }
        for item in &form.items {
            let name = match item.number {
                0 => format!("sửa {}", item.words.first().map_or("", String::as_str)),
                number => format!("sửa mục {number}"),
            };
            for target in &item.steps {
                self.arrow(&here, Line::Dotted, &name, &step_id(target));
            }
        }
    }

    fn aside(&mut self, from: &str, why: &str, id: &str, screen: &Screen) {
        let node = self.node(id, Shape::Box, screen.text.as_str());
        self.arrow(from, Line::Dotted, why, &node);
        self.buttons(&node, &screen.buttons, Some(from));
    }

    /// Where buttons lead. One that answers the question leads back to it.
    fn buttons(&mut self, from: &str, buttons: &[Choice], question: Option<&str>) {
        for button in buttons {
            let title = button.title.as_str();
            match &button.does {
                Does::Value(_) => {
                    if let Some(question) = question {
                        self.arrow(from, Line::Solid, title, question);
                    }
                }
                Does::Go(target) => {
                    let target = self.everywhere(target);
                    self.arrow(from, Line::Solid, title, &target);
                }
                Does::Url(to) => {
                    let page = self.node(&format!("page_{}", plain(to.as_str())), Shape::Round, to.as_str());
                    self.arrow(from, Line::Solid, title, &page);
                }
                Does::Phone(to) => {
                    let call = self.node(&format!("call_{}", plain(to.as_str())), Shape::Round, to.as_str());
                    self.arrow(from, Line::Solid, title, &call);
                }
            }
        }
    }

    fn everywhere(&mut self, target: &str) -> String {
        self.node(&format!("go_{}", plain(target)), Shape::Hexagon, target)
    }

    fn of_screens(catalog: &Catalog) -> Self {
        let mut chart = Self::default();
        let screens: BTreeMap<&str, &Screen> =
            catalog.screens.iter().map(|(name, screen)| (name.as_str(), screen)).collect();
        for (name, screen) in &screens {
            chart.node(&format!("screen_{name}"), Shape::Box, &format!("{name}: {}", screen.text.as_str()));
        }
        for (name, screen) in &screens {
            chart.buttons(&format!("screen_{name}"), &screen.buttons, None);
        }
        for (id, _, target) in chart.boxes.clone() {
            let name = target.split_once(":{").map_or(target.as_str(), |(name, _)| name);
            if !id.starts_with("go_") {
                continue;
            }
            if let Some(form) = name.strip_prefix("#start:").filter(|form| catalog.forms.contains_key(*form)) {
                let node = chart.node(&format!("form_{}", plain(form)), Shape::Round, form);
                chart.arrow(&id, Line::Solid, "", &node);
            }
            let shown = SHOWS.iter().find(|(payload, _)| *payload == name).map_or(&[][..], |(_, shown)| *shown);
            for screen in shown.iter().filter(|screen| screens.contains_key(**screen)) {
                chart.arrow(&id, Line::Solid, "", &format!("screen_{screen}"));
            }
        }
        chart
    }

    fn node(&mut self, id: &str, shape: Shape, label: &str) -> String {
        if !self.boxes.iter().any(|(known, ..)| known == id) {
            self.boxes.push((id.to_owned(), shape, label.to_owned()));
        }
        id.to_owned()
    }

    fn arrow(&mut self, from: &str, line: Line, label: &str, to: &str) {
        let arrow = (from.to_owned(), line, label.to_owned(), to.to_owned());
        if !self.arrows.contains(&arrow) {
            self.arrows.push(arrow);
        }
    }

    fn drawn(&self, direction: &str) -> String {
        let mut drawn = format!("flowchart {direction}\n");
        // Writing to a string cannot fail.
        for (id, shape, label) in &self.boxes {
            let label = quoted(label);
            let _ = match shape {
                Shape::Box => writeln!(drawn, "    {id}[{label}]"),
                Shape::Round => writeln!(drawn, "    {id}([{label}])"),
                Shape::Hexagon => writeln!(drawn, "    {id}{{{{{label}}}}}"),
            };
        }
        for (from, line, label, to) in &self.arrows {
            let line = if *line == Line::Solid { "-->" } else { "-.->" };
            let label = if label.is_empty() { String::new() } else { format!("|{}|", quoted(label)) };
            let _ = writeln!(drawn, "    {from} {line}{label} {to}");
        }
        drawn
    }
}

fn step_id(id: &str) -> String {
    format!("step_{}", plain(id))
}

/// A name that Mermaid takes: letters and digits, anything else by its number.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() || letter == '_' => plain.push(letter),
            ':' | '#' | '-' | '{' | '}' | '/' | '.' => plain.push('_'),
            other => {
                let _ = write!(plain, "u{:x}", u32::from(other));
            }
        }
    }
    plain
}

/// In quotes, with the signs that mean something to Mermaid as entities.
fn quoted(label: &str) -> String {
    let line = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut quoted = String::from("\"");
    for letter in shorten(&line, LABEL).chars() {
        match letter {
            '"' => quoted.push_str("#quot;"),
            '#' => quoted.push_str("#35;"),
            '<' => quoted.push_str("#lt;"),
            '>' => quoted.push_str("#gt;"),
            '`' => quoted.push_str("#96;"),
            '|' => quoted.push_str("#124;"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// «category = official_conduct»
fn said(when: &Condition) -> String {
    let said = when.0.iter().map(|(name, values)| format!("{name} = {}", values.join(" | ")));
    said.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use regex::Regex;

    use super::*;

    /// What a diagram says: its boxes, and its arrows with their words. Panics at a line that Mermaid would not take.
    fn parse(diagram: &str) -> (BTreeSet<String>, Vec<(String, String, String)>) {
        let label = r#""(?:[^"<>`|#]|#(?:quot|lt|gt|35|96|124);)*""#;
        let node =
            Regex::new(&format!(r"^    (\w+)(?:\[{label}\]|\(\[{label}\]\)|\{{\{{{label}\}}\}})$")).expect("a node");
        let edge = Regex::new(&format!(r"^    (\w+) (?:-->|-\.->)(?:\|({label})\|)? (\w+)$")).expect("an edge");
        let mut lines = diagram.lines();
        assert!(["flowchart TD", "flowchart LR"].contains(&lines.next().expect("a heading")));
        let (mut nodes, mut edges) = (BTreeSet::new(), Vec::new());
        for line in lines {
            assert!(line.matches('"').count() % 2 == 0, "unbalanced quotes: {line}");
            if let Some(found) = node.captures(line) {
                assert!(nodes.insert(found[1].to_owned()), "declared twice: {line}");
            } else {
                let found = edge.captures(line).unwrap_or_else(|| panic!("neither a box nor an arrow: {line}"));
                let said = found.get(2).map_or("", |label| label.as_str());
                edges.push((found[1].to_owned(), said.to_owned(), found[3].to_owned()));
            }
        }
        for (from, _, to) in &edges {
            assert!(nodes.contains(from) && nodes.contains(to), "{from} → {to} has no box");
        }
        (nodes, edges)
    }

    fn graphs() -> BTreeMap<String, String> {
        Catalog::load(Path::new("dialogs")).expect("dialogs").graphs().into_iter().collect()
    }

    #[test]
    fn every_diagram_is_one_that_mermaid_draws() {
        let graphs = graphs();
        assert!(graphs.contains_key("petition") && graphs.contains_key("screens"));
        for diagram in graphs.values() {
            let (nodes, edges) = parse(diagram);
            assert!(nodes.len() > 3 && !edges.is_empty(), "{diagram}");
        }
    }

    #[test]
    fn the_form_is_drawn_in_order_with_its_conditions_and_ways_out() {
        let (nodes, edges) = parse(&graphs()["petition"]);
        let has = |from: &str, said: &str, to: &str| {
            let edge = (from.to_owned(), said.to_owned(), to.to_owned());
            assert!(edges.contains(&edge), "{edge:?} is not in {edges:#?}");
        };
        has("begin", "", "step_content");
        has("step_content", "", "step_consent");
        has("step_phone", "\"submitter_type = individual\"", "step_address");
        has("step_phone", "\"lần 3\"", "out_phone");
        has("step_phone", "\"hint old\"", "hint_phone_old");
        has("hint_phone_old", "\"Dùng số mới\"", "step_phone");
        has("out_phone", "\"Gặp cán bộ\"", "go__person");
        has("step_review", "\"Gửi, không đăng\"", "receipt");
        has("step_review", "\"sửa mục 2\"", "step_phone");
        let steps = nodes.iter().filter(|node| node.starts_with("step_")).count();
        assert_eq!(steps, Catalog::load(Path::new("dialogs")).expect("dialogs").forms["petition"].steps.len());
    }

    #[test]
    fn every_step_can_be_come_to() {
        for diagram in graphs().into_iter().filter(|(name, _)| name != "screens").map(|(_, diagram)| diagram) {
            let (nodes, edges) = parse(&diagram);
            for node in nodes.iter().filter(|node| node.starts_with("step_")) {
                assert!(edges.iter().any(|(_, _, to)| to == node), "nothing leads to {node}");
            }
        }
    }

    #[test]
    fn words_that_mean_something_to_mermaid_are_written_as_entities() {
        assert_eq!(quoted("a \"b\"\n<#c|`>"), "\"a #quot;b#quot; #lt;#35;c#124;#96;#gt;\"");
        assert_eq!(plain("#view:{a-b} ế"), "_view__a_b_u20u1ebf");
    }
}
