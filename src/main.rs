use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a command with a Postgres and a Redis of its own
    Sandbox {
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Phones in a web page and Zalo's API, beside a service that runs elsewhere
    Sim(Box<zalo_petitions::sim::SimArguments>),
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Sandbox { command } => zalo_petitions::sandbox::run(command).await,
        Command::Sim(arguments) => zalo_petitions::sim::serve(*arguments).await.map(|()| ExitCode::SUCCESS),
    }
}
