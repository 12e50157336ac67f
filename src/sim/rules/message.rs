//! What Zalo takes on `message/cs` and what it refuses, with which number (zalo-oa 2.1, 2.5, 2.6).
//!
//! What a body says by itself is judged here; whether an upload or a quoted message exists, the world knows.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::refusal::Refusal;
use crate::sim::bubble::{Card, Choice, Does};
use crate::vietnamese::nfc;
use crate::zalo::message::{BUTTON_LIMIT, CARD_SUBTITLE_LIMIT, CARD_TITLE_LIMIT, TEXT_LIMIT};

const TITLE_LIMIT: usize = 100;
const PAYLOAD_LIMIT: usize = 1_000;
/// What a button writes into a text message of the phone.
const SMS_LIMIT: usize = 160;
/// How long after the citizen's last interaction a consultation message is allowed.
pub const WINDOW: TimeDelta = TimeDelta::days(7);

/// A message that may be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accepted {
    pub text: String,
    pub choices: Vec<Choice>,
    pub card: Option<Card>,
    /// The message it answers, by id.
    pub quote: Option<String>,
    pub enclosure: Option<Enclosure>,
}

/// What comes along with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enclosure {
    ImageAt(String),
    /// By upload id.
    Image(String),
    GifAt(String),
    Gif(String),
    Sticker(String),
    /// By upload token.
    File(String),
}

/// Whom a body is for.
pub fn recipient(body: &Value) -> Result<&str, Refusal> {
    body["recipient"]["user_id"].as_str().ok_or_else(|| Refusal::invalid("user_id"))
}

/// The refusal of a recipient whom this account does not know.
pub fn unknown_recipient() -> Refusal {
    Refusal::invalid("user_id")
}

/// May a message go to someone who was last heard at that time?
pub fn window(last_heard_at: Option<DateTime<Utc>>, at: DateTime<Utc>) -> Result<(), Refusal> {
    let is_open = last_heard_at.is_some_and(|heard| at <= heard + WINDOW);
    if is_open { Ok(()) } else { Err(Refusal::of(-230)) }
}

/// The message of a body, if everything in it is as Zalo wants it.
pub fn message(body: &Value) -> Result<Accepted, Refusal> {
    let message = &body["message"];
    let attachment = &message["attachment"];
    let template_type = attachment["payload"]["template_type"].as_str();
    if template_type == Some("request_user_info") {
        return card(message);
    }
    let text = nfc(message["text"].as_str().unwrap_or_default());
    if text.chars().count() > TEXT_LIMIT {
        return Err(Refusal::of(-210));
    }
    // An empty one is what the PHP SDK sends with every text.
    let quote = message["quote_message_id"].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
    let accepted = Accepted { text, quote, ..Accepted::default() };
    let accepted = match (attachment["type"].as_str(), template_type) {
        _ if attachment.is_null() => accepted,
        (Some("template"), None | Some("button")) => Accepted { choices: choices(attachment)?, ..accepted },
        (Some("template"), Some("media")) => Accepted { enclosure: Some(medium(attachment)?), ..accepted },
        (Some("file"), _) => Accepted { enclosure: Some(file(attachment)?), ..accepted },
        _ => return Err(Refusal::of(-233)),
    };
    let is_empty = accepted.enclosure.is_none() && accepted.text.trim().is_empty();
    if is_empty { Err(Refusal::invalid("message")) } else { Ok(accepted) }
}

/// One picture: by address or by upload, never both.
fn medium(attachment: &Value) -> Result<Enclosure, Refusal> {
    let elements = attachment["payload"]["elements"].as_array().map(Vec::as_slice);
    let Some([element]) = elements else { return Err(Refusal::invalid("elements")) };
    let id = element["attachment_id"].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
    let is_sized = ["width", "height"].iter().all(|side| element[side].as_f64().is_some_and(|side| side > 0.0));
    let url = &element["url"];
    match (element["media_type"].as_str(), id, url.is_null()) {
        (Some("image"), Some(id), true) => Ok(Enclosure::Image(id)),
        (Some("image"), None, false) => at(url).map(Enclosure::ImageAt),
        (Some("gif"), _, _) if !is_sized => Err(Refusal::invalid("width, height")),
        (Some("gif"), Some(id), true) => Ok(Enclosure::Gif(id)),
        (Some("gif"), None, false) => at(url).map(Enclosure::GifAt),
        (Some("sticker"), Some(id), true) => Ok(Enclosure::Sticker(id)),
        (Some("image" | "gif" | "sticker"), ..) => Err(Refusal::invalid("attachment_id")),
        _ => Err(Refusal::invalid("media_type")),
    }
}

fn at(url: &Value) -> Result<String, Refusal> {
    web_address(url).ok_or_else(|| Refusal::invalid("url"))
}

fn file(attachment: &Value) -> Result<Enclosure, Refusal> {
    let token = attachment["payload"]["token"].as_str().filter(|token| !token.is_empty());
    token.map(|token| Enclosure::File(token.to_owned())).ok_or_else(|| Refusal::invalid("token"))
}

