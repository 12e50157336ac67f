//! The bodies of events, in Zalo's shapes (zalo-oa 1.4 to 1.7): compact, unescaped, ids and times as strings.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::citizen::{Citizen, Shape, SharedContact};
use super::settings::SimSettings;

/// One event, before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    /// Milliseconds since 1970, as in the body.
    pub timestamp: String,
    /// Exactly the bytes that are signed and sent.
    pub body: String,
    /// The header `X-ZEvent-Server`.
    pub server: &'static str,
    pub signing: Signing,
}

/// How an event is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signing {
    Right,
    /// With another secret.
    Wrong,
    /// Not at all.
    Missing,
}

impl Event {
    #[cfg(test)]
    pub fn named(name: &str) -> Self {
        event(name, json!({}), DateTime::<Utc>::MIN_UTC)
    }
}

/// A message from the citizen: `user_send_text`, `user_send_image` …; from an anonymous one `anonymous_send_text` …
pub fn from_citizen(
    settings: &SimSettings,
    citizen: &Citizen,
    name: &str,
    mut message: Value,
    at: DateTime<Utc>,
) -> Event {
    let mut body = between(settings, &citizen.user_id, &settings.oa_id);
    let name = match &citizen.anonymous_in {
        None => {
            body["user_id_by_app"] = json!(citizen.user_id_by_app);
            name.to_owned()
        }
        Some(conversation) => {
            message["conversation_id"] = json!(conversation);
            name.replacen("user_", "anonymous_", 1)
        }
    };
    body["message"] = message;
    event(&name, body, at)
}

/// The citizen sent their contact data (`user_submit_info`), in one of two shapes. What is empty is left out.
pub fn contact(settings: &SimSettings, citizen: &Citizen, shared: &SharedContact, at: DateTime<Utc>) -> Event {
    let SharedContact { name, phone, address, ward, district, city, shape } = shared;
    let given = |fields: &[(&str, &String)]| -> serde_json::Map<String, Value> {
        let fields = fields.iter().filter(|(_, value)| !value.is_empty());
        fields.map(|(field, value)| ((*field).to_owned(), json!(value))).collect()
    };
    let mut info = given(&[("name", name), ("phone", phone)]);
    match shape {
        Shape::Current => {
            let address = given(&[("user_city", city), ("user_ward", ward), ("user_address", address)]);
            info.insert("full_address".to_owned(), Value::Object(address));
        }
        Shape::Old => {
            info.append(&mut given(&[("address", address), ("city", city), ("district", district), ("ward", ward)]));
            if let Ok(number) = phone.parse::<u64>() {
                info.insert("phone".to_owned(), json!(number));
            }
        }
    }
    let mut body = between(settings, &citizen.user_id, &settings.oa_id);
    body["user_id_by_app"] = json!(citizen.user_id_by_app);
    body["info"] = Value::Object(info);
    event("user_submit_info", body, at)
}

/// A message or a receipt in the account's name: the account is the sender, also of `user_received_message`.
pub fn from_account(settings: &SimSettings, citizen: &Citizen, name: &str, message: Value, at: DateTime<Utc>) -> Event {
    let mut body = between(settings, &settings.oa_id, &citizen.user_id);
    if citizen.anonymous_in.is_none() {
        body["user_id_by_app"] = json!(citizen.user_id_by_app);
    }
    body["message"] = message;
    event(name, body, at)
}

/// Somebody of the office wrote in Zalo's own chat tool: the echo names who.
pub fn from_officer(settings: &SimSettings, citizen: &Citizen, message: Value, at: DateTime<Utc>) -> Event {
    let mut body = between(settings, &settings.oa_id, &citizen.user_id);
    body["sender"]["admin_id"] = json!("5000000000000000005");
    body["user_id_by_app"] = json!(citizen.user_id_by_app);
    body["message"] = message;
    event("oa_send_text", body, at)
}

