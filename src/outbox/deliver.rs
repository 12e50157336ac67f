//! The worker of the post room: ask the gate, claim, send, settle.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use sqlx::PgPool;
use uuid::Uuid;

use super::lease::{self, Leased};
use super::settle::{Settle, Settled};
use super::verdict::{Settlement, TRACKED, Terms, Unsent};
use crate::batch::{Batches, NotDone};
use crate::clock::Clock;
use crate::privacy::Personal;
use crate::zalo::alert::{self, Kind};
use crate::zalo::client::{Addressee, Client, Decision, Refusal, Sent};
use crate::zalo::gate::{Circuit, Gate, Permit, Report, Urgency};
use crate::zalo::message::{Message, Template};
use crate::zalo::token::{Access, Tokens};
use crate::zalo::window::Channel;

/// So many messages are claimed in a round at most, and all are sent at once: none waits for its turn while its lease runs.
const CLAIM: u32 = 128;
/// Longer than a message can take: two calls of ten seconds, and a refresh of the token between them.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Sends what waits. Any number of them may work at the same time, in any number of processes.
#[derive(Clone, Debug)]
pub struct Deliverer {
    pub pool: PgPool,
    pub client: Client,
    pub tokens: Tokens,
    pub gate: Gate,
    pub terms: Terms,
    pub clock: Clock,
    pub leases: Leases,
    /// Where it is written down how each ended.
    pub settlements: Batches<Settle>,
}

/// The leases that this process has in hand, so that it can let go of them when it has to stop.
#[derive(Clone, Debug, Default)]
pub struct Leases(Arc<Mutex<HashSet<Uuid>>>);

impl Leases {
    fn begin(&self) -> Uuid {
        let lease = Uuid::new_v4();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(lease);
        lease
    }

    fn end(&self, lease: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&lease);
    }

    fn all(&self) -> Vec<Uuid> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

/// What is handed to Zalo.
#[derive(Clone, Copy)]
enum Parcel<'a> {
    Chat(&'a str, &'a Message),
    Template(Addressee<'a>, &'a Template),
}

/// What an attempt came to.
struct Attempt {
    settlement: Settlement,
    /// What was asked of Zalo, and what it refused with; none where nothing was asked.
    asked: Option<(Channel, Result<(), Refusal>)>,
}

impl Deliverer {
    /// One round of everything, the most urgent first. Gives the number of messages that were claimed; fails where the
    /// database or the token is not to be had, and then no attempt is counted against any message.
    pub async fn round(&self) -> anyhow::Result<usize> {
        let mut claimed = 0;
        for urgency in Urgency::ALL {
            claimed += self.round_of(urgency).await?;
        }
        Ok(claimed)
    }

    /// One round of what is that urgent, and of nothing else: whoever waits in the chat waits behind no wave of notices.
    pub async fn round_of(&self, urgency: Urgency) -> anyhow::Result<usize> {
        let at = self.clock.now();
        let due_at = lease::next_due_at(&mut *self.pool.acquire().await?, urgency).await?;
        if due_at.is_none_or(|due_at| due_at > at) {
            return Ok(0);
        }
        let access = self.tokens.access(at).await?;
        // The token may have taken a while: permit and lease begin now.
        let at = self.clock.now();
        let permit = self.gate.permit(urgency, CLAIM, at).await;
        if permit.calls == 0 {
            return Ok(0);
        }
        let lease = self.leases.begin();
        let done = self.send_all(urgency, lease, &access, &permit).await;
        self.leases.end(lease);
        done
    }

    async fn send_all(&self, urgency: Urgency, lease: Uuid, access: &Access, permit: &Permit) -> anyhow::Result<usize> {
        let at = self.clock.now();
        let mut connection = self.pool.acquire().await?;
        let claimed = lease::claim(&mut connection, urgency, lease, (at, at + LEASE), permit.calls).await?;
        drop(connection);
        let sending = join_all(claimed.iter().map(|message| self.deliver(message, lease, access, permit)));
        let (outcomes, ()) = tokio::join!(sending, self.give_back(permit, claimed.len(), at));
        let asked = outcomes.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        self.report(permit, &asked.into_iter().flatten().collect::<Vec<_>>()).await?;
        Ok(claimed.len())
    }

    /// Gives back the calls that the permit allowed beyond those that are made.
    async fn give_back(&self, permit: &Permit, made: usize, at: DateTime<Utc>) {
        let unused = permit.calls.saturating_sub(u32::try_from(made).unwrap_or(u32::MAX));
        if unused > 0 {
            self.gate.give_back(permit, unused, at).await;
        }
    }

