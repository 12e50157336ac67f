//! The tokens of zalo-oa 3: an access token for 25 hours, a refresh token for three months that works once.

use chrono::{DateTime, Months, TimeDelta, Utc};
use rand::Rng;
use serde_json::{Value, json};

use super::rules::Refusal;

const ACCESS_SECONDS: i64 = 90_000;
const REFRESH_MONTHS: Months = Months::new(3);

/// What is valid now. Whatever else somebody brings was never valid or is not any more.
#[derive(Debug)]
pub struct Tokens {
    refresh: String,
    refresh_until: DateTime<Utc>,
    access: Option<(String, DateTime<Utc>)>,
    /// Access tokens that a newer one has replaced.
    replaced: Vec<String>,
}

impl Tokens {
    pub fn new(refresh: String, at: DateTime<Utc>) -> Self {
        Self { refresh, refresh_until: at + REFRESH_MONTHS, access: None, replaced: Vec::new() }
    }

    /// Trades the refresh token for a new pair. The answer is Zalo's, with `expires_in` as a string.
    pub fn refresh(&mut self, refresh_token: &str, at: DateTime<Utc>) -> Result<Value, Value> {
        if refresh_token != self.refresh {
            return Err(oauth_error(-14014, "Invalid refresh token"));
        }
        if at >= self.refresh_until {
            return Err(oauth_error(-14020, "Refresh token expired"));
        }
        Ok(self.issue(at))
    }

    /// A new pair, after which every older one is void.
    pub fn issue(&mut self, at: DateTime<Utc>) -> Value {
        self.replaced.extend(self.access.take().map(|(token, _)| token));
        let access = random_token();
        self.access = Some((access.clone(), at + TimeDelta::seconds(ACCESS_SECONDS)));
        self.refresh = random_token();
        self.refresh_until = at + REFRESH_MONTHS;
        let expires_in = ACCESS_SECONDS.to_string();
        json!({ "access_token": access, "refresh_token": self.refresh, "expires_in": expires_in })
    }

    /// Is this the access token of the moment?
    pub fn check(&self, token: &str, at: DateTime<Utc>) -> Result<(), Refusal> {
        match &self.access {
            Some((valid, until)) if valid == token && at < *until => Ok(()),
            Some((valid, _)) if valid == token => Err(Refusal::new(-220, "access_token is expired or removed")),
            _ if self.replaced.iter().any(|old| old == token) => {
                Err(Refusal::new(-220, "access_token is expired or removed"))
            }
            _ => Err(Refusal::new(-216, "Access token is invalid")),
        }
    }

    /// Nobody can refresh with what was given out so far, as when somebody else used the refresh token.
    pub fn lose_refresh_token(&mut self) {
        self.refresh = random_token();
    }

    /// As when 25 hours have passed.
    pub fn expire(&mut self) {
        self.replaced.extend(self.access.take().map(|(token, _)| token));
    }
}

/// The flat error object of the token endpoint, which comes with HTTP 200.
pub fn oauth_error(code: i32, what: &str) -> Value {
    json!({
        "error": code,
        "error_name": what,
        "error_reason": what,
        "ref_doc": "https://developers.zalo.me/docs",
        "error_description": what,
    })
}

pub fn random_token() -> String {
    hex::encode(rand::rng().random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + hours * 3600, 0).expect("a time")
    }

    fn field<'a>(pair: &'a Value, name: &str) -> &'a str {
        pair[name].as_str().expect("a string, as Zalo sends it")
    }

    #[test]
    fn a_refresh_token_works_once_and_brings_the_next() {
        let mut tokens = Tokens::new("first".to_owned(), at(0));
        let pair = tokens.refresh("first", at(0)).expect("a pair");
        assert_eq!(field(&pair, "expires_in"), "90000");
        assert_eq!(tokens.refresh("first", at(0)).expect_err("spent")["error"], -14014);
        assert!(tokens.refresh(field(&pair, "refresh_token"), at(1)).is_ok());
    }

    #[test]
    fn a_refresh_token_lives_three_months() {
        let mut tokens = Tokens::new("first".to_owned(), at(0));
        assert_eq!(tokens.refresh("first", at(24 * 93)).expect_err("too old")["error"], -14020);
    }

    #[test]
    fn an_access_token_lives_25_hours_or_until_the_next_one() {
        let mut tokens = Tokens::new("first".to_owned(), at(0));
        let pair = tokens.refresh("first", at(0)).expect("a pair");
        let access = field(&pair, "access_token");
        let code = |tokens: &Tokens, token: &str, hours| tokens.check(token, at(hours)).map_err(|refusal| refusal.code);
        assert_eq!(code(&tokens, access, 24), Ok(()));
        assert_eq!(code(&tokens, access, 25), Err(-220));
        assert_eq!(code(&tokens, "guessed", 0), Err(-216));

        let next = tokens.refresh(field(&pair, "refresh_token"), at(1)).expect("the next pair");
        assert_eq!(code(&tokens, access, 2), Err(-220), "replaced");
        assert_eq!(code(&tokens, field(&next, "access_token"), 2), Ok(()));
    }
}
