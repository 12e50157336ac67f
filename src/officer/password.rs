//! Passwords as argon2id, worked out away from the threads that serve requests.

use std::sync::LazyLock;

use anyhow::anyhow;
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// The shortest password, in characters. Length is what makes guessing hopeless (NIST SP 800-63B asks for 8; ours are few).
pub const SHORTEST: usize = 10;

/// Each hash takes 19 MiB and a core: a flood of logins waits in line instead of taking the machine.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Stands in for the hash of an account that does not exist, so that looking takes as long.
pub(super) static NOBODY: LazyLock<String> = LazyLock::new(|| {
    // made here and not written down, so that it always has the parameters that new passwords get
    hashed("the password of nobody").unwrap_or_default()
});

pub(super) async fn hash(password: String) -> anyhow::Result<String> {
    let _turn = AT_ONCE.acquire().await?;
    spawn_blocking(move || hashed(&password)).await?
}

/// Whether `password` is the one behind `hash`.
pub(super) async fn verify(password: String, hash: String) -> anyhow::Result<bool> {
    let _turn = AT_ONCE.acquire().await?;
    spawn_blocking(move || {
        let parsed = PasswordHash::new(&hash).map_err(|error| anyhow!("a stored password hash: {error}"))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await?
}

/// argon2id with the crate's default parameters (OWASP's: 19 MiB, 2 passes, 1 lane) and a salt of its own.
fn hashed(password: &str) -> anyhow::Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| anyhow!("hashing a password: {error}"))?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let hash = hash("đúng mật khẩu".to_owned()).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(verify("đúng mật khẩu".to_owned(), hash.clone()).await.expect("verified"));
        assert!(!verify("sai mật khẩu".to_owned(), hash).await.expect("verified"));
        assert!(!verify(String::new(), NOBODY.clone()).await.expect("verified"));
    }
}
