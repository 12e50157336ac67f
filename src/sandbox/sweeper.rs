//! The child that cleans up.
//!
//! A shell that reads process ids from a pipe. Only our process holds the other end, so the pipe ends when we do, however
//! we do; then the shell stops those processes and deletes the folder. It is in a process group of its own, where neither
//! Ctrl-C nor a closed terminal reaches it.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use super::{SandboxError, io_error};

/// SIGQUIT lets Postgres take its helpers and its shared memory along without a last checkpoint; Redis may ignore it, so
/// SIGKILL follows for whoever is still there after three seconds. Ended but not yet waited for counts as still there,
/// hence the limit.
const SCRIPT: &str = r#"
pids=
while read -r pid; do pids="$pids $pid"; done
for pid in $pids; do kill -QUIT "$pid" 2>/dev/null; done
left=300
for pid in $pids; do
    while kill -0 "$pid" 2>/dev/null; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || kill -KILL "$pid" 2>/dev/null
        [ "$left" -gt -100 ] || break
        sleep 0.01
    done
done
left=300
until rm -rf "$0" 2>/dev/null; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || exit 1
    sleep 0.01
done
"#;

#[derive(Debug)]
pub struct Sweeper {
    shell: Child,
    pipe: Option<ChildStdin>,
}

impl Sweeper {
    /// Starts to watch over `folder`.
    pub fn start(folder: &Path) -> Result<Self, SandboxError> {
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(SCRIPT).arg(folder).current_dir("/").process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut shell = shell.spawn().map_err(|source| io_error("starting /bin/sh", source))?;
        Ok(Self { pipe: shell.stdin.take(), shell })
    }

    /// From now on `server` ends with us.
    pub fn watch(&mut self, server: &Child) -> Result<(), SandboxError> {
        let pipe = self.pipe.as_mut().expect("nothing is started after the release");
        writeln!(pipe, "{}", server.id()).map_err(|source| io_error("telling the sweeper", source))
    }

    /// Lets it clean up now.
    pub fn release(&mut self) {
        self.pipe = None;
    }

    /// Waits until it has cleaned up.
    pub fn wait(&mut self) {
        let _ = self.shell.wait();
    }
}
