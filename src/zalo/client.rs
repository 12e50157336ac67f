//! The calls we make to Zalo: chat messages, template messages, uploads, and what Zalo knows of the account and of people
//! (zalo-oa 2, 4, 5, 6).
//!
//! Whatever comes back is turned into an answer or a [`Refusal`] that carries the decision. Bodies are never logged.

use hmac::{Hmac, Mac};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

use super::account::{Asset, Profile, UserQuota};
use super::answer::{self, unanswered};
use super::codes::Host;
use super::message::{Message, Template};
use super::{body, endpoint, http, shape};

pub use super::account::User;
pub use super::answer::{Quota, Sent};
pub use super::refusal::{Decision, Refusal};

/// Speaks for the Official Account.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    api_url: Url,
    template_url: Url,
    app_secret: SecretString,
}

/// To whom a template message goes.
#[derive(Clone, Copy)]
pub enum Addressee<'a> {
    /// Zalo's id of somebody whom the account knows.
    User(&'a str),
    /// A phone number in E.164. `tracking_id` comes back with the receipt, at most 48 characters.
    Phone { number: &'a str, tracking_id: &'a str },
}

/// What is uploaded, and what Zalo limits it to (zalo-oa 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// JPEG or PNG, 1 MB.
    Image,
    /// 5 MB.
    Gif,
    /// PDF, DOC, DOCX, CSV; 5 MB.
    File,
}

const MEGABYTE: usize = 1024 * 1024;

impl Upload {
    fn path(self) -> &'static str {
        match self {
            Self::Image => "v2.0/oa/upload/image",
            Self::Gif => "v2.0/oa/upload/gif",
            Self::File => "v2.0/oa/upload/file",
        }
    }

    /// Bytes.
    pub fn limit(self) -> usize {
        match self {
            Self::Image => MEGABYTE,
            Self::Gif | Self::File => 5 * MEGABYTE,
        }
    }
}

impl Client {
    /// `api_url` is Zalo's message API (`https://openapi.zalo.me`), `template_url` the one of template messages by phone
    /// (`https://business.openapi.zalo.me`). Fails only where no TLS can be set up.
    pub fn new(api_url: &Url, template_url: &Url, app_secret: SecretString) -> reqwest::Result<Self> {
        Ok(Self { http: http()?, api_url: api_url.clone(), template_url: template_url.clone(), app_secret })
    }

    /// Sends `message` in the chat to the citizen with Zalo's id `user_id`. Takes ten seconds at most, as every call.
    pub async fn send(&self, token: &SecretString, user_id: &str, message: &Message) -> Result<Sent, Refusal> {
        let body = body::chat(user_id, message)?;
        let request = self.call(token, Host::Account, Method::POST, "v3.0/oa/message/cs").json(&body);
        Ok(Sent::read(&asked(Host::Account, request).await?))
    }

    /// Sends a template message, which needs no open window.
    pub async fn send_template(
        &self,
        token: &SecretString,
        to: Addressee<'_>,
        template: &Template,
    ) -> Result<Sent, Refusal> {
        let (host, path, body) = match to {
            Addressee::User(user_id) => {
                (Host::Account, "v3.0/oa/message/template", body::template_to_user(user_id, template))
            }
            Addressee::Phone { number, tracking_id } => {
                (Host::Templates, "message/template", body::template_to_phone(number, template, tracking_id)?)
            }
        };
        let request = self.call(token, host, Method::POST, path).json(&body);
        Ok(Sent::read(&asked(host, request).await?))
    }

    /// Uploads a file, and gives the id or token by which messages name it for 7 days. Zalo allows 5,000 uploads a month:
    /// [`upload`](super::upload) counts them.
    pub(super) async fn upload(
        &self,
        token: &SecretString,
        kind: Upload,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<String, Refusal> {
        if bytes.len() > kind.limit() {
            return Err(Refusal::never(format!("{} bytes, {} at most", bytes.len(), kind.limit())));
        }
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
        let request = self.call(token, Host::Account, Method::POST, kind.path()).multipart(form);
        let answer = asked(Host::Account, request).await?;
        let id = shape::id(&answer, "/data/attachment_id").or_else(|| shape::id(&answer, "/data/token"));
        id.ok_or_else(|| Refusal::unclear(Decision::Later, "an upload without an id", false))
    }

    /// What Zalo knows of a citizen. Never ask with the account's own id (the sender of receipts): it is refused.
    pub async fn user(&self, token: &SecretString, user_id: &str) -> Result<User, Refusal> {
        let data = json!({ "user_id": user_id }).to_string();
        let request = self.call(token, Host::Account, Method::GET, "v3.0/oa/user/detail").query(&[("data", data)]);
        Ok(User::read(&asked(Host::Account, request).await?))
    }

    /// How many more messages this citizen can be sent for nothing.
    pub async fn quota_of(&self, token: &SecretString, user_id: &str) -> Result<UserQuota, Refusal> {
        let request = self.call(token, Host::Account, Method::POST, "v3.0/oa/quota/message");
        Ok(UserQuota::read(&asked(Host::Account, request.json(&json!({ "user_id": user_id }))).await?))
    }

    /// The account's own allowances of chat messages.
    pub async fn quota(&self, token: &SecretString) -> Result<Vec<Asset>, Refusal> {
        let asks = json!({ "quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota" });
        let request = self.call(token, Host::Account, Method::POST, "v3.0/oa/quota/message").json(&asks);
        Ok(Asset::read_all(&asked(Host::Account, request).await?))
    }

    /// What is left of the day's template messages by phone.
    pub async fn template_quota(&self, token: &SecretString) -> Result<Option<Quota>, Refusal> {
        let request = self.call(token, Host::Templates, Method::GET, "message/quota");
        let answer = asked(Host::Templates, request).await?;
        // Here the figures stand by themselves, not under `quota`.
        let data = answer.get("data").cloned().unwrap_or_default();
        Ok(Sent::read(&json!({ "quota": data })).quota)
    }

    /// The Official Account itself.
    pub async fn profile(&self, token: &SecretString) -> Result<Profile, Refusal> {
        let request = self.call(token, Host::Account, Method::GET, "v2.0/oa/getoa");
        Ok(Profile::read(&asked(Host::Account, request).await?))
    }

    fn call(&self, token: &SecretString, host: Host, method: Method, path: &str) -> RequestBuilder {
        let base = match host {
            Host::Account => &self.api_url,
            Host::Templates => &self.template_url,
        };
        let request = self.http.request(method, endpoint(base, path));
        request.header("access_token", token.expose_secret()).header("appsecret_proof", proof(&self.app_secret, token))
    }
}

async fn asked(host: Host, request: RequestBuilder) -> Result<Value, Refusal> {
    match request.send().await {
        Ok(response) => answer::read(host, response).await,
        Err(error) => Err(unanswered(&error)),
    }
}

/// `appsecret_proof`: HMAC-SHA256 of the access token under the application's secret.
fn proof(app_secret: &SecretString, token: &SecretString) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(app_secret.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(token.expose_secret().as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_an_hmac_under_the_applications_secret() {
        // RFC 4231, test case 2
        assert_eq!(
            proof(&"Jefe".into(), &"what do ya want for nothing?".into()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
