//! Sending a chat message: `POST /v3.0/oa/message/cs` (zalo-oa 2 and 2.1).
//!
//! Zalo answers errors with HTTP 200, numbers as strings, and now and then a gateway answers in HTML. Whatever comes is
//! turned into a [`Sent`] or a [`Refusal`] that carries the decision. Bodies are never logged.

use hmac::{Hmac, Mac};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

use super::message::{BUTTON_LIMIT, Button, CARD_SUBTITLE_LIMIT, CARD_TITLE_LIMIT, Card, Message, Press, TEXT_LIMIT};
pub use super::refusal::{Decision, Refusal};
use super::shape;
use crate::vietnamese::nfc;

/// Zalo's limit on a button's title, in characters.
const TITLE_LIMIT: usize = 100;
/// Zalo's limit on what a button says for the citizen, in characters.
const PAYLOAD_LIMIT: usize = 1_000;

/// Speaks for the Official Account.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    endpoint: String,
    app_secret: SecretString,
}

/// A message that Zalo has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Zalo's id of the message, by which receipts speak of it.
    pub message_id: Option<String>,
}

impl Client {
    /// `api_url` is Zalo's message API, `https://openapi.zalo.me`. Fails only where no TLS can be set up.
    pub fn new(api_url: &Url, app_secret: SecretString) -> reqwest::Result<Self> {
        Ok(Self { http: super::http()?, endpoint: super::endpoint(api_url, "v3.0/oa/message/cs"), app_secret })
    }

    /// Sends `message` to the citizen with Zalo's id `user_id`. Takes ten seconds at most.
    pub async fn send(&self, token: &SecretString, user_id: &str, message: &Message) -> Result<Sent, Refusal> {
        let body = body(user_id, message)?;
        let request = self
            .http
            .post(&self.endpoint)
            .header("access_token", token.expose_secret())
            .header("appsecret_proof", proof(&self.app_secret, token))
            .json(&body);
        match request.send().await {
            Ok(response) => read(response).await,
            Err(error) => Err(unanswered(&error)),
        }
    }
}

