//! How Zalo's API misbehaves when it is told to: for each kind of call, the ordered faults first, then the standing one.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// A kind of call that a fault can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// `v3.0/oa/message/cs`
    Message,
    /// `v3.0/oa/message/template`, by user id
    Template,
    /// `message/template`, by phone
    PhoneTemplate,
    /// `v2.0/oa/message`: reactions and anonymous people
    MessageV2,
    /// `v2.0/oa/upload/…`
    Upload,
    /// `v4/oa/access_token`
    Token,
    /// Whatever only asks: user, quota, profile, status.
    Question,
}

impl Call {
    /// Which kind of call goes to this path.
    pub fn of(path: &str) -> Self {
        match path {
            "/v3.0/oa/message/cs" => Self::Message,
            "/v3.0/oa/message/template" => Self::Template,
            "/message/template" => Self::PhoneTemplate,
            "/v2.0/oa/message" => Self::MessageV2,
            "/v4/oa/access_token" => Self::Token,
            _ if path.starts_with("/v2.0/oa/upload/") => Self::Upload,
            _ => Self::Question,
        }
    }
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answers after this time.
    Slow(Duration),
    /// HTTP 500 with a JSON body; nothing is delivered.
    ServerError,
    /// A gateway's HTML page with HTTP 502; nothing is delivered.
    Html,
    /// A gateway's HTTP 429; nothing is delivered.
    TooManyRequests,
    /// HTTP 200 with this error; nothing is delivered.
    Refuse(i32),
    /// No answer, ever; nothing is delivered.
    Silence,
    /// The connection breaks before anything was read; nothing is delivered.
    LostRequest,
    /// The message is delivered, but the answer breaks off: the sender cannot know.
    LostAnswer,
}

/// The faults to come.
#[derive(Debug, Default)]
pub struct Faults(HashMap<Call, Wished>);

#[derive(Debug, Default)]
struct Wished {
    next: VecDeque<Fault>,
    standing: Option<Fault>,
}

impl Faults {
    /// The next `count` calls of this kind meet this fault.
    pub fn wish(&mut self, call: Call, count: usize, fault: &Fault) {
        self.0.entry(call).or_default().next.extend(std::iter::repeat_n(fault.clone(), count));
    }

    /// From now on every call of this kind meets this fault, or none.
    pub fn stand(&mut self, call: Call, fault: Option<Fault>) {
        self.0.insert(call, Wished { next: VecDeque::new(), standing: fault });
    }

    /// The fault that every call of this kind meets.
    pub fn standing(&self, call: Call) -> Option<&Fault> {
        self.0.get(&call)?.standing.as_ref()
    }

    /// What happens to the call that is being made.
    pub fn take(&mut self, call: Call) -> Option<Fault> {
        let wished = self.0.get_mut(&call)?;
        wished.next.pop_front().or_else(|| wished.standing.clone())
    }
}
