//! Parses the command line, starts tracing, runs one subcommand.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use secrecy::SecretString;
use zalo_petitions::app;
use zalo_petitions::app::officer::{IsSubstitute, NewOfficer, Role};
use zalo_petitions::clock::Clock;
use zalo_petitions::config::{self, Settings};

use zalo_petitions::{sandbox, sim, telemetry};

#[derive(Parser)]
#[command(version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service: webhook, pages and workers
    Serve(Box<Settings>),
    /// Bring the database up to date, with agencies and holidays
    Migrate {
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: SecretString,
    },
    /// Show everything at work with invented data and a small Zalo, in a private Postgres and Redis
    Demo,
    /// Connect the service with the Official Account: prints the address at which its administrator consents
    Connect {
        #[command(flatten)]
        settings: Box<Settings>,
        /// The address that the browser came back to, or the code in it, where the service's page could not be reached
        #[arg(long, value_name = "URL_OR_CODE")]
        code: Option<String>,
    },
    /// Check the dialogs and the notices, naming every problem with file and line
    Check {
        #[arg(long, env = "DIALOGS", default_value = "dialogs")]
        dialogs: PathBuf,
        /// Print every dialog as a Mermaid diagram instead
        #[arg(long)]
        graph: bool,
    },
    /// Talk with the dialog in the terminal
    Talk {
        #[arg(long, env = "DIALOGS", default_value = "dialogs")]
        dialogs: PathBuf,
        /// Write the conversation to this file, as a transcript for tests/transcripts
        #[arg(long, value_name = "FILE")]
        record: Option<PathBuf>,
    },
    /// Say of each text what it is and whose: JSON lines {"id","text"} in, {"id","class","agency","confidence","reasons"} out
    Triage,
    /// Run the small Zalo alone
    Sim(Box<sim::Options>),
    /// Run a command with a private Postgres and Redis, gone when it ends
    Sandbox {
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// The audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Officers' accounts
    #[command(subcommand)]
    Officer(OfficerCommand),
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Recompute the log's chain: says in one line whether it is whole, and fails with the first bad number where it is not
    Verify {
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: SecretString,
        /// The public page /audit.txt as it was saved elsewhere: its heads must still be those of the log
        #[arg(long, value_name = "FILE")]
        heads: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum OfficerCommand {
    /// Open an account; the password is read from standard input
    Add {
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: SecretString,
        login: String,
        name: String,
        /// A code of agencies.csv, such as HN-VP
        agency: String,
        /// focal_office, agency_focal, handler, leader or oversight
        #[arg(long, default_value = "agency_focal")]
        role: Role,
        /// Stands in for the focal officer
        #[arg(long)]
        substitute: bool,
    },
    /// Print the open accounts: login, role, agency, name
    List {
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: SecretString,
    },
    /// Close an account; it is not deleted, and what lies with its officer goes back to the agency
    Close {
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: SecretString,
        login: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = match CommandLine::try_parse() {
        Ok(line) => line.command,
        Err(error) => return config::refuse(error),
    };
    // What the demo prints for people must not drown in what it does.
    telemetry::start(if matches!(command, Command::Demo) { "warn" } else { "info" });
    let done = match command {
        Command::Serve(settings) if !settings.half_set().is_empty() => {
            return config::cannot_start(&settings.half_set());
        }
        Command::Serve(settings) => app::serve(*settings, Clock::system()).await,
        Command::Migrate { database_url } => app::migrate(&database_url).await,
        Command::Connect { settings, code: None } => app::connection::begin(&settings, &Clock::system()).await,
        Command::Connect { settings, code: Some(code) } => {
            app::connection::finish(&settings, &code, &Clock::system()).await
        }
        Command::Demo => app::demo::demo().await,
        Command::Check { dialogs, graph: false } => return app::check::check(&dialogs),
        Command::Check { dialogs, graph: true } => return app::check::graph(&dialogs),
        Command::Talk { dialogs, record } => {
            let input = std::io::stdin().lock();
            let prompt = if input.is_terminal() { "> " } else { "" };
            app::talk::talk(&dialogs, record.as_deref(), prompt, input, std::io::stdout())
        }
        Command::Triage => match app::triage::triage(std::io::stdin().lock(), std::io::stdout().lock()) {
            Ok(0) => Ok(()),
            Ok(_) => return ExitCode::FAILURE,
            Err(error) => Err(error.into()),
        },
        Command::Sim(arguments) => sim::serve(*arguments).await,
        Command::Sandbox { command } => match sandbox::run(command).await {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Audit(AuditCommand::Verify { database_url, heads }) => {
            match app::audit::check(&database_url, heads.as_deref()).await {
                Ok(code) => return code,
                Err(error) => Err(error),
            }
        }
        Command::Officer(OfficerCommand::Add { database_url, login, name, agency, role, substitute }) => {
            let new = NewOfficer { login: &login, name: &name, agency_id: &agency, role };
            let is_substitute = if substitute { IsSubstitute::Yes } else { IsSubstitute::No };
            app::officer::add(&database_url, &new, is_substitute, &Clock::system()).await
        }
        Command::Officer(OfficerCommand::List { database_url }) => app::officer::list(&database_url).await,
        Command::Officer(OfficerCommand::Close { database_url, login }) => {
            app::officer::close(&database_url, &login, &Clock::system()).await
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
