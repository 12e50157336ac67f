//! What the files in `dialogs/` say, in checked form. Only [`super::Catalog`] makes these, so whoever holds one may rely
//! on it: every slot is known, every target exists, every text fits.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::answer::story::Phrase;
use super::answer::words::Lexicon;
pub use super::kind::Kind;
use super::turn::KnownPetition;

/// A text that a citizen reads, with slots `{…}`. NFC, within its limit, all slots known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text(pub(super) String);

impl Text {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Puts values into the slots in one pass: what a value contains is never taken for a slot. A slot without a value
    /// stays as it is, for whoever carries out the effects.
    pub fn fill(&self, value: impl Fn(&str) -> Option<String>) -> String {
        let mut filled = String::with_capacity(self.0.len() + 64);
        let mut rest = self.0.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            // A brace that begins no slot is a citizen's own, in a text that was filled once already.
            let slot = after.split_once('}').filter(|(name, _)| is_slot_name(name));
            let value = slot.and_then(|(name, after)| Some((value(name)?, after)));
            match value {
                Some((value, after)) => {
                    filled.push_str(&value);
                    rest = after;
                }
                None => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    pub fn slots(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let mut rest = self.0.as_str();
        while let Some((_, slot, after)) = next_slot(rest) {
            found.push(slot);
            rest = after;
        }
        found
    }
}

fn is_slot_name(name: &str) -> bool {
    name.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_')
}

/// The text before the next slot, the slot's name, and the text after it.
fn next_slot(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (slot, after) = rest.split_once('}')?;
    Some((before, slot, after))
}

/// When a step, a line or a button applies: every named answer has one of these values; `*` is any, `-` is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition(pub(super) BTreeMap<String, Vec<String>>);

impl Condition {
    pub fn holds<'a>(&self, answer: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.0.iter().all(|(name, wanted)| {
            let given = answer(name).filter(|value| !value.is_empty());
            wanted.iter().any(|wanted| match (wanted.as_str(), given) {
                ("*", given) => given.is_some(),
                ("-", given) => given.is_none(),
                (wanted, given) => given == Some(wanted),
            })
        })
    }
}

/// A text with the buttons under it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Screen {
    pub text: Text,
    pub buttons: Vec<Choice>,
}

/// A text that depends on the case, with the buttons under it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The first whose condition holds is said; the last holds always.
    pub text: Vec<(Condition, Text)>,
    pub buttons: Vec<Choice>,
}

/// A button: its title, other words that mean the same, and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub title: Text,
    /// Other words for it; `@yes` stands for all words of a meaning.
    pub words: Vec<String>,
    pub does: Does,
    pub when: Condition,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Does {
    /// Answers the open question with this value.
    Value(String),
    /// Something that works everywhere: begins with `#`.
    Go(String),
    Url(Text),
    Phone(Text),
}

/// One question of a form.
#[derive(Clone, Debug)]
pub struct Step {
    pub id: String,
    pub kind: Kind,
    pub when: Condition,
    /// The question, in the first variant whose condition holds.
    pub ask: Vec<(Condition, Text)>,
    /// The question in half a line, for when something else was said in between.
    pub short: Text,
    /// What is missing while it is open: «địa chỉ».
    pub lacks: Text,
    /// What was understood; begins the reply that asks the next question.
    pub taken: Vec<(Condition, Text)>,
    pub buttons: Vec<Choice>,
    /// Zalo's card that asks for this and what follows in one tap; `ask` is said where there is none.
    pub card: Option<CardText>,
    /// Said on the first, the second try; the third time the way out.
    pub retry: Vec<Text>,
    pub way_out: Option<Screen>,
    pub hints: BTreeMap<String, Screen>,
    /// Seconds to wait for more of a story.
    pub quiet: u32,
    pub can_skip: bool,
    /// Asked only when the citizen wants to edit it.
    pub edit_only: bool,
    /// A bare number chooses nothing: what cannot be undone is said in words or pressed.
    pub not_by_number: bool,
    /// After every part of a [`Kind::More`] it is asked whether there is more; else the first words are the whole.
    pub asks_for_more: bool,
    /// The answer that a choice or a line gives.
    pub answer: Option<String>,
    /// The answer is none that the registry knows: it is kept under this label, which officers read.
    pub kept_as: Option<String>,
    /// The step that reads what is typed here and is no option.
    pub or_typed: Vec<String>,
    /// Characters, of a line.
    pub length: (usize, usize),
    pub options: Vec<OptionDefinition>,
}

/// What stands on Zalo's card that asks for contact data.
#[derive(Clone, Debug)]
pub struct CardText {
    pub title: Text,
    /// The first variant whose condition holds.
    pub subtitle: Vec<(Condition, Text)>,
}

/// One value of a choice.
#[derive(Clone, Debug)]
pub struct OptionDefinition {
    pub value: String,
    /// How the value is said in a review.
    pub said: Text,
    /// Answers that no longer hold when this one is chosen instead of another.
    pub forgets: Vec<String>,
}

impl Step {
    /// The answers that settle this step.
    pub fn answers(&self) -> impl Iterator<Item = &str> {
        self.kind.answers().iter().copied().chain(self.answer.as_deref())
    }

    pub fn hint(&self, name: &str) -> &Screen {
        self.hints.get(name).expect("the catalog holds every hint that a kind needs")
    }
}

/// What the text of a story tells without being asked.
#[derive(Clone, Debug)]
pub struct Inference {
    pub answer: String,
    pub value: String,
    pub words: Vec<Phrase>,
}

