//! What we may send: chat messages and template messages (zalo-oa 2.1, 2.4, 6).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::vietnamese::nfc;

/// Zalo's limit on a text, in NFC characters.
pub const TEXT_LIMIT: usize = 2_000;
/// Zalo's limit on buttons under one message.
pub const BUTTON_LIMIT: usize = 5;

/// Zalo's limits on the card that asks for contact data, in NFC characters.
pub const CARD_TITLE_LIMIT: usize = 100;
pub const CARD_SUBTITLE_LIMIT: usize = 500;

/// One chat message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// With a card: what goes instead where Zalo takes no card. With a file: nothing, Zalo shows no words beside one.
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// Goes alone, without text and buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// A picture beside the text, or a file alone; without buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached: Option<Attached>,
    /// Zalo's id of the citizen's message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

/// The card that asks for contact data (`request_user_info`): one tap sends what Zalo knows as `user_submit_info`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub title: String,
    pub subtitle: String,
    /// The picture above the title.
    pub image_url: String,
}

/// What goes along with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attached {
    /// A picture that Zalo fetches from this address.
    ImageUrl(String),
    /// A picture that was uploaded; its id lives for 7 days.
    Image(String),
    /// A file that was uploaded; its token lives for 7 days.
    File(String),
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// At most 100 characters for Zalo, 20 for us.
    pub title: String,
    pub press: Press,
}

/// What pressing a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// Comes back as an ordinary text message that the citizen does not see (`oa.query.hide`), at most 1,000 characters.
    Hide(String),
    /// The same, and the citizen sees it as their own message (`oa.query.show`).
    Show(String),
    /// Opens a page (`oa.open.url`).
    Url(String),
    /// Calls a number, as `84…` or a short number (`oa.open.phone`).
    Phone(String),
    /// Opens a text message to a number, with at most 160 characters written already (`oa.open.sms`).
    Sms { phone: String, content: String },
}

impl Message {
    /// The same without what Zalo may refuse for its kind: card, attachment, quotation. None where nothing is left to say,
    /// or nothing was taken out.
    pub fn plain(&self) -> Option<Self> {
        let plain = Self { card: None, attached: None, quote: None, ..self.clone() };
        (plain != *self && !plain.text.trim().is_empty()).then_some(plain)
    }

    /// The message in parts that Zalo takes: a text over 2,000 characters is divided between sentences, in order. What
    /// goes along and the quotation stay with the first part, buttons with the last.
    pub fn into_parts(self) -> Vec<Self> {
        let mut texts = divided(&self.text, TEXT_LIMIT);
        if texts.len() < 2 || self.card.is_some() {
            return vec![self];
        }
        let last = texts.pop().unwrap_or_default();
        let part = |text| Self { text, ..Self::default() };
        let mut parts: Vec<Self> = texts.into_iter().map(part).collect();
        parts.push(Self { buttons: self.buttons, ..part(last) });
        parts[0].attached = self.attached;
        parts[0].quote = self.quote;
        parts
    }
}

/// The text in pieces of at most `limit` composed characters: between sentences, or between words where a sentence is too
/// long, or between letters where a word is.
fn divided(text: &str, limit: usize) -> Vec<String> {
    let text = nfc(text);
    let sentences = text.split_sentence_bounds().flat_map(|sentence| smaller(sentence, limit));
    let mut pieces: Vec<String> = Vec::new();
    let mut length = 0;
    for piece in sentences {
        let letters = piece.chars().count();
        match pieces.last_mut() {
            Some(last) if length + letters <= limit => {
                last.push_str(piece);
                length += letters;
            }
            _ => {
                pieces.push(piece.to_owned());
                length = letters;
            }
        }
    }
    let trimmed = pieces.into_iter().map(|piece| piece.trim().to_owned());
    trimmed.filter(|piece| !piece.is_empty()).collect()
}

fn smaller(sentence: &str, limit: usize) -> Vec<&str> {
    if sentence.chars().count() <= limit {
        return vec![sentence];
    }
    sentence
        .split_word_bounds()
        .flat_map(|word| if word.chars().count() <= limit { vec![word] } else { word.graphemes(true).collect() })
        .collect()
}

/// A template message (ZBS, formerly ZNS): a form that Zalo has approved, and what stands in its blanks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub id: String,
    /// By the names of the approved form. Values have the lengths that the form allows (zalo-oa 6).
    pub data: BTreeMap<String, String>,
}

/// What stands in the blanks is a citizen's name and matter.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Message {
        Message { text: text.into(), ..Message::default() }
    }

    fn lengths(parts: &[Message]) -> Vec<usize> {
        parts.iter().map(|part| part.text.chars().count()).collect()
    }

    #[test]
    fn what_fits_stays_one_message() {
        let button = Button { title: "Xem".into(), press: Press::Hide("#view".into()) };
        let message = Message { buttons: vec![button], ..text(&"ệ".repeat(TEXT_LIMIT)) };
        assert_eq!(message.clone().into_parts(), [message]);
        // «ệ» in three characters that compose into one
        assert_eq!(text(&"e\u{323}\u{302}".repeat(TEXT_LIMIT)).into_parts().len(), 1);
    }

    #[test]
    fn a_long_text_is_divided_between_sentences_in_order() {
        let sentence = format!("{} xong. ", "Đã nhận hồ sơ".repeat(10));
        let whole = sentence.repeat(30);
        let button = Button { title: "Xem".into(), press: Press::Hide("#view".into()) };
        let parts = Message { buttons: vec![button.clone()], quote: Some("m1".into()), ..text(&whole) }.into_parts();
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| part.text.ends_with("xong.") && part.text.starts_with("Đã")), "{parts:?}");
        assert!(lengths(&parts).iter().all(|length| *length <= TEXT_LIMIT));
        let joined: Vec<_> = parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(joined.join(" "), whole.trim());
        assert_eq!((&parts[0].quote, &parts[1].quote, &parts[2].quote), (&Some("m1".into()), &None, &None));
        assert_eq!((parts[0].buttons.len(), parts[1].buttons.len()), (0, 0));
        assert_eq!(parts[2].buttons, [button]);
    }

    #[test]
    fn a_sentence_without_an_end_is_divided_between_words_and_a_word_between_letters() {
        let parts = text(&"chờ mãi ".repeat(400)).into_parts();
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| part.text.starts_with("chờ") && part.text.ends_with("mãi")));
        assert_eq!(lengths(&text(&"ệ".repeat(4_100)).into_parts()), [2_000, 2_000, 100]);
    }

    #[test]
    fn a_plain_message_says_the_same_in_words() {
        let quoted = Message { quote: Some("m1".into()), ..text("Đã nhận") };
        assert_eq!(quoted.plain(), Some(text("Đã nhận")));
        assert_eq!(text("Đã nhận").plain(), None, "there is nothing to leave out");
        let file = Message { attached: Some(Attached::File("t".into())), ..Message::default() };
        assert_eq!(file.plain(), None, "there is nothing left to say");
    }
}
