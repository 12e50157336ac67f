//! `sandbox -- command …`: one command with a Postgres and a Redis of its own.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::Context;
use futures::FutureExt;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Sandbox;

/// Runs `command` with `DATABASE_URL` and `REDIS_URL` of a new sandbox (and with `SQLX_OFFLINE`: the database is empty, so
/// queries cannot be checked against it), cleans up, and passes its exit code on (128 + n when signal n ended it).
pub async fn run(command: Vec<OsString>) -> anyhow::Result<ExitCode> {
    let (program, arguments) = command.split_first().context("which command? For instance: sandbox -- cargo test")?;
    let mut signals = Signals::listen()?;
    let sandbox = tokio::task::spawn_blocking(Sandbox::start).await??;
    if let Some(signal) = signals.already_sent() {
        return Ok(ExitCode::from(128 + signal));
    }

    let mut command = Command::new(program);
    command.args(arguments).env("SQLX_OFFLINE", "true");
    command.env("DATABASE_URL", &sandbox.database_url).env("REDIS_URL", &sandbox.redis_url);
    let child = tokio::process::Command::from(command).spawn();
    let mut child = child.with_context(|| format!("starting {}", program.display()))?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            // The terminal sends Ctrl-C to the command as well; we only wait for its end.
            _ = signals.interrupt.recv() => {}
            _ = signals.terminate.recv() => if let Some(id) = child.id() { pass_on_term(id) },
            _ = signals.hang_up.recv() => if let Some(id) = child.id() { pass_on_term(id) },
        }
    };
    tokio::task::spawn_blocking(move || sandbox.stop()).await?;
    Ok(exit_code(status))
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// The signal that came while nobody was waiting for one.
    fn already_sent(&mut self) -> Option<u8> {
        let Self { interrupt, terminate, hang_up } = self;
        let all = [(interrupt, 2), (terminate, 15), (hang_up, 1)];
        all.into_iter().find_map(|(signal, number)| signal.recv().now_or_never().map(|_| number))
    }
}

fn pass_on_term(process: u32) {
    let _ = Command::new("/bin/sh").args(["-c", "kill -TERM \"$0\"", &process.to_string()]).status();
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| Some(128 + status.signal()?)).and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_passed_on_as_a_shell_would() {
        assert_eq!(exit_code(ExitStatus::from_raw(0)), ExitCode::SUCCESS);
        assert_eq!(exit_code(ExitStatus::from_raw(3 << 8)), ExitCode::from(3));
        assert_eq!(exit_code(ExitStatus::from_raw(9)), ExitCode::from(137));
    }
}
