//! What goes wrong by chance: every quirk has its own, from never (0) to always (1). The dice are seeded, so that a run
//! whose calls come in the same order comes out the same.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::fault::{Call, Fault};
use super::manners::Manners;

/// Something that may go wrong with each call, event, receipt or download.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// The API answers slowly.
    Slow,
    /// The API answers HTTP 500.
    ServerError,
    /// A gateway answers with a page in HTML.
    Html,
    /// A gateway answers HTTP 429.
    TooManyRequests,
    /// A call is lost on its way.
    LostRequest,
    /// A call is carried out, and its answer lost. Never the answer with new tokens: they would be lost for good.
    LostAnswer,
    /// The answer to a message says nothing of the quota.
    NoQuota,
    /// The quota's numbers come as numbers.
    QuotaInNumbers,
    /// An event comes twice, one after the other.
    Twice,
    /// An event comes three times at the same instant.
    AtOnce,
    /// An event comes late, and what comes after it waits.
    Late,
    /// An event comes late, and others overtake it.
    Overtaken,
    /// An event is lost on its way; Zalo repeats it.
    LostEvent,
    /// The service's answer is lost; Zalo repeats what was taken.
    LostTaking,
    /// A body with `\u` and `\/`.
    Escaped,
    /// A body with odd white space.
    Spaced,
    /// A body whose keys stand in another order.
    Shuffled,
    /// A body whose timestamp is a number.
    NumberedTime,
    /// An event that nobody knows comes beside the right one.
    UnknownEvent,
    /// An unsigned test of the console comes beside the right event.
    UnsignedTest,
    /// A badly signed test of the console comes beside the right event.
    BadlySignedTest,
    /// Receipts that never come.
    NoReceipts,
    /// Receipts that come twice.
    ReceiptsTwice,
    /// Receipts that come late.
    ReceiptsLate,
    /// Seen is told before received.
    SeenFirst,
    /// Several messages are told as seen in one list.
    SeenTogether,
    /// A download that answers 404, as if its link had expired.
    MediaGone,
    /// A download that answers 503.
    MediaError,
    /// A download that trickles.
    MediaSlow,
    /// A download that never ends.
    MediaEndless,
    /// A download that says it is something else.
    MediaMislabelled,
    /// A download that leads to another path of the same host.
    MediaMoved,
    /// A download that leads to a private address.
    MediaAstray,
    /// A file whose checksum is not its own.
    WrongChecksum,
}

impl Quirk {
    /// Every one of them, in the order in which they stand on the page.
    pub const ALL: [Self; 34] = [
        Self::Slow,
        Self::ServerError,
        Self::Html,
        Self::TooManyRequests,
        Self::LostRequest,
        Self::LostAnswer,
        Self::NoQuota,
        Self::QuotaInNumbers,
        Self::Twice,
        Self::AtOnce,
        Self::Late,
        Self::Overtaken,
        Self::LostEvent,
        Self::LostTaking,
        Self::Escaped,
        Self::Spaced,
        Self::Shuffled,
        Self::NumberedTime,
        Self::UnknownEvent,
        Self::UnsignedTest,
        Self::BadlySignedTest,
        Self::NoReceipts,
        Self::ReceiptsTwice,
        Self::ReceiptsLate,
        Self::SeenFirst,
        Self::SeenTogether,
        Self::MediaGone,
        Self::MediaError,
        Self::MediaSlow,
        Self::MediaEndless,
        Self::MediaMislabelled,
        Self::MediaMoved,
        Self::MediaAstray,
        Self::WrongChecksum,
    ];

    /// Those that a call of the API meets before it is looked at.
    const OF_CALLS: [Self; 6] =
        [Self::LostRequest, Self::ServerError, Self::Html, Self::TooManyRequests, Self::LostAnswer, Self::Slow];
}

/// The chances of the moment, and the dice.
#[derive(Debug)]
pub struct Chances {
    rates: BTreeMap<Quirk, f64>,
    /// By refusal code.
    refusals: BTreeMap<i32, f64>,
    dice: StdRng,
}

impl Chances {
    /// No chance of anything, with dice that fall as this seed says.
    pub fn seeded(seed: u64) -> Self {
        Self { rates: BTreeMap::new(), refusals: BTreeMap::new(), dice: StdRng::seed_from_u64(seed) }
    }