/// A matter or a circumstance that a story's words give away: «thủ tục đất đai», «đã quá hẹn».
#[derive(Clone, Debug)]
pub struct Sign {
    /// Of a matter: its name in the register; others find petitions of the same matter by it.
    pub key: String,
    /// As it is said in a message; empty when it is not.
    pub said: String,
    /// As it stands in a title; empty when it does not.
    pub title: String,
    pub words: Vec<Phrase>,
}

/// One line of the review.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    pub text: Text,
    pub when: Condition,
    /// Shown also in a review of an unfinished form.
    pub is_item: bool,
}

/// Something that can be edited by its number or its name.
#[derive(Clone, Debug)]
pub struct Item {
    pub number: u32,
    pub steps: Vec<String>,
    pub words: Vec<String>,
}

/// A way to send: the button carries a separate consent.
#[derive(Clone, Debug)]
pub struct Sending {
    pub value: String,
    pub title: Text,
    pub words: Vec<String>,
    pub when: Condition,
    pub sets: BTreeMap<String, String>,
    /// Begins the receipt: «Đã gửi, cho đăng công khai.»
    pub taken: Text,
    /// The same after a bare «gửi», which makes the careful choice and says so.
    pub taken_bare: Option<Text>,
    /// What the receipt says besides.
    pub also: Option<Text>,
    /// The choice that a bare «gửi» makes.
    pub is_careful: bool,
}

/// A form that files something.
#[derive(Clone, Debug)]
pub struct Form {
    pub name: String,
    pub steps: Vec<Step>,
    pub defaults: BTreeMap<String, String>,
    pub inferences: Vec<Inference>,
    /// Words that make a name an enterprise's.
    pub company_words: Vec<Phrase>,
    /// Words of a caption or a file's name that make a photo an identity paper.
    pub identity_words: Vec<Phrase>,
    pub topics: Vec<Sign>,
    pub notes: Vec<Sign>,
    /// What an official did, in a title; `{moment}` stands for one of the moments.
    pub conducts: Vec<Sign>,
    /// When it was: «khi nhận hồ sơ».
    pub moments: Vec<Sign>,
    pub lines: Vec<ReviewLine>,
    pub items: Vec<Item>,
    pub sendings: Vec<Sending>,
    pub receipt: Reply,
    /// For a form about a petition that is in the register already; it has no review.
    pub follow_up: Option<FollowUp>,
    /// Short words for what has no value, and for kinds of files.
    pub said: BTreeMap<String, Text>,
}

/// What a form about a petition needs besides its steps.
#[derive(Clone, Debug)]
pub struct FollowUp {
    /// Petitions that the form can be about.
    pub ability: Ability,
    /// Every answer is filed at once: whoever stops half-way has still said what they said.
    pub is_filed_by_answer: bool,
    /// Which of several petitions?
    pub which: Screen,
    /// There is no petition that it could be about.
    pub none: Screen,
    /// This petition cannot be meant.
    pub not_now: Reply,
    /// The citizen left without filing.
    pub left: Reply,
}

/// What a citizen can still do with a petition of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    Supplement,
    Withdraw,
    Reopen,
    Rate,
}

impl Ability {
    pub const ALL: [(&'static str, Ability); 4] = [
        ("supplement", Ability::Supplement),
        ("withdraw", Ability::Withdraw),
        ("reopen", Ability::Reopen),
        ("rate", Ability::Rate),
    ];

    pub fn is_of(self, petition: &KnownPetition) -> bool {
        match self {
            Ability::Supplement => petition.can_supplement,
            Ability::Withdraw => petition.can_withdraw,
            Ability::Reopen => petition.can_reopen,
            Ability::Rate => petition.can_rate,
        }
    }
}

impl Form {
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    pub fn said(&self, name: &str) -> &str {
        self.said.get(name).map_or("", Text::as_str)
    }
}

/// What works everywhere.
#[derive(Clone, Debug, Default)]
pub struct Menu {
    /// The version of the notice; a new text is a new version and asks again.
    pub consent_version: String,
    /// The words people use for what works everywhere.
    pub lexicon: Lexicon,
    /// Said when a choice was not understood, the first and the second time.
    pub choice_retry: Vec<Text>,
    /// Added to the buttons the third time.
    pub choice_way_out: Vec<Choice>,
    /// Seconds to wait for more after words that are not yet a story.
    pub quiet: u32,
    /// Seconds to wait for more after files alone: people send several photos.
    pub quiet_files: u32,
    /// So long a draft is kept: as long as Zalo lets us write to the citizen.
    pub kept: TimeDelta,
    /// After a pause this long the first words are met with the offer to go on.
    pub away: TimeDelta,
    /// From and until which full hour of the day a reminder may come.
    pub reminder_hours: (u32, u32),
    /// So many hours without a word from an officer, and the machine is back by itself.
    pub silent_hours: u32,
    /// Words that bring the machine back at once.
    pub back_words: Vec<String>,
}

/// What belongs elsewhere, and where.
#[derive(Clone, Debug, Default)]
pub struct Guidance {
    /// From this confidence (0 to 1) a text is shown the way elsewhere.
    pub sure: f64,
    /// Seconds to wait for more of the same thought before showing the way.
    pub quiet: u32,
    pub subjects: Vec<Subject>,
}

/// What a field report is about, and who takes it.
#[derive(Clone, Debug)]
pub struct Subject {
    pub key: String,
    /// «Đèn đường hỏng»
    pub said: String,
    pub place: String,
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_brace_that_begins_no_slot_stays_and_hides_none() {
        let short = |slot: &str| (slot == "short").then(|| "{short} 1".to_owned());
        let fill = |text: &str| Text(text.to_owned()).fill(short);
        assert_eq!(fill("a { b {short} } {x} {Đ {"), "a { b {short} 1 } {x} {Đ {");
        assert_eq!(fill("{{short}}"), "{{short} 1}");
    }
}
