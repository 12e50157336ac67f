//! How the program starts when something is missing.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use sqlx::{ConnectOptions, PgPool};

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

/// All that is required, with a Postgres and a Redis that nobody runs.
fn with_settings(command: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_zalo-petitions"));
    program.arg(command).env_clear();
    program
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nothing")
        .env("REDIS_URL", "redis://127.0.0.1:9")
        .env("PUBLIC_URL", "http://ketqua.test")
        .env("ZALO_APP_ID", "1")
        .env("ZALO_APP_SECRET", "secret")
        .env("ZALO_OA_ID", "2")
        .env("ZALO_OA_SECRET_KEY", "key");
    program
}

#[test]
fn a_wrong_address_of_redis_and_a_weak_key_are_named_and_not_repeated() {
    let output = with_settings("serve")
        .env("REDIS_URL", "redis+ring://:hush@127.0.0.1:1")
        .env("ZALO_TOKEN_KEY", "hush")
        .env("ZALO_CODE_VERIFIER", "hush")
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("text");
    for name in ["REDIS_URL", "ZALO_TOKEN_KEY", "ZALO_CODE_VERIFIER"] {
        assert!(said.contains(&format!("{name}: cannot be read")), "{name} is not named in:\n{said}");
    }
    assert!(!said.contains("hush"), "{said}");
}

#[test]
fn half_a_single_sign_on_is_named_with_what_is_missing() {
    let output = with_settings("serve").env("OIDC_ISSUER", "https://id.example").output().expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.contains("OIDC_CLIENT_ID: missing") && said.contains("OIDC_CLIENT_SECRET: missing"), "{said}");

    let plain = with_settings("serve").env("OIDC_ISSUER", "http://id.example").output().expect("the program starts");
    let said = String::from_utf8(plain.stderr).expect("text");
    assert!(said.contains("OIDC_ISSUER: cannot be read") && said.contains("OIDC_CLIENT_ID: missing"), "{said}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn connect_prints_where_to_consent_and_says_why_it_failed(pool: PgPool) {
    let mut database_url = pool.connect_options().to_url_lossy();
    database_url.set_query(None);
    let run = |arguments: &[&str]| {
        with_settings("connect")
            .env("DATABASE_URL", database_url.as_str())
            .args(arguments)
            .output()
            .expect("its output")
    };
    let output = run(&[]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}");
    let begins = "https://oauth.zaloapp.com/v4/oa/permission?app_id=1&redirect_uri=http%3A%2F%2Fketqua.test%2Fadmin%2F\
                  channel%2Fconnection%2Fcallback&code_challenge=";
    assert!(said.contains(begins) && said.contains("--code"), "{said}");

    let output = run(&["--code", "http://ketqua.test/admin/channel/connection/callback?error=-14003"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.contains("Chưa kết nối được") && said.contains("đăng ký địa chỉ"), "{said}");
}

#[test]
fn a_postgres_that_is_away_at_start_is_named_while_it_is_waited_for() {
    let mut program = with_settings("serve").stderr(Stdio::piped()).spawn().expect("the program starts");
    let said = BufReader::new(program.stderr.take().expect("its words")).lines();
    let named = said.map_while(Result::ok).find(|line| line.contains("Postgres is away"));
    program.kill().expect("ended");
    program.wait().expect("ended");
    assert!(named.is_some(), "nothing was said of Postgres");
}
