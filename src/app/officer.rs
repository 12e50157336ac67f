//! `officer add`, `officer list`, `officer close`: what is needed before anybody can open the page of accounts, or when
//! nobody can any more.

use std::io::BufRead;

use anyhow::{Context, ensure};
use secrecy::SecretString;
use serde_json::json;
use sqlx::PgConnection;

use super::connect;
use crate::casework::{self, Leaving};
use crate::clock::Clock;
use crate::officer::audit::{Note, note};
use crate::officer::{self, SoughtAccounts};
pub use crate::officer::{NewOfficer, Role};

/// Opens an officer's account. The password is the first line of standard input, so that it stands in no history of a
/// shell.
pub async fn add(
    database_url: &SecretString,
    new: &NewOfficer<'_>,
    is_substitute: IsSubstitute,
    clock: &Clock,
) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("the password cannot be read from standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    ensure!(!password.is_empty(), "the password is the first line of standard input, and it is empty");
    let pool = connect::postgres(database_url).await?;
    let mut transaction = pool.begin().await?;
    let officer_id = officer::add(&mut transaction, new, password, clock.now()).await?;
    if is_substitute == IsSubstitute::Yes {
        officer::account::stand_in(&mut transaction, officer_id).await?;
    }
    let detail = json!({ "officer": officer_id, "agency": new.agency_id, "role": new.role });
    noted(&mut transaction, "account_added", new.login, detail, clock).await?;
    transaction.commit().await?;
    tracing::info!(login = new.login, "the account is open");
    Ok(())
}

/// Whether somebody stands in for the focal officer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsSubstitute {
    Yes,
    No,
}

/// Prints the open accounts, a line each: login, role, agency, name.
pub async fn list(database_url: &SecretString) -> anyhow::Result<()> {
    let pool = connect::postgres(database_url).await?;
    for account in officer::accounts(&mut *pool.acquire().await?, &SoughtAccounts::default()).await? {
        let stands_in = if account.is_substitute { " (substitute)" } else { "" };
        println!("{}\t{}{stands_in}\t{}\t{}", account.login, account.role.name(), account.agency_id, account.name);
    }
    Ok(())
}

/// Closes an account; what lies with its officer goes back to the agency.
pub async fn close(database_url: &SecretString, login: &str, clock: &Clock) -> anyhow::Result<()> {
    let pool = connect::postgres(database_url).await?;
    let mut transaction = pool.begin().await?;
    let officer_id = officer::account::by_login(&mut transaction, login).await?;
    let officer_id = officer_id.with_context(|| format!("there is no open account {login}"))?;
    officer::account::close_account(&mut transaction, officer_id, clock.now()).await?;
    let account = officer::account(&mut transaction, officer_id).await?.context("it was open a moment ago")?;
    let leaving = Leaving { officer_id, name: &account.name };
    let given_back = casework::leave(&mut transaction, leaving, None, clock.now()).await?;
    noted(&mut transaction, "account_closed", login, json!({ "given_back": given_back }), clock).await?;
    transaction.commit().await?;
    tracing::info!(login, given_back, "the account is closed");
    Ok(())
}

/// Nobody is signed in at a command line.
async fn noted(
    connection: &mut PgConnection,
    act: &str,
    subject: &str,
    detail: serde_json::Value,
    clock: &Clock,
) -> sqlx::Result<()> {
    note(connection, &Note { officer_id: None, act, petition_id: None, subject, detail, at: clock.now() }).await
}
