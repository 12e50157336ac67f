//! One field of a form: its label, its hint, what was typed, and what is wrong with it.

use askama::Template;

/// Drawn in a template with `|safe`: everything in it is escaped here.
#[derive(Template)]
#[template(path = "admin/templates/field.html", config = "src/http/askama.toml")]
pub struct Field<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub label: &'a str,
    pub hint: &'a str,
    pub value: &'a str,
    pub error: Option<&'a str>,
    /// None: one line.
    pub rows: Option<u8>,
    /// What a phone's keyboard offers: `text`, `numeric`.
    pub mode: &'a str,
}

impl Field<'_> {
    /// The texts that belong to the field, for those who do not see them.
    fn described(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let error = self.error.map(|_| format!("{}-error", self.id));
        [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
