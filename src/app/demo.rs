//! `demo`: everything at work on one machine, with invented people and a small Zalo. Ctrl-C leaves nothing.
//!
//! Service and simulator run in one process, so that they can share the clock that the simulator's page moves.

mod history;
mod story;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context;
use chrono::{FixedOffset, NaiveTime};
use tokio::net::TcpListener;
use url::Url;

use super::{House, stopped_by_signal};
use crate::casework::Rules;
use crate::clock::Clock;
use crate::config::{AnswerApproval, SecondFactor, Settings};
use crate::officer::{self, NewOfficer, Role};
use crate::sandbox::Sandbox;
use crate::sim::{SimSettings, Zalo};
use history::History;

/// Taken when they are free, else any other.
const SERVICE_PORT: u16 = 8080;
const SIMULATOR_PORT: u16 = 8090;

/// Printed at start; the database lives as long as the demo and listens on this machine only.
const LOGIN: &str = "canbo";
const PASSWORD: &str = "tap-huan-2026";
const OFFICER: &str = "Nguyễn Thu Hà";
/// The second person, who releases answers on conduct.
const SECOND_LOGIN: &str = "canbo2";
const SECOND_OFFICER: &str = "Phạm Minh Đức";
const OFFICE: &str = "HN-VP";

/// One of every other role, to see what each sees; the same password opens all.
const COLLEAGUES: [NewOfficer<'_>; 4] = [
    NewOfficer { login: "daumoi", name: "Trần Quốc Bảo", agency_id: WARD, role: Role::AgencyFocal },
    NewOfficer { login: "xuly", name: "Lê Thị Nhung", agency_id: WARD, role: Role::Handler },
    NewOfficer { login: "lanhdao", name: "Vũ Hải Nam", agency_id: WARD, role: Role::Leader },
    NewOfficer { login: "giamsat", name: "Hoàng Kim Chi", agency_id: OFFICE, role: Role::Oversight },
];
/// Where some of the stories lie.
const WARD: &str = "HN-00283";

/// The one template that the small Zalo has approved.
const TEMPLATE: &str = "300001";

/// The phone on which nothing has happened yet.
const NEWCOMER: &str = "Bà Lan";

/// Runs the demo until Ctrl-C or SIGTERM.
pub async fn demo() -> anyhow::Result<()> {
    let stop = stopped_by_signal()?;
    eprintln!("Starting a private Postgres and Redis ...");
    let sandbox = tokio::task::spawn_blocking(Sandbox::start).await??;
    let clock = Clock::system();
    let (service, service_url) = listen(SERVICE_PORT).await?;
    let (simulator, simulator_url) = listen(SIMULATOR_PORT).await?;
    let play = SimSettings::rehearsal(service_url.join("zalo/webhook")?, clock.clone());
    let settings = settings(&sandbox, &play, &service, &service_url, &simulator_url)?;
    let zalo = Zalo::new(play);
    let house = House::build(&settings, clock.clone()).await?;

    let on_stage = tokio::spawn({
        let (zalo, stop) = (zalo.clone(), stop.clone());
        async move { zalo.serve_on(simulator, stop).await }
    });
    eprintln!("Living through the last weeks ...");
    zalo.phone(NEWCOMER);
    prepare(&settings, &house, &zalo, &clock).await?;

    let courier = tokio::spawn({
        let (zalo, stop) = (zalo.clone(), stop.clone());
        async move { zalo.deliver_forever(stop).await }
    });
    announce(&service_url, &simulator_url);
    house.run(service, stop).await?;
    courier.await?;
    on_stage.await??;
    tokio::task::spawn_blocking(move || sandbox.stop()).await?;
    Ok(())
}