/// The citizen wants their data deleted.
pub fn withdraw(settings: &SimSettings, citizen: &Citizen, at: DateTime<Utc>) -> Event {
    let body = json!({
        "app_id": settings.app_id,
        "oa_id": settings.oa_id,
        "user_id": citizen.user_id,
        "user_id_by_app": citizen.user_id_by_app,
    });
    event("user_withdraw", body, at)
}

/// The same, as Zalo's other products tell it.
pub fn removal(settings: &SimSettings, citizen: &Citizen, at: DateTime<Utc>) -> Event {
    let body = json!({
        "app_id": settings.app_id,
        "event": "user.remove.info",
        "oa_id": settings.oa_id,
        "user_id_by_app": citizen.user_id_by_app,
    });
    event("user.remove.info", body, at)
}

/// The citizen followed or stopped following.
pub fn follow(settings: &SimSettings, citizen: &Citizen, at: DateTime<Utc>) -> Event {
    let name = if citizen.is_follower { "follow" } else { "unfollow" };
    let body = json!({
        "oa_id": settings.oa_id,
        "follower": { "id": citizen.user_id },
        "user_id_by_app": citizen.user_id_by_app,
        "source": "oa_profile",
        "app_id": settings.app_id,
    });
    event(name, body, at)
}

/// The receipt of a template message by phone: the account is the sender, the number as it was sent the recipient.
pub fn phone_receipt(settings: &SimSettings, phone: &str, msg_id: &str, tracking_id: &str, at: DateTime<Utc>) -> Event {
    let mut body = between(settings, &settings.oa_id, phone);
    let delivered_at = at.timestamp_millis().to_string();
    body["message"] = json!({ "delivery_time": delivered_at, "msg_id": msg_id, "tracking_id": tracking_id });
    Event { server: "ZNS", ..event("user_received_message", body, at) }
}

/// The citizen reacts to a message, or takes the reaction back.
pub fn reaction(settings: &SimSettings, citizen: &Citizen, message: Value, at: DateTime<Utc>) -> Event {
    let mut body = between(settings, &citizen.user_id, &settings.oa_id);
    body["user_id_by_app"] = json!(citizen.user_id_by_app);
    body["message"] = message;
    event("user_reacted_message", body, at)
}

/// The citizen opens the chat for the first time: flat, without sender and recipient.
pub fn chat_opened(settings: &SimSettings, citizen: &Citizen, at: DateTime<Utc>) -> Event {
    let body = json!({
        "oa_id": settings.oa_id,
        "user_id": citizen.user_id,
        "user_id_by_app": citizen.user_id_by_app,
        "app_id": settings.app_id,
    });
    event("user_click_chatnow", body, at)
}

/// An event that no list knows.
pub fn unknown(settings: &SimSettings, citizen: &Citizen, at: DateTime<Utc>) -> Event {
    let mut body = between(settings, &citizen.user_id, &settings.oa_id);
    body["novelty"] = json!({ "anything": [1, null, true] });
    event("user_does_something_new", body, at)
}

/// The sample that the console's test button sends (zalo-oa 1.3, 1.7): constant but for its time.
pub fn console_test(settings: &SimSettings, signing: Signing, at: DateTime<Utc>) -> Event {
    let mut body = between(settings, "4339761418830368433", &settings.oa_id);
    body["user_id_by_app"] = json!("2372735685249892743");
    body["message"] = json!({ "msg_id": "This is message id", "text": "This is testing message" });
    Event { signing, ..event("user_send_text", body, at) }
}

fn between(settings: &SimSettings, sender: &str, recipient: &str) -> Value {
    json!({ "app_id": settings.app_id, "sender": { "id": sender }, "recipient": { "id": recipient } })
}

fn event(name: &str, mut body: Value, at: DateTime<Utc>) -> Event {
    let timestamp = at.timestamp_millis().to_string();
    // The other product's event calls its name «event».
    if body.get("event").is_none() {
        body["event_name"] = json!(name);
    }
    body["timestamp"] = json!(timestamp);
    Event { name: name.to_owned(), timestamp, body: body.to_string(), server: "OA OpenAPI", signing: Signing::Right }
}
