//! The sandbox starts, answers, and leaves nothing behind.

use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use redis::AsyncCommands;
use sqlx::{Connection, PgConnection};
use zalo_petitions::sandbox::Sandbox;

/// A folder that Postgres' own user may enter, too.
fn parent() -> tempfile::TempDir {
    let parent = tempfile::tempdir().expect("a folder");
    fs::set_permissions(parent.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    parent
}

#[tokio::test]
async fn both_servers_answer_and_are_gone_afterwards() {
    let parent = parent();
    let sandbox = Sandbox::start_in(parent.path()).expect("a sandbox");
    let (database_url, redis_url) = (sandbox.database_url.clone(), sandbox.redis_url.clone());

    let mut database = PgConnection::connect(&database_url).await.expect("a connection");
    let (fsync, lower): (String, String) =
        sqlx::query_as("select current_setting('fsync'), lower('ĐÀ')").fetch_one(&mut database).await.expect("a row");
    assert_eq!((fsync.as_str(), lower.as_str()), ("on", "đà"));

    let client = redis::Client::open(redis_url.as_str()).expect("an address");
    let mut redis = client.get_multiplexed_async_connection().await.expect("a connection");
    redis.set::<_, _, ()>("mưa", "nắng").await.expect("a key");
    assert_eq!(redis.get::<_, String>("mưa").await.expect("a value"), "nắng");

    let processes = processes_in(parent.path());
    assert!(processes.len() >= 2, "Postgres and Redis: {processes:?}");
    tokio::task::spawn_blocking(move || sandbox.stop()).await.expect("the end");

    assert_eq!(processes_in(parent.path()), Vec::<u32>::new());
    assert_eq!(left_in(parent.path()), Vec::<PathBuf>::new());
    assert!(PgConnection::connect(&database_url).await.is_err());
    assert!(client.get_multiplexed_async_connection().await.is_err());
}

#[test]
fn two_sandboxes_stand_beside_each_other() {
    let parent = parent();
    let one = Sandbox::start_in(parent.path()).expect("a sandbox");
    let other = Sandbox::start_in(parent.path()).expect("another");
    assert_ne!(one.database_url, other.database_url);
    assert_ne!(one.redis_url, other.redis_url);
    drop(one);
    let port = other.redis_url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok(), "the other one is still there");
    assert!(other.folder().is_dir());
}

#[test]
fn a_panic_leaves_nothing() {
    let parent = parent();
    let folder = parent.path().to_owned();
    let panicked = std::thread::spawn(move || {
        let _sandbox = Sandbox::start_in(&folder).expect("a sandbox");
        panic!("as a failing test would");
    });
    assert!(panicked.join().is_err());
    assert_eq!(left_in(parent.path()), Vec::<PathBuf>::new());
    assert_eq!(processes_in(parent.path()), Vec::<u32>::new());
}

#[test]
fn the_command_gets_the_addresses_and_its_exit_code_is_passed_on() {
    let parent = parent();
    let script = r#"echo "$DATABASE_URL $REDIS_URL $SQLX_OFFLINE"; exit 7"#;
    let output = sandbox(parent.path(), &["/bin/sh", "-c", script]).output().expect("a run");
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("text");
    let words: Vec<&str> = said.split_whitespace().collect();
    assert!(words[0].starts_with("postgres://postgres@127.0.0.1:"), "{said}");
    assert!(words[1].starts_with("redis://127.0.0.1:"), "{said}");
    assert_eq!(words[2], "true");
    assert_eq!(left_in(parent.path()), Vec::<PathBuf>::new());
}

#[test]
fn sigkill_leaves_nothing_of_ours() {
    // The command is the caller's: nobody but SIGKILL's sender could have ended it.
    let command = leaves_nothing_after(|child| kill(pid(child), Signal::SIGKILL));
    kill(command, Signal::SIGKILL).expect("still running");
}

#[test]
fn sigterm_reaches_the_command_and_leaves_nothing() {
    let command = leaves_nothing_after(|child| kill(pid(child), Signal::SIGTERM));
    assert_eq!(kill(command, None), Err(Errno::ESRCH));
}

/// A terminal sends Ctrl-C to the whole foreground group.
#[test]
fn ctrl_c_leaves_nothing() {
    let command = leaves_nothing_after(|child| killpg(pid(child), Signal::SIGINT));
    assert_eq!(kill(command, None), Err(Errno::ESRCH));
}

#[test]
fn a_command_that_does_not_exist_is_named() {
    let parent = parent();
    let output = sandbox(parent.path(), &["no-such-program"]).output().expect("a run");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no-such-program"), "{said}");
    assert_eq!(left_in(parent.path()), Vec::<PathBuf>::new());
}

/// Runs a command in a sandbox, ends the sandbox with `end`, and gives the command.
fn leaves_nothing_after(end: impl FnOnce(&Child) -> nix::Result<()>) -> Pid {
    let parent = parent();
    let started = parent.path().join("started");
    let script = format!("echo $$ > {0}.new; mv {0}.new {0}; exec sleep 60", started.display());
    let mut child = sandbox(parent.path(), &["/bin/sh", "-c", &script]).process_group(0).spawn().expect("a start");
    wait_until("the command runs", || started.exists());
    let command = fs::read_to_string(&started).expect("the mark").trim().parse().expect("a process id");
    fs::remove_file(&started).expect("the mark");
    assert!(processes_in(parent.path()).len() >= 2);

    end(&child).expect("a signal");
    assert!(!child.wait().expect("an end").success());
    wait_until("the servers are gone", || processes_in(parent.path()).is_empty());
    wait_until("the folder is gone", || left_in(parent.path()).is_empty());
    Pid::from_raw(command)
}

fn sandbox(parent: &Path, command: &[&str]) -> Command {
    let mut sandbox = Command::new(env!("CARGO_BIN_EXE_zalo-petitions"));
    sandbox.env("TMPDIR", parent).args(["sandbox", "--"]).args(command).stdin(Stdio::null());
    sandbox
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let give_up_at = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < give_up_at, "waited for a minute until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn left_in(parent: &Path) -> Vec<PathBuf> {
    fs::read_dir(parent).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

/// The processes that work in a folder below `parent`.
fn processes_in(parent: &Path) -> Vec<u32> {
    let all = fs::read_dir("/proc").expect("a /proc").flatten();
    let numbered = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let inside = |id: &u32| fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|folder| folder.starts_with(parent));
    numbered.filter(inside).collect()
}
