//! From Zalo's words to the dialog's.

use crate::dialog::{Attachment, Contact, Heard};
use crate::zalo::event::{self, Content, Event};

/// What the dialog hears of an event.
pub fn from_event(event: &Event) -> Heard {
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
        Content::Unfollowed
        | Content::Reaction
        | Content::Withdrawn
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
