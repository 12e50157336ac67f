//! From Zalo's words to the dialog's.

use super::own::Own;
use crate::dialog::{Attachment, Contact, Heard};
use crate::zalo::event::{self, Content, Event};

/// What the dialog hears of an event.
pub fn from_event(event: &Event) -> Heard {
    if let Some(heard) = Own::heard(&event.name) {
        return heard;
    }
    match &event.content {
        Content::Message(said) => Heard::Message {
            text: said.text.clone().unwrap_or_default(),
            attachments: said.attachments.iter().map(attachment).collect(),
        },
        Content::Contact(contact) => Heard::Contact(Contact {
            name: contact.name.clone(),
            phone: contact.phone.clone(),
            address: contact.address.clone(),
            ward: contact.ward.clone(),
            district: contact.district.clone(),
            city: contact.city.clone(),
        }),
        Content::Arrived => Heard::Arrived,
        Content::Sticker => Heard::Sticker,
        Content::BusinessCard => Heard::BusinessCard,
        Content::Call => Heard::Call,
        Content::Withdrawn => Heard::Withdrawn,
        // One need not follow the account to write to it and to be written to (zalo-oa 7): what was agreed to still stands.
        Content::Unfollowed
        | Content::Reaction
        | Content::Removed { .. }
        | Content::Anonymous(_)
        | Content::Echo { .. }
        | Content::Delivered { .. }
        | Content::Seen { .. }
        | Content::TemplateDelivered { .. }
        | Content::Other => Heard::Nothing,
    }
}

fn attachment(sent: &event::Attachment) -> Attachment {
    Attachment {
        kind: sent.kind.clone(),
        url: sent.url.clone(),
        name: sent.name.clone(),
        size: sent.size,
        description: sent.description.clone(),
        latitude: sent.latitude.clone(),
        longitude: sent.longitude.clone(),
        is_identity: false,
    }
}
