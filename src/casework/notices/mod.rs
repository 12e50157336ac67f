//! Every sentence the service itself says outside a dialog: notices, what a petition's state is in words, refusals. They
//! stand in `dialogs/notices.toml`, are edited by people who do not write Rust, and are checked completely at start. What an
//! office changes of them while the service runs stands in the database and is checked the same way ([`edits`]).

mod consent;
mod editions;
pub mod edits;
mod leaves;
pub mod lines;
mod slots;
pub mod template;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::petition::RefusalReason;
use crate::vietnamese::nfc;
use crate::zalo::message::BUTTON_LIMIT;

pub use consent::{ConsentNotice, Section};
use editions::Editions;
use edits::TooLong;
use leaves::Leaf;
use lines::Line;
use slots::Piece;
use template::Param;

const FILE: &str = "notices.toml";
/// Leaves room for the longest values in the slots under Zalo's 2,000 characters.
const LINE_LIMIT: usize = 600;
/// Ours, not Zalo's: longer ones are cut off on small phones.
const TITLE_LIMIT: usize = 20;

/// The texts, checked, as they read now: whoever holds a copy reads what the office changed since.
#[derive(Clone, Debug)]
pub struct Notices {
    /// What stands in the file.
    file: Arc<BTreeMap<String, Leaf>>,
    editions: Arc<Editions<Texts>>,
}

/// The texts as they read at one time.
#[derive(Debug, Default)]
struct Texts {
    /// As they were written, with their slots; by their path in the file.
    raw: BTreeMap<String, String>,
    texts: BTreeMap<&'static str, String>,
    buttons: BTreeMap<&'static str, Vec<NoticeButton>>,
    refusals: Vec<Refusal>,
    consent: ConsentNotice,
    template: Vec<Param>,
    office: String,
    national_portal: String,
}

/// A button as the file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeButton {
    pub title: String,
    pub press: NoticePress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticePress {
    /// Shows the petition in the chat.
    View,
    /// Opens the page with the result.
    Result,
    /// Calls an officer.
    Person,
    /// Starts a new petition.
    Start,
    /// The matter is settled: the survey.
    Done,
    /// It is not: reopened.
    Undone,
    /// What was asked for is there no more.
    Gone,
    /// What was asked for comes later.
    Later,
    /// Opens the national portal.
    National,
}

/// One reason not to receive a petition here, and what goes with it.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub reason: RefusalReason,
    /// What officers choose from.
    pub label: String,
    /// The ready text; officers may change it before it is sent.
    pub text: String,
    /// Where the matter belongs; always said.
    pub channel: String,
    /// Title and number of a button that calls the right place.
    pub call: Option<(String, String)>,
}

