//! The survey after the result: the four SIPAS criteria, the whole, and a comment (pakn-domain 3.6, 7.1). Silence counts
//! for nothing.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::petition::follow_up::{self, Levels};
use crate::petition::{Action, Petition, Status};

use super::follow_up::{followed, record, take_own};
use super::{CaseError, FollowUp, Followed, Rules};

/// Keeps what the sender answered so far; the same draft again completes it. Once a petition: another draft changes
/// nothing.
pub async fn rate(
    rules: &Rules,
    connection: &mut PgConnection,
    given: &FollowUp,
    at: DateTime<Utc>,
) -> Result<Followed, CaseError> {
    let petition = take_own(connection, given).await?;
    let is_first = follow_up::rated(connection, &[petition.petition_id]).await?.is_empty();
    // Begun while there was a result: what is answered after a reopening still completes it.
    if is_first && !can_rate(&petition) {
        return Err(CaseError::NotAllowed { from: petition.status });
    }
    let level = |name: &str| -> Option<i16> {
        let level = given.answers.get(name)?.reveal().parse().ok()?;
        (1..=5).contains(&level).then_some(level)
    };
    let levels = Levels {
        overall: level("overall"),
        channels: level("channels"),
        ease: level("ease"),
        handling: level("handling"),
        timely_notice: level("timely_notice"),
    };
    let version = given.answers.get("version").map(|version| version.reveal()).unwrap_or_default();
    let comment = given.answer("comment");
    let said = (version, &levels, comment.as_ref());
    follow_up::rate(connection, petition.petition_id, &given.draft_key, said, at).await?;
    if is_first {
        record(connection, &petition, Action::Rate, petition.status, (json!({}), at)).await?;
    }
    followed(rules, connection, &petition.reference).await
}

pub(super) fn can_rate(petition: &Petition) -> bool {
    petition.status == Status::Published
}
