//! Where the bytes lie: an object store, by default a local folder.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::body::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetResult, ObjectStore, ObjectStoreExt};
use tokio::time::timeout;
use url::Url;
use uuid::Uuid;

use super::picture::Drawn;

/// A store that takes longer for one object counts as away.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

/// The object store of the setting `ATTACHMENT_STORE`.
#[derive(Clone, Debug)]
pub struct Shelf {
    store: Arc<dyn ObjectStore>,
    below: Path,
}

/// What is kept of one attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it came.
    Original,
    /// A picture in full size without metadata, a JPEG.
    Clean,
    /// A JPEG.
    Thumbnail,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Clean => "clean",
            Self::Thumbnail => "thumbnail",
        }
    }
}

impl Shelf {
    /// Opens the store at `url`: `file:///folder`, `memory:///`, `s3://bucket/prefix` with the usual `AWS_…` variables.
    /// Nothing is asked of it yet.
    pub fn open(url: &Url) -> anyhow::Result<Self> {
        Self::open_with(url, std::env::vars().filter(|(name, _)| name.starts_with("AWS_")))
    }

    fn open_with(url: &Url, options: impl Iterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let options = options.map(|(name, value)| (name.to_lowercase(), value));
        let (store, below) = object_store::parse_url_opts(url, options).context("ATTACHMENT_STORE cannot be opened")?;
        Ok(Self { store: store.into(), below })
    }

    pub(super) async fn put(&self, folder: Uuid, copy: Uuid, part: Part, bytes: Bytes) -> anyhow::Result<()> {
        let path = self.path(folder, copy, part);
        within(async { Ok(self.store.put(&path, bytes.into()).await.map(|_| ())?) }).await
    }

    /// Everything that is kept of something: the original last.
    pub(super) async fn put_away(
        &self,
        folder: Uuid,
        copy: Uuid,
        bytes: Bytes,
        drawn: Option<Drawn>,
    ) -> anyhow::Result<()> {
        if let Some(Drawn { thumbnail, clean }) = drawn {
            self.put(folder, copy, Part::Thumbnail, thumbnail.into()).await?;
            self.put(folder, copy, Part::Clean, clean.into()).await?;
        }
        self.put(folder, copy, Part::Original, bytes).await
    }

    /// What is kept; none where nothing lies there.
    pub async fn get(&self, folder: Uuid, copy: Uuid, part: Part) -> anyhow::Result<Option<GetResult>> {
        let path = self.path(folder, copy, part);
        within(async {
            match self.store.get(&path).await {
                Ok(found) => Ok(Some(found)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    /// The whole original; none where nothing lies there.
    pub(super) async fn bytes(&self, folder: Uuid, copy: Uuid) -> anyhow::Result<Option<Bytes>> {
        match self.get(folder, copy, Part::Original).await? {
            Some(found) => within(async { Ok(Some(found.bytes().await?)) }).await,
            None => Ok(None),
        }
    }

    /// Deletes one attempt's bytes.
    pub(super) async fn remove_copy(&self, folder: Uuid, copy: Uuid) -> anyhow::Result<()> {
        self.remove(self.folder(folder).join(copy.to_string())).await
    }

    /// Deletes all that any attempt brought.
    pub(super) async fn remove_all(&self, folder: Uuid) -> anyhow::Result<()> {
        self.remove(self.folder(folder)).await
    }

    async fn remove(&self, below: Path) -> anyhow::Result<()> {
        within(async {
            let found: Vec<Path> = self.store.list(Some(&below)).map_ok(|found| found.location).try_collect().await?;
            let gone = self.store.delete_stream(futures::stream::iter(found.into_iter().map(Ok)).boxed());
            let gone: Vec<_> = gone.collect().await;
            let failed = gone.into_iter().filter_map(Result::err);
            // somebody else may have deleted it meanwhile
            match failed.into_iter().find(|error| !matches!(error, object_store::Error::NotFound { .. })) {
                Some(error) => Err(error.into()),
                None => Ok(()),
            }
        })
        .await
    }

    fn folder(&self, folder: Uuid) -> Path {
        self.below.clone().join(folder.to_string())
    }

    fn path(&self, folder: Uuid, copy: Uuid, part: Part) -> Path {
        self.folder(folder).join(copy.to_string()).join(part.name())
    }
}

async fn within<T>(asked: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    timeout(ANSWERS_WITHIN, asked).await.context("the store of attachments does not answer")?
}

#[cfg(test)]
#[path = "shelf_tests.rs"]
mod tests;