impl Notices {
    /// Reads and checks `notices.toml` in this folder. Every problem is reported, with file and line.
    pub fn load(folder: &Path) -> Result<Self, Vec<String>> {
        let path = folder.join(FILE);
        let source = std::fs::read_to_string(&path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
        Self::parse(&source).map_err(|problems| {
            problems.iter().map(|(line, problem)| format!("{}:{line}: {problem}", path.display())).collect()
        })
    }

    fn parse(source: &str) -> Result<Self, Vec<(usize, String)>> {
        let mut problems = Vec::new();
        let leaves = leaves::leaves(source, &mut problems);
        let mut check = Check { problems, ..Check::of(leaves.clone()) };
        let texts = check.everything();
        check.problems.sort();
        match check.problems.is_empty() {
            true => Ok(Self { file: Arc::new(leaves), editions: Arc::new(Editions::new(texts)) }),
            false => Err(check.problems),
        }
    }

    fn present(&self) -> &Texts {
        self.editions.latest()
    }

    /// A text without slots.
    pub fn line(&self, line: Line) -> &str {
        self.present().texts.get(line.path).expect("every line was there when the file was checked")
    }

    /// A text with its slots filled.
    pub fn say(&self, line: &Line, values: &[(&str, &str)]) -> String {
        let given: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        debug_assert_eq!(given, line.slots, "the slots of {}", line.path);
        slots::fill(self.line(*line), |slot| values.iter().find(|(name, _)| *name == slot).map(|(_, value)| *value))
    }

    /// The buttons of a notice.
    pub fn buttons(&self, line: &Line) -> &[NoticeButton] {
        self.present().buttons.get(line.path).map_or(&[], Vec::as_slice)
    }

    /// All reasons to refuse, in the order in which officers choose from them.
    pub fn refusals(&self) -> &[Refusal] {
        &self.present().refusals
    }

    /// What the office that receives petitions is called.
    pub fn office(&self) -> &str {
        &self.present().office
    }

    /// Where results of the national system are looked up.
    pub fn national_portal(&self) -> String {
        format!("https://{}", self.present().national_portal)
    }

    /// The whole notice on personal data.
    pub fn consent(&self) -> &ConsentNotice {
        &self.present().consent
    }

    /// The blanks of the template message.
    pub fn template(&self) -> &[Param] {
        &self.present().template
    }

    pub fn refusal(&self, reason: RefusalReason) -> &Refusal {
        let refusal = self.refusals().iter().find(|refusal| refusal.reason == reason);
        refusal.expect("every reason was there when the file was checked")
    }
}

/// The file while it is being checked: what has been used is taken out, so that what remains is unknown.
struct Check {
    leaves: BTreeMap<String, Leaf>,
    directory: BTreeMap<String, String>,
    problems: Vec<(usize, String)>,
    /// The same of texts that are too long, for whoever edits one that stands in many.
    long: Vec<TooLong>,
}

impl Check {
    fn of(leaves: BTreeMap<String, Leaf>) -> Self {
        Self { leaves, directory: BTreeMap::new(), problems: Vec::new(), long: Vec::new() }
    }

    fn everything(&mut self) -> Texts {
        let raw = self.leaves.iter().map(|(path, leaf)| (path.clone(), leaf.text.clone())).collect();
        self.read_directory();
        let mut notices = Texts { raw, ..Texts::default() };
        match self.directory.get("office") {
            Some(office) => notices.office.clone_from(office),
            None => self.problems.push((0, "directory.office is missing".to_owned())),
        }
        match self.directory.get("national_portal") {
            Some(portal) => notices.national_portal.clone_from(portal),
            None => self.problems.push((0, "directory.national_portal is missing".to_owned())),
        }
        for line in lines::ALL {
            notices.texts.insert(line.path, self.text(line.path, line.slots, LINE_LIMIT));
            if let Some(path) = line.buttons() {
                notices.buttons.insert(line.path, self.buttons(&path));
            }
        }
        notices.consent = self.consent();
        notices.template = self.template();
        notices.refusals = RefusalReason::ALL.iter().map(|reason| self.refusal(*reason)).collect();
        for (path, leaf) in std::mem::take(&mut self.leaves) {
            self.problems.push((leaf.line, format!("nothing uses {path}")));
        }
        notices
    }

    fn read_directory(&mut self) {
        let names: Vec<String> = self.leaves.keys().filter(|path| path.starts_with("directory.")).cloned().collect();
        for path in names {
            let value = self.text(&path, &[], TITLE_LIMIT * 10);
            self.directory.insert(path.replacen("directory.", "", 1), value);
        }
    }

