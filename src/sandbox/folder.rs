//! The folder everything lives in, and those that others left behind.
//!
//! As long as its owner lives, a lock is held on the file `alive` in it. The lock goes with the process, whatever kills it.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::programs::Servant;
use super::{SandboxError, io_error};

const PREFIX: &str = "zalo-petitions-sandbox-";
/// What a folder is called until its lock is held: nobody takes it for a stale one.
const UNFINISHED: &str = "zalo-petitions-new-";
const LOCK: &str = "alive";

/// A folder that belongs to this process.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _alive: File,
}

impl Folder {
    /// A new folder below `parent` that nobody but `servant` (or we) can read.
    pub fn create(parent: &Path, servant: Option<&Servant>) -> Result<Self, SandboxError> {
        let name = Uuid::new_v4().simple().to_string();
        let unfinished = parent.join(format!("{UNFINISHED}{name}"));
        let path = parent.join(format!("{PREFIX}{name}"));
        let made = || {
            fs::create_dir(&unfinished)?;
            fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o700))?;
            let alive = File::create_new(unfinished.join(LOCK))?;
            alive.lock()?;
            if let Some(servant) = servant {
                chown(&unfinished, Some(servant.uid), Some(servant.gid))?;
            }
            fs::rename(&unfinished, &path)?;
            Ok(alive)
        };
        match made() {
            Ok(alive) => Ok(Self { path, _alive: alive }),
            Err(source) => {
                let _ = fs::remove_dir_all(&unfinished);
                Err(io_error(format!("making a folder below {}", parent.display()), source))
            }
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Deletes the folders below `parent` whose owner and sweeper both died (a power cut, a killed container). What cannot be
/// deleted, another user's for instance, is left to its owner.
pub fn sweep_stale(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let alive = File::open(entry.path().join(LOCK));
        if alive.is_ok_and(|alive| alive.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_stale_when_its_owner_is_gone() {
        let parent = tempfile::tempdir().expect("a folder");
        let ours = Folder::create(parent.path(), None).expect("a sandbox folder");
        let foreign = parent.path().join("somebody-else");
        fs::create_dir(&foreign).expect("a folder");

        sweep_stale(parent.path());
        assert!(ours.path().is_dir(), "its owner lives");

        let path = ours.path().to_owned();
        drop(ours);
        assert!(path.is_dir());
        sweep_stale(parent.path());
        assert!(!path.exists(), "its owner is gone");
        assert!(foreign.is_dir(), "not a sandbox");
    }
}
