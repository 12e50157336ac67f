//! What may be asked of people and of the account itself (zalo-oa 2.5, 4).

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, authorised, body_of};
use crate::clock::hanoi;
use crate::sim::Zalo;
use crate::sim::citizen::{Citizen, Shape};
use crate::sim::rules::{Refusal, unknown_recipient};

/// How long the account's package runs from the beginning.
const PACKAGE: TimeDelta = TimeDelta::days(365);

/// Of one citizen, or of the account's own quotas.
pub async fn quota(State(zalo): State<Zalo>, headers: HeaderMap, body: Bytes) -> Response {
    let at = zalo.now();
    answer(body_of(&zalo, &headers, &body).and_then(|body| match body["quota_owner"].as_str() {
        Some("OA") => Ok(assets(&zalo, &body)),
        Some(_) => Err(Refusal::invalid("quota_owner")),
        None => of_citizen(&zalo, &body, at),
    }))
}

fn assets(zalo: &Zalo, asked: &Value) -> Value {
    let kind = |field: &str, usual: &str| asked[field].as_str().unwrap_or(usual).to_owned();
    json!([{
        "asset_id": "6000000000000000006",
        "product_type": kind("product_type", "cs"),
        "quota_type": kind("quota_type", "sub_quota"),
        "valid_through": say_day(zalo.world().began_at + PACKAGE),
        "total": 1_000,
        "remain": 1_000,
        "status": "available",
        "used_id": "",
    }])
}

fn of_citizen(zalo: &Zalo, body: &Value, at: DateTime<Utc>) -> Result<Value, Refusal> {
    let world = zalo.world();
    let id = world.find(body["user_id"].as_str().unwrap_or_default()).ok_or_else(unknown_recipient)?;
    let citizen = world.citizen(id);
    let last = citizen.last_heard_at.map(|heard| hanoi(heard).format("%d/%m/%Y %H:%M:%S").to_string());
    Ok(json!({
        "last_interaction": last,
        "cs_reply": { "remain": citizen.free_replies(at), "total": 8 },
        "promotion": { "daily_remain": 1, "daily_total": 1, "monthly_remain": 4, "monthly_total": 4 },
    }))
}

#[derive(Deserialize)]
pub struct DataQuery {
    #[serde(default)]
    data: String,
}

pub async fn user_detail(State(zalo): State<Zalo>, headers: HeaderMap, Query(query): Query<DataQuery>) -> Response {
    answer(authorised(&zalo, &headers).and_then(|()| {
        let data: Value = serde_json::from_str(&query.data).unwrap_or_default();
        let world = zalo.world();
        let id = world.find(data["user_id"].as_str().unwrap_or_default()).ok_or_else(unknown_recipient)?;
        let citizen = world.citizen(id);
        Ok(json!({
            "user_id": citizen.user_id,
            "user_id_by_app": citizen.user_id_by_app,
            "user_external_id": "",
            "display_name": citizen.name,
            "user_alias": citizen.name,
            "is_sensitive": false,
            "user_last_interaction_date": citizen.last_heard_at.map(say_day).unwrap_or_default(),
            "user_is_follower": citizen.is_follower,
            "avatar": "",
            "avatars": { "120": "", "240": "" },
            "dynamic_param": "",
            "tags_and_notes_info": { "notes": [], "tag_names": [] },
            "shared_info": shared_info(citizen),
        }))
    }))
}

/// Only what the citizen sent by the contact form; the phone at times as a number.
fn shared_info(citizen: &Citizen) -> Value {
    let Some(shared) = &citizen.shared else { return json!({}) };
    let number = shared.phone.parse::<u64>().ok().filter(|_| shared.shape == Shape::Old);
    json!({
        "name": shared.name,
        "phone": number.map_or_else(|| json!(shared.phone), |number| json!(number)),
        "address": shared.address,
        "city": shared.city,
        "district": shared.district,
        "user_dob": "",
    })
}

/// The account itself.
pub async fn profile(State(zalo): State<Zalo>, headers: HeaderMap) -> Response {
    answer(authorised(&zalo, &headers).map(|()| {
        let world = zalo.world();
        json!({
            "oa_id": zalo.settings().oa_id,
            "oaid": zalo.settings().oa_id,
            "name": "Phản ánh, kiến nghị Hà Nội",
            "description": "Tài khoản mô phỏng",
            "oa_alias": "pakn-ha-noi",
            "is_verified": true,
            "oa_type": 4,
            "cate_name": "Cơ quan nhà nước",
            "num_follower": world.followers(),
            "avatar": "",
            "cover": "",
            "package_name": "Toàn diện",
            "package_valid_through_date": say_day(world.began_at + PACKAGE),
        })
    }))
}

/// What the citizen shared is forgotten.
pub async fn forget(State(zalo): State<Zalo>, headers: HeaderMap, body: Bytes) -> Response {
    let at = zalo.now();
    answer(body_of(&zalo, &headers, &body).and_then(|body| {
        zalo.change(|world| {
            let id = world.find(body["user_id"].as_str().unwrap_or_default()).ok_or_else(unknown_recipient)?;
            let citizen = world.citizen_mut(id);
            citizen.shared = None;
            let told = format!("Dịch vụ xoá thông tin của {} trên Zalo", citizen.name);
            world.note(at, told);
            Ok(json!({}))
        })
    }))
}

fn say_day(at: DateTime<Utc>) -> String {
    hanoi(at).format("%d/%m/%Y").to_string()
}
