//! What the machine takes a petition for, in words: the conclusion, why, and why not something else. It never decides.

use crate::casework::Besides;
use crate::petition::reading::Reading;

/// As the page shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// «Thuộc phạm vi: thủ tục hành chính»
    pub heading: &'static str,
    /// `is-done` where it belongs here, `is-soon` where somebody has to look, `is-closed` where it belongs elsewhere.
    pub class: &'static str,
    /// «khá chắc»
    pub certainty: &'static str,
    pub reasons: Vec<Said>,
    /// Why it is not something else.
    pub not: &'static str,
    /// What has to be looked at besides.
    pub warnings: Vec<String>,
}

/// A sign and the words that gave it.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub what: &'static str,
    pub words: Vec<String>,
}

impl Verdict {
    pub fn of(reading: &Reading, besides: Besides) -> Self {
        let (heading, class, not) = conclusion(&reading.class);
        Self {
            heading,
            class,
            certainty: match reading.confidence {
                0.75.. => "máy khá chắc",
                0.5.. => "máy cho là có thể",
                _ => "máy chưa chắc",
            },
            reasons: grouped(reading),
            not,
            warnings: warnings(besides),
        }
    }
}

fn conclusion(class: &str) -> (&'static str, &'static str, &'static str) {
    match class {
        "procedure" => (
            "Thuộc phạm vi: quy định, thủ tục hành chính",
            "is-done",
            "Không đòi hủy hay xem lại một quyết định đối với riêng mình, nên không phải khiếu nại.",
        ),
        "conduct" => (
            "Thuộc phạm vi: thái độ, hành vi của cán bộ",
            "is-done",
            "Kể cách cư xử khi làm thủ tục, chưa nêu hành vi phạm pháp cụ thể, nên không phải tố cáo.",
        ),
        "outside_city" => (
            "Việc của cơ quan trung ương",
            "is-soon",
            "Vướng ở thủ tục của bộ, ngành: Thành phố không giao được, chỉ chuyển hoặc chỉ nơi nhận.",
        ),
        "legal_advice" => (
            "Ngoài phạm vi: hỏi pháp luật",
            "is-soon",
            "Chỉ hỏi luật quy định thế nào, không kể vướng mắc của một hồ sơ đang làm.",
        ),
        "field_report" => (
            "Ngoài phạm vi: việc hiện trường, đô thị",
            "is-soon",
            "Không nhắc thủ tục hay hồ sơ nào, không nói về cách làm việc của cán bộ.",
        ),
        "private_dispute" => (
            "Ngoài phạm vi: tranh chấp dân sự",
            "is-soon",
            "Hai bên là người dân hoặc tổ chức, không phải cơ quan làm thủ tục.",
        ),
        "judicial" => (
            "Ngoài phạm vi: việc của tòa án, thi hành án",
            "is-soon",
            "Do tòa án hoặc cơ quan thi hành án quyết định, không phải thủ tục hành chính.",
        ),
        "khieu_nai" => (
            "Có dấu hiệu khiếu nại: cần người xem",
            "is-soon",
            "Đòi xem lại một quyết định hoặc việc làm đối với riêng mình, nên khác phản ánh. Máy không tự từ chối.",
        ),
        "to_cao" => (
            "Có dấu hiệu tố cáo: cần người xem, giữ kín người gửi",
            "is-soon",
            "Nêu hành vi phạm pháp của người cụ thể, nên khác phản ánh thái độ. Không chuyển cho đơn vị bị nêu.",
        ),
        "spam" => ("Chưa thấy nội dung", "is-closed", "Lời xúc phạm mà bên trong có việc thật vẫn là phản ánh."),
        "not_vietnamese" => (
            "Không viết bằng tiếng Việt",
            "is-soon",
            "Phản ánh bằng văn bản phải viết bằng tiếng Việt (Nghị định 20/2008/NĐ-CP, điều 7).",
        ),
        _ => ("Chưa rõ việc gì", "is-soon", "Chưa rõ thì hỏi thêm đúng điều còn thiếu, không từ chối."),
    }
}

