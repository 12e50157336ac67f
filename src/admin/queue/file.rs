//! A list as a workbook (XLSX). Nobody's name, phone number or address stands in it; dates are dates; what begins like a
//! formula is text.

use chrono::{DateTime, Datelike, Timelike, Utc};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc;

use super::super::words;
use crate::clock::hanoi;
use crate::petition::queue::Line;

/// The columns, each with its width in signs.
const COLUMNS: [(&str, f64); 22] = [
    ("Mã", 27.0),
    ("Mã quốc gia", 22.0),
    ("Tiêu đề", 60.0),
    ("Phân loại", 28.0),
    ("Loại", 12.0),
    ("Lĩnh vực", 14.0),
    ("Trạng thái", 16.0),
    ("Khẩn", 7.0),
    ("Nguồn", 14.0),
    ("Người gửi là", 14.0),
    ("Phường, xã", 22.0),
    ("Cơ quan bị phản ánh", 34.0),
    ("Cơ quan giải quyết", 34.0),
    ("Người xử lý", 22.0),
    ("Số người gửi", 12.0),
    ("Số lần chuyển", 12.0),
    ("Gửi lúc", 17.0),
    ("Tiếp nhận lúc", 17.0),
    ("Hạn đang tính", 17.0),
    ("Trả lời lúc", 17.0),
    ("Công khai lúc", 17.0),
    ("Kết thúc lúc", 17.0),
];

/// What the second sheet says of the file.
pub struct About {
    pub officer: String,
    pub at: DateTime<Utc>,
    /// The filter, as it stands in the address.
    pub query: String,
    pub most: usize,
}

enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Moment(Option<DateTime<Utc>>),
}

struct Formats {
    head: Format,
    plain: Format,
    /// Kept as text, also when somebody edits the cell.
    text_only: Format,
    moment: Format,
}

/// Writes the lines as they come, and packs the file.
pub fn write(mut parts: mpsc::Receiver<Vec<Line>>, about: &About) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats {
        head: Format::new().set_bold().set_text_wrap(),
        plain: Format::new(),
        text_only: Format::new().set_quote_prefix(),
        moment: Format::new().set_num_format("dd/mm/yyyy hh:mm"),
    };
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Phản ánh")?;
    for (column, (word, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?.write_string_with_format(0, column, word, &formats.head)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    let mut row = 0;
    while let Some(part) = parts.blocking_recv() {
        for line in part {
            row += 1;
            write_line(sheet, row, &line, &formats)?;
        }
    }
    sheet.autofilter(0, 0, row, COLUMNS.len() as u16 - 1)?;
    write_about(workbook.add_worksheet(), row as usize, about)?;
    workbook.save_to_buffer()
}

fn write_line(sheet: &mut Worksheet, row: u32, line: &Line, formats: &Formats) -> Result<(), XlsxError> {
    let title = line.masked_title();
    let commune = words::place(line.commune_agency.as_deref()).unwrap_or_default();
    let target = line.target_agency.as_deref().unwrap_or_default();
    let cells = [
        Cell::Text(&line.reference),
        Cell::Text(line.national_code.as_deref().unwrap_or_default()),
        Cell::Text(&title),
        Cell::Text(line.category.word()),
        Cell::Text(line.kind.word()),
        Cell::Text(line.field.word()),
        Cell::Text(line.status.word()),
        Cell::Text(if line.is_urgent { "Khẩn" } else { "" }),
        Cell::Text(line.source.word()),
        Cell::Text(line.submitter_type.word()),
        Cell::Text(commune),
        Cell::Text(target),
        Cell::Text(line.handling_agency.as_deref().unwrap_or_default()),
        Cell::Text(line.handler.as_deref().unwrap_or_default()),
        Cell::Number(line.merged as f64 + 1.0),
        Cell::Number(line.transfer_count.into()),
        Cell::Moment(Some(line.submitted_at)),
        Cell::Moment(line.accepted_at),
        Cell::Moment(line.due_at),
        Cell::Moment(line.answered_at),
        Cell::Moment(line.published_at),
        Cell::Moment(line.closed_at),
    ];
    (0..).zip(cells).try_for_each(|(column, cell)| write_cell(sheet, (row, column), cell, formats))
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: Cell<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text("") | Cell::Moment(None) => {}
        Cell::Text(text) => {
            let format = if begins_like_a_formula(text) { &formats.text_only } else { &formats.plain };
            sheet.write_string_with_format(row, column, text, format)?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, number)?;
        }
        Cell::Moment(Some(moment)) => {
            sheet.write_datetime_with_format(row, column, excel(moment)?, &formats.moment)?;
        }
    }
    Ok(())
}

fn begins_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// As the clocks of Hanoi show it: a workbook knows no zones.
fn excel(moment: DateTime<Utc>) -> Result<ExcelDateTime, XlsxError> {
    let at = hanoi(moment);
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or_default();
    let day = ExcelDateTime::from_ymd(year, small(at.month()), small(at.day()))?;
    day.and_hms(u16::from(small(at.hour())), small(at.minute()), at.second())
}

fn write_about(sheet: &mut Worksheet, rows: usize, about: &About) -> Result<(), XlsxError> {
    sheet.set_name("Về tệp này")?.set_column_width(0, 18)?.set_column_width(1, 70)?;
    let query = if about.query.is_empty() { "mọi việc đang mở" } else { &about.query };
    let end = if rows >= about.most { ", phần sau không có trong tệp" } else { "" };
    let said = [
        ("Người tải", about.officer.clone()),
        ("Lúc", words::moment(about.at)),
        ("Bộ lọc", query.to_owned()),
        ("Số dòng", format!("{rows}{end}")),
        ("Lưu ý", "Tiêu đề đã che thông tin riêng; tệp không có họ tên, điện thoại, địa chỉ người gửi.".to_owned()),
    ];
    for (row, (name, value)) in (0..).zip(said) {
        sheet.write_string(row, 0, name)?.write_string(row, 1, value)?;
    }
    Ok(())
}
