//! The small Zalo over HTTP, as the service meets it.

mod calls;
mod consent;
mod control;
mod media;
mod messages;
mod page;
mod quirks;
mod stage;
mod templates;
mod uploads;
mod webhooks;
