//! One application at Zalo's token API (zalo-oa 3).

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::TokenError;
use super::seal::Seal;
use crate::zalo::{endpoint, http, shape};

/// Where Zalo does not say how long a token lives. The shortest life that was ever seen.
const SHORTEST_LIFE: i64 = 3_600;
/// A refresh token that Zalo no longer takes: invalid, expired.
const LOST: [i64; 2] = [-14014, -14020];

/// Who asks for tokens, and how they are kept.
#[derive(Clone, Debug)]
pub struct Application {
    http: reqwest::Client,
    pub(super) oauth_url: Url,
    pub(super) app_id: String,
    app_secret: SecretString,
    pub(super) seal: Seal,
}

/// A pair that Zalo has just given.
#[derive(Debug)]
pub(super) struct Pair {
    pub access: SecretString,
    pub refresh: SecretString,
    pub expires_at: DateTime<Utc>,
}

impl Application {
    /// `keys` encrypt the tokens, newest first; without any, one is made from `app_secret`. Fails only where no TLS can be
    /// set up.
    pub fn new(
        oauth_url: &Url,
        app_id: &str,
        app_secret: SecretString,
        keys: &[SecretString],
    ) -> reqwest::Result<Self> {
        let seal = Seal::new(app_id, keys, &app_secret);
        Ok(Self { http: http()?, oauth_url: oauth_url.clone(), app_id: app_id.to_owned(), app_secret, seal })
    }

    /// Where an administrator of the Official Account consents (zalo-oa 3.1).
    pub(super) fn permission_url(&self, parameters: &[(&str, &str)]) -> Url {
        let mut url = self.oauth_url.clone();
        let path = format!("{}/v4/oa/permission", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url.query_pairs_mut().append_pair("app_id", &self.app_id).extend_pairs(parameters);
        url
    }

    /// The next pair for a refresh token.
    pub(super) async fn refresh(&self, token: &SecretString, at: DateTime<Utc>) -> Result<Pair, TokenError> {
        self.ask(&[("grant_type", "refresh_token"), ("refresh_token", token.expose_secret())], at).await
    }

    /// The first pair for a code that came back from the consent.
    pub(super) async fn redeem(
        &self,
        code: &SecretString,
        verifier: &SecretString,
        at: DateTime<Utc>,
    ) -> Result<Pair, TokenError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("code_verifier", verifier.expose_secret()),
        ];
        self.ask(&form, at).await
    }

    /// One call to Zalo.
    async fn ask(&self, grant: &[(&str, &str)], at: DateTime<Utc>) -> Result<Pair, TokenError> {
        let unclear = |error: reqwest::Error| TokenError::Unclear(error.without_url().to_string());
        let form = [&[("app_id", self.app_id.as_str())], grant].concat();
        let endpoint = endpoint(&self.oauth_url, "v4/oa/access_token");
        let request = self.http.post(endpoint).header("secret_key", self.app_secret.expose_secret()).form(&form);
        let response = request.send().await.map_err(unclear)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(unclear)?;
        read_pair(&body, at).unwrap_or_else(|| Err(TokenError::Unclear(format!("HTTP {status}"))))
    }
}

/// Zalo's answer; none where it is not Zalo's. Errors come flat and with HTTP 200, the life of a token as a string.
fn read_pair(body: &[u8], at: DateTime<Utc>) -> Option<Result<Pair, TokenError>> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    match shape::whole(&answer, "/error") {
        Some(code) if LOST.contains(&code) => return Some(Err(TokenError::Lost { code })),
        Some(code) if code != 0 => return Some(Err(TokenError::Refused { code })),
        _ => {}
    }
    let life = shape::whole(&answer, "/expires_in").filter(|life| (1..=365 * 86_400).contains(life));
    Some(Ok(Pair {
        access: shape::text(&answer, "/access_token")?.into(),
        refresh: shape::text(&answer, "/refresh_token")?.into(),
        expires_at: at + TimeDelta::seconds(life.unwrap_or(SHORTEST_LIFE)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(expires_in: &str) -> i64 {
        let at = DateTime::UNIX_EPOCH;
        let body = format!(r#"{{"access_token":"a","refresh_token":"r"{expires_in}}}"#);
        let pair = read_pair(body.as_bytes(), at).expect("an answer").expect("a pair");
        (pair.expires_at - at).num_seconds()
    }

    #[test]
    fn the_life_of_a_token_is_a_string_or_a_number() {
        assert_eq!(life(r#","expires_in":"90000""#), 90_000);
        assert_eq!(life(r#","expires_in":90000"#), 90_000);
        assert_eq!(life(""), SHORTEST_LIFE);
        assert_eq!(life(r#","expires_in":"-5""#), SHORTEST_LIFE);
    }

    #[test]
    fn errors_come_flat() {
        let read = |body: &str| read_pair(body.as_bytes(), DateTime::UNIX_EPOCH).map(|answer| answer.map(|_| ()));
        for code in LOST {
            let body = format!(r#"{{"error":{code},"error_name":"x"}}"#);
            assert!(matches!(read(&body), Some(Err(TokenError::Lost { code: lost })) if lost == code));
        }
        assert!(matches!(read(r#"{"error":"-14002"}"#), Some(Err(TokenError::Refused { code: -14002 }))));
        assert!(read("<html>").is_none());
        assert!(read(r#"{"access_token":"a"}"#).is_none());
    }
}
