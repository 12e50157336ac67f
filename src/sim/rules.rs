//! What Zalo takes on `message/cs` and what it refuses, with which number (zalo-oa 2.1, 2.5, 2.6).

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::citizen::{Card, Choice, Does};
use crate::vietnamese::nfc;
use crate::zalo::message::{BUTTON_LIMIT, CARD_SUBTITLE_LIMIT, CARD_TITLE_LIMIT, TEXT_LIMIT};

const TITLE_LIMIT: usize = 100;
const PAYLOAD_LIMIT: usize = 1_000;
/// How long after the citizen's last interaction a consultation message is allowed.
pub const WINDOW: TimeDelta = TimeDelta::days(7);

/// A refusal, as Zalo words it. It comes with HTTP 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: i32,
    pub message: String,
}

impl Refusal {
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The refusal that Zalo words this way.
    pub fn of(code: i32) -> Self {
        let message = match code {
            -32 => "Your application reached limit call api",
            -200 => "Send message failed",
            -210 => "Parameter exceeds allowable limit",
            -211 => "Out of quota",
            -216 => "Access token is invalid",
            -217 => "User has blocked invitation from OA",
            -220 => "access_token is expired or removed",
            -227 => "User is banned or has been inactive for more than 45 days",
            -230 => "User has not interacted with the OA in the past 7 days",
            -233 => "Message type is invalid or not support",
            -242 => "Invalid appsecret_proof provided in the API argument",
            _ => "Request is refused",
        };
        Self::new(code, message)
    }

    fn invalid(field: &str) -> Self {
        Self::new(-201, format!("{field} is invalid!"))
    }
}

/// A message that may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    pub text: String,
    pub choices: Vec<Choice>,
    pub card: Option<Card>,
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
    if message["attachment"]["payload"]["template_type"] == "request_user_info" {
        return card(message);
    }
    let text = nfc(message["text"].as_str().unwrap_or_default());
    if text.chars().count() > TEXT_LIMIT {
        return Err(Refusal::of(-210));
    }
    if text.trim().is_empty() {
        return Err(Refusal::invalid("message"));
    }
    match &message["attachment"] {
        Value::Null => Ok(Accepted { text, choices: Vec::new(), card: None }),
        attachment => Ok(Accepted { text, choices: choices(attachment)?, card: None }),
    }
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
    Ok(Accepted { text: String::new(), choices: Vec::new(), card: Some(Card { title, subtitle }) })
}

fn choices(attachment: &Value) -> Result<Vec<Choice>, Refusal> {
    let is_template = attachment["type"] == "template";
    let is_plain = matches!(attachment["payload"]["template_type"].as_str(), None | Some("button"));
    if !is_template || !is_plain {
        return Err(Refusal::of(-233));
    }
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
        Some("oa.open.sms") => phone_number(&payload["phone_code"]).map(Does::Call),
        _ => return Err(Refusal::invalid("type")),
    };
    Ok(Choice { title, does: does.ok_or_else(|| Refusal::invalid("payload"))? })
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
        assert_eq!(button("oa.open.url", json!({ "url": "javascript:alert(1)" })), Err(-201));
        assert_eq!(button("oa.open.url", json!("https://pakn.hanoi.example")), Err(-201));
        assert_eq!(button("oa.open.phone", json!({ "phone_code": "+84 24" })), Err(-201));
        assert_eq!(button("oa.query.guess", json!("#a")), Err(-201));
        let list =
            json!({ "text": "chào", "attachment": { "type": "template", "payload": { "template_type": "list" } } });
        assert_eq!(code(list), Err(-233));
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
