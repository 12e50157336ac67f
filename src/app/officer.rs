//! `officer add`.

use std::io::BufRead;

use anyhow::{Context, ensure};
use secrecy::SecretString;

use super::connect;
use crate::clock::Clock;
use crate::officer;
pub use crate::officer::{NewOfficer, Role};

/// Opens an officer's account. The password is the first line of standard input, so that it stands in no history of a
/// shell.
pub async fn add(database_url: &SecretString, new: &NewOfficer<'_>, clock: &Clock) -> anyhow::Result<()> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("the password cannot be read from standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    ensure!(!password.is_empty(), "the password is the first line of standard input, and it is empty");
    let pool = connect::postgres(database_url).await?;
    let mut connection = pool.acquire().await?;
    officer::add(&mut connection, new, password, clock.now()).await?;
    tracing::info!(login = new.login, "the account is open");
    Ok(())
}
