//! Tokens at rest: encrypted, so that a copy of the database opens no Official Account.
//!
//! `v1:` and base64 of a random nonce and what ChaCha20-Poly1305 makes of the token. Application and field are bound to it,
//! so that a token cannot be put in another's place. The key comes from the settings through HKDF-SHA256.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

const VERSION: &str = "v1:";
const PURPOSE: &[u8] = b"zalo-petitions tokens v1";
const NONCE_BYTES: usize = 12;

/// What is kept. A column's words cannot be read as another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Access,
    Refresh,
    CodeVerifier,
}

impl Field {
    fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Refresh => "refresh_token",
            Self::CodeVerifier => "code_verifier",
        }
    }
}

/// The keys of one application: the first seals, all open.
#[derive(Clone)]
pub struct Seal {
    app_id: String,
    newest: ChaCha20Poly1305,
    older: Vec<ChaCha20Poly1305>,
}

impl Seal {
    /// `keys` newest first. The application's secret stands behind them: it sealed whatever was kept before there were keys.
    pub fn new(app_id: &str, keys: &[SecretString], app_secret: &SecretString) -> Self {
        let (first, rest) = keys.split_first().map_or((app_secret, &[][..]), |(first, rest)| (first, rest));
        Self {
            app_id: app_id.to_owned(),
            newest: cipher(first),
            older: rest.iter().chain([app_secret]).map(cipher).collect(),
        }
    }

    pub fn seal(&self, field: Field, token: &SecretString) -> String {
        let nonce = ChaCha20Poly1305::generate_nonce(&mut OsRng);
        let bound = self.bound(field);
        let payload = Payload { msg: token.expose_secret().as_bytes(), aad: bound.as_bytes() };
        let sealed = self.newest.encrypt(&nonce, payload).expect("a token is shorter than a cipher can take");
        format!("{VERSION}{}", STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The token; none where there is none, or none of our keys opens it. One from before encryption is taken as it is.
    pub fn open(&self, field: Field, kept: &str) -> Option<SecretString> {
        if kept.is_empty() {
            return None;
        }
        let Some(sealed) = kept.strip_prefix(VERSION) else { return Some(kept.into()) };
        let bytes = STANDARD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let bound = self.bound(field);
        let open = |cipher: &ChaCha20Poly1305| {
            cipher.decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: bound.as_bytes() }).ok()
        };
        let token = std::iter::once(&self.newest).chain(&self.older).find_map(open)?;
        String::from_utf8(token).ok().map(SecretString::from)
    }

    fn bound(&self, field: Field) -> String {
        format!("{}/{}", self.app_id, field.as_str())
    }
}

/// Whether `kept` is a token in plain text, from before they were encrypted.
pub(super) fn is_plain(kept: &str) -> bool {
    !kept.is_empty() && !kept.starts_with(VERSION)
}

fn cipher(key: &SecretString) -> ChaCha20Poly1305 {
    let mut derived = [0; 32];
    let hkdf = Hkdf::<Sha256>::new(None, key.expose_secret().as_bytes());
    hkdf.expand(PURPOSE, &mut derived).expect("HKDF gives 32 bytes");
    ChaCha20Poly1305::new(&derived.into())
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(app_id: &str, keys: &[&str]) -> Seal {
        let keys: Vec<SecretString> = keys.iter().map(|key| (*key).into()).collect();
        Seal::new(app_id, &keys, &"app-secret".into())
    }

    fn opened(seal: &Seal, field: Field, kept: &str) -> Option<String> {
        seal.open(field, kept).map(|token| token.expose_secret().to_owned())
    }

    #[test]
    fn what_is_sealed_opens_and_never_looks_the_same_twice() {
        let seal = seal("1", &[]);
        let (one, other) = (seal.seal(Field::Access, &"token".into()), seal.seal(Field::Access, &"token".into()));
        assert_ne!(one, other);
        assert!(one.starts_with("v1:") && !one.contains("token"));
        assert_eq!(opened(&seal, Field::Access, &one).as_deref(), Some("token"));
    }

    #[test]
    fn a_token_in_anothers_place_or_changed_is_refused() {
        let ours = seal("1", &[]);
        let kept = ours.seal(Field::Access, &"token".into());
        assert_eq!(opened(&ours, Field::Refresh, &kept), None);
        assert_eq!(opened(&seal("2", &[]), Field::Access, &kept), None);
        let mut bytes = STANDARD.decode(&kept[3..]).expect("base64");
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(opened(&ours, Field::Access, &format!("v1:{}", STANDARD.encode(&bytes))), None, "byte {at}");
            bytes[at] ^= 1;
        }
        for broken in ["v1:", "v1:AAAA", "v1:%"] {
            assert_eq!(opened(&ours, Field::Access, broken), None);
        }
    }

    #[test]
    fn a_new_key_stands_before_the_old_one_and_the_secret_behind_both() {
        let (before, old) = (seal("1", &[]), seal("1", &["old"]));
        let (both, new) = (seal("1", &["new", "old"]), seal("1", &["new"]));
        for former in [&before, &old] {
            assert!(opened(&both, Field::Refresh, &former.seal(Field::Refresh, &"token".into())).is_some());
        }
        let kept = both.seal(Field::Refresh, &"token".into());
        assert!(opened(&new, Field::Refresh, &kept).is_some(), "the newest seals");
        assert_eq!(opened(&old, Field::Refresh, &kept), None);
    }

    #[test]
    fn what_was_kept_before_encryption_is_read() {
        assert_eq!(opened(&seal("1", &[]), Field::Access, "plain").as_deref(), Some("plain"));
        assert_eq!(opened(&seal("1", &[]), Field::Access, ""), None);
        assert!(is_plain("plain") && !is_plain("v1:AAAA") && !is_plain(""));
    }
}
