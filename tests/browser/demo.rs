//! `zalo-petitions demo` as a newcomer starts it and ends it.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;
use url::Url;

/// A private Postgres, the migrations and the stories: seconds on a free machine, minutes on a busy one.
const START: Duration = Duration::from_secs(240);
const END: Duration = Duration::from_secs(60);

/// One demo at a time: two would only slow each other down.
static STAGE: Mutex<()> = Mutex::const_new(());

/// The running demo, and what it printed.
pub struct Demo {
    pub phones: Url,
    pub office: Url,
    pub results: Url,
    pub login: String,
    /// Who releases what the first one answered.
    pub second_login: String,
    pub password: String,
    /// What it keeps on disk has to lie in here.
    folder: TempDir,
    child: Child,
    /// Open until the end: whoever prints into a closed pipe dies.
    _lines: Lines<BufReader<ChildStdout>>,
    _stage: MutexGuard<'static, ()>,
}

impl Demo {
    pub async fn start() -> Self {
        let stage = STAGE.lock().await;
        let folder = tempfile::tempdir().expect("a folder");
        // Postgres does not run as root: when we are, another user has to get through
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        let mut child = Command::new(env!("CARGO_BIN_EXE_zalo-petitions"))
            .arg("demo")
            .env("TMPDIR", folder.path())
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .expect("the demo is started");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let printed = timeout(START, printed(&mut lines)).await.expect("the demo prints its addresses in time");
        let [phones, office, second, results] =
            ["Phones of citizens", "Officers' pages", "A second officer", "Published results"]
                .map(|label| after(&printed, label));
        let office: Vec<&str> = office.split_whitespace().collect();
        let [address, "name:", login, "password:", password] = office[..] else { panic!("{office:?}") };
        let second_login = second.split_whitespace().nth(1).expect("a name").to_owned();
        Self {
            phones: phones.parse().expect("an address"),
            office: address.parse().expect("an address"),
            results: results.parse().expect("an address"),
            login: login.to_owned(),
            second_login,
            password: password.to_owned(),
            folder,
            child,
            _lines: lines,
            _stage: stage,
        }
    }

    /// Ctrl-C in its terminal; afterwards nothing of it is left.
    pub async fn interrupt(mut self) {
        let pid = self.child.id().expect("the demo is still running").cast_signed();
        let servers = descendants(pid);
        for name in ["postgres", "redis-server"] {
            assert!(servers.iter().any(|server| server.name == name), "no {name} below the demo: {servers:?}");
        }
        killpg(Pid::from_raw(pid), Signal::SIGINT).expect("a signal");
        let status = timeout(END, self.child.wait()).await.expect("the demo ends in time").expect("a status");
        assert_eq!(status.code(), Some(0), "{status}");

        let left: Vec<_> = servers.iter().filter(|server| server.is_alive()).collect();
        assert!(left.is_empty(), "still running: {left:?}");
        for address in [&self.phones, &self.results] {
            let (host, port) = (address.host_str().expect("a host"), address.port().expect("a port"));
            assert!(TcpStream::connect((host, port)).is_err(), "somebody still listens on {address}");
        }
        let files: Vec<_> = fs::read_dir(self.folder.path()).expect("the folder").collect();
        assert!(files.is_empty(), "still on disk: {files:?}");
    }
}

/// Everything up to the last of the three addresses.
async fn printed(lines: &mut Lines<BufReader<ChildStdout>>) -> Vec<String> {
    let mut printed = Vec::new();
    while let Some(line) = lines.next_line().await.expect("readable output") {
        let is_last = line.contains("Published results");
        printed.push(line);
        if is_last {
            return printed;
        }
    }
    panic!("the demo ended at once; it printed {printed:?}");
}

fn after<'a>(printed: &'a [String], label: &str) -> &'a str {
    let found = printed.iter().find_map(|line| line.trim().strip_prefix(label));
    found.unwrap_or_else(|| panic!("no {label:?} in {printed:?}")).trim()
}

/// A process, told apart from a later one with the same number by when it was started.
#[derive(Debug)]
struct Process {
    pid: i32,
    parent: i32,
    name: String,
    state: String,
    started: String,
}

impl Process {
    fn read(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        Some(Self {
            pid,
            parent: fields.get(1)?.parse().ok()?,
            name: name.to_owned(),
            state: (*fields.first()?).to_owned(),
            started: (*fields.get(19)?).to_owned(),
        })
    }

    /// One that ended and was not waited for by its new parent is not alive.
    fn is_alive(&self) -> bool {
        Self::read(self.pid).is_some_and(|now| now.started == self.started && now.state != "Z")
    }
}

/// The processes below `root`.
fn descendants(root: i32) -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let mut others: Vec<Process> = numbers.filter_map(Process::read).collect();
    let mut found: Vec<Process> = Vec::new();
    loop {
        let is_below =
            |process: &mut Process| process.parent == root || found.iter().any(|parent| parent.pid == process.parent);
        let next: Vec<Process> = others.extract_if(.., is_below).collect();
        if next.is_empty() {
            return found;
        }
        found.extend(next);
    }
}
