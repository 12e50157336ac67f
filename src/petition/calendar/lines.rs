//! A list of days as the office brings it: a table with the columns of `holidays.csv`. Every wrong line is named at once. Pure.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Certainty, DayKind, Holiday, Wrong, is_weekend, read_day};
use crate::vietnamese::nfc;

/// The columns, in the order of the file that comes with the service.
pub const COLUMNS: [&str; 5] = ["date", "name", "kind", "status", "source"];

const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=120;
const SOURCE_LENGTH: std::ops::RangeInclusive<usize> = 3..=300;

/// One line as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedDay {
    pub date: String,
    pub name: String,
    pub kind: String,
    pub status: String,
    pub source: String,
}

impl TypedDay {
    pub fn of(day: &Holiday) -> Self {
        Self {
            date: day.on.format("%d/%m/%Y").to_string(),
            name: day.name.clone(),
            kind: day.kind.name().to_owned(),
            status: day.certainty.name().to_owned(),
            source: day.source.clone(),
        }
    }

    /// The day, or everything that is wrong with the line, by column.
    pub fn read(&self) -> Result<Holiday, Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let mut wrong = |field: &str, say: &str| wrongs.push(Wrong { field: field.to_owned(), say: say.to_owned() });
        let on = read_day(&self.date);
        if on.is_none() {
            wrong("date", "nhập ngày theo ngày/tháng/năm, ví dụ 24/11/2026.");
        }
        let (name, source) = (nfc(self.name.trim()), nfc(self.source.trim()));
        if !NAME_LENGTH.contains(&name.chars().count()) {
            wrong("name", "ghi tên ngày, từ 3 đến 120 ký tự. Ví dụ: Quốc khánh.");
        }
        let kind = self.kind.trim().parse::<DayKind>();
        if kind.is_err() {
            wrong("kind", "loại ngày là một trong holiday, substitute_off, swap_off, swap_work.");
        }
        if kind == Ok(DayKind::SwapWork) && on.is_some_and(|on| !is_weekend(on)) {
            wrong("kind", "ngày làm bù phải là thứ Bảy hoặc Chủ nhật.");
        }
        let certainty = self.status.trim().parse::<Certainty>();
        if certainty.is_err() {
            wrong("status", "mức chắc chắn là một trong official, reported, computed, proposed.");
        }
        if !SOURCE_LENGTH.contains(&source.chars().count()) {
            wrong("source", "ghi căn cứ, từ 3 đến 300 ký tự. Ví dụ: Thông báo số … của Bộ Nội vụ.");
        }
        match (on, kind, certainty) {
            (Some(on), Ok(kind), Ok(certainty)) if wrongs.is_empty() => {
                Ok(Holiday { on, name, kind, certainty, source })
            }
            _ => Err(wrongs),
        }
    }
}

