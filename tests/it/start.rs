//! How the program starts when something is missing.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn serve() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zalo-petitions"));
    command.arg("serve").env_clear();
    command
}

#[test]
fn all_settings_that_are_missing_or_wrong_are_named_at_once() {
    let output = serve()
        .env("LISTEN_ADDR", "everywhere")
        .env("DATABASE_URL", "postgres://localhost/x")
        .env("ZALO_OA_SECRET_KEY", "")
        .env("ATTACHMENT_STORE", "ftp://files.example/")
        .env("ATTACHMENT_HOSTS", "zdn.vn,10.0.0.1")
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("text");
    for name in ["REDIS_URL: missing", "PUBLIC_URL: missing", "ZALO_APP_ID: missing", "ZALO_APP_SECRET: missing"] {
        assert!(said.contains(name), "{name} is not named in:\n{said}");
    }
    for name in ["ZALO_OA_ID: missing", "LISTEN_ADDR: cannot be read", "ZALO_OA_SECRET_KEY: cannot be read"] {
        assert!(said.contains(name), "{name} is not named in:\n{said}");
    }
    for name in ["ATTACHMENT_STORE: cannot be read", "ATTACHMENT_HOSTS: cannot be read"] {
        assert!(said.contains(name), "{name} is not named in:\n{said}");
    }
    assert!(!said.contains("DATABASE_URL"), "what is right is not named:\n{said}");
}

#[test]
fn a_postgres_that_is_away_at_start_is_named_while_it_is_waited_for() {
    let mut program = serve()
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nothing")
        .env("REDIS_URL", "redis://127.0.0.1:9")
        .env("PUBLIC_URL", "http://ketqua.test")
        .env("ZALO_APP_ID", "1")
        .env("ZALO_APP_SECRET", "secret")
        .env("ZALO_OA_ID", "2")
        .env("ZALO_OA_SECRET_KEY", "key")
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let said = BufReader::new(program.stderr.take().expect("its words")).lines();
    let named = said.map_while(Result::ok).find(|line| line.contains("Postgres is away"));
    program.kill().expect("ended");
    program.wait().expect("ended");
    assert!(named.is_some(), "nothing was said of Postgres");
}