    /// Lets go of what this process still has in hand, so that another sends it without waiting for the leases to lapse.
    /// What was handed to Zalo and not answered may come twice, and is marked.
    pub async fn let_go(&self) -> sqlx::Result<u64> {
        match self.leases.all() {
            leases if leases.is_empty() => Ok(0),
            leases => lease::let_go(&mut *self.pool.acquire().await?, &leases).await,
        }
    }

    async fn deliver(
        &self,
        leased: &Leased,
        lease: Uuid,
        access: &Access,
        permit: &Permit,
    ) -> anyhow::Result<Option<(Channel, Result<(), Refusal>)>> {
        let id = leased.outbox_message_id;
        let Attempt { settlement, asked } = self.attempt(leased, access, permit).await;
        record(leased, &settlement, asked.as_ref());
        if !self.settle(id, lease, settlement).await? {
            tracing::warn!(outbox_message_id = id, "the lease had passed on: another worker settles the message");
        }
        Ok(asked)
    }

    async fn attempt(&self, leased: &Leased, access: &Access, permit: &Permit) -> Attempt {
        let case = leased.case();
        let at = self.clock.now();
        let channel = match case.way(&self.terms, |channel| permit.circuit(channel), at) {
            Ok(channel) => channel,
            Err(unsent) => return Attempt { settlement: Settlement::Unsent(unsent), asked: None },
        };
        let outcome = match channel {
            Channel::Chat => self.chat(leased, access).await,
            _ => self.template(leased, channel, access).await.map(|sent| sent.map(|sent| (sent, false))),
        };
        let at = self.clock.now();
        let Some(outcome) = outcome else {
            tracing::error!(outbox_message_id = leased.outbox_message_id, "a stored message cannot be read");
            return Attempt { settlement: Settlement::Unsent(case.unreadable(channel, at)), asked: None };
        };
        let asked = Some((channel, outcome.as_ref().map(|_| ()).map_err(Clone::clone)));
        let settlement = match outcome {
            Ok((sent, is_plain)) => Settlement::Sent { channel, sent, is_plain },
            Err(refusal) => Settlement::Unsent(case.after(channel, refusal, &self.terms, at)),
        };
        Attempt { settlement, asked }
    }

    /// Sends in the chat; a card, a file or a quotation that Zalo does not take must not cost the citizen the words: the
    /// same goes out plain, at once. The answer says whether it did. None where the message cannot be read.
    async fn chat(&self, leased: &Leased, access: &Access) -> Option<Result<(Sent, bool), Refusal>> {
        let message = serde_json::from_value::<Message>(leased.message.clone()).ok()?;
        let user_id = leased.zalo_user_id.as_deref()?;
        let refusal = match self.send(access, Parcel::Chat(user_id, &message)).await {
            Ok(sent) => return Some(Ok((sent, false))),
            Err(refusal) => refusal,
        };
        let Some(plain) = message.plain().filter(|_| refusal.may_be_about_the_kind()) else {
            return Some(Err(refusal));
        };
        tracing::warn!(code = ?refusal.code, reason = refusal.reason, "Zalo does not take this kind: sent as text");
        let sent = self.send(access, Parcel::Chat(user_id, &plain)).await;
        Some(sent.map(|sent| (sent, true)))
    }

    /// Sends a template message. None where it cannot be read.
    async fn template(&self, leased: &Leased, channel: Channel, access: &Access) -> Option<Result<Sent, Refusal>> {
        let template = serde_json::from_value::<Template>(leased.template.clone()?).ok()?;
        let tracking_id = format!("{TRACKED}{}", leased.outbox_message_id);
        let to = match channel {
            Channel::TemplateToPhone => {
                let number = leased.phone.as_ref().map(Personal::reveal)?;
                Addressee::Phone { number, tracking_id: &tracking_id }
            }
            _ => Addressee::User(leased.zalo_user_id.as_deref()?),
        };
        Some(self.send(access, Parcel::Template(to, &template)).await)
    }

    /// Sends, and once more with a new token where Zalo does not take the present one.
    async fn send(&self, access: &Access, parcel: Parcel<'_>) -> Result<Sent, Refusal> {
        match self.ask(access, parcel).await {
            Err(refusal) if refusal.decision == Decision::RefreshToken => {
                let Ok(access) = self.tokens.after(access, self.clock.now()).await else { return Err(refusal) };
                self.ask(&access, parcel).await
            }
            outcome => outcome,
        }
    }

