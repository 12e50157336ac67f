//! The heart of the road: claim, recall, think, act, remember, commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use super::act;
use super::checkpoint::{Checkpoint, Checkpoints};
use super::outcome::Outcome;
use super::store::{self, Claimed};
use super::{facts, heard};
use crate::casework::{self, CaseError, Rules};
use crate::clock::Clock;
use crate::dialog::{self, Catalog, Dialogs, Effect, Facts, Heard, Session};
use crate::worker::Bell;
use crate::zalo::event::{Content, Event};
use crate::{attachment, batch, outbox};

/// How many citizens' turns one transaction carries at most.
const BATCH: i64 = 128;
/// An event that fails this often is set aside, so that its citizen can go on.
pub const ATTEMPTS: i32 = 6;
/// How often we look whether the office has done what a turn waits for.
const OFFICE_PAUSE: TimeDelta = TimeDelta::minutes(10);
/// A rebuild folds the events of this many days; a draft lives for seven.
const REBUILT_DAYS: i64 = 30;

/// The worker that turns events into replies.
#[derive(Clone)]
pub struct Turns {
    pub pool: PgPool,
    pub checkpoints: Checkpoints,
    pub dialogs: Dialogs,
    pub rules: Arc<Rules>,
    pub clock: Clock,
    /// Rung when there is something to send.
    pub outbox: Bell,
    /// Rung when there is something to fetch.
    pub attachments: Bell,
}

impl Turns {
    /// Works on the events whose turn it is, all in one transaction. A batch that fails is tried again one by one, so
    /// that one bad event does not hold the others back. Returns how many events were claimed.
    pub async fn round(&self) -> anyhow::Result<usize> {
        let mut transaction = self.pool.begin().await?;
        let claimed = store::claim(&mut transaction, self.clock.now(), BATCH).await?;
        if claimed.is_empty() {
            return Ok(0);
        }
        match self.turns(&mut transaction, &claimed).await {
            Ok(outcomes) => {
                transaction.commit().await?;
                self.tell(outcomes);
            }
            Err(error) if is_outage(&error) => return Err(error),
            Err(_) => {
                transaction.rollback().await?;
                for event in &claimed {
                    self.alone(event.inbox_event_id).await?;
                }
            }
        }
        self.outbox.ring();
        Ok(claimed.len())
    }

    /// One event in a transaction of its own.
    async fn alone(&self, inbox_event_id: i64) -> anyhow::Result<()> {
        let mut transaction = self.pool.begin().await?;
        let Some(event) = store::claim_one(&mut transaction, inbox_event_id).await? else { return Ok(()) };
        let error = match self.turns(&mut transaction, std::slice::from_ref(&event)).await {
            Ok(outcomes) => {
                transaction.commit().await?;
                self.tell(outcomes);
                return Ok(());
            }
            Err(error) if is_outage(&error) => return Err(error),
            Err(error) => error,
        };
        transaction.rollback().await?;
        tracing::error!(inbox_event_id, attempts = event.attempts + 1, error = format!("{error:#}"), "a turn failed");
        self.put_off(&event, &error).await
    }

    /// What follows a commit.
    fn tell(&self, outcomes: Vec<Outcome>) {
        if outcomes.iter().any(Outcome::has_files) {
            self.attachments.ring();
        }
        outcomes.into_iter().for_each(Outcome::tell);
    }

    /// A turn that failed waits a little, and longer each time; in the end the event is set aside and the citizen told.
    /// What waits for the office (a calendar that has come to its end) waits as long as the office needs.
    async fn put_off(&self, event: &Claimed, error: &anyhow::Error) -> anyhow::Result<()> {
        let (at, id, why) = (self.clock.now(), event.inbox_event_id, format!("{error:#}"));
        let mut transaction = self.pool.begin().await?;
        let outcome = if waits_for_the_office(error) {
            store::postpone(&mut transaction, id, at + OFFICE_PAUSE, &why).await?;
            "waits_for_office"
        } else if event.attempts + 1 < ATTEMPTS {
            store::postpone(&mut transaction, id, at + TimeDelta::seconds(1 << event.attempts), &why).await?;
            "later"
        } else {
            if store::set_aside(&mut transaction, id, &why, at).await? {
                act::apologise(&mut transaction, &self.rules, event, at).await?;
            }
            "set_aside"
        };
        metrics::counter!("turns_total", "outcome" => outcome).increment(1);
        Ok(transaction.commit().await?)
    }

