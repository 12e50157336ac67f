//! The audit log: who saw, who changed, when. Lines are added, never changed; the database refuses anything else.
//!
//! Whatever moves a petition under an officer's name is noted by the database itself, with its line of history. What is only
//! seen or fetched, sign-ins, and changes of accounts and settings are noted here. No line holds what identifies a citizen:
//! a petition is named by its key, never by its sender.
//!
//! A worker seals the lines into a chain ([`Sealer`]); `audit verify` recomputes it; the head of each day is public.

mod chain;
pub mod head;
pub mod list;
mod verify;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

pub use chain::{Hash, Sealer};
pub use verify::{Break, Verdict, Whole, verify};

/// Something an officer did, or tried to do.
///
/// Acts that are known by name (others are shown as they are): `view` (a petition's page), `download` (an attachment),
/// `export`, `search`, `sign_in`, `sign_in_refused`, `sign_out`, `session_ended`, `password`, `second_factor`,
/// `account_added`, `account_changed`, `account_closed`, `agency_changed`, `setting_changed`, `text_changed`,
/// `calendar_changed`, `deadline_changed`, `channel_connected`, `data_request_done`.
#[derive(Clone, Debug)]
pub struct Note<'a> {
    /// None: nobody was signed in, as with a sign-in that was refused.
    pub officer_id: Option<i64>,
    /// In lower case with `_`.
    pub act: &'a str,
    pub petition_id: Option<i64>,
    /// What it was done to, as an officer reads it: a login, the name of a setting, a file. Nothing of a citizen.
    pub subject: &'a str,
    /// An object. Nothing of a citizen.
    pub detail: Value,
    pub at: DateTime<Utc>,
}

/// Adds a line, in the caller's transaction: what is rolled back was not done.
pub async fn note(connection: &mut PgConnection, note: &Note<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into audit_entry (officer_id, act, petition_id, subject, detail, happened_at)
         values ($1, $2, $3, $4, $5, $6)",
        note.officer_id,
        note.act,
        note.petition_id,
        note.subject,
        note.detail,
        note.at,
    )
    .execute(connection)
    .await?;
    Ok(())
}
