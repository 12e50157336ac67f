//! Which programs there are, and as whom they run.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::SandboxError;

/// Where Debian keeps Postgres, one folder a version; its server programs are not on the PATH.
const DEBIAN_POSTGRES: &str = "/usr/lib/postgresql";

/// The programs a sandbox needs.
#[derive(Debug)]
pub struct Programs {
    pub initdb: PathBuf,
    pub postgres: PathBuf,
    pub redis_server: PathBuf,
    /// Whom the servers run as when we are root: Postgres refuses to run as root.
    pub servant: Option<Servant>,
}

/// A user without rights of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Servant {
    pub uid: u32,
    pub gid: u32,
    setpriv: PathBuf,
}

impl Programs {
    /// Finds everything, or names all that is missing.
    pub fn find() -> Result<Self, SandboxError> {
        let mut missing = Vec::new();
        let mut found = |name: &str, path: Option<PathBuf>| {
            path.unwrap_or_else(|| {
                missing.push(name.to_owned());
                PathBuf::new()
            })
        };
        let programs = Self {
            initdb: found("initdb", newest_postgres("initdb")),
            postgres: found("postgres", newest_postgres("postgres")),
            redis_server: found("redis-server", on_path("redis-server")),
            servant: is_root().then(|| {
                let (uid, gid) = unprivileged_user();
                Servant { uid, gid, setpriv: found("setpriv", on_path("setpriv")) }
            }),
        };
        if missing.is_empty() { Ok(programs) } else { Err(SandboxError::Missing(missing.join(", "))) }
    }

    /// A command that runs `program` in `folder`: as the servant where there is one, with none of our settings (a PGPORT or
    /// an LC_ALL of the user's would be obeyed), and in a process group of its own, so that Ctrl-C in a terminal does not
    /// reach it before us.
    pub fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = match &self.servant {
            Some(servant) => {
                let mut command = Command::new(&servant.setpriv);
                command.arg(format!("--reuid={}", servant.uid)).arg(format!("--regid={}", servant.gid));
                command.arg("--clear-groups").arg(program);
                command
            }
            None => Command::new(program),
        };
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C.UTF-8");
        command.current_dir(folder).stdin(Stdio::null()).process_group(0);
        command
    }
}

/// The newest version's program, or the one on the PATH.
fn newest_postgres(program: &str) -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN_POSTGRES).into_iter().flatten().flatten();
    let candidates =
        versions.map(|version| (version_number(&version.file_name()), version.path().join("bin").join(program)));
    let newest = candidates.filter(|(_, path)| path.is_file()).max_by_key(|(number, _)| *number);
    newest.map(|(_, path)| path).or_else(|| on_path(program))
}

fn version_number(folder: &OsStr) -> u32 {
    folder.to_str().and_then(|name| name.split('.').next()?.parse().ok()).unwrap_or(0)
}

fn on_path(program: &str) -> Option<PathBuf> {
    // A normal user's PATH often lacks the sbin folders.
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(OsString::from(":/usr/sbin:/sbin"));
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// `postgres` where its package is installed, else `nobody`.
fn unprivileged_user() -> (u32, u32) {
    const NOBODY: (u32, u32) = (65534, 65534);
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    user_in(&users, "postgres").or_else(|| user_in(&users, "nobody")).unwrap_or(NOBODY)
}

fn user_in(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = passwd.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?;
    Some((fields.nth(2)?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:8::/:\npostgres:x:103:110:,,,:/var/lib:/bin/bash\n";
        assert_eq!(user_in(passwd, "postgres"), Some((103, 110)));
        assert_eq!(user_in(passwd, "nobody"), None);
    }

    #[test]
    fn version_nine_is_older_than_version_fifteen() {
        assert!(version_number(OsStr::new("9.6")) < version_number(OsStr::new("15")));
        assert_eq!(version_number(OsStr::new("common")), 0);
    }
}
