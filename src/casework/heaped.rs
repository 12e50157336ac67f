//! The verbs as the office calls them: what is done to a petition is done to all that follow it, in the same transaction. A
//! petition that leads no heap is moved alone.

use sqlx::PgConnection;

use super::heap::for_heap;
use super::{
    AnswerDraft, Answered, CaseError, Departure, Hand, Promise, PublicationDraft, Rules, TaskDraft, Transferred,
};

/// See [`accept`](super::accept::accept).
pub async fn accept(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    agency_id: &str,
) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::accept::accept(rules, connection, each, agency_id))
}

/// See [`refuse`](super::refuse::refuse).
pub async fn refuse(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    reason: &str,
    text: &str,
) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::refuse::refuse(rules, connection, each, reason, text))
}

/// See [`close_no_content`](super::close::close_no_content).
pub async fn close_no_content(connection: &mut PgConnection, hand: Hand<'_>) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::close::close_no_content(connection, each))
}

/// See [`answer`](super::answer::answer); gives what became of the leader's.
pub async fn answer(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &AnswerDraft,
) -> Result<Answered, CaseError> {
    let mut first = None;
    for_heap!(connection, hand, |each| async {
        first.get_or_insert(super::answer::answer(rules, connection, each, draft).await?);
        Ok(())
    })?;
    Ok(first.unwrap_or(Answered::Released))
}

/// See [`approve`](super::answer::approve).
pub async fn approve(rules: &Rules, connection: &mut PgConnection, hand: Hand<'_>) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::answer::approve(rules, connection, each))
}

/// See [`send_back`](super::answer::send_back).
pub async fn send_back(connection: &mut PgConnection, hand: Hand<'_>, why: &str) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::answer::send_back(connection, each, why))
}

/// See [`start`](super::start::start).
pub async fn start(connection: &mut PgConnection, hand: Hand<'_>) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::start::start(connection, each))
}

/// See [`assign`](super::assign::assign).
pub async fn assign(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &TaskDraft,
) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::assign::assign(rules, connection, each, draft))
}

/// See [`transfer`](super::transfer::transfer); gives where the leader went.
pub async fn transfer(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    agency_id: &str,
    why: &str,
) -> Result<Transferred, CaseError> {
    let mut first = None;
    for_heap!(connection, hand, |each| async {
        first.get_or_insert(super::transfer::transfer(rules, connection, each, agency_id, why).await?);
        Ok(())
    })?;
    Ok(first.unwrap_or(Transferred::There))
}

/// See [`transfer_out`](super::transfer_out::transfer_out).
pub async fn transfer_out(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    departure: &Departure,
) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::transfer_out::transfer_out(rules, connection, each, departure))
}

/// See [`return_internal`](super::return_internal::return_internal).
pub async fn return_internal(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    why: &str,
) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::return_internal::return_internal(rules, connection, each, why))
}

/// See [`publish`](super::publish::publish). What an officer looked at are the words of the leader's sender: those of the
/// others are not published, their answer goes to them.
pub async fn publish(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &PublicationDraft,
) -> Result<(), CaseError> {
    let privately = PublicationDraft::default();
    let of = |each: Hand<'_>| if each.reference == hand.reference { draft } else { &privately };
    for_heap!(connection, hand, |each| super::publish::publish(rules, connection, each, of(each)))
}

/// See [`extend`](super::extend::extend).
pub async fn extend(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    promise: &Promise,
) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::extend::extend(rules, connection, each, promise))
}

/// See [`apologise`](super::apologise::apologise).
pub async fn apologise(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    promise: &Promise,
) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::apologise::apologise(rules, connection, each, promise))
}
