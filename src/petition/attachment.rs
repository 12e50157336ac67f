//! What people sent along with a petition: its description and where Zalo keeps it. The bytes are fetched elsewhere.

use std::collections::BTreeMap;

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

/// Keeps what came along with a petition.
pub async fn insert(connection: &mut PgConnection, petition_id: i64, attachment: &Attachment) -> sqlx::Result<()> {
    add(connection, petition_id, None, attachment).await
}

/// Keeps what came along with a supplement of a petition.
pub async fn insert_with_supplement(
    connection: &mut PgConnection,
    petition_id: i64,
    supplement_id: i64,
    attachment: &Attachment,
) -> sqlx::Result<()> {
    add(connection, petition_id, Some(supplement_id), attachment).await
}

async fn add(
    connection: &mut PgConnection,
    petition_id: i64,
    supplement_id: Option<i64>,
    attachment: &Attachment,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into attachment
             (petition_id, supplement_id, kind, url, name, size, description, latitude, longitude, is_identity)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        petition_id,
        supplement_id,
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

/// What came with the petition itself, in the order in which it was sent.
pub async fn of(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<Attachment>> {
    sqlx::query_as!(
        Attachment,
        r#"select kind, url, name, size, description as "description: Personal",
                  latitude as "latitude: Personal", longitude as "longitude: Personal", is_identity
           from attachment where petition_id = $1 and supplement_id is null order by attachment_id"#,
        petition_id,
    )
    .fetch_all(connection)
    .await
}

/// What came with each supplement of a petition, in the order in which it was sent.
pub async fn of_supplements(
    connection: &mut PgConnection,
    petition_id: i64,
) -> sqlx::Result<BTreeMap<i64, Vec<Attachment>>> {
    let rows = sqlx::query!(
        r#"select supplement_id as "supplement_id!", kind, url, name, size, description as "description: Personal",
                  latitude as "latitude: Personal", longitude as "longitude: Personal", is_identity
           from attachment where petition_id = $1 and supplement_id is not null order by attachment_id"#,
        petition_id,
    )
    .fetch_all(connection)
    .await?;
    let mut attached: BTreeMap<i64, Vec<Attachment>> = BTreeMap::new();
    for row in rows {
        attached.entry(row.supplement_id).or_default().push(Attachment {
            kind: row.kind,
            url: row.url,
            name: row.name,
            size: row.size,
            description: row.description,
            latitude: row.latitude,
            longitude: row.longitude,
            is_identity: row.is_identity,
        });
    }
    Ok(attached)
}
