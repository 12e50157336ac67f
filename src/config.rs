//! Every setting, once. Read from the environment; `.env.example` is held against this struct by a test.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use secrecy::SecretString;
use url::Url;

/// The settings of `serve`. All that is missing or wrong is named at once at start.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Postgres, as postgres://name:password@host:port/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: SecretString,
    /// Redis, as redis://host:port
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
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
    #[arg(long, env = "ZALO_APP_ID")]
    pub zalo_app_id: String,
    /// The application's secret: for tokens and appsecret_proof
    #[arg(long, env = "ZALO_APP_SECRET", hide_env_values = true)]
    pub zalo_app_secret: SecretString,
    /// The Official Account's id: tells our own messages from the citizens'
    #[arg(long, env = "ZALO_OA_ID")]
    pub zalo_oa_id: String,
    /// The OA secret keys that sign webhooks, newest first, separated by commas
    #[arg(long, env = "ZALO_OA_SECRET_KEY", value_delimiter = ',', required = true, hide_env_values = true)]
    pub zalo_oa_secret_key: Vec<SecretString>,
    /// The first refresh token (3 months, one use); later ones are kept in the database
    #[arg(long, env = "ZALO_REFRESH_TOKEN", hide_env_values = true)]
    pub zalo_refresh_token: Option<SecretString>,
    /// Zalo's message API
    #[arg(long, env = "ZALO_API_URL", default_value = "https://openapi.zalo.me")]
    pub zalo_api_url: Url,
    /// Zalo's token API
    #[arg(long, env = "ZALO_OAUTH_URL", default_value = "https://oauth.zaloapp.com")]
    pub zalo_oauth_url: Url,

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
    /// Says on every page that this is training with invented data
    #[arg(long, env = "TRAINING")]
    pub training: bool,
}
