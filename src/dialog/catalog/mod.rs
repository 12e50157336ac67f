//! Loads the dialogs and checks them completely: whoever holds a [`Catalog`] can rely on every text and every target.

mod check;
mod form;
mod menu;
#[cfg(test)]
mod mistakes;
mod outline;
mod reach;
mod reader;
mod slots;
#[cfg(test)]
mod tests;
mod twins;
mod whole;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::answer::{self, name::Name};
use super::definition::{Form, Guidance, Menu, Screen};
use super::known::SCREENS;
use outline::Outline;
pub use reader::Problem;
use reader::{Source, Table};

/// A file that holds none of these tables is somebody else's (the notices).
const OURS: [&str; 3] = ["screen", "form", "meaning"];

/// Every dialog, checked.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub(super) menu: Menu,
    pub(super) guidance: Guidance,
    pub(super) forms: BTreeMap<String, Form>,
    pub(super) screens: BTreeMap<String, Screen>,
    collected: Vec<Collected>,
    /// Where the version of the notice stands.
    consent_at: Option<Problem>,
    quiet_factor: f64,
    pub(super) public_url: String,
}

/// An answer that a form gives, and where the question stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    pub form: String,
    pub answer: String,
    pub file: PathBuf,
    pub line: usize,
    /// The label under which it is kept where the registry has no place for it.
    pub kept_as: Option<String>,
}

/// How much there is, for whoever checks the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub forms: usize,
    pub steps: usize,
    pub screens: usize,
    pub words: usize,
}

impl Catalog {
    /// Reads every `*.toml` in a folder. All problems come at once, each with file and line.
    pub fn load(dir: &Path) -> Result<Catalog, Vec<Problem>> {
        Self::load_with(dir, &BTreeMap::new())
    }

    /// The same with these names of the directory instead of the file's.
    pub fn load_with(dir: &Path, directory: &BTreeMap<String, String>) -> Result<Catalog, Vec<Problem>> {
        let (problems, named) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let files = read_files(dir, &problems);
        let constants = constants(&files, directory);
        let mut catalog = Catalog {
            menu: Menu::default(),
            guidance: Guidance::default(),
            forms: BTreeMap::new(),
            screens: BTreeMap::new(),
            collected: Vec::new(),
            consent_at: None,
            quiet_factor: 1.0,
            public_url: String::new(),
        };
        for (file, content) in &files {
            let (parsed, errors) = DeTable::parse_recoverable(content);
            let outline = Outline::of(parsed.get_ref());
            let source =
                Source { file, content, constants: &constants, outline: &outline, named: &named, problems: &problems };
            for error in errors {
                source.problem(error.span().map_or(0, |span| span.start), error.message());
            }
            if OURS.iter().any(|key| parsed.get_ref().contains_key(*key)) {
                catalog.read(&source, &source.table(&parsed));
            }
        }
        catalog.lend_words();
        check::unasked(&catalog, named.into_inner(), &problems);
        check::missing_parts(&catalog, dir, &problems);
        let mut problems = problems.into_inner();
        problems.sort();
        problems.dedup();
        if problems.is_empty() { Ok(catalog) } else { Err(problems) }
    }

    /// Multiplies every pause before a reply; 0 answers at once.
    pub fn with_quiet(mut self, factor: f64) -> Self {
        self.quiet_factor = factor.max(0.0);
        self
    }

    /// Where people reach the service; links in the dialogs begin with it.
    pub fn with_public_url(mut self, url: &str) -> Self {
        self.public_url = url.trim_end_matches('/').to_owned();
        self
    }

    pub(super) fn quiet_factor(&self) -> f64 {
        self.quiet_factor
    }

    /// A person's name, as people type it; none where the text is something else.
    pub fn read_name(&self, text: &str) -> Name {
        answer::name::read(&self.menu.lexicon, text)
    }

    /// The same with what somebody is: «Vũ Thị Hạnh, kế toán trưởng».
    pub fn read_name_with_role(&self, text: &str) -> Name {
        answer::name::read_with_role(&self.menu.lexicon, text)
    }

    /// What a story is about, as the key under which petitions of one matter are found; empty where nobody knows.
    pub fn topic_of(&self, content: &str) -> &str {
        let topics = self.forms.get("petition").map(|form| form.topics.as_slice()).unwrap_or_default();
        answer::title::first(topics, &answer::story::Told::new(content)).map_or("", |topic| topic.key.as_str())
    }

