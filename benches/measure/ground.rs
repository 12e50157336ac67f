//! The ground a bench stands on: a database of its own on a real Postgres, a part of a real Redis, the service.

use clap::Parser;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;
use zalo_petitions::app::House;
use zalo_petitions::clock::Clock;
use zalo_petitions::config::Settings;

use super::Effort;

pub const APP_ID: &str = "1000000000000000001";
pub const OA_ID: &str = "4000000000000000004";
pub const OA_SECRET: &str = "wS3cr3tOaKeyForBenches";

/// So many files of the log, 16 MB each, lie ready before anything is measured.
const LOG_FILES: u32 = 40;

#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
}

/// An empty database, brought up to date. It is dropped when the sandbox ends.
pub struct Ground {
    pub database_url: String,
    pub redis_url: String,
}

/// A running service.
pub struct Service {
    pub address: std::net::SocketAddr,
    pub pool: PgPool,
    _stop: DropGuard,
}

impl Ground {
    pub async fn prepare(name: &str) -> Self {
        let given = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: see make bench"));
        let (database_url, redis_url) = (given("DATABASE_URL"), given("REDIS_URL"));
        let name = format!("bench_{name}_{}", uuid::Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(&database_url).await.expect("a Postgres");
        let safe: String =
            sqlx::query_scalar("select current_setting('fsync') || current_setting('synchronous_commit')")
                .fetch_one(&mut connection)
                .await
                .expect("settings");
        let is_trial = Effort::asked() == Effort::Try;
        assert!(safe == "onon" || is_trial, "fsync and synchronous_commit are on: what is measured is durable");
        if !is_trial {
            lay_in_log(&mut connection).await;
        }
        sqlx::query(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut connection)
            .await
            .expect("a database");
        let mut url: Url = database_url.parse().expect("an address");
        url.set_path(&name);
        Self { database_url: url.into(), redis_url }
    }

    /// A pool for a baseline.
    pub async fn pool(&self, size: u32) -> PgPool {
        let options: PgConnectOptions = self.database_url.parse().expect("an address");
        PgPoolOptions::new().max_connections(size).connect_with(options).await.expect("a pool")
    }

    /// The service's settings as on the command line, with Zalo at `zalo`.
    pub fn arguments(&self, zalo: &Url) -> Vec<String> {
        let prefix = format!("bench-{}", uuid::Uuid::new_v4());
        let zalo = zalo.as_str();
        let arguments = [
            ["--database-url", &self.database_url],
            ["--redis-url", &self.redis_url],
            ["--redis-prefix", &prefix],
            ["--public-url", "http://ketqua.test"],
            ["--zalo-app-id", APP_ID],
            ["--zalo-app-secret", "app-secret"],
            ["--zalo-oa-id", OA_ID],
            ["--zalo-oa-secret-key", OA_SECRET],
            ["--zalo-refresh-token", "refresh-0"],
            ["--zalo-api-url", zalo],
            ["--zalo-oauth-url", zalo],
            ["--zalo-template-url", zalo],
            ["--zalo-rate-per-minute", "0"],
            ["--attachment-store", "memory:///"],
            ["--dialog-quiet", "0"],
        ];
        arguments.as_flattened().iter().map(|argument| (*argument).to_owned()).collect()
    }

    /// The service's settings; `more` stands in place of what they would be.
    pub fn settings(&self, zalo: &Url, more: &[&str]) -> Settings {
        let mut arguments = self.arguments(zalo);
        for setting in more.chunks_exact(2) {
            let known = arguments.iter().position(|argument| argument == setting[0]);
            match known {
                Some(at) => setting[1].clone_into(&mut arguments[at + 1]),
                None => arguments.extend(setting.iter().map(|part| (*part).to_owned())),
            }
        }
        Arguments::parse_from([String::from("bench")].into_iter().chain(arguments)).settings
    }

    /// The whole service, as `serve` runs it.
    pub async fn serve(&self, zalo: &Url, more: &[&str]) -> Service {
        let house = House::build(&self.settings(zalo, more), Clock::system()).await.expect("a house");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (pool, stop) = (house.pool.clone(), CancellationToken::new());
        tokio::spawn(house.run(listener, stop.clone()));
        Service { address, pool, _stop: stop.drop_guard() }
    }
}

/// A Postgres that has been at work for a day writes its log into old files; a new one makes each file as it comes to it, and
/// everybody waits for that.
async fn lay_in_log(connection: &mut PgConnection) {
    for statement in ["alter system set min_wal_size = '1GB'", "select pg_reload_conf()"] {
        sqlx::query(statement).execute(&mut *connection).await.expect("set");
    }
    for _ in 0..LOG_FILES {
        for statement in ["select pg_logical_emit_message(false, 'bench', '')", "select pg_switch_wal()"] {
            sqlx::query(statement).execute(&mut *connection).await.expect("a file");
        }
    }
    sqlx::query("checkpoint").execute(connection).await.expect("files to be used again");
}

/// Serves a router for as long as the bench runs.
pub async fn serve(router: axum::Router) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router.into_make_service()).await });
    address
}
