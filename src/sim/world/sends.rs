//! What the account sends in a chat: shown and confirmed, or refused.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::super::bubble::{Bubble, Picture, Side};
use super::super::event;
use super::super::phone::PhoneId;
use super::super::post::Delivery;
use super::super::quirk::Quirk;
use super::super::rules::message::{self, Accepted, Enclosure};
use super::super::rules::upload::UploadKind;
use super::super::rules::{self, Refusal};
use super::{World, delta};

/// So many messages are at most told as seen in one list.
const SEEN_TOGETHER: usize = 3;

/// What an accepted message is answered with.
#[derive(Debug)]
pub struct Receipt {
    pub message_id: String,
    pub user_id: String,
    /// Free replies left, if this one was free.
    pub free_left: Option<u32>,
}

impl World {
    /// The account sends a message (`message/cs`): it is shown and confirmed, or refused.
    pub fn accept(&mut self, body: &Value, at: DateTime<Utc>) -> Result<Receipt, Refusal> {
        let id = self.find(rules::recipient(body)?).ok_or_else(rules::unknown_recipient)?;
        self.is_reachable(id)?;
        rules::window(self.citizen(id).last_heard_at, at)?;
        let accepted = message::message(body)?;
        if accepted.card.is_some() && self.manners.takes_no_cards {
            return Err(Refusal::of(-233));
        }
        let picture = self.enclosed(accepted.enclosure.as_ref(), at)?;
        let is_free = self.citizen(id).free_replies(at) > 0;
        match () {
            () if !is_free && self.manners.only_free_replies => return Err(Refusal::of(-211)),
            () if !is_free && self.manners.balance_is_empty => return Err(Refusal::of(-321)),
            () => {}
        }
        let message_id = self.show(id, accepted, picture, at)?;
        let citizen = self.citizen_mut(id);
        let free_left = citizen.takes_free_reply(at).then(|| citizen.free_replies(at));
        Ok(Receipt { message_id, user_id: citizen.user_id.clone(), free_left })
    }

    /// The account answers an anonymous citizen, in their conversation.
    pub fn accept_anonymous(&mut self, body: &Value, at: DateTime<Utc>) -> Result<Receipt, Refusal> {
        let name = |field: &str| body["recipient"][field].as_str().unwrap_or_default();
        let id = self.find_anonymous(name("anonymous_id"), name("conversation_id"));
        let id = id.ok_or_else(|| Refusal::invalid("anonymous_id"))?;
        let accepted = message::message(body)?;
        let picture = self.enclosed(accepted.enclosure.as_ref(), at)?;
        let message_id = self.show(id, accepted, picture, at)?;
        Ok(Receipt { message_id, user_id: self.citizen(id).user_id.clone(), free_left: None })
    }

    /// The account reacts to a message, or takes its reaction back.
    pub fn accept_reaction(&mut self, body: &Value, at: DateTime<Utc>) -> Result<Receipt, Refusal> {
        const ICONS: [&str; 7] = ["/-strong", "/-heart", ":>", ":o", ":-((", ":-h", "/-remove"];
        let id = self.find(rules::recipient(body)?).ok_or_else(rules::unknown_recipient)?;
        self.is_reachable(id)?;
        rules::window(self.citizen(id).last_heard_at, at)?;
        let action = &body["sender_action"];
        let icon = action["react_icon"].as_str().filter(|icon| ICONS.contains(icon));
        let icon = icon.ok_or_else(|| Refusal::invalid("react_icon"))?;
        let msg_id = action["react_message_id"].as_str().unwrap_or_default();
        let bubbles = &mut self.citizen_mut(id).bubbles;
        let bubble = bubbles.iter_mut().rev().find(|bubble| bubble.msg_id == msg_id);
        let bubble = bubble.ok_or_else(|| Refusal::invalid("react_message_id"))?;
        bubble.reaction = (icon != "/-remove").then(|| icon.to_owned());
        let message = json!({ "msg_id": msg_id, "react_icon": icon });
        if self.manners.echoes {
            self.confirm_with(id, "oa_reacted_message", message, at);
        }
        Ok(Receipt { message_id: msg_id.to_owned(), user_id: self.citizen(id).user_id.clone(), free_left: None })
    }

    /// Would Zalo carry anything to this citizen?
    pub(super) fn is_reachable(&self, id: PhoneId) -> Result<(), Refusal> {
        let standing = self.citizen(id).standing;
        match () {
            () if standing.has_blocked => Err(Refusal::of(-217)),
            () if standing.is_inactive => Err(Refusal::of(-227)),
            () => Ok(()),
        }
    }

    /// What comes along, as a phone shows it.
    fn enclosed(&self, enclosure: Option<&Enclosure>, at: DateTime<Utc>) -> Result<Option<Picture>, Refusal> {
        let Some(enclosure) = enclosure else { return Ok(None) };
        let uploaded = |id: &str, kind: UploadKind, field: &str| {
            let upload = self.uploads.get(id).ok_or_else(|| Refusal::invalid(field))?;
            upload.check(kind, at)?;
            let is_image = kind != UploadKind::File;
            Ok(Picture { name: upload.name.clone(), path: upload.path.clone(), is_image })
        };
        let picture = match enclosure {
            Enclosure::Image(id) => uploaded(id, UploadKind::Image, "attachment_id")?,
            Enclosure::Gif(id) => uploaded(id, UploadKind::Gif, "attachment_id")?,
            Enclosure::File(token) => uploaded(token, UploadKind::File, "token")?,
            // Pictures of other hosts are not loaded into the page.
            Enclosure::ImageAt(url) | Enclosure::GifAt(url) => {
                Picture { name: url.clone(), path: url.clone(), is_image: false }
            }
            Enclosure::Sticker(id) => {
                Picture { name: format!("nhãn dán {id}"), path: String::new(), is_image: false }
            }
        };
        Ok(Some(picture))
    }

