//! The scenes of delivery, played against the real program and counted from outside: one table, in which everything but the
//! last column must be zero. `make test` plays them with few people, `make trial` with many (`TRIAL_CROWD`); `TRIAL_SCENE=Redis`
//! plays only the scenes whose names say so.

#[path = "stage/mod.rs"]
mod stage;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::Rng;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, PgPool};
use zalo_petitions::sandbox::{Sandbox, Server};
use zalo_petitions::sim::{Fault, Quirk, Zalo};

use stage::crowd::{Crowd, Manner, Tally, lapse_leases, quiet, tally};
use stage::{Instance, Stage, free_address};

/// How many people chat at the same time, unless the environment says otherwise.
const CROWD: usize = 4;
/// How often a process is killed while they do: each of them more often than this would need hours.
const KILLS: usize = 20;
/// How often Redis and Postgres are ended, and Zalo goes away.
const OUTAGES: usize = 3;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scene {
    Nothing,
    TwiceInSequence,
    TwiceAtOnce,
    EightAtOnce,
    AnswersFirst,
    Reordered,
    Albums,
    Killed,
    RedisFlushed,
    RedisKilled,
    PostgresRestarted,
    ZaloFails,
    ZaloIsSlow,
    TokenExpires,
}

const SCENES: [(Scene, &str); 14] = [
    (Scene::Nothing, "nothing goes wrong"),
    (Scene::TwiceInSequence, "every webhook twice, in sequence"),
    (Scene::TwiceAtOnce, "every webhook twice, at the same instant"),
    (Scene::EightAtOnce, "every webhook eight times, at the same instant"),
    (Scene::AnswersFirst, "every answer before its question"),
    (Scene::Reordered, "the story in two messages, webhooks overtake each other"),
    (Scene::Albums, "photos in albums"),
    (Scene::Killed, "kill -9, twenty times under load"),
    (Scene::RedisFlushed, "Redis flushed, again and again"),
    (Scene::RedisKilled, "Redis killed, three times"),
    (Scene::PostgresRestarted, "Postgres restarted, three times"),
    (Scene::ZaloFails, "Zalo answers 500 for seconds, three times"),
    (Scene::ZaloIsSlow, "Zalo answers after a second"),
    (Scene::TokenExpires, "the token expires every second"),
];

impl Scene {
    fn manner(self) -> Manner {
        match self {
            Self::AnswersFirst => Manner::AllAtOnce,
            Self::Reordered | Self::Albums => Manner::InPieces,
            _ => Manner::Attentive,
        }
    }

    /// How Zalo behaves throughout.
    fn sets(self, zalo: &Zalo) {
        match self {
            Self::TwiceInSequence => zalo.manners(|manners| manners.sends_twice = true),
            Self::TwiceAtOnce | Self::EightAtOnce => {
                zalo.manners(|manners| manners.at_once = if self == Self::TwiceAtOnce { 2 } else { 8 });
                zalo.chance(Quirk::AtOnce, 1.0);
            }
            Self::Reordered => {
                zalo.manners(|manners| (manners.in_order, manners.late) = (false, Duration::from_millis(300)));
                zalo.chance(Quirk::Overtaken, 0.3);
            }
            Self::ZaloIsSlow => zalo.every_send(Some(Fault::Slow(Duration::from_secs(1)))),
            _ => {}
        }
    }
}

