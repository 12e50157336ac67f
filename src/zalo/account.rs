//! What Zalo knows: of the account, its allowances, and of people (zalo-oa 2.5, 4).

pub mod kept;

use chrono::NaiveDate;
use serde_json::Value;

use super::shape;
use crate::privacy::Personal;

/// The Official Account, as Zalo shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub oa_id: Option<String>,
    pub name: Option<String>,
    pub is_verified: Option<bool>,
    pub followers: Option<i64>,
    /// The plan, and the last day it is paid for.
    pub package: Option<String>,
    pub package_until: Option<NaiveDate>,
}

impl Profile {
    pub(super) fn read(answer: &Value) -> Self {
        let until = shape::text(answer, "/data/package_valid_through_date");
        Self {
            oa_id: shape::id(answer, "/data/oa_id").or_else(|| shape::id(answer, "/data/oaid")),
            name: shape::text(answer, "/data/name"),
            is_verified: answer.pointer("/data/is_verified").and_then(Value::as_bool),
            followers: shape::whole(answer, "/data/num_follower"),
            package: shape::text(answer, "/data/package_name"),
            package_until: until.as_deref().and_then(day),
        }
    }
}

/// «31/12/2026», also with an hour behind it.
fn day(text: &str) -> Option<NaiveDate> {
    let day = text.split_whitespace().find(|part| part.contains('/'))?;
    NaiveDate::parse_from_str(day, "%d/%m/%Y").ok()
}

/// One allowance of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asset {
    pub kind: Option<String>,
    pub left: Option<i64>,
    pub total: Option<i64>,
    pub until: Option<NaiveDate>,
}

impl Asset {
    pub(super) fn read_all(answer: &Value) -> Vec<Self> {
        let list = answer.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        let read = |asset: &Value| Self {
            kind: shape::id(asset, "/quota_type"),
            left: shape::whole(asset, "/remain"),
            total: shape::whole(asset, "/total"),
            until: shape::text(asset, "/valid_through").as_deref().and_then(day),
        };
        list.iter().map(read).collect()
    }
}

/// What can still be written to one citizen for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserQuota {
    pub free_left: Option<i64>,
    pub free_total: Option<i64>,
}

impl UserQuota {
    pub(super) fn read(answer: &Value) -> Self {
        Self {
            free_left: shape::whole(answer, "/data/cs_reply/remain"),
            free_total: shape::whole(answer, "/data/cs_reply/total"),
        }
    }
}

/// A citizen, as Zalo knows them. Phone and address are there only where the citizen sent Zalo's contact form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct User {
    pub user_id: Option<String>,
    pub user_id_by_app: Option<String>,
    pub display_name: Option<Personal>,
    pub is_follower: Option<bool>,
    pub last_interaction_on: Option<NaiveDate>,
    pub shared_phone: Option<Personal>,
}

impl User {
    pub(super) fn read(answer: &Value) -> Self {
        let last = shape::text(answer, "/data/user_last_interaction_date");
        Self {
            user_id: shape::id(answer, "/data/user_id"),
            user_id_by_app: shape::id(answer, "/data/user_id_by_app"),
            display_name: shape::text(answer, "/data/display_name").map(Personal::from),
            is_follower: answer.pointer("/data/user_is_follower").and_then(Value::as_bool),
            last_interaction_on: last.as_deref().and_then(day),
            shared_phone: shape::text_or_digits(answer, "/data/shared_info/phone").map(Personal::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_zalo_knows_is_read_leniently() {
        let profile = Profile::read(&json!({"data": {"oaid": 4_000_000_000_000_000_004_u64, "name": "Phản ánh Hà Nội",
            "is_verified": true, "num_follower": "1284", "package_valid_through_date": "31/12/2026"}}));
        assert_eq!(profile.oa_id.as_deref(), Some("4000000000000000004"));
        assert_eq!((profile.followers, profile.package_until), (Some(1284), NaiveDate::from_ymd_opt(2026, 12, 31)));
        assert_eq!(Profile::read(&json!({"data": {"name": 7}})), Profile::default());

        let assets = Asset::read_all(&json!({"data": [{"quota_type": "sub_quota", "remain": "180", "total": 2000,
            "valid_through": "23:59 31/12/2026"}, {}]}));
        assert_eq!((assets[0].left, assets[0].total), (Some(180), Some(2000)));
        assert_eq!(assets[0].until, NaiveDate::from_ymd_opt(2026, 12, 31));
        assert_eq!(assets[1], Asset::default());
        assert!(Asset::read_all(&json!({"data": {}})).is_empty());

        let quota = UserQuota::read(&json!({"data": {"cs_reply": {"remain": 7, "total": "8"}}}));
        assert_eq!((quota.free_left, quota.free_total), (Some(7), Some(8)));

        let user = User::read(&json!({"data": {"user_id": "2", "display_name": "Lan", "user_is_follower": false,
            "user_last_interaction_date": "18/11/2026", "shared_info": {"phone": 84_987_654_321_u64}}}));
        assert_eq!(user.shared_phone.as_ref().map(Personal::reveal), Some("84987654321"));
        assert_eq!((user.is_follower, user.last_interaction_on), (Some(false), NaiveDate::from_ymd_opt(2026, 11, 18)));
    }
}
