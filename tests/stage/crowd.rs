//! People who chat, and what is counted when they are through.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use zalo_petitions::sim::{Bubble, Phone, Side, Zalo};

use super::person::{self, Next};
use super::{CONVERSATION, REPLIES};

/// How somebody writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Reads what comes and answers it.
    Attentive,
    /// Has seen the form before, and types every answer without waiting for a question.
    AllAtOnce,
    /// Tells the story in two messages at the same moment, and sends two photos with the next answer.
    InPieces,
}

/// How long somebody waits for an answer before they give up.
const PATIENCE: Duration = Duration::from_secs(75);
/// How often they look at the screen.
const GLANCE: Duration = Duration::from_millis(10);

/// Somebody who writes in pieces answers what stands last on the screen, when nothing more has come for so long.
const MOMENT: Duration = Duration::from_millis(700);

/// Goes from the greeting to the receipt; false where no answer came any more.
pub async fn converse(phone: &Phone, manner: Manner) -> bool {
    let mut typed = 0;
    phone.types(CONVERSATION[0]);
    if manner == Manner::AllAtOnce {
        CONVERSATION[1..].iter().for_each(|line| phone.types(line));
        typed = CONVERSATION.len() - 1;
    }
    let mut read = 0;
    while let Some(shown) = news(phone, read, manner).await {
        read = shown.len();
        match shown.last().and_then(|bubble| person::next(&said(bubble), typed)) {
            Some(Next::Done) => return true,
            // A message that came twice is answered once; a question that is asked again, again.
            Some(Next::Line(line)) if line > typed || manner == Manner::InPieces => {
                typed = typed.max(line);
                answer(phone, manner, line);
            }
            _ => {}
        }
    }
    false
}

/// The screen, once more than `read` replies stand on it; none where somebody has waited long enough.
async fn news(phone: &Phone, read: usize, manner: Manner) -> Option<Vec<Bubble>> {
    let begun = Instant::now();
    let mut shown = replies(phone);
    while shown.len() == read {
        if begun.elapsed() > PATIENCE {
            let screen: Vec<String> = phone.messages().iter().rev().take(6).rev().map(said).collect();
            println!("somebody waits in vain; last on the screen: {screen:#?}");
            return None;
        }
        tokio::time::sleep(GLANCE).await;
        shown = replies(phone);
    }
    if manner == Manner::InPieces {
        let mut before = 0;
        while shown.len() > before {
            before = shown.len();
            tokio::time::sleep(MOMENT).await;
            shown = replies(phone);
        }
    }
    Some(shown)
}

fn answer(phone: &Phone, manner: Manner, line: usize) {
    match (manner, line) {
        (Manner::InPieces, 2) => {
            let (first, second) = CONVERSATION[line].split_once(", hẹn").expect("a story in two parts");
            phone.types(first);
            phone.types(&format!("hẹn{second}"));
        }
        (Manner::InPieces, 3) => {
            let photo = |name: &str| (name.to_owned(), b"\xff\xd8\xff\xe0 a photo".to_vec());
            phone.sends_album(vec![photo("giay-hen-1.jpg"), photo("giay-hen-2.jpg")], CONVERSATION[line]);
        }
        _ => phone.types(CONVERSATION[line]),
    }
}

/// What the account wrote on this phone.
pub fn replies(phone: &Phone) -> Vec<Bubble> {
    phone.messages().into_iter().filter(|bubble| bubble.from == Side::Account).collect()
}

/// What stands in a message: its text, or what its card says.
pub fn said(bubble: &Bubble) -> String {
    bubble.card.as_ref().map_or_else(|| bubble.text.clone(), |card| card.subtitle.clone())
}

