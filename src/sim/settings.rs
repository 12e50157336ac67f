//! Which application and account the simulator plays, and whom it tells.

use std::net::SocketAddr;

use clap::Args;
use url::Url;

use super::rules::template::Template;
use crate::clock::Clock;

/// Who the simulator is and where the service listens.
#[derive(Clone, Debug)]
pub struct SimSettings {
    pub app_id: String,
    /// For tokens and `appsecret_proof`.
    pub app_secret: String,
    pub oa_id: String,
    /// Signs webhooks.
    pub oa_secret: String,
    /// The one that is good for the first refresh.
    pub refresh_token: String,
    /// Where events go.
    pub webhook_url: Url,
    /// What the account has had approved.
    pub templates: Vec<Template>,
    /// Where the consent page may lead (-14003 elsewhere); none: to any address of this machine, and any by https.
    pub redirect_uris: Vec<Url>,
    /// The code challenge saved in the console, for a consent without one of its own.
    pub console_challenge: Option<String>,
    /// Shared with the service, or the two would disagree about the 7-day window.
    pub clock: Clock,
}

impl SimSettings {
    /// Invented ids and secrets.
    pub fn rehearsal(webhook_url: Url, clock: Clock) -> Self {
        Self {
            app_id: "1000000000000000001".to_owned(),
            app_secret: "tap-huan-app-secret".to_owned(),
            oa_id: "4000000000000000004".to_owned(),
            oa_secret: "tap-huan-oa-secret".to_owned(),
            refresh_token: "tap-huan-refresh-token".to_owned(),
            webhook_url,
            templates: vec![usual_template()],
            redirect_uris: Vec::new(),
            console_challenge: None,
            clock,
        }
    }
}

/// A template that tells news of a petition, by phone or by user id.
fn usual_template() -> Template {
    Template::new("300001", &[("name", 30), ("reference", 30), ("title", 200), ("news", 200)])
}

/// The settings of `sim`, the simulator beside a service that runs on its own: the same names as the service's, so that one
/// `.env` serves both.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Where the simulator listens: phones in a browser, Zalo's API for the service
    #[arg(long, env = "SIM_LISTEN_ADDR", default_value = "127.0.0.1:8090")]
    pub listen_addr: SocketAddr,
    /// The service's webhook
    #[arg(long, env = "SIM_WEBHOOK_URL", default_value = "http://127.0.0.1:8080/zalo/webhook")]
    pub webhook_url: Url,
    /// The application's id
    #[arg(long, env = "ZALO_APP_ID")]
    pub app_id: String,
    /// The application's secret
    #[arg(long, env = "ZALO_APP_SECRET", hide_env_values = true)]
    pub app_secret: String,
    /// The Official Account's id
    #[arg(long, env = "ZALO_OA_ID")]
    pub oa_id: String,
    /// The OA secret keys; the newest one signs
    #[arg(long, env = "ZALO_OA_SECRET_KEY", value_delimiter = ',', required = true, hide_env_values = true)]
    pub oa_secret: Vec<String>,
    /// The refresh token that the service begins with
    #[arg(long, env = "ZALO_REFRESH_TOKEN", hide_env_values = true)]
    pub refresh_token: String,
}

impl From<Options> for SimSettings {
    fn from(options: Options) -> Self {
        Self {
            app_id: options.app_id,
            app_secret: options.app_secret,
            oa_id: options.oa_id,
            oa_secret: options.oa_secret.into_iter().next().expect("clap demands one"),
            refresh_token: options.refresh_token,
            webhook_url: options.webhook_url,
            templates: vec![usual_template()],
            redirect_uris: Vec::new(),
            console_challenge: None,
            clock: Clock::system(),
        }
    }
}
