//! The verbs as the office calls them: what is done to a petition is done to all that follow it, in the same transaction. A
//! petition that leads no heap is moved alone.

use sqlx::PgConnection;

use super::heap::for_heap;
use super::{AnswerDraft, CaseError, Hand, Promise, PublicationDraft, Rules};

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

/// See [`answer`](super::answer::answer).
pub async fn answer(
    rules: &Rules,
    connection: &mut PgConnection,
    hand: Hand<'_>,
    draft: &AnswerDraft,
) -> Result<(), CaseError> {
    for_heap!(connection, hand, |each| super::answer::answer(rules, connection, each, draft))
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
