//! What the sender said about a petition after filing it: supplements with what came along, and the survey.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::attachment::Filed;
use crate::privacy::Personal;

vocabulary! {
    /// Why the sender said it.
    pub enum Occasion {
        /// An officer asked for it.
        Asked = "asked", "Gửi thêm theo yêu cầu";
        /// An officer asked for it; the sender has it no more.
        Gone = "gone", "Báo không còn giấy tờ được hỏi";
        /// Of their own accord.
        Added = "added", "Gửi thêm";
        Reopening = "reopening", "Lý do mở lại";
        Withdrawal = "withdrawal", "Lý do rút";
    }
}

vocabulary! {
    /// The ready reasons to reopen.
    pub enum ReopenReason {
        NotToThePoint = "not_to_the_point", "Chưa trả lời đúng";
        NotDone = "not_done", "Chưa làm như trả lời";
    }
}

/// Something to be kept.
#[derive(Clone, Debug)]
pub struct NewSupplement {
    pub petition_id: i64,
    pub draft_key: String,
    pub occasion: Occasion,
    /// Empty where only files came.
    pub words: Personal,
    pub reason: Option<ReopenReason>,
    pub at: DateTime<Utc>,
}

/// Something the sender said, with what came along.
#[derive(Clone, Debug)]
pub struct Supplement {
    pub occasion: Occasion,
    pub words: Personal,
    pub reason: Option<ReopenReason>,
    pub at: DateTime<Utc>,
    pub attachments: Vec<Filed>,
}

/// Levels from 1 to 5; none where the sender did not answer.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    pub overall: Option<i16>,
    pub channels: Option<i16>,
    pub ease: Option<i16>,
    pub handling: Option<i16>,
    pub timely_notice: Option<i16>,
}

/// Keeps what was said; none when its draft was filed already.
pub async fn insert(connection: &mut PgConnection, new: &NewSupplement) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into supplement (petition_id, draft_key, occasion, words, reason, supplied_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (draft_key) do nothing
         returning supplement_id",
        new.petition_id,
        new.draft_key,
        new.occasion.name(),
        new.words.reveal(),
        new.reason.map(ReopenReason::name),
        new.at,
    )
    .fetch_optional(connection)
    .await
}

/// Whether this draft was filed already.
pub async fn is_filed(connection: &mut PgConnection, petition_id: i64, draft_key: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists(select from supplement where petition_id = $1 and draft_key = $2) as "is_filed!""#,
        petition_id,
        draft_key,
    )
    .fetch_one(connection)
    .await
}

/// Everything the sender said after filing, oldest first.
pub async fn of(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<Supplement>> {
    let mut attached = super::attachment::of_supplements(connection, petition_id).await?;
    let rows = sqlx::query!(
        r#"select supplement_id, occasion as "occasion: Occasion", words as "words: Personal",
                  reason as "reason: ReopenReason", supplied_at
           from supplement where petition_id = $1 order by supplement_id"#,
        petition_id,
    )
    .fetch_all(connection)
    .await?;
    let supplements = rows.into_iter().map(|row| Supplement {
        occasion: row.occasion,
        words: row.words,
        reason: row.reason,
        at: row.supplied_at,
        attachments: attached.remove(&row.supplement_id).unwrap_or_default(),
    });
    Ok(supplements.collect())
}

/// Keeps the answers of a survey: the same draft again completes them. False when somebody rated the petition in another
/// draft: then nothing changes.
pub async fn rate(
    connection: &mut PgConnection,
    petition_id: i64,
    draft_key: &str,
    (text_version, levels, comment): (&str, &Levels, Option<&Personal>),
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let row = sqlx::query_scalar!(
        "insert into survey (petition_id, draft_key, text_version, overall, channels, ease, handling, timely_notice,
                             comment, rated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (petition_id) do update
         set overall = coalesce(excluded.overall, survey.overall),
             channels = coalesce(excluded.channels, survey.channels),
             ease = coalesce(excluded.ease, survey.ease),
             handling = coalesce(excluded.handling, survey.handling),
             timely_notice = coalesce(excluded.timely_notice, survey.timely_notice),
             comment = coalesce(excluded.comment, survey.comment)
         where survey.draft_key = excluded.draft_key
         returning survey_id",
        petition_id,
        draft_key,
        text_version,
        levels.overall,
        levels.channels,
        levels.ease,
        levels.handling,
        levels.timely_notice,
        comment.map(Personal::reveal),
        at,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Which of these petitions were rated.
pub async fn rated(connection: &mut PgConnection, petition_ids: &[i64]) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!("select petition_id from survey where petition_id = any($1)", petition_ids)
        .fetch_all(connection)
        .await
}
