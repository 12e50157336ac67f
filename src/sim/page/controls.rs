//! Every switch of the simulator, in words.

use serde_json::Value;

use super::super::citizen::Standing;
use super::super::manners::Manners;
use super::super::quirk::Quirk;
use super::super::world::World;

/// What a chance can be on the page; the API takes any.
const RATES: [(f64, &str); 4] = [(0.0, "không"), (0.05, "5%"), (0.25, "25%"), (1.0, "luôn")];

pub const CALLS: [(&str, &str); 7] = [
    ("message", "Gửi tin"),
    ("template", "Tin mẫu theo người dùng"),
    ("phone_template", "Tin mẫu theo số điện thoại"),
    ("message_v2", "Thả cảm xúc, người ẩn danh"),
    ("upload", "Tải tệp lên"),
    ("token", "Đổi token"),
    ("question", "Hỏi thông tin"),
];

pub const FAULTS: [(&str, &str); 9] = [
    ("none", "Bình thường"),
    ("slow", "Chậm 5 giây"),
    ("server_error", "Lỗi 500"),
    ("html", "Lỗi 502, trang HTML"),
    ("too_many_requests", "Lỗi 429"),
    ("refuse", "Từ chối với mã lỗi"),
    ("silence", "Không trả lời"),
    ("lost_request", "Mất yêu cầu trên đường"),
    ("lost_answer", "Làm xong nhưng mất câu trả lời"),
];

/// Quirks that belong together.
pub struct QuirkGroup {
    pub title: &'static str,
    pub quirks: Vec<QuirkView>,
}

pub struct QuirkView {
    pub name: String,
    pub words: &'static str,
    /// Value, words, and whether it is chosen.
    pub rates: Vec<(String, String, bool)>,
}

/// One field of the manners or of somebody's standing.
pub struct FieldView {
    pub name: String,
    pub words: &'static str,
    pub value: FieldValue,
}

pub enum FieldValue {
    Check(bool),
    Text(String),
}

pub fn quirks(world: &World) -> Vec<QuirkGroup> {
    let mut groups: Vec<QuirkGroup> = Vec::new();
    for quirk in Quirk::ALL {
        let (title, words) = words(quirk);
        let view = QuirkView { name: name(quirk), words, rates: rates(world.chances.rate(quirk)) };
        match groups.last_mut() {
            Some(group) if group.title == title => group.quirks.push(view),
            _ => groups.push(QuirkGroup { title, quirks: vec![view] }),
        }
    }
    groups
}

/// The usual rates, and one beside them that the API has set.
fn rates(rate: f64) -> Vec<(String, String, bool)> {
    let is_set = |one: f64| (one - rate).abs() < 1e-9;
    let usual = RATES.into_iter().map(|(value, words)| (value.to_string(), words.to_owned(), is_set(value)));
    let mut rates: Vec<_> = usual.collect();
    if !rates.iter().any(|(_, _, is_chosen)| *is_chosen) {
        rates.push((rate.to_string(), format!("{}%", (rate * 1_000.0).round() / 10.0).replace('.', ","), true));
    }
    rates
}

