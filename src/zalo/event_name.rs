//! Every event name of zalo-oa 1.6, and whose doing each one is.

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// A citizen wrote to the account.
    Message,
    /// A citizen sent a sticker or a gif.
    Sticker,
    /// A citizen sent somebody's contact card.
    BusinessCard,
    /// Somebody who is not logged in wrote to the account.
    Anonymous,
    /// The account wrote: our own message, or a person in Zalo's chat tool.
    Echo,
    /// A message of ours arrived. The sender is the account, despite the name.
    Received,
    /// Messages of ours were read. The sender is the account, despite the name.
    Seen,
    /// A citizen reacted to a message.
    Reaction,
    Followed,
    Unfollowed,
    /// A citizen opened the chat for the first time.
    ChatOpened,
    /// A citizen sent the contact form.
    ContactShared,
    /// A citizen called, or answered whether we may call.
    Call,
    /// A citizen wants their data deleted.
    Withdrawn,
    /// The same, told by another Zalo product.
    Removed,
    /// The account's own affairs: tags, templates, quotas, groups, widgets. No citizen did these in our chat.
    Office,
    /// A name nobody has written down yet.
    Unknown,
}

use Family::{
    Anonymous, BusinessCard, Call, ChatOpened, ContactShared, Echo, Followed, Message, Office, Reaction, Received,
    Removed, Seen, Sticker, Unfollowed, Withdrawn,
};

const CATALOGUE: &[(&str, Family)] = &[
    ("user_send_text", Message),
    ("user_send_image", Message),
    ("user_send_link", Message),
    ("user_send_audio", Message),
    ("user_send_video", Message),
    ("user_send_location", Message),
    ("user_send_file", Message),
    ("user_send_sticker", Sticker),
    ("user_send_gif", Sticker),
    ("user_send_business_card", BusinessCard),
    ("anonymous_send_text", Anonymous),
    ("anonymous_send_image", Anonymous),
    ("anonymous_send_file", Anonymous),
    ("anonymous_send_sticker", Anonymous),
    ("oa_send_text", Echo),
    ("oa_send_image", Echo),
    ("oa_send_gif", Echo),
    ("oa_send_list", Echo),
    ("oa_send_file", Echo),
    ("oa_send_sticker", Echo),
    ("oa_send_template", Echo),
    ("oa_send_anonymous_text", Echo),
    ("oa_send_anonymous_image", Echo),
    ("oa_send_anonymous_file", Echo),
    ("oa_send_anonymous_sticker", Echo),
    ("user_received_message", Received),
    ("user_seen_message", Seen),
    ("user_reacted_message", Reaction),
    ("oa_reacted_message", Office),
    ("follow", Followed),
    ("unfollow", Unfollowed),
    ("user_click_chatnow", ChatOpened),
    ("user_submit_info", ContactShared),
    ("update_user_info", Office),
    ("user_withdraw", Withdrawn),
    // The deletion callback of the other Zalo products: names only the id within the application.
    ("user.remove.info", Removed),
    ("add_user_to_tag", Office),
    ("remove_user_from_tag", Office),
    ("remove_tag", Office),
    ("widget_interaction_accepted", Office),
    ("widget_failed_to_sync_user_external_id", Office),
    ("oa_send_consent", Office),
    ("oa_call_user", Office),
    ("user_reply_consent", Call),
    ("user_call_oa", Call),
    ("create_group", Office),
    ("user_join_group", Office),
    ("user_request_join_group", Office),
    ("accept_request_join_group", Office),
    ("react_request_join_group_accept", Office),
    ("reject_request_join_group", Office),
    ("react_request_join_group_reject", Office),
    ("add_group_admin", Office),
    ("remove_group_admin", Office),
    ("update_group_info", Office),
    ("delete_group", Office),
    ("user_out_group", Office),
    ("user_leave_group", Office),
    ("user_feedback", Office),
    ("user_click_response_button", Office),
    ("change_template_status", Office),
    ("change_template_quality", Office),
    ("change_template_quota", Office),
    ("change_oa_daily_quota", Office),
    ("change_oa_template_tags", Office),
    ("event_journey_acknowledged", Office),
    ("event_journey_time_out", Office),
    ("shop_has_order", Office),
    ("extension_purchased", Office),
];

/// The message events of group chats, one for each kind of message. What is said in a group is not said to us.
const GROUP_MESSAGES: [&str; 2] = ["user_send_group_", "oa_send_group_"];

impl Family {
    pub(super) fn of(name: &str) -> Self {
        if GROUP_MESSAGES.iter().any(|prefix| name.starts_with(prefix)) {
            return Office;
        }
        CATALOGUE.iter().find(|(known, _)| *known == name).map_or(Self::Unknown, |(_, family)| *family)
    }

    /// Whether it lets us write for seven days (zalo-oa 2.5). Where Zalo's list can be read both ways (a reaction, a call
    /// that was not taken) we try: Zalo's own refusal then says no, while a window we wrongly held shut would keep a
    /// result from a citizen.
    pub(super) fn opens_window(self) -> bool {
        matches!(self, Message | Sticker | BusinessCard | Reaction | Followed | ChatOpened | ContactShared | Call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// zalo-oa 1.6, as the sheet writes it: a stem and its endings.
    const SHEET: &[(&str, &str)] = &[
        ("user_send_", "text image link audio video sticker location business_card file gif"),
        ("anonymous_send_", "text image file sticker"),
        ("oa_send_", "text image gif list file sticker template consent"),
        ("oa_send_anonymous_", "text image file sticker"),
        ("user_", "received_message seen_message reacted_message click_chatnow submit_info withdraw reply_consent"),
        ("user_", "call_oa join_group request_join_group out_group leave_group feedback click_response_button"),
        ("oa_", "reacted_message call_user"),
        ("", "follow unfollow update_user_info add_user_to_tag remove_user_from_tag remove_tag"),
        ("widget_", "interaction_accepted failed_to_sync_user_external_id"),
        ("", "create_group add_group_admin remove_group_admin update_group_info delete_group"),
        ("", "accept_request_join_group reject_request_join_group"),
        ("react_request_join_group_", "accept reject"),
        ("change_", "template_status template_quality template_quota oa_daily_quota oa_template_tags"),
        ("event_journey_", "acknowledged time_out"),
        ("", "shop_has_order extension_purchased user_send_group_text oa_send_group_text"),
    ];

    #[test]
    fn every_name_of_the_sheet_is_known() {
        for (stem, endings) in SHEET {
            for ending in endings.split(' ') {
                assert_ne!(Family::of(&format!("{stem}{ending}")), Family::Unknown, "{stem}{ending}");
            }
        }
    }

    #[test]
    fn no_name_stands_in_the_catalogue_twice() {
        let mut names: Vec<_> = CATALOGUE.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CATALOGUE.len());
    }

    #[test]
    fn the_twins_of_group_chats_are_known_and_are_not_messages_to_us() {
        for name in ["user_send_group_text", "oa_send_group_image", "user_send_group_anything"] {
            assert_eq!(Family::of(name), Office, "{name}");
        }
    }

    #[test]
    fn a_new_name_is_unknown() {
        for name in ["user_send_poll", "user_send_group", "", "USER_SEND_TEXT"] {
            assert_eq!(Family::of(name), Family::Unknown, "{name}");
        }
    }

    #[test]
    fn what_the_account_did_opens_no_window() {
        for name in ["user_received_message", "user_seen_message", "oa_send_text", "unfollow", "user_withdraw"] {
            assert!(!Family::of(name).opens_window(), "{name}");
        }
    }
}
