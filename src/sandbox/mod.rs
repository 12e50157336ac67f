//! A private Postgres and Redis for the demo, the tests and the benches, gone when it ends.
//!
//! They are the system's own programs, started in a folder of their own on loopback ports that were free, beside whatever
//! already runs. Knows nothing of the service: it only gives two addresses. What it keeps:
//!
//! 1. nothing is left over, however the process that asked for it ends: returning, a panic, Ctrl-C, SIGTERM, SIGKILL. A
//!    third child, the [`sweeper`], waits for the end of a pipe that only this process holds open, and cleans up then;
//! 2. nobody else's server is touched: the programs listen on 127.0.0.1 only and on no unix socket;
//! 3. Postgres keeps its promises here too (fsync is on), so that what is measured in it is true.

mod command;
mod folder;
mod postgres;
mod programs;
mod redis;
mod sweeper;

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

pub use command::run;
use folder::Folder;
use programs::Programs;
use sweeper::Sweeper;

/// How long a server may take until it answers; a slow disk under load needs seconds, never a minute.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often we look whether it answers.
const GLANCE: Duration = Duration::from_millis(10);
/// A free port may be taken by someone else before our server listens on it; then we try another.
const PORT_ATTEMPTS: usize = 3;

/// A running Postgres and Redis. Dropping it stops both and deletes their folder.
#[derive(Debug)]
pub struct Sandbox {
    /// An empty database of which we are the owner.
    pub database_url: String,
    pub redis_url: String,
    programs: Programs,
    ports: Ports,
    house: House,
}

#[derive(Clone, Copy, Debug)]
struct Ports {
    redis: u16,
    postgres: u16,
}

/// One of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Postgres,
    Redis,
}

/// What has to go when the sandbox goes, also when only a part of it could be started.
#[derive(Debug)]
struct House {
    folder: Folder,
    sweeper: Sweeper,
    servers: Vec<(Server, Child)>,
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error(
        "{0} not found: install the Debian packages postgresql and redis-server (`make demo` and `make test` do it)"
    )]
    Missing(String),
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("{server} did not start ({how}); its last words:\n{last_words}")]
    DidNotStart { server: &'static str, how: String, last_words: String },
}

impl Sandbox {
    /// Starts both servers in the system's folder for temporary files and returns when both answer.
    pub fn start() -> Result<Self, SandboxError> {
        Self::start_in(&std::env::temp_dir())
    }

    /// Starts both servers in a new folder below `parent`, which every user must be allowed to enter when we are root.
    pub fn start_in(parent: &Path) -> Result<Self, SandboxError> {
        let programs = Programs::find()?;
        folder::sweep_stale(parent);
        let folder = Folder::create(parent, programs.servant.as_ref())?;
        let mut house = House { sweeper: Sweeper::start(folder.path())?, folder, servers: Vec::new() };
        postgres::create_cluster(&programs, &mut house)?;
        let redis_port = on_a_free_port(|port| redis::start(&programs, &mut house, port))?;
        let postgres_port = on_a_free_port(|port| postgres::start(&programs, &mut house, port))?;
        Ok(Self {
            database_url: format!("postgres://postgres@127.0.0.1:{postgres_port}/postgres"),
            redis_url: format!("redis://127.0.0.1:{redis_port}"),
            ports: Ports { redis: redis_port, postgres: postgres_port },
            programs,
            house,
        })
    }

    /// Ends one of the servers as it would end in life, and starts it again at the same address: Postgres cuts everybody off
    /// and keeps what was committed, Redis is killed and comes back empty.
    pub fn restart(&mut self, server: Server) -> Result<(), SandboxError> {
        let Self { programs, ports, house, .. } = self;
        house.end(server)?;
        match server {
            Server::Postgres => postgres::start(programs, house, ports.postgres),
            Server::Redis => redis::start(programs, house, ports.redis),
        }
    }

    /// Where everything lives while it lives.
    pub fn folder(&self) -> &Path {
        self.house.folder.path()
    }

    /// Stops both servers, deletes the folder, and returns when that is done.
    pub fn stop(self) {}
}

impl Drop for House {
    fn drop(&mut self) {
        self.sweeper.release();
        // A server that has ended stays in the process table until it is waited for; the sweeper waits for that.
        for (_, server) in &mut self.servers {
            let _ = server.wait();
        }
        self.sweeper.wait();
    }
}

impl House {
    /// Ends a server and waits until it is gone.
    fn end(&mut self, which: Server) -> Result<(), SandboxError> {
        let Some(place) = self.servers.iter().position(|(server, _)| *server == which) else { return Ok(()) };
        let (_, mut server) = self.servers.remove(place);
        let signal = match which {
            Server::Postgres => "-INT",
            Server::Redis => "-KILL",
        };
        let told = std::process::Command::new("kill").args([signal, &server.id().to_string()]).status();
        told.and_then(|_| server.wait()).map_err(|source| io_error("ending a server", source))?;
        Ok(())
    }

    /// Takes in a server that has just been started, and waits until it answers.
    fn admit(
        &mut self,
        (which, name): (Server, &'static str),
        log: &str,
        mut server: Child,
        answers: impl Fn() -> bool,
    ) -> Result<(), SandboxError> {
        self.sweeper.watch(&server)?;
        let give_up_at = Instant::now() + PATIENCE;
        loop {
            if answers() {
                self.servers.push((which, server));
                return Ok(());
            }
            let ended = server.try_wait().map_err(|source| io_error(format!("watching {name}"), source))?;
            if ended.is_some() || Instant::now() > give_up_at {
                let _ = server.kill();
                let _ = server.wait();
                return Err(did_not_start(name, ended, &self.folder.path().join(log)));
            }
            thread::sleep(GLANCE);
        }
    }
}

fn on_a_free_port(mut start: impl FnMut(u16) -> Result<(), SandboxError>) -> Result<u16, SandboxError> {
    for _ in 1..PORT_ATTEMPTS {
        let port = free_port()?;
        if start(port).is_ok() {
            return Ok(port);
        }
    }
    let port = free_port()?;
    start(port).map(|()| port)
}

/// A port of the loopback interface on which nobody listens at this moment.
fn free_port() -> Result<u16, SandboxError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address.map(|address| address.port()).map_err(|source| io_error("looking for a free port", source))
}

fn did_not_start(server: &'static str, ended: Option<ExitStatus>, log: &Path) -> SandboxError {
    let how = ended.map_or_else(|| format!("no answer in {} s", PATIENCE.as_secs()), |status| status.to_string());
    let said = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = said.lines().collect();
    let last_words = lines[lines.len().saturating_sub(12)..].join("\n");
    SandboxError::DidNotStart { server, how, last_words }
}

fn io_error(what: impl Into<String>, source: io::Error) -> SandboxError {
    SandboxError::Io { what: what.into(), source }
}
