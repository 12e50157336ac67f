//! The units by the names people may call them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::atlas::{COMMUNES, Commune, DISTRICTS, FORMER, PROVINCES, Province, Unit, rows};
use super::word::key_of;

/// Communes whose names people shorten.
const COMMUNES_SHORT: [(&str, &str); 6] = [
    ("HBT", "Hai Bà Trưng"),
    ("Văn Miếu", "Văn Miếu - Quốc Tử Giám"),
    ("Quốc Tử Giám", "Văn Miếu - Quốc Tử Giám"),
    ("Văn Miếu QTG", "Văn Miếu - Quốc Tử Giám"),
    ("VM QTG", "Văn Miếu - Quốc Tử Giám"),
    ("VMQTG", "Văn Miếu - Quốc Tử Giám"),
];

type Index = HashMap<String, Vec<Unit>>;

/// Everything in Hanoi, and the provinces, by [`key_of`] their names.
pub(super) static NEAR: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::new();
    let mut enter = |name: &str, unit| index.entry(key_of(name)).or_default().push(unit);
    for commune in COMMUNES.iter().filter(|commune| commune.is_in_hanoi()) {
        enter(&commune.name, Unit::Commune(commune));
        enter(&glued(&commune.name), Unit::Commune(commune));
    }
    for unit in FORMER.iter() {
        enter(&unit.name, Unit::Former(unit));
        // «Mỹ Đình» for «Mỹ Đình 1» and «Mỹ Đình 2».
        if let Some(bare) = unit.name.strip_suffix(|letter: char| letter.is_ascii_digit()) {
            enter(bare, Unit::Former(unit));
        }
    }
    for district in DISTRICTS.iter() {
        enter(&district.name, Unit::District(district));
    }
    for (short, long) in COMMUNES_SHORT {
        let commune = COMMUNES.iter().find(|commune| commune.is_in_hanoi() && commune.name == long);
        enter(short, Unit::Commune(commune.expect("the commune of a short name")));
    }
    for (short, long) in [("HBT", "Hai Bà Trưng"), ("BTL", "Bắc Từ Liêm"), ("NTL", "Nam Từ Liêm")] {
        let district = DISTRICTS.iter().find(|district| district.name == long).expect("the district of a short name");
        enter(short, Unit::District(district));
    }
    for (name, province) in province_names() {
        enter(name, Unit::Province(province));
    }
    // One key may come twice (a name of one syllable is its own glued form).
    index.values_mut().for_each(|units| units.dedup_by(|a, b| same(a, b)));
    index
});

fn same(a: &Unit, b: &Unit) -> bool {
    matches!((a, b), (Unit::Commune(a), Unit::Commune(b)) if a == b)
}

/// «Cửa Nam» as some type it: «cuanam».
fn glued(name: &str) -> String {
    name.split([' ', '-']).collect()
}

#[derive(Deserialize)]
struct FormerProvinceRow {
    name: String,
    successor: String,
}

/// Names of today, names of before 01/07/2025 (Nghị quyết 202/2025/QH15), and how people shorten them.
fn province_names() -> Vec<(&'static str, &'static Province)> {
    static BEFORE: LazyLock<Vec<FormerProvinceRow>> = LazyLock::new(|| rows(include_str!("former-provinces.csv")));
    const SHORT: [(&str, &str); 9] = [
        ("HN", "Hà Nội"),
        ("HNội", "Hà Nội"),
        ("Hanoi", "Hà Nội"),
        ("Thủ đô", "Hà Nội"),
        ("HCM", "Hồ Chí Minh"),
        ("TPHCM", "Hồ Chí Minh"),
        ("Sài Gòn", "Hồ Chí Minh"),
        ("TPHN", "Hà Nội"),
        ("Đắc Lắc", "Đắk Lắk"),
    ];
    let successor = |name: &str| {
        PROVINCES.iter().find(|province| province.name == name).expect("a former or short name leads to a province")
    };
    let now = PROVINCES.iter().map(|province| (province.name.as_str(), province));
    let before = BEFORE.iter().map(|row| (row.name.as_str(), successor(&row.successor)));
    now.chain(before).chain(SHORT.map(|(short, name)| (short, successor(name)))).collect()
}

/// The communes of the other provinces.
pub(super) static FAR: LazyLock<HashMap<String, Vec<&'static Commune>>> = LazyLock::new(|| {
    let mut index: HashMap<String, Vec<&Commune>> = HashMap::new();
    for commune in COMMUNES.iter().filter(|commune| !commune.is_in_hanoi()) {
        index.entry(key_of(&commune.name)).or_default().push(commune);
    }
    index
});

/// The most words a name has in [`NEAR`] or [`FAR`].
pub(super) static LONGEST: LazyLock<usize> = LazyLock::new(|| {
    NEAR.keys().chain(FAR.keys()).map(|key| key.split(' ').count()).max().expect("the tables are not empty")
});
