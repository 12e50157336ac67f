//! The gate: no answer leaves without what was done, by which unit, when, what proves it, and what comes next.

use chrono::NaiveDate;

use crate::petition::Outcome;
use crate::petition::answer::{Evidence, Gate, Next};

use super::super::typed::{day, paragraph, text};
use super::AnswerDraft;

/// One line («Đã xử lý.») is no answer: people rate substance (pakn-domain 1.11).
const DID_LEAST: usize = 40;
const WORDS_LEAST: usize = 8;
const DID_LIMIT: usize = 8_000;
const UNIT_LENGTH: std::ops::RangeInclusive<usize> = 3..=120;
const NUMBER_LIMIT: usize = 60;
const WHY_LENGTH: std::ops::RangeInclusive<usize> = 10..=300;
const NEXT_LENGTH: std::ops::RangeInclusive<usize> = 10..=1_000;

/// An answer that may leave.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub gate: Gate,
    pub outcome: Outcome,
}

/// A field and, in Vietnamese, what to enter.
pub(super) type Lack = (&'static str, String);

/// Everything that is missing at once, in the order of the form.
pub(super) fn check(draft: &AnswerDraft, today: NaiveDate, files: usize) -> Result<Checked, Vec<Lack>> {
    let mut lacks = Vec::new();
    let did = did(draft).map_err(|lack| lacks.push(lack));
    let unit = unit(draft).map_err(|lack| lacks.push(lack));
    let done_on = done_on(draft, today).map_err(|lack| lacks.push(lack));
    let evidence = evidence(draft, today, files).map_err(|lack| lacks.push(lack));
    let next = next(draft, today).map_err(|lack| lacks.push(lack));
    let outcome = draft.outcome.parse::<Outcome>();
    let outcome = outcome.map_err(|_| lacks.push(lack("outcome", "Chọn kết quả giải quyết.")));
    match (did, unit, done_on, evidence, next, outcome) {
        (Ok(did), Ok(unit), Ok(done_on), Ok(evidence), Ok(next), Ok(outcome)) => {
            Ok(Checked { gate: Gate { did, unit, done_on, evidence, next }, outcome })
        }
        _ => Err(lacks),
    }
}

fn lack(field: &'static str, say: &str) -> Lack {
    (field, say.to_owned())
}

fn did(draft: &AnswerDraft) -> Result<String, Lack> {
    let did = text(&draft.did);
    let length = did.chars().count();
    if length < DID_LEAST || did.split_whitespace().count() < WORDS_LEAST {
        return Err(lack("did", "Viết rõ đã làm gì, kết quả ra sao: ít nhất 40 ký tự, thành câu."));
    }
    match length <= DID_LIMIT {
        true => Ok(did),
        false => Err(lack("did", "Rút phần này còn nhiều nhất 8.000 ký tự.")),
    }
}

fn unit(draft: &AnswerDraft) -> Result<String, Lack> {
    let unit = paragraph(&draft.unit);
    match UNIT_LENGTH.contains(&unit.chars().count()) {
        true => Ok(unit.trim_end_matches(['.', ',']).to_owned()),
        false => Err(lack("unit", "Nhập đơn vị đã làm việc này, ví dụ: Bộ phận Một cửa phường Láng.")),
    }
}

fn done_on(draft: &AnswerDraft, today: NaiveDate) -> Result<NaiveDate, Lack> {
    match day(&draft.done_on) {
        None => Err(lack("done_on", "Nhập ngày đã làm theo ngày/tháng/năm, ví dụ 17/11/2026.")),
        Some(on) if on > today => Err(lack("done_on", "Ngày đã làm không sau hôm nay.")),
        Some(on) => Ok(on),
    }
}

fn evidence(draft: &AnswerDraft, today: NaiveDate, files: usize) -> Result<Evidence, Lack> {
    match draft.evidence.as_str() {
        "document" => document(draft, today),
        "photo" if files > 0 => Ok(Evidence::Files),
        "photo" => Err(lack("files", "Chọn ảnh hiện trường hoặc biên nhận để gửi kèm.")),
        "none" => {
            let why = paragraph(&draft.no_evidence_reason);
            match WHY_LENGTH.contains(&why.chars().count()) {
                true => Ok(Evidence::Nothing { why: why.trim_end_matches('.').to_owned() }),
                false => Err(lack("no_evidence_reason", "Viết vì sao không có bằng chứng, từ 10 đến 300 ký tự.")),
            }
        }
        _ => Err(lack("evidence", "Chọn bằng chứng: văn bản, ảnh, hoặc lý do không có.")),
    }
}

fn document(draft: &AnswerDraft, today: NaiveDate) -> Result<Evidence, Lack> {
    let number = paragraph(&draft.document_number);
    if number.is_empty() || number.chars().count() > NUMBER_LIMIT {
        return Err(lack("document_number", "Nhập số văn bản, hoặc nêu lý do không có bằng chứng."));
    }
    match day(&draft.document_on) {
        None => Err(lack("document_on", "Nhập ngày văn bản theo ngày/tháng/năm, ví dụ 17/11/2026.")),
        Some(on) if on > today => Err(lack("document_on", "Ngày của văn bản không sau hôm nay.")),
        Some(on) => Ok(Evidence::Document { number, on }),
    }
}

fn next(draft: &AnswerDraft, today: NaiveDate) -> Result<Next, Lack> {
    let what = paragraph(&draft.next);
    if draft.finished == "yes" {
        return match what.is_empty() {
            true => Ok(Next::Nothing),
            false => Err(lack("next", "Đã đánh dấu không còn việc nào: xóa phần này, hoặc bỏ đánh dấu.")),
        };
    }
    if !NEXT_LENGTH.contains(&what.chars().count()) {
        return Err(lack("next", "Viết việc tiếp theo là gì, ai làm, hoặc đánh dấu không còn việc nào."));
    }
    match day(&draft.next_on) {
        None => Err(lack("next_on", "Nhập ngày hẹn theo ngày/tháng/năm, ví dụ 04/12/2026.")),
        Some(on) if on < today => Err(lack("next_on", "Ngày hẹn phải từ hôm nay trở đi.")),
        Some(on) => Ok(Next::Step { what, on }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> AnswerDraft {
        AnswerDraft {
            did: "Chi nhánh đã đo lại thửa đất và chuyển hồ sơ sang bước xác nhận.".to_owned(),
            unit: "Tổ kỹ thuật, Chi nhánh Đông Anh".to_owned(),
            done_on: "17/11/2026".to_owned(),
            evidence: "document".to_owned(),
            document_number: "312/VPĐK-ĐA".to_owned(),
            document_on: "17/11/2026".to_owned(),
            next: "Trả giấy chứng nhận tại Bộ phận Một cửa".to_owned(),
            next_on: "04/12/2026".to_owned(),
            outcome: "obstacle_removed".to_owned(),
            ..AnswerDraft::default()
        }
    }

    fn lacking(change: fn(&mut AnswerDraft)) -> Vec<&'static str> {
        let mut draft = good();
        change(&mut draft);
        let today = "2026-11-20".parse().expect("a date");
        match check(&draft, today, 0) {
            Ok(_) => Vec::new(),
            Err(lacks) => lacks.into_iter().map(|(field, _)| field).collect(),
        }
    }

    #[test]
    fn nothing_leaves_without_all_five() {
        assert!(lacking(|_| ()).is_empty());
        assert_eq!(lacking(|draft| draft.did = "Đã tiếp thu ý kiến.".to_owned()), ["did"]);
        assert_eq!(lacking(|draft| draft.unit = " ".to_owned()), ["unit"]);
        assert_eq!(lacking(|draft| draft.done_on = "21/11/2026".to_owned()), ["done_on"]);
        assert_eq!(lacking(|draft| draft.evidence = String::new()), ["evidence"]);
        assert_eq!(lacking(|draft| draft.document_number = String::new()), ["document_number"]);
        assert_eq!(lacking(|draft| draft.document_on = "hôm qua".to_owned()), ["document_on"]);
        assert_eq!(lacking(|draft| draft.evidence = "photo".to_owned()), ["files"]);
        assert_eq!(lacking(|draft| draft.evidence = "none".to_owned()), ["no_evidence_reason"]);
        assert_eq!(lacking(|draft| draft.next = "Chờ".to_owned()), ["next"]);
        assert_eq!(lacking(|draft| draft.next_on = "19/11/2026".to_owned()), ["next_on"]);
        assert_eq!(lacking(|draft| draft.finished = "yes".to_owned()), ["next"]);
        assert_eq!(lacking(|draft| draft.outcome = "done".to_owned()), ["outcome"]);
        let empty = lacking(|draft| *draft = AnswerDraft::default());
        assert_eq!(empty, ["did", "unit", "done_on", "evidence", "next", "outcome"], "all at once, in order");
    }
}
