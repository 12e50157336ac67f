//! Conversations as tests: every file in `tests/transcripts/` is played against the real dialogs.
//!
//! `> text` is one message of the citizen. Besides there are
//!
//! - `say "two\nlines"`: a message that cannot stand behind `> `;
//! - `tap "Title"`: the button of that title in the latest message that bore it, pressed;
//! - `payload "#view:…"`: a button of a notice, pressed;
//! - `photo a.jpg`, `file a.pdf`, `video`, `voice`, `location`, `sticker`, `card`, `call`, `arrive`, `nothing`;
//! - `contact name=… phone=… address=… ward=… city=…`: Zalo's contact form sent;
//! - `wait 2d`: time passes (`s`, `m`, `h`, `d`); a message comes a second after the one before it;
//! - `facts contact=… phone=… commune=… house=…`, `facts similar=… title=… place=… text=… result=…`: contact data of last
//!   time, a petition that may be about the same;
//! - `facts consent=…`, `facts petition=… title=… …`, `facts back="8h thứ Tư 25/11"`: what is known of the world;
//! - `held person=… petitions=2 processing=18/11/2026 published="0042-K"`: what is held about the citizen;
//! - `officer-wrote`: an officer writes to the citizen, `officer-ended`: and ends the talk; `withdrawn`: the citizen
//!   withdraws on Zalo's side;
//! - `quiet 0`: replies do not wait for more.
//!
//! Several lines before one `---` are a burst; a reply that waits is replaced by the next one. `* …` are the effects.
//! `UPDATE_GOLDENFILES=1 cargo test --test transcripts` writes what is said; read the difference.
//! `zalo-petitions talk --record tests/transcripts/NN-name.txt` writes a whole conversation.

#[path = "it/script.rs"]
mod script;

use std::path::Path;
use std::sync::LazyLock;

use goldenscript::{Block, Command, Context};
use script::{Failure, act};
use zalo_petitions::app::talk::{Act, Phone, talk};
use zalo_petitions::dialog::Catalog;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::load(Path::new("dialogs")).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
});

/// A phone that does what a transcript says.
struct Player(Phone);

impl Player {
    fn new() -> Self {
        Self(Phone::new(CATALOG.clone()))
    }
}

impl goldenscript::Runner for Player {
    type Command = Command;

    fn run(&mut self, command: &Command, _context: &Context) -> Result<String, Failure> {
        self.0.obey(&act(command)?)?;
        Ok(String::new())
    }

    fn end_block(&mut self, _block: &Block) -> Result<String, Failure> {
        assert_eq!(self.0.session(), &self.0.rebuilt(), "the session is the fold over all events so far");
        Ok(self.0.end_block())
    }
}

fn play(path: &Path) -> datatest_stable::Result<()> {
    goldenscript::run(&mut Player::new(), path)?;
    Ok(())
}

/// Every transcript, typed into `talk` as far as a keyboard can, is recorded as a transcript that plays unchanged.
fn record(path: &Path) -> datatest_stable::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("recorded.txt");
    let script = std::fs::read_to_string(path)?;
    let mut typed = Vec::new();
    let mut tap = Typist { typed: &mut typed };
    goldenscript::generate(&mut tap, &script)?;
    let typed = typed.join("\n");
    let mut shown = Vec::new();
    talk(Path::new("dialogs"), Some(&file), "", typed.as_bytes(), &mut shown)?;
    let recorded = std::fs::read_to_string(&file)?;
    assert!(recorded.starts_with("quiet 0\n") && recorded.contains("\n---\n"), "{recorded}");
    let played = goldenscript::generate(&mut Player::new(), &recorded)?;
    assert_eq!(played, recorded, "what was recorded plays unchanged");
    Ok(())
}

/// Writes down what would be typed into `talk`.
struct Typist<'t> {
    typed: &'t mut Vec<String>,
}

impl goldenscript::Runner for Typist<'_> {
    type Command = Command;

    fn run(&mut self, command: &Command, _context: &Context) -> Result<String, Failure> {
        const TYPED: [(&str, &str); 12] = [
            ("photo", "/anh"),
            ("file", "/tep"),
            ("video", "/video"),
            ("voice", "/thoai"),
            ("location", "/vitri"),
            ("sticker", "/sticker"),
            ("card", "/danhthiep"),
            ("call", "/goi"),
            ("arrive", "/vao"),
            ("contact", "/the"),
            ("wait", "/cho"),
            ("facts", "/biet"),
        ];
        let line = match act(command)? {
            // A keyboard has no button of long ago: its title is typed.
            Act::Tap(title) | Act::Say(title) if !title.contains('\n') => title,
            Act::Say(text) => format!("/nhan {text:?}"),
            act => {
                let written = act.to_string();
                let (name, rest) = written.split_once(' ').unwrap_or((&written, ""));
                let command = TYPED.iter().find(|(word, _)| *word == name).map(|(_, command)| command);
                command.map(|command| format!("{command} {rest}")).unwrap_or_default()
            }
        };
        self.typed.push(line);
        Ok(String::new())
    }
}

datatest_stable::harness! {
    { test = play, root = "tests/transcripts", pattern = r"\.txt$" },
    { test = record, root = "tests/transcripts", pattern = r"\.txt$" },
}
