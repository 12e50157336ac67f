//! The acts of the log, as people read them.

use crate::petition::Action;

/// What is no move of a petition.
const ACTS: [(&str, &str); 24] = [
    ("view", "Xem phản ánh"),
    ("download", "Tải tệp gửi kèm"),
    ("export", "Xuất danh sách"),
    ("search", "Tìm"),
    ("sign_in", "Đăng nhập"),
    ("sign_in_refused", "Đăng nhập không được"),
    ("sign_out", "Đăng xuất"),
    ("session_ended", "Kết thúc phiên đăng nhập"),
    ("password", "Đổi mật khẩu"),
    ("second_factor", "Đổi cách xác thực hai lớp"),
    ("account_added", "Mở tài khoản"),
    ("account_changed", "Sửa tài khoản"),
    ("account_closed", "Đóng tài khoản"),
    ("agency_changed", "Sửa cơ quan"),
    ("setting_changed", "Sửa thiết lập"),
    ("text_changed", "Sửa lời nhắn, lời hướng dẫn"),
    ("calendar_changed", "Sửa lịch làm việc"),
    ("deadline_changed", "Sửa thời hạn"),
    ("channel_connected", "Kết nối lại Zalo"),
    ("data_request_done", "Ghi đã làm yêu cầu về dữ liệu"),
    ("closed_list", "Đọc danh sách kín"),
    ("closed_list_done", "Đóng một tin của danh sách kín"),
    ("event_again", "Cho xử lý lại tin nhận được"),
    ("message_again", "Gửi lại tin"),
];

/// The pages of a petition.
const PAGES: [(&str, &str); 4] = [
    ("petition", "Xem trang phản ánh"),
    ("publication", "Xem trước khi công khai"),
    ("refusal", "Xem trang từ chối"),
    ("named-officers", "Xem trang người bị phản ánh"),
];

/// Every act that can be searched for, with its words.
pub fn acts() -> Vec<(&'static str, &'static str)> {
    let moves = Action::ALL.iter().map(|action| (action.name(), action.word()));
    ACTS.into_iter().chain(moves).collect()
}

/// One act in words; one that nobody has worded stays as it is.
pub fn what(act: &str, subject: &str) -> String {
    let page = PAGES.iter().find(|(page, _)| act == "view" && *page == subject);
    let known = acts().into_iter().find(|(name, _)| *name == act);
    page.map(|(_, words)| *words).or(known.map(|(_, words)| words)).unwrap_or(act).to_owned()
}

/// What it was done to, where the act does not say it already.
pub fn subject(act: &str, subject: &str) -> String {
    let is_said = act == "view" && PAGES.iter().any(|(page, _)| *page == subject);
    if is_said { String::new() } else { subject.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_said_once_and_an_unknown_one_as_it_is() {
        assert_eq!(what("view", "publication"), "Xem trước khi công khai");
        assert_eq!(what("accept", ""), "Tiếp nhận");
        assert_eq!((what("new_act", "x"), subject("new_act", "x")), ("new_act".to_owned(), "x".to_owned()));
        let mut names: Vec<&str> = acts().into_iter().map(|(name, _)| name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
