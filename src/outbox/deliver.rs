//! The worker of the post room: claim, send, settle.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use sqlx::PgPool;
use uuid::Uuid;

use super::lease::{self, Leased, Settlement};
use super::retry;
use crate::clock::Clock;
use crate::zalo::client::{Client, Decision, Refusal, Sent};
use crate::zalo::message::Message;
use crate::zalo::refusal::WINDOW_CLOSED;
use crate::zalo::token::{Access, Tokens};
use crate::zalo::window;

/// So many messages are claimed in a round, and all are sent at once: none waits for its turn while its lease runs.
const CLAIM: i64 = 32;
/// Longer than a message can take: two calls of ten seconds, and a refresh of the token between them.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Sends what waits. Any number of them may work at the same time, in any number of processes.
#[derive(Clone, Debug)]
pub struct Deliverer {
    pub pool: PgPool,
    pub client: Client,
    pub tokens: Tokens,
    pub clock: Clock,
}

impl Deliverer {
    /// One round. Gives the number of messages that were claimed; fails where the database or the token is not to be had,
    /// and then no attempt is counted against any message.
    pub async fn round(&self) -> anyhow::Result<usize> {
        let at = self.clock.now();
        let due_at = lease::next_due_at(&mut *self.pool.acquire().await?).await?;
        if due_at.is_none_or(|due_at| due_at > at) {
            return Ok(0);
        }
        let access = self.tokens.access(at).await?;
        let lease = Uuid::new_v4();
        // The token may have taken a while: the lease begins now.
        let at = self.clock.now();
        let claimed = lease::claim(&mut *self.pool.acquire().await?, lease, at, at + LEASE, CLAIM).await?;
        let outcomes = join_all(claimed.iter().map(|message| self.deliver(message, lease, &access))).await;
        outcomes.into_iter().collect::<anyhow::Result<()>>()?;
        Ok(claimed.len())
    }

    async fn deliver(&self, leased: &Leased, lease: Uuid, access: &Access) -> anyhow::Result<()> {
        let id = leased.outbox_message_id;
        let settlement = self.attempt(leased, access).await;
        metrics::counter!("outbox_attempts_total", "result" => settlement.state()).increment(1);
        if !self.settle(id, lease, &settlement).await? {
            tracing::warn!(outbox_message_id = id, "the lease had passed on: another worker settles the message");
        }
        Ok(())
    }

    async fn attempt(&self, leased: &Leased, access: &Access) -> Settlement {
        let at = self.clock.now();
        if !window::is_open(leased.last_heard_at, at) {
            return Settlement::Unreachable { reason: WINDOW_CLOSED.to_owned() };
        }
        let Ok(message) = serde_json::from_value::<Message>(leased.message.clone()) else {
            let reason = "the stored message cannot be read".to_owned();
            tracing::error!(outbox_message_id = leased.outbox_message_id, reason);
            return Settlement::GivenUp { reason, perhaps_sent: false };
        };
        let refusal = match self.send(&leased.zalo_user_id, &message, access).await {
            Ok(Sent { message_id }) => return Settlement::Sent { zalo_message_id: message_id, is_plain: false },
            Err(refusal) => refusal,
        };
        // A card that Zalo does not take must not cost the citizen the reply: the same goes out in words, at once.
        if message.card.is_none() || !refusal.may_be_about_the_kind() {
            return settlement(leased, refusal, self.clock.now());
        }
        tracing::warn!(code = ?refusal.code, reason = refusal.reason, "Zalo takes no card: sent as text");
        match self.send(&leased.zalo_user_id, &message.without_card(), access).await {
            Ok(Sent { message_id }) => Settlement::Sent { zalo_message_id: message_id, is_plain: true },
            Err(refusal) => settlement(leased, refusal, self.clock.now()),
        }
    }

    /// Sends, and once more with a new token where Zalo does not take the present one.
    async fn send(&self, zalo_user_id: &str, message: &Message, access: &Access) -> Result<Sent, Refusal> {
        match self.client.send(&access.token, zalo_user_id, message).await {
            Err(refusal) if refusal.decision == Decision::RefreshToken => {
                let Ok(access) = self.tokens.after(access, self.clock.now()).await else { return Err(refusal) };
                self.client.send(&access.token, zalo_user_id, message).await
            }
            outcome => outcome,
        }
    }

    /// Tries for a while: what is sent and not settled is sent again.
    async fn settle(&self, id: i64, lease: Uuid, settlement: &Settlement) -> sqlx::Result<bool> {
        let write = || async {
            let mut connection = self.pool.acquire().await?;
            lease::settle(&mut connection, id, lease, settlement, self.clock.now()).await
        };
        write.retry(ExponentialBuilder::default().with_min_delay(Duration::from_millis(200)).with_max_times(5)).await
    }
}

/// What becomes of a message that Zalo did not take.
fn settlement(leased: &Leased, refusal: Refusal, at: DateTime<Utc>) -> Settlement {
    let Refusal { code, decision, reason, perhaps_sent } = refusal;
    let outbox_message_id = leased.outbox_message_id;
    match decision {
        Decision::Unreachable => Settlement::Unreachable { reason },
        Decision::Never => {
            tracing::error!(outbox_message_id, ?code, reason, "a message was given up: it can never be sent");
            Settlement::GivenUp { reason, perhaps_sent }
        }
        Decision::Later | Decision::RefreshToken | Decision::Stop => {
            if decision == Decision::Stop {
                tracing::error!(?code, reason, "Zalo takes no messages: a person has to put the account in order");
            }
            match retry::pause_after(leased.attempts) {
                Some(pause) => Settlement::Later { send_at: at + pause, reason, perhaps_sent },
                None => {
                    tracing::error!(outbox_message_id, ?code, reason, "a message was given up after a day of attempts");
                    Settlement::GivenUp { reason, perhaps_sent }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leased(attempts: i32) -> Leased {
        Leased {
            outbox_message_id: 1,
            zalo_user_id: "2".into(),
            last_heard_at: None,
            message: serde_json::Value::Null,
            attempts,
        }
    }

    fn refusal(decision: Decision) -> Refusal {
        Refusal { code: None, decision, reason: "because".into(), perhaps_sent: false }
    }

    #[test]
    fn what_may_pass_is_tried_again_until_the_schedule_ends() {
        let at: DateTime<Utc> = "2026-11-18T02:10:00Z".parse().expect("a time");
        for decision in [Decision::Later, Decision::RefreshToken, Decision::Stop] {
            let first = settlement(&leased(1), refusal(decision), at);
            let send_at = at + TimeDelta::seconds(1);
            assert_eq!(first, Settlement::Later { send_at, reason: "because".into(), perhaps_sent: false });
            assert_eq!(settlement(&leased(1_000), refusal(decision), at).state(), "given_up");
        }
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        let at = DateTime::UNIX_EPOCH;
        assert_eq!(settlement(&leased(1), refusal(Decision::Never), at).state(), "given_up");
        assert_eq!(settlement(&leased(1), refusal(Decision::Unreachable), at).state(), "unreachable");
    }
}