/// The days of a list, or what is wrong with it: «Dòng 4: …», as the lines are counted in an editor.
pub fn read(text: &str) -> Result<Vec<Holiday>, Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let separator = if text.lines().next().is_some_and(|first| first.contains(';')) { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(separator).trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let places = columns(&mut reader).map_err(|problem| vec![problem])?;
    let (mut days, mut problems, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for record in reader.into_records() {
        let Ok(record) = record else {
            problems.push("Có dòng không đọc được: xem lại dấu ngoặc kép và dấu phẩy.".to_owned());
            continue;
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |nth: usize| record.get(places[nth]).unwrap_or_default().to_owned();
        let typed = TypedDay { date: cell(0), name: cell(1), kind: cell(2), status: cell(3), source: cell(4) };
        match typed.read() {
            Err(wrongs) => problems.extend(wrongs.iter().map(|wrong| format!("Dòng {line}: {}", wrong.say))),
            Ok(day) if !seen.insert(key(&day)) => {
                problems.push(format!("Dòng {line}: ngày {} đã có ở dòng trên.", day.on.format("%d/%m/%Y")));
            }
            Ok(day) => days.push(day),
        }
    }
    if days.is_empty() && problems.is_empty() {
        problems.push("Danh sách chưa có ngày nào: dòng đầu là tên cột, mỗi dòng sau là một ngày.".to_owned());
    }
    if problems.is_empty() { Ok(days) } else { Err(problems) }
}

/// Where each of our columns stands.
fn columns(reader: &mut csv::Reader<&[u8]>) -> Result<[usize; 5], String> {
    let head = reader.headers().map(|head| head.iter().map(str::to_lowercase).collect::<Vec<_>>()).unwrap_or_default();
    let mut places = [0; 5];
    let mut missing = Vec::new();
    for (nth, column) in COLUMNS.iter().enumerate() {
        match head.iter().position(|name| name == column) {
            Some(place) => places[nth] = place,
            None => missing.push(*column),
        }
    }
    if missing.is_empty() {
        return Ok(places);
    }
    Err(format!("Dòng 1: thiếu cột {}. Dòng đầu phải là {}.", missing.join(", "), COLUMNS.join(",")))
}

/// The same days as a list that [`read`] reads.
pub fn write(days: &[Holiday]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = days.iter().map(|day| {
        let on = day.on.to_string();
        [on, day.name.clone(), day.kind.name().to_owned(), day.certainty.name().to_owned(), day.source.clone()]
    });
    let head = COLUMNS.map(str::to_owned);
    let written = std::iter::once(head).chain(rows).try_for_each(|row| writer.write_record(&row));
    written
        .ok()
        .and_then(|()| writer.into_inner().ok())
        .and_then(|list| String::from_utf8(list).ok())
        .unwrap_or_default()
}

/// What a line of the calendar is known by.
pub fn key(day: &Holiday) -> (NaiveDate, DayKind) {
    (day.on, day.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::calendar_store::calendar_file;

    #[test]
    fn the_file_that_comes_with_the_service_is_such_a_list() {
        let days = calendar_file();
        assert_eq!(read(&write(&days)).expect("readable"), days);
    }

    #[test]
    fn every_wrong_line_is_named_at_once() {
        let list = "\u{feff}date,name,kind,status,source\n\
                    2027-02-30,Tết,holiday,official,TB 1/TB-BNV\n\
                    05/02/2027,Tết Nguyên đán,lễ,chắc,TB 1/TB-BNV\n\
                    2027-02-04,Tết Nguyên đán,holiday,official,TB 1/TB-BNV\n\
                    4/2/2027,Tết Nguyên đán,holiday,official,TB 1/TB-BNV\n\
                    2027-02-15,Làm bù,swap_work,official,\n";
        let problems = read(list).expect_err("wrong");
        let expected = [
            "Dòng 2: nhập ngày",
            "Dòng 3: loại ngày",
            "Dòng 3: mức chắc chắn",
            "Dòng 5: ngày 04/02/2027 đã có",
            "Dòng 6: ngày làm bù",
            "Dòng 6: ghi căn cứ",
        ];
        assert_eq!(problems.len(), expected.len(), "{problems:#?}");
        for (problem, start) in problems.iter().zip(expected) {
            assert!(problem.starts_with(start), "{problem} begins otherwise than {start}");
        }
    }

    #[test]
    fn a_list_without_its_head_or_without_days_is_refused() {
        let missing = read("2027-02-04,Tết,holiday,official,TB").expect_err("wrong");
        assert!(missing[0].starts_with("Dòng 1: thiếu cột date, name, kind, status, source."), "{missing:?}");
        assert!(read("date,name,kind,status,source\n").expect_err("wrong")[0].contains("chưa có ngày nào"));
        let list = "date;name;kind;status;source\n4/2/2027;Tết Nguyên đán;holiday;official;TB 1\n";
        assert_eq!(read(list).expect("readable").len(), 1, "as a spreadsheet of ours writes it");
    }
}
