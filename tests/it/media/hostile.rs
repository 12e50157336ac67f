//! What must not be fetched, and how much of it.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use zalo_petitions::attachment::{Fetcher, Hosts, Keeper, Limits};

use super::server::Server;
use super::{files, house, sends, states};
use crate::app::TestApp;

/// A keeper with little patience, who knows the server and everything below «localhost».
fn keeper(app: &TestApp, server: &Server) -> Keeper {
    let hosts = [server.address.as_str(), "localhost"].map(|host| host.parse().expect("a host"));
    let limits = Limits { size: 100_000, whole: Duration::from_secs(2), stall: Duration::from_millis(400) };
    let fetcher = Fetcher::new(Hosts::new(hosts.to_vec()), limits).expect("a fetcher");
    Keeper { fetcher, ..app.house.keeper.clone() }
}

/// What becomes of an address after one attempt.
async fn tried(app: &TestApp, keeper: &Keeper, address: &str) -> String {
    let phone = app.zalo.phone("Bà Lan");
    sends(app, &phone, "image", json!({ "url": address })).await;
    assert_eq!(keeper.round().await.expect("a round"), 1, "{address}");
    states(&app.pool).await.pop().expect("a state")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn nothing_is_fetched_from_our_own_network(pool: PgPool) {
    let (app, folder) = house(&pool, &[]).await;
    let (server, inside) = (Server::start().await, Server::start().await);
    let keeper = keeper(&app, &server);
    assert_eq!(tried(&app, &keeper, &inside.at("/photo")).await, "failed foreign_host");
    let redirected = server.at(&format!("/to?to={}", inside.at("/photo")));
    assert_eq!(tried(&app, &keeper, &redirected).await, "failed foreign_host", "each hop is looked at");
    assert_eq!(tried(&app, &keeper, &server.at("/to?to=http://169.254.169.254/latest")).await, "failed foreign_host");
    // A name that is listed, and leads home.
    assert_eq!(tried(&app, &keeper, "http://localhost/photo").await, "failed private_address");
    assert_eq!(tried(&app, &keeper, &server.at("/to?to=https://localhost/photo")).await, "failed private_address");
    for address in ["https://f6.zdn.vn.evil.example/a", "file:///etc/passwd", "no address at all"] {
        assert_eq!(tried(&app, &keeper, address).await, "failed foreign_host", "{address}");
    }
    assert_eq!((inside.asked(), server.asked()), (0, 3), "the inner machine was never asked");
    assert!(files(folder.path()).is_empty());
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn no_more_is_taken_than_the_limit_and_nobody_is_waited_for(pool: PgPool) {
    let (app, folder) = house(&pool, &[]).await;
    let server = Server::start().await;
    let keeper = keeper(&app, &server);
    for (path, state) in [
        ("/endless", "failed too_large"),
        ("/huge", "failed too_large"),
        ("/trickle", "waiting too_slow"),
        ("/short", "waiting too_slow"),
        ("/empty", "waiting empty"),
        ("/broken", "waiting no_answer"),
        ("/gone", "waiting gone"),
        ("/around", "failed lost_way"),
    ] {
        assert_eq!(tried(&app, &keeper, &server.at(path)).await, state, "{path}");
    }
    assert!(files(folder.path()).is_empty());
    let told: Vec<String> = sqlx::query_scalar("select last_error from media").fetch_all(&pool).await.expect("errors");
    assert!(told.iter().all(|told| !told.contains("127.0.0.1")), "an address names a file: {told:?}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_file_is_what_its_bytes_are_and_whole(pool: PgPool) {
    let (app, _folder) = house(&pool, &[]).await;
    let server = Server::start().await;
    let keeper = keeper(&app, &server);
    assert_eq!(tried(&app, &keeper, &server.at("/page")).await, "kept");
    let mime: String = sqlx::query_scalar("select mime from media").fetch_one(&pool).await.expect("one");
    assert_eq!(mime, "application/octet-stream", "it said image/jpeg");

    let phone = app.zalo.phone("Ông Bình");
    let digest = {
        use md5::Digest;
        hex::encode(md5::Md5::digest(super::photo()))
    };
    for (checksum, state) in [
        ("d41d8cd98f00b204e9800998ecf8427e".to_owned(), "waiting garbled"),
        (digest.to_uppercase(), "kept"),
        // as in the documentation's samples
        ("d41d8cd9".to_owned(), "kept"),
    ] {
        let payload = json!({ "url": server.at("/photo"), "name": "a.jpg", "size": "1", "checksum": checksum });
        sends(&app, &phone, "file", payload).await;
        assert_eq!(keeper.round().await.expect("a round"), 1);
        assert_eq!(states(&pool).await.pop().expect("a state"), state, "{checksum}");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_link_that_has_run_out_is_tried_for_a_day_and_then_given_up(pool: PgPool) {
    let (app, _folder) = house(&pool, &[]).await;
    let server = Server::start().await;
    let keeper = keeper(&app, &server);
    let begun_at = app.now();
    assert_eq!(tried(&app, &keeper, &server.at("/gone")).await, "waiting gone");
    let mut attempts = 1;
    while states(&pool).await == ["waiting gone"] {
        assert_eq!(keeper.round().await.expect("a round"), 0, "not before its time");
        let retry_at: chrono::DateTime<chrono::Utc> =
            sqlx::query_scalar("select retry_at from media").fetch_one(&pool).await.expect("a time");
        app.clock.advance(retry_at - app.now());
        attempts += keeper.round().await.expect("a round");
    }
    assert_eq!(states(&pool).await, ["failed gone"]);
    assert_eq!(attempts, 18);
    assert!(app.now() - begun_at > TimeDelta::hours(22), "{}", app.now() - begun_at);
}
