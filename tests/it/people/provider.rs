//! A city's sign-in, as small as OpenID Connect lets it be: it tells who it is, keeps keys, and exchanges codes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, Audience, EmptyAdditionalClaims, EndUserEmail, IssuerUrl, JsonWebKeyId, Nonce, PrivateSigningKey,
    StandardClaims, SubjectIdentifier,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use url::Url;
use zalo_petitions::clock::Clock;
use zalo_petitions::config::SingleSignOn;

pub const CLIENT: &str = "pakn";
const SECRET: &str = "client-secret";

/// What stands in an ID token, and what the code for it is good for.
#[derive(Clone, Debug)]
pub struct Grant {
    pub subject: &'static str,
    pub email: &'static str,
    pub is_verified: bool,
    pub audience: &'static str,
    /// Of the question it answers.
    pub nonce: String,
    pub challenge: String,
    /// Signs with a key that is not among those the provider shows.
    pub is_forged: bool,
}

#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    clock: Clock,
    seed: [u8; 32],
    grants: Arc<Mutex<BTreeMap<String, Grant>>>,
}

impl Provider {
    pub async fn opens(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let provider = Self { issuer, clock, seed: rand::random(), grants: Arc::default() };
        let pages = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(axum::serve(listener, pages).into_future());
        provider
    }

    pub fn settings(&self) -> SingleSignOn {
        SingleSignOn { issuer: self.issuer.clone(), client_id: CLIENT.to_owned(), client_secret: SECRET.into() }
    }

    /// Somebody signs in there and is sent back with this code.
    pub fn grant(&self, code: &str, grant: Grant) {
        self.grants.lock().expect("a lock").insert(code.to_owned(), grant);
    }

    fn id_token(&self, grant: &Grant, access: &AccessToken) -> CoreIdToken {
        let seed = if grant.is_forged { [7; 32] } else { self.seed };
        let claims = StandardClaims::new(SubjectIdentifier::new(grant.subject.to_owned()))
            .set_email(Some(EndUserEmail::new(grant.email.to_owned())))
            .set_email_verified(Some(grant.is_verified));
        let now = self.clock.now();
        let claims = CoreIdTokenClaims::new(
            IssuerUrl::new(self.issuer.clone()).expect("an address"),
            vec![Audience::new(grant.audience.to_owned())],
            now + chrono::TimeDelta::minutes(5),
            now,
            claims,
            EmptyAdditionalClaims {},
        );
        let claims = claims.set_nonce(Some(Nonce::new(grant.nonce.clone())));
        CoreIdToken::new(claims, &key(seed), CoreJwsSigningAlgorithm::EdDsa, Some(access), None).expect("signed")
    }
}

/// PKCS #8 of an Ed25519 key is a fixed beginning and its seed (RFC 8410).
fn key(seed: [u8; 32]) -> CoreEdDsaPrivateSigningKey {
    let beginning = hex::decode("302e020100300506032b657004220420").expect("hex");
    let inside = STANDARD.encode([beginning.as_slice(), &seed].concat());
    let (begins, ends) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    let pem = format!("{begins}\n{inside}\n{ends}\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("1".to_owned()))).expect("a key")
}

async fn configuration(State(provider): State<Provider>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys(State(provider): State<Provider>) -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![key(provider.seed).as_verification_key()]))
}

/// A code is good once, for the client it was given to, with the verifier of its challenge.
async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(asked): Form<BTreeMap<String, String>>,
) -> Result<Json<Value>, StatusCode> {
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{SECRET}")));
    let is_client = headers.get("authorization").is_some_and(|header| header.as_bytes() == basic.as_bytes());
    let grant = provider.grants.lock().expect("a lock").remove(&asked["code"]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&asked["code_verifier"]));
    let grant = grant.filter(|grant| is_client && grant.challenge == challenge).ok_or(StatusCode::BAD_REQUEST)?;
    let access = AccessToken::new("access".to_owned());
    let id_token = provider.id_token(&grant, &access);
    Ok(Json(json!({ "access_token": "access", "token_type": "Bearer", "id_token": id_token })))
}

/// One parameter of an address.
pub fn parameter(address: &str, name: &str) -> String {
    let url = Url::parse(address).expect("an address");
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}