/// The card that asks for contact data: one element with a picture, and neither text nor buttons beside it.
fn card(message: &Value) -> Result<Accepted, Refusal> {
    let payload = &message["attachment"]["payload"];
    let is_alone = message["text"].is_null() && payload["buttons"].is_null();
    let element = match payload["elements"].as_array().map(Vec::as_slice) {
        Some([element]) if is_alone && message["attachment"]["type"] == "template" => element,
        _ => return Err(Refusal::invalid("elements")),
    };
    let title = text_within(&element["title"], CARD_TITLE_LIMIT).ok_or_else(|| Refusal::invalid("title"))?;
    let subtitle =
        text_within(&element["subtitle"], CARD_SUBTITLE_LIMIT).ok_or_else(|| Refusal::invalid("subtitle"))?;
    web_address(&element["image_url"]).ok_or_else(|| Refusal::invalid("image_url"))?;
    Ok(Accepted { card: Some(Card { title, subtitle }), ..Accepted::default() })
}

fn choices(attachment: &Value) -> Result<Vec<Choice>, Refusal> {
    let buttons = attachment["payload"]["buttons"].as_array().ok_or_else(|| Refusal::invalid("buttons"))?;
    if buttons.is_empty() || buttons.len() > BUTTON_LIMIT {
        return Err(Refusal::invalid("buttons"));
    }
    buttons.iter().map(choice).collect()
}

fn choice(button: &Value) -> Result<Choice, Refusal> {
    let title = text_within(&button["title"], TITLE_LIMIT).ok_or_else(|| Refusal::invalid("title"))?;
    let payload = &button["payload"];
    let does = match button["type"].as_str() {
        Some("oa.query.show") => text_within(payload, PAYLOAD_LIMIT).map(Does::Say),
        Some("oa.query.hide") => text_within(payload, PAYLOAD_LIMIT).map(Does::Whisper),
        Some("oa.open.url") => web_address(&payload["url"]).map(Does::Open),
        Some("oa.open.phone") => phone_number(&payload["phone_code"]).map(Does::Call),
        Some("oa.open.sms") => text_message(payload),
        _ => return Err(Refusal::invalid("type")),
    };
    let icon = &button["image_icon"];
    if !icon.is_null() && icon != "" && web_address(icon).is_none() {
        return Err(Refusal::invalid("image_icon"));
    }
    Ok(Choice { title, does: does.ok_or_else(|| Refusal::invalid("payload"))? })
}

fn text_message(payload: &Value) -> Option<Does> {
    let number = phone_number(&payload["phone_code"])?;
    Some(Does::Text(number, text_within(&payload["content"], SMS_LIMIT)?))
}

fn text_within(value: &Value, limit: usize) -> Option<String> {
    let text = nfc(value.as_str()?);
    (!text.trim().is_empty() && text.chars().count() <= limit).then_some(text)
}

fn web_address(value: &Value) -> Option<String> {
    let address = value.as_str()?;
    let url = url::Url::parse(address).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| address.to_owned())
}

