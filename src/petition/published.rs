//! What came along and everybody may see.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Reference;

/// One picture that is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    pub attachment_id: i64,
    pub media_id: i64,
}

/// What is to be shown, who chose it, and how the sender agreed.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    pub petition_id: i64,
    pub attachment_ids: &'a [i64],
    pub officer_id: i64,
    pub agreed: &'a str,
    pub at: DateTime<Utc>,
}

/// Puts these in the place of what was shown before; what is no attachment of the petition, has no bytes, or proves who
/// somebody is, is never among them.
pub async fn choose(connection: &mut PgConnection, choice: &Choice<'_>) -> sqlx::Result<()> {
    sqlx::query!("delete from published_attachment where petition_id = $1", choice.petition_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "insert into published_attachment (attachment_id, petition_id, officer_id, published_at, agreed)
         select attachment_id, petition_id, $3, $4, $5 from attachment
         where petition_id = $1 and attachment_id = any($2) and media_id is not null and not is_identity",
        choice.petition_id,
        choice.attachment_ids,
        choice.officer_id,
        choice.at,
        choice.agreed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What everybody may see of this petition now: nothing, once the result is not public any more.
pub async fn of(connection: &mut PgConnection, reference: &Reference) -> sqlx::Result<Vec<Shown>> {
    sqlx::query_as!(
        Shown,
        r#"select attachment_id, attachment.media_id as "media_id!"
         from published_attachment
         join attachment using (attachment_id, petition_id)
         join petition using (petition_id)
         join publication using (petition_id)
         where petition.reference = $1 and petition.status = 'published' and publication.is_public
           and attachment.media_id is not null and not attachment.is_identity
         order by attachment_id"#,
        reference.to_string(),
    )
    .fetch_all(connection)
    .await
}
