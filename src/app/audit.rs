//! `audit verify`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use secrecy::SecretString;

use super::connect;
use crate::officer::audit::{Verdict, head, verify};

/// Recomputes the audit log and says in one line what became of it; fails where it is broken. `heads` is the public page for
/// machines as somebody saved it elsewhere.
pub async fn check(database_url: &SecretString, heads: Option<&Path>) -> anyhow::Result<ExitCode> {
    let elsewhere = match heads {
        Some(path) => {
            let page = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
            head::read(&page)
        }
        None => Vec::new(),
    };
    let pool = connect::postgres(database_url).await?;
    let verdict = verify(&mut *pool.acquire().await?, &elsewhere).await?;
    println!("{verdict}");
    Ok(match verdict {
        Verdict::Whole(_) => ExitCode::SUCCESS,
        Verdict::Broken { .. } => ExitCode::FAILURE,
    })
}
