//! Who works here: agencies, officers' accounts, and the rules of signing in.
//!
//! Knows nothing of petitions and of pages. What it keeps:
//!
//! 1. a password is never stored or logged; what is stored is argon2id with its own salt;
//! 2. whoever tries passwords learns nothing: an unknown name, a wrong password, a locked and a closed account get the same
//!    answer after the same work, and guesses made at once are counted as if made one after the other;
//! 3. one function says who may do what ([`may`]);
//! 4. a changed password ends the sessions that the old one opened ([`Officer::stamp`]), and a session that was ended is
//!    refused at its next request ([`session`]);
//! 5. no code of a second factor opens twice, and what it is made from is sealed ([`Seal`]);
//! 6. accounts and agencies are closed, never deleted; single sign-on finds accounts and opens none.

pub mod account;
mod accounts;
pub mod agency;
pub mod audit;
mod colleagues;
mod debt;
mod login;
mod password;
pub mod rights;
mod seal;
pub mod second_factor;
mod secret;
pub mod session;
pub mod sign_on;
mod store;

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

pub use account::{Account, AccountChange, AccountError, OpenError};
pub use accounts::{AT_MOST, SoughtAccounts, account, accounts};
pub use agency::{AgencyChange, AgencyError, AgencyLine, Level, successor};
pub use colleagues::{Colleague, colleagues, focal_officers_besides, who_works_in};
pub use debt::{Debt, debt, needs_second_factor};
pub use login::{ATTEMPTS, Credentials, Desk, LOCKED_FOR, SignInError};
pub use password::SHORTEST;
pub use rights::{Custody, On, Right, Role, Sight, may};
pub use seal::{Seal, Sealed};
pub use session::{OfficerSession, Way};
pub use sign_on::SignOn;
pub use store::{Agency, agencies_of_ministries, agencies_of_the_city, agency_name, close, find, save_agencies};

/// Someone who works here. Closed accounts are never handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct Officer {
    pub officer_id: i64,
    pub login: String,
    pub name: String,
    pub agency_id: String,
    pub agency_name: String,
    pub role: Role,
    /// Single keys do things on their pages.
    pub has_single_keys: bool,
    pub has_second_factor: bool,
    /// Somebody else chose their password: they have to choose their own.
    pub has_one_time_password: bool,
    /// Changes with the password and tells nothing of it; a session remembers the one it was opened under.
    pub stamp: [u8; 32],
}

impl fmt::Debug for Officer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Officer").field("officer_id", &self.officer_id).finish_non_exhaustive()
    }
}

fn stamp(password_hash: &str) -> [u8; 32] {
    Sha256::digest(password_hash).into()
}

/// Why an officer was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    #[error("a login is 2 to 40 of the letters a-z, digits, '.', '-' and '_', and begins with a letter")]
    Login,
    #[error("an officer has a name")]
    Name,
    #[error("a password has at least {SHORTEST} characters")]
    Password,
    #[error("there is no agency {0}")]
    Agency(String),
    #[error("the login {0} is taken")]
    Taken(String),
    #[error(transparent)]
    Inside(#[from] anyhow::Error),
}

/// An account to be opened.
#[derive(Clone, Copy, Debug)]
pub struct NewOfficer<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub agency_id: &'a str,
    pub role: Role,
}

/// Opens an account. The login is kept in lower case.
pub async fn add(
    connection: &mut PgConnection,
    new: &NewOfficer<'_>,
    password: &str,
    at: DateTime<Utc>,
) -> Result<i64, AddError> {
    let login = store::folded_login(new.login);
    let begins_well = login.chars().next().is_some_and(|letter| letter.is_ascii_lowercase());
    let is_plain = login.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter));
    if !begins_well || !is_plain || !(2..=40).contains(&login.len()) {
        return Err(AddError::Login);
    }
    if new.name.trim().is_empty() {
        return Err(AddError::Name);
    }
    if password.chars().count() < SHORTEST {
        return Err(AddError::Password);
    }
    if store::agency_name(connection, new.agency_id).await.map_err(anyhow::Error::from)?.is_none() {
        return Err(AddError::Agency(new.agency_id.to_owned()));
    }
    let hash = password::hash(password.to_owned()).await?;
    let added = store::insert(connection, &login, new, &hash, at).await;
    added.map_err(anyhow::Error::from)?.ok_or(AddError::Taken(login))
}

/// Sets a new password; the sessions that the old one opened end.
pub async fn change_password(connection: &mut PgConnection, officer_id: i64, password: &str) -> Result<(), AddError> {
    if password.chars().count() < SHORTEST {
        return Err(AddError::Password);
    }
    let hash = password::hash(password.to_owned()).await?;
    store::set_password(connection, officer_id, &hash, None).await.map_err(anyhow::Error::from)?;
    Ok(())
}
