//! Template messages: what a template takes, and who may be sent one (zalo-oa 2.4 and 6).

use serde_json::{Map, Value};

use super::Refusal;
use crate::vietnamese::nfc;

/// The longest `tracking_id`.
const TRACKING_LIMIT: usize = 48;

/// A template that the account has had approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub id: String,
    /// Name and greatest length in characters; every one is required.
    pub params: Vec<(String, usize)>,
    /// May be sent by user id. Older ones may not (-249).
    pub by_uid: bool,
    /// Zalo's people have approved it (else -131).
    pub is_approved: bool,
}

impl Template {
    /// An approved one that can be sent by user id, too.
    pub fn new(id: &str, params: &[(&str, usize)]) -> Self {
        let params = params.iter().map(|(name, limit)| ((*name).to_owned(), *limit)).collect();
        Self { id: id.to_owned(), params, by_uid: true, is_approved: true }
    }

    /// What would stand in the message: each parameter with its value. Numbers are those of the template host.
    pub fn fill(&self, data: &Value) -> Result<Vec<(String, String)>, Refusal> {
        let data = data.as_object().filter(|data| !data.is_empty()).ok_or_else(|| fault(-111))?;
        if data.keys().any(|key| self.params.iter().all(|(name, _)| name != key)) {
            return Err(fault(-132));
        }
        self.params.iter().map(|(name, limit)| Ok((name.clone(), value(data, name, *limit)?))).collect()
    }
}

fn value(data: &Map<String, Value>, name: &str, limit: usize) -> Result<String, Refusal> {
    let text = match data.get(name) {
        None | Some(Value::Null) => return Err(fault(-1122)),
        Some(Value::String(text)) => nfc(text),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(fault(-1124)),
    };
    if text.trim().is_empty() {
        return Err(fault(-1122));
    }
    if text.chars().count() > limit { Err(fault(-1121)) } else { Ok(text) }
}

/// The number as the OA API would say it, for a send by user id.
pub fn by_user_id(refusal: Refusal) -> Refusal {
    match refusal.code {
        -109 | -131 => Refusal::invalid("template_id"),
        -1121 => Refusal::of(-210),
        -111 | -132 | -1122 | -1124 => Refusal::invalid("template_data"),
        _ => refusal,
    }
}

/// `84…` or `+84…` with nine digits behind; never `0…`. Gives the number without the plus.
pub fn phone(value: &Value) -> Result<&str, Refusal> {
    let number = value.as_str().ok_or_else(|| fault(-108))?;
    let digits = number.strip_prefix('+').unwrap_or(number);
    let is_number = digits.len() == 11 && digits.starts_with("84") && digits.bytes().all(|sign| sign.is_ascii_digit());
    is_number.then_some(digits).ok_or_else(|| fault(-108))
}

/// The sender's own id of the message, required since 2026.
pub fn tracking_id(value: &Value) -> Result<&str, Refusal> {
    let id = value.as_str().filter(|id| !id.is_empty() && id.chars().count() <= TRACKING_LIMIT);
    id.ok_or_else(|| Refusal::new(-132, "tracking_id is invalid"))
}

/// "1" is the normal mode, "3" beyond the quota for those who were selected; we were not.
pub fn sending_mode(value: &Value) -> Result<(), Refusal> {
    match value {
        Value::Null => Ok(()),
        Value::String(mode) if mode == "1" => Ok(()),
        _ => Err(fault(-161)),
    }
}

fn fault(code: i32) -> Refusal {
    Refusal::of_template_host(code)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code<T>(result: Result<T, Refusal>) -> Result<T, i32> {
        result.map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_template_takes_its_parameters_and_no_others() {
        let template = Template::new("300001", &[("name", 30), ("status", 5)]);
        let fill = |data: Value| code(template.fill(&data)).map(|_| ());
        assert_eq!(fill(json!({ "name": "ế".repeat(30), "status": 5 })), Ok(()));
        assert_eq!(fill(json!({ "name": "e\u{302}\u{301}".repeat(30), "status": "a" })), Ok(()), "composed first");
        assert_eq!(fill(json!({ "name": "ế".repeat(31), "status": "a" })), Err(-1121));
        assert_eq!(fill(json!({ "name": "Lan" })), Err(-1122));
        assert_eq!(fill(json!({ "name": "Lan", "status": " " })), Err(-1122));
        assert_eq!(fill(json!({ "name": "Lan", "status": [] })), Err(-1124));
        assert_eq!(fill(json!({ "name": "Lan", "status": "a", "more": "b" })), Err(-132));
        assert_eq!(fill(json!({})), Err(-111));
    }

    #[test]
    fn a_phone_number_begins_with_84() {
        let number = |text: &str| code(phone(&json!(text)).map(str::to_owned));
        assert_eq!(number("84987654321").as_deref(), Ok("84987654321"));
        assert_eq!(number("+84987654321").as_deref(), Ok("84987654321"));
        for wrong in ["0987654321", "8498765432", "849876543210", "84 98765432", "", "++84987654321"] {
            assert_eq!(number(wrong), Err(-108), "{wrong}");
        }
        assert_eq!(code(phone(&json!(84_987_654_321_u64)).map(str::to_owned)), Err(-108), "a number");
    }

    #[test]
    fn a_tracking_id_is_required_and_short() {
        assert_eq!(code(tracking_id(&json!("a".repeat(48)))).map(str::len), Ok(48));
        assert_eq!(code(tracking_id(&json!("a".repeat(49)))), Err(-132));
        assert_eq!(code(tracking_id(&json!(null))), Err(-132));
    }
}
