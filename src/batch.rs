//! Batches: what arrives while one batch is under way goes together in the next one.
//!
//! - Nothing waits for company: a batch begins as soon as the one before it has ended, with whatever is there. At low load it
//!   is one item, and costs what one item costs.
//! - The order of arrival is kept within a lane: in a batch, and from one to the next. While one lane waits for its commit,
//!   another works.
//! - A batch that fails is done again one by one, so that one bad item holds nobody back. While the database itself is away
//!   nothing is tried again: everybody is told at once.
//! - The queue has an end. Who cannot wait is refused when it is full ([`Batches::offer`]); who must be served waits for room
//!   ([`Batches::hand_in`]).
//! - Whoever has gone away before their item was begun is not served any more.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use tokio::sync::{mpsc, oneshot};

/// What is done with a batch, in one transaction.
pub trait Job: Send + Sync + 'static {
    type Item: Send + Sync + 'static;
    type Done: Send + 'static;

    /// How many batches may be under way at the same time.
    const LANES: usize = 1;

    /// Items that must keep their order give the same number; any will do.
    fn lane(_item: &Self::Item) -> usize {
        0
    }

    /// Does all of it, or nothing. Gives one outcome for each item, in their order.
    fn together(&self, items: &[Self::Item]) -> impl Future<Output = sqlx::Result<Vec<Self::Done>>> + Send;
}

/// Why an item was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotDone {
    /// The queue is full: it is to be offered again later.
    #[error("too much is waiting already")]
    Full,
    /// The database refused it, or is away.
    #[error(transparent)]
    Failed(Arc<sqlx::Error>),
    /// The job panicked over it.
    #[error("the job broke off")]
    BrokeOff,
}

struct Waiting<J: Job> {
    item: J::Item,
    answer: oneshot::Sender<Result<J::Done, NotDone>>,
}

/// One kind of job, done in batches by one task for each lane. Clones hand in to the same ones; the tasks end when the last is
/// gone.
pub struct Batches<J: Job>(Arc<[mpsc::Sender<Waiting<J>>]>);

impl<J: Job> Clone for Batches<J> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<J: Job> std::fmt::Debug for Batches<J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let room: Vec<usize> = self.0.iter().map(mpsc::Sender::capacity).collect();
        f.debug_struct("Batches").field("room", &room).finish_non_exhaustive()
    }
}

impl<J: Job> Batches<J> {
    /// `most`: items in a batch; `room`: items that may wait in a lane. Needs a running tokio.
    pub fn new(job: J, most: usize, room: usize) -> Self {
        let job = Arc::new(job);
        let lane = |_| {
            let (sender, queue) = mpsc::channel(room);
            tokio::spawn(work(job.clone(), queue, most));
            sender
        };
        Self((0..J::LANES).map(lane).collect())
    }

    fn lane_of(&self, item: &J::Item) -> &mpsc::Sender<Waiting<J>> {
        &self.0[J::lane(item) % J::LANES]
    }

    /// Has the item done; refused at once when the queue is full.
    pub async fn offer(&self, item: J::Item) -> Result<J::Done, NotDone> {
        let (answer, answered) = oneshot::channel();
        self.lane_of(&item).try_send(Waiting { item, answer }).map_err(|_| NotDone::Full)?;
        answered.await.unwrap_or(Err(NotDone::BrokeOff))
    }

    /// Has the item done, and waits for room first.
    pub async fn hand_in(&self, item: J::Item) -> Result<J::Done, NotDone> {
        let (answer, answered) = oneshot::channel();
        self.lane_of(&item).send(Waiting { item, answer }).await.map_err(|_| NotDone::BrokeOff)?;
        answered.await.unwrap_or(Err(NotDone::BrokeOff))
    }
}

async fn work<J: Job>(job: Arc<J>, mut queue: mpsc::Receiver<Waiting<J>>, most: usize) {
    let mut waiting = Vec::with_capacity(most);
    while queue.recv_many(&mut waiting, most).await > 0 {
        let present = waiting.drain(..).filter(|waiting| !waiting.answer.is_closed());
        let (items, answers): (Vec<_>, Vec<_>) = present.map(|waiting| (waiting.item, waiting.answer)).unzip();
        for (answer, outcome) in answers.into_iter().zip(outcomes(&*job, &items).await) {
            // who asked may be gone by now
            let _ = answer.send(outcome);
        }
    }
}

