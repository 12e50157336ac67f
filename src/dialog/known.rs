//! The names that the files in `dialogs/` may use: screens, payloads, slots.

/// Every screen the engine speaks with. Each must be in the files, and the files hold no other.
pub const SCREENS: &[&str] = &[
    // menu.toml: arriving, officers, small cases
    "greeting", "greeting_again", "mid_greeting", "unclear", "help", "machine", "channels", "refused", "thanks", "link",
    "person", "person_away", "message_kept", "back_from_person", "supplement", "withdraw", "data", "sticker", "voice",
    "location", "files_kept", "files_full", "business_card", "call", "old_button", "already_filed", "added", "corrected",
    "nothing_before", "nothing_open", "received", "no_item",
    // menu.toml: leaving and coming back
    "cancel", "kept", "dropped", "resume", "resume_complete", "restart", "add_or_new",
    // lookup.toml
    "list", "list_line", "none", "detail", "foreign", "phone_unread", "found", "closed", "national", "dossier", "unknown_short",
];

/// Payloads that mean the same wherever they come from. Other rooms use the first ones in notices.
pub const PAYLOADS: &[&str] = &[
    "#start:petition", "#mine", "#view:latest", "#help", "#person", "#about", "#agree", "#disagree", "#channels", "#cancel", "#data",
];

/// Payloads about the draft at hand. They are offered with its key, so that an old button never touches a new draft.
pub const DRAFT_PAYLOADS: &[&str] = &["#continue", "#keep", "#drop", "#new", "#add", "#anew", "#edit"];

/// Slots that the engine fills.
pub const SLOTS: &[&str] = &[
    // answers as they are said
    "submitter_type", "submitter_name", "representative_name", "tax_code", "phone", "email", "category", "title", "proposal",
    "incident", "content", "address", "agency", "topic", "length", "files", "messages", "understood", "lacks", "matter", "commune",
    // the moment
    "until", "typed", "digits", "new_phone", "count", "back_at", "current", "item", "button", "day", "month", "file", "value",
    "submitted", "short_reference", "old_name", "sent", "also", "fragments", "place",
    // lookup
    "lines", "detail", "shown_reference",
];

/// Slots that whoever carries out the effects fills.
pub const CALLER_SLOTS: &[&str] = &["reference", "short", "accept_due", "answer_due", "lookup", "public_url"];

/// Short words that a form needs: kinds of files, what has no value, parts of sentences.
pub const SAID: &[&str] = &[
    "image", "gif", "file", "audio", "video", "link", "location", "no_files", "no_phone", "no_agency", "agency_as_typed", "address",
    "address_as_typed", "understood", "understood_files", "since_day", "since_month", "sender", "matter_topic", "matter_title",
    "current", "old_place",
];
