//! Postgres, as one process tree in the foreground.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};

use super::programs::Programs;
use super::{House, SandboxError, Server, did_not_start, io_error};

const DATA: &str = "postgres";
const LOG: &str = "postgres.log";

/// The line of `postmaster.pid` that tells the server's state; pg_ctl waits for the same word.
const STATE_LINE: usize = 7;

/// Makes an empty cluster whose owner `postgres` needs no password: nobody else can reach the folder, and the port is
/// open on this machine only.
pub fn create_cluster(programs: &Programs, house: &mut House) -> Result<(), SandboxError> {
    let folder = house.folder.path();
    let mut initdb = programs.command(&programs.initdb, folder);
    initdb.arg("--pgdata").arg(folder.join(DATA));
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]);
    // The cluster dies with this run: what initdb writes need not survive a power cut.
    initdb.args(["--no-sync", "--no-instructions"]);
    let mut child = spawn(initdb, folder, "initdb")?;
    house.sweeper.watch(&child)?;
    let ended = child.wait().map_err(|source| io_error("waiting for initdb", source))?;
    if ended.success() { Ok(()) } else { Err(did_not_start("initdb", Some(ended), &folder.join(LOG))) }
}

/// Starts the server on `port` and waits until it takes connections.
pub fn start(programs: &Programs, house: &mut House, port: u16) -> Result<(), SandboxError> {
    let folder = house.folder.path();
    let mut postgres = programs.command(&programs.postgres, folder);
    postgres.arg("-D").arg(folder.join(DATA)).arg("-p").arg(port.to_string());
    // Room for the pools of many tests at once; one interface, no socket file.
    for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "timezone=UTC"] {
        postgres.arg("-c").arg(setting);
    }
    let child = spawn(postgres, folder, "postgres")?;
    let state = folder.join(DATA).join("postmaster.pid");
    house.admit((Server::Postgres, "postgres"), LOG, child, || is_ready(&state))
}

fn is_ready(postmaster_pid: &Path) -> bool {
    let said = fs::read_to_string(postmaster_pid).unwrap_or_default();
    said.lines().nth(STATE_LINE).is_some_and(|state| state.trim() == "ready")
}

fn spawn(mut command: Command, folder: &Path, name: &str) -> Result<Child, SandboxError> {
    let log = File::options().create(true).append(true).open(folder.join(LOG));
    let spawned = log.and_then(|log| command.stdout(log.try_clone()?).stderr(log).spawn());
    spawned.map_err(|source| io_error(format!("starting {name}"), source))
}
