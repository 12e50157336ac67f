//! What a standing alert means to an officer, and what to do about it.

use crate::admin::refusals;
use crate::zalo::alert::{Alert, Kind};

/// The chip's word, what it means, what to do.
pub fn words(alert: &Alert) -> (&'static str, String, &'static str) {
    if alert.kind == Kind::NoMoney.name() {
        let meaning = "Zalo báo hết tiền hoặc chưa nối ví. Trả lời ngay khi người dân vừa nhắn vẫn miễn phí; tin báo \
                       cho người quá 7 ngày chưa nhắn thì chưa gửi được.";
        return ("Hết tiền", meaning.to_owned(), "Nạp tiền hoặc nối ví Zalo Cloud (ZBS) của Official Account.");
    }
    let way = refusals::way(alert.kind.strip_prefix("stopped:").unwrap_or_default());
    let code = alert.code.map_or_else(String::new, |code| format!(" (mã {code})"));
    let meaning = format!("Zalo đang dừng nhận tin gửi theo cách “{way}”{code}. {}", waits(&alert.kind));
    ("Bị dừng", meaning, todo(alert.code))
}

fn waits(kind: &str) -> &'static str {
    match kind {
        "stopped:chat" => "Tin được giữ lại hai ngày, máy thử lại mỗi 5 phút.",
        _ => "Tin đi cách khác, không còn cách nào thì vào danh sách gọi điện.",
    }
}

/// By what Zalo's number says (zalo-oa 2.6 and 6).
fn todo(code: Option<i64>) -> &'static str {
    match code {
        Some(-242 | -1241 | -104) => "Báo người quản trị kỹ thuật so ZALO_APP_SECRET với trang developers.zalo.me.",
        Some(-221) => "Xác thực Official Account ở trang oa.zalo.me.",
        Some(-224) => "Nâng gói Official Account ở trang oa.zalo.me.",
        Some(-223 | -105) => "Cán bộ đầu mối cấp lại quyền cho ứng dụng ở mục “Quyền gửi tin”.",
        Some(-109 | -117 | -131 | -145 | -146 | -1091) => {
            "Xem lại mẫu tin đã đăng ký với Zalo; báo người quản trị kỹ thuật."
        }
        Some(-209 | -212 | -219 | -103..=-101 | -138 | -1381) => {
            "Báo người quản trị kỹ thuật xem ứng dụng ở trang developers.zalo.me."
        }
        Some(-240) => "Báo người quản trị kỹ thuật: Zalo đã đổi cách gửi, cần cập nhật phần mềm.",
        _ => "Mở trang oa.zalo.me xem thông báo của Zalo; chưa rõ thì gọi hỗ trợ của Zalo.",
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::zalo::window::Channel;

    fn alert(kind: Kind, code: Option<i64>) -> Alert {
        let at = DateTime::UNIX_EPOCH;
        Alert { kind: kind.name().to_owned(), code, reason: String::new(), raised_at: at, last_at: at }
    }

    #[test]
    fn an_alert_says_what_stands_still_and_what_to_do() {
        let (word, meaning, todo) = words(&alert(Kind::Stopped(Channel::Chat), Some(-224)));
        assert_eq!(word, "Bị dừng");
        assert!(meaning.contains("“khung chat” (mã -224)") && meaning.contains("giữ lại"), "{meaning}");
        assert!(todo.starts_with("Nâng gói"), "{todo}");
        let (_, meaning, todo) = words(&alert(Kind::Stopped(Channel::TemplateToPhone), None));
        assert!(meaning.contains("“tin mẫu theo số điện thoại”. Tin đi cách khác"), "{meaning}");
        assert!(todo.starts_with("Mở trang oa.zalo.me"), "{todo}");
        let (word, meaning, _) = words(&alert(Kind::NoMoney, Some(-321)));
        assert_eq!(word, "Hết tiền");
        assert!(meaning.contains("vẫn miễn phí"), "{meaning}");
    }
}
