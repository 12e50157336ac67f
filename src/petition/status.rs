//! The states of a petition and the only moves between them (pakn-domain 3.5).

use serde::{Deserialize, Serialize};

/// Where a petition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Submitted,
    Supplemented,
    Accepted,
    Assigned,
    InProgress,
    ReturnedInternal,
    AwaitingSupplement,
    Answered,
    Published,
    TransferredOut,
    Refused,
    Withdrawn,
    Reopened,
    ClosedNoContent,
}
