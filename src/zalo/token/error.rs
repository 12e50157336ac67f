//! Why there is no access token, and the steps to take.

use chrono::{DateTime, Utc};

/// How consent is given again. Ends every message that needs a person.
const STEPS: &str = "let an officer of the focal office open /admin/channel/connection, or run `zalo-petitions connect`, \
                     and let an administrator of the Official Account consent there; messages wait meanwhile, and no \
                     restart is needed";

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("there is no refresh token yet: {steps}", steps = STEPS)]
    Missing,
    #[error("Zalo no longer takes the refresh token ({code}): {steps}", steps = STEPS)]
    Lost { code: i64 },
    #[error(
        "the stored refresh token cannot be decrypted: put the former key behind the new one in ZALO_TOKEN_KEY, or {steps}",
        steps = STEPS
    )]
    Unreadable,
    #[error("Zalo refused to give a token ({code}): check ZALO_APP_ID and ZALO_APP_SECRET")]
    Refused { code: i64 },
    #[error("Zalo's token API gave no answer that can be read: {0}")]
    Unclear(String),
    #[error("the token could not be refreshed a moment ago and is not asked for again before {until}")]
    Resting { until: DateTime<Utc> },
    #[error("another process has been refreshing the token for too long")]
    Busy,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// That a person has to consent again, and Zalo's code where it was Zalo that said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loss {
    pub code: Option<i64>,
}

impl TokenError {
    pub(super) fn loss(&self) -> Option<Loss> {
        match self {
            Self::Lost { code } => Some(Loss { code: Some(*code) }),
            Self::Unreadable => Some(Loss { code: None }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_token_says_what_to_do() {
        for error in [TokenError::Missing, TokenError::Lost { code: -14014 }, TokenError::Unreadable] {
            let steps = error.to_string();
            for step in ["/admin/channel/connection", "zalo-petitions connect", "no restart"] {
                assert!(steps.contains(step), "{steps}");
            }
        }
    }
}
