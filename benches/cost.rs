//! What the real program costs: how soon it is ready, how much memory it holds while 128 people chat, and what a turn costs it.
//! `COST_SECONDS=600` looks longer.

mod measure;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use measure::citizen::Crowd;
use measure::figures::{Goal, Report, Rounds};
use measure::ground::Ground;
use measure::zalo::Zalo;
use measure::{Effort, run};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const PROGRAM: &str = env!("CARGO_BIN_EXE_zalo-petitions");
const CITIZENS: usize = 128;
/// As many show that it works.
const FEW: usize = 8;
/// The kernel counts a process's time in hundredths of a second.
const TICKS: f64 = 100.0;

fn main() {
    run(bench);
}

async fn bench(effort: Effort) -> Report {
    let (ground, zalo) = (Ground::prepare("cost").await, Zalo::start().await);
    let mut report = Report::new("cost: what the program takes");
    let size = std::fs::metadata(PROGRAM).expect("the program").len();
    report.tell_one("the program", size as f64 / 1e6, "MB", Goal::None);

    // the first start migrates
    let mut starts = Rounds::default();
    Program::start(&ground, &zalo).await;
    for _ in 0..effort.or(5, 1) {
        let begun = Instant::now();
        Program::start(&ground, &zalo).await;
        starts.note(begun.elapsed().as_secs_f64());
    }
    report.tell("from start to ready", starts, "s", Goal::AtMost(1.0));

    let program = Program::start(&ground, &zalo).await;
    report.tell_one("memory, idle", program.memory(), "MB", Goal::None);
    let seconds = std::env::var("COST_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(40.0);
    let part = effort.seconds(seconds) / 4;
    let mut parts = Vec::new();
    let before = program.time();
    let citizens = effort.or(CITIZENS, FEW);
    let crowd = Crowd::gathers(citizens, program.address, &zalo);
    for _ in 0..4 {
        tokio::time::sleep(part).await;
        parts.push(program.memory());
    }
    let chat = crowd.leaves().await;
    let turns = chat.replies.count().max(1) as f64;
    report.tell_one(format!("turns, {citizens} citizens"), turns / (4 * part).as_secs_f64(), "/s", Goal::None);
    report.tell_one("its own time for a turn", (program.time() - before) * 1e6 / turns, "µs", Goal::None);
    let (first, last) = (parts[0], parts[3]);
    report.tell(format!("memory, {citizens} citizens"), Rounds::of(parts), "MB", Goal::AtMost(80.0));
    report.tell_one("memory, last to first quarter", last / first, "times", Goal::AtMost(1.1));
    report
}

/// The program, as an operator starts it; it ends when this is dropped.
struct Program {
    child: Child,
    address: std::net::SocketAddr,
}

impl Program {
    /// Starts it and waits until it is ready.
    async fn start(ground: &Ground, zalo: &Zalo) -> Self {
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let mut command = Command::new(PROGRAM);
        command.arg("serve").stdout(Stdio::null()).stderr(Stdio::null());
        command.args(ground.arguments(&zalo.url)).args(["--listen-addr", &address.to_string()]);
        let program = Self { child: command.spawn().expect("started"), address };
        let ready = format!("http://{address}/readyz");
        while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        program
    }

    /// What it holds in memory, in megabytes.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes / 1_000.0
    }

    /// The processor's time it has taken so far, in seconds.
    fn time(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        let (_, after_name) = stat.rsplit_once(')').expect("a name");
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks = |nth: usize| fields[nth].parse::<f64>().expect("a number");
        (ticks(11) + ticks(12)) / TICKS
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // told, not killed: one that dies while it refreshes the token leaves a claim of a minute to those that come after
        let program = Pid::from_raw(self.child.id().try_into().expect("a process id"));
        // it may have ended by itself
        let _ = kill(program, Signal::SIGTERM);
        let _ = self.child.wait();
    }
}
