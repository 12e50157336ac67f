//! What a citizen and the service said to each other, read from both ends of the house for the officer who answers.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::privacy::Personal;

/// Longer than two looks of whoever watches.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(2);

/// One message, from either side.
#[derive(Clone, Debug)]
pub struct Said {
    pub at: DateTime<Utc>,
    pub by: Side,
    /// What was typed, or the words of the button that was pressed.
    pub text: Personal,
    /// What came with it, in Vietnamese: «Ảnh», «Tệp giay-hen.pdf».
    pub attached: Vec<String>,
    /// The citizen's message, where it is one: its files are kept under it.
    pub inbox_event_id: Option<i64>,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    Citizen,
    /// The machine.
    Service(Delivery),
    /// Somebody of the office, through the service.
    Officer(Delivery),
}

/// How far a message of ours has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The message's number; none for what was written in Zalo's own tool.
    pub outbox_message_id: Option<i64>,
    /// As the post room calls it; empty for what was written in Zalo's own tool.
    pub state: String,
    /// The way it went, or was tried last: `chat`, `template_user`, `template_phone`.
    pub channel: String,
    pub sent_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub seen_at: Option<DateTime<Utc>>,
    /// When a message that waits is tried next.
    pub send_at: Option<DateTime<Utc>>,
    /// What was tried in vain, in order.
    pub tried: Vec<Tried>,
}

/// One attempt that did not bring the message.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Tried {
    pub channel: String,
    pub outcome: String,
    /// Zalo's number, where it gave one.
    pub code: Option<i64>,
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
}

impl Delivery {
    /// Whether somebody has to do something for it to arrive.
    pub fn is_lost(&self) -> bool {
        matches!(self.state.as_str(), "given_up" | "unreachable")
    }
}

/// The last messages of a citizen's conversation, the oldest first, and whether there are older ones.
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    pub said: Vec<Said>,
    pub has_older: bool,
    /// Until when a chat message reaches the citizen: 7 days after what they last did (zalo-oa 2.5).
    pub last_heard_at: Option<DateTime<Utc>>,
    /// The citizen had their data erased: what was said before is kept, and shown to nobody.
    pub is_erased: bool,
    /// They have no Zalo that we know: their petition came by another door.
    pub is_stranger: bool,
}

/// Reads the last `limit` messages.
pub async fn read(connection: &mut PgConnection, citizen_id: i64, limit: i64) -> sqlx::Result<Conversation> {
    let Citizen { last_heard_at, erased_at, is_stranger } = citizen(connection, citizen_id).await?;
    let since = erased_at.unwrap_or(DateTime::UNIX_EPOCH);
    let rows = sqlx::query!(
        r#"select * from (
             select happened_at as "at!", inbox_event_id as "id!", event_name as "event?",
                    -- what is not to be kept is not to be read here either (a denunciation: the closed list)
                    case when empty_at is null then body else '' end as "body?",
                    null::jsonb as "message?", null::text as "kind?", null::text as "state?", null::text as "channel?",
                    null::timestamptz as "sent_at?", null::timestamptz as "delivered_at?",
                    null::timestamptz as "seen_at?", null::timestamptz as "send_at?"
             from inbox_event
             where citizen_id = $1
               and (event_name like 'user\_send\_%' or event_name = 'user_submit_info' or event_name like 'oa\_send\_%')
               and received_at > $3
             union all
             select coalesce(sent_at, send_at), outbox_message_id, null, null, message, kind, state, channel,
                    sent_at, delivered_at, seen_at, send_at
             from outbox_message where citizen_id = $1 and state <> 'replaced' and created_at > $3
             order by 1 desc, 2 desc limit $2
         ) latest
         left join lateral (
             select jsonb_agg(jsonb_build_object('channel', tried.channel, 'outcome', outcome, 'code', code,
                                                 'reason', reason, 'at', attempted_at)
                              order by outbox_attempt_id) as "tried?: Json<Vec<Tried>>"
             -- a message that is tried every hour for a day is told by its last attempts
             from (select * from outbox_attempt
                   where latest."message?" is not null and outbox_message_id = latest."id!"
                   order by outbox_attempt_id desc limit 8) tried
         ) attempts on true
         order by 1, 2"#,
        citizen_id,
        limit + 1,
        since,
    )
    .fetch_all(&mut *connection)
    .await?;
    let has_older = rows.len() as i64 > limit;
    let mut said: Vec<Said> = Vec::new();
    let mut buttons = Vec::new();
    for row in rows {
        let inbox_event_id = row.body.is_some().then_some(row.id);
        let (text, attached, by) = match (row.body, row.message) {
            (Some(body), _) => {
                let event = row.event.as_deref().unwrap_or_default();
                let heard = heard(event, &body, &buttons);
                // Written in Zalo's own tool: all we know is that it went out.
                let is_ours = event.starts_with("oa_send_");
                (heard.0, heard.1, if is_ours { Side::Officer(Delivery::default()) } else { Side::Citizen })
            }
            (None, Some(message)) => {
                buttons.extend(presses(&message));
                let (text, attached) = written(&message);
                let delivery = Delivery {
                    outbox_message_id: Some(row.id),
                    state: row.state.unwrap_or_default(),
                    channel: row.channel.unwrap_or_default(),
                    sent_at: row.sent_at,
                    delivered_at: row.delivered_at,
                    seen_at: row.seen_at,
                    send_at: row.send_at,
                    tried: row.tried.map(|tried| tried.0).unwrap_or_default(),
                };
                let is_word = row.kind.as_deref() == Some("word");
                (text, attached, if is_word { Side::Officer(delivery) } else { Side::Service(delivery) })
            }
            (None, None) => continue,
        };
        said.push(Said { at: row.at, by, text: text.into(), attached, inbox_event_id });
    }
    said.drain(..usize::from(has_older));
    Ok(Conversation { said, has_older, last_heard_at, is_erased: erased_at.is_some(), is_stranger })
}

