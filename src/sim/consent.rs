//! Consent of an administrator of the account: codes, and what they are good for (zalo-oa 3).

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use super::settings::SimSettings;
use super::token::{oauth_error, random_token};

/// A code lives this long, and works once.
const CODE_LIVES: TimeDelta = TimeDelta::minutes(10);

/// What an application asks an administrator for.
#[derive(Clone, Debug)]
pub struct Request {
    pub redirect_uri: Url,
    pub code_challenge: String,
    pub state: Option<String>,
}

impl Request {
    /// The question, if this application may put it.
    pub fn read(
        settings: &SimSettings,
        app_id: &str,
        redirect_uri: &str,
        code_challenge: &str,
        state: Option<String>,
    ) -> Result<Self, Value> {
        if app_id != settings.app_id {
            return Err(oauth_error(-14002, "Invalid app id"));
        }
        let redirect_uri = Url::parse(redirect_uri).ok().filter(|url| is_registered(settings, url));
        let redirect_uri = redirect_uri.ok_or_else(|| oauth_error(-14003, "Invalid redirect uri"))?;
        let challenge = Some(code_challenge).filter(|challenge| !challenge.is_empty()).map(str::to_owned);
        let challenge = challenge.or_else(|| settings.console_challenge.clone());
        let code_challenge = challenge.ok_or_else(|| oauth_error(-14024, "Missing code challenge"))?;
        Ok(Self { redirect_uri, code_challenge, state })
    }

    /// Where the administrator goes after saying yes, or no.
    pub fn answer(&self, oa_id: &str, code: Option<&str>) -> Url {
        let mut url = self.redirect_uri.clone();
        let mut query = url.query_pairs_mut();
        match code {
            Some(code) => query.append_pair("code", code).append_pair("oa_id", oa_id),
            // What Zalo says here is not known.
            None => query.append_pair("error", "access_denied"),
        };
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        if code.is_some() {
            query.append_pair("code_challenge", &self.code_challenge);
        }
        drop(query);
        url
    }
}

fn is_registered(settings: &SimSettings, url: &Url) -> bool {
    if !settings.redirect_uris.is_empty() {
        return settings.redirect_uris.contains(url);
    }
    let is_here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

/// The codes given out.
#[derive(Debug, Default)]
pub struct Grants(HashMap<String, (String, DateTime<Utc>)>);

impl Grants {
    /// A new code for whoever knows the verifier of this challenge.
    pub fn grant(&mut self, code_challenge: &str, at: DateTime<Utc>) -> String {
        let code = random_token();
        self.0.insert(code.clone(), (code_challenge.to_owned(), at + CODE_LIVES));
        code
    }

    /// Takes the code back, whatever comes of it.
    pub fn redeem(&mut self, code: &str, verifier: &str, at: DateTime<Utc>) -> Result<(), Value> {
        let granted = self.0.remove(code).filter(|(_, until)| at < *until);
        let (wanted, _) = granted.ok_or_else(|| oauth_error(-14019, "Invalid authorization code"))?;
        let is_known = challenge(verifier) == wanted;
        if is_known { Ok(()) } else { Err(oauth_error(-14024, "Invalid code verifier")) }
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + minutes * 60, 0).expect("a time")
    }

    fn code(result: Result<(), Value>) -> Result<(), Value> {
        result.map_err(|error| error["error"].clone())
    }

    #[test]
    fn the_challenge_is_the_one_of_the_sheet() {
        assert_eq!(challenge(VERIFIER), "fR4ifSAEy-7Mu6g7FHZulPKrtjqdAnUCwRFAJt2JFsA");
    }

    #[test]
    fn a_code_works_once_within_ten_minutes_for_whoever_knows_the_verifier() {
        let mut grants = Grants::default();
        let mut granted = || grants.grant(&challenge(VERIFIER), at(0));
        let (first, second, third) = (granted(), granted(), granted());
        assert_eq!(code(grants.redeem(&first, VERIFIER, at(9))), Ok(()));
        assert_eq!(code(grants.redeem(&first, VERIFIER, at(9))), Err((-14019).into()), "twice");
        assert_eq!(code(grants.redeem(&second, "guessed", at(1))), Err((-14024).into()));
        assert_eq!(code(grants.redeem(&second, VERIFIER, at(1))), Err((-14019).into()), "spent by the guess");
        assert_eq!(code(grants.redeem(&third, VERIFIER, at(10))), Err((-14019).into()), "too late");
    }
}