    fn show(
        &mut self,
        id: PhoneId,
        accepted: Accepted,
        picture: Option<Picture>,
        at: DateTime<Utc>,
    ) -> Result<String, Refusal> {
        let Accepted { text, choices, card, quote, enclosure } = accepted;
        let citizen = self.citizen_mut(id);
        if quote.as_ref().is_some_and(|quote| citizen.bubbles.iter().all(|bubble| bubble.msg_id != *quote)) {
            return Err(Refusal::invalid("quote_message_id"));
        }
        let mut bubble = Bubble { choices, card, quote, ..Bubble::new(Side::Account, text.clone(), at) };
        bubble.picture.clone_from(&picture);
        let message_id = bubble.msg_id.clone();
        citizen.bubbles.push(bubble);
        self.messages_sent += 1;
        let echo = self.echo(id, &text, &message_id, enclosure.as_ref(), picture.as_ref());
        self.confirm(id, echo, &message_id, at);
        Ok(message_id)
    }

    /// The echo of a message: its name and what is in it.
    fn echo(
        &self,
        id: PhoneId,
        text: &str,
        message_id: &str,
        enclosure: Option<&Enclosure>,
        picture: Option<&Picture>,
    ) -> (String, Value) {
        let kind = match enclosure {
            None => "text",
            Some(Enclosure::Image(_) | Enclosure::ImageAt(_)) => "image",
            Some(Enclosure::Gif(_) | Enclosure::GifAt(_)) => "gif",
            Some(Enclosure::Sticker(_)) => "sticker",
            Some(Enclosure::File(_)) => "file",
        };
        let mut message = json!({ "text": text, "msg_id": message_id });
        if let Some(Picture { path, name, .. }) = picture {
            let url = if path.starts_with('/') { format!("{}{path}", self.media_host) } else { path.clone() };
            let payload = match kind {
                "file" => json!({ "url": url, "name": name }),
                "sticker" => json!({ "id": name, "url": url }),
                _ => json!({ "thumbnail": url, "url": url }),
            };
            message["attachments"] = json!([{ "type": kind, "payload": payload }]);
        }
        let citizen = self.citizen(id);
        if let Some(conversation) = &citizen.anonymous_in {
            message["conversation_id"] = json!(conversation);
            return (format!("oa_send_anonymous_{kind}"), message);
        }
        (format!("oa_send_{kind}"), message)
    }

    /// The echo and the receipts of a message that was just shown.
    fn confirm(&mut self, id: PhoneId, echo: (String, Value), message_id: &str, at: DateTime<Utc>) {
        if self.manners.echoes {
            self.confirm_with(id, &echo.0, echo.1, at);
        }
        if self.citizen(id).anonymous_in.is_none() {
            self.receipts(id, message_id, at);
        }
    }

    /// `user_received_message` and `user_seen_message`, as the manners and the dice will have them.
    pub(super) fn receipts(&mut self, id: PhoneId, message_id: &str, at: DateTime<Utc>) {
        if !self.manners.receipts || self.chances.strikes(Quirk::NoReceipts) {
            return;
        }
        let seen = self.seen(id, message_id);
        let received = Some(("user_received_message", json!({ "msg_id": message_id })));
        let seen = seen.map(|ids| ("user_seen_message", json!({ "msg_ids": ids })));
        let is_reversed = self.chances.strikes(Quirk::SeenFirst);
        let events = if is_reversed { [seen, received] } else { [received, seen] };
        for (name, message) in events.into_iter().flatten() {
            self.confirm_with(id, name, message, at);
        }
    }

    /// Which messages are told as seen now: this one, with those before it that were not; or none yet.
    fn seen(&mut self, id: PhoneId, message_id: &str) -> Option<Vec<String>> {
        let waits = self.chances.strikes(Quirk::SeenTogether);
        let unseen = &mut self.citizen_mut(id).unseen;
        unseen.push(message_id.to_owned());
        let is_told = !waits || unseen.len() >= SEEN_TOGETHER;
        is_told.then(|| std::mem::take(unseen))
    }

    /// The citizen looks at everything that was not told as seen yet.
    pub fn looks(&mut self, id: PhoneId, at: DateTime<Utc>) {
        let unseen = std::mem::take(&mut self.citizen_mut(id).unseen);
        if !unseen.is_empty() {
            self.confirm_with(id, "user_seen_message", json!({ "msg_ids": unseen }), at);
        }
    }

    fn confirm_with(&mut self, id: PhoneId, name: &str, message: Value, at: DateTime<Utc>) {
        let event = event::from_account(&self.settings, self.citizen(id), name, message, at);
        let is_receipt = name.starts_with("user_");
        if is_receipt && self.chances.strikes(Quirk::ReceiptsTwice) {
            self.tell(id, event.clone(), None, at);
        }
        if is_receipt && self.chances.strikes(Quirk::ReceiptsLate) {
            let due_at = at + delta(self.manners.delay) + delta(self.manners.late);
            return self.put(Delivery::new(id, event, None, due_at).loose());
        }
        self.tell(id, event, None, at);
    }
}
