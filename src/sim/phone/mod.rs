//! One phone: what its owner can do, and what stands on it.

mod sends;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::bubble::{Bubble, Does, Side};
use super::citizen::{SharedContact, Standing, random_msg_id};
use super::rules::WINDOW;
use super::{Zalo, event};

/// Names a phone within one simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneId(pub(super) usize);

/// Somebody's phone.
#[derive(Clone, Debug)]
pub struct Phone {
    zalo: Zalo,
    pub id: PhoneId,
}

/// The button is not on the screen.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no button «{wanted}»; the last message has {there:?}")]
pub struct NoSuchButton {
    pub wanted: String,
    pub there: Vec<String>,
}

impl Phone {
    pub(super) fn new(zalo: Zalo, id: PhoneId) -> Self {
        Self { zalo, id }
    }

    pub fn name(&self) -> String {
        self.zalo.world().citizen(self.id).name.clone()
    }

    /// The id under which the account knows the owner.
    pub fn user_id(&self) -> String {
        self.zalo.world().citizen(self.id).user_id.clone()
    }

    /// The owner's number, `84…`.
    pub fn number(&self) -> String {
        self.zalo.world().citizen(self.id).phone.clone()
    }

    /// The owner has another number, `84…`.
    pub fn has_number(&self, number: &str) {
        self.zalo.change(|world| world.renumber(self.id, number));
    }

    /// How the owner stands to the account.
    pub fn standing(&self) -> Standing {
        self.zalo.world().citizen(self.id).standing
    }

    /// Changes how the owner stands to the account.
    pub fn stands(&self, change: impl FnOnce(&mut Standing)) {
        self.zalo.change(|world| change(&mut world.citizen_mut(self.id).standing));
    }

    /// Until when Zalo allows us to write; none: the owner never wrote.
    pub fn window_until(&self) -> Option<DateTime<Utc>> {
        self.zalo.world().citizen(self.id).last_heard_at.map(|heard| heard + WINDOW)
    }

    /// Everything on the screen, oldest first.
    pub fn messages(&self) -> Vec<Bubble> {
        self.zalo.world().citizen(self.id).bubbles.clone()
    }

    /// The account's last message.
    pub fn last_message(&self) -> Option<Bubble> {
        self.messages().into_iter().rfind(|bubble| bubble.from == Side::Account)
    }

    /// The owner types a message and sends it.
    pub fn types(&self, text: &str) {
        let at = self.zalo.now();
        let bubble = Bubble::new(Side::Citizen, text, at);
        let message = json!({ "text": text, "msg_id": bubble.msg_id });
        self.zalo.change(|world| {
            let said = format!("{} nhắn “{}”", world.citizen(self.id).name, shortened(text));
            world.note(at, said);
            world.says(self.id, "user_send_text", Some(bubble), message, at);
        });
    }

    /// The owner wrote this before the story begins: it stands on the screen and opens the window, and nobody is told.
    pub fn wrote_before(&self, text: &str) {
        let at = self.zalo.now();
        let bubble = Bubble { taken_at: Some(at), ..Bubble::new(Side::Citizen, text, at) };
        self.zalo.change(|world| {
            let citizen = world.citizen_mut(self.id);
            citizen.interacts(at);
            citizen.bubbles.push(bubble);
        });
    }

    /// The owner presses a button by its title: the newest one that has it.
    pub fn presses(&self, title: &str) -> Result<(), NoSuchButton> {
        let bubbles = self.messages();
        let newest_first = bubbles.iter().rev().flat_map(|bubble| &bubble.choices);
        let choice = newest_first.into_iter().find(|choice| choice.title == title).cloned();
        let Some(choice) = choice else {
            let there = self.last_message().map(|bubble| bubble.choices).unwrap_or_default();
            let there = there.into_iter().map(|choice| choice.title).collect();
            return Err(NoSuchButton { wanted: title.to_owned(), there });
        };
        self.choose(&choice.title, choice.does);
        Ok(())
    }

    /// The owner presses the button with this place in the message with this id.
    pub(super) fn presses_at(&self, msg_id: &str, place: usize) -> Option<Does> {
        let bubble = self.messages().into_iter().find(|bubble| bubble.msg_id == msg_id)?;
        let choice = bubble.choices.into_iter().nth(place)?;
        self.choose(&choice.title, choice.does.clone());
        Some(choice.does)
    }