/// One outcome for each item: of the whole batch, or of each alone where the batch failed over one of them.
async fn outcomes<J: Job>(job: &J, items: &[J::Item]) -> Vec<Result<J::Done, NotDone>> {
    let error = match together(job, items).await {
        Ok(done) => return done.into_iter().map(Ok).collect(),
        Err(error) => error,
    };
    if items.len() == 1 || error.is_outage() {
        return items.iter().map(|_| Err(error.clone())).collect();
    }
    let mut outcomes = Vec::with_capacity(items.len());
    for item in items {
        let done = together(job, std::slice::from_ref(item)).await;
        outcomes.push(done.and_then(|mut done| done.pop().ok_or(NotDone::BrokeOff)));
    }
    outcomes
}

async fn together<J: Job>(job: &J, items: &[J::Item]) -> Result<Vec<J::Done>, NotDone> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    match AssertUnwindSafe(job.together(items)).catch_unwind().await {
        Ok(done) => done.map_err(|error| NotDone::Failed(Arc::new(error))),
        Err(_) => Err(NotDone::BrokeOff),
    }
}

impl NotDone {
    fn is_outage(&self) -> bool {
        matches!(self, Self::Failed(error) if is_outage(error))
    }
}

/// Whether Postgres is away or overloaded, which is no fault of what was asked of it.
pub fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        // connections cut, resources short, shutting down, a transaction that stood still for too long
        sqlx::Error::Database(_) => is_of(error, &["08", "53", "57", "25P03"]),
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Protocol(_) => true,
        _ => false,
    }
}

/// Whether two transactions got into each other's way (a deadlock): done again, each gets through.
pub fn is_conflict(error: &sqlx::Error) -> bool {
    is_of(error, &["40"])
}

