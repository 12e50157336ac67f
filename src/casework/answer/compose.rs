//! The letter that the sender reads, from the five things. Its first two sentences say who did what, and when: notices quote
//! them.

use chrono::{Datelike, NaiveDate};

use crate::petition::answer::{Evidence, Gate, Next};

pub(super) fn body(gate: &Gate) -> String {
    let did = format!("Ngày {}, {}: {}", date(gate.done_on), gate.unit, ended(&gate.did));
    let evidence = match &gate.evidence {
        Evidence::Document { number, on } => format!("Bằng chứng: văn bản số {number} ngày {}.", date(*on)),
        Evidence::Files => "Bằng chứng: ảnh, giấy tờ kèm theo.".to_owned(),
        Evidence::Nothing { why } => format!("Không có văn bản, ảnh kèm theo, vì: {why}."),
    };
    let next = match &gate.next {
        Next::Step { what, on } => format!("Việc tiếp theo: {} Hẹn ngày {}.", ended(what), date(*on)),
        Next::Nothing => "Không còn việc nào phải làm thêm.".to_owned(),
    };
    [did, evidence, next].join("\n\n")
}

/// A sentence ends.
fn ended(text: &str) -> String {
    let is_ended = text.ends_with(['.', '?', '!', '…', ':', ';']);
    if is_ended { text.to_owned() } else { format!("{text}.") }
}

fn date(on: NaiveDate) -> String {
    format!("{:02}/{:02}/{}", on.day(), on.month(), on.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casework::notice::two_sentences;

    #[test]
    fn the_first_two_sentences_say_who_did_what_and_when() {
        let gate = Gate {
            did: "Đã đo lại thửa đất, chuyển hồ sơ sang bước xác nhận. Hồ sơ chậm vì thiếu kết quả đo. Xin lỗi bà"
                .to_owned(),
            unit: "Tổ kỹ thuật, Chi nhánh Đông Anh".to_owned(),
            done_on: "2026-11-07".parse().expect("a date"),
            evidence: Evidence::Document {
                number: "312/VPĐK-ĐA".to_owned(),
                on: "2026-11-17".parse().expect("a date"),
            },
            next: Next::Step {
                what: "Trả giấy chứng nhận tại Một cửa".to_owned(),
                on: "2026-12-04".parse().expect("a date"),
            },
        };
        let body = body(&gate);
        assert_eq!(
            body,
            "Ngày 07/11/2026, Tổ kỹ thuật, Chi nhánh Đông Anh: Đã đo lại thửa đất, chuyển hồ sơ sang bước xác nhận. Hồ sơ \
             chậm vì thiếu kết quả đo. Xin lỗi bà.\n\nBằng chứng: văn bản số 312/VPĐK-ĐA ngày 17/11/2026.\n\nViệc tiếp \
             theo: Trả giấy chứng nhận tại Một cửa. Hẹn ngày 04/12/2026."
        );
        assert!(two_sentences(&body).ends_with("Hồ sơ chậm vì thiếu kết quả đo."));
    }
}
