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
}

/// A message from the citizen: `user_send_text`, `user_send_image` …
pub fn from_citizen(settings: &SimSettings, citizen: &Citizen, name: &str, message: Value, at: DateTime<Utc>) -> Event {
    let body = json!({
        "app_id": settings.app_id,
        "user_id_by_app": citizen.user_id_by_app,
        "event_name": name,
        "sender": { "id": citizen.user_id },
        "recipient": { "id": settings.oa_id },
        "message": message,
    });
    event(name, body, at)
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
    let body = json!({
        "app_id": settings.app_id,
        "user_id_by_app": citizen.user_id_by_app,
        "event_name": "user_submit_info",
        "sender": { "id": citizen.user_id },
        "recipient": { "id": settings.oa_id },
        "info": info,
    });
    event("user_submit_info", body, at)
}

/// A message or a receipt in the account's name: the account is the sender, also of `user_received_message`.
pub fn from_account(settings: &SimSettings, citizen: &Citizen, name: &str, message: Value, at: DateTime<Utc>) -> Event {
    let body = json!({
        "app_id": settings.app_id,
        "user_id_by_app": citizen.user_id_by_app,
        "event_name": name,
        "sender": { "id": settings.oa_id },
        "recipient": { "id": citizen.user_id },
        "message": message,
    });
    event(name, body, at)
}

/// Somebody of the office wrote in Zalo's own chat tool: the echo names who.
pub fn from_officer(settings: &SimSettings, citizen: &Citizen, message: Value, at: DateTime<Utc>) -> Event {
    let body = json!({
        "app_id": settings.app_id,
        "user_id_by_app": citizen.user_id_by_app,
        "event_name": "oa_send_text",
        "sender": { "id": settings.oa_id, "admin_id": "5000000000000000005" },
        "recipient": { "id": citizen.user_id },
        "message": message,
    });
    event("oa_send_text", body, at)
}

/// The citizen wants their data deleted.
pub fn withdraw(settings: &SimSettings, citizen: &Citizen, at: DateTime<Utc>) -> Event {
    let body = json!({
        "app_id": settings.app_id,
        "oa_id": settings.oa_id,
        "user_id": citizen.user_id,
        "user_id_by_app": citizen.user_id_by_app,
        "event_name": "user_withdraw",
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
        "event_name": name,
        "source": "oa_profile",
        "app_id": settings.app_id,
    });
    event(name, body, at)
}

fn event(name: &str, mut body: Value, at: DateTime<Utc>) -> Event {
    let timestamp = at.timestamp_millis().to_string();
    body["timestamp"] = json!(timestamp);
    Event { name: name.to_owned(), timestamp, body: body.to_string() }
}