/// Opens the officer's account and lives through the stories.
async fn prepare(settings: &Settings, house: &House, zalo: &Zalo, clock: &Clock) -> anyhow::Result<()> {
    let mut connection = house.pool.acquire().await?;
    let new = NewOfficer { login: LOGIN, name: OFFICER, agency_id: OFFICE, role: Role::FocalOffice };
    let officer_id = officer::add(&mut connection, &new, PASSWORD, clock.now()).await?;
    let second = NewOfficer { login: SECOND_LOGIN, name: SECOND_OFFICER, ..new };
    let approver_id = officer::add(&mut connection, &second, PASSWORD, clock.now()).await?;
    let mut handler_id = officer_id;
    for colleague in &COLLEAGUES {
        let id = officer::add(&mut connection, colleague, PASSWORD, clock.now()).await?;
        handler_id = if colleague.role == Role::Handler { id } else { handler_id };
    }
    drop(connection);
    let rules = Rules::load(settings).map_err(|problems| anyhow::anyhow!(problems.join("\n")))?;
    let (pool, deliverer) = (&house.pool, &house.deliverer);
    History { pool, rules: &rules, zalo, clock, deliverer, officer_id, approver_id, handler_id }
        .live(&story::stories())
        .await
}

/// The usual port if nobody has it, else one that is free.
async fn listen(port: u16) -> anyhow::Result<(TcpListener, Url)> {
    let usual = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = match usual {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port of 127.0.0.1 is free")?,
    };
    let url = format!("http://{}/", listener.local_addr()?).parse()?;
    Ok((listener, url))
}

fn settings(
    sandbox: &Sandbox,
    play: &SimSettings,
    service: &TcpListener,
    service_url: &Url,
    simulator_url: &Url,
) -> anyhow::Result<Settings> {
    let listen_addr: SocketAddr = service.local_addr()?;
    let media_host = format!("127.0.0.1:{}", simulator_url.port_or_known_default().context("the simulator's port")?);
    Ok(Settings {
        database_url: sandbox.database_url.as_str().into(),
        database_connections: 16,
        redis_url: sandbox.redis_url.as_str().into(),
        redis_prefix: "zalo-petitions".to_owned(),
        listen_addr,
        public_url: service_url.clone(),
        zalo_app_id: play.app_id.clone(),
        zalo_app_secret: play.app_secret.as_str().into(),
        zalo_oa_id: play.oa_id.clone(),
        zalo_oa_secret_key: vec![play.oa_secret.as_str().into()],
        zalo_refresh_token: Some(play.refresh_token.as_str().into()),
        zalo_token_key: Vec::new(),
        zalo_code_verifier: None,
        zalo_api_url: simulator_url.clone(),
        zalo_oauth_url: simulator_url.clone(),
        zalo_template_url: simulator_url.clone(),
        zalo_template_id: Some(TEMPLATE.to_owned()),
        zalo_rate_per_minute: 4_000,
        night_hours: (NaiveTime::MIN, NaiveTime::MIN),
        time_zone: FixedOffset::east_opt(7 * 3600).expect("seven hours are an offset"),
        free_replies: 8,
        free_hours: 48,
        // gone with the demo
        attachment_store: "memory:///".parse()?,
        attachment_hosts: vec![media_host.parse().map_err(anyhow::Error::msg)?],
        attachment_limit_mb: 25,
        clamd_addr: None,
        dialogs: PathBuf::from("dialogs"),
        dialog_quiet: 1.0,
        office_hours: "08:00-12:00,13:00-17:00".to_owned(),
        focal_agency: OFFICE.to_owned(),
        reopen_days: 30,
        office_key: Vec::new(),
        second_factor: SecondFactor::Nobody,
        oidc_issuer: None,
        oidc_client_id: None,
        oidc_client_secret: None,
        answer_approval: AnswerApproval::Conduct,
        training: true,
    })
}

fn announce(service_url: &Url, simulator_url: &Url) {
    println!();
    println!("  Phones of citizens   {simulator_url}");
    println!("  Officers' pages      {service_url}admin     name: {LOGIN}   password: {PASSWORD}");
    println!("  A second officer                  name: {SECOND_LOGIN}  same password; releases answers on conduct");
    println!("  One of each role, same password:");
    for colleague in &COLLEAGUES {
        println!("    {:<18} {}", colleague.login, colleague.role.word());
    }
    println!("  Published results    {service_url}");
    println!();
    println!(
        "  Chat as Bà Lan, answer as the officer, see the notice on the phone. Ctrl-C ends it and leaves nothing."
    );
    println!();
}
