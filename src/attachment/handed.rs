//! What a sender gave to an officer at the counter or in a letter: put away as what is fetched is, scanned before anybody
//! opens it, and kept with its petition.

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::keeper::draw;
use super::kind::{Class, Kind};
use super::lease::Found;
use super::shelf::{Part, Shelf};

/// A file that lies on the shelf and belongs to nobody yet.
#[derive(Debug)]
pub struct Handed {
    folder: Uuid,
    copy: Uuid,
    found: Found,
}

impl Handed {
    /// Puts the bytes away. What is not entered afterwards is to be taken back.
    pub async fn put_away(shelf: &Shelf, bytes: Bytes) -> anyhow::Result<Self> {
        let kind = Kind::of(&bytes);
        let drawn = match kind.class {
            Class::Picture => draw(bytes.clone()).await?,
            Class::Plain | Class::Doubtful => None,
        };
        let (folder, copy) = (Uuid::new_v4(), Uuid::new_v4());
        let found = Found {
            mime: kind.mime,
            size: bytes.len() as i64,
            sha256: hex::encode(Sha256::digest(&bytes)),
            is_drawn: drawn.is_some(),
        };
        if let Some(drawn) = drawn {
            shelf.put(folder, copy, Part::Thumbnail, drawn.thumbnail.into()).await?;
            shelf.put(folder, copy, Part::Clean, drawn.clean.into()).await?;
        }
        shelf.put(folder, copy, Part::Original, bytes).await?;
        Ok(Self { folder, copy, found })
    }

    /// Where it stands: what names this address in the register gets these bytes.
    pub fn url(&self) -> String {
        format!("handed:{}", self.folder)
    }

    pub fn size(&self) -> i64 {
        self.found.size
    }

    /// Whether it can be drawn: a picture; else it is a file.
    pub fn kind(&self) -> &'static str {
        if self.found.is_drawn { "image" } else { "file" }
    }

    /// Notes whose it is. It waits for the scanner, where there is one.
    pub async fn enter(&self, connection: &mut PgConnection, citizen_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
        sqlx::query!(
            "insert into media
                 (citizen_id, position, kind, url, received_at, retry_at, state, folder, copy, mime, size, sha256, is_drawn,
                  fetched_at)
             values ($1, 1, $2, $3, $4, $4, 'unscanned', $5, $6, $7, $8, $9, $10, $4)",
            citizen_id,
            self.kind(),
            self.url(),
            at,
            self.folder,
            self.copy,
            self.found.mime,
            self.found.size,
            self.found.sha256,
            self.found.is_drawn,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// It was not entered: nothing of it stays.
    pub async fn take_back(self, shelf: &Shelf) -> anyhow::Result<()> {
        shelf.remove_all(self.folder).await
    }
}
