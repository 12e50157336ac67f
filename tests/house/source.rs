//! Rust files as tokens: comments are gone, a string is one token, and every token knows its line, so that no rule
//! mistakes a word in a sentence for a word of the program.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// One token, or a comment. The first alternative that fits wins, so that a string is no name and a `'c'` no lifetime.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?xs)
          //[^\n]* | /\*.*?\*/
        | [bc]?r"[^"]*" | [bc]?r\#".*?"\# | [bc]?r\#\#".*?"\#\# | [bc]?r\#\#\#".*?"\#\#\#
        | [bc]?"(?: [^"\\] | \\. )*"
        | b?'(?: [^'\\] | \\u\{[^}]*\} | \\x.. | \\. )' | '\w+
        | (?: r\# )?\w+
        | \S
    "#;
    Regex::new(pattern).expect("a pattern that compiles")
});

pub struct Token {
    pub text: String,
    pub line: usize,
    /// Stands in an item under `#[cfg(test)]`, or in a file declared so.
    pub is_test: bool,
    /// How many inline modules of its file it stands in.
    nested: usize,
}

pub struct Source {
    /// From the root of the repository: `src/inbox/act.rs`.
    pub path: String,
    pub tokens: Vec<Token>,
}

/// A path from the root of the crate, as the code names it: `["petition", "status", "Status"]`.
pub struct Reach {
    pub line: usize,
    pub segments: Vec<String>,
}

impl Source {
    /// Panics when the brackets of `text` do not match: then its scopes would be guesses.
    pub fn parse(path: &str, text: &str) -> Self {
        let tokens = tokens(text).unwrap_or_else(|line| panic!("{path}:{line}: a bracket without its match"));
        Self { path: path.to_owned(), tokens }
    }

    /// The room a file under `src/` belongs to: `src/inbox/act.rs` and `src/inbox.rs` are both `inbox`.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").expect("a file under src");
        inside.split('/').next().expect("a first part").trim_end_matches(".rs")
    }

    /// The token at `at`, empty after the last.
    pub fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    /// Whether the tokens from `at` on are these.
    pub fn reads(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(nth, word)| self.text(at + nth) == *word)
    }

    /// Every path that leads to the root of the crate and down again, groups of `use` taken apart.
    pub fn reaches(&self) -> Vec<Reach> {
        let mut reaches = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let begins = matches!(self.text(at), "crate" | "super" | "self" | "zalo_petitions");
            if !begins || !self.reads(at + 1, &[":", ":"]) {
                at += 1;
                continue;
            }
            let mut paths = Vec::new();
            let depth = self.depth() + self.tokens[at].nested;
            at = self.spread(at, &[], &mut paths);
            reaches.extend(paths.into_iter().filter_map(|(line, path)| from_root(line, &path, depth)));
        }
        reaches
    }

    /// The modules this file declares for tests alone, as the paths of their files without `.rs`.
    pub fn test_modules(&self) -> Vec<String> {
        let (folder, name) = self.path.rsplit_once('/').expect("a file in a folder");
        let beneath = match name.trim_end_matches(".rs") {
            "mod" | "lib" | "main" => folder.to_owned(),
            stem => format!("{folder}/{stem}"),
        };
        let declared = (0..self.tokens.len())
            .filter(|&at| self.tokens[at].is_test && self.text(at) == "mod" && self.text(at + 2) == ";");
        declared.map(|at| format!("{beneath}/{}", self.text(at + 1))).collect()
    }

    /// How many modules lie between the file and the root.
    fn depth(&self) -> usize {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        inside.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).count()
    }

    /// Takes the path (or the group of paths) at `at` apart, each after `before`. Returns where it ends.
    fn spread(&self, mut at: usize, before: &[String], paths: &mut Vec<(usize, Vec<String>)>) -> usize {
        let mut path = before.to_vec();
        while self.text(at) != "{" {
            path.push(self.text(at).to_owned());
            let goes_on = self.reads(at + 1, &[":", ":"]) && is_segment(self.text(at + 3));
            if !goes_on {
                paths.push((self.tokens[at].line, path));
                return at + 1;
            }
            at += 3;
        }
        at += 1;
        while !matches!(self.text(at), "}" | "") {
            at = if is_segment(self.text(at)) { self.spread(at, &path, paths) } else { at + 1 };
            // What follows is a comma, the end, or another name: `as other`.
            while !matches!(self.text(at), "," | "}" | "") {
                at += 1;
            }
            at += usize::from(self.text(at) == ",");
        }
        at + 1
    }
}

