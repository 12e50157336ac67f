//! How Zalo does things, where that can be one way or another. What happens by chance is in [`super::quirk`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How Zalo does things. The default is its usual way. As JSON, times are seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manners {
    /// Every event comes twice, with the same bytes.
    pub sends_twice: bool,
    /// `oa_send_text` after each message of ours.
    pub echoes: bool,
    /// `user_received_message` and `user_seen_message`; people at a computer produce none.
    pub receipts: bool,
    /// Events wait this long before their first delivery.
    #[serde(with = "seconds")]
    pub delay: Duration,
    /// A citizen's next event waits while one is being repeated. Zalo promises no order; off, it keeps none.
    pub in_order: bool,
    /// On every step of the ladder of repetitions: 1 as Zalo does it, less for those in a hurry.
    pub retry_factor: f64,
    /// The card that asks for contact data is refused (-233), as if the account's plan had none.
    pub takes_no_cards: bool,
    /// A call without `appsecret_proof` is refused like one with a wrong one.
    pub proof_is_required: bool,
    /// Requests a minute; beyond them -32 (zalo-oa 2.5).
    pub rate_limit: u32,
    /// Beyond the free replies -211, instead of charging for them.
    pub only_free_replies: bool,
    /// The account has no money: -321, by phone -115.
    pub balance_is_empty: bool,
    /// Templates by phone are refused between 22:00 and 6:00 (-133).
    pub templates_sleep: bool,
    /// Templates by phone in a day; beyond them -144.
    pub templates_a_day: u32,
    /// Templates by phone to one citizen in a day; beyond them -1472.
    pub templates_a_day_each: u32,
    /// Templates by phone to one citizen in a month; beyond them -1471.
    pub templates_a_month_each: u32,
    /// Uploads in a month; beyond them -211 (the number is assumed).
    pub uploads_a_month: u32,
    /// Links of the media host live this long; 0: for ever. Zalo does not say.
    #[serde(with = "seconds")]
    pub links_live: Duration,
    /// How many times an event comes that comes several times at the same instant.
    pub at_once: usize,
    /// What "late" is, where an event or a receipt is late by chance.
    #[serde(with = "seconds")]
    pub late: Duration,
    /// What "slow" is, where an answer or a download is slow by chance. In real time.
    #[serde(with = "seconds")]
    pub slow: Duration,
    /// Where the media host leads whom it leads astray.
    pub astray: String,
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
            rate_limit: 4_000,
            only_free_replies: false,
            balance_is_empty: false,
            templates_sleep: false,
            templates_a_day: 500,
            templates_a_day_each: 100,
            templates_a_month_each: 1_000,
            uploads_a_month: 5_000,
            links_live: Duration::ZERO,
            at_once: 3,
            late: Duration::from_secs(60),
            slow: Duration::from_secs(5),
            astray: "http://169.254.169.254/latest/meta-data/".to_owned(),
        }
    }
}

/// Durations as seconds. What no duration can be is an error.
mod seconds {
    use std::time::Duration;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    /// More than any story needs, and no clock runs over.
    const A_YEAR: f64 = 366.0 * 86_400.0;

    pub fn serialize<S: Serializer>(wait: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(wait.as_secs_f64())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let wait = f64::deserialize(deserializer)?;
        let is_possible = (0.0..=A_YEAR).contains(&wait);
        if is_possible { Ok(Duration::from_secs_f64(wait)) } else { Err(D::Error::custom("seconds, a year at most")) }
    }
}
