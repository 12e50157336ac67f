//! How Zalo misbehaves when it is told to.

use std::collections::VecDeque;
use std::time::Duration;

/// What happens to a message that is sent through the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answers after this time.
    Slow(Duration),
    /// HTTP 500 with a JSON body; nothing is delivered.
    ServerError,
    /// A gateway's HTML page with HTTP 502; nothing is delivered.
    Html,
    /// HTTP 200 with this error; nothing is delivered.
    Refuse(i32),
    /// No answer, ever; nothing is delivered.
    Silence,
    /// The message is delivered, but the answer breaks off: the sender cannot know.
    LostAnswer,
}

/// The faults to come: the ordered ones first, then the standing one.
#[derive(Debug, Default)]
pub struct Faults {
    pub next: VecDeque<Fault>,
    pub standing: Option<Fault>,
}

impl Faults {
    /// What happens to the message that is being sent.
    pub fn take(&mut self) -> Option<Fault> {
        self.next.pop_front().or_else(|| self.standing.clone())
    }
}

/// How Zalo tells us things. The default is its usual way.
#[derive(Clone, Debug)]
pub struct Manners {
    /// Every event comes twice, with the same bytes.
    pub sends_twice: bool,
    /// `oa_send_text` after each message of ours.
    pub echoes: bool,
    /// `user_received_message` and `user_seen_message`; people at a computer produce none.
    pub receipts: bool,
    /// Events wait this long before their first delivery.
    pub delay: Duration,
    /// A citizen's next event waits while one is being repeated. Zalo promises no order; off, it keeps none.
    pub in_order: bool,
    /// On every step of the ladder of repetitions: 1 as Zalo does it, less for those in a hurry.
    pub retry_factor: f64,
    /// The card that asks for contact data is refused (-233), as if the account's plan had none.
    pub takes_no_cards: bool,
    /// A call without `appsecret_proof` is refused like one with a wrong one.
    pub proof_is_required: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            sends_twice: false,
            echoes: true,
            receipts: true,
            delay: Duration::ZERO,
            in_order: true,
            retry_factor: 1.0,
            takes_no_cards: false,
            proof_is_required: true,
        }
    }
}
