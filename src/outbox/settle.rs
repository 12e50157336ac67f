//! How it ended, written down: what ends while others are being written goes together in the next transaction.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;

use super::verdict::{Next, Settlement, Terms, Unsent};
use crate::batch::Job;
use crate::clock::Clock;
use crate::zalo::client::Sent;
use crate::zalo::window::Channel;

/// Writes settlements.
#[derive(Clone, Debug)]
pub struct Settle {
    pub pool: PgPool,
    pub terms: Terms,
    pub clock: Clock,
}

/// How the sending of one message ended, said by whoever held this lease.
#[derive(Clone, Debug)]
pub struct Settled {
    pub(super) outbox_message_id: i64,
    pub(super) lease: Uuid,
    pub(super) settlement: Settlement,
}

impl Settled {
    fn hand(&self) -> (i64, Uuid) {
        (self.outbox_message_id, self.lease)
    }
}

impl Job for Settle {
    type Item = Settled;
    /// False where the lease has passed to somebody else: then nothing is written.
    type Done = bool;

    async fn together(&self, settled: &[Settled]) -> sqlx::Result<Vec<bool>> {
        let mut connection = self.pool.acquire().await?;
        let at = self.clock.now();
        let sent: Vec<_> = settled.iter().filter_map(Parcel::of).collect();
        if sent.len() == settled.len() {
            // one statement is a transaction
            let written = settle_sent(&mut connection, &sent, &self.terms, at).await?;
            return Ok(settled.iter().map(|settled| written.contains(&settled.hand())).collect());
        }
        let mut transaction = connection.begin().await?;
        let mut written = settle_sent(&mut transaction, &sent, &self.terms, at).await?;
        for settled in settled {
            if let Settlement::Unsent(unsent) = &settled.settlement
                && settle_unsent(&mut transaction, settled.hand(), unsent, at).await?
            {
                written.push(settled.hand());
            }
        }
        transaction.commit().await?;
        Ok(settled.iter().map(|settled| written.contains(&settled.hand())).collect())
    }
}

/// A message that was sent.
struct Parcel<'a> {
    outbox_message_id: i64,
    lease: Uuid,
    channel: Channel,
    sent: &'a Sent,
    is_plain: bool,
}

impl<'a> Parcel<'a> {
    fn of(settled: &'a Settled) -> Option<Self> {
        let Settled { outbox_message_id, lease, settlement } = settled;
        let Settlement::Sent { channel, sent, is_plain } = settlement else { return None };
        let (outbox_message_id, lease) = (*outbox_message_id, *lease);
        Some(Self { outbox_message_id, lease, channel: *channel, sent, is_plain: *is_plain })
    }
}

/// Gives those that were still in the hand of whoever sent them.
async fn settle_sent(
    connection: &mut PgConnection,
    parcels: &[Parcel<'_>],
    terms: &Terms,
    at: DateTime<Utc>,
) -> sqlx::Result<Vec<(i64, Uuid)>> {
    let quotas = || parcels.iter().map(|parcel| parcel.sent.quota.as_ref());
    let ids: Vec<_> = parcels.iter().map(|parcel| parcel.outbox_message_id).collect();
    let leases: Vec<_> = parcels.iter().map(|parcel| parcel.lease).collect();
    let channels: Vec<_> = parcels.iter().map(|parcel| parcel.channel.name()).collect();
    let zalo_ids: Vec<_> = parcels.iter().map(|parcel| parcel.sent.message_id.as_deref()).collect();
    let are_plain: Vec<_> = parcels.iter().map(|parcel| parcel.is_plain).collect();
    let quota_kinds: Vec<_> = quotas().map(|quota| quota?.kind.as_deref()).collect();
    let quotas_left: Vec<_> = quotas().map(|quota| quota?.left).collect();
    let are_free: Vec<_> = quotas().map(|quota| quota?.is_free()).collect();
    let written = sqlx::query!(
        r#"update outbox_message
         set state = 'sent', lease = null, lease_until = null, sent_at = $9, channel = parcel.channel,
             zalo_message_id = parcel.zalo_message_id,
             message = case when parcel.is_plain then message - 'card' - 'attached' - 'quote' else message end,
             quota_kind = parcel.quota_kind, quota_left = parcel.quota_left,
             -- where Zalo does not tell: what comes soon after the citizen's last doing costs nothing, up to a number
             is_free = case
                 when parcel.is_free is not null then parcel.is_free
                 when parcel.channel <> 'chat' then false
                 else exists (
                     select from citizen
                     where citizen.citizen_id = outbox_message.citizen_id and last_heard_at > $10
                       and $11 > (select count(*) from outbox_message as earlier
                                  where earlier.citizen_id = citizen.citizen_id and earlier.sent_at >= last_heard_at))
             end,
             last_error = null, template = null, phone = null
         from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::bigint[], $8::boolean[])
             as parcel
                 (outbox_message_id, lease, channel, zalo_message_id, is_plain, quota_kind, quota_left, is_free)
         where outbox_message.outbox_message_id = parcel.outbox_message_id and outbox_message.lease = parcel.lease
         returning outbox_message.outbox_message_id, parcel.lease as "lease!""#,
        &ids,
        &leases,
        &channels as &[&str],
        &zalo_ids as &[Option<&str>],
        &are_plain,
        &quota_kinds as &[Option<&str>],
        &quotas_left as &[Option<i64>],
        &are_free as &[Option<bool>],
        at,
        at - terms.free_for,
        terms.free_replies,
    )
    .fetch_all(connection)
    .await?;
    Ok(written.into_iter().map(|row| (row.outbox_message_id, row.lease)).collect())
}

/// Writes what was tried in vain, and what comes next.
async fn settle_unsent(
    connection: &mut PgConnection,
    (outbox_message_id, lease): (i64, Uuid),
    Unsent { next, channel, why }: &Unsent,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let channel = channel.map(Channel::name);
    let (send_at, is_counted) = match next {
        Next::Later { send_at, is_counted } => (Some(*send_at), *is_counted),
        Next::OtherWay => (Some(at), true),
        Next::GivenUp | Next::Unreachable => (None, true),
    };
    let done = sqlx::query!(
        "with settled as (
             update outbox_message
             set state = $3, lease = null, lease_until = null, send_at = coalesce($4, send_at),
                 channel = coalesce($5, channel),
                 closed = case when $6::text is null then closed else array_append(closed, $6) end,
                 chat_closed_at = case when $6 = 'chat' then $7 else chat_closed_at end,
                 -- each way has its own schedule of attempts
                 attempts = case when $6::text is not null and $3 = 'waiting' then 0
                                 when $8 then attempts else attempts - 1 end,
                 last_error = $9, perhaps_twice = perhaps_twice or $10
             where outbox_message_id = $1 and lease = $2
             returning outbox_message_id, channel
         )
         insert into outbox_attempt (outbox_message_id, channel, outcome, code, reason, attempted_at)
         select outbox_message_id, channel, $11, $12, $9, $7 from settled",
        outbox_message_id,
        lease,
        next.state(),
        send_at,
        channel,
        channel.filter(|_| next.closes_the_way()),
        at,
        is_counted,
        why.reason,
        why.perhaps_sent,
        next.outcome(),
        why.code,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
