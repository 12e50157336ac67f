//! The access token: one refresh at a time, written before it is used.

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use secrecy::ExposeSecret;
use sqlx::PgPool;
use zalo_petitions::MIGRATOR;
use zalo_petitions::zalo::token::seal::{Field, Seal};
use zalo_petitions::zalo::token::{Access, Lost, TokenError, TokenHealth, health};

use crate::app::connect;
use crate::fake_zalo::{APP, APP_SECRET, FakeZalo};
use crate::redis_servers::Node;

fn noon() -> DateTime<Utc> {
    "2026-11-18T05:00:00Z".parse().expect("a time")
}

fn said(access: &Access) -> &str {
    access.token.expose_secret()
}

/// Access token, refresh token, expiry.
async fn stored(pool: &PgPool) -> (String, String, DateTime<Utc>) {
    let (access, refresh, expires_at) = kept(pool).await;
    let seal = Seal::new(APP, &[], &APP_SECRET.into());
    let open = |field, kept: &str| seal.open(field, kept).expect("a token").expose_secret().to_owned();
    (open(Field::Access, &access), open(Field::Refresh, &refresh), expires_at)
}

/// The same as it stands in the database.
async fn kept(pool: &PgPool) -> (String, String, DateTime<Utc>) {
    let row = sqlx::query_as("select access_token, refresh_token, expires_at from zalo_token where app_id = $1");
    row.bind(APP).fetch_one(pool).await.expect("a row")
}

