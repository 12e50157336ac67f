//! The virus scanner: a small `clamd` that knows one virus, as the real one speaks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use zalo_petitions::attachment::{Clamd, Keeper};

use super::{files, holds, house, photo, states};
use crate::app::TestApp;

/// The file that every scanner takes for a virus, and that is none.
const EICAR: &[u8] = br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

struct Scanner {
    /// Its socket lies here.
    folder: TempDir,
    is_ill: Arc<AtomicBool>,
}

impl Scanner {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let is_ill = Arc::new(AtomicBool::new(false));
        let listener = UnixListener::bind(folder.path().join("clamd")).expect("a socket");
        let ill = is_ill.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                answer(stream, ill.load(Ordering::SeqCst)).await;
            }
        });
        Self { folder, is_ill }
    }

    fn keeper(&self, app: &TestApp) -> Keeper {
        let socket = self.folder.path().join("clamd").to_str().expect("a path").to_owned();
        Keeper { clamd: Some(Clamd::new(socket)), ..app.house.keeper.clone() }
    }
}

/// `zINSTREAM`, then pieces with their lengths before them, then an empty one.
async fn answer(mut stream: UnixStream, is_ill: bool) {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await.expect("a command");
    assert_eq!(&command, b"zINSTREAM\0");
    let mut bytes = Vec::new();
    loop {
        let length = stream.read_u32().await.expect("a length") as usize;
        if length == 0 {
            break;
        }
        let begun = bytes.len();
        bytes.resize(begun + length, 0);
        stream.read_exact(&mut bytes[begun..]).await.expect("a piece");
    }
    let said: &[u8] = match (is_ill, holds(&bytes, EICAR)) {
        (true, _) => b"INSTREAM size limit exceeded. ERROR\0",
        (false, true) => b"stream: Win.Test.EICAR_HDB-1 FOUND\0",
        (false, false) => b"stream: OK\0",
    };
    stream.write_all(said).await.expect("said");
}

async fn arrives(app: &TestApp, name: &str, bytes: Vec<u8>) {
    app.zalo.phone("Bà Lan").sends_file(name, bytes);
    app.zalo.deliver_webhooks().await;
    while app.house.turns.round().await.expect("turns") > 0 {}
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_is_infected_is_never_kept(pool: PgPool) {
    let (app, folder) = house(&pool, &[]).await;
    let scanner = Scanner::start().await;
    arrives(&app, "hoa-don.pdf", EICAR.to_vec()).await;
    arrives(&app, "anh.jpg", photo()).await;
    let keeper = scanner.keeper(&app);
    assert_eq!(keeper.round().await.expect("a round") + keeper.round().await.expect("a round"), 2);
    assert_eq!(states(&pool).await, ["infected", "kept"]);
    assert_eq!(files(folder.path()).len(), 3, "of the photo");
    let scanned: i64 = sqlx::query_scalar("select count(scanned_at) from media").fetch_one(&pool).await.expect("two");
    assert_eq!(scanned, 2);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn while_the_scanner_is_away_things_are_kept_and_scanned_later(pool: PgPool) {
    let (app, folder) = house(&pool, &[]).await;
    let scanner = Scanner::start().await;
    let keeper = scanner.keeper(&app);
    scanner.is_ill.store(true, Ordering::SeqCst);
    arrives(&app, "hoa-don.pdf", EICAR.to_vec()).await;
    arrives(&app, "anh.jpg", photo()).await;
    while keeper.round().await.expect("a round") > 0 {}
    assert_eq!(states(&pool).await, ["unscanned", "unscanned"]);
    assert_eq!(files(folder.path()).len(), 4);
    app.clock.advance(TimeDelta::seconds(5));
    while keeper.round().await.expect("a round") > 0 {}
    assert_eq!(states(&pool).await, ["unscanned", "unscanned"], "it is still away");

    scanner.is_ill.store(false, Ordering::SeqCst);
    app.clock.advance(TimeDelta::hours(1));
    while keeper.round().await.expect("a round") > 0 {}
    assert_eq!(states(&pool).await, ["infected", "kept"]);
    assert_eq!(files(folder.path()).len(), 3);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_scanner_that_does_not_listen_at_all_holds_nothing_up(pool: PgPool) {
    let (app, _folder) = house(&pool, &[]).await;
    let nobody = crate::stage::free_address().await.to_string();
    let keeper = Keeper { clamd: Some(Clamd::new(nobody)), ..app.house.keeper.clone() };
    super::sends(&app, &app.zalo.phone("Bà Lan"), "image", json!({ "url": "http://10.0.0.1/" })).await;
    arrives(&app, "anh.jpg", photo()).await;
    while keeper.round().await.expect("a round") > 0 {}
    assert_eq!(states(&pool).await, ["failed foreign_host", "unscanned"]);
}
