//! The files an office edits, read and checked together: dialogs and notices.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::bail;

use crate::casework::notices::Notices;
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
            problems.extend(rules.as_ref().ok().and_then(|rules| other_notice(catalog, &rules.notices)));
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

/// What people agree to in the chat and what the page shows in full must be the same version: consent is proved by it.
pub fn other_notice(catalog: &Catalog, notices: &Notices) -> Option<String> {
    let (asked, shown) = (catalog.consent_version(), notices.consent().version.as_str());
    (asked != shown).then(|| {
        format!(
            "[consent] version: menu.toml asks for consent to «{asked}», but notices.toml has the text of «{shown}»"
        )
    })
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_notice_people_agree_to_is_the_one_they_can_read() {
        let notices = Notices::load(Path::new("dialogs")).expect("notices");
        let here = Catalog::load(Path::new("dialogs")).expect("dialogs");
        assert_eq!(other_notice(&here, &notices), None);

        let folder = tempfile::tempdir().expect("a folder");
        for entry in std::fs::read_dir("dialogs").expect("dialogs") {
            let entry = entry.expect("a file");
            let text = std::fs::read_to_string(entry.path()).expect("a text");
            let text = text.replace("version = \"2026-11\"", "version = \"2027-01\"");
            let text = if entry.file_name() == "menu.toml" { text } else { text.replace("2027-01", "2026-11") };
            std::fs::write(folder.path().join(entry.file_name()), text).expect("written");
        }
        let newer = Catalog::load(folder.path()).expect("dialogs");
        let told = other_notice(&newer, &notices).expect("a problem");
        assert!(told.contains("«2027-01»") && told.contains("«2026-11»"), "{told}");
    }
}