    /// Takes a text out of the file, checks it and fills in the directory.
    fn text(&mut self, path: &str, slots: &[&str], limit: usize) -> String {
        let Some(leaf) = self.leaves.remove(path) else {
            self.problems.push((0, format!("{path} is missing")));
            return String::new();
        };
        let Leaf { text, line } = leaf;
        if text.trim().is_empty() {
            self.problems.push((line, format!("{path} is empty")));
        }
        if nfc(&text) != text {
            self.problems.push((line, format!("{path} is not in composed form (NFC)")));
        }
        match slots::pieces(&text) {
            Ok(pieces) => {
                let names =
                    pieces.iter().filter_map(|piece| if let Piece::Slot(name) = piece { Some(*name) } else { None });
                let unknown = names.filter(|name| !slots.contains(name) && !self.directory.contains_key(*name));
                let unknown: Vec<String> = unknown.map(|name| format!("{path}: nothing fills {{{name}}}")).collect();
                self.problems.extend(unknown.into_iter().map(|problem| (line, problem)));
            }
            Err(problem) => self.problems.push((line, format!("{path}: {problem}"))),
        }
        let text = slots::fill(&text, |slot| self.directory.get(slot).map(String::as_str));
        let long = text.chars().count();
        if long > limit {
            self.problems.push((line, format!("{path} has {long} characters, at most {limit} fit")));
            self.long.push(TooLong { path: path.to_owned(), has: long, fits: limit });
        }
        text
    }

    fn buttons(&mut self, path: &str) -> Vec<NoticeButton> {
        let mut buttons = Vec::new();
        while let Some(line) = self.line_under(&format!("{path}.{}.", buttons.len())) {
            let path = format!("{path}.{}", buttons.len());
            let title = self.text(&format!("{path}.title"), &[], TITLE_LIMIT);
            let press = match self.text(&format!("{path}.press"), &[], TITLE_LIMIT).as_str() {
                "view" => NoticePress::View,
                "result" => NoticePress::Result,
                "start" => NoticePress::Start,
                "person" => NoticePress::Person,
                "done" => NoticePress::Done,
                "undone" => NoticePress::Undone,
                "gone" => NoticePress::Gone,
                "later" => NoticePress::Later,
                "national" => NoticePress::National,
                other => {
                    let known = "view, result, person, start, done, undone, gone, later or national";
                    self.problems.push((line, format!("{path}: «{other}» is not {known}")));
                    NoticePress::Person
                }
            };
            buttons.push(NoticeButton { title, press });
            if buttons.len() > BUTTON_LIMIT {
                self.problems.push((line, format!("{path}: at most {BUTTON_LIMIT} buttons fit")));
            }
        }
        buttons
    }

    fn refusal(&mut self, reason: RefusalReason) -> Refusal {
        let path = format!("refusal.{}", reason.name());
        let label = self.text(&format!("{path}.label"), &[], 60);
        let text = self.text(&format!("{path}.text"), &[], super::refuse::WHY_LIMIT);
        let channel = self.text(&format!("{path}.channel"), &[], super::refuse::CHANNEL_LIMIT);
        let call = self.line_under(&format!("{path}.call.")).map(|line| {
            let title = self.text(&format!("{path}.call.title"), &[], TITLE_LIMIT);
            let phone = self.text(&format!("{path}.call.phone"), &[], TITLE_LIMIT);
            if phone.is_empty() || !phone.bytes().all(|digit| digit.is_ascii_digit()) {
                self.problems.push((line, format!("{path}.call.phone should be digits: 84… or a short number")));
            }
            (title, phone)
        });
        Refusal { reason, label, text, channel, call }
    }

