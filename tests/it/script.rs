//! Reads a transcript's lines as acts: shared by all who play `tests/transcripts`.

use std::error::Error;

use goldenscript::{Argument, Command};
use zalo_petitions::app::talk::{Act, Words};

pub type Failure = Box<dyn Error>;

/// What a line of a transcript does. `> text` comes as a name without arguments.
pub fn act(command: &Command) -> Result<Act, Failure> {
    let Command { name, args, .. } = command;
    if !Act::NAMES.contains(&name.as_str()) {
        return if args.is_empty() {
            Ok(Act::Say(name.clone()))
        } else {
            Err(format!("no such command: {name}").into())
        };
    }
    let mut words = Words { name: name.clone(), ..Words::default() };
    for arg in args {
        match arg {
            Argument::Positional(word) => words.positional.push(word.clone()),
            Argument::KeyValue(key, value) => {
                words.keyed.insert(key.clone(), value.clone());
            }
            other => return Err(format!("no such argument: {other:?}").into()),
        }
    }
    Ok(Act::read(words)?)
}
