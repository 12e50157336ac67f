//! What went wrong, message by message, as an officer reads it.

use super::store::{SetAside, Tried, Unsent};
use crate::admin::{refusals, words};

/// An event that was set aside.
pub struct SetAsideRow {
    pub id: i64,
    pub what: &'static str,
    pub when: String,
    pub iso: String,
    pub attempts: i32,
    pub can_repeat: bool,
    /// For whoever looks after the machines.
    pub cause: String,
}

impl From<SetAside> for SetAsideRow {
    fn from(event: SetAside) -> Self {
        let SetAside { inbox_event_id, event_name, received_at, attempts, last_error, is_emptied } = event;
        Self {
            id: inbox_event_id,
            what: event_words(&event_name),
            when: words::moment(received_at),
            iso: words::iso(received_at),
            attempts,
            can_repeat: !is_emptied,
            cause: format!("{event_name} #{inbox_event_id}: {}", last_error.unwrap_or_default()),
        }
    }
}

/// A message that went nowhere.
pub struct UnsentRow {
    pub id: i64,
    pub what: &'static str,
    pub reference: Option<String>,
    pub when: String,
    pub iso: String,
    /// «khung chat: quá 7 ngày chưa nhắn», a line for each way that was tried.
    pub tried: Vec<String>,
    /// For whoever looks after the machines.
    pub cause: String,
}

impl UnsentRow {
    /// `tried`: the attempts of all messages of the list.
    pub fn new(message: Unsent, tried: &[Tried]) -> Self {
        let Unsent { outbox_message_id: id, kind, reference, created_at, last_error } = message;
        let own = tried.iter().filter(|tried| tried.outbox_message_id == id);
        Self {
            id,
            what: message_words(&kind),
            reference,
            when: words::moment(created_at),
            iso: words::iso(created_at),
            tried: own.map(attempt).collect(),
            cause: format!("#{id}: {}", last_error.unwrap_or_default()),
        }
    }
}

fn attempt(tried: &Tried) -> String {
    let Tried { channel, code, reason, .. } = tried;
    format!("{}: {}", refusals::way(channel), refusals::why(channel, *code, reason.as_deref()))
}

fn message_words(kind: &str) -> &'static str {
    match kind {
        "notice" => "Tin báo về phản ánh",
        "word" => "Tin cán bộ nhắn",
        "reminder" => "Lời nhắc gửi nốt phản ánh",
        _ => "Câu trả lời trong khung chat",
    }
}

fn event_words(event_name: &str) -> &'static str {
    match event_name {
        "user_send_text" => "Tin nhắn của người dân",
        "user_submit_info" => "Thẻ thông tin liên hệ",
        name if name.starts_with("user_send_") => "Ảnh, tệp hoặc tin khác của người dân",
        "follow" | "unfollow" | "user_click_chatnow" => "Người dân quan tâm hoặc rời kênh",
        _ => "Sự kiện khác của Zalo",
    }
}