/// Where the scenes are played: one Postgres and one Redis that can be ended.
struct Theatre {
    sandbox: Arc<Mutex<Sandbox>>,
    database_url: String,
    redis_url: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let crowd = std::env::var("TRIAL_CROWD").ok().and_then(|crowd| crowd.parse().ok()).unwrap_or(CROWD);
    let sandbox = tokio::task::spawn_blocking(Sandbox::start).await.expect("a thread").expect("Postgres and Redis");
    let theatre = Theatre {
        database_url: sandbox.database_url.clone(),
        redis_url: sandbox.redis_url.clone(),
        sandbox: Arc::new(Mutex::new(sandbox)),
    };
    print_row(
        "",
        &[
            "conversations",
            "petitions",
            "extra petitions",
            "extra replies",
            "stranded",
            "without receipt",
            "sent twice",
        ],
    );
    let (mut passed, mut failed) = (0, 0);
    let only = std::env::var("TRIAL_SCENE").unwrap_or_default();
    for (number, (scene, name)) in SCENES.into_iter().filter(|(_, name)| name.contains(&only)).enumerate() {
        let found = theatre.play(number, scene, crowd).await;
        let Tally { conversations, petitions, extra_petitions, extra_replies, stranded, without_receipt, twice } =
            found;
        let row = [conversations, petitions, extra_petitions, extra_replies, stranded, without_receipt, twice];
        print_row(name, &row.map(|count| count.to_string()).each_ref().map(String::as_str));
        let is_right = found == Tally { conversations, petitions: conversations, twice, ..Tally::default() };
        *(if is_right { &mut passed } else { &mut failed }) += 1;
    }
    println!(
        "\nA message is sent twice where Zalo had taken it and we died, or its answer was lost, before it was written \
         down; each one is marked «perhaps twice»."
    );
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print_row(name: &str, columns: &[&str]) {
    let columns: Vec<String> = columns.iter().map(|column| format!("{column:>15}")).collect();
    println!("{name:<56}{}", columns.join(" "));
}

impl Theatre {
    async fn play(&self, number: usize, scene: Scene, crowd: usize) -> Tally {
        let database_url = self.database(number).await;
        let stage = Stage::set(database_url.clone(), self.redis_url.clone()).await;
        scene.sets(&stage.zalo);
        let addresses = [free_address().await, free_address().await];
        let mut instances = addresses.map(|address| stage.start(address));
        for instance in &instances {
            instance.ready().await;
        }
        stage.knock_at(addresses[0]);
        let people = Crowd::gathers(&stage.zalo, crowd, scene.manner());
        self.makes_trouble(scene, &stage, &mut instances, &people).await;
        let finished = people.leaves().await;
        stage.zalo.every_send(None);
        let pool = pool(&database_url).await;
        quiet(&pool, &stage.zalo).await;
        tally(&pool, &stage.zalo.phones(), finished).await
    }

    /// Goes on until the scene is over and everybody has chatted under it.
    async fn makes_trouble(&self, scene: Scene, stage: &Stage, instances: &mut [Instance; 2], people: &Crowd) {
        let pause = async |milliseconds| tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        match scene {
            Scene::Killed => kill(stage, instances).await,
            Scene::RedisFlushed => {
                for _ in 0..10 * OUTAGES {
                    self.flush_redis().await;
                    pause(150).await;
                }
            }
            Scene::RedisKilled | Scene::PostgresRestarted => {
                let server = if scene == Scene::RedisKilled { Server::Redis } else { Server::Postgres };
                for _ in 0..OUTAGES {
                    pause(1_500).await;
                    self.restart(server).await;
                }
            }
            Scene::ZaloFails => {
                for _ in 0..OUTAGES {
                    pause(500).await;
                    stage.zalo.every_send(Some(Fault::ServerError));
                    pause(2_500).await;
                    stage.zalo.every_send(None);
                }
            }
            Scene::TokenExpires => {
                for _ in 0..OUTAGES {
                    pause(1_000).await;
                    stage.zalo.expire_access_token();
                }
            }
            _ => {}
        }
        people.finishes(1).await;
    }

    /// An empty database of the scene's own.
    async fn database(&self, number: usize) -> String {
        let mut connection = PgConnection::connect(&self.database_url).await.expect("Postgres");
        let name = format!("scene_{number}");
        let create = sqlx::AssertSqlSafe(format!("create database {name}"));
        sqlx::query(create).execute(&mut connection).await.expect("a database");
        let (server, _) = self.database_url.rsplit_once('/').expect("an address of a database");
        format!("{server}/{name}")
    }

    async fn flush_redis(&self) {
        let client = redis::Client::open(self.redis_url.as_str()).expect("an address of Redis");
        let mut connection = client.get_multiplexed_async_connection().await.expect("Redis");
        let () = redis::cmd("FLUSHALL").query_async(&mut connection).await.expect("flushed");
    }

    async fn restart(&self, server: Server) {
        let sandbox = self.sandbox.clone();
        let restarted =
            tokio::task::spawn_blocking(move || sandbox.lock().unwrap_or_else(PoisonError::into_inner).restart(server));
        restarted.await.expect("a thread").expect("the server is back");
    }
}

async fn kill(stage: &Stage, instances: &mut [Instance; 2]) {
    let pool = pool(&stage.database_url).await;
    for kill in 0..KILLS {
        let (victim, other) = (kill % 2, (kill + 1) % 2);
        instances[victim].ready().await;
        instances[other].ready().await;
        let moment = rand::rng().random_range(0..500);
        tokio::time::sleep(Duration::from_millis(moment)).await;
        instances[victim].kill();
        stage.knock_at(instances[other].address);
        // The dead hold leases for a minute; the scene lets the minute pass for them.
        lapse_leases(&pool).await;
        instances[victim] = stage.start(instances[victim].address);
    }
}

async fn pool(database_url: &str) -> PgPool {
    PgPoolOptions::new().max_connections(4).connect(database_url).await.expect("Postgres")
}