    /// The line of the first entry whose path begins so.
    fn line_under(&self, prefix: &str) -> Option<usize> {
        self.leaves.iter().find(|(path, _)| path.starts_with(prefix)).map(|(_, leaf)| leaf.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> String {
        std::fs::read_to_string("dialogs/notices.toml").expect("the file of this repository")
    }

    fn problems(source: &str) -> String {
        let problems = Notices::parse(source).expect_err("a problem");
        problems.iter().map(|(line, problem)| format!("{line}: {problem}\n")).collect()
    }

    #[test]
    fn the_file_of_this_repository_is_right() {
        let notices = Notices::load(Path::new("dialogs")).expect("no problems");
        assert_eq!(notices.refusals().len(), 13);
        assert_eq!(notices.buttons(&lines::REFUSED).len(), 2);
        assert_eq!(notices.say(&lines::WAITING, &[("accept_due", "9h10")]), "chờ tiếp nhận, hạn 9h10");
        assert!(notices.refusal(RefusalReason::KhieuNai).channel.contains("Ban Tiếp công dân thành phố Hà Nội"));
    }

    #[test]
    fn every_problem_is_told_with_its_line_at_once() {
        let source = file()
            .replace("line = \"đã rút\"", "line = \"\"")
            .replace("[stage.closed]\nline = \"đã đóng\"", "[stage.closed]\nlijn = \"đã đóng {x} \u{111}a\u{301}\"")
            .replace("{answer_due}. Ông/Bà không", "{answer_duo}. Ông/Bà không")
            .replace("press = \"result\"", "press = \"page\"")
            .replace("label = \"Khiếu nại\"", "label = 3");
        let line = |text: &str| 1 + source.lines().position(|line| line.contains(text)).expect("a line");
        let told = problems(&source);
        for expected in [
            format!("{}: stage.withdrawn.line is empty", line("line = \"\"")),
            format!("{}: nothing uses stage.closed.lijn", line("lijn")),
            "0: stage.closed.line is missing".to_owned(),
            format!("{}: notice.accepted.text: nothing fills {{answer_duo}}", line("answer_duo")),
            format!(
                "{}: notice.published.buttons.0: «page» is not view, result, person, start, done, undone, gone, later or national",
                line("\"page\"")
            ),
            format!("{}: refusal.khieu_nai.label should be a text in quotes", line("label = 3")),
        ] {
            assert!(told.lines().any(|problem| problem == expected), "{expected}\nis not among\n{told}");
        }
    }

    #[test]
    fn the_notice_on_personal_data_is_whole() {
        let notices = Notices::load(Path::new("dialogs")).expect("no problems");
        let consent = notices.consent();
        assert_eq!(consent.sections.len(), 9);
        let retention = consent.sections.iter().find(|section| section.heading == "Giữ bao lâu").expect("a section");
        assert!(retention.text.contains("10 năm") && retention.text.contains("12 tháng"), "{}", retention.text);

        let file = file();
        let (before, after) = file.split_once("[[consent.sections]]").expect("sections");
        let (_, after) = after.split_once("\n# ----").expect("the rest");
        let without = format!("{before}{after}").replace("title = \"Dữ liệu của", "title = \"Dư\u{303} liệu của");
        let told = problems(&without);
        for expected in [
            "0: consent.sections.0.heading is missing",
            "0: consent.sections.0.text is missing",
            "consent.title is not in composed form (NFC)",
        ] {
            assert!(told.contains(expected), "{expected}\nis not among\n{told}");
        }
        let headless = file.replace("heading = \"Giữ bao lâu\"", "heding = \"Giữ bao lâu\"");
        let told = problems(&headless);
        assert!(told.contains("consent.sections.5.heading is missing"), "{told}");
    }

    #[test]
    fn decomposed_and_overlong_texts_are_told() {
        let source = file()
            .replace("line = \"đã rút\"", "line = \"\u{111}a\u{303} ru\u{301}t\"")
            .replace("line = \"đã đóng\"", &format!("line = \"{}\"", "a".repeat(601)))
            .replace("title = \"Xem phản ánh\"", "title = \"Xem phản ánh của Ông/Bà\"");
        let told = problems(&source);
        assert!(told.contains("stage.withdrawn.line is not in composed form (NFC)"), "{told}");
        assert!(told.contains("stage.closed.line has 601 characters, at most 600 fit"), "{told}");
        assert!(told.contains("notice.accepted.buttons.0.title has 23 characters, at most 20 fit"), "{told}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_with_its_line() {
        let told = problems(&file().replace("[stage.waiting]", "[stage.waiting"));
        let line = 1 + file().lines().position(|line| line == "[stage.waiting]").expect("a line");
        assert!(told.lines().any(|problem| problem.starts_with(&format!("{line}: "))), "{told}");
    }
}
