//! The second factor: six digits from an authenticator (RFC 6238), or, once each, a recovery code.
//!
//! A code of one step of 30 seconds before or after is taken too, since phones' clocks differ; none is taken twice.

use chrono::{DateTime, Utc};
use qrcode::QrCode;
use qrcode::render::svg;
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Secret, TOTP};

use super::seal::{Seal, Sealed};
use super::secret;

/// Seconds in a step (RFC 6238 5.2).
const STEP: u64 = 30;
const DIGITS: usize = 6;
/// 160 bits, as RFC 4226 4 recommends.
const SECRET_BYTES: usize = 20;
/// What the authenticator writes over the digits.
const ISSUER: &str = "PAKN Hà Nội";
/// How many recovery codes an officer gets at a time.
pub const RECOVERY_CODES: usize = 10;
/// 16 letters, 79 bits: nobody guesses one, also not from its hash.
const GROUPS_OF_A_CODE: usize = 4;

/// What an authenticator is to share with us, before it is confirmed: 32 letters, as one types them.
pub fn new_secret() -> SecretString {
    let mut bytes = vec![0; SECRET_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    Secret::Raw(bytes).to_encoded().to_string().into()
}

/// An authenticator: what it shares with us, and whose it is.
pub struct Authenticator(TOTP);

impl Authenticator {
    /// None where the secret is none of ours.
    pub fn new(secret: &SecretString, login: &str) -> Option<Self> {
        let bytes = Secret::Encoded(secret.expose_secret().to_owned()).to_bytes().ok()?;
        TOTP::new(Algorithm::SHA1, DIGITS, 1, STEP, bytes, Some(ISSUER.to_owned()), login.to_owned()).ok().map(Self)
    }

    /// The step whose code this is: the present one, the one before, the one after.
    pub fn step_of(&self, code: &str, at: DateTime<Utc>) -> Option<i64> {
        let code = secret::plain(code);
        let now = at.timestamp().max(0).unsigned_abs() / STEP;
        let steps = [now, now.saturating_sub(1), now + 1];
        let matches = |step: &u64| bool::from(self.0.generate(step * STEP).as_bytes().ct_eq(code.as_bytes()));
        steps.into_iter().find(matches)?.try_into().ok()
    }

    /// The six digits of a moment, as a phone shows them.
    pub fn code(&self, at: DateTime<Utc>) -> String {
        self.0.generate(at.timestamp().max(0).unsigned_abs())
    }

    /// A drawing that the authenticator's camera reads.
    pub fn qr_svg(&self) -> Option<String> {
        let drawn = QrCode::new(self.0.get_url()).ok()?.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
        // what stands before the element belongs to a file of its own, not into a page
        drawn.find("<svg").map(|from| drawn[from..].to_owned())
    }
}

/// Keeps a confirmed authenticator, and the step of the code that confirmed it; codes of one before do not count any more.
pub async fn keep(
    connection: &mut PgConnection,
    seal: &Seal,
    officer_id: i64,
    secret: &SecretString,
    step: i64,
) -> sqlx::Result<()> {
    let sealed = seal.seal(Sealed::Authenticator { officer_id }, secret.expose_secret());
    sqlx::query!("update officer set totp_sealed = $2, totp_step = $3 where officer_id = $1", officer_id, sealed, step)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the second factor away, recovery codes included.
pub async fn remove(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<()> {
    sqlx::query!("update officer set totp_sealed = null, totp_step = null where officer_id = $1", officer_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from recovery_code where officer_id = $1", officer_id).execute(connection).await?;
    Ok(())
}

/// New recovery codes in the place of all former ones. Only their hashes are kept.
pub async fn renew_recovery_codes(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<Vec<SecretString>> {
    let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| secret::groups(GROUPS_OF_A_CODE)).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| hash(officer_id, code.expose_secret())).collect();
    sqlx::query!("delete from recovery_code where officer_id = $1", officer_id).execute(&mut *connection).await?;
    sqlx::query!(
        "insert into recovery_code (officer_id, code_hash) select $1, * from unnest($2::bytea[])",
        officer_id,
        &hashes,
    )
    .execute(connection)
    .await?;
    Ok(codes)
}

/// How many recovery codes are left.
pub async fn recovery_codes_left(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<i64> {
    let query = sqlx::query_scalar!(
        r#"select count(*) as "count!" from recovery_code where officer_id = $1 and used_at is null"#,
        officer_id,
    );
    query.fetch_one(connection).await
}

/// By what an officer proved to be themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Authenticator,
    RecoveryCode,
}

/// Takes a code, if it is one that counts now, and counts it: neither digits nor a recovery code open twice.
pub(super) async fn take(
    connection: &mut PgConnection,
    seal: &Seal,
    officer_id: i64,
    code: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<Proof>> {
    if take_recovery_code(connection, officer_id, code, at).await? {
        return Ok(Some(Proof::RecoveryCode));
    }
    let row = sqlx::query!("select login, totp_sealed from officer where officer_id = $1", officer_id)
        .fetch_optional(&mut *connection)
        .await?;
    let known = row.and_then(|row| {
        let secret = seal.open(Sealed::Authenticator { officer_id }, row.totp_sealed.as_deref()?);
        if secret.is_none() {
            tracing::error!(officer_id, "no key in OFFICE_KEY opens this officer's second factor");
        }
        Authenticator::new(&secret?, &row.login)
    });
    let Some(step) = known.and_then(|authenticator| authenticator.step_of(code, at)) else { return Ok(None) };
    let taken = sqlx::query!(
        "update officer set totp_step = $2 where officer_id = $1 and (totp_step is null or totp_step < $2)",
        officer_id,
        step,
    )
    .execute(connection)
    .await?;
    Ok((taken.rows_affected() == 1).then_some(Proof::Authenticator))
}

async fn take_recovery_code(
    connection: &mut PgConnection,
    officer_id: i64,
    code: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "update recovery_code set used_at = $3 where officer_id = $1 and code_hash = $2 and used_at is null",
        officer_id,
        hash(officer_id, code),
        at,
    )
    .execute(connection)
    .await?;
    Ok(used.rows_affected() == 1)
}

fn hash(officer_id: i64, code: &str) -> Vec<u8> {
    Sha256::digest(format!("{officer_id}/{}", secret::plain(code))).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    /// The secret of RFC 6238, appendix B, in base32.
    const OF_THE_RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_digits_are_those_of_rfc_6238() {
        let authenticator = Authenticator::new(&OF_THE_RFC.into(), "ha.vp").expect("an authenticator");
        for (seconds, digits) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(authenticator.code(at(seconds)), digits);
            assert_eq!(authenticator.step_of(digits, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn one_step_before_or_after_is_taken_and_no_more() {
        let authenticator = Authenticator::new(&OF_THE_RFC.into(), "ha.vp").expect("an authenticator");
        let (now, code) = (1_111_111_109, "081 804");
        for (later, step) in [(-60, None), (-30, Some(0)), (0, Some(0)), (30, Some(0)), (60, None)] {
            let found = authenticator.step_of(code, at(now + later));
            assert_eq!(found, step.map(|_| now / 30), "{later} seconds later");
        }
        assert_eq!(authenticator.step_of("", at(now)), None);
        assert_eq!(authenticator.step_of("081804081804", at(now)), None);
    }

    #[test]
    fn a_new_secret_is_drawn_and_typed() {
        let secret = new_secret();
        assert_eq!(secret.expose_secret().len(), 32);
        let drawn = Authenticator::new(&secret, "ha.vp").and_then(|known| known.qr_svg()).expect("a drawing");
        assert!(drawn.starts_with("<svg") && !drawn.contains("style"), "{}", &drawn[..80]);
        assert!(Authenticator::new(&"none of ours".into(), "ha.vp").is_none());
    }
}
