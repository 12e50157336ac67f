//! Single sign-on with the city's accounts by OpenID Connect: authorization code, PKCE, state and nonce.
//!
//! It only tells who somebody is there. Accounts are opened by people; an account is found by the subject it is bound to, or
//! bound once, by an e-mail address that the city has verified.

use anyhow::{Context, anyhow, ensure};
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse, http,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use std::time::Duration;
use subtle::ConstantTimeEq;
use url::Url;

use crate::config::SingleSignOn;

/// The path that the city's sign-in sends browsers back to.
pub const CALLBACK: &str = "/admin/login/single-sign-on/callback";
/// A call that takes longer is given up.
const CALL_LIMIT: Duration = Duration::from_secs(10);

/// The way to the city's sign-in.
#[derive(Clone)]
pub struct SignOn {
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: SecretString,
    redirect: RedirectUrl,
    http: reqwest::Client,
}

/// What somebody took along who left for the city's sign-in; must be there when they come back.
#[derive(Serialize, Deserialize)]
pub struct Leave {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    /// Where they wanted to go.
    pub next: String,
}

/// What the browser brings back.
#[derive(Debug, Deserialize)]
pub struct Return {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// Who somebody is, as the city says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    /// Only one that the city has verified, in small letters.
    pub email: Option<String>,
}

impl SignOn {
    pub fn new(settings: &SingleSignOn, public_url: &Url) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(CALL_LIMIT)
            .connect_timeout(CALL_LIMIT / 2)
            // a redirect would lead our secret to whatever host it names
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let redirect = format!("{}{CALLBACK}", public_url.as_str().trim_end_matches('/'));
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone())?,
            client_id: ClientId::new(settings.client_id.clone()),
            secret: settings.client_secret.clone(),
            redirect: RedirectUrl::new(redirect)?,
            http,
        })
    }

    /// Where to send the browser, and what it must come back with.
    pub async fn begin(&self, next: &str) -> anyhow::Result<(Url, Leave)> {
        let metadata = self.metadata().await?;
        let client = CoreClient::from_provider_metadata(metadata, self.client_id.clone(), None)
            .set_redirect_uri(self.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok((address, Leave { state, nonce, verifier, next: next.to_owned() }))
    }

    /// Who came back. The answer must belong to the question: same state, same nonce, signed for us, not run out.
    pub async fn finish(&self, leave: Leave, back: &Return, at: DateTime<Utc>) -> anyhow::Result<Identity> {
        let is_same: bool = leave.state.secret().as_bytes().ct_eq(back.state.as_bytes()).into();
        ensure!(is_same, "the state is another");
        ensure!(!back.code.is_empty(), "there is no code");
        let secret = ClientSecret::new(self.secret.expose_secret().to_owned());
        let client = CoreClient::from_provider_metadata(self.metadata().await?, self.client_id.clone(), Some(secret))
            .set_redirect_uri(self.redirect.clone());
        let http = self.http();
        let answer = client
            .exchange_code(AuthorizationCode::new(back.code.clone()))?
            .set_pkce_verifier(leave.verifier)
            .request_async(&http)
            .await
            // its cause may carry the answer's body, and that may carry tokens
            .map_err(|_| anyhow!("the code was not exchanged"))?;
        let token = answer.id_token().context("there is no ID token")?;
        let verifier = client.id_token_verifier().set_time_fn(move || at);
        let claims = token.claims(&verifier, &leave.nonce).context("the ID token does not hold")?;
        if let Some(hash) = claims.access_token_hash() {
            let (algorithm, key) = (token.signing_alg()?, token.signing_key(&verifier)?);
            let own = AccessTokenHash::from_token(answer.access_token(), algorithm, key)?;
            ensure!(own == *hash, "the access token is another");
        }
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        Ok(Identity {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            email: email.map(|email| email.as_str().trim().to_lowercase()),
        })
    }

    /// Asked anew each time: officers sign in once a day, and keys are changed without notice.
    async fn metadata(&self) -> anyhow::Result<CoreProviderMetadata> {
        let http = self.http();
        CoreProviderMetadata::discover_async(self.issuer.clone(), &http)
            .await
            .context("OIDC_ISSUER does not answer as one")
    }

    fn http(&self) -> impl Fn(HttpRequest) -> BoxedCall + use<> {
        let client = self.http.clone();
        move |request| Box::pin(call(client.clone(), request))
    }
}

type BoxedCall = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send>>;

/// The city's sign-in did not answer.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error(transparent)]
    Unanswered(#[from] reqwest::Error),
    #[error(transparent)]
    Unreadable(#[from] http::Error),
}

async fn call(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let answer = client.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?.to_vec())?)
}

/// The account this is, if it is open: the one bound to it; else the one with its address, which is bound now, for good.
pub async fn officer_of(connection: &mut PgConnection, identity: &Identity) -> sqlx::Result<Option<i64>> {
    let bound = sqlx::query_scalar!(
        "select officer_id from officer where oidc_issuer = $1 and oidc_subject = $2 and closed_at is null",
        identity.issuer,
        identity.subject,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let (None, Some(email)) = (bound, &identity.email) else { return Ok(bound) };
    sqlx::query_scalar!(
        "update officer set oidc_issuer = $1, oidc_subject = $2
         where work_email = $3 and oidc_subject is null and closed_at is null
               -- whoever was bound to a closed account is not bound to another by the way
               and not exists (select from officer where oidc_issuer = $1 and oidc_subject = $2)
         returning officer_id",
        identity.issuer,
        identity.subject,
        email,
    )
    .fetch_optional(connection)
    .await
}
