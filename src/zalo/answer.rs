//! What Zalo answers to our calls, read leniently: errors come with HTTP 200, numbers as strings, the quota not always,
//! and now and then a gateway answers in HTML.

use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::codes::Host;
use super::refusal::{Decision, Refusal};
use super::shape;

/// A message that Zalo has taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Zalo's id of the message, by which receipts speak of it.
    pub message_id: Option<String>,
    pub quota: Option<Quota>,
}

/// From which allowance a message was taken, and what was left of it (zalo-oa 2.1 and 6). Sources disagree on its shape:
/// what is not understood is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// `reply`, `sub_quota`, `purchase_quota`, `reward_quota`, `welcome_msg`; `daily` for a template by phone.
    pub kind: Option<String>,
    pub left: Option<i64>,
    pub total: Option<i64>,
}

/// What Zalo calls the allowances that cost nothing.
const FREE: [&str; 2] = ["reply", "welcome_msg"];

impl Quota {
    /// Whether the message was free; none where the answer does not tell.
    pub fn is_free(&self) -> Option<bool> {
        self.kind.as_deref().map(|kind| FREE.contains(&kind))
    }

    fn read(answer: &Value) -> Option<Self> {
        let quota = answer.pointer("/data/quota").or_else(|| answer.get("quota"))?;
        let number = |names: [&str; 2]| names.iter().find_map(|name| shape::whole(quota, &format!("/{name}")));
        let by_phone = quota.get("remainingQuota").is_some().then(|| "daily".to_owned());
        let read = Self {
            kind: shape::id(quota, "/quota_type").or(by_phone),
            left: number(["remain", "remainingQuota"]),
            total: number(["total", "dailyQuota"]),
        };
        (read != Self::default()).then_some(read)
    }
}

impl Sent {
    pub(super) fn read(answer: &Value) -> Self {
        let message_id = shape::id(answer, "/data/message_id").or_else(|| shape::id(answer, "/data/msg_id"));
        Self { message_id, quota: Quota::read(answer) }
    }
}

/// The whole answer to a call that succeeded.
pub(super) async fn read(host: Host, response: Response) -> Result<Value, Refusal> {
    let status = response.status();
    let body = response.bytes().await.map_err(|error| unanswered(&error))?;
    let answer = serde_json::from_slice::<Value>(&body).unwrap_or_default();
    match shape::whole(&answer, "/error") {
        Some(0) if status.is_success() => Ok(answer),
        Some(code) if code != 0 && status != StatusCode::TOO_MANY_REQUESTS => Err(Refusal::from_code(host, code)),
        _ => Err(from_status(status)),
    }
}

/// A connection that was never made carried nothing; everything else may have.
pub(super) fn unanswered(error: &reqwest::Error) -> Refusal {
    if error.is_connect() {
        Refusal::unclear(Decision::Later, "no connection", false)
    } else if error.is_timeout() {
        Refusal::unclear(Decision::Later, "no answer in time", true)
    } else {
        Refusal::unclear(Decision::Later, "the connection broke", true)
    }
}

/// An answer without Zalo's envelope comes from a gateway before it.
fn from_status(status: StatusCode) -> Refusal {
    let reason = format!("HTTP {} without an answer of Zalo's", status.as_u16());
    match status {
        StatusCode::NOT_FOUND => Refusal::unclear(Decision::Stop, reason, false),
        StatusCode::TOO_MANY_REQUESTS => Refusal::unclear(Decision::BackOff, reason, false),
        _ if status.is_client_error() || status.is_redirection() => Refusal::unclear(Decision::Later, reason, false),
        _ => Refusal::unclear(Decision::Later, reason, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answer(status: u16, body: &str) -> Result<Sent, Refusal> {
        let response = axum::http::Response::builder().status(status).body(body.to_owned()).expect("a response");
        read(Host::Account, response.into()).await.map(|answer| Sent::read(&answer))
    }

    fn quota(kind: Option<&str>, left: Option<i64>, total: Option<i64>) -> Option<Quota> {
        Some(Quota { kind: kind.map(str::to_owned), left, total })
    }

    #[tokio::test]
    async fn answers_are_read_leniently() {
        let sent = |id: Option<&str>, quota| Ok(Sent { message_id: id.map(str::to_owned), quota });
        for (body, expected) in [
            (
                r#"{"error":0,"data":{"message_id":"e1a6","quota":{"quota_type":"reply","remain":"7","total":8}}}"#,
                sent(Some("e1a6"), quota(Some("reply"), Some(7), Some(8))),
            ),
            (r#"{"error":"0","data":{"message_id":17}}"#, sent(Some("17"), None)),
            (r#"{"error":0,"data":{"message_id":"a","quota":"none"}}"#, sent(Some("a"), None)),
            (r#"{"error":0,"data":{"message_id":"a","quota":{"remain":"soon"}}}"#, sent(Some("a"), None)),
            (r#"{"error":0}"#, sent(None, None)),
            (
                r#"{"error":0,"data":{"msg_id":"z1","quota":{"dailyQuota":"500","remainingQuota":"499"}}}"#,
                sent(Some("z1"), quota(Some("daily"), Some(499), Some(500))),
            ),
        ] {
            assert_eq!(answer(200, body).await, expected, "{body}");
        }
        assert_eq!(answer(200, r#"{"error":"-230"}"#).await, Err(Refusal::from_code(Host::Account, -230)));
        assert_eq!(answer(500, r#"{"error":-216}"#).await, Err(Refusal::from_code(Host::Account, -216)));
    }

    #[test]
    fn replies_in_the_window_are_free_and_everything_else_is_not() {
        let kind = |kind: &str| Quota { kind: Some(kind.to_owned()), ..Quota::default() };
        assert_eq!((kind("reply").is_free(), kind("welcome_msg").is_free()), (Some(true), Some(true)));
        assert_eq!((kind("sub_quota").is_free(), kind("daily").is_free()), (Some(false), Some(false)));
        assert_eq!(Quota::default().is_free(), None);
    }

    #[tokio::test]
    async fn an_answer_of_a_gateway_leaves_open_what_happened() {
        for (status, body, decision, perhaps_sent) in [
            (502, "<html>Bad gateway</html>", Decision::Later, true),
            (500, r#"{"error":0}"#, Decision::Later, true),
            (200, "<html>", Decision::Later, true),
            (200, "{}", Decision::Later, true),
            (429, "", Decision::BackOff, false),
            (429, r#"{"error":-1}"#, Decision::BackOff, false),
            (302, "", Decision::Later, false),
            (404, "empty or invalid API", Decision::Stop, false),
        ] {
            let refusal = answer(status, body).await.expect_err("no answer of Zalo's");
            assert_eq!((refusal.decision, refusal.perhaps_sent), (decision, perhaps_sent), "{status} {body}");
        }
    }
}
