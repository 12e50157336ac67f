//! The ways to a citizen, and why Zalo refused one, in words that officers understand.

/// «khung chat», «tin mẫu theo Zalo», «tin mẫu theo số điện thoại».
pub fn way(channel: &str) -> &'static str {
    match channel {
        "template_user" => "tin mẫu theo Zalo",
        "template_phone" => "tin mẫu theo số điện thoại",
        _ => "khung chat",
    }
}

/// Why a message did not pass: by Zalo's number, else by the reason that we kept.
pub fn why(code: Option<i64>, reason: Option<&str>) -> String {
    match code {
        Some(code) => refused(code).map_or_else(|| format!("Zalo báo lỗi {code}"), str::to_owned),
        None => match reason {
            Some("window") => "quá 7 ngày người này chưa nhắn".to_owned(),
            Some("not at night") => "chờ đến sáng, ban đêm không gửi tin mẫu".to_owned(),
            Some("stopped") => "Zalo đang ngừng nhận tin kiểu này".to_owned(),
            _ => "Zalo không trả lời".to_owned(),
        },
    }
}

fn refused(code: i64) -> Option<&'static str> {
    Some(match code {
        -230 | -232 => "quá 7 ngày người này chưa nhắn",
        -213 => "người này chưa quan tâm trang",
        -217 => "người này đã chặn trang",
        -227 => "người này lâu không dùng Zalo",
        -244 | -139 | -140 | -141 => "người này không nhận loại tin này",
        -118 => "số điện thoại này không có Zalo",
        -108 => "số điện thoại chưa đúng",
        -110 | -114 | -119 => "Zalo của người này không nhận được tin",
        -211 | -218 | -144 | -147 | -1441 | -1471 | -1472 => "hết lượt gửi",
        -133 | -234 => "Zalo không nhận tin ban đêm",
        -115 | -126 | -136 | -137 | -320 | -321 => "tài khoản hết tiền hoặc chưa nối ví",
        -32 => "gửi quá nhanh, Zalo bảo chờ",
        -124 | -216 | -220 => "quyền gửi tin đã hết hạn",
        -249 => "mẫu này không gửi được theo Zalo",
        -204 | -205 | -209 | -212 | -219 | -221 | -223 | -224 | -235 | -242 => "trang Zalo đang bị dừng",
        -109 | -117 | -131 | -145 | -146 => "mẫu tin đang bị dừng",
        -200 => "Zalo chưa gửi được",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn officers_read_words_and_never_a_bare_number() {
        assert_eq!(why(Some(-217), None), "người này đã chặn trang");
        assert_eq!(why(Some(-9_999), Some("x")), "Zalo báo lỗi -9999");
        assert_eq!(why(None, Some("window")), why(Some(-230), None));
        assert_eq!(why(None, Some("no answer in time")), "Zalo không trả lời");
        assert_eq!([way("chat"), way("template_user")], ["khung chat", "tin mẫu theo Zalo"]);
    }
}
