//! Officers' accounts, as the focal office keeps them: opened, changed, closed; never deleted, since histories name them.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;

use super::{AddError, NewOfficer, Role, agency, password, second_factor, secret, session, store};

/// How long a one-time password waits to be used.
pub const ONE_TIME_LASTS: TimeDelta = TimeDelta::days(3);
/// 12 letters, 59 bits, behind a lock after five guesses.
const GROUPS_OF_A_PASSWORD: usize = 3;

/// An account, open or closed.
#[derive(Clone, Debug)]
pub struct Account {
    pub officer_id: i64,
    pub login: String,
    pub name: String,
    pub email: Option<String>,
    pub agency_id: String,
    pub agency_name: String,
    pub role: Role,
    pub is_substitute: bool,
    pub has_second_factor: bool,
    /// Bound to an account of the city.
    pub is_bound: bool,
    /// Waits for its officer to choose a password, until then.
    pub one_time_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub seen_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// What an account can be changed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChange {
    pub name: String,
    pub email: Option<String>,
    pub agency_id: String,
    pub role: Role,
    pub is_substitute: bool,
}

/// Why an account stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("there is no such open account")]
    Missing,
    #[error("the account has changed since the form was drawn")]
    Stale,
    #[error("an officer has a name")]
    Name,
    #[error("that is no e-mail address")]
    Email,
    #[error("another account has this e-mail address")]
    EmailTaken,
    #[error("there is no such agency, or it is closed")]
    Agency,
    #[error("without this account nobody would be left to keep the accounts")]
    LastFocal,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Opens an account with a one-time password, which is given here and nowhere else.
pub async fn open(
    connection: &mut PgConnection,
    login: &str,
    account: &AccountChange,
    at: DateTime<Utc>,
) -> Result<(i64, SecretString), OpenError> {
    checked(connection, account).await?;
    let one_time = secret::groups(GROUPS_OF_A_PASSWORD);
    let new = NewOfficer { login, name: &account.name, agency_id: &account.agency_id, role: account.role };
    let officer_id = super::add(connection, &new, one_time.expose_secret(), at).await?;
    sqlx::query!(
        "update officer set work_email = $2, is_substitute = $3, one_time_until = $4 where officer_id = $1",
        officer_id,
        account.email,
        account.is_substitute && may_stand_in(account.role),
        at + ONE_TIME_LASTS,
    )
    .execute(connection)
    .await
    .map_err(email_taken)?;
    Ok((officer_id, one_time))
}

/// Why an account was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Add(#[from] AddError),
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// Changes an account, unless somebody else did meanwhile. A new role or agency counts from the officer's next page on.
pub async fn change(
    connection: &mut PgConnection,
    officer_id: i64,
    version: i32,
    change: &AccountChange,
) -> Result<(), AccountError> {
    checked(connection, change).await?;
    let now = lock(connection, officer_id).await?;
    if now.version != version {
        return Err(AccountError::Stale);
    }
    if now.role == Role::FocalOffice && change.role != Role::FocalOffice {
        others_keep_accounts(connection, officer_id).await?;
    }
    sqlx::query!(
        "update officer
         set name = $2, work_email = $3, agency_id = $4, role = $5, is_substitute = $6, account_version = account_version + 1,
             -- another address is another person's: it is to be bound anew
             oidc_issuer = case when work_email is not distinct from $3 then oidc_issuer end,
             oidc_subject = case when work_email is not distinct from $3 then oidc_subject end
         where officer_id = $1",
        officer_id,
        change.name.trim(),
        change.email,
        change.agency_id,
        change.role.name(),
        change.is_substitute && may_stand_in(change.role),
    )
    .execute(connection)
    .await
    .map_err(email_taken)?;
    Ok(())
}

/// Sets a one-time password, which is given here and nowhere else; all sessions end.
pub async fn reset_password(
    connection: &mut PgConnection,
    officer_id: i64,
    at: DateTime<Utc>,
) -> anyhow::Result<SecretString> {
    let one_time = secret::groups(GROUPS_OF_A_PASSWORD);
    let hash = password::hash(one_time.expose_secret().to_owned()).await?;
    store::set_password(connection, officer_id, &hash, Some(at + ONE_TIME_LASTS)).await?;
    session::end_others(connection, officer_id, None, at).await?;
    Ok(one_time)
}

