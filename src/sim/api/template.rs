//! Template messages by user id (zalo-oa 2.4), and the template host (zalo-oa 6).

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::message::quota as paid_with;
use super::{answer, authorised, body_of, noted};
use crate::sim::Zalo;
use crate::sim::rules::Refusal;
use crate::sim::rules::template::Template;

pub async fn by_user_id(State(zalo): State<Zalo>, headers: HeaderMap, body: Bytes) -> Response {
    let at = zalo.now();
    let sent = body_of(&zalo, &headers, &body).and_then(|body| zalo.change(|world| world.accept_template(&body, at)));
    let data = sent.map(|receipt| {
        let sent_time = at.timestamp_millis().to_string();
        let mut data = json!({ "message_id": receipt.message_id, "user_id": receipt.user_id, "sent_time": sent_time });
        if let Some(quota) = paid_with(&zalo, None, at) {
            data["quota"] = quota;
        }
        data
    });
    answer(noted(&zalo, data))
}

pub async fn by_phone(State(zalo): State<Zalo>, headers: HeaderMap, body: Bytes) -> Response {
    let at = zalo.now();
    let sent = host_body(&zalo, &headers, &body);
    let sent = sent.and_then(|body| zalo.change(|world| world.accept_phone_template(&body, at)));
    let data = sent.map(|receipt| {
        let (total, left) = receipt.daily;
        json!({
            "msg_id": receipt.message_id,
            "sent_time": at.timestamp_millis().to_string(),
            "sending_mode": "1",
            "quota": { "dailyQuota": total.to_string(), "remainingQuota": left.to_string() },
        })
    });
    answer(noted(&zalo, data))
}

fn host_body(zalo: &Zalo, headers: &HeaderMap, body: &Bytes) -> Result<Value, Refusal> {
    host_authorised(zalo, headers)?;
    if body.is_empty() {
        return Err(Refusal::of_template_host(-121));
    }
    serde_json::from_slice(body).map_err(|_| Refusal::of_template_host(-122))
}

fn host_authorised(zalo: &Zalo, headers: &HeaderMap) -> Result<(), Refusal> {
    authorised(zalo, headers).map_err(Refusal::on_template_host)
}

#[derive(Deserialize)]
pub struct StatusQuery {
    #[serde(default)]
    message_id: String,
}

/// 1 delivered, 0 accepted, -1 unknown.
pub async fn status(State(zalo): State<Zalo>, headers: HeaderMap, Query(query): Query<StatusQuery>) -> Response {
    let at = zalo.now();
    answer(host_authorised(&zalo, &headers).map(|()| match zalo.world().phone_message(&query.message_id) {
        Some(delivered_at) if delivered_at <= at => {
            let delivery_time = delivered_at.timestamp_millis().to_string();
            json!({ "status": 1, "message": "Delivered", "delivery_time": delivery_time })
        }
        Some(_) => json!({ "status": 0, "message": "Accepted" }),
        None => json!({ "status": -1, "message": "Unknown" }),
    }))
}

/// Numbers here, unlike in the answer to a message.
pub async fn quota(State(zalo): State<Zalo>, headers: HeaderMap) -> Response {
    let at = zalo.now();
    answer(host_authorised(&zalo, &headers).map(|()| {
        let (total, left) = zalo.world().daily_templates(at);
        json!({
            "dailyQuota": total, "remainingQuota": left,
            "dailyQuotaPromotion": null, "remainingQuotaPromotion": null,
            "monthlyPromotionQuota": 0, "remainingMonthlyPromotionQuota": 0,
            "estimatedNextMonthPromotionQuota": 0,
        })
    }))
}

pub async fn all(State(zalo): State<Zalo>, headers: HeaderMap) -> Response {
    answer(host_authorised(&zalo, &headers).map(|()| {
        let templates = zalo.settings().templates.iter();
        templates.map(|template| json!({ "templateId": template.id, "templateName": name(template), "createdTime": 0, "status": state(template), "templateQuality": "HIGH" })).collect()
    }))
}

#[derive(Deserialize)]
pub struct InfoQuery {
    #[serde(default)]
    template_id: String,
}

pub async fn info(State(zalo): State<Zalo>, headers: HeaderMap, Query(query): Query<InfoQuery>) -> Response {
    answer(host_authorised(&zalo, &headers).and_then(|()| {
        let template = zalo.settings().templates.iter().find(|template| template.id == query.template_id);
        let template = template.ok_or_else(|| Refusal::of_template_host(-109))?;
        let params = template.params.iter().map(|(name, limit)| {
            json!({ "name": name, "require": true, "type": "STRING", "maxLength": limit, "minLength": 1, "acceptNull": false })
        });
        Ok(json!({
            "templateId": template.id,
            "templateName": name(template),
            "status": state(template),
            "listParams": params.collect::<Vec<_>>(),
            "listButtons": [],
            "templateTag": "TRANSACTION",
            "price": "200",
        }))
    }))
}

fn name(template: &Template) -> String {
    format!("Mẫu {}", template.id)
}

fn state(template: &Template) -> &'static str {
    if template.is_approved { "ENABLE" } else { "PENDING_REVIEW" }
}
