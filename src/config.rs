//! Every setting, once. Read from the environment; `.env.example` is held against this struct by a test.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use chrono::{FixedOffset, NaiveTime};
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Command, ValueEnum};
use object_store::ObjectStoreScheme;
use secrecy::SecretString;
use url::{Host, Url};

use crate::memory::{Address, AddressError};

/// The settings of `serve`. All that is missing or wrong is named at once at start.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Postgres, as postgres://name:password@host:port/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: SecretString,
    /// How many connections to Postgres each instance keeps at most, half of them for the chat
    #[arg(long, env = "DATABASE_CONNECTIONS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub database_connections: u32,
    /// Redis, as redis://host:port, redis+cluster://host:port,host:port or redis+sentinel://host:port,host:port/master;
    /// rediss for TLS
    #[arg(long, env = "REDIS_URL", value_parser = redis_url, hide_env_values = true)]
    pub redis_url: SecretString,
    /// Begins every key in Redis, so that several services can share one
    #[arg(long, env = "REDIS_PREFIX", default_value = "zalo-petitions")]
    pub redis_prefix: String,
    /// Where the service listens
    #[arg(long, env = "LISTEN_ADDR", default_value = "127.0.0.1:8080")]
    pub listen_addr: SocketAddr,
    /// The address people reach the service at; stands in links to results
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Url,

    /// The application's id on developers.zalo.me
    #[arg(long, env = "ZALO_APP_ID", value_parser = NonEmptyStringValueParser::new())]
    pub zalo_app_id: String,
    /// The application's secret: for tokens and appsecret_proof
    #[arg(long, env = "ZALO_APP_SECRET", value_parser = secret, hide_env_values = true)]
    pub zalo_app_secret: SecretString,
    /// The Official Account's id: tells our own messages from the citizens'
    #[arg(long, env = "ZALO_OA_ID", value_parser = NonEmptyStringValueParser::new())]
    pub zalo_oa_id: String,
    /// The OA secret keys that sign webhooks, newest first, separated by commas
    #[arg(
        long,
        env = "ZALO_OA_SECRET_KEY",
        value_delimiter = ',',
        required = true,
        value_parser = secret,
        hide_env_values = true
    )]
    pub zalo_oa_secret_key: Vec<SecretString>,
    /// A first refresh token (3 months, one use), where one was made in Zalo's console; later ones are kept in the database
    #[arg(long, env = "ZALO_REFRESH_TOKEN", hide_env_values = true)]
    pub zalo_refresh_token: Option<SecretString>,
    /// Encrypt the tokens in the database: at least 32 characters each, newest first, separated by commas; without any, a
    /// key is made from ZALO_APP_SECRET
    #[arg(long, env = "ZALO_TOKEN_KEY", value_delimiter = ',', value_parser = token_key, hide_env_values = true)]
    pub zalo_token_key: Vec<SecretString>,
    /// The PKCE verifier (43 characters) whose challenge is saved in Zalo's console, where the console wants a fixed one
    #[arg(long, env = "ZALO_CODE_VERIFIER", value_parser = code_verifier, hide_env_values = true)]
    pub zalo_code_verifier: Option<SecretString>,
    /// Zalo's message API
    #[arg(long, env = "ZALO_API_URL", default_value = "https://openapi.zalo.me")]
    pub zalo_api_url: Url,
    /// Zalo's token API
    #[arg(long, env = "ZALO_OAUTH_URL", default_value = "https://oauth.zaloapp.com")]
    pub zalo_oauth_url: Url,
    /// Zalo's API of template messages by phone
    #[arg(long, env = "ZALO_TEMPLATE_URL", default_value = "https://business.openapi.zalo.me")]
    pub zalo_template_url: Url,
    /// The approved template that brings news to citizens whom the chat does not reach; empty: officers call them
    #[arg(long, env = "ZALO_TEMPLATE_ID")]
    pub zalo_template_id: Option<String>,
    /// How many calls a minute Zalo takes from the application, all instances together; 0: as many as there are
    #[arg(long, env = "ZALO_RATE_PER_MINUTE", default_value_t = 4_000)]
    pub zalo_rate_per_minute: u32,
    /// When no template messages are sent, as from-until; the same hour twice: at any time
    #[arg(long, env = "NIGHT_HOURS", default_value = "22:00-06:00", value_parser = night_hours)]
    pub night_hours: (NaiveTime, NaiveTime),
    /// The time zone of the night and of Zalo's daily allowances
    #[arg(long, env = "TIME_ZONE", default_value = "+07:00")]
    pub time_zone: FixedOffset,
    /// How many chat messages are free after each doing of a citizen, where Zalo's answers do not tell
    #[arg(long, env = "FREE_REPLIES", default_value_t = 8)]
    pub free_replies: u32,
    /// For how many hours they are free
    #[arg(long, env = "FREE_HOURS", default_value_t = 48)]
    pub free_hours: u32,

    /// Where people's attachments are kept: file:./folder, file:///folder, or s3://bucket/prefix with the usual AWS_ variables
    #[arg(long, env = "ATTACHMENT_STORE", default_value = "file:./attachments", value_parser = object_store_url)]
    pub attachment_store: Url,
    /// Whom attachments are fetched from: names with all below them, on the internet; host:port is trusted anywhere
    #[arg(long, env = "ATTACHMENT_HOSTS", value_delimiter = ',', default_value = "zdn.vn,zadn.vn,dlfl.vn,dlmd.me")]
    pub attachment_hosts: Vec<MediaHost>,
    /// The largest attachment that is fetched, in megabytes
    #[arg(long, env = "ATTACHMENT_LIMIT_MB", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub attachment_limit_mb: u32,
    /// ClamAV's clamd, host:port or the path of its socket: what it has not scanned is shown to nobody
    #[arg(long, env = "CLAMD_ADDR", value_parser = NonEmptyStringValueParser::new())]
    pub clamd_addr: Option<String>,

    /// The folder of the dialogs' TOML files
    #[arg(long, env = "DIALOGS", default_value = "dialogs")]
    pub dialogs: PathBuf,
    /// A factor on every pause for quiet before a reply: 1 as written in the dialogs, 0 answers at once
    #[arg(long, env = "DIALOG_QUIET", default_value_t = 1.0)]
    pub dialog_quiet: f64,
    /// The offices' working hours, which count for deadlines in hours
    #[arg(long, env = "OFFICE_HOURS", default_value = "08:00-12:00,13:00-17:00")]
    pub office_hours: String,
    /// The agency that receives and sorts petitions (a code of agencies.csv)
    #[arg(long, env = "FOCAL_AGENCY", default_value = "HN-VP")]
    pub focal_agency: String,
    /// For so many days after an answer its sender can say that the matter is not settled, once
    #[arg(long, env = "REOPEN_DAYS", default_value_t = 30)]
    pub reopen_days: u32,
    /// Encrypt officers' second factors in the database: at least 32 characters each, newest first, separated by commas; without
    /// any, a key is made from ZALO_APP_SECRET
    #[arg(long, env = "OFFICE_KEY", value_delimiter = ',', value_parser = token_key, hide_env_values = true)]
    pub office_key: Vec<SecretString>,
    /// Who must sign in with a second factor: focal_office, everybody or nobody; others may
    #[arg(long, env = "SECOND_FACTOR", default_value = "focal_office")]
    pub second_factor: SecondFactor,
    /// Sign in with the city's accounts by OpenID Connect: its issuer; with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or not at all
    #[arg(long, env = "OIDC_ISSUER", value_parser = issuer)]
    pub oidc_issuer: Option<String>,
    /// This service's name there; it is to be led back to PUBLIC_URL/admin/login/single-sign-on/callback
    #[arg(long, env = "OIDC_CLIENT_ID", value_parser = NonEmptyStringValueParser::new())]
    pub oidc_client_id: Option<String>,
    /// And its secret there
    #[arg(long, env = "OIDC_CLIENT_SECRET", value_parser = secret, hide_env_values = true)]
    pub oidc_client_secret: Option<SecretString>,
    /// Which answers a second person releases: nobody (none), conduct (on officials' conduct) or everything
    #[arg(long, env = "ANSWER_APPROVAL", default_value = "conduct", value_enum)]
    pub answer_approval: AnswerApproval,
    /// Says on every page that this is training with invented data
    #[arg(long, env = "TRAINING")]
    pub training: bool,
}