async fn health_of(pool: &PgPool) -> TokenHealth {
    health(&mut pool.acquire().await.expect("a connection"), APP).await.expect("its health")
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_first_token_comes_from_the_settings_and_is_kept(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let access = zalo.tokens(&pool).access(noon()).await.expect("a token");
    assert_eq!(said(&access), "access-1");
    let life = TimeDelta::seconds(90_000);
    assert_eq!(stored(&pool).await, ("access-1".into(), "refresh-1".into(), noon() + life));
    let again = zalo.tokens(&pool).access(noon() + life - TimeDelta::minutes(11)).await.expect("a token");
    assert_eq!((said(&again), zalo.world().refreshes), ("access-1", 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_any_refresh_token_the_steps_are_said(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let error = zalo.tokens_from(&pool, None).access(noon()).await.expect_err("no token");
    assert!(matches!(error, TokenError::Missing), "{error}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_hundred_callers_at_expiry_cause_one_refresh(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let processes = [zalo.tokens(&pool), zalo.tokens(&pool)];
    processes[0].access(noon()).await.expect("a first token");
    let expiry = stored(&pool).await.2;
    let callers = (0..200).map(|caller| processes[caller % 2].access(expiry));
    for access in join_all(callers).await {
        assert_eq!(said(&access.expect("a token")), "access-2");
    }
    assert_eq!(zalo.world().refreshes, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_redis_the_claim_in_postgres_lets_one_through(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let mut redis = Node::alone().await;
    let mut processes = Vec::new();
    for _ in 0..2 {
        let line = connect(&redis.url()).await;
        processes.push(zalo.tokens_with(&pool, zalo.application(&[]), line, Some("refresh-0")));
    }
    redis.kill();
    let callers = (0..40).map(|caller| processes[caller % 2].access(noon()));
    for access in join_all(callers).await {
        assert_eq!(said(&access.expect("a token")), "access-1");
    }
    assert_eq!(zalo.world().refreshes, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_is_renewed_ten_minutes_before_it_expires(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let tokens = zalo.tokens(&pool);
    tokens.access(noon()).await.expect("a first token");
    let soon = stored(&pool).await.2 - TimeDelta::minutes(9);
    assert_eq!(said(&tokens.access(soon).await.expect("a token")), "access-2");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_that_still_works_is_used_while_zalo_gives_no_other(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let tokens = zalo.tokens(&pool);
    tokens.access(noon()).await.expect("a first token");
    zalo.world().token_api_is_down = true;
    let expiry = stored(&pool).await.2;
    let soon = expiry - TimeDelta::minutes(9);
    for _ in 0..3 {
        assert_eq!(said(&tokens.access(soon).await.expect("the old token")), "access-1");
    }
    assert_eq!(zalo.world().refreshes, 2, "after a failure nobody asks again at once");
    let error = tokens.access(expiry).await.expect_err("the token has expired");
    assert!(matches!(error, TokenError::Unclear(_)), "{error}");
    zalo.world().token_api_is_down = false;
    assert_eq!(said(&tokens.access(expiry + TimeDelta::seconds(15)).await.expect("a token")), "access-2");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refused_token_is_replaced_once(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let tokens = zalo.tokens(&pool);
    let refused = tokens.access(noon()).await.expect("a token");
    for next in join_all((0..10).map(|_| tokens.after(&refused, noon()))).await {
        assert_eq!(said(&next.expect("a token")), "access-2");
    }
    assert_eq!(zalo.world().refreshes, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refused_token_is_not_given_out_again(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let tokens = zalo.tokens(&pool);
    let refused = tokens.access(noon()).await.expect("a token");
    zalo.world().token_api_is_down = true;
    tokens.after(&refused, noon()).await.expect_err("no other token");
    let error = tokens.access(noon()).await.expect_err("the refused token");
    assert!(matches!(error, TokenError::Resting { .. }), "{error}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_lost_refresh_token_says_so_and_gives_way_to_a_new_one_in_the_settings(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    zalo.world().pair = 7;
    let error = zalo.tokens(&pool).access(noon()).await.expect_err("a lost token");
    assert!(matches!(error, TokenError::Lost { code: -14014 }), "{error}");
    let error = zalo.tokens(&pool).access(noon() + TimeDelta::seconds(14)).await.expect_err("a rest");
    assert!(matches!(error, TokenError::Resting { .. }), "{error}");
    assert_eq!(zalo.world().refreshes, 1);
    let restarted = zalo.tokens_from(&pool, Some("refresh-7"));
    let access = restarted.access(noon() + TimeDelta::seconds(15)).await.expect("a token");
    assert_eq!(said(&access), "access-8");
    assert_eq!(stored(&pool).await.1, "refresh-8");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_process_that_died_while_refreshing_is_waited_for_and_then_replaced(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let tokens = zalo.tokens(&pool);
    tokens.access(noon()).await.expect("a first token");
    let expiry = stored(&pool).await.2;
    sqlx::query!(
        "update zalo_token set refreshing = gen_random_uuid(), refreshing_until = $1",
        expiry + TimeDelta::seconds(60),
    )
    .execute(&pool)
    .await
    .expect("a claim");
    let waiting = tokio::time::timeout(std::time::Duration::from_millis(400), tokens.access(expiry)).await;
    assert!(waiting.is_err(), "the claim of another is respected");
    assert_eq!(zalo.world().refreshes, 1);
    let access = tokens.access(expiry + TimeDelta::seconds(60)).await.expect("a token");
    assert_eq!(said(&access), "access-2");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_worker_refreshes_at_half_its_life_and_daily(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let tokens = zalo.tokens(&pool);
    tokens.keep_fresh(noon()).await.expect("the first token of a quiet night");
    assert_eq!(stored(&pool).await.0, "access-1");
    let half = noon() + TimeDelta::seconds(45_000);
    tokens.keep_fresh(half - TimeDelta::seconds(1)).await.expect("nothing to do");
    assert_eq!(zalo.world().refreshes, 1);
    tokens.keep_fresh(half).await.expect("refreshed");
    assert_eq!((stored(&pool).await.0.as_str(), zalo.world().refreshes), ("access-2", 2));

    let expires_at = half + TimeDelta::days(30);
    sqlx::query("update zalo_token set expires_at = $1").bind(expires_at).execute(&pool).await.expect("a long life");
    tokens.keep_fresh(half + TimeDelta::hours(23)).await.expect("nothing to do");
    tokens.keep_fresh(half + TimeDelta::hours(24)).await.expect("refreshed");
    assert_eq!(zalo.world().refreshes, 3);
    let health = health_of(&pool).await;
    assert_eq!(health.refresh_expires_at, Some(half + TimeDelta::hours(24) + TimeDelta::days(90)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_token_stands_in_the_database_as_zalo_gave_it(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let tokens = zalo.tokens(&pool);
    for at in [noon(), noon() + TimeDelta::hours(25)] {
        tokens.access(at).await.expect("a token");
        let row: String = sqlx::query_scalar("select string_agg(zalo_token::text, '') from zalo_token")
            .fetch_one(&pool)
            .await
            .expect("the table");
        assert!(row.contains("v1:") && !row.contains("access-") && !row.contains("refresh-"), "{row}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn tokens_from_before_encryption_are_covered_when_they_are_first_read(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    zalo.world().pair = 4;
    let insert = "insert into zalo_token (app_id, access_token, refresh_token, expires_at, version)
                  values ($1, 'access-4', 'refresh-4', $2, 4)";
    sqlx::query(insert).bind(APP).bind(noon() + TimeDelta::hours(5)).execute(&pool).await.expect("a row");
    let tokens = zalo.tokens_from(&pool, None);
    assert_eq!(said(&tokens.access(noon()).await.expect("a token")), "access-4");
    let (access, refresh, _) = kept(&pool).await;
    assert!(access.starts_with("v1:") && refresh.starts_with("v1:"), "{access} {refresh}");
    assert_eq!(said(&tokens.access(noon() + TimeDelta::hours(5)).await.expect("a token")), "access-5");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn tokens_that_were_swapped_are_refused(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    zalo.tokens(&pool).access(noon()).await.expect("a token");
    sqlx::query("update zalo_token set access_token = refresh_token, refresh_token = access_token")
        .execute(&pool)
        .await
        .expect("swapped");
    let error = zalo.tokens_from(&pool, None).access(noon()).await.expect_err("no token of ours");
    assert!(matches!(error, TokenError::Unreadable), "{error}");
    assert_eq!(zalo.world().refreshes, 1, "what cannot be read is not sent");
    assert_eq!(health_of(&pool).await.lost, Some(Lost { since: noon(), code: None }));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_can_be_changed_and_a_lost_one_gives_way_to_the_settings(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let redis = connect(&crate::app::redis_url()).await;
    let with = |keys: &[&str], first| zalo.tokens_with(&pool, zalo.application(keys), redis.clone(), first);
    let access = with(&["old"], Some("refresh-0")).access(noon()).await.expect("a token");
    assert_eq!(said(&with(&["new", "old"], None).access(noon()).await.expect("the same")), said(&access));

    let later = noon() + TimeDelta::minutes(1);
    with(&["new"], None).access(later).await.expect_err("the old key is gone");
    let access = with(&["new"], Some("refresh-1")).access(later + TimeDelta::seconds(15)).await.expect("a token");
    assert_eq!(said(&access), "access-2");
    assert_eq!(health_of(&pool).await.lost, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_loss_is_kept_with_its_beginning_until_it_is_over(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    assert_eq!(health_of(&pool).await, TokenHealth::default());
    let tokens = zalo.tokens(&pool);
    tokens.access(noon()).await.expect("a token");
    let well = health_of(&pool).await;
    assert_eq!((well.refreshed_at, well.expires_at), (Some(noon()), Some(noon() + TimeDelta::seconds(90_000))));

    zalo.world().pair = 7;
    let expiry = noon() + TimeDelta::seconds(90_000);
    for minutes in 0..3 {
        tokens.access(expiry + TimeDelta::minutes(minutes)).await.expect_err("a lost token");
    }
    let ill = health_of(&pool).await;
    assert_eq!(ill.lost, Some(Lost { since: expiry, code: Some(-14014) }));
    assert!(ill.last_error.expect("a reason").contains("zalo-petitions connect"));
    let restarted = zalo.tokens_from(&pool, Some("refresh-7"));
    restarted.access(expiry + TimeDelta::minutes(5)).await.expect("a token");
    let well = health_of(&pool).await;
    assert_eq!((well.lost, well.last_error), (None, None));
}