/// Takes a lost second factor away; all sessions end. Who needs one is led to set it up anew.
pub async fn reset_second_factor(
    connection: &mut PgConnection,
    officer_id: i64,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    second_factor::remove(connection, officer_id).await?;
    session::end_others(connection, officer_id, None, at).await?;
    Ok(())
}

/// Closes an account: nobody signs in with it any more, and its sessions end. What the officer did stays in the histories.
pub async fn close_account(
    connection: &mut PgConnection,
    officer_id: i64,
    at: DateTime<Utc>,
) -> Result<(), AccountError> {
    if lock(connection, officer_id).await?.role == Role::FocalOffice {
        others_keep_accounts(connection, officer_id).await?;
    }
    store::close(connection, officer_id, at).await?;
    session::end_others(connection, officer_id, None, at).await?;
    Ok(())
}

/// The open account with this login.
pub async fn by_login(connection: &mut PgConnection, login: &str) -> sqlx::Result<Option<i64>> {
    let login = store::folded_login(login);
    let query = sqlx::query_scalar!("select officer_id from officer where login = $1 and closed_at is null", login);
    query.fetch_optional(connection).await
}

/// Marks an officer who receives as one who stands in for another.
pub async fn stand_in(connection: &mut PgConnection, officer_id: i64) -> sqlx::Result<()> {
    sqlx::query!("update officer set is_substitute = true where officer_id = $1", officer_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether single keys do things on this officer's pages.
pub async fn set_single_keys(
    connection: &mut PgConnection,
    officer_id: i64,
    has_single_keys: bool,
) -> sqlx::Result<()> {
    sqlx::query!("update officer set has_single_keys = $2 where officer_id = $1", officer_id, has_single_keys)
        .execute(connection)
        .await?;
    Ok(())
}

/// Only who receives for an agency can be stood in for.
fn may_stand_in(role: Role) -> bool {
    matches!(role, Role::AgencyFocal | Role::FocalOffice)
}

async fn checked(connection: &mut PgConnection, change: &AccountChange) -> Result<(), AccountError> {
    if change.name.trim().is_empty() {
        return Err(AccountError::Name);
    }
    let looks_right = |email: &str| {
        let parts = email.split_once('@').filter(|(name, host)| !name.is_empty() && host.contains('.'));
        parts.is_some() && email == email.to_lowercase() && !email.contains(char::is_whitespace)
    };
    if change.email.as_deref().is_some_and(|email| !looks_right(email)) {
        return Err(AccountError::Email);
    }
    match agency::is_open(connection, &change.agency_id).await? {
        true => Ok(()),
        false => Err(AccountError::Agency),
    }
}

/// What an account is locked for: nobody else changes it, or closes it, meanwhile.
struct Locked {
    role: Role,
    version: i32,
}

async fn lock(connection: &mut PgConnection, officer_id: i64) -> Result<Locked, AccountError> {
    let query = sqlx::query_as!(
        Locked,
        r#"select role as "role: Role", account_version as version from officer where officer_id = $1 and closed_at is null for update"#,
        officer_id,
    );
    query.fetch_optional(connection).await?.ok_or(AccountError::Missing)
}

/// Two who close each other at the same moment wait for each other here.
async fn others_keep_accounts(connection: &mut PgConnection, officer_id: i64) -> Result<(), AccountError> {
    let others = sqlx::query_scalar!(
        "select officer_id from officer where role = 'focal_office' and closed_at is null order by officer_id for update",
    );
    let left = others.fetch_all(connection).await?.into_iter().any(|other| other != officer_id);
    if left { Ok(()) } else { Err(AccountError::LastFocal) }
}

fn email_taken(error: sqlx::Error) -> AccountError {
    let constraint = error.as_database_error().and_then(|error| error.constraint());
    if constraint == Some("officer_work_email_key") { AccountError::EmailTaken } else { error.into() }
}