/// The name in the API.
pub fn name(quirk: Quirk) -> String {
    serde_json::to_value(quirk).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

pub fn manners(manners: &Manners) -> Vec<FieldView> {
    fields(manners, |name| MANNERS.iter().find(|(known, _)| *known == name).map(|(_, words)| *words))
}

pub fn standing(standing: &Standing) -> Vec<FieldView> {
    fields(standing, |name| STANDING.iter().find(|(known, _)| *known == name).map(|(_, words)| *words))
}

fn fields<T: serde::Serialize>(whole: &T, words: impl Fn(&str) -> Option<&'static str>) -> Vec<FieldView> {
    let Ok(Value::Object(whole)) = serde_json::to_value(whole) else { return Vec::new() };
    let field = |(name, value): (String, Value)| {
        let words = words(&name)?;
        let value = match value {
            Value::Bool(is_on) => FieldValue::Check(is_on),
            Value::String(text) => FieldValue::Text(text),
            other => FieldValue::Text(other.to_string()),
        };
        Some(FieldView { name, words, value })
    };
    whole.into_iter().filter_map(field).collect()
}

const MANNERS: [(&str, &str); 21] = [
    ("sends_twice", "Gửi mỗi sự kiện hai lần"),
    ("echoes", "Báo lại tin vừa gửi (oa_send_…)"),
    ("receipts", "Báo đã nhận, đã xem"),
    ("delay", "Sự kiện đến chậm (giây)"),
    ("in_order", "Giữ thứ tự sự kiện của mỗi người"),
    ("retry_factor", "Hệ số thời gian chờ gửi lại"),
    ("takes_no_cards", "Không nhận thẻ hỏi thông tin (-233)"),
    ("proof_is_required", "Bắt buộc appsecret_proof (-242)"),
    ("rate_limit", "Số lệnh gọi mỗi phút (-32)"),
    ("only_free_replies", "Hết 8 tin miễn phí thì từ chối (-211)"),
    ("balance_is_empty", "Tài khoản hết tiền (-321, -115)"),
    ("templates_sleep", "Không gửi tin mẫu từ 22h đến 6h (-133)"),
    ("at_once", "Sự kiện gửi cùng lúc: mấy lần"),
    ("templates_a_day", "Tin mẫu theo số mỗi ngày (-144)"),
    ("templates_a_day_each", "Tin mẫu cho một người mỗi ngày (-1472)"),
    ("templates_a_month_each", "Tin mẫu cho một người mỗi tháng (-1471)"),
    ("uploads_a_month", "Số tệp tải lên mỗi tháng (-211)"),
    ("links_live", "Liên kết tệp sống bao lâu (giây, 0: mãi)"),
    ("late", "“Muộn” là bao lâu (giây)"),
    ("slow", "“Chậm” là bao lâu (giây thật)"),
    ("astray", "Nơi máy chủ tệp dẫn lạc đến"),
];

const STANDING: [(&str, &str); 7] = [
    ("has_blocked", "Đã chặn tài khoản (-217, -141)"),
    ("refuses_templates", "Không nhận tin mẫu (-244, -139)"),
    ("is_inactive", "Hơn 45 ngày không dùng Zalo (-227, -114)"),
    ("has_no_account", "Không có Zalo (-118)"),
    ("is_ineligible", "Không đủ điều kiện nhận tin mẫu (-140)"),
    ("is_outdated", "Zalo quá cũ (-110)"),
    ("is_admin", "Là quản trị viên, nhận tin thử"),
];

/// Group and words.
fn words(quirk: Quirk) -> (&'static str, &'static str) {
    const CALLS: &str = "Khi dịch vụ gọi Zalo";
    const EVENTS: &str = "Sự kiện gửi đến dịch vụ";
    const RECEIPTS: &str = "Báo đã nhận, đã xem";
    const MEDIA: &str = "Máy chủ ảnh, tệp";
    match quirk {
        Quirk::Slow => (CALLS, "Trả lời chậm"),
        Quirk::ServerError => (CALLS, "Lỗi 500"),
        Quirk::Html => (CALLS, "Lỗi 502, trang HTML"),
        Quirk::TooManyRequests => (CALLS, "Lỗi 429"),
        Quirk::LostRequest => (CALLS, "Mất yêu cầu trên đường"),
        Quirk::LostAnswer => (CALLS, "Làm xong nhưng mất câu trả lời"),
        Quirk::NoQuota => (CALLS, "Trả lời thiếu hạn mức"),
        Quirk::QuotaInNumbers => (CALLS, "Hạn mức là số, không phải chuỗi"),
        Quirk::Twice => (EVENTS, "Đến hai lần"),
        Quirk::AtOnce => (EVENTS, "Đến ba lần cùng lúc"),
        Quirk::Late => (EVENTS, "Đến muộn, tin sau phải chờ"),
        Quirk::Overtaken => (EVENTS, "Đến muộn, tin sau vượt lên"),
        Quirk::LostEvent => (EVENTS, "Lạc trên đường, gửi lại"),
        Quirk::LostTaking => (EVENTS, "Đã nhận nhưng vẫn gửi lại"),
        Quirk::Escaped => (EVENTS, "Viết bằng \\u và \\/"),
        Quirk::Spaced => (EVENTS, "Khoảng trắng lạ"),
        Quirk::Shuffled => (EVENTS, "Xáo thứ tự trường"),
        Quirk::NumberedTime => (EVENTS, "Thời gian là số"),
        Quirk::UnknownEvent => (EVENTS, "Kèm sự kiện lạ"),
        Quirk::UnsignedTest => (EVENTS, "Kèm lần thử không chữ ký"),
        Quirk::BadlySignedTest => (EVENTS, "Kèm lần thử sai chữ ký"),
        Quirk::NoReceipts => (RECEIPTS, "Không báo"),
        Quirk::ReceiptsTwice => (RECEIPTS, "Báo hai lần"),
        Quirk::ReceiptsLate => (RECEIPTS, "Báo muộn"),
        Quirk::SeenFirst => (RECEIPTS, "Báo đã xem trước đã nhận"),
        Quirk::SeenTogether => (RECEIPTS, "Báo đã xem nhiều tin một lúc"),
        Quirk::MediaGone => (MEDIA, "Liên kết đã hết hạn (404)"),
        Quirk::MediaError => (MEDIA, "Lỗi 503"),
        Quirk::MediaSlow => (MEDIA, "Nhỏ giọt"),
        Quirk::MediaEndless => (MEDIA, "Không bao giờ hết"),
        Quirk::MediaMislabelled => (MEDIA, "Khai sai loại tệp"),
        Quirk::MediaMoved => (MEDIA, "Dẫn sang đường dẫn khác"),
        Quirk::MediaAstray => (MEDIA, "Dẫn đến địa chỉ nội bộ"),
        Quirk::WrongChecksum => (MEDIA, "Sai mã kiểm tra"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_has_words() {
        let count = |whole: Value| whole.as_object().map(serde_json::Map::len);
        let of_manners = serde_json::to_value(Manners::default()).expect("JSON");
        assert_eq!(Some(manners(&Manners::default()).len()), count(of_manners));
        let of_standing = serde_json::to_value(Standing::default()).expect("JSON");
        assert_eq!(Some(standing(&Standing::default()).len()), count(of_standing));
    }

    #[test]
    fn a_rate_of_the_api_is_shown_beside_the_usual_ones() {
        let chosen = |rate: f64| rates(rate).into_iter().filter(|rate| rate.2).map(|rate| rate.1).collect::<Vec<_>>();
        assert_eq!(chosen(0.05), ["5%"]);
        assert_eq!(chosen(0.125), ["12,5%"]);
        assert_eq!(rates(0.0).len(), 4);
    }
}
