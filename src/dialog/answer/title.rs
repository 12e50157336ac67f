//! The title that is proposed for a petition: from lists, never the story in other words (voice.md 1.10).

use super::super::definition::{Form, Sign};
use super::story::{Told, shorten, title};

/// A title on a card.
const LONGEST: usize = 80;

/// «Trợ cấp hưu trí xã hội quá hẹn chưa có kết quả», «Thái độ cán bộ khi nhận hồ sơ đăng ký kết hôn»; the story's first
/// sentence where the lists know too little of it.
pub fn proposed(form: &Form, category: Option<&str>, content: &str) -> String {
    let told = Told::new(content);
    let listed = match category {
        Some("official_conduct") => of_conduct(form, &told),
        _ => of_procedure(form, &told),
    };
    listed.map_or_else(|| title(content), |listed| shorten(&listed, LONGEST))
}

/// The first of the signs that a story says.
pub fn first<'f>(signs: &'f [Sign], told: &Told) -> Option<&'f Sign> {
    signs.iter().find(|sign| sign.words.iter().any(|word| told.mentions(word)))
}

fn of_procedure(form: &Form, told: &Told) -> Option<String> {
    let topic = first(&form.topics, told).filter(|topic| !topic.title.is_empty())?;
    let mut problems = form.notes.iter().filter(|note| !note.title.is_empty());
    let problem = problems.find(|note| note.words.iter().any(|word| told.mentions(word)))?;
    Some(format!("{} {}", topic.title, problem.title))
}

/// A conduct that has a moment needs to know when it was, or at which procedure.
fn of_conduct(form: &Form, told: &Told) -> Option<String> {
    let conduct = &first(&form.conducts, told)?.title;
    if !conduct.contains("{moment}") {
        return Some(conduct.clone());
    }
    let topic = first(&form.topics, told).map(|topic| topic.said.as_str());
    let any_moment = || form.moments.iter().find(|moment| moment.words.is_empty()).filter(|_| topic.is_some());
    let moment = &first(&form.moments, told).or_else(any_moment)?.title;
    let moment = topic.map_or_else(|| moment.clone(), |topic| format!("{moment} {topic}"));
    Some(conduct.replace("{moment}", &moment))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::super::Catalog;
    use super::*;

    fn propose(category: &str, content: &str) -> String {
        let catalog = Catalog::load(Path::new("dialogs")).expect("dialogs without problems");
        proposed(&catalog.forms["petition"], Some(category), content)
    }

    #[test]
    fn a_procedure_is_titled_by_its_name_and_what_went_wrong() {
        let procedure = |content| propose("regulation_policy_procedure", content);
        assert_eq!(
            procedure("Tôi nộp hồ sơ trợ cấp hưu trí xã hội cho mẹ 76 tuổi từ 5/10, hẹn 10 ngày, nay chưa có kết quả"),
            "Trợ cấp hưu trí xã hội quá hẹn chưa có kết quả"
        );
        assert_eq!(
            procedure("toi xin giay phep xay dung, phuong tra lai 3 lan moi lan mot ly do"),
            "Giấy phép xây dựng bị trả hồ sơ nhiều lần"
        );
        assert_eq!(procedure("Làm căn cước ở phường mà bị đòi thêm giấy xác nhận"), "Cấp căn cước bị đòi thêm giấy tờ");
    }

    #[test]
    fn conduct_is_titled_by_what_was_done_and_when() {
        let conduct = |content| propose("official_conduct", content);
        assert_eq!(
            conduct("sáng nay ra một cửa nộp giấy đăng ký kết hôn bị chị cán bộ nói cộc lốc, ném bút"),
            "Thái độ cán bộ khi nhận hồ sơ đăng ký kết hôn"
        );
        assert_eq!(conduct("cán bộ quát khi tôi hỏi về sổ đỏ"), "Thái độ cán bộ khi làm thủ tục đất đai");
        assert_eq!(conduct("3 quầy đều không có ai, dân ngồi chờ"), "Quầy không có người trong giờ làm việc");
    }

    #[test]
    fn where_the_lists_know_too_little_the_first_sentence_is_the_title() {
        let told = "Tôi rất bực mình với cách làm việc ở chỗ này, mong xem lại";
        assert_eq!(propose("official_conduct", told), told);
        assert_eq!(
            propose("regulation_policy_procedure", "Tôi làm giấy phép xây dựng. Xong rồi"),
            "Tôi làm giấy phép xây dựng"
        );
    }

    #[test]
    fn every_title_that_the_lists_make_fits_the_card() {
        let catalog = Catalog::load(Path::new("dialogs")).expect("dialogs without problems");
        let form = &catalog.forms["petition"];
        assert!(form.topics.len() >= 30);
        for topic in &form.topics {
            for note in form.notes.iter().filter(|note| !note.title.is_empty()) {
                let made = format!("{} {}", topic.title, note.title);
                assert!((10..=100).contains(&made.chars().count()), "{made}");
            }
        }
    }
}
