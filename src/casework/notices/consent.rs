//! The notice on personal data, in full: what people agree to when they press the button (Law 91/2025/QH15). The chat shows
//! its gist and links here.

use super::Check;

/// The page stays readable: a section is a few short paragraphs.
const SECTION_LIMIT: usize = 1_500;
const HEADING_LIMIT: usize = 80;

/// The notice as one version of it reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentNotice {
    /// The version that is written down with everybody's consent; the dialogs name the same one.
    pub version: String,
    pub title: String,
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub heading: String,
    /// Paragraphs with an empty line between them.
    pub text: String,
}

impl Check {
    pub(super) fn consent(&mut self) -> ConsentNotice {
        let version = self.text("consent.version", &[], HEADING_LIMIT);
        let title = self.text("consent.title", &[], HEADING_LIMIT);
        let mut sections = Vec::new();
        // a notice without a single section is told as the missing first one
        while sections.is_empty() || self.line_under(&format!("consent.sections.{}.", sections.len())).is_some() {
            let path = format!("consent.sections.{}", sections.len());
            sections.push(Section {
                heading: self.text(&format!("{path}.heading"), &[], HEADING_LIMIT),
                text: self.text(&format!("{path}.text"), &[], SECTION_LIMIT),
            });
        }
        ConsentNotice { version, title, sections }
    }
}
