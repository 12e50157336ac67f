//! The files an office edits, read and checked together: dialogs and notices.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::bail;

use crate::casework::{self, Rules};
use crate::config::Settings;
use crate::dialog::Catalog;

/// What the files say, once nothing is wrong with them.
pub struct Files {
    pub catalog: Arc<Catalog>,
    pub rules: Arc<Rules>,
}

impl Files {
    /// Reads and checks all of them; fails with every problem at once, each with its file and line.
    pub fn load(settings: &Settings) -> anyhow::Result<Self> {
        let (catalog, rules) = (Catalog::load(&settings.dialogs), Rules::load(settings));
        let mut problems = Vec::new();
        problems.extend(catalog.as_ref().err().into_iter().flatten().map(ToString::to_string));
        problems.extend(rules.as_ref().err().into_iter().flatten().cloned());
        if let Ok(catalog) = &catalog {
            problems.extend(unfileable(catalog));
        }
        match (catalog, rules) {
            (Ok(catalog), Ok(rules)) if problems.is_empty() => Ok(Self {
                catalog: Arc::new(
                    catalog.with_quiet(settings.dialog_quiet).with_public_url(settings.public_url.as_str()),
                ),
                rules: Arc::new(rules),
            }),
            _ => bail!("{} problems in the dialogs, notices or settings:\n  {}", problems.len(), problems.join("\n  ")),
        }
    }
}

/// Every form that files something must collect what the registry requires, and nothing that it would lose.
pub fn unfileable(catalog: &Catalog) -> Vec<String> {
    let required: BTreeSet<&str> = casework::required_answers().iter().copied().collect();
    let known: BTreeSet<&str> = required.iter().chain(casework::optional_answers()).copied().collect();
    let mut problems = Vec::new();
    for (form, answers) in catalog.forms() {
        let answers: BTreeSet<&str> = answers.iter().map(String::as_str).collect();
        for missing in required.difference(&answers) {
            problems.push(format!("{form}: does not ask for {missing}, which the registry requires"));
        }
        for lost in answers.difference(&known) {
            problems.push(format!("{form}: asks for {lost}, which the registry does not keep"));
        }
    }
    problems
}
