//! The signature of a webhook: a plain SHA-256, not an HMAC (zalo-oa 1.2).
//!
//! `mac = hex(sha256(app id + raw body + timestamp + OA secret key))`. The body is hashed as it came, byte for byte, and
//! the timestamp is the one in the body, digit for digit.

use std::collections::HashMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The header that carries the signature.
pub const HEADER: &str = "X-ZEvent-Signature";

/// Checks signatures with any of our secret keys, newest first: after a key was changed, deliveries that were signed with
/// the old one are still under way for two hours.
#[derive(Clone, Debug)]
pub struct Verifier {
    app_id: String,
    secrets: Vec<SecretString>,
}

/// The body was not signed by Zalo for our application, or was changed on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not belong to the body")]
pub struct WrongSignature;

impl Verifier {
    /// `app_id` is the configured one, never the body's own.
    pub fn new(app_id: impl Into<String>, secrets: Vec<SecretString>) -> Self {
        Self { app_id: app_id.into(), secrets }
    }

    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// Whether `header` is what Zalo computes over `body`. Takes the same time for every wrong value.
    pub fn verify(&self, header: &[u8], body: &[u8]) -> Result<(), WrongSignature> {
        let claimed = claimed_mac(header).ok_or(WrongSignature)?;
        let timestamp = timestamp(body);
        let matches = self.secrets.iter().filter(|secret| {
            let computed = mac(&self.app_id, body, &timestamp, secret.expose_secret());
            computed.ct_eq(&claimed).into()
        });
        if matches.count() > 0 { Ok(()) } else { Err(WrongSignature) }
    }
}

/// The header's value for a body, as Zalo writes it. `timestamp` is the one in the body.
pub fn sign(app_id: &str, body: &[u8], timestamp: &str, secret: &str) -> String {
    format!("mac={}", hex::encode(mac(app_id, body, timestamp, secret)))
}

fn mac(app_id: &str, body: &[u8], timestamp: &str, secret: &str) -> [u8; 32] {
    let parts = [app_id.as_bytes(), body, timestamp.as_bytes(), secret.as_bytes()];
    parts.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize().into()
}

/// `mac=<hex>` is what is sent; the documentation prints `mac = `, and some gateways leave the name out.
fn claimed_mac(header: &[u8]) -> Option<[u8; 32]> {
    let header = std::str::from_utf8(header).ok()?.trim();
    let digits = match header.split_once('=') {
        Some((name, digits)) if name.trim_end().eq_ignore_ascii_case("mac") => digits.trim_start(),
        Some(_) => return None,
        None => header,
    };
    let mut mac = [0; 32];
    hex::decode_to_slice(digits, &mut mac).ok()?;
    Some(mac)
}

/// The body's own `timestamp` as it appears, without quotes. A body that has none is signed over nothing in its place,
/// which is as hard to forge: the secret is hashed all the same.
fn timestamp(body: &[u8]) -> String {
    let fields: HashMap<String, &RawValue> = serde_json::from_slice(body).unwrap_or_default();
    match fields.get("timestamp").map(|raw| raw.get()) {
        None | Some("null") => String::new(),
        Some(raw) => serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "1000000000000000001";
    const SECRET: &str = "wS3cr3tOaKeyForTests";
    const V1: &str = include_str!("../../tests/fixtures/webhook/vector_1.json");
    const V1_MAC: &str = "49a1bbd8c6b3040804739f1270bad68c002794bf68038233b41057a6d8819fac";
    const V2: &str = include_str!("../../tests/fixtures/webhook/vector_2.json");
    const V2_MAC: &str = "4c5fc9f43b4f477e67031ec3fdf57cad77fe576f7f07b2e44f024308093d8e4b";

    fn verify(header: &str, body: &str) -> Result<(), WrongSignature> {
        Verifier::new(APP, vec![SECRET.into()]).verify(header.as_bytes(), body.as_bytes())
    }

    #[test]
    fn both_vectors_verify_and_are_signed_the_same() {
        assert_eq!((V1.len(), V2.len()), (276, 214));
        for (body, mac, timestamp) in [(V1, V1_MAC, "1735689600123"), (V2, V2_MAC, "1735689600456")] {
            assert_eq!(verify(&format!("mac={mac}"), body), Ok(()));
            assert_eq!(sign(APP, body.as_bytes(), timestamp, SECRET), format!("mac={mac}"));
        }
    }

    #[test]
    fn every_way_of_writing_the_header_is_read() {
        let loud = V1_MAC.to_uppercase();
        for header in [
            V1_MAC.to_owned(),
            loud.clone(),
            format!("mac = {V1_MAC}"),
            format!("mac ={V1_MAC}"),
            format!("MAC={loud}"),
            format!(" mac={V1_MAC} "),
        ] {
            assert_eq!(verify(&header, V1), Ok(()), "{header}");
        }
    }

    #[test]
    fn what_others_compute_does_not_verify() {
        for (mac, why) in [
            ("5bd4956bd8750ce2577eb3fe86ef179420cc6aa1c00531ecbd0760a87ea3e5e9", "HMAC over the body"),
            ("42ac11b67c61265a7d4f460bf72c6b151d811ed3fb74ff3891996ed32d8f135e", "HMAC over app id, body, timestamp"),
            ("da98b99df3a5049723b6a764907ad0b487c935b1c14282c66889e101c23ce7f5", "the OA id in place of the app id"),
            ("f5dd3bcdc86a93f892b8d5761e8184ea33f6db61e70ea73413aaad6965d92ce4", "a body written anew"),
        ] {
            assert_eq!(verify(&format!("mac={mac}"), V1), Err(WrongSignature), "{why}");
        }
    }

    #[test]
    fn what_is_no_signature_does_not_verify() {
        let cut = format!("mac={}", &V1_MAC[..62]);
        let long = format!("mac={V1_MAC}00");
        let named = format!("sha={V1_MAC}");
        for header in ["", "mac=", "mac=zz", &cut, &long, &named, V2_MAC] {
            assert_eq!(verify(header, V1), Err(WrongSignature), "{header}");
        }
        assert_eq!(verify(&format!("mac={V1_MAC}"), &V1.replace("Xin", "xin")), Err(WrongSignature));
        assert_eq!(Verifier::new(APP, vec![]).verify(V1_MAC.as_bytes(), V1.as_bytes()), Err(WrongSignature));
    }

    #[test]
    fn a_key_that_was_changed_still_verifies_what_is_under_way() {
        let verifier = Verifier::new(APP, vec!["aNewKey".into(), SECRET.into()]);
        assert_eq!(verifier.verify(V1_MAC.as_bytes(), V1.as_bytes()), Ok(()));
    }

    #[test]
    fn the_timestamp_is_the_bodys_own_digit_for_digit() {
        for (body, expected) in [
            (r#"{"timestamp":"154390853474"}"#, "154390853474"),
            (r#"{"timestamp": 1735689600123 }"#, "1735689600123"),
            (r#"{"timestamp":0017}"#, ""),
            (r#"{"timestamp":1.7356896001230E12}"#, "1.7356896001230E12"),
            (r#"{"message":{"timestamp":"1"},"timestamp":"2"}"#, "2"),
            (r#"{"timestamp":null}"#, ""),
            (r#"{"event_name":"follow"}"#, ""),
            ("[1]", ""),
        ] {
            assert_eq!(timestamp(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn a_body_whose_timestamp_is_a_number_verifies() {
        let body = r#"{"app_id":1000000000000000001,"timestamp":1735689600123}"#;
        assert_eq!(verify(&sign(APP, body.as_bytes(), "1735689600123", SECRET), body), Ok(()));
    }
}
