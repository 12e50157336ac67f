//! Writes a conversation down as a transcript.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;

use super::act::Act;

/// A transcript while it grows; without a file nothing is written.
pub struct Record {
    file: Option<File>,
    /// Lines whose reply has not come yet.
    block: String,
    has_begun: bool,
}

impl Record {
    pub fn begin(path: Option<&Path>) -> anyhow::Result<Self> {
        let file = match path {
            Some(path) => Some(File::create(path).with_context(|| format!("{} không ghi được", path.display()))?),
            None => None,
        };
        Ok(Self { file, block: String::new(), has_begun: false })
    }

    pub fn act(&mut self, act: &Act) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.block, "{act}");
    }

    /// A block is written whole: whatever ends the conversation, the file plays.
    pub fn end_block(&mut self, said: &str) -> anyhow::Result<()> {
        let block = std::mem::take(&mut self.block);
        let Some(file) = &mut self.file else { return Ok(()) };
        let gap = if self.has_begun { "\n" } else { "" };
        self.has_begun = true;
        write!(file, "{gap}{block}---\n{}", shown(said))?;
        Ok(file.flush()?)
    }
}

/// A reply with blank lines in it is marked, or it would end there.
fn shown(said: &str) -> String {
    let said = if said.ends_with('\n') { said.to_owned() } else { format!("{said}\n") };
    if !said.starts_with('\n') && !said.contains("\n\n") {
        return said;
    }
    said.lines().map(|line| format!("> {line}\n")).collect()
}