/// What decides over what may be read and written.
struct Citizen {
    last_heard_at: Option<DateTime<Utc>>,
    /// When they had their data erased.
    erased_at: Option<DateTime<Utc>>,
    is_stranger: bool,
}

async fn citizen(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<Citizen> {
    sqlx::query_as!(
        Citizen,
        r#"select last_heard_at, erased_at, zalo_user_id is null as "is_stranger!" from citizen where citizen_id = $1"#,
        citizen_id,
    )
    .fetch_one(connection)
    .await
}

/// Changes whenever the conversation reads otherwise than before: something was said, or came a step further.
pub async fn revision(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<String> {
    sqlx::query_scalar!(
        r#"select md5(coalesce(string_agg(line, ' '), '')) as "revision!" from (
             (select 'i' || inbox_event_id as line from inbox_event where citizen_id = $1
              order by inbox_event_id desc limit 1)
             union all
             (select concat_ws('.', outbox_message_id, state, attempts, sent_at, delivered_at, seen_at)
              from outbox_message where citizen_id = $1 order by outbox_message_id desc limit 40)
             union all
             (select concat_ws('.', 'm', media_id, state) from media where citizen_id = $1
              order by media_id desc limit 20)
         ) as lines"#,
        citizen_id,
    )
    .fetch_one(connection)
    .await
}

/// The channel on which the database tells whose watched conversation has changed.
pub const TOLD: &str = "conversation";

/// Somebody has this conversation open: its changes are told from now on. A watch that is not renewed for a while is
/// forgotten.
pub async fn watch(connection: &mut PgConnection, citizen_id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("delete from conversation_watch where renewed_at < $1", at - FORGOTTEN_AFTER)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "insert into conversation_watch (citizen_id, renewed_at) values ($1, $2)
         on conflict (citizen_id) do update set renewed_at = excluded.renewed_at",
        citizen_id,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// When the citizen last did something that opens the chat to us.
pub async fn last_heard_at(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select last_heard_at from citizen where citizen_id = $1", citizen_id)
        .fetch_optional(connection)
        .await
        .map(Option::flatten)
}

/// Whether they have no Zalo that we know.
pub async fn is_stranger(connection: &mut PgConnection, citizen_id: i64) -> sqlx::Result<bool> {
    Ok(citizen(connection, citizen_id).await?.is_stranger)
}

/// The hidden texts behind a message's buttons, with the titles the citizen saw.
fn presses(message: &Value) -> Vec<(String, String)> {
    let buttons = message.get("buttons").and_then(Value::as_array).cloned().unwrap_or_default();
    let hidden = buttons.into_iter().filter_map(|button| {
        let title = button.get("title")?.as_str()?.to_owned();
        Some((button.get("press")?.get("hide")?.as_str()?.to_owned(), title))
    });
    hidden.collect()
}

/// What a message of ours says; of a card what stands on it, for the words beside it are said only where there is none.
fn written(message: &Value) -> (String, Vec<String>) {
    let text = |at: &str| message.pointer(at).and_then(Value::as_str).unwrap_or_default();
    match message.get("card") {
        Some(_) => {
            let card = format!("{}\n{}", text("/card/title"), text("/card/subtitle"));
            (card, vec!["Thẻ xin thông tin liên hệ".to_owned()])
        }
        None => (text("/text").to_owned(), Vec::new()),
    }
}

/// What a citizen's message says, in words for a list; of a pressed button nothing.
pub fn said(event: &str, body: &[u8]) -> String {
    let (text, attached) = heard(event, body, &[]);
    let text = Some(text).filter(|text| !text.is_empty() && !text.starts_with('«'));
    let attached = attached.into_iter().map(|attached| format!("[{attached}]"));
    text.into_iter().chain(attached).collect::<Vec<_>>().join(" ")
}

/// What the body of an event says (zalo-oa 1.4, 1.5, 1.7).
fn heard(event: &str, body: &[u8], buttons: &[(String, String)]) -> (String, Vec<String>) {
    if event == "user_submit_info" {
        return (String::new(), vec!["Thẻ thông tin liên hệ".to_owned()]);
    }
    if body.is_empty() {
        return (String::new(), vec!["Tin được giữ kín".to_owned()]);
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = body.pointer("/message/text").and_then(Value::as_str).unwrap_or_default();
    // A pressed button comes back as its hidden text; the officer reads what the citizen saw.
    let text = match text.strip_prefix('#') {
        Some(_) => match buttons.iter().rev().find(|(hidden, _)| hidden == text) {
            Some((_, title)) => format!("«{title}»"),
            None => "«một nút»".to_owned(),
        },
        None => text.to_owned(),
    };
    let attached = body.pointer("/message/attachments").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut attached: Vec<String> = attached.iter().map(attachment).collect();
    if text.is_empty() && attached.is_empty() {
        attached.push(kind_word(event.trim_start_matches("user_send_").trim_start_matches("oa_send_")).to_owned());
    }
    (text, attached)
}

fn attachment(attachment: &Value) -> String {
    let kind = kind_word(attachment.get("type").and_then(Value::as_str).unwrap_or_default());
    match attachment.pointer("/payload/name").and_then(Value::as_str) {
        Some(name) => format!("{kind} {name}"),
        None => kind.to_owned(),
    }
}

/// What came along, as officers call it.
pub fn kind_word(kind: &str) -> &'static str {
    match kind {
        "image" | "gif" => "Ảnh",
        "audio" => "Tin thoại",
        "video" => "Video",
        "location" => "Vị trí",
        "link" => "Đường dẫn",
        "sticker" => "Nhãn dán",
        "business_card" => "Danh thiếp",
        _ => "Tệp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pressed_button_is_read_by_its_title() {
        let message = serde_json::json!({"text": "Gửi?", "buttons": [
            {"title": "Gửi, không đăng", "press": {"hide": "#a1:send"}},
            {"title": "Xem", "press": {"url": "https://a.example"}},
        ]});
        let buttons = presses(&message);
        let body = |text: &str| serde_json::json!({"message": {"text": text}}).to_string();
        assert_eq!(heard("user_send_text", body("#a1:send").as_bytes(), &buttons).0, "«Gửi, không đăng»");
        assert_eq!(heard("user_send_text", body("#zz").as_bytes(), &buttons).0, "«một nút»");
        assert_eq!(heard("user_send_text", body("số 5 ngõ 12").as_bytes(), &buttons).0, "số 5 ngõ 12");
    }

    #[test]
    fn of_a_card_its_words_are_read() {
        let plain = serde_json::json!({"text": "Họ tên của Ông/Bà?"});
        assert_eq!(written(&plain), ("Họ tên của Ông/Bà?".to_owned(), vec![]));
        let card = serde_json::json!({"text": "Họ tên của Ông/Bà?", "card": {"title": "Thông tin", "subtitle": "Bấm thẻ này"}});
        assert_eq!(written(&card), ("Thông tin\nBấm thẻ này".to_owned(), vec!["Thẻ xin thông tin liên hệ".to_owned()]));
    }

    #[test]
    fn what_came_along_is_named() {
        let body = br#"{"message":{"attachments":[{"type":"image","payload":{"url":"u"}},
            {"type":"file","payload":{"name":"giay-hen.pdf"}}]}}"#;
        assert_eq!(heard("user_send_image", body, &[]).1, ["Ảnh", "Tệp giay-hen.pdf"]);
        assert_eq!(heard("user_send_sticker", b"not json", &[]).1, ["Nhãn dán"]);
        assert_eq!(heard("user_submit_info", br#"{"info":{"phone":"84912345678"}}"#, &[]).1, ["Thẻ thông tin liên hệ"]);
    }
}
