//! Redis, in memory only: what it holds can always be rebuilt.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use super::programs::Programs;
use super::{House, SandboxError, Server, io_error};

const LOG: &str = "redis.log";
/// How long one question may take; a server that is starting refuses at once.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);

/// Starts the server on `port` and waits until it answers.
pub fn start(programs: &Programs, house: &mut House, port: u16) -> Result<(), SandboxError> {
    let mut redis = programs.command(&programs.redis_server, house.folder.path());
    redis.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    redis.args(["--daemonize", "no", "--logfile", LOG, "--dir", "."]);
    let child = redis.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let child = child.map_err(|source| io_error("starting redis-server", source))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    house.admit((Server::Redis, "redis-server"), LOG, child, || answers(address).unwrap_or(false))
}

fn answers(address: SocketAddr) -> std::io::Result<bool> {
    let mut connection = TcpStream::connect_timeout(&address, ANSWER_WITHIN)?;
    connection.set_read_timeout(Some(ANSWER_WITHIN))?;
    connection.write_all(b"PING\r\n")?;
    let mut answer = [0; 5];
    connection.read_exact(&mut answer)?;
    Ok(&answer == b"+PONG")
}
