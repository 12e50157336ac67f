//! What Zalo said of the account, kept for all instances: one of them asks, once an hour.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use secrecy::SecretString;
use sqlx::{PgConnection, PgPool};

use super::{Asset, Profile};
use crate::zalo::client::{Client, Quota, Refusal};
use crate::zalo::token::Tokens;

/// Zalo is asked so often.
const EVERY: TimeDelta = TimeDelta::hours(1);
/// And again after this time where it did not answer.
const AGAIN: TimeDelta = TimeDelta::minutes(5);

/// The account as Zalo last described it. All of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub name: Option<String>,
    pub package: Option<String>,
    /// The last day the package is paid for.
    pub package_until: Option<NaiveDate>,
    pub followers: Option<i64>,
    /// Chat messages that are left of what was bought.
    pub chat_left: Option<i64>,
    pub chat_total: Option<i64>,
    /// Template messages that are left of the day's.
    pub template_left: Option<i64>,
    pub template_total: Option<i64>,
    /// When Zalo last told us anything.
    pub seen_at: Option<DateTime<Utc>>,
    /// What it refused when it was last asked.
    pub last_error: Option<String>,
}

/// What one asking brought.
#[derive(Debug, Default)]
struct Told {
    profile: Profile,
    /// Left and total.
    chat: Option<(i64, i64)>,
    template: Option<Quota>,
    errors: Vec<String>,
    is_anything: bool,
}

/// The account as it is kept.
pub async fn account(connection: &mut PgConnection, app_id: &str) -> sqlx::Result<Account> {
    let kept = sqlx::query_as!(
        Account,
        "select name, package, package_until, followers, chat_left, chat_total, template_left, template_total, seen_at,
                last_error
         from zalo_account where app_id = $1",
        app_id,
    );
    Ok(kept.fetch_optional(connection).await?.unwrap_or_default())
}

/// Asks Zalo, if it is time and no other instance is at it, and keeps what it says. `has_template`: whether template
/// messages are sent at all.
pub async fn ask(
    pool: &PgPool,
    client: &Client,
    tokens: &Tokens,
    (app_id, has_template): (&str, bool),
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    if !claim(&mut *pool.acquire().await?, app_id, at).await? {
        return Ok(());
    }
    let told = match tokens.access(at).await {
        Ok(access) => Told::ask(client, &access.token, has_template).await,
        Err(error) => Told { errors: vec![error.to_string()], ..Told::default() },
    };
    if !told.errors.is_empty() {
        tracing::warn!(errors = told.errors.join("; "), "Zalo did not tell all about the account");
    }
    keep(&mut *pool.acquire().await?, app_id, &told, at).await
}

impl Told {
    async fn ask(client: &Client, token: &SecretString, has_template: bool) -> Self {
        let mut told = Self::default();
        let profile = client.profile(token).await;
        told.profile = told.noted("profile", profile).unwrap_or_default();
        let assets = client.quota(token).await;
        told.chat = told.noted("quota", assets).as_deref().and_then(sum);
        if has_template {
            let quota = client.template_quota(token).await;
            told.template = told.noted("template quota", quota).flatten();
        }
        told
    }

    fn noted<T>(&mut self, what: &str, answer: Result<T, Refusal>) -> Option<T> {
        match answer {
            Ok(answer) => {
                self.is_anything = true;
                Some(answer)
            }
            Err(refusal) => {
                self.errors.push(format!("{what}: {refusal}"));
                None
            }
        }
    }
}

/// What is left, and of how much, of all allowances together; none where Zalo names none.
fn sum(assets: &[Asset]) -> Option<(i64, i64)> {
    let known = || assets.iter().filter_map(|asset| Some((asset.left?, asset.total?)));
    known().next()?;
    Some(known().fold((0, 0), |(left, total), (more, of)| (left + more, total + of)))
}

/// Whether this instance is to ask now.
async fn claim(connection: &mut PgConnection, app_id: &str, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let claimed = sqlx::query!(
        "insert into zalo_account as kept (app_id, ask_at) values ($1, $2)
         on conflict (app_id) do update set ask_at = $2 where kept.ask_at <= $3",
        app_id,
        at + EVERY,
        at,
    )
    .execute(connection)
    .await?;
    Ok(claimed.rows_affected() > 0)
}

async fn keep(connection: &mut PgConnection, app_id: &str, told: &Told, at: DateTime<Utc>) -> sqlx::Result<()> {
    let Told { profile, chat, template, errors, is_anything } = told;
    let template = template.as_ref();
    sqlx::query!(
        "update zalo_account
         set name = coalesce($2, name), package = coalesce($3, package), package_until = coalesce($4, package_until),
             followers = coalesce($5, followers), chat_left = coalesce($6, chat_left),
             chat_total = coalesce($7, chat_total), template_left = coalesce($8, template_left),
             template_total = coalesce($9, template_total),
             seen_at = case when $10 then $11 else seen_at end,
             ask_at = case when $12::text is null then ask_at else $13 end, last_error = $12
         where app_id = $1",
        app_id,
        profile.name.as_deref(),
        profile.package.as_deref(),
        profile.package_until,
        profile.followers,
        chat.map(|(left, _)| left),
        chat.map(|(_, total)| total),
        template.and_then(|quota| quota.left),
        template.and_then(|quota| quota.total),
        *is_anything,
        at,
        Some(errors.join("; ")).filter(|errors| !errors.is_empty()),
        at + AGAIN,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowances_are_added_where_zalo_names_any() {
        let asset = |left, total| Asset { left, total, ..Asset::default() };
        assert_eq!(sum(&[]), None);
        assert_eq!(sum(&[asset(None, Some(5))]), None);
        assert_eq!(
            sum(&[asset(Some(180), Some(2000)), asset(None, None), asset(Some(20), Some(500))]),
            Some((200, 2500))
        );
    }
}