    fn choose(&self, title: &str, does: Does) {
        let at = self.zalo.now();
        self.zalo.change(|world| {
            let pressed = format!("{} bấm “{title}”", world.citizen(self.id).name);
            world.note(at, pressed);
            match does {
                Does::Say(payload) => {
                    let bubble = Bubble::new(Side::Citizen, payload.clone(), at);
                    let message = json!({ "text": payload, "msg_id": bubble.msg_id });
                    world.says(self.id, "user_send_text", Some(bubble), message, at);
                }
                Does::Whisper(payload) => {
                    let message = json!({ "text": payload, "msg_id": random_msg_id() });
                    world.says(self.id, "user_send_text", None, message, at);
                }
                // Zalo tells nobody, but the press opens the window.
                Does::Open(_) | Does::Call(_) | Does::Text(..) => world.citizen_mut(self.id).interacts(at),
            }
        });
    }

    /// The owner answers one message, by its id, as “trả lời” does.
    pub fn answers(&self, msg_id: &str, text: &str) {
        let at = self.zalo.now();
        let bubble = Bubble { quote: Some(msg_id.to_owned()), ..Bubble::new(Side::Citizen, text, at) };
        let message = json!({ "text": text, "msg_id": bubble.msg_id, "quote_msg_id": msg_id });
        self.zalo.change(|world| world.says(self.id, "user_send_text", Some(bubble), message, at));
    }

    /// The owner sends their contact data by Zalo's form.
    pub fn shares_contact(&self, shared: &SharedContact) {
        let at = self.zalo.now();
        let parts = [&shared.name, &shared.phone, &shared.address, &shared.ward, &shared.district, &shared.city];
        let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let bubble = Bubble::new(Side::Citizen, format!("Thông tin liên hệ: {}", parts.join(", ")), at);
        self.zalo.change(|world| {
            let sent = format!("{} gửi thông tin liên hệ", world.citizen(self.id).name);
            world.note(at, sent);
            world.shares(self.id, bubble, shared, at);
        });
    }

    /// The owner follows the account.
    pub fn follows(&self) {
        let at = self.zalo.now();
        self.zalo.change(|world| {
            let followed = format!("{} bấm “Quan tâm”", world.citizen(self.id).name);
            world.note(at, followed);
            world.follows(self.id, at);
        });
    }

    /// The owner opens the chat for the first time, without a word (`user_click_chatnow`).
    pub fn opens_chat(&self) {
        let at = self.zalo.now();
        self.zalo.change(|world| {
            world.citizen_mut(self.id).interacts(at);
            world.happens(self.id, event::chat_opened, at);
        });
    }

    /// The owner does something that no list of events knows.
    pub fn does_something_new(&self) {
        let at = self.zalo.now();
        self.zalo.change(|world| world.happens(self.id, event::unknown, at));
    }

    /// The owner looks at what was not told as seen yet.
    pub fn looks(&self) {
        let at = self.zalo.now();
        self.zalo.change(|world| world.looks(self.id, at));
    }

    /// The owner stops following the account.
    pub fn unfollows(&self) {
        let at = self.zalo.now();
        self.zalo.change(|world| {
            let left = format!("{} bỏ “Quan tâm”", world.citizen(self.id).name);
            world.note(at, left);
            world.unfollows(self.id, at);
        });
    }

    /// Somebody of the office writes to the owner, in Zalo's own chat tool.
    pub fn hears_officer(&self, text: &str) {
        let at = self.zalo.now();
        self.zalo.change(|world| {
            let wrote = format!("Cán bộ nhắn {} bằng công cụ của Zalo", world.citizen(self.id).name);
            world.note(at, wrote);
            world.officer_writes(self.id, text, at);
        });
    }

    /// The owner has their data deleted (`user_withdraw`).
    pub fn withdraws(&self) {
        let at = self.zalo.now();
        self.zalo.change(|world| world.happens(self.id, event::withdraw, at));
    }

    /// The owner has their data deleted in another product of Zalo's (`user.remove.info`).
    pub fn is_removed(&self) {
        let at = self.zalo.now();
        self.zalo.change(|world| world.happens(self.id, event::removal, at));
    }
}

/// The first words, for the list of what happened.
fn shortened(text: &str) -> String {
    const LETTERS: usize = 48;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LETTERS) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(shortened("Xin chào"), "Xin chào");
        assert_eq!(shortened(&"ế".repeat(60)), format!("{}…", "ế".repeat(48)));
        assert_eq!(shortened("a\n\nb"), "a b");
    }
}
