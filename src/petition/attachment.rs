//! What people sent along with a petition: its description and where Zalo keeps it. The bytes are fetched elsewhere.

use sqlx::PgConnection;

use crate::privacy::Personal;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// `image`, `gif`, `file`, `audio`, `video`, `link`, `location`
    pub kind: String,
    pub url: Option<String>,
    pub name: Option<String>,
    /// Bytes, where Zalo tells.
    pub size: Option<i64>,
    pub description: Option<Personal>,
    /// Degrees of a shared location, as text.
    pub latitude: Option<Personal>,
    pub longitude: Option<Personal>,
    /// A paper that proves who somebody is: only the focal office opens it.
    pub is_identity: bool,
}

pub async fn insert(connection: &mut PgConnection, petition_id: i64, attachment: &Attachment) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into attachment (petition_id, kind, url, name, size, description, latitude, longitude, is_identity)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        petition_id,
        attachment.kind,
        attachment.url,
        attachment.name,
        attachment.size,
        attachment.description.as_ref().map(Personal::reveal),
        attachment.latitude.as_ref().map(Personal::reveal),
        attachment.longitude.as_ref().map(Personal::reveal),
        attachment.is_identity,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// In the order in which they were sent.
pub async fn of(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<Attachment>> {
    sqlx::query_as!(
        Attachment,
        r#"select kind, url, name, size, description as "description: Personal",
                  latitude as "latitude: Personal", longitude as "longitude: Personal", is_identity
           from attachment where petition_id = $1 order by attachment_id"#,
        petition_id,
    )
    .fetch_all(connection)
    .await
}