/// Who must have a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum SecondFactor {
    FocalOffice,
    Everybody,
    /// For training and tests.
    Nobody,
}

/// How officers sign in with the city's accounts.
#[derive(Clone, Debug)]
pub struct SingleSignOn {
    /// As it was written: an ID token must name it letter for letter.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SecretString,
}

impl Settings {
    /// None where officers sign in with passwords only.
    pub fn single_sign_on(&self) -> Option<SingleSignOn> {
        Some(SingleSignOn {
            issuer: self.oidc_issuer.clone()?,
            client_id: self.oidc_client_id.clone()?,
            client_secret: self.oidc_client_secret.clone()?,
        })
    }

    /// What is missing because something else is set, as [`problems`] says it.
    pub fn half_set(&self) -> Vec<String> {
        missing_of_single_sign_on([
            self.oidc_issuer.is_some(),
            self.oidc_client_id.is_some(),
            self.oidc_client_secret.is_some(),
        ])
    }
}

const SINGLE_SIGN_ON: [&str; 3] = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"];

/// All or none.
fn missing_of_single_sign_on(are_set: [bool; 3]) -> Vec<String> {
    if !are_set.contains(&true) {
        return Vec::new();
    }
    let missing = SINGLE_SIGN_ON.iter().zip(are_set).filter(|(_, is_set)| !is_set);
    missing.map(|(name, _)| format!("{name}: missing ({} belong together)", SINGLE_SIGN_ON.join(", "))).collect()
}

