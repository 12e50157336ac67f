//! The units of today and of before, read once from the tables beside this file (sources and licences: see the sign).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::vietnamese::old_style;

/// Hanoi's code of the statistics office.
pub const HANOI: &str = "01";

/// How many places are offered to choose from: five buttons fit, and one of them says «Tôi không rõ».
pub const OFFERED: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Ward,
    Rural,
    Town,
    Zone,
    District,
    /// «Thành phố» is said of a province and, before 2025, of a district.
    City,
    Province,
}

/// A commune of today: the only level below the province since 01/07/2025.
#[derive(Debug, PartialEq, Eq)]
pub struct Commune {
    /// Of the statistics office, with leading zeros. Some codes meant another unit before 2025.
    pub code: String,
    /// «Yên Hòa»
    pub name: String,
    /// «phường Yên Hòa»
    pub said: String,
    pub province_code: String,
    pub(super) kind: Kind,
}

impl Commune {
    pub fn is_in_hanoi(&self) -> bool {
        self.province_code == HANOI
    }
}

/// A province or city of the first level.
#[derive(Debug, PartialEq, Eq)]
pub struct Province {
    pub code: String,
    /// «Thanh Hóa»
    pub name: String,
    /// «tỉnh Thanh Hóa»
    pub said: String,
}

/// A commune of Hanoi as it was before 01/07/2025 (or 01/01/2025).
#[derive(Debug)]
pub(super) struct Former {
    pub name: String,
    pub kind: Kind,
    /// «Quận Đống Đa»
    pub district: String,
    /// The main one first. Empty: where it went is not known.
    pub successors: Vec<&'static Commune>,
}

