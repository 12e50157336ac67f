//! One petition as a line of the list: two lines of text, and bold only what differs.

use chrono::{DateTime, Utc};

use super::super::words::{self, Due, status_class};
use crate::clock::hanoi;
use crate::petition::queue::{Knows, Line};
use crate::petition::{Category, Kind, Status, SubmitterType, WorkingTime};

/// From this transfer on it is the focal office's affair.
const MANY_TRANSFERS: i32 = 3;

pub struct Row {
    pub reference: String,
    pub title: String,
    /// «7 người gửi», where one line stands for many.
    pub heap: Option<String>,
    pub sender: String,
    /// How long it has been with the office; not said where nothing is to be done any more.
    pub age: Option<String>,
    /// What makes it different from an ordinary matter of procedure.
    pub remark: Option<String>,
    pub kind: &'static str,
    /// Who has it, or what is to be kept in mind.
    pub place: String,
    pub status: &'static str,
    pub status_class: &'static str,
    pub holder: String,
    pub due: Option<Due>,
    /// Where no clock runs: since when.
    pub rest: Option<(&'static str, String)>,
}

impl Row {
    pub fn of(line: &Line, knows: Knows, at: DateTime<Utc>, time: &WorkingTime) -> Self {
        let is_to_approve = line.is_to_approve && line.status.is_open();
        Self {
            reference: line.reference.clone(),
            title: line.title_for(knows),
            heap: heap(line),
            sender: sender(line),
            age: line.due_at.and_then(|_| age(line, at, time)),
            remark: remark(line),
            kind: if line.kind == Kind::Recommendation { "Thủ tục, có kiến nghị" } else { "Thủ tục" },
            place: place(line),
            status: if is_to_approve { "Chờ duyệt trả lời" } else { line.status.word() },
            status_class: if is_to_approve { "is-doing" } else { status_class(line.status) },
            holder: holder(line),
            due: line.due_at.map(|due_at| Due::of(due_at, is_to_accept(line), at, time)),
            rest: line.due_at.is_none().then(|| rest(line, at)),
        }
    }
}

fn is_to_accept(line: &Line) -> bool {
    line.accepted_at.is_none() && matches!(line.status, Status::Submitted | Status::Supplemented)
}

fn heap(line: &Line) -> Option<String> {
    match (line.merged, line.alike) {
        (0, 0) => None,
        (0, alike) => Some(format!("{} phản ánh giống nhau", alike + 1)),
        (merged, _) => Some(format!("{} người gửi", merged + 1)),
    }
}

fn sender(line: &Line) -> String {
    let kind = line.submitter_type.word();
    match (words::place(line.commune_agency.as_deref()), line.submitter_type) {
        (Some(place), _) => format!("{kind}, {place}"),
        (None, SubmitterType::Individual) => format!("{kind}, ngoài thành phố"),
        (None, _) => kind.to_owned(),
    }
}

/// In working days, as its terms are counted.
fn age(line: &Line, at: DateTime<Utc>, time: &WorkingTime) -> Option<String> {
    let [from, today] = [line.submitted_at, at].map(|moment| hanoi(moment).date_naive());
    match time.calendar.working_days_between(from, today) {
        0 if from == today => Some("gửi hôm nay".to_owned()),
        0 => None,
        days => Some(format!("đã {days} ngày làm việc")),
    }
}

/// What an officer has to do otherwise because of it. What the machine saw counts until a person has accepted it.
fn remark(line: &Line) -> Option<String> {
    let conduct = (line.category == Category::OfficialConduct).then_some("thái độ cán bộ");
    let urgent = line.is_urgent.then_some("khẩn");
    let class = is_to_accept(line).then_some(line.scope_class.as_deref()).flatten().and_then(class_remark);
    let transfer = (line.transfer_count >= MANY_TRANSFERS).then(|| format!("chuyển lần {}", line.transfer_count));
    let said = [urgent, conduct, class.map(|(said, _)| said), transfer.as_deref()];
    let said = said.into_iter().flatten().collect::<Vec<_>>().join(", ");
    (!said.is_empty()).then(|| words::capital(&said))
}

/// What the machine took it for, and what is to be kept in mind then.
fn class_remark(class: &str) -> Option<(&'static str, &'static str)> {
    Some(match class {
        "khieu_nai" => ("có dấu hiệu khiếu nại", "Cần người xem, máy không tự từ chối"),
        "to_cao" => ("có dấu hiệu tố cáo", "Cần người xem, máy không tự từ chối"),
        "field_report" => ("ngoài phạm vi", "Hướng dẫn sang iHanoi hoặc 1022"),
        "outside_city" => ("ngoài phạm vi", "Việc của cơ quan trung ương"),
        "legal_advice" => ("ngoài phạm vi", "Hỏi pháp luật"),
        "private_dispute" => ("ngoài phạm vi", "Tranh chấp dân sự"),
        "judicial" => ("ngoài phạm vi", "Việc của tòa án, thi hành án"),
        "spam" => ("có thể không có nội dung", "Cần người xem"),
        "not_vietnamese" => ("không viết bằng tiếng Việt", "Cần người xem"),
        _ => return None,
    })
}

fn place(line: &Line) -> String {
    let class = is_to_accept(line).then_some(line.scope_class.as_deref()).flatten();
    if let Some((_, mind)) = class.and_then(class_remark) {
        return mind.to_owned();
    }
    let agency = line.agency().unwrap_or("Chưa rõ cơ quan");
    if line.is_hidden { format!("{agency}, giữ kín người gửi") } else { agency.to_owned() }
}

fn holder(line: &Line) -> String {
    match (line.status, &line.handler) {
        _ if is_to_accept(line) => "Chưa ai nhận".to_owned(),
        (Status::AwaitingSupplement, _) => "Chờ người gửi".to_owned(),
        (Status::Answered, _) => "Chờ công khai".to_owned(),
        (_, Some(handler)) => handler.clone(),
        (status, None) if status.is_open() => "Chưa giao người".to_owned(),
        _ => String::new(),
    }
}

fn rest(line: &Line, at: DateTime<Utc>) -> (&'static str, String) {
    if let (Status::AwaitingSupplement, Some(since)) = (line.status, line.awaiting_since) {
        let days = (hanoi(at).date_naive() - hanoi(since).date_naive()).num_days();
        return ("is-waiting", format!("Đồng hồ dừng {days} ngày"));
    }
    let last = line.closed_at.or(line.published_at).or(line.answered_at).unwrap_or(line.submitted_at);
    ("is-fine", words::date(last))
}
