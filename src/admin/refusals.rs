//! Why a message did not arrive, as an officer reads it.

use crate::zalo::client::Decision;
use crate::zalo::codes::{self, Host, WINDOW_CLOSED};

/// The way that was tried: «khung chat».
pub fn way(channel: &str) -> &'static str {
    match channel {
        "template_user" => "tin mẫu theo Zalo",
        "template_phone" => "tin mẫu theo số điện thoại",
        _ => "khung chat",
    }
}

/// What Zalo said, or did not: «đã chặn trang». `reason` is ours, and is read only where Zalo gave no number.
pub fn why(channel: &str, code: Option<i64>, reason: Option<&str>) -> String {
    let Some(code) = code else { return without_number(reason.unwrap_or_default()).to_owned() };
    match in_words(code).or_else(|| by_decision(host(channel), code)) {
        Some(words) => words.to_owned(),
        None => format!("Zalo báo lỗi {code}"),
    }
}

fn host(channel: &str) -> Host {
    if channel == "template_phone" { Host::Templates } else { Host::Account }
}

/// What concerns this citizen or this message; no number of these means something else on the other host.
fn in_words(code: i64) -> Option<&'static str> {
    Some(match code {
        -230 | -232 => "quá 7 ngày chưa nhắn",
        -213 => "chưa quan tâm trang",
        -217 => "đã chặn trang",
        -227 => "lâu không dùng Zalo",
        -244 | -139 | -140 | -141 => "không nhận loại tin này",
        -118 => "số này không có Zalo",
        -108 => "số điện thoại chưa đúng",
        -110 | -114 | -119 => "Zalo của người này không nhận được",
        -249 => "mẫu không gửi được theo Zalo",
        -1441 | -1471 => "hết lượt gửi",
        _ => return None,
    })
}

/// What concerns the account, by what we do about it.
fn by_decision(host: Host, code: i64) -> Option<&'static str> {
    let (_, decision, _) = codes::all(host).find(|(known, ..)| *known == code)?;
    match decision {
        Decision::UntilQuota => Some("hết lượt gửi"),
        Decision::UntilMorning => Some("ban đêm Zalo không nhận"),
        Decision::NoMoney => Some("hết tiền hoặc chưa nối ví"),
        Decision::BackOff => Some("gửi quá nhanh"),
        Decision::RefreshToken => Some("quyền gửi hết hạn"),
        Decision::Stop => Some("tài khoản hoặc mẫu tin đang bị dừng"),
        Decision::Later | Decision::NextWay | Decision::Never => None,
    }
}

fn without_number(reason: &str) -> &'static str {
    match reason {
        WINDOW_CLOSED => "quá 7 ngày chưa nhắn",
        "no Zalo" => "phản ánh không gửi qua Zalo",
        "stopped" => "tài khoản hoặc mẫu tin đang bị dừng",
        "not at night" => "ban đêm Zalo không nhận",
        "the phone number is not Vietnamese" => "số điện thoại không phải của Việt Nam",
        "the stored message cannot be read" => "máy không đọc được tin đã lưu",
        _ => "Zalo không trả lời",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_said_in_words() {
        for (channel, code, said) in [
            ("chat", -230, "quá 7 ngày chưa nhắn"),
            ("chat", -217, "đã chặn trang"),
            ("template_user", -244, "không nhận loại tin này"),
            ("template_phone", -118, "số này không có Zalo"),
            ("chat", -211, "hết lượt gửi"),
            ("template_phone", -1441, "hết lượt gửi"),
            ("template_phone", -133, "ban đêm Zalo không nhận"),
            ("chat", -320, "hết tiền hoặc chưa nối ví"),
            ("template_phone", -115, "hết tiền hoặc chưa nối ví"),
            ("chat", -32, "gửi quá nhanh"),
            ("chat", -216, "quyền gửi hết hạn"),
            ("template_phone", -124, "quyền gửi hết hạn"),
            ("chat", -204, "tài khoản hoặc mẫu tin đang bị dừng"),
            ("template_phone", -146, "tài khoản hoặc mẫu tin đang bị dừng"),
            ("chat", -99_999, "Zalo báo lỗi -99999"),
        ] {
            assert_eq!(why(channel, Some(code), None), said, "{channel} {code}");
        }
        assert_eq!(why("chat", None, Some(WINDOW_CLOSED)), "quá 7 ngày chưa nhắn");
        assert_eq!(why("chat", None, Some("no answer in time")), "Zalo không trả lời");
        assert_eq!(why("chat", None, None), "Zalo không trả lời");
    }

    #[test]
    fn a_way_has_a_name() {
        let names = ["chat", "template_user", "template_phone"].map(way);
        assert_eq!(names, ["khung chat", "tin mẫu theo Zalo", "tin mẫu theo số điện thoại"]);
    }
}