    /// Thinks and acts for each event; then remembers the sessions, before the caller commits. A process that dies
    /// between the two leaves a checkpoint whose `before` serves the repetition. What every turn needs is asked and written
    /// for all of them at once.
    async fn turns(&self, connection: &mut PgConnection, claimed: &[Claimed]) -> anyhow::Result<Vec<Outcome>> {
        let at = self.clock.now();
        let (mut heard, mut met) = (Vec::with_capacity(claimed.len()), Vec::with_capacity(claimed.len()));
        for event in claimed {
            heard.push(hear(connection, event, at).await?);
        }
        let citizens: Vec<i64> = claimed.iter().map(|event| event.citizen_id).collect();
        // neither needs the other
        let (recalled, glance) =
            tokio::join!(self.checkpoints.load(&citizens), facts::glance(&self.rules, connection, &citizens));
        for (event, checkpoint) in claimed.iter().zip(recalled?) {
            met.push((event.citizen_id, self.before(connection, event, checkpoint).await?));
        }
        let facts = facts::gather(&self.rules, connection, glance?, &met, at).await?;
        let catalog = self.dialogs.present();
        let (mut thought, mut remembered) = (vec![], vec![]);
        for (((event, heard), (_, before)), facts) in claimed.iter().zip(&heard).zip(&met).zip(facts) {
            let turn = think(&catalog, before, heard, &facts, event.happened_at, event.inbox_event_id)?;
            // an erased conversation has no checkpoint: it would hold what was before
            let is_erased = turn.effects.contains(&Effect::EraseMine);
            let checkpoint = Checkpoint::new(event.finished, event.inbox_event_id, before, &turn.session);
            remembered.push((event.citizen_id, Some(checkpoint).filter(|_| !is_erased)));
            thought.push((event, heard, facts, turn.effects));
        }
        // whoever files has the day's counter until the commit: others wait for it the shortest when that comes last
        let files = |effect: &Effect| matches!(effect, Effect::File(_));
        thought.sort_by_key(|(_, _, _, effects)| effects.iter().any(files));
        let (mut posts, mut outcomes, mut finished) = (vec![], vec![], vec![]);
        for (event, heard, facts, effects) in thought {
            outcomes.push(Outcome::of(event, heard, &effects));
            posts.extend(act::act(connection, &self.rules, event, effects, at).await?);
            finished.push((event, facts));
        }
        let posts = act::wanted(connection, posts).await?;
        outbox::enqueue_all(connection, &posts).await?;
        // both before the commit; neither needs the other
        let (finished, saved) =
            tokio::join!(store::finish(connection, &finished, at), self.checkpoints.save(&remembered));
        finished?;
        saved?;
        Ok(outcomes)
    }

    /// The session before the event: from the checkpoint, or rebuilt where there is none that stands right.
    async fn before(
        &self,
        connection: &mut PgConnection,
        event: &Claimed,
        checkpoint: Option<Checkpoint>,
    ) -> anyhow::Result<Session> {
        if event.finished.is_none() {
            return Ok(Session::default());
        }
        if let Some(session) = checkpoint.and_then(|found| found.before(event.inbox_event_id, event.finished)) {
            return Ok(session);
        }
        metrics::counter!("sessions_rebuilt_total").increment(1);
        self.rebuild(connection, event.citizen_id).await
    }

    /// Empties the events whose words are not to be kept any longer; gives how many.
    pub async fn tidy(&self) -> anyhow::Result<u64> {
        Ok(store::empty_due(&mut *self.pool.acquire().await?, self.clock.now()).await?)
    }

    /// Folds the citizen's finished events into the session they led to.
    pub async fn rebuild(&self, connection: &mut PgConnection, citizen_id: i64) -> anyhow::Result<Session> {
        let since = self.clock.now() - TimeDelta::days(REBUILT_DAYS);
        let mut session = Session::default();
        let catalog = self.dialogs.present();
        for past in store::finished(connection, citizen_id, since).await? {
            let heard = match past.body.as_slice() {
                [] => Heard::Emptied,
                body => heard::from_event(&Event::parse(body).context("a finished event that can no longer be read")?),
            };
            session = think(&catalog, &session, &heard, &past.facts, past.happened_at, past.inbox_event_id)?.session;
        }
        Ok(session)
    }
}

/// What the dialog hears of an event; an officer's word and what came along are noted.
async fn hear(connection: &mut PgConnection, claimed: &Claimed, at: DateTime<Utc>) -> anyhow::Result<Heard> {
    let event = Event::parse(&claimed.body).context("a stored event that can no longer be read")?;
    note_officer(connection, claimed, &event).await?;
    if let Content::Message(said) = &event.content {
        let (citizen_id, id) = (claimed.citizen_id, claimed.inbox_event_id);
        attachment::register(connection, citizen_id, id, &said.attachments, at).await?;
    }
    Ok(heard::from_event(&event))
}

/// What an officer wrote in Zalo's own tool silences the machine; an echo of our own message does not: it names nobody, or
/// bears an id that is ours.
async fn note_officer(connection: &mut PgConnection, claimed: &Claimed, event: &Event) -> anyhow::Result<()> {
    let Content::Echo { message_id, admin_id: Some(_) } = &event.content else { return Ok(()) };
    if let Some(message_id) = message_id
        && outbox::is_ours(connection, message_id).await?
    {
        return Ok(());
    }
    Ok(casework::officer_wrote(connection, claimed.citizen_id, None, claimed.happened_at).await?)
}

/// The pure step. A panic in it is this event's failure, not the worker's.
fn think(
    catalog: &Catalog,
    before: &Session,
    heard: &Heard,
    facts: &Facts,
    at: DateTime<Utc>,
    inbox_event_id: i64,
) -> anyhow::Result<dialog::Turn<Session>> {
    let key = inbox_event_id.to_string();
    catch_unwind(AssertUnwindSafe(|| dialog::step(catalog, before, heard, facts, at, &key)))
        .map_err(|_| anyhow!("the dialog panicked"))
}

/// Whether an office must complete something before this can go on.
fn waits_for_the_office(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref(), Some(CaseError::NoDeadline(_))))
}

/// Whether Postgres or Redis is away, or two transactions got into each other's way, which is no fault of an event and costs it
/// no attempt.
fn is_outage(error: &anyhow::Error) -> bool {
    let is_away = |error: &sqlx::Error| batch::is_outage(error) || batch::is_conflict(error);
    error.chain().any(|cause| cause.is::<redis::RedisError>() || cause.downcast_ref().is_some_and(is_away))
}
