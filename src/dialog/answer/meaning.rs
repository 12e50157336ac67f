//! The meanings that words have everywhere.

/// What a whole message can mean besides being an answer. The words stand in `dialogs/menu.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    Yes,
    No,
    Skip,
    Unknown,
    Done,
    /// «thôi»: done, no or cancel, as the question has it.
    Stop,
    Back,
    Edit,
    Review,
    Send,
    Cancel,
    Keep,
    GoOn,
    Restart,
    Start,
    Greeting,
    Help,
    About,
    Machine,
    /// «có bị lộ tên không»
    Privacy,
    Person,
    Lookup,
    Supplement,
    Withdraw,
    /// The matter is settled by the answer.
    Finished,
    /// It is not.
    Unfinished,
    /// What was asked for is there no more.
    Gone,
    VeryBad,
    Bad,
    Fair,
    Good,
    VeryGood,
    Data,
    /// «xóa dữ liệu»
    Erase,
    /// «sửa thông tin của tôi»: what is held, not the form at hand
    Correct,
    /// «rút lại đồng ý»
    WithdrawConsent,
    /// «đừng nhắn nữa»
    NoMessages,
    Thanks,
}

impl Meaning {
    pub const ALL: [(&'static str, Meaning); 38] = [
        ("yes", Meaning::Yes),
        ("no", Meaning::No),
        ("skip", Meaning::Skip),
        ("unknown", Meaning::Unknown),
        ("done", Meaning::Done),
        ("stop", Meaning::Stop),
        ("back", Meaning::Back),
        ("edit", Meaning::Edit),
        ("review", Meaning::Review),
        ("send", Meaning::Send),
        ("cancel", Meaning::Cancel),
        ("keep", Meaning::Keep),
        ("go_on", Meaning::GoOn),
        ("restart", Meaning::Restart),
        ("start", Meaning::Start),
        ("greeting", Meaning::Greeting),
        ("help", Meaning::Help),
        ("about", Meaning::About),
        ("machine", Meaning::Machine),
        ("privacy", Meaning::Privacy),
        ("person", Meaning::Person),
        ("lookup", Meaning::Lookup),
        ("supplement", Meaning::Supplement),
        ("withdraw", Meaning::Withdraw),
        ("finished", Meaning::Finished),
        ("unfinished", Meaning::Unfinished),
        ("gone", Meaning::Gone),
        ("very_bad", Meaning::VeryBad),
        ("bad", Meaning::Bad),
        ("fair", Meaning::Fair),
        ("good", Meaning::Good),
        ("very_good", Meaning::VeryGood),
        ("data", Meaning::Data),
        ("erase", Meaning::Erase),
        ("correct", Meaning::Correct),
        ("withdraw_consent", Meaning::WithdrawConsent),
        ("no_messages", Meaning::NoMessages),
        ("thanks", Meaning::Thanks),
    ];

    pub fn named(name: &str) -> Option<Meaning> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning)
    }
}
