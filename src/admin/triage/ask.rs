//! What is missing: an unclear or incomplete petition is not refused, its sender is asked for just that.

use crate::petition::{Category, Petition};

/// Something that can be missing.
pub struct Item {
    pub name: &'static str,
    /// As it stands in the list of what is asked.
    pub asked: &'static str,
    /// The question to the sender.
    question: &'static str,
}

pub const ITEMS: [Item; 7] = [
    Item {
        name: "content",
        asked: "nội dung rõ hơn",
        question: "Ông/Bà kể rõ hơn việc gì đã xảy ra và đề nghị điều gì.",
    },
    Item { name: "agency", asked: "tên cơ quan", question: "Việc ở cơ quan nào, phường hoặc xã nào?" },
    Item { name: "moment", asked: "ngày giờ", question: "Xảy ra hôm nào, khoảng mấy giờ?" },
    Item {
        name: "paper", asked: "ảnh giấy hẹn", question: "Ông/Bà chụp giúp giấy hẹn hoặc phiếu tiếp nhận hồ sơ."
    },
    Item { name: "dossier", asked: "mã hồ sơ", question: "Mã hồ sơ ghi trên giấy hẹn là gì?" },
    Item {
        name: "address", asked: "địa chỉ", question: "Địa chỉ của Ông/Bà: số nhà hoặc thôn, phường hoặc xã nào?"
    },
    Item { name: "name", asked: "họ tên", question: "Họ và tên đầy đủ của Ông/Bà là gì?" },
];

/// What this petition seems to lack.
pub fn missing(petition: &Petition, class: Option<&str>) -> Vec<&'static str> {
    let details = &petition.details;
    let is_conduct = details.category == Category::OfficialConduct;
    let is_said = |is_missing: bool, name: &'static str| is_missing.then_some(name);
    [
        is_said(class == Some("unclear"), "content"),
        is_said(details.target_agency_id.is_none() && details.target_agency_text.is_none(), "agency"),
        is_said(is_conduct && details.incident_on.is_none() && details.incident.is_none(), "moment"),
        is_said(details.commune_code.is_none() && details.address_detail.reveal().trim().is_empty(), "address"),
        is_said(details.submitter_name.reveal().trim().is_empty(), "name"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is asked, and the words for it, of the items chosen.
pub fn composed(chosen: &[String]) -> (String, String) {
    let items: Vec<&Item> = ITEMS.iter().filter(|item| chosen.iter().any(|name| name == item.name)).collect();
    if items.is_empty() {
        return (String::new(), String::new());
    }
    let asked = items.iter().map(|item| item.asked).collect::<Vec<_>>().join(", ");
    let questions = items.iter().map(|item| item.question).collect::<Vec<_>>().join(" ");
    (asked, format!("Để chuyển đúng nơi giải quyết, cán bộ cần biết thêm. {questions}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn just_what_is_missing_is_asked_in_words_that_can_be_sent() {
        let (asked, words) = composed(&["paper".to_owned(), "agency".to_owned(), "x".to_owned()]);
        assert_eq!(asked, "tên cơ quan, ảnh giấy hẹn");
        assert!(words.contains("phường hoặc xã nào? Ông/Bà chụp giúp"), "{words}");
        let all: Vec<String> = ITEMS.iter().map(|item| item.name.to_owned()).collect();
        let (asked, words) = composed(&all);
        assert!(asked.chars().count() <= 80 && words.chars().count() <= 500, "{asked} {words}");
        assert_eq!(composed(&[]), (String::new(), String::new()));
    }
}
