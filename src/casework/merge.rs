//! Merges petitions that say the same under one of them.

use serde_json::json;
use sqlx::PgConnection;

use crate::petition::assignment::{self, NewAssignment};
use crate::petition::{Action, Petition, Reference, Status, event, heap, moves, store};

use super::{CaseError, Hand, Rules, accept, supplement};

/// As many as an officer can look at.
const MOST: usize = 100;

/// Merges petitions, each as it was on the screen, under the one in hand. They come to where it stands: what is new is
/// accepted with it, and its sender told; what waited for its sender waits no more. From then on whatever is done to the
/// leader is done to all ([`Heap`](super::heap::Heap)).
pub async fn merge(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    members: &[(String, i32)],
) -> Result<(), CaseError> {
    if members.is_empty() || members.len() > MOST {
        return Err(CaseError::invalid("with", "Chọn ít nhất một phản ánh để gộp."));
    }
    lock(connection, hand, members).await?;
    let leader = leader(connection, hand).await?;
    for (reference, version) in members {
        let member = read(connection, reference).await?;
        if member.version != *version {
            return Err(CaseError::Stale);
        }
        check(&leader, &member)?;
        follow(rules, connection, hand, &leader, &member).await?;
        for kin in heap::members(connection, member.petition_id).await? {
            let kin = read(connection, &kin.reference.to_string()).await?;
            match kin.status.is_open() {
                true => follow(rules, connection, hand, &leader, &kin).await?,
                false => heap::join(connection, kin.petition_id, leader.petition_id).await?,
            }
        }
    }
    moves::touched(connection, leader.petition_id).await?;
    let references: Vec<&str> = members.iter().map(|(reference, _)| reference.as_str()).collect();
    let line = hand.line(&leader, Action::Merge, leader.status, json!({ "members": references }));
    Ok(event::record(connection, &line).await?)
}

/// All of them, with what already follows them, in one order.
async fn lock(connection: &mut PgConnection, hand: Hand<'_>, members: &[(String, i32)]) -> Result<(), CaseError> {
    let references: Vec<String> =
        members.iter().map(|(reference, _)| reference.clone()).chain([hand.reference.to_owned()]).collect();
    let mut ids = heap::numbers(connection, &references).await?;
    for id in ids.clone() {
        ids.extend(heap::members(connection, id).await?.iter().map(|kin| kin.petition_id));
    }
    Ok(heap::lock(connection, &ids).await?)
}

async fn read(connection: &mut PgConnection, reference: &str) -> Result<Petition, CaseError> {
    let reference: Reference = reference.parse().map_err(|_| CaseError::Missing)?;
    store::find(connection, &reference).await?.ok_or(CaseError::Missing)
}

async fn leader(connection: &mut PgConnection, hand: Hand<'_>) -> Result<Petition, CaseError> {
    let leader = read(connection, hand.reference).await?;
    if leader.version != hand.version {
        return Err(CaseError::Stale);
    }
    if !leader.status.is_open() {
        return Err(CaseError::NotAllowed { from: leader.status });
    }
    if leader.heap_id.is_some() {
        return Err(CaseError::invalid("with", "Phản ánh chính đã gộp vào phản ánh khác. Chọn phản ánh đó."));
    }
    Ok(leader)
}

fn check(leader: &Petition, member: &Petition) -> Result<(), CaseError> {
    let reference = &member.reference;
    if member.petition_id == leader.petition_id || !member.status.is_open() {
        return Err(CaseError::NotAllowed { from: member.status });
    }
    if leader.accepted_at.is_none() && member.accepted_at.is_some() {
        let say = format!("{reference} đã được tiếp nhận trước. Chọn nó làm phản ánh chính.");
        return Err(CaseError::invalid("with", say));
    }
    // what one of them may not read must not become readable through the other
    if leader.named != member.named {
        let say = format!("{reference} nêu người bị phản ánh khác, nên phải giải quyết riêng.");
        return Err(CaseError::invalid("with", say));
    }
    Ok(())
}

/// Puts one petition under the leader and brings it to where the leader stands.
async fn follow(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    leader: &Petition,
    member: &Petition,
) -> Result<(), CaseError> {
    let mut to = member.status;
    if let Some(awaiting) = &member.awaiting {
        to = Status::Supplemented;
        let (accept_due_at, answer_due_at) = supplement::moved(rules, connection, member, awaiting, hand.at).await?;
        moves::supplemented(connection, member.petition_id, to, accept_due_at, answer_due_at).await?;
    }
    heap::join(connection, member.petition_id, leader.petition_id).await?;
    let agency_id = leader.handling_agency_id.as_deref().filter(|_| leader.accepted_at.is_some());
    let mut detail = json!({ "leader": leader.reference.to_string() });
    if let (Some(agency_id), true) = (agency_id, member.accepted_at.is_some()) {
        lay_beside(connection, hand, leader, member).await?;
        detail["agency_id"] = json!(agency_id);
    }
    event::record(connection, &hand.line(member, Action::Merge, to, detail)).await?;
    let (Some(agency_id), None) = (agency_id, member.accepted_at) else { return Ok(()) };
    let reference = member.reference.to_string();
    let version = read(connection, &reference).await?.version;
    accept::accept(rules, connection, Hand { reference: &reference, version, ..hand }, agency_id).await?;
    lay_beside(connection, hand, leader, member).await
}

/// On the desk of the leader, with whom has it there.
async fn lay_beside(
    connection: &mut PgConnection,
    hand: Hand<'_>,
    leader: &Petition,
    member: &Petition,
) -> Result<(), CaseError> {
    heap::take_place(connection, member.petition_id, leader.petition_id).await?;
    let Some(agency_id) = leader.handling_agency_id.as_deref() else { return Ok(()) };
    let desk = NewAssignment {
        petition_id: member.petition_id,
        agency_id,
        handler_id: leader.handler_id,
        task: leader.task.as_deref(),
        task_due_on: leader.task_due_on,
        officer_id: Some(hand.officer_id),
        at: hand.at,
        ..NewAssignment::default()
    };
    Ok(assignment::begin(connection, &desk).await?)
}
