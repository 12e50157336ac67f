//! The dialogs as they read now: a name of the directory may change while the service runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::catalog::{Catalog, Problem};

/// One folder of dialogs for the whole process. Whoever begins a turn takes the catalog as it is then.
#[derive(Clone, Debug)]
pub struct Dialogs {
    folder: PathBuf,
    catalog: Arc<RwLock<Arc<Catalog>>>,
}

impl Dialogs {
    pub fn new(folder: &Path, catalog: Arc<Catalog>) -> Self {
        Self { folder: folder.to_owned(), catalog: Arc::new(RwLock::new(catalog)) }
    }

    pub fn present(&self) -> Arc<Catalog> {
        self.catalog.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the folder anew, with these names instead of the file's. Where anything is wrong with that, all stays.
    pub fn rename(&self, directory: &BTreeMap<String, String>) -> Result<(), Vec<Problem>> {
        let catalog = Arc::new(self.with(directory)?);
        *self.catalog.write().unwrap_or_else(PoisonError::into_inner) = catalog;
        Ok(())
    }

    /// What would be wrong with the dialogs under these names.
    pub fn problems(&self, directory: &BTreeMap<String, String>) -> Vec<Problem> {
        self.with(directory).err().unwrap_or_default()
    }

    fn with(&self, directory: &BTreeMap<String, String>) -> Result<Catalog, Vec<Problem>> {
        let before = self.present();
        let catalog = Catalog::load_with(&self.folder, directory)?;
        Ok(catalog.with_quiet(before.quiet_factor()).with_public_url(&before.public_url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_name_stands_in_every_dialog_and_one_that_does_not_fit_changes_nothing() {
        let folder = Path::new("dialogs");
        let catalog = Catalog::load(folder).expect("dialogs without problems");
        let dialogs = Dialogs::new(folder, Arc::new(catalog.with_quiet(0.5).with_public_url("https://a.example/")));
        let named = |name: &str, text: &str| BTreeMap::from([(name.to_owned(), text.to_owned())]);
        let other = |dialogs: &Dialogs| format!("{:?}", dialogs.present().screen("channels"));
        assert!(other(&dialogs).contains("024 1022"), "{}", other(&dialogs));

        dialogs.rename(&named("hotline", "024 3333")).expect("a name that fits");
        assert!(other(&dialogs).contains("Gọi 024 3333"), "{}", other(&dialogs));
        assert_eq!(dialogs.present().public_url, "https://a.example");
        let long = named("hotline", &"024 1022 ".repeat(20));
        assert!(!dialogs.problems(&long).is_empty() && dialogs.rename(&long).is_err());
        assert!(other(&dialogs).contains("024 3333"));
    }
}