fn is_segment(text: &str) -> bool {
    matches!(text, "{" | "*") || text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The path from the root, if it leads there: `super` does when it is said as often as the code lies deep.
fn from_root(line: usize, path: &[String], depth: usize) -> Option<Reach> {
    let first = path.iter().position(|part| part != "self" && part != "super").unwrap_or(path.len());
    let leads_to_root = match path[0].as_str() {
        "crate" | "zalo_petitions" => return Some(Reach { line, segments: path[1..].to_vec() }),
        _ => path[..first].iter().filter(|part| *part == "super").count() == depth,
    };
    (leads_to_root && depth > 0).then(|| Reach { line, segments: path[first..].to_vec() })
}

/// What holds for a token because of what it stands in.
#[derive(Clone, Copy, Default)]
struct Surroundings {
    is_test: bool,
    nested: usize,
}

/// The tokens of `text`, or the line of a bracket that matches none.
fn tokens(text: &str) -> Result<Vec<Token>, usize> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    // What surrounds the present group, and what the present item in it adds: an attribute holds until the item ends,
    // with `;` or a block.
    let (mut around, mut item) = (Surroundings::default(), Surroundings::default());
    let mut groups = Vec::new();
    for found in TOKEN.find_iter(text) {
        line += text[counted..found.start()].matches('\n').count();
        counted = found.start();
        let word = found.as_str();
        if word.starts_with("//") || word.starts_with("/*") {
            continue;
        }
        let is_module = word == "{" && tokens.len() > 1 && tokens[tokens.len() - 2].text == "mod";
        if matches!(word, ")" | "]" | "}") {
            (around, item) = groups.pop().ok_or(line)?;
        }
        tokens.push(Token { text: word.to_owned(), line, is_test: item.is_test, nested: item.nested });
        match word {
            "(" | "[" | "{" => {
                groups.push((around, item));
                item.nested += usize::from(is_module);
                around = item;
            }
            "]" if ends_with(&tokens, &["#", "[", "cfg", "(", "test", ")", "]"]) => item.is_test = true,
            ";" | "}" => item = around,
            _ => {}
        }
    }
    if groups.is_empty() { Ok(tokens) } else { Err(line) }
}

fn ends_with(tokens: &[Token], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens[tokens.len() - words.len()..].iter().map(|token| &token.text).eq(words)
}

/// Every Rust file under `folder`, the files of test modules marked as such.
pub fn all(root: &Path, folder: &str) -> Vec<Source> {
    let files = super::files(root, folder, &["rs"]);
    let mut sources: Vec<_> = files.iter().map(|(path, text)| Source::parse(path, text)).collect();
    let test_modules: Vec<_> = sources.iter().flat_map(Source::test_modules).collect();
    for source in &mut sources {
        let is_test = test_modules.iter().any(|module| {
            let rest = source.path.strip_prefix(module.as_str());
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        });
        source.tokens.iter_mut().for_each(|token| token.is_test |= is_test);
    }
    sources
}

#[test]
fn a_path_is_found_in_every_form_it_can_be_written_in() {
    let text = r#"
        //! use crate::comment;
        use crate::one;
        use crate::{two, three::{self, Three as Drei, deep::{Deeper}}, four::*};
        use super::{super::five, neighbour};
        fn plain(at: crate::six::Six) -> bool { crate::seven::is::<u8>() * self::eight() }
        macro_rules! say { () => { $crate::nine::say("use crate::string;") } }
        pub(in crate::ten) struct Ten;
        mod inner { use super::super::super::eleven; use super::super::own; }
    "#;
    let source = Source::parse("src/room/file.rs", text);
    let reaches = source.reaches();
    let firsts: Vec<_> = reaches.iter().map(|reach| (reach.line, reach.segments[0].as_str())).collect();
    let group = [(4, "two"), (4, "three"), (4, "three"), (4, "three"), (4, "four")];
    let rest = [(5, "five"), (6, "six"), (6, "seven"), (7, "nine"), (8, "ten"), (9, "eleven")];
    assert_eq!(firsts, [&[(3, "one")], &group[..], &rest[..]].concat());
}

#[test]
fn super_in_a_room_s_sign_or_single_file_leads_to_the_root() {
    for path in ["src/room/mod.rs", "src/room.rs"] {
        let source = Source::parse(path, "use super::other::Thing; mod inner { use super::Own; }");
        let reaches = source.reaches();
        assert_eq!((reaches.len(), source.room()), (1, "room"), "{path}");
        assert_eq!(reaches[0].segments, ["other", "Thing"]);
    }
}

#[test]
fn a_word_in_a_comment_or_a_string_is_no_word_of_the_program() {
    let text = r##"/* a
        b */ one /// c
        "d \" e
        f" two r#"g " h"# '"' three '\'' 'i' four::<'static>('\u{1F600}') b"j" r#five // k"##;
    let source = Source::parse("src/room/file.rs", text);
    let is_word = |token: &&Token| token.text.starts_with(char::is_alphabetic) && !token.text.ends_with(['"', '#']);
    let words: Vec<_> = source.tokens.iter().filter(is_word).map(|token| (token.line, token.text.as_str())).collect();
    assert_eq!(words, [(2, "one"), (4, "two"), (4, "three"), (4, "four"), (4, "r#five")]);
}

#[test]
fn what_is_under_cfg_test_is_a_test_and_what_follows_is_not() {
    let text =
        "#[cfg(test)] mod tests { fn a() { b; } } fn c() {} #[cfg(test)] use d::{e}; fn f() {} #[cfg(test)]\nmod g;";
    let source = Source::parse("src/room/file.rs", text);
    let tests: String =
        source.tokens.iter().filter(|token| token.is_test && token.text.len() == 1).map(|token| &*token.text).collect();
    assert_eq!(tests.replace(|sign: char| !sign.is_alphabetic(), ""), "abdeg");
    assert_eq!(source.test_modules(), ["src/room/file/g"]);
}