    /// The title that is proposed for a story.
    pub fn propose_title(&self, category: &str, content: &str) -> String {
        let form = self.forms.get("petition").expect("the catalog holds the form of a petition");
        answer::title::proposed(form, Some(category), content)
    }

    /// Which answers each form that files something collects.
    pub fn forms(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.forms.iter().map(|(name, form)| (name.clone(), check::collected(form))).collect()
    }

    /// The same, each answer with the place of its question.
    pub fn collected(&self) -> &[Collected] {
        &self.collected
    }

    /// A problem of the version of the notice, with its place.
    pub fn consent_problem(&self, text: String) -> Problem {
        let at = self.consent_at.clone();
        Problem { text, ..at.unwrap_or(Problem { file: PathBuf::new(), line: 1, text: String::new() }) }
    }

    /// The version of the notice that citizens agree to.
    pub fn consent_version(&self) -> &str {
        &self.menu.consent_version
    }

    pub fn counts(&self) -> Counts {
        Counts {
            forms: self.forms.len(),
            steps: self.forms.values().map(|form| form.steps.len()).sum(),
            screens: self.screens.len(),
            words: self.menu.lexicon.count(),
        }
    }

    pub(super) fn screen(&self, name: &str) -> &Screen {
        self.screens.get(name).expect("the catalog holds every screen of the list")
    }

    /// Seconds, after the setting that shortens all pauses.
    pub(super) fn quiet(&self, seconds: u32) -> u32 {
        // Pauses are a few seconds; a fraction rounds up so that a factor of 0.1 still waits.
        (f64::from(seconds) * self.quiet_factor).ceil() as u32
    }

    /// A form about a petition says files and petitions as the petition's own form does.
    fn lend_words(&mut self) {
        let Some(words) = self.forms.get("petition").map(|form| form.said.clone()) else { return };
        for form in self.forms.values_mut().filter(|form| form.follow_up.is_some()) {
            for (name, text) in &words {
                form.said.entry(name.clone()).or_insert_with(|| text.clone());
            }
        }
    }

    fn read(&mut self, source: &Source<'_>, table: &Table<'_>) {
        if let Some(screens) = table.table("screen") {
            for name in screens.keys() {
                let Some(screen) = screens.table(&name) else { continue };
                if !SCREENS.contains(&name.as_str()) {
                    screen.problem("màn hình này không dùng ở đâu");
                }
                let read = menu::screen(&screen, menu::limit(&name), &[]);
                if self.screens.insert(name, read).is_some() {
                    screen.problem("màn hình này đã có ở tệp khác");
                }
            }
        }
        if let Some(words) = table.table("words") {
            words.pairs();
        }
        if table.has("scope") {
            self.guidance = menu::guidance(table);
        }
        if table.has("meaning") {
            self.menu = menu::menu(table);
            let line = source.line(source.outline.nth("consent", 0));
            self.consent_at = Some(Problem { file: source.file.to_owned(), line, text: String::new() });
        }
        if table.has("form") {
            let form = form::form(table);
            check::form(source, &form);
            self.collected.extend(check::collected_at(source, &form));
            let name = form.name.clone();
            if self.forms.insert(name.clone(), form).is_some() {
                source.problem(source.outline.nth("form", 0), format!("biểu mẫu «{name}» đã có ở tệp khác"));
            }
        }
    }
}

fn read_files(dir: &Path, problems: &RefCell<Vec<Problem>>) -> Vec<(PathBuf, String)> {
    let problem =
        |file: &Path, text: String| problems.borrow_mut().push(Problem { file: file.to_owned(), line: 1, text });
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            problem(dir, format!("không đọc được thư mục: {error}"));
            return Vec::new();
        }
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        match std::fs::read_to_string(&path) {
            Ok(content) => files.push((path, content)),
            Err(error) => problem(&path, format!("không đọc được tệp: {error}")),
        }
    }
    files
}

/// The tables `[words]` and `[directory]`: names that stand for themselves in every text, so that the office changes them
/// in one place. A word of the dialogs' own wins over the directory.
fn constants(files: &[(PathBuf, String)], directory: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut words = BTreeMap::new();
    for name in ["directory", "words"] {
        for (_, content) in files {
            let (parsed, _) = DeTable::parse_recoverable(content);
            let table = parsed.get_ref().get(name).and_then(|value| value.get_ref().as_table());
            for (key, value) in table.into_iter().flatten() {
                if let Some(text) = value.get_ref().as_str() {
                    words.insert(key.get_ref().to_string(), text.to_owned());
                }
            }
        }
        if name == "directory" {
            words.extend(directory.clone());
        }
    }
    words
}
