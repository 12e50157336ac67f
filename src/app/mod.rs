//! Builds the house: connects, checks, mounts the routers, starts and stops the workers.

pub mod audit;
mod bells;
pub mod check;
mod connect;
pub mod connection;
pub mod demo;

pub mod files;
mod health;
pub mod house;
pub mod officer;
mod pulse;
mod reminders;
pub mod talk;
pub mod triage;

use anyhow::Context;
use secrecy::SecretString;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

pub use house::House;
pub use pulse::Pulse;
pub use reminders::Reminders;

use crate::clock::Clock;
use crate::config::Settings;
use crate::{MIGRATOR, gazetteer, officer as officers, petition};

/// Runs the service until SIGTERM or Ctrl-C: no new work then, what is under way is finished.
pub async fn serve(settings: Settings, clock: Clock) -> anyhow::Result<()> {
    let house = House::build(&settings, clock).await?;
    let listener = TcpListener::bind(settings.listen_addr)
        .await
        .with_context(|| format!("LISTEN_ADDR {} cannot be used", settings.listen_addr))?;
    tracing::info!(address = %settings.listen_addr, "listening");
    house.run(listener, stopped_by_signal()?).await
}

/// A token that SIGTERM or Ctrl-C cancels.
pub fn stopped_by_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let token = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        token.cancel();
    });
    Ok(stop)
}

/// Brings the database up to date.
pub async fn migrate(database_url: &SecretString) -> anyhow::Result<()> {
    let pool = connect::postgres(database_url).await?;
    prepare(&pool).await?;
    tracing::info!("the database is up to date");
    Ok(())
}

/// Applies the migrations, and the lists that come with the program: agencies and holidays.
pub async fn prepare(pool: &PgPool) -> anyhow::Result<()> {
    MIGRATOR.run(pool).await.context("the migrations cannot be applied")?;
    let mut transaction = pool.begin().await?;
    let agencies: Vec<_> = gazetteer::agencies().iter().map(agency).collect();
    officers::save_agencies(&mut transaction, &agencies).await?;
    petition::load_holidays(&mut transaction).await?;
    Ok(transaction.commit().await?)
}

fn agency(listed: &gazetteer::Agency) -> officers::Agency {
    officers::Agency {
        agency_id: listed.code.clone(),
        name: listed.name.clone(),
        level: listed.level.as_str().to_owned(),
        kind: listed.kind.clone(),
        parent_id: listed.parent.clone(),
        certainty: listed.certainty.clone(),
        note: listed.note.clone(),
    }
}
