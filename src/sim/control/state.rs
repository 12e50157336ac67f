//! How things stand.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::super::Zalo;
use super::super::bubble::{Bubble, Does, Side};
use super::super::phone::PhoneId;
use super::super::quirk::Quirk;
use super::super::world::{WebhookState, World};

pub async fn state(State(zalo): State<Zalo>) -> Json<Value> {
    let at = zalo.now();
    let world = zalo.world();
    let chances: serde_json::Map<String, Value> = Quirk::ALL
        .into_iter()
        .filter(|quirk| world.chances.rate(*quirk) > 0.0)
        .filter_map(|quirk| Some((json!(quirk).as_str()?.to_owned(), json!(world.chances.rate(quirk)))))
        .collect();
    let log: Vec<Value> = world.log.iter().rev().map(|line| json!({ "at": line.at, "text": line.text })).collect();
    Json(json!({
        "now": at,
        "webhook_url": world.webhook_url.as_str(),
        "is_subscribed": world.webhooks == WebhookState::On,
        "pending_webhooks": world.post.len(),
        "messages_sent": world.messages_sent,
        "uploads_this_month": world.uploads_this_month(at),
        "templates_left_today": world.daily_templates(at).1,
        "manners": world.manners,
        "chances": chances,
        "refusals": world.chances.refusals(),
        "phones": world.phones_on_page().into_iter().map(|id| citizen(&world, id)).collect::<Vec<_>>(),
        "log": log,
    }))
}

/// One citizen, without what stands on the phone.
pub fn citizen(world: &World, id: PhoneId) -> Value {
    let citizen = world.citizen(id);
    json!({
        "number": id.0,
        "name": citizen.name,
        "user_id": citizen.user_id,
        "user_id_by_app": citizen.user_id_by_app,
        "phone": citizen.phone,
        "conversation_id": citizen.anonymous_in,
        "is_follower": citizen.is_follower,
        "last_heard_at": citizen.last_heard_at,
        "standing": citizen.standing,
        "messages": citizen.bubbles.len(),
    })
}

/// One message as it stands on a phone.
pub fn bubble(bubble: &Bubble) -> Value {
    let picture = bubble.picture.as_ref();
    let picture = picture.map(|picture| json!({ "name": picture.name, "path": picture.path }));
    let buttons = bubble.choices.iter().map(|choice| {
        let (kind, value) = match &choice.does {
            Does::Say(payload) => ("oa.query.show", payload),
            Does::Whisper(payload) => ("oa.query.hide", payload),
            Does::Open(address) => ("oa.open.url", address),
            Does::Call(number) => ("oa.open.phone", number),
            Does::Text(number, _) => ("oa.open.sms", number),
        };
        json!({ "title": choice.title, "type": kind, "value": value })
    });
    json!({
        "msg_id": bubble.msg_id,
        "from": if bubble.from == Side::Citizen { "citizen" } else { "account" },
        "text": bubble.text,
        "picture": picture,
        "buttons": buttons.collect::<Vec<_>>(),
        "card": bubble.card.as_ref().map(|card| json!({ "title": card.title, "subtitle": card.subtitle })),
        "quote": bubble.quote,
        "template_id": bubble.template_id,
        "reaction": bubble.reaction,
        "at": bubble.at,
        "taken_at": bubble.taken_at,
    })
}