fn phone_number(value: &Value) -> Option<String> {
    let number = value.as_str()?;
    let is_number = !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit());
    is_number.then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code(message: Value) -> Result<(), i32> {
        super::message(&json!({ "message": message })).map(|_| ()).map_err(|refusal| refusal.code)
    }

    fn with_button(button: Value) -> Value {
        with_buttons(vec![button])
    }

    fn with_buttons(buttons: Vec<Value>) -> Value {
        json!({ "text": "Xin chào", "attachment": { "type": "template", "payload": { "buttons": buttons } } })
    }

    #[test]
    fn a_text_may_have_2000_composed_characters() {
        assert_eq!(code(json!({ "text": "ế".repeat(2000) })), Ok(()));
        assert_eq!(code(json!({ "text": "e\u{302}\u{301}".repeat(2000) })), Ok(()), "composed before it is counted");
        assert_eq!(code(json!({ "text": "ế".repeat(2001) })), Err(-210));
        assert_eq!(code(json!({ "text": " " })), Err(-201));
        assert_eq!(code(json!({})), Err(-201));
        assert_eq!(code(json!({ "text": "chào", "quote_message_id": "" })), Ok(()), "as the PHP SDK sends it");
    }

    #[test]
    fn five_buttons_with_titles_of_100_and_payloads_of_1000() {
        let button = |title: usize, payload: usize| json!({ "title": "ạ".repeat(title), "type": "oa.query.hide", "payload": "#".repeat(payload) });
        assert_eq!(code(with_buttons(vec![button(100, 1000); 5])), Ok(()));
        assert_eq!(code(with_buttons(vec![button(100, 1000); 6])), Err(-201));
        assert_eq!(code(with_button(button(101, 1))), Err(-201));
        assert_eq!(code(with_button(button(1, 1001))), Err(-201));
        assert_eq!(code(with_button(button(0, 1))), Err(-201));
        assert_eq!(code(with_buttons(vec![])), Err(-201));
    }

    #[test]
    fn a_button_does_what_zalo_knows() {
        let button =
            |kind: &str, payload: Value| code(with_button(json!({ "title": "Bấm", "type": kind, "payload": payload })));
        assert_eq!(button("oa.query.show", json!("#a")), Ok(()));
        assert_eq!(button("oa.open.url", json!({ "url": "https://pakn.hanoi.example/p/1" })), Ok(()));
        assert_eq!(button("oa.open.phone", json!({ "phone_code": "842439000000" })), Ok(()));
        assert_eq!(button("oa.open.sms", json!({ "phone_code": "84939", "content": "ế".repeat(160) })), Ok(()));
        assert_eq!(button("oa.open.sms", json!({ "phone_code": "84939", "content": "ế".repeat(161) })), Err(-201));
        assert_eq!(button("oa.open.url", json!({ "url": "javascript:alert(1)" })), Err(-201));
        assert_eq!(button("oa.open.url", json!("https://pakn.hanoi.example")), Err(-201));
        assert_eq!(button("oa.open.phone", json!({ "phone_code": "+84 24" })), Err(-201));
        assert_eq!(button("oa.query.guess", json!("#a")), Err(-201));
        let list =
            json!({ "text": "chào", "attachment": { "type": "template", "payload": { "template_type": "list" } } });
        assert_eq!(code(list), Err(-233));
    }

    #[test]
    fn a_button_may_have_an_icon() {
        let icon = |icon: Value| {
            code(with_button(json!({ "title": "Bấm", "type": "oa.query.hide", "payload": "#a", "image_icon": icon })))
        };
        assert_eq!(icon(json!("https://pakn.hanoi.example/a.png")), Ok(()));
        assert_eq!(icon(json!("")), Ok(()));
        assert_eq!(icon(json!("a.png")), Err(-201));
    }

    #[test]
    fn a_picture_comes_by_address_or_by_upload() {
        let media = |element: Value| {
            let payload = json!({ "template_type": "media", "elements": [element] });
            code(json!({ "attachment": { "type": "template", "payload": payload } }))
        };
        let url = "https://pakn.hanoi.example/a.png";
        assert_eq!(media(json!({ "media_type": "image", "url": url })), Ok(()));
        assert_eq!(media(json!({ "media_type": "image", "attachment_id": "a1" })), Ok(()));
        assert_eq!(media(json!({ "media_type": "image", "attachment_id": "a1", "url": url })), Err(-201), "both");
        assert_eq!(media(json!({ "media_type": "image" })), Err(-201), "neither");
        assert_eq!(media(json!({ "media_type": "image", "url": "a.png" })), Err(-201));
        assert_eq!(media(json!({ "media_type": "gif", "url": url, "width": 120, "height": 90 })), Ok(()));
        assert_eq!(media(json!({ "media_type": "gif", "url": url })), Err(-201), "without its size");
        assert_eq!(media(json!({ "media_type": "sticker", "attachment_id": "bfe458bf64fa8da4d4eb" })), Ok(()));
        assert_eq!(media(json!({ "media_type": "article", "attachment_id": "a1" })), Err(-201));
    }

    #[test]
    fn a_file_comes_by_its_token() {
        let file = |payload: Value| code(json!({ "attachment": { "type": "file", "payload": payload } }));
        assert_eq!(file(json!({ "token": "t1" })), Ok(()));
        assert_eq!(file(json!({ "url": "https://pakn.hanoi.example/a.pdf" })), Err(-201));
    }

    #[test]
    fn a_card_stands_alone_with_one_element() {
        let card = |element: Value| {
            let payload = json!({ "template_type": "request_user_info", "elements": [element] });
            json!({ "attachment": { "type": "template", "payload": payload } })
        };
        let element = |title: usize, subtitle: usize| json!({ "title": "ế".repeat(title), "subtitle": "ế".repeat(subtitle), "image_url": "https://pakn.example/contact.png" });
        assert_eq!(code(card(element(100, 500))), Ok(()));
        assert_eq!(code(card(element(101, 1))), Err(-201));
        assert_eq!(code(card(element(1, 501))), Err(-201));
        assert_eq!(code(card(element(0, 1))), Err(-201));
        assert_eq!(code(card(json!({ "title": "a", "subtitle": "b" }))), Err(-201), "no picture");
        let mut with_text = card(element(1, 1));
        with_text["text"] = json!("chào");
        assert_eq!(code(with_text), Err(-201));
        let mut two = card(element(1, 1));
        two["attachment"]["payload"]["elements"] = json!([element(1, 1), element(1, 1)]);
        assert_eq!(code(two), Err(-201));
    }

    #[test]
    fn the_window_is_seven_days() {
        let heard: DateTime<Utc> = "2026-11-01T03:00:00Z".parse().expect("a time");
        assert_eq!(window(Some(heard), heard + TimeDelta::days(7)), Ok(()));
        let late = window(Some(heard), heard + TimeDelta::days(7) + TimeDelta::seconds(1));
        assert_eq!(late.expect_err("too late").code, -230);
        assert_eq!(window(None, heard).expect_err("never heard").code, -230);
    }
}