/// Whether Postgres refused with one of these codes, or with one of these classes of them.
fn is_of(error: &sqlx::Error, codes: &[&str]) -> bool {
    let code = error.as_database_error().and_then(|refusal| refusal.code());
    code.is_some_and(|code| codes.iter().any(|begun| code.starts_with(begun)))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// Notes what it was given; refuses a batch that holds a negative number, and panics over zero.
    #[derive(Clone)]
    struct Ledger {
        batches: Arc<Mutex<Vec<Vec<i32>>>>,
        /// One permit lets one batch through.
        door: Arc<Semaphore>,
        is_away: bool,
    }

    impl Ledger {
        fn open() -> Self {
            Self { batches: Arc::default(), door: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)), is_away: false }
        }

        fn shut() -> Self {
            Self { door: Arc::new(Semaphore::new(0)), ..Self::open() }
        }

        fn batches(&self) -> Vec<Vec<i32>> {
            self.batches.lock().expect("nobody panics here").clone()
        }
    }

    impl Job for Ledger {
        type Item = i32;
        type Done = i32;

        async fn together(&self, items: &[i32]) -> sqlx::Result<Vec<i32>> {
            self.door.acquire().await.expect("never closed").forget();
            self.batches.lock().expect("nobody panics here").push(items.to_vec());
            match items {
                _ if self.is_away => Err(sqlx::Error::PoolTimedOut),
                items if items.iter().any(|item| *item < 0) => Err(sqlx::Error::RowNotFound),
                items if items.contains(&0) => panic!("zero"),
                items => Ok(items.iter().map(|item| item * 10).collect()),
            }
        }
    }

    /// Hands these in, in this order, without waiting for an answer.
    async fn hand_in<J: Job<Item = i32, Done = i32>>(
        batches: &Batches<J>,
        items: &[i32],
    ) -> Vec<tokio::task::JoinHandle<Result<i32, NotDone>>> {
        let mut handed = Vec::new();
        for item in items.iter().copied() {
            let batches = batches.clone();
            handed.push(tokio::spawn(async move { batches.hand_in(item).await }));
            tokio::task::yield_now().await;
        }
        handed
    }

    async fn answers(handed: Vec<tokio::task::JoinHandle<Result<i32, NotDone>>>) -> Vec<Result<i32, String>> {
        let outcomes = join_all(handed).await.into_iter().map(|outcome| outcome.expect("no panic"));
        outcomes.map(|outcome| outcome.map_err(|error| error.to_string())).collect()
    }

    #[tokio::test]
    async fn one_item_is_a_batch_and_waits_for_nobody() {
        let ledger = Ledger::open();
        let batches = Batches::new(ledger.clone(), 8, 8);
        assert_eq!(batches.offer(1).await.expect("done"), 10);
        assert_eq!(batches.offer(2).await.expect("done"), 20);
        assert_eq!(ledger.batches(), [[1], [2]]);
    }

    #[tokio::test]
    async fn what_comes_while_a_batch_is_under_way_goes_together_in_its_order() {
        let ledger = Ledger::shut();
        let batches = Batches::new(ledger.clone(), 4, 16);
        let handed = hand_in(&batches, &[1, 2, 3, 4, 5, 6]).await;
        ledger.door.add_permits(9);
        let expected: Vec<_> = (1..=6).map(|item| Ok(item * 10)).collect();
        assert_eq!(answers(handed).await, expected);
        assert_eq!(ledger.batches(), [vec![1], vec![2, 3, 4, 5], vec![6]], "four at most go together");
    }

    /// Odd numbers and even ones, each kind in a lane of its own.
    struct TwoLanes(Ledger);

    impl Job for TwoLanes {
        type Item = i32;
        type Done = i32;

        const LANES: usize = 2;

        fn lane(item: &i32) -> usize {
            item.unsigned_abs() as usize
        }

        async fn together(&self, items: &[i32]) -> sqlx::Result<Vec<i32>> {
            self.0.together(items).await
        }
    }

    #[tokio::test]
    async fn a_lane_keeps_its_order_and_has_batches_of_its_own() {
        let ledger = Ledger::shut();
        let batches = Batches::new(TwoLanes(ledger.clone()), 8, 8);
        let handed = hand_in(&batches, &[1, 2, 3, 4, 5]).await;
        ledger.door.add_permits(9);
        assert_eq!(answers(handed).await, [Ok(10), Ok(20), Ok(30), Ok(40), Ok(50)]);
        let (odd, even): (Vec<_>, Vec<_>) = ledger.batches().into_iter().partition(|batch| batch[0] % 2 == 1);
        assert_eq!(odd, [vec![1], vec![3, 5]]);
        assert_eq!(even, [[2], [4]], "2 was begun while 1 was under way, and 4 with none of the others");
    }

    #[tokio::test]
    async fn one_bad_item_fails_alone() {
        for bad in [-3, 0] {
            let ledger = Ledger::shut();
            let batches = Batches::new(ledger.clone(), 8, 8);
            let handed = hand_in(&batches, &[1, 2, bad, 4]).await;
            ledger.door.add_permits(9);
            let outcomes = answers(handed).await;
            assert_eq!((&outcomes[0], &outcomes[1], &outcomes[3]), (&Ok(10), &Ok(20), &Ok(40)), "beside {bad}");
            assert!(outcomes[2].is_err(), "{bad}");
            assert_eq!(ledger.batches(), [vec![1], vec![2, bad, 4], vec![2], vec![bad], vec![4]]);
            assert_eq!(batches.offer(5).await.expect("it goes on"), 50);
        }
    }

    #[tokio::test]
    async fn an_outage_is_told_to_all_and_not_tried_again() {
        let ledger = Ledger { is_away: true, ..Ledger::shut() };
        let batches = Batches::new(ledger.clone(), 8, 8);
        let handed = hand_in(&batches, &[1, 2, 3]).await;
        ledger.door.add_permits(9);
        assert!(answers(handed).await.iter().all(Result::is_err));
        assert_eq!(ledger.batches(), [vec![1], vec![2, 3]]);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_takes_again_when_there_is_room() {
        let ledger = Ledger::shut();
        let batches = Batches::new(ledger.clone(), 1, 2);
        let handed = hand_in(&batches, &[1, 2, 3]).await;
        assert!(matches!(batches.offer(4).await, Err(NotDone::Full)), "one is under way, two wait");
        let patient = hand_in(&batches, &[5]).await;
        ledger.door.add_permits(9);
        assert_eq!(answers(handed).await, [Ok(10), Ok(20), Ok(30)]);
        assert_eq!(answers(patient).await, [Ok(50)], "who waits for room gets it");
        assert_eq!(batches.offer(6).await.expect("done"), 60);
    }

    #[tokio::test]
    async fn who_has_gone_is_not_served() {
        let ledger = Ledger::shut();
        let batches = Batches::new(ledger.clone(), 8, 8);
        let handed = hand_in(&batches, &[1, 2, 3]).await;
        handed[1].abort();
        tokio::task::yield_now().await;
        ledger.door.add_permits(9);
        assert_eq!(batches.offer(4).await.expect("done"), 40);
        assert_eq!(ledger.batches(), [vec![1], vec![3, 4]]);
    }
}
