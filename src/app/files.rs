//! The files an office edits, read and checked together: dialogs and notices.

use std::sync::Arc;

use anyhow::bail;

use crate::casework::notices::Notices;
use crate::casework::{self, Rules};
use crate::config::Settings;
use crate::dialog::{Catalog, Collected, Problem};

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
            problems.extend(unfileable(catalog).iter().map(ToString::to_string));
            let notice = rules.as_ref().ok().and_then(|rules| other_notice(catalog, &rules.notices));
            problems.extend(notice.iter().map(ToString::to_string));
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
pub fn other_notice(catalog: &Catalog, notices: &Notices) -> Option<Problem> {
    let (asked, shown) = (catalog.consent_version(), notices.consent().version.as_str());
    let text = || format!("[consent] version: hỏi đồng ý bản «{asked}», mà notices.toml có toàn văn bản «{shown}»");
    (asked != shown).then(|| catalog.consent_problem(text()))
}

/// The form whose record takes answers of an office's own.
const PETITION: &str = "petition";

/// Every form that files something must collect what the registry requires, and nothing that it would lose.
pub fn unfileable(catalog: &Catalog) -> Vec<Problem> {
    let mut problems = Vec::new();
    for Collected { form, answer, file, line, kept_as } in catalog.collected() {
        let (required, optional) = casework::answers_of(form).unwrap_or_default();
        let is_known = required.iter().chain(optional).any(|known| known == answer);
        let text = match (is_known, kept_as) {
            (true, None) => continue,
            (false, Some(_)) if form == PETITION => continue,
            (true, Some(_)) => format!("biểu mẫu «{form}»: sổ phản ánh có sẵn mục «{answer}», không cần «kept_as»"),
            (false, _) => format!(
                "biểu mẫu «{form}»: hỏi «{answer}», mà sổ phản ánh không có mục này; thêm kept_as = \"tên mục cho cán bộ đọc\""
            ),
        };
        problems.push(Problem { file: file.clone(), line: *line, text });
    }
    for (form, answers) in catalog.forms() {
        let Some(first) = catalog.collected().iter().find(|collected| collected.form == form) else { continue };
        let mut problem = |text| problems.push(Problem { file: first.file.clone(), line: 1, text });
        let Some((required, _)) = casework::answers_of(&form) else {
            problem(format!("sổ phản ánh không có biểu mẫu «{form}»"));
            continue;
        };
        for missing in required.iter().filter(|name| !answers.contains(**name)) {
            problem(format!("biểu mẫu «{form}»: chưa hỏi «{missing}», mà sổ phản ánh cần"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What the registry says to the real dialogs after one change in the form.
    fn said_after(from: &str, to: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        for entry in std::fs::read_dir("dialogs").expect("dialogs") {
            let entry = entry.expect("a file");
            let text = std::fs::read_to_string(entry.path()).expect("a text");
            let text = if entry.file_name() == "petition.toml" { text.replace(from, to) } else { text };
            std::fs::write(folder.path().join(entry.file_name()), text).expect("written");
        }
        let catalog = Catalog::load(folder.path()).expect("dialogs without problems of their own");
        let name = |problem: &Problem| problem.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let said = |problem: &Problem| format!("{}: {}", name(problem).unwrap_or_default(), problem.text);
        unfileable(&catalog).iter().map(said).collect()
    }

    #[test]
    fn what_a_form_files_the_registry_knows() {
        assert_eq!(said_after("", ""), Vec::<String>::new());
        assert_eq!(
            said_after("answer = \"proposal\"", "answer = \"proposal\"\nkept_as = \"Đề xuất\""),
            ["petition.toml: biểu mẫu «petition»: sổ phản ánh có sẵn mục «proposal», không cần «kept_as»"]
        );
        assert_eq!(
            said_after("publish_consent = ", "publish_content = "),
            [
                "petition.toml: biểu mẫu «petition»: hỏi «publish_content», mà sổ phản ánh không có mục này; \
                 thêm kept_as = \"tên mục cho cán bộ đọc\"",
                "petition.toml: biểu mẫu «petition»: chưa hỏi «publish_consent», mà sổ phản ánh cần",
            ]
        );
    }

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
        let told = other_notice(&newer, &notices).expect("a problem").to_string();
        assert!(told.contains("menu.toml:1"), "{told}");
        assert!(told.contains("«2027-01»") && told.contains("«2026-11»"), "{told}");
    }
}
