//! Officers' secrets at rest: encrypted, so that a copy of the database gives nobody a second factor.
//!
//! `v1:` and base64 of a random nonce and what ChaCha20-Poly1305 makes of the secret. What it is and whose is bound to it, so
//! that it cannot be put in another's place. The key comes from the settings through HKDF-SHA256.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

const VERSION: &str = "v1:";
const PURPOSE: &[u8] = b"zalo-petitions office v1";
const NONCE_BYTES: usize = 12;

/// What is sealed, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// The secret an officer's authenticator shares with us.
    Authenticator { officer_id: i64 },
    /// A word that one officer's next page shows once.
    Whisper { officer_id: i64 },
}

impl Sealed {
    fn bound(self) -> String {
        match self {
            Self::Authenticator { officer_id } => format!("authenticator/{officer_id}"),
            Self::Whisper { officer_id } => format!("whisper/{officer_id}"),
        }
    }
}

/// The office's keys: the first seals, all open.
#[derive(Clone)]
pub struct Seal {
    newest: ChaCha20Poly1305,
    older: Vec<ChaCha20Poly1305>,
}

impl Seal {
    /// `keys` newest first; `fallback` stands behind them: it sealed whatever was kept before there were keys.
    pub fn new(keys: &[SecretString], fallback: &SecretString) -> Self {
        let (first, rest) = keys.split_first().map_or((fallback, &[][..]), |(first, rest)| (first, rest));
        Self { newest: cipher(first), older: rest.iter().chain([fallback]).map(cipher).collect() }
    }

    pub fn seal(&self, what: Sealed, secret: &str) -> String {
        let nonce = ChaCha20Poly1305::generate_nonce(&mut OsRng);
        let bound = what.bound();
        let payload = Payload { msg: secret.as_bytes(), aad: bound.as_bytes() };
        let sealed = self.newest.encrypt(&nonce, payload).expect("a secret is shorter than a cipher can take");
        format!("{VERSION}{}", STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The secret; none where none of our keys opens it, or it lies in another's place.
    pub fn open(&self, what: Sealed, kept: &str) -> Option<SecretString> {
        let bytes = STANDARD.decode(kept.strip_prefix(VERSION)?).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let bound = what.bound();
        let open = |cipher: &ChaCha20Poly1305| {
            cipher.decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: bound.as_bytes() }).ok()
        };
        let secret = std::iter::once(&self.newest).chain(&self.older).find_map(open)?;
        String::from_utf8(secret).ok().map(SecretString::from)
    }
}

fn cipher(key: &SecretString) -> ChaCha20Poly1305 {
    let mut derived = [0; 32];
    let hkdf = Hkdf::<Sha256>::new(None, key.expose_secret().as_bytes());
    hkdf.expand(PURPOSE, &mut derived).expect("HKDF gives 32 bytes");
    ChaCha20Poly1305::new(&derived.into())
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Sealed = Sealed::Authenticator { officer_id: 7 };

    fn seal(keys: &[&str]) -> Seal {
        let keys: Vec<SecretString> = keys.iter().map(|key| (*key).into()).collect();
        Seal::new(&keys, &"app-secret".into())
    }

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only() {
        let ours = seal(&[]);
        let kept = ours.seal(OWN, "JBSWY3DP");
        assert!(kept.starts_with("v1:") && !kept.contains("JBSWY3DP"));
        assert_ne!(kept, ours.seal(OWN, "JBSWY3DP"), "never the same twice");
        assert_eq!(ours.open(OWN, &kept).expect("opened").expose_secret(), "JBSWY3DP");
        for other in [Sealed::Authenticator { officer_id: 8 }, Sealed::Whisper { officer_id: 7 }] {
            assert!(ours.open(other, &kept).is_none(), "{other:?}");
        }
        for broken in ["", "v1:", "v1:AAAA", "v1:%", "JBSWY3DP"] {
            assert!(ours.open(OWN, broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_new_key_stands_before_the_old_one_and_the_secret_behind_both() {
        let both = seal(&["new", "old"]);
        for former in [seal(&[]), seal(&["old"])] {
            assert!(both.open(OWN, &former.seal(OWN, "x")).is_some());
        }
        let kept = both.seal(OWN, "x");
        assert!(seal(&["new"]).open(OWN, &kept).is_some() && seal(&["old"]).open(OWN, &kept).is_none());
    }
}
