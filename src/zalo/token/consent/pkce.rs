//! The proof that whoever brings the code back is whoever asked for it (zalo-oa 3.6), and the state beside it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// 256 random bits in 43 characters of an address.
pub(super) fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>())
}

/// A new verifier: Zalo wants 43 characters.
pub(super) fn verifier() -> SecretString {
    random().into()
}

/// What Zalo is shown of the verifier before.
pub(super) fn challenge(verifier: &SecretString) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret()))
}

/// Which consent a state names, and the secret that proves it.
pub(super) fn halves(state: &SecretString) -> Option<(Uuid, &str)> {
    let (id, secret) = state.expose_secret().split_once('.')?;
    Some((id.parse().ok()?, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_the_sheet() {
        let verifier = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".into();
        assert_eq!(challenge(&verifier), "fR4ifSAEy-7Mu6g7FHZulPKrtjqdAnUCwRFAJt2JFsA");
    }

    #[test]
    fn a_verifier_has_43_characters_and_no_two_are_alike() {
        let (one, other) = (random(), random());
        assert_ne!(one, other);
        assert!(
            one.len() == 43 && one.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_".contains(sign)),
            "{one}"
        );
    }
}