/// People who chat one after the other until it is over.
pub struct Crowd {
    is_over: Arc<AtomicBool>,
    finished: Arc<AtomicUsize>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Crowd {
    pub fn gathers(zalo: &Zalo, size: usize, manner: Manner) -> Self {
        let (is_over, finished) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let tasks =
            (0..size).map(|_| tokio::spawn(chat(zalo.clone(), manner, is_over.clone(), finished.clone()))).collect();
        Self { is_over, finished, tasks }
    }

    /// How many conversations came to the receipt so far.
    pub fn finished(&self) -> usize {
        self.finished.load(Ordering::Relaxed)
    }

    /// Waits until so many more conversations are finished.
    pub async fn finishes(&self, more: usize) {
        let goal = self.finished.load(Ordering::Relaxed) + more;
        let begun = std::time::Instant::now();
        while self.finished.load(Ordering::Relaxed) < goal {
            assert!(begun.elapsed() < 2 * PATIENCE, "people do not get through");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Whoever is in a conversation ends it; gives how many came to the receipt.
    pub async fn leaves(self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("everybody comes to the end");
        }
        self.finished.load(Ordering::Relaxed)
    }
}

async fn chat(zalo: Zalo, manner: Manner, is_over: Arc<AtomicBool>, finished: Arc<AtomicUsize>) {
    while !is_over.load(Ordering::Relaxed) {
        let phone = zalo.phone("Người dân");
        if converse(&phone, manner).await {
            finished.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The replies in their order, without repetitions right after themselves.
pub fn are_in_order(phone: &Phone) -> bool {
    let mut texts: Vec<String> = replies(phone).iter().map(said).collect();
    texts.dedup();
    texts.len() == REPLIES.len() && texts.iter().zip(REPLIES).all(|(text, beginning)| text.starts_with(beginning))
}

/// What is there when everybody is through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub conversations: i64,
    pub petitions: i64,
    pub extra_petitions: i64,
    /// Replies beyond one for each message of a citizen, and repetitions that are not marked.
    pub extra_replies: i64,
    pub stranded: i64,
    pub without_receipt: i64,
    /// Messages that stand on a phone twice in a row, and are marked as perhaps sent twice.
    pub twice: i64,
}

/// Waits until nothing is on its way any more. What a dead worker holds is let go: its minute has passed for all we care.
pub async fn quiet(pool: &PgPool, zalo: &Zalo) {
    let begun = Instant::now();
    loop {
        lapse_leases(pool).await;
        let waiting: i64 = sqlx::query_scalar(
            "select (select count(*) from inbox_event where state = 'waiting')
                  + (select count(*) from outbox_message where state in ('waiting', 'leased'))",
        )
        .fetch_one(pool)
        .await
        .expect("a count");
        if waiting == 0 && zalo.pending_webhooks() == 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(90), "{waiting} are still waiting");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

pub async fn lapse_leases(pool: &PgPool) {
    sqlx::query("update outbox_message set lease_until = now() where state = 'leased'")
        .execute(pool)
        .await
        .expect("the minute has passed");
}

/// Counts, once it is quiet. `finished`: how many conversations came to the receipt.
pub async fn tally(pool: &PgPool, phones: &[Phone], finished: usize) -> Tally {
    let count =
        async |query: &'static str| -> i64 { sqlx::query_scalar(query).fetch_one(pool).await.expect("a count") };
    let petitions = count("select count(*) from petition").await;
    let senders = count("select count(distinct citizen_id) from petition").await;
    let replies_too_many = count(
        "select count(*) - count(distinct inbox_event_id) from outbox_message
         where kind = 'reply' and state not in ('replaced', 'withheld')",
    )
    .await;
    let (mut twice, mut unmarked, mut without_receipt) = (0, 0, 0);
    for phone in phones {
        let texts: Vec<String> = replies(phone).iter().map(said).collect();
        let repeated = texts.chunk_by(|one, next| one == next).filter(|same| same.len() > 1).count() as i64;
        let marked = marked(pool, phone).await;
        twice += repeated;
        unmarked += (repeated - marked).max(0);
        let has_receipt = texts.iter().any(|text| text.starts_with(REPLIES[REPLIES.len() - 1]));
        without_receipt += i64::from(!has_receipt && has_petition(pool, phone).await);
    }
    let conversations = phones.len() as i64;
    Tally {
        conversations,
        petitions,
        extra_petitions: petitions - senders,
        extra_replies: replies_too_many + unmarked,
        stranded: conversations - finished as i64,
        without_receipt,
        twice,
    }
}

async fn marked(pool: &PgPool, phone: &Phone) -> i64 {
    sqlx::query_scalar(
        "select count(*) from outbox_message join citizen using (citizen_id) where zalo_user_id = $1 and perhaps_twice",
    )
    .bind(phone.user_id())
    .fetch_one(pool)
    .await
    .expect("a count")
}

async fn has_petition(pool: &PgPool, phone: &Phone) -> bool {
    sqlx::query_scalar("select exists (select from petition join citizen using (citizen_id) where zalo_user_id = $1)")
        .bind(phone.user_id())
        .fetch_one(pool)
        .await
        .expect("an answer")
}
