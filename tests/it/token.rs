//! The access token: one refresh at a time, written before it is used.

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use secrecy::ExposeSecret;
use sqlx::PgPool;
use zalo_petitions::MIGRATOR;
use zalo_petitions::zalo::token::{Access, TokenError};

use crate::fake_zalo::{APP, FakeZalo};

fn noon() -> DateTime<Utc> {
    "2026-11-18T05:00:00Z".parse().expect("a time")
}

fn said(access: &Access) -> &str {
    access.token.expose_secret()
}

/// Access token, refresh token, expiry.
async fn stored(pool: &PgPool) -> (String, String, DateTime<Utc>) {
    let row = sqlx::query!("select access_token, refresh_token, expires_at from zalo_token where app_id = $1", APP);
    let row = row.fetch_one(pool).await.expect("a row");
    (row.access_token, row.refresh_token, row.expires_at)
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
async fn fifty_callers_at_expiry_cause_one_refresh(pool: PgPool) {
    let zalo = FakeZalo::start().await;
    let processes = [zalo.tokens(&pool), zalo.tokens(&pool)];
    processes[0].access(noon()).await.expect("a first token");
    let expiry = stored(&pool).await.2;
    let callers = (0..50).map(|caller| processes[caller % 2].access(expiry));
    for access in join_all(callers).await {
        assert_eq!(said(&access.expect("a token")), "access-2");
    }
    assert_eq!(zalo.world().refreshes, 2);
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