    async fn ask(&self, access: &Access, parcel: Parcel<'_>) -> Result<Sent, Refusal> {
        match parcel {
            Parcel::Chat(user_id, message) => self.client.send(&access.token, user_id, message).await,
            Parcel::Template(to, template) => self.client.send_template(&access.token, to, template).await,
        }
    }

    /// Tries for a while: what is sent and not settled is sent again.
    async fn settle(&self, outbox_message_id: i64, lease: Uuid, settlement: Settlement) -> Result<bool, NotDone> {
        let settled = Settled { outbox_message_id, lease, settlement };
        let write = || self.settlements.hand_in(settled.clone());
        write.retry(ExponentialBuilder::default().with_min_delay(Duration::from_millis(200)).with_max_times(5)).await
    }

    /// Tells the other workers, and the office, how Zalo stands.
    async fn report(&self, permit: &Permit, asked: &[(Channel, Result<(), Refusal>)]) -> anyhow::Result<()> {
        let at = self.clock.now();
        for channel in Channel::ALL {
            let answers = || asked.iter().filter(|(asked, _)| *asked == channel).map(|(_, answer)| answer);
            let refusals = || answers().filter_map(|answer| answer.as_ref().err());
            for refusal in refusals() {
                self.alert(channel, refusal, at).await?;
            }
            let is_fine = permit.circuit(channel) == Circuit::Closed;
            match report(answers().count(), refusals()) {
                None => {}
                Some(Report::Answered) if is_fine => {}
                Some(report) => self.gate.report(channel, report, at).await,
            }
            let has_paid = channel != Channel::Chat && answers().any(Result::is_ok);
            if has_paid && refusals().all(|refusal| refusal.decision != Decision::NoMoney) {
                alert::clear(&mut *self.pool.acquire().await?, Kind::NoMoney).await?;
            }
            if !is_fine && answers().any(Result::is_ok) {
                alert::clear(&mut *self.pool.acquire().await?, Kind::Stopped(channel)).await?;
            }
        }
        Ok(())
    }

    async fn alert(&self, channel: Channel, refusal: &Refusal, at: DateTime<Utc>) -> anyhow::Result<()> {
        let kind = match refusal.decision {
            Decision::Stop => Kind::Stopped(channel),
            Decision::NoMoney => Kind::NoMoney,
            _ => return Ok(()),
        };
        let Refusal { code, reason, .. } = refusal;
        tracing::error!(?code, reason, channel = channel.name(), "a person has to put Zalo's account in order");
        Ok(alert::raise(&mut *self.pool.acquire().await?, kind, *code, reason, at).await?)
    }
}

/// What a round's answers on one channel say of it; nothing where nothing was asked.
fn report<'a>(answers: usize, refusals: impl Iterator<Item = &'a Refusal> + Clone) -> Option<Report> {
    let is = |decision: Decision| refusals.clone().any(|refusal| refusal.decision == decision);
    let failures = refusals.clone().filter(|refusal| refusal.is_outage()).count();
    match answers {
        0 => None,
        _ if is(Decision::BackOff) => Some(Report::TooMany),
        _ if is(Decision::Stop) => Some(Report::Halted),
        answers if failures == answers => Some(Report::Failed(u32::try_from(failures).unwrap_or(u32::MAX))),
        _ => Some(Report::Answered),
    }
}

/// One line and one count for each attempt.
fn record(leased: &Leased, settlement: &Settlement, asked: Option<&(Channel, Result<(), Refusal>)>) {
    let (outbox_message_id, inbox_event_id) = (leased.outbox_message_id, leased.inbox_event_id);
    let channel = asked.map_or("none", |(channel, _)| channel.name());
    let code = asked.and_then(|(_, answer)| answer.as_ref().err()?.code).unwrap_or_default();
    let outcome = match settlement {
        Settlement::Sent { .. } => "sent",
        Settlement::Unsent(unsent) => unsent.next.outcome(),
    };
    metrics::counter!("outbox_attempts_total", "outcome" => outcome, "channel" => channel, "code" => code.to_string())
        .increment(1);
    match settlement {
        Settlement::Sent { .. } => tracing::info!(outbox_message_id, inbox_event_id, channel, "sent"),
        Settlement::Unsent(Unsent { why, .. }) => {
            tracing::warn!(outbox_message_id, inbox_event_id, channel, code, reason = why.reason, outcome, "not sent");
        }
    }
}
