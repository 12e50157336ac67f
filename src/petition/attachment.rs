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
        // its bytes are fetched since its message came: the newest with this address, where one was sent twice
        "insert into attachment
             (petition_id, supplement_id, kind, url, name, size, description, latitude, longitude, is_identity, media_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                 (select max(media_id) from media
                  where citizen_id = (select citizen_id from petition where petition_id = $1)
                    and url = $4 and state <> 'dropped'))",
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

/// Something that came along, as it stands in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    pub attachment_id: i64,
    /// Its bytes; none where nothing was to be fetched.
    pub media_id: Option<i64>,
    pub attachment: Attachment,
}

/// What came with the petition itself, in the order in which it was sent.
pub async fn of(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<Vec<Filed>> {
    Ok(all(connection, petition_id).await?.remove(&None).unwrap_or_default())
}

/// What came with each supplement of a petition, in the order in which it was sent.
pub async fn of_supplements(
    connection: &mut PgConnection,
    petition_id: i64,
) -> sqlx::Result<BTreeMap<i64, Vec<Filed>>> {
    let all = all(connection, petition_id).await?;
    Ok(all.into_iter().filter_map(|(supplement_id, filed)| Some((supplement_id?, filed))).collect())
}

/// One thing that came with a petition or its supplements.
pub async fn find(connection: &mut PgConnection, petition_id: i64, attachment_id: i64) -> sqlx::Result<Option<Filed>> {
    let all = all(connection, petition_id).await?;
    Ok(all.into_values().flatten().find(|filed| filed.attachment_id == attachment_id))
}

/// Whether any petition says that these bytes are a paper that proves who somebody is.
pub async fn is_identity(connection: &mut PgConnection, media_id: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from attachment where media_id = $1 and is_identity) as "is_identity!""#,
        media_id,
    )
    .fetch_one(connection)
    .await
}

/// Everything, by the supplement that it came with; under none what came with the petition itself.
async fn all(connection: &mut PgConnection, petition_id: i64) -> sqlx::Result<BTreeMap<Option<i64>, Vec<Filed>>> {
    let rows = sqlx::query!(
        r#"select attachment_id, supplement_id, media_id, kind, url, name, size,
                  description as "description: Personal", latitude as "latitude: Personal",
                  longitude as "longitude: Personal", is_identity
           from attachment where petition_id = $1 order by attachment_id"#,
        petition_id,
    )
    .fetch_all(connection)
    .await?;
    let mut filed: BTreeMap<Option<i64>, Vec<Filed>> = BTreeMap::new();
    for row in rows {
        let attachment = Attachment {
            kind: row.kind,
            url: row.url,
            name: row.name,
            size: row.size,
            description: row.description,
            latitude: row.latitude,
            longitude: row.longitude,
            is_identity: row.is_identity,
        };
        let (attachment_id, media_id) = (row.attachment_id, row.media_id);
        filed.entry(row.supplement_id).or_default().push(Filed { attachment_id, media_id, attachment });
    }
    Ok(filed)
}
