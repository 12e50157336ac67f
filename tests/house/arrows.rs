//! The arrows, as the map in `src/lib.rs` draws them.

use std::collections::{BTreeMap, BTreeSet};

type Rooms = BTreeSet<String>;

pub struct Arrows {
    /// For each room, whom it may know. In the order of the map a room stands above those it knows.
    known: BTreeMap<String, Rooms>,
    /// Whom everybody may know.
    anyone: Rooms,
    pub pure: Rooms,
}

impl Arrows {
    /// Reads the map: lines `room → room, room` in the first block of text.
    pub fn read(lib: &str) -> Self {
        let signs = lib.lines().map_while(|line| line.strip_prefix("//!"));
        let map: Vec<_> = signs.skip_while(|line| !line.contains("```text")).skip(1).collect();
        let map: Vec<_> = map.into_iter().take_while(|line| !line.contains("```")).filter_map(entry).collect();
        let mut arrows = Self { known: BTreeMap::new(), anyone: Rooms::new(), pure: Rooms::new() };
        for (nth, (name, known)) in map.iter().enumerate() {
            let known = match known.trim() {
                "every room below it" => map[nth + 1..].iter().map(|(below, _)| (*below).to_owned()).collect(),
                listed => {
                    listed.split(',').map(|room| room.trim().to_owned()).filter(|room| !room.is_empty()).collect()
                }
            };
            match *name {
                "anyone" => arrows.anyone = known,
                "pure" => arrows.pure = known,
                room => drop(arrows.known.insert(room.to_owned(), known)),
            }
        }
        arrows
    }

    /// Whether `name` stands in the map.
    pub fn has(&self, name: &str) -> bool {
        self.known.contains_key(name) || self.anyone.contains(name)
    }

    pub fn allows(&self, from: &str, to: &str) -> bool {
        from == to || self.anyone.contains(to) || self.known.get(from).is_some_and(|known| known.contains(to))
    }

    /// What is wrong with the map itself: a name that is no room, or rooms that know each other in a circle.
    pub fn problems(&self) -> Vec<String> {
        let specials = ["anyone", "pure"];
        let named = self.known.values().flatten().chain(&self.pure).collect::<BTreeSet<_>>().into_iter();
        let strange = named.filter(|name| !self.has(name) && !specials.contains(&name.as_str()));
        let strange = strange.map(|name| format!("`{name}` is known to somebody but has no line of its own"));
        let circles = self.known.keys().filter(|room| self.leads_back(room));
        strange.chain(circles.map(|room| format!("the arrows lead from `{room}` back to it"))).collect()
    }

    fn leads_back(&self, room: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut ahead: Vec<&String> = self.known[room].iter().collect();
        while let Some(next) = ahead.pop() {
            if next == room {
                return true;
            }
            if seen.insert(next) {
                ahead.extend(self.known.get(next).into_iter().flatten());
            }
        }
        false
    }
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let (name, known) = line.split_once('→').or_else(|| line.split_once(':'))?;
    Some((name.trim(), known))
}

#[cfg(test)]
const MAP: &str = "//! The map.\n//! ```text\n//! top → every room below it\n//! inbox → dialog, zalo\n//! dialog →\n//! zalo →\n\
    //! anyone → clock\n//! pure : dialog\n//! ```\npub mod inbox;";

#[test]
fn an_arrow_that_is_not_drawn_is_not_allowed() {
    let arrows = Arrows::read(MAP);
    for (from, to) in [("top", "zalo"), ("inbox", "dialog"), ("zalo", "clock"), ("clock", "clock"), ("zalo", "zalo")] {
        assert!(arrows.allows(from, to), "{from} → {to}");
    }
    for (from, to) in [("zalo", "inbox"), ("dialog", "zalo"), ("clock", "zalo"), ("inbox", "top"), ("new", "zalo")] {
        assert!(!arrows.allows(from, to), "{from} → {to}");
    }
    assert_eq!(arrows.pure, Rooms::from(["dialog".to_owned()]));
    assert!(arrows.problems().is_empty(), "{:?}", arrows.problems());
}

#[test]
fn a_circle_and_a_name_without_a_line_are_problems_of_the_map() {
    let arrows = Arrows::read(&MAP.replace("zalo →", "zalo → inbox, queue"));
    assert_eq!(
        arrows.problems(),
        [
            "`queue` is known to somebody but has no line of its own",
            "the arrows lead from `inbox` back to it",
            "the arrows lead from `zalo` back to it"
        ]
    );
}
