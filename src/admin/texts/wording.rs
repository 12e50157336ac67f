//! The texts as they read now, in this process: every instance looks every few seconds whether another one changed any.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::PgConnection;
use tokio::task::spawn_blocking;

use super::store;
use crate::casework::notices::Notices;
use crate::casework::notices::edits::Edits;
use crate::dialog::Dialogs;

const DIRECTORY: &str = "directory.";

/// What the office may change while the service runs: its notices, and the names in its dialogs. Clones share all.
#[derive(Clone, Debug)]
pub struct Wording {
    pub notices: Notices,
    pub dialogs: Dialogs,
    taken: Arc<Mutex<Taken>>,
}

/// Which changes were taken over last.
#[derive(Debug, Default)]
struct Taken {
    revision: i64,
    directory: BTreeMap<String, String>,
}

impl Wording {
    pub fn new(notices: Notices, dialogs: Dialogs) -> Self {
        Self { notices, dialogs, taken: Arc::default() }
    }

    /// Takes over what was changed since; gives how many texts differ from the files now, or 0 where nothing is new.
    pub async fn refresh(&self, connection: &mut PgConnection) -> anyhow::Result<u64> {
        let revision = store::revision(connection).await?;
        if self.taken().revision == revision {
            return Ok(0);
        }
        let edits = store::edits(connection).await?;
        for key in self.notices.put(&edits) {
            tracing::error!(key, "a changed text does not fit the file any more: the file's own stands");
        }
        let directory = directory(&edits);
        if self.taken().directory != directory {
            self.rename(directory.clone()).await?;
        }
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = Taken { revision, directory };
        Ok(edits.len() as u64)
    }

    /// What is wrong with this text, in the notices and in the dialogs.
    pub async fn problems(&self, key: &str, text: &str, edits: &Edits) -> anyhow::Result<Vec<String>> {
        let mut problems = self.notices.problems(key, text, edits);
        if problems.is_empty() && key.starts_with(DIRECTORY) {
            let mut edits = edits.clone();
            edits.insert(key.to_owned(), text.to_owned());
            let (dialogs, directory) = (self.dialogs.clone(), directory(&edits));
            let found = spawn_blocking(move || dialogs.problems(&directory)).await?;
            problems.extend(found.into_iter().map(|problem| format!("Trong khung chat: {}.", problem.text)));
            problems.dedup();
        }
        Ok(problems)
    }

    async fn rename(&self, directory: BTreeMap<String, String>) -> anyhow::Result<()> {
        let dialogs = self.dialogs.clone();
        let renamed = spawn_blocking(move || dialogs.rename(&directory)).await?;
        if let Err(problems) = renamed {
            tracing::error!(problems = problems.len(), "the dialogs do not take the changed names: theirs stand");
        }
        Ok(())
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The changed names by their names alone.
fn directory(edits: &Edits) -> BTreeMap<String, String> {
    let named = edits.iter().filter_map(|(key, text)| Some((key.strip_prefix(DIRECTORY)?.to_owned(), text.clone())));
    named.collect()
}