    pub fn set(&mut self, quirk: Quirk, rate: f64) {
        self.rates.insert(quirk, rate.clamp(0.0, 1.0));
    }

    pub fn set_refusal(&mut self, code: i32, rate: f64) {
        self.refusals.insert(code, rate.clamp(0.0, 1.0));
    }

    pub fn rate(&self, quirk: Quirk) -> f64 {
        self.rates.get(&quirk).copied().unwrap_or(0.0)
    }

    /// Refusal codes with a chance.
    pub fn refusals(&self) -> &BTreeMap<i32, f64> {
        &self.refusals
    }

    /// Does it happen this time?
    pub fn strikes(&mut self, quirk: Quirk) -> bool {
        let rate = self.rate(quirk);
        self.falls(rate)
    }

    /// What happens to a call, if anything does.
    pub fn fault(&mut self, call: Call, manners: &Manners) -> Option<Fault> {
        for quirk in Quirk::OF_CALLS {
            let is_unfair = call == Call::Token && quirk == Quirk::LostAnswer;
            if !is_unfair && self.strikes(quirk) {
                return Some(fault_of(quirk, manners));
            }
        }
        let refusals: Vec<_> = self.refusals.iter().map(|(code, rate)| (*code, *rate)).collect();
        let possible = refusals.into_iter().filter(|(code, _)| speaks(call, *code));
        let struck = possible.into_iter().find(|(_, rate)| self.falls(*rate));
        struck.map(|(code, _)| Fault::Refuse(code))
    }

    /// A number below `below`.
    pub fn number(&mut self, below: usize) -> usize {
        self.dice.random_range(0..below)
    }

    fn falls(&mut self, rate: f64) -> bool {
        rate > 0.0 && self.dice.random::<f64>() < rate
    }
}

fn fault_of(quirk: Quirk, manners: &Manners) -> Fault {
    match quirk {
        Quirk::ServerError => Fault::ServerError,
        Quirk::Html => Fault::Html,
        Quirk::TooManyRequests => Fault::TooManyRequests,
        Quirk::LostRequest => Fault::LostRequest,
        Quirk::LostAnswer => Fault::LostAnswer,
        _ => Fault::Slow(manners.slow),
    }
}

/// Could this kind of call be refused with this number? The two hosts have a table each.
fn speaks(call: Call, code: i32) -> bool {
    let is_of_template_host = (-199..=-101).contains(&code) || code <= -1_000;
    match call {
        Call::Token => false,
        Call::PhoneTemplate => is_of_template_host || code == -100,
        _ => !is_of_template_host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_fall_the_same_with_the_same_seed_and_as_often_as_they_should() {
        let throw = |seed: u64| {
            let mut chances = Chances::seeded(seed);
            chances.set(Quirk::Twice, 0.05);
            (0..10_000).map(|_| chances.strikes(Quirk::Twice)).collect::<Vec<_>>()
        };
        assert_eq!(throw(7), throw(7));
        assert_ne!(throw(7), throw(8));
        let struck = throw(7).into_iter().filter(|struck| *struck).count();
        assert!((400..600).contains(&struck), "{struck} of 10,000");
    }

    #[test]
    fn each_host_refuses_with_its_own_numbers_and_new_tokens_are_never_lost() {
        let mut chances = Chances::seeded(1);
        chances.set_refusal(-230, 1.0);
        chances.set_refusal(-118, 1.0);
        let manners = Manners::default();
        assert_eq!(chances.fault(Call::Message, &manners), Some(Fault::Refuse(-230)));
        assert_eq!(chances.fault(Call::PhoneTemplate, &manners), Some(Fault::Refuse(-118)));
        assert_eq!(chances.fault(Call::Token, &manners), None);
        chances.set(Quirk::LostAnswer, 1.0);
        assert_eq!(chances.fault(Call::Token, &manners), None);
        assert_eq!(chances.fault(Call::Upload, &manners), Some(Fault::LostAnswer));
    }

    #[test]
    fn every_quirk_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<String> =
            Quirk::ALL.iter().map(|quirk| serde_json::to_string(quirk).expect("a name")).collect();
        assert_eq!(names.len(), Quirk::ALL.len());
    }
}