/// By what they are a sign of, the strongest first.
fn grouped(reading: &Reading) -> Vec<Said> {
    let mut reasons: Vec<Said> = Vec::new();
    for reason in &reading.reasons {
        let what = sign(&reason.sign);
        match reasons.iter_mut().find(|said| said.what == what) {
            Some(said) => said.words.push(reason.words.clone()),
            None => reasons.push(Said { what, words: vec![reason.words.clone()] }),
        }
    }
    reasons
}

/// A name of `scope`'s lexicon in words.
fn sign(name: &str) -> &'static str {
    match name {
        "matter" => "Nêu một thủ tục",
        "dossier" | "office" | "institution" | "asked_office" => "Nói về hồ sơ, nơi làm thủ tục",
        "late" => "Chậm, quá hẹn",
        "extra" => "Bị đòi thêm giấy tờ",
        "bounced" => "Hồ sơ bị trả lại",
        "system" | "portal" => "Vướng ở hệ thống, cổng trực tuyến",
        "fee_trouble" => "Vướng phí, lệ phí",
        "rule" => "Nói về quy định",
        "attitude" | "insult" => "Thái độ, lời lẽ",
        "neglect" | "idle" => "Bỏ mặc, làm việc riêng",
        "absent" => "Vắng người ở quầy",
        "harass" => "Gây khó dễ",
        "bribe" | "bribe_sure" => "Tiền ngoài quy định",
        "crime" | "illegal_building" => "Hành vi phạm pháp",
        "to_cao_word" => "Tự gọi là tố cáo",
        "investigate" => "Đòi thanh tra, xác minh",
        "decision" => "Nêu một quyết định",
        "dispute" => "Không đồng ý với quyết định, mức tính",
        "khieu_nai_word" => "Tự gọi là khiếu nại",
        "asks" | "question" | "law_topic" | "wants" => "Hỏi, xin hướng dẫn",
        "official" | "leader" => "Nhắc tới cán bộ",
        "party" | "quarrel" => "Hai bên tranh chấp",
        "judicial" | "judicial_act" => "Tòa án, thi hành án",
        "ad" | "web" => "Giống quảng cáo",
        "test" | "chat" => "Giống tin thử, tin chào",
        "order" => "Ra lệnh cho máy",
        "english" => "Viết bằng tiếng khác",
        "broken" | "light" | "water" | "water_out" | "power" | "power_out" | "garbage" | "noise" | "noise_out"
        | "flood" | "traffic" | "road" | "animal" | "utility" | "place" | "field_other" => {
            "Việc ngoài đường, khu dân cư"
        }
        _ => "Dấu hiệu khác",
    }
}

fn warnings(besides: Besides) -> Vec<String> {
    let other = besides.class.map(|class| {
        let (heading, ..) = conclusion(class);
        let what = heading.rsplit(": ").next().unwrap_or(heading);
        format!("Trong tin còn một việc khác: {what}. Nhận phần phản ánh, việc kia chỉ nơi nhận.")
    });
    let emergency = besides.is_emergency.then(|| "Có lời báo nguy hiểm. Đọc ngay, gọi người gửi nếu cần.".to_owned());
    let order = besides.orders_machine.then(|| "Có câu ra lệnh cho máy: không có tác dụng gì.".to_owned());
    [emergency, other, order].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::reading::Reason;

    #[test]
    fn a_verdict_names_its_words_by_what_they_say() {
        let reason = |words: &str, sign: &str| Reason { words: words.to_owned(), sign: sign.to_owned() };
        let reading = Reading {
            class: "procedure".to_owned(),
            confidence: 0.8,
            reasons: vec![reason("quá hạn", "late"), reason("giấy chứng nhận", "matter"), reason("chờ mãi", "late")],
        };
        let besides = Besides { class: Some("field_report"), is_emergency: false, orders_machine: true };
        let verdict = Verdict::of(&reading, besides);
        assert_eq!((verdict.class, verdict.certainty), ("is-done", "máy khá chắc"));
        assert_eq!(verdict.reasons[0], Said { what: "Chậm, quá hẹn", words: vec!["quá hạn".into(), "chờ mãi".into()] });
        assert!(verdict.warnings[0].contains("việc hiện trường, đô thị"), "{:?}", verdict.warnings);
        assert_eq!(verdict.warnings.len(), 2);
    }
}