/// `appsecret_proof`: HMAC-SHA256 of the access token under the application's secret.
fn proof(app_secret: &SecretString, token: &SecretString) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(app_secret.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(token.expose_secret().as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// The request's body, composed (NFC), or why Zalo would not take it.
fn body(user_id: &str, message: &Message) -> Result<Value, Refusal> {
    let message = match &message.card {
        Some(card) => contact_request(card)?,
        None => text_and_buttons(message)?,
    };
    Ok(json!({ "recipient": { "user_id": user_id }, "message": message }))
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
        Press::Url(url) => ("oa.open.url", json!({ "url": url })),
        Press::Phone(number) => ("oa.open.phone", json!({ "phone_code": number })),
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

/// A connection that was never made carried nothing; everything else may have.
fn unanswered(error: &reqwest::Error) -> Refusal {
    if error.is_connect() {
        Refusal::unclear(Decision::Later, "no connection", false)
    } else if error.is_timeout() {
        Refusal::unclear(Decision::Later, "no answer in time", true)
    } else {
        Refusal::unclear(Decision::Later, "the connection broke", true)
    }
}

async fn read(response: Response) -> Result<Sent, Refusal> {
    let status = response.status();
    let body = response.bytes().await.map_err(|error| unanswered(&error))?;
    let answer = serde_json::from_slice::<Value>(&body).unwrap_or_default();
    match shape::whole(&answer, "/error") {
        Some(0) if status.is_success() => Ok(Sent { message_id: shape::id(&answer, "/data/message_id") }),
        Some(code) if code != 0 => Err(Refusal::from_code(code)),
        _ => Err(from_status(status)),
    }
}

/// An answer without Zalo's envelope comes from a gateway before it.
fn from_status(status: StatusCode) -> Refusal {
    let reason = format!("HTTP {} without an answer of Zalo's", status.as_u16());
    match status {
        StatusCode::NOT_FOUND => Refusal::unclear(Decision::Stop, reason, false),
        _ if status.is_client_error() || status.is_redirection() => Refusal::unclear(Decision::Later, reason, false),
        _ => Refusal::unclear(Decision::Later, reason, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hide(title: &str, payload: &str) -> Button {
        Button { title: title.into(), press: Press::Hide(payload.into()) }
    }

    fn message(text: &str, buttons: Vec<Button>) -> Message {
        Message { text: text.into(), buttons, card: None }
    }

    fn card(title: &str, subtitle: &str) -> Message {
        let image_url = "https://pakn.example/contact.png".to_owned();
        let card = Card { title: title.into(), subtitle: subtitle.into(), image_url };
        Message { text: "Họ tên của Ông/Bà?".into(), card: Some(card), ..Message::default() }
    }

    #[test]
    fn a_card_goes_alone_in_the_shape_of_the_sheet() {
        assert_eq!(
            body("2", &card("Thông tin", "Bấm thẻ này")),
            Ok(json!({"recipient": {"user_id": "2"}, "message": {"attachment": {"type": "template", "payload": {
                "template_type": "request_user_info",
                "elements": [{"title": "Thông tin", "subtitle": "Bấm thẻ này",
                              "image_url": "https://pakn.example/contact.png"}]}}}}))
        );
        assert!(body("2", &card(&"ệ".repeat(100), &"ệ".repeat(500))).is_ok());
        for (title, subtitle) in [(101, 1), (0, 1), (1, 501), (1, 0)] {
            let wrong = card(&"ệ".repeat(title), &"ệ".repeat(subtitle));
            assert_eq!(body("2", &wrong).expect_err("a card that Zalo would refuse").decision, Decision::Never);
        }
    }

    #[test]
    fn a_text_and_a_text_with_buttons_have_the_shapes_of_the_sheet() {
        assert_eq!(
            body("2", &message("Chào bà", vec![])),
            Ok(json!({"recipient": {"user_id": "2"}, "message": {"text": "Chào bà"}}))
        );
        let buttons = vec![
            hide("Gửi", "#send"),
            Button { title: "Xem".into(), press: Press::Url("https://example.vn/p/1".into()) },
            Button { title: "Gọi 1022".into(), press: Press::Phone("1022".into()) },
        ];
        assert_eq!(
            body("2", &message("Chọn", buttons)),
            Ok(json!({"recipient": {"user_id": "2"}, "message": {"text": "Chọn", "attachment": {"type": "template",
            "payload": {"buttons": [
                {"title": "Gửi", "type": "oa.query.hide", "payload": "#send"},
                {"title": "Xem", "type": "oa.open.url", "payload": {"url": "https://example.vn/p/1"}},
                {"title": "Gọi 1022", "type": "oa.open.phone", "payload": {"phone_code": "1022"}},
            ]}}}}))
        );
    }

    #[test]
    fn lengths_are_counted_in_composed_characters() {
        // «ệ» in three characters that compose into one
        let decomposed = "e\u{323}\u{302}".repeat(TEXT_LIMIT);
        let sent = body("2", &message(&decomposed, vec![])).expect("a text that fits");
        assert_eq!(sent["message"]["text"], json!("ệ".repeat(TEXT_LIMIT)));
    }

    #[test]
    fn what_zalo_would_not_take_is_not_sent() {
        for wrong in [
            message(&"ệ".repeat(TEXT_LIMIT + 1), vec![]),
            message("", vec![]),
            message("Chọn", vec![hide("Gửi", "#"); BUTTON_LIMIT + 1]),
            message("Chọn", vec![hide(&"ệ".repeat(TITLE_LIMIT + 1), "#")]),
            message("Chọn", vec![hide("Gửi", &"x".repeat(PAYLOAD_LIMIT + 1))]),
        ] {
            let refusal = body("2", &wrong).expect_err("a message that Zalo would refuse");
            assert_eq!((refusal.decision, refusal.code), (Decision::Never, None));
        }
        assert!(body("2", &message(&"ệ".repeat(TEXT_LIMIT), vec![hide("Gửi", "#"); BUTTON_LIMIT])).is_ok());
    }

    #[test]
    fn the_proof_is_an_hmac_under_the_applications_secret() {
        // RFC 4231, test case 2
        assert_eq!(
            proof(&"Jefe".into(), &"what do ya want for nothing?".into()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    async fn answer(status: u16, body: &str) -> Result<Sent, Refusal> {
        let response = axum::http::Response::builder().status(status).body(body.to_owned()).expect("a response");
        read(response.into()).await
    }

    #[tokio::test]
    async fn answers_are_read_leniently() {
        let sent = |id: Option<&str>| Ok(Sent { message_id: id.map(str::to_owned) });
        assert_eq!(
            answer(200, r#"{"error":0,"data":{"message_id":"e1a6","quota":{"remain":"7"}}}"#).await,
            sent(Some("e1a6"))
        );
        assert_eq!(answer(200, r#"{"error":"0","data":{"message_id":17}}"#).await, sent(Some("17")));
        assert_eq!(answer(200, r#"{"error":0}"#).await, sent(None));
        assert_eq!(answer(200, r#"{"error":"-230"}"#).await, Err(Refusal::from_code(-230)));
        assert_eq!(answer(500, r#"{"error":-216}"#).await, Err(Refusal::from_code(-216)));
    }

    #[tokio::test]
    async fn an_answer_of_a_gateway_leaves_open_what_happened() {
        for (status, body, decision, perhaps_sent) in [
            (502, "<html>Bad gateway</html>", Decision::Later, true),
            (500, r#"{"error":0}"#, Decision::Later, true),
            (200, "<html>", Decision::Later, true),
            (200, "{}", Decision::Later, true),
            (429, "", Decision::Later, false),
            (302, "", Decision::Later, false),
            (404, "empty or invalid API", Decision::Stop, false),
        ] {
            let refusal = answer(status, body).await.expect_err("no answer of Zalo's");
            assert_eq!((refusal.decision, refusal.perhaps_sent), (decision, perhaps_sent), "{status} {body}");
        }
    }
}
