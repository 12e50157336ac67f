//! Taking in what officers send along with an answer: looked at, scanned, drawn and put away like everything else, while they
//! wait.

use axum::body::Bytes;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::clamd::{Clamd, Verdict};
use super::keeper::draw;
use super::kind::{Class, Kind};
use super::shelf::Shelf;

/// What an office sends along: papers and pictures.
const TAKEN: [&str; 4] = [
    "application/pdf",
    "image/jpeg",
    "image/png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
];

/// Where files of officers come in.
#[derive(Clone, Debug)]
pub struct Intake {
    pub shelf: Shelf,
    /// None where no scanner is set up.
    pub clamd: Option<Clamd>,
    /// Bytes.
    pub limit: usize,
}

/// A file that lies on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenIn {
    pub mime: &'static str,
    pub size: i64,
    pub sha256: String,
    /// A thumbnail and a copy without metadata lie beside it.
    pub is_drawn: bool,
    pub folder: Uuid,
    pub copy: Uuid,
}

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    #[error("it is empty")]
    Empty,
    #[error("it is larger than the limit")]
    TooLarge,
    #[error("it is neither a picture nor a paper, whatever it is called")]
    Kind,
    #[error("the scanner found {0} in it")]
    Infected(String),
    #[error("the scanner is away: {0}")]
    Unscanned(String),
    #[error(transparent)]
    Inside(#[from] anyhow::Error),
}

impl Intake {
    /// Looks at a file and puts it away. Nothing is on the shelf where this fails.
    pub async fn take_in(&self, bytes: Bytes) -> Result<TakenIn, NotTaken> {
        if bytes.is_empty() {
            return Err(NotTaken::Empty);
        }
        if bytes.len() > self.limit {
            return Err(NotTaken::TooLarge);
        }
        let kind = Kind::of(&bytes);
        if !TAKEN.contains(&kind.mime) {
            return Err(NotTaken::Kind);
        }
        self.scan(&bytes).await?;
        let drawn = match kind.class {
            Class::Picture => draw(bytes.clone()).await?,
            Class::Plain | Class::Doubtful => None,
        };
        // a picture that cannot be drawn anew would keep what the camera wrote into it
        if kind.class == Class::Picture && drawn.is_none() {
            return Err(NotTaken::Kind);
        }
        let taken = TakenIn {
            mime: kind.mime,
            size: bytes.len() as i64,
            sha256: hex::encode(Sha256::digest(&bytes)),
            is_drawn: drawn.is_some(),
            folder: Uuid::new_v4(),
            copy: Uuid::new_v4(),
        };
        if let Err(error) = self.shelf.put_away(taken.folder, taken.copy, bytes, drawn).await {
            self.forget(taken.folder, taken.copy).await;
            return Err(error.into());
        }
        Ok(taken)
    }

    /// Deletes a file that is not kept after all. What cannot be deleted now lies there under a name that nobody knows.
    pub async fn forget(&self, folder: Uuid, copy: Uuid) {
        if let Err(error) = self.shelf.remove_copy(folder, copy).await {
            tracing::warn!(%error, "a file of an answer that is not kept could not be deleted");
        }
    }

    async fn scan(&self, bytes: &[u8]) -> Result<(), NotTaken> {
        let Some(clamd) = &self.clamd else { return Ok(()) };
        match clamd.scan(bytes).await {
            Verdict::Clean => Ok(()),
            Verdict::Infected { signature } => Err(NotTaken::Infected(signature)),
            Verdict::Unknown { detail } => Err(NotTaken::Unscanned(detail)),
        }
    }
}
