//! The bodies of what we send, composed (NFC), or why Zalo would not take them (zalo-oa 2.1, 2.4, 6).

use serde_json::{Value, json};

use super::message::{
    Attached, BUTTON_LIMIT, Button, CARD_SUBTITLE_LIMIT, CARD_TITLE_LIMIT, Card, Message, Press, TEXT_LIMIT, Template,
};
use super::refusal::Refusal;
use crate::vietnamese::nfc;

/// Zalo's limit on a button's title, in characters.
const TITLE_LIMIT: usize = 100;
/// Zalo's limit on what a button says for the citizen, in characters.
const PAYLOAD_LIMIT: usize = 1_000;
/// Zalo's limit on what a button writes into a text message, in characters.
const SMS_LIMIT: usize = 160;
/// Zalo's limit on the id under which a receipt of a template message comes back (zalo-oa 6).
const TRACKING_LIMIT: usize = 48;

/// A chat message to one citizen.
pub(super) fn chat(user_id: &str, message: &Message) -> Result<Value, Refusal> {
    let mut body = match (&message.card, &message.attached) {
        (Some(card), _) => contact_request(card)?,
        (None, Some(attached)) => with_attached(message, attached)?,
        (None, None) => text_and_buttons(message)?,
    };
    if let Some(quoted) = &message.quote {
        body["quote_message_id"] = json!(quoted);
    }
    Ok(json!({ "recipient": { "user_id": user_id }, "message": body }))
}

/// A template message to somebody whom the account knows.
pub(super) fn template_to_user(user_id: &str, template: &Template) -> Value {
    json!({ "user_id": user_id, "template_id": template.id, "template_data": template.data })
}

/// A template message to a phone number, `+84…` or `84…`; Zalo takes no `0…`.
pub(super) fn template_to_phone(phone: &str, template: &Template, tracking_id: &str) -> Result<Value, Refusal> {
    let number = phone.trim_start_matches('+');
    let is_number = number.starts_with("84") && number.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number {
        return Err(Refusal::no_such_way("the phone number is not Vietnamese"));
    }
    let tracking_id = within("tracking id", tracking_id, TRACKING_LIMIT)?;
    Ok(json!({
        "phone": number,
        "template_id": template.id,
        "template_data": template.data,
        "tracking_id": tracking_id,
    }))
}

/// One element, and no text or button beside it.
fn contact_request(card: &Card) -> Result<Value, Refusal> {
    let element = json!({
        "title": within("card title", &card.title, CARD_TITLE_LIMIT)?,
        "subtitle": within("card subtitle", &card.subtitle, CARD_SUBTITLE_LIMIT)?,
        "image_url": card.image_url,
    });
    let payload = json!({ "template_type": "request_user_info", "elements": [element] });
    Ok(json!({ "attachment": { "type": "template", "payload": payload } }))
}

/// A picture may have words beside it; a file stands alone. Neither has buttons.
fn with_attached(message: &Message, attached: &Attached) -> Result<Value, Refusal> {
    if !message.buttons.is_empty() {
        return Err(Refusal::never("buttons beside an attachment"));
    }
    let image = |place: &str, value: &str| {
        let element = json!({ "media_type": "image", place: value });
        json!({ "type": "template", "payload": { "template_type": "media", "elements": [element] } })
    };
    let attachment = match attached {
        Attached::ImageUrl(url) => image("url", url),
        Attached::Image(id) => image("attachment_id", id),
        Attached::File(_) if !message.text.is_empty() => return Err(Refusal::never("words beside a file")),
        Attached::File(token) => json!({ "type": "file", "payload": { "token": token } }),
    };
    let mut body = json!({ "attachment": attachment });
    if !message.text.is_empty() {
        body["text"] = json!(within("text", &message.text, TEXT_LIMIT)?);
    }
    Ok(body)
}

fn text_and_buttons(message: &Message) -> Result<Value, Refusal> {
    let text = within("text", &message.text, TEXT_LIMIT)?;
    if message.buttons.len() > BUTTON_LIMIT {
        return Err(Refusal::never(format!("more than {BUTTON_LIMIT} buttons")));
    }
    let buttons = message.buttons.iter().map(button).collect::<Result<Vec<_>, _>>()?;
    let mut message = json!({ "text": text });
    if !buttons.is_empty() {
        message["attachment"] = json!({ "type": "template", "payload": { "buttons": buttons } });
    }
    Ok(message)
}

fn button(button: &Button) -> Result<Value, Refusal> {
    let title = within("button title", &button.title, TITLE_LIMIT)?;
    let (kind, payload) = match &button.press {
        Press::Hide(payload) => ("oa.query.hide", json!(within("button payload", payload, PAYLOAD_LIMIT)?)),
        Press::Show(payload) => ("oa.query.show", json!(within("button payload", payload, PAYLOAD_LIMIT)?)),
        Press::Url(url) => ("oa.open.url", json!({ "url": url })),
        Press::Phone(number) => ("oa.open.phone", json!({ "phone_code": number })),
        Press::Sms { phone, content } => {
            let content = within("button text message", content, SMS_LIMIT)?;
            ("oa.open.sms", json!({ "phone_code": phone, "content": content }))
        }
    };
    Ok(json!({ "title": title, "type": kind, "payload": payload }))
}

/// The text in composed form. Zalo refuses an empty one and one that is too long.
fn within(what: &str, text: &str, limit: usize) -> Result<String, Refusal> {
    let text = nfc(text);
    match text.chars().count() {
        0 => Err(Refusal::never(format!("{what}: empty"))),
        length if length > limit => Err(Refusal::never(format!("{what}: {length} characters, {limit} at most"))),
        _ => Ok(text),
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