/// Whoever stands between us and an issuer in plain text could sign in as anybody.
fn issuer(value: &str) -> Result<String, &'static str> {
    let url = Url::parse(value).map_err(|_| "it is no address")?;
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "https" => Ok(value.to_owned()),
        "http" if is_here => Ok(value.to_owned()),
        _ => Err("it does not begin with https:"),
    }
}

/// Which answers a second person releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AnswerApproval {
    Nobody,
    /// Those to petitions on the conduct of officials.
    #[default]
    Conduct,
    Everything,
}

/// An empty secret signs nothing and is known to everybody.
fn secret(value: &str) -> Result<SecretString, &'static str> {
    if value.trim().is_empty() { Err("it is empty") } else { Ok(value.into()) }
}

/// «22:00-06:00»
fn night_hours(value: &str) -> Result<(NaiveTime, NaiveTime), &'static str> {
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let hours = value.split_once('-').and_then(|(from, until)| Some((time(from)?, time(until)?)));
    hours.ok_or("two times of day, as 22:00-06:00")
}

/// Nothing stretches a key that could be guessed.
fn token_key(value: &str) -> Result<SecretString, &'static str> {
    if value.trim().chars().count() < 32 { Err("it is too short") } else { Ok(value.trim().into()) }
}

fn code_verifier(value: &str) -> Result<SecretString, &'static str> {
    let fits = |sign: char| sign.is_ascii_alphanumeric() || "-._~".contains(sign);
    if value.len() == 43 && value.chars().all(fits) { Ok(value.into()) } else { Err("it is no PKCE verifier") }
}

fn redis_url(value: &str) -> Result<SecretString, AddressError> {
    value.parse::<Address>().map(|_| value.into())
}

/// Somebody attachments are fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaHost {
    /// A name and all names below it, on the usual ports of the public internet.
    Below(String),
    /// One port of one machine, which may stand in a private network.
    Exactly { host: String, port: u16 },
}

impl FromStr for MediaHost {
    type Err = &'static str;

    fn from_str(entry: &str) -> Result<Self, Self::Err> {
        let host = |host: &str| Host::parse(host).map_err(|_| "it names no host");
        if let Some((machine, port)) = entry.rsplit_once(':').filter(|(machine, _)| !machine.is_empty()) {
            let port = port.parse().map_err(|_| "it has no port after the colon")?;
            return Ok(Self::Exactly { host: host(machine)?.to_string(), port });
        }
        match host(entry.trim_start_matches("*."))? {
            Host::Domain(name) => Ok(Self::Below(name)),
            Host::Ipv4(_) | Host::Ipv6(_) => Err("an address needs its port"),
        }
    }
}

/// A store that we can open; a folder may be named from where the service is started.
fn object_store_url(value: &str) -> Result<Url, String> {
    let url = match value.strip_prefix("file:").filter(|path| !path.starts_with("//")) {
        Some(path) => {
            let folder = std::path::absolute(path).map_err(|error| error.to_string())?;
            Url::from_directory_path(folder).map_err(|()| "it names no folder".to_owned())?
        }
        None => Url::parse(value).map_err(|error| error.to_string())?,
    };
    match ObjectStoreScheme::parse(&url).map_err(|error| error.to_string())?.0 {
        ObjectStoreScheme::Local | ObjectStoreScheme::Memory | ObjectStoreScheme::AmazonS3 => Ok(url),
        _ => Err("it is neither file: nor s3:".to_owned()),
    }
}

/// What is missing or wrong among the settings, one line each: `NAME: what is the matter`.
///
/// `clap` stops at the first wrong value, so each setting is tried alone.
pub fn problems() -> Vec<String> {
    let all = Settings::augment_args(Command::new("settings"));
    let problem = |argument: &clap::Arg| {
        let alone = Command::new("settings").arg(argument.clone()).disable_help_flag(true);
        let error = alone.try_get_matches_from(["settings"]).err()?;
        let name = argument.get_env()?.to_string_lossy().into_owned();
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        Some(match error.kind() {
            clap::error::ErrorKind::MissingRequiredArgument => format!("{name}: missing ({help})"),
            _ => format!("{name}: cannot be read ({help})"),
        })
    };
    let half_set = missing_of_single_sign_on(SINGLE_SIGN_ON.map(|name| std::env::var_os(name).is_some()));
    all.get_arguments().filter_map(problem).chain(half_set).collect()
}

/// Answers a command line that `clap` refused: help and version as they are; for `serve` and `connect`, all settings that are missing
/// or wrong at once. A wrong command line or setting ends with exit code 2.
pub fn refuse(error: clap::Error) -> ExitCode {
    let needs_settings = std::env::args().nth(1).is_some_and(|command| command == "serve" || command == "connect");
    let problems = if needs_settings && error.use_stderr() { problems() } else { Vec::new() };
    if problems.is_empty() {
        error.exit();
    }
    cannot_start(&problems)
}

/// Names everything that keeps the service from starting.
pub fn cannot_start(problems: &[String]) -> ExitCode {
    eprintln!("The service cannot start. {} of its settings need attention:", problems.len());
    for problem in problems {
        eprintln!("  {problem}");
    }
    ExitCode::from(2)
}
