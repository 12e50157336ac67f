//! The field (lĩnh vực) a petition belongs to: land, construction and investment are reported apart (1200/UBND-NV).

use crate::petition::Field;
use crate::vietnamese::fold;

/// What is said of matters that no topic is known for, folded. The first that is found counts.
const SAID: [(Field, &[&str]); 3] = [
    (
        Field::Investment,
        &["chu truong dau tu", "dang ky dau tu", "chung nhan dau tu", "du an dau tu", "nha dau tu", "xuc tien dau tu"],
    ),
    (
        Field::Construction,
        &["giay phep xay dung", "cap phep xay dung", "phep xay dung", "gpxd", "trat tu xay dung", "tham dinh thiet ke"],
    ),
    (
        Field::Land,
        &["so do", "so hong", "dat dai", "thua dat", "quyen su dung dat", "tach thua", "giai phong mat bang", "dat o"],
    ),
];

/// By the topic of its form («land_split», «building_permit»), else by its words. An officer corrects it.
pub(super) fn field_of(topic: &str, content: &str) -> Field {
    match topic {
        topic if topic == "land" || topic.starts_with("land_") => Field::Land,
        "building_permit" | "house_number" => Field::Construction,
        // the registration of a business is none of these, whatever it is going to build; of an investment it is
        "" | "enterprise" => said(topic, content),
        _ => Field::Other,
    }
}

fn said(topic: &str, content: &str) -> Field {
    // whole syllables only
    let text = format!(" {} ", words_of(content));
    let found = SAID.iter().find(|(_, words)| words.iter().any(|words| text.contains(&format!(" {words} "))));
    match found {
        Some((field, _)) if topic.is_empty() || *field == Field::Investment => *field,
        _ => Field::Other,
    }
}

fn words_of(content: &str) -> String {
    let folded = fold(content);
    folded.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_read_from_the_topic_and_else_from_the_words() {
        for (topic, content, field) in [
            ("land_certificate", "Sổ đỏ quá hẹn", Field::Land),
            ("building_permit", "", Field::Construction),
            ("marriage", "Đăng ký kết hôn tại thửa đất", Field::Other),
            ("enterprise", "Đổi người đại diện, trụ sở ở thửa đất số 3", Field::Other),
            ("enterprise", "Điều chỉnh giấy chứng nhận đầu tư", Field::Investment),
            ("", "Nộp hồ sơ tách thửa từ 5/10", Field::Land),
            ("", "Xin cấp phép xây dựng bị trả ba lần", Field::Construction),
            ("", "Trợ cấp hưu trí quá hẹn", Field::Other),
        ] {
            assert_eq!(field_of(topic, content), field, "{topic}: {content}");
        }
    }
}
