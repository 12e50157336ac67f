//! Why something could not be fetched, with the decision whether to try again.

/// Why, as officers are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Reason {
    /// Its address is not one of Zalo's.
    ForeignHost,
    /// Its name or its redirect leads into a network that is not public.
    PrivateAddress,
    /// It redirects too often, or to nowhere.
    LostWay,
    /// Zalo has it no more: its link has run out.
    Gone,
    /// The server could not be reached, or answered with an error.
    NoAnswer,
    /// It did not come within the time.
    TooSlow,
    TooLarge,
    Empty,
    /// It is not what Zalo's checksum says.
    Garbled,
    /// It came, and could not be put away.
    NoRoom,
}

/// Something could not be fetched. Neither text ever holds an address: they name people's files.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{detail}")]
pub(super) struct Trouble {
    pub reason: Reason,
    /// For the log and for operators.
    pub detail: String,
}

impl Trouble {
    pub(super) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

impl Reason {
    /// Whether time heals it. What is refused stays refused, until a setting changes and an officer asks again.
    pub(super) fn may_pass(self) -> bool {
        match self {
            Self::ForeignHost | Self::PrivateAddress | Self::LostWay | Self::TooLarge => false,
            Self::Gone | Self::NoAnswer | Self::TooSlow | Self::Empty | Self::Garbled | Self::NoRoom => true,
        }
    }
}
