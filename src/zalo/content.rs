//! What an event carries: words, attachments, contact data (zalo-oa 1.5 and 1.7).

use std::fmt;

use serde_json::Value;

use super::shape;
use crate::privacy::Personal;

/// What somebody wrote. Text and attachments may come together, or either alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    pub text: Option<Personal>,
    pub attachments: Vec<Attachment>,
    /// The message that this one answers, where the citizen used «Trả lời».
    pub quoted_message_id: Option<String>,
}

/// Something sent along. Addresses are as Zalo gives them: they may be `http`, and in tests they are no addresses at all.
#[derive(Clone, Default, PartialEq)]
pub struct Attachment {
    /// `image`, `gif`, `sticker`, `audio`, `video`, `file`, `link`, `location`, or what Zalo thinks of next.
    pub kind: String,
    pub url: Option<String>,
    pub thumbnail: Option<String>,
    pub name: Option<String>,
    /// Bytes.
    pub size: Option<i64>,
    /// MD5, in hexadecimal.
    pub checksum: Option<String>,
    pub description: Option<String>,
    /// Degrees, as text.
    pub latitude: Option<String>,
    pub longitude: Option<String>,
}

/// File names, captions and places are a citizen's own words: only the kind is printed.
impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What a citizen sent with Zalo's contact form. Birth date and gender, which we have no use for, are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contact {
    pub name: Option<Personal>,
    /// As Zalo gives it: `849…`.
    pub phone: Option<Personal>,
    /// House and street.
    pub address: Option<Personal>,
    pub ward: Option<String>,
    /// Only in the shape used before districts were abolished in 2025.
    pub district: Option<String>,
    pub city: Option<String>,
}

impl Said {
    pub(super) fn read(event: &Value) -> Self {
        let attachments = event.pointer("/message/attachments").and_then(Value::as_array);
        Self {
            text: shape::text(event, "/message/text").map(Personal::from),
            attachments: attachments.into_iter().flatten().filter_map(Attachment::read).collect(),
            quoted_message_id: shape::id(event, "/message/quote_msg_id"),
        }
    }
}

impl Attachment {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            kind: shape::text(value, "/type")?,
            url: shape::text(value, "/payload/url"),
            thumbnail: shape::text(value, "/payload/thumbnail"),
            name: shape::text(value, "/payload/name"),
            size: shape::whole(value, "/payload/size"),
            checksum: shape::text(value, "/payload/checksum"),
            description: shape::text(value, "/payload/description"),
            latitude: degrees(value, "/payload/coordinates/latitude"),
            longitude: degrees(value, "/payload/coordinates/longitude"),
        })
    }
}

/// Degrees come as strings; a number would be read all the same.
fn degrees(value: &Value, pointer: &str) -> Option<String> {
    shape::text(value, pointer).or_else(|| value.pointer(pointer)?.as_f64().map(|degrees| degrees.to_string()))
}

impl Contact {
    /// The current shape has `full_address`, the older one has the address beside the name.
    pub(super) fn read(event: &Value) -> Self {
        let either = |new, old| shape::text(event, new).or_else(|| shape::text(event, old));
        Self {
            name: shape::text(event, "/info/name").map(Personal::from),
            phone: shape::text_or_digits(event, "/info/phone").map(Personal::from),
            address: either("/info/full_address/user_address", "/info/address").map(Personal::from),
            ward: either("/info/full_address/user_ward", "/info/ward"),
            district: shape::text(event, "/info/district"),
            city: either("/info/full_address/user_city", "/info/city"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn only_attachment(attachment: Value) -> Attachment {
        let said = Said::read(&json!({"message": {"attachments": [attachment]}}));
        said.attachments.into_iter().next().expect("one attachment")
    }

    #[test]
    fn files_locations_and_cards_are_read() {
        let file = only_attachment(json!({"type": "file", "payload": {
            "url": "https://zalo-file-dl1.zdn.vn/abc", "size": "20480", "name": "Đơn.docx", "checksum": "d41d8cd9", "type": "docx"}}));
        assert_eq!((file.name.as_deref(), file.size), (Some("Đơn.docx"), Some(20_480)));
        let place = only_attachment(json!({"type": "location", "payload": {
            "coordinates": {"latitude": "21.0285", "longitude": 105.8542}}}));
        assert_eq!((place.latitude.as_deref(), place.longitude.as_deref()), (Some("21.0285"), Some("105.8542")));
        let card = only_attachment(json!({"type": "link", "payload": {"description": "{\"phone\":\"84912345678\"}"}}));
        assert_eq!(card.description.as_deref(), Some("{\"phone\":\"84912345678\"}"));
    }

    #[test]
    fn shapes_from_bad_documentation_are_not_read() {
        let place = only_attachment(json!({"type": "location", "payload": {"coordinates": {"lat": "1", "long": "2"}}}));
        assert_eq!((place.latitude, place.longitude), (None, None));
        let outside = Said::read(&json!({"attachments": [{"type": "image"}], "message": {"mid": "1"}}));
        assert_eq!(outside, Said::default());
    }

    #[test]
    fn an_attachment_without_a_type_does_not_take_the_others_with_it() {
        let event = json!({"message": {"text": "x", "attachments": [null, 7, {"payload": {}}, {"type": "image"}]}});
        let said = Said::read(&event);
        assert_eq!(said.attachments.len(), 1);
        assert_eq!(said.text, Some("x".into()));
    }

    #[test]
    fn contact_data_is_read_in_both_shapes() {
        let new =
            Contact::read(&json!({"info": {"name": "Lê Thị Lan", "phone": "84912345678", "user_dob": "01/01/1950",
            "full_address": {"user_city": "Hà Nội", "user_ward": "Phường Hà Đông", "user_address": "Số 5"}}}));
        let old = Contact::read(&json!({"info": {"name": "Lê Thị Lan", "phone": 84_912_345_678_u64,
            "address": "Số 5", "city": "Hà Nội", "district": "Quận Hà Đông", "ward": "Phường Hà Đông"}}));
        assert_eq!(old.district.as_deref(), Some("Quận Hà Đông"));
        assert_eq!(new, Contact { district: None, ..old });
        assert_eq!(new.ward.as_deref(), Some("Phường Hà Đông"));
        assert_eq!(new.phone, Some("84912345678".into()));
    }

    #[test]
    fn what_a_citizen_sent_does_not_print() {
        let said = Said::read(&json!({"message": {"text": "bí mật", "attachments": [
            {"type": "file", "payload": {"name": "bí mật.pdf", "description": "bí mật", "url": "https://bí-mật"}}]}}));
        assert!(!format!("{said:?}").contains("mật"));
    }
}