/// A district of Hanoi as it was before 01/07/2025.
#[derive(Debug)]
pub(super) struct District {
    /// «Đống Đa»
    pub name: String,
    /// «quận Đống Đa»
    pub said: String,
    /// As in [`Former::district`].
    pub full_name: String,
    /// The main successors of its communes: first the one of the same name, then the one with most of them.
    pub main: Vec<&'static Commune>,
    /// Every commune that got a part of it.
    pub all: Vec<&'static Commune>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Unit {
    Commune(&'static Commune),
    Former(&'static Former),
    District(&'static District),
    Province(&'static Province),
}

impl Unit {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Commune(unit) => &unit.name,
            Self::Former(unit) => &unit.name,
            Self::District(unit) => &unit.name,
            Self::Province(unit) => &unit.name,
        }
    }
}

pub(super) fn rows<Row: DeserializeOwned>(table: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.deserialize().map(|row| row.expect("the embedded tables are well-formed")).collect()
}

#[derive(Deserialize)]
struct UnitRow {
    code: String,
    name: String,
    full_name: String,
    #[serde(rename = "type")]
    kind: String,
    province_code: String,
}

static UNIT_ROWS: LazyLock<Vec<UnitRow>> = LazyLock::new(|| rows(include_str!("admin-units.csv")));

pub(super) static PROVINCES: LazyLock<Vec<Province>> = LazyLock::new(|| {
    let rows = UNIT_ROWS.iter().filter(|row| matches!(row.kind.as_str(), "tinh" | "thanh_pho_tw"));
    let province =
        |row: &UnitRow| Province { code: row.code.clone(), name: old_style(&row.name), said: said(&row.full_name) };
    rows.map(province).collect()
});

pub(super) static COMMUNES: LazyLock<Vec<Commune>> = LazyLock::new(|| {
    let commune = |row: &UnitRow| {
        let kind = match row.kind.as_str() {
            "phuong" => Kind::Ward,
            "xa" => Kind::Rural,
            "dac_khu" => Kind::Zone,
            _ => return None,
        };
        let (code, name, said) = (row.code.clone(), old_style(&row.name), said(&row.full_name));
        Some(Commune { code, name, said, province_code: row.province_code.clone(), kind })
    };
    UNIT_ROWS.iter().filter_map(commune).collect()
});

pub(super) static COMMUNE_BY_CODE: LazyLock<HashMap<&str, &Commune>> =
    LazyLock::new(|| COMMUNES.iter().map(|commune| (commune.code.as_str(), commune)).collect());

/// «Phường Yên Hoà» as it stands inside a sentence: «phường Yên Hòa».
fn said(full_name: &str) -> String {
    let mut letters = full_name.chars();
    let first = letters.next().map(char::to_lowercase);
    old_style(&first.into_iter().flatten().chain(letters).collect::<String>())
}

#[derive(Deserialize)]
struct FormerRow {
    old_name: String,
    old_district: String,
    new_code: String,
    is_default: u8,
}

pub(super) static FORMER: LazyLock<Vec<Former>> = LazyLock::new(|| {
    let mut units: Vec<Former> = Vec::new();
    let mut place_of = HashMap::new();
    for row in rows::<FormerRow>(include_str!("legacy-units-hanoi.csv")) {
        let (kind, name) = [("Phường ", Kind::Ward), ("Xã ", Kind::Rural), ("Thị trấn ", Kind::Town)]
            .into_iter()
            .find_map(|(prefix, kind)| Some((kind, old_style(row.old_name.strip_prefix(prefix)?))))
            .expect("a former commune is a phường, a xã or a thị trấn");
        let at = *place_of.entry((row.old_name, row.old_district.clone())).or_insert_with(|| {
            units.push(Former { name, kind, district: old_style(&row.old_district), successors: Vec::new() });
            units.len() - 1
        });
        if let Some(&successor) = COMMUNE_BY_CODE.get(row.new_code.as_str()) {
            let successors = &mut units[at].successors;
            successors.insert(if row.is_default == 1 { 0 } else { successors.len() }, successor);
        }
    }
    units
});

pub(super) static DISTRICTS: LazyLock<Vec<District>> = LazyLock::new(|| {
    let mut names: Vec<&str> = FORMER.iter().map(|unit| unit.district.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(district).collect()
});

fn district(full_name: &str) -> District {
    let name = ["Quận ", "Huyện ", "Thị xã "]
        .into_iter()
        .find_map(|prefix| full_name.strip_prefix(prefix))
        .expect("a former district is a quận, a huyện or a thị xã");
    let (mut main, mut all) = (Vec::<(&Commune, usize)>::new(), Vec::new());
    for unit in FORMER.iter().filter(|unit| unit.district == full_name) {
        all.extend(unit.successors.iter().copied().filter(|successor| !all.contains(successor)).collect::<Vec<_>>());
        let Some(&successor) = unit.successors.first() else { continue };
        match main.iter_mut().find(|(commune, _)| *commune == successor) {
            Some((_, parts)) => *parts += 1,
            None => main.push((successor, 1)),
        }
    }
    main.sort_by_key(|(commune, parts)| (commune.name != name, std::cmp::Reverse(*parts)));
    let main = main.into_iter().map(|(commune, _)| commune).collect();
    District { name: name.to_owned(), said: said(full_name), full_name: full_name.to_owned(), main, all }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_hold_what_the_country_has() {
        assert_eq!((PROVINCES.len(), COMMUNES.len()), (34, 3321));
        let hanoi: Vec<_> = COMMUNES.iter().filter(|commune| commune.is_in_hanoi()).collect();
        assert_eq!(hanoi.iter().filter(|commune| commune.kind == Kind::Ward).count(), 51);
        assert_eq!(hanoi.len(), 126);
        assert_eq!((FORMER.len(), DISTRICTS.len()), (604, 30));
    }

    #[test]
    fn names_are_shown_in_old_style() {
        assert_eq!(COMMUNE_BY_CODE["00175"].said, "phường Yên Hòa");
        assert!(PROVINCES.iter().any(|province| province.said == "tỉnh Thanh Hóa"));
    }

    #[test]
    fn a_district_knows_its_main_successors() {
        let district = DISTRICTS.iter().find(|district| district.said == "quận Hoàn Kiếm").expect("Hoàn Kiếm");
        let names: Vec<_> = district.main.iter().map(|commune| commune.name.as_str()).collect();
        assert_eq!(names, ["Hoàn Kiếm", "Cửa Nam", "Hồng Hà"]);
    }
}
