//! What is done to the leader of a heap is done to every open petition in it: answered once, every sender told.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::{Action, Petition, Reference, event, heap, store};

use super::{CaseError, Hand, hold};

/// Does a verb to a petition and to all that follow it. The verb is an expression that gives a future; it is evaluated anew for
/// each hand, the leader's first. What goes wrong with the leader goes wrong with all; another that cannot be moved this way
/// stays where it stands, for an officer to look at by itself.
macro_rules! for_heap {
    ($connection:expr, $hand:expr, |$each:ident| $verb:expr) => {{
        let heap = $crate::casework::heap::Heap::take($connection, $hand).await?;
        for $each in heap.hands() {
            heap.check($each, $verb.await)?;
        }
        heap.leave_behind($connection).await
    }};
}
pub(super) use for_heap;

/// A petition in an officer's hand, with those that follow it: all of them locked.
pub(super) struct Heap<'a> {
    leader: Hand<'a>,
    /// Those that stand as open as the leader, with their versions under the lock.
    members: Vec<(String, i32)>,
}

impl<'a> Heap<'a> {
    /// Locks the petition and what follows it. Whether the hand may move it is asked by the verb.
    pub async fn take(connection: &mut PgConnection, hand: Hand<'a>) -> Result<Self, CaseError> {
        let petition = find(connection, hand.reference).await?;
        let mut members = heap::members(connection, petition.petition_id).await?;
        if !members.is_empty() {
            let ids = members.iter().map(|kin| kin.petition_id).chain([petition.petition_id]).collect::<Vec<_>>();
            heap::lock(connection, &ids).await?;
            // read again under the lock: somebody may have moved or separated one meanwhile
            members = heap::members(connection, petition.petition_id).await?;
        }
        members.retain(|kin| kin.status.is_open() || kin.status == petition.status);
        Ok(Self {
            leader: hand,
            members: members.into_iter().map(|kin| (kin.reference.to_string(), kin.version)).collect(),
        })
    }

    /// The leader's hand, then one for each of the others.
    pub fn hands(&self) -> impl Iterator<Item = Hand<'_>> {
        let others = self.members.iter().map(|(reference, version)| Hand {
            reference: reference.as_str(),
            version: *version,
            officer_id: self.leader.officer_id,
            at: self.leader.at,
        });
        std::iter::once(self.leader).chain(others)
    }

    /// A verb refuses a move before it writes anything: a member that was refused stands untouched. One that came later may be
    /// due after the day that is promised to the others anyway.
    pub fn check(&self, hand: Hand<'_>, done: Result<(), CaseError>) -> Result<(), CaseError> {
        match done {
            Err(CaseError::NotAllowed { .. } | CaseError::Invalid { field: "new_due_on", .. })
                if hand.reference != self.leader.reference =>
            {
                Ok(())
            }
            done => done,
        }
    }

    /// Where the leader came to its end, what is left goes on by itself: a heap without a leader would be seen by nobody.
    pub async fn leave_behind(&self, connection: &mut PgConnection) -> Result<(), CaseError> {
        if self.members.is_empty() || find(connection, self.leader.reference).await?.closed_at.is_none() {
            return Ok(());
        }
        for (reference, _) in &self.members {
            let left = find(connection, reference).await?;
            if left.status.is_open() {
                heap::leave(connection, left.petition_id).await?;
                separated(connection, &left, self.leader).await?;
            }
        }
        Ok(())
    }
}

/// Takes a petition out of its heap; it goes on from where it stands.
pub async fn separate(connection: &mut PgConnection, hand: Hand<'_>) -> Result<(), CaseError> {
    let petition = hold(connection, hand).await?;
    if petition.heap_id.is_none() {
        return Err(CaseError::NotAllowed { from: petition.status });
    }
    heap::leave(connection, petition.petition_id).await?;
    separated(connection, &petition, hand).await
}

async fn separated(connection: &mut PgConnection, petition: &Petition, hand: Hand<'_>) -> Result<(), CaseError> {
    let line = hand.line(petition, Action::Separate, petition.status, json!({}));
    Ok(event::record(connection, &line).await?)
}

async fn find(connection: &mut PgConnection, reference: &str) -> Result<Petition, CaseError> {
    let reference: Reference = reference.parse().map_err(|_| CaseError::Missing)?;
    store::find(connection, &reference).await?.ok_or(CaseError::Missing)
}
