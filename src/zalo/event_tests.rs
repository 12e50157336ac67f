//! Every sample of zalo-oa 1.7, and what must hold for whatever else may come.

use std::path::Path;

use proptest::prelude::*;
use serde_json::json;

use super::*;

const CITIZEN: Option<&str> = Some("2000000000000000002");

fn sample(name: &str) -> Event {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/webhook").join(name).with_extension("json");
    Event::parse(&std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).expect(name)
}

fn parse(value: &Value) -> Event {
    Event::parse(value.to_string().as_bytes()).expect("an event")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

#[test]
fn the_official_sample_is_a_message_whose_clipped_time_is_not_believed() {
    let event = sample("official_text");
    assert_eq!(event.citizen(), Some("246845883529197922"));
    assert_eq!(event.app_id.as_deref(), Some("360846524940903967"));
    assert_eq!(event.content, Content::Message(Said { text: Some("message".into()), ..Said::default() }));
    assert_eq!(event.dedupe_keys(), ["user_send_text:96d3cdf3af150460909"]);
    let received_at = at("2026-11-18T02:10:00Z");
    assert_eq!(event.happened_at(received_at), received_at);
    assert!(event.opens_window() && !event.is_console_test());
}

#[test]
fn every_test_of_the_console_is_recognised() {
    for name in
        ["user_send_text", "user_send_link", "user_send_sticker", "user_send_image", "user_send_audio", "oa_send_text"]
    {
        let event = sample(&format!("console_{name}"));
        assert_eq!(event.name, name);
        assert!(event.is_console_test(), "{name}");
        let expected = name.starts_with("user_").then_some("4339761418830368433");
        assert_eq!(event.citizen(), expected, "{name}");
    }
    assert!(!sample("vector_1").is_console_test());
}

#[test]
fn addresses_that_are_none_are_kept_as_they_are() {
    let Content::Message(said) = sample("console_user_send_image").content else { panic!("a message") };
    assert_eq!(said.attachments[0].kind, "image");
    assert_eq!(said.attachments[0].url.as_deref(), Some("url_to_thumbnail"));
}

#[test]
fn following_opens_the_window_and_leaving_does_not() {
    let (came, left, opened) = (sample("follow"), sample("unfollow"), sample("user_click_chatnow"));
    assert_eq!((came.citizen(), left.citizen(), opened.citizen()), (CITIZEN, CITIZEN, CITIZEN));
    assert_eq!(
        (&came.content, &left.content, &opened.content),
        (&Content::Arrived, &Content::Unfollowed, &Content::Arrived)
    );
    assert_eq!((came.opens_window(), left.opens_window(), opened.opens_window()), (true, false, true));
    assert_eq!(came.dedupe_keys(), ["follow:1735689600456:2000000000000000002:3000000000000000003"]);
    assert_eq!(came.happened_at(at("2025-01-01T01:00:00Z")), at("2025-01-01T00:00:00.456Z"));
}

#[test]
fn receipts_come_from_the_account_and_never_make_a_citizen() {
    let (received, seen) = (sample("user_received_message"), sample("user_seen_message"));
    assert_eq!((received.citizen(), seen.citizen()), (None, None));
    assert!(!received.opens_window() && !seen.opens_window());
    assert_eq!(received.content, Content::Delivered { message_id: "0a1b2c3d4e5f60718293".into() });
    assert_eq!(
        seen.dedupe_keys(),
        ["user_seen_message:0a1b2c3d4e5f60718293", "user_seen_message:0a1c2c3d4e5f60718293"]
    );
}

#[test]
fn a_seen_receipt_may_name_one_message_and_names_each_once() {
    let event =
        parse(&json!({"event_name": "user_seen_message", "message": {"msg_id": "b", "msg_ids": ["b", "a", 7, null]}}));
    let message_ids = ["7", "a", "b"].map(str::to_owned).to_vec();
    assert_eq!(event.content, Content::Seen { message_ids });
    let empty = parse(&json!({"event_name": "user_seen_message", "message": {"msg_ids": []}, "timestamp": "1"}));
    assert_eq!((&empty.content, empty.dedupe_keys().len()), (&Content::Other, 1));
}

#[test]
fn a_template_receipt_is_told_from_a_chat_receipt_by_its_body() {
    let event = sample("template_received");
    assert_eq!(event.citizen(), None);
    assert_eq!(
        event.content,
        Content::TemplateDelivered {
            message_id: "15a0cc0bbb13bd4ce403".into(),
            tracking_id: Some("case-1".into()),
            delivered_at: Some(at("2020-10-17T18:47:47.432Z")),
        }
    );
}

#[test]
fn a_reaction_is_the_citizens() {
    let event = sample("user_reacted_message");
    assert_eq!((event.citizen(), &event.content), (CITIZEN, &Content::Reaction));
}

#[test]
fn the_contact_form_is_read_in_both_shapes() {
    for name in ["user_submit_info", "user_submit_info_old"] {
        let event = sample(name);
        assert_eq!(event.citizen(), CITIZEN);
        let Content::Contact(contact) = event.content else { panic!("{name}: contact data") };
        assert_eq!(contact.name, Some("Lê Thị Lan".into()), "{name}");
        assert_eq!(contact.phone, Some("84912345678".into()), "{name}");
        assert_eq!(contact.address, Some("Số 5 ngõ 2".into()), "{name}");
        assert_eq!(contact.ward.as_deref(), Some("Phường Hà Đông"), "{name}");
    }
}

#[test]
fn people_who_are_not_logged_in_are_no_citizens() {
    let event = sample("anonymous_send_text");
    assert_eq!(event.citizen(), None);
    assert!(matches!(event.content, Content::Anonymous(Said { text: Some(_), .. })));
}

#[test]
fn a_person_in_zalos_chat_tool_is_told_from_our_own_echo() {
    let person = sample("oa_send_text_by_person");
    assert_eq!(person.citizen(), CITIZEN, "it belongs to the conversation with them");
    assert!(!person.opens_window());
    assert_eq!(
        person.content,
        Content::Echo { message_id: Some("0a1e2c3d4e5f60718293".into()), admin_id: Some("5000000000000000005".into()) }
    );
    let own = sample("console_oa_send_text");
    assert!(matches!(own.content, Content::Echo { admin_id: None, .. }) && own.citizen().is_none());
    let anonymous = parse(&json!({"event_name": "oa_send_anonymous_text", "sender": {"id": "1", "admin_id": "2"},
        "recipient": {"id": "3"}, "message": {"msg_id": "4"}}));
    assert_eq!(anonymous.citizen(), None);
}

#[test]
fn the_accounts_own_affairs_concern_no_citizen() {
    for name in ["remove_tag", "user_feedback", "change_template_status", "change_oa_daily_quota"] {
        let event = sample(name);
        assert_eq!((event.citizen(), &event.content), (None, &Content::Other), "{name}");
        assert!(!event.opens_window(), "{name}");
        assert_eq!(event.dedupe_keys().len(), 1, "{name}");
    }
}

#[test]
fn a_withdrawal_is_the_citizens() {
    let event = sample("user_withdraw");
    assert_eq!((event.citizen(), &event.content), (CITIZEN, &Content::Withdrawn));
}

#[test]
fn a_deletion_callback_names_an_id_of_the_application() {
    let event = sample("deletion_callback");
    assert!(event.citizen().is_none() && !event.opens_window());
    assert!(matches!(&event.content, Content::Removed { user_id_by_app } if !user_id_by_app.is_empty()));
}

#[test]
fn what_is_said_in_a_group_is_not_said_to_us() {
    let event = parse(&json!({"event_name": "user_send_group_text", "sender": {"id": "1"}, "message": {"text": "x"}}));
    assert_eq!((event.citizen(), &event.content), (None, &Content::Other));
}

#[test]
fn an_unknown_event_keeps_its_name() {
    let event = parse(&json!({"event_name": "user_send_poll", "sender": {"id": "1"}, "timestamp": 1}));
    assert_eq!((event.name.as_str(), event.citizen()), ("user_send_poll", None));
}

#[test]
fn ids_and_times_may_be_numbers() {
    let event = parse(&json!({"event_name": "user_send_text", "app_id": 1_000_000_000_000_000_001_u64,
        "sender": {"id": 2_000_000_000_000_000_002_u64}, "timestamp": 1_735_689_600_123_u64, "message": {"msg_id": 42}}));
    assert_eq!(event.citizen(), CITIZEN);
    assert_eq!(event.app_id.as_deref(), Some("1000000000000000001"));
    assert_eq!(event.happened_at(at("2025-01-01T00:00:01Z")), at("2025-01-01T00:00:00.123Z"));
    assert_eq!(event.dedupe_keys(), ["user_send_text:42"]);
}

#[test]
fn a_time_that_cannot_be_true_gives_way_to_the_time_of_arrival() {
    let received_at = at("2026-11-18T02:10:00Z");
    let happened_at = |sent_at: DateTime<Utc>| {
        let event = json!({"event_name": "follow", "timestamp": sent_at.timestamp_millis().to_string()});
        parse(&event).happened_at(received_at)
    };
    let days_ago = received_at - TimeDelta::days(2);
    assert_eq!(happened_at(days_ago), days_ago);
    for wrong in [received_at - TimeDelta::days(31), received_at + TimeDelta::minutes(6)] {
        assert_eq!(happened_at(wrong), received_at);
    }
}

#[test]
fn events_that_cannot_be_told_apart_by_ids_are_told_apart_by_their_bytes() {
    let tag = |name| parse(&json!({"event_name": "remove_tag", "tag": {"name": name}, "timestamp": "1"})).dedupe_keys();
    assert_ne!(tag("a"), tag("b"));
    assert_eq!(tag("a"), tag("a"));
    let follow = |id| parse(&json!({"event_name": "follow", "follower": {"id": id}})).dedupe_keys();
    assert_ne!(follow("1"), follow("2"));
}

#[test]
fn what_names_no_event_says_so() {
    let long = json!({"event_name": "x".repeat(65)}).to_string();
    for (body, expected) in [
        ("", Unreadable::NotJson),
        ("{", Unreadable::NotJson),
        ("event_name=follow", Unreadable::NotJson),
        ("[]", Unreadable::NotAnEvent),
        ("{}", Unreadable::NotAnEvent),
        (r#"{"event_name":""}"#, Unreadable::NotAnEvent),
        (r#"{"event_name":["follow"]}"#, Unreadable::NotAnEvent),
        (long.as_str(), Unreadable::NotAnEvent),
    ] {
        assert_eq!(Event::parse(body.as_bytes()), Err(expected), "{body}");
    }
    assert_ne!(dedupe_key_of_unknown(b"[]"), dedupe_key_of_unknown(b"{}"));
}

#[test]
fn an_id_that_cannot_be_one_makes_no_citizen() {
    for id in [json!("x".repeat(65)), json!("1\u{0}2"), json!("Lê Lan"), json!({"id": 1}), json!(1.5)] {
        let event = parse(&json!({"event_name": "user_send_text", "sender": {"id": id}, "message": {"msg_id": "1"}}));
        assert_eq!(event.citizen(), None);
    }
}

/// JSON of any shape in which Zalo's own words are likely.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,20}".prop_map(Value::from),
        "(user_(send|seen|received)_(text|message|sticker)|follow|user_submit_info)".prop_map(Value::from),
    ];
    let key = prop_oneof![
        "(event_name|event|app_id|timestamp|sender|recipient|follower|id|user_id|message|msg_id|msg_ids|text)",
        "(attachments|type|payload|coordinates|latitude|size|info|phone|full_address|user_ward|delivery_time)",
        any::<String>(),
    ];
    leaf.prop_recursive(5, 80, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..8).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn holds_for(event: &Event) {
    let received_at = at("2026-11-18T02:10:00Z");
    let keys = event.dedupe_keys();
    assert!(!keys.is_empty());
    assert!(keys.iter().all(|key| key.len() < 1_000 && !key.contains('\0')));
    assert!(event.citizen().is_none_or(|id| !id.is_empty() && id.len() <= USER_ID_LIMIT));
    assert!((event.happened_at(received_at) - received_at).abs() <= OLDEST);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_fail(body in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(event) = Event::parse(&body) {
            holds_for(&event);
        }
    }

    #[test]
    fn no_shape_makes_the_reader_fail(mut value in any_json(), name in "(user_send_text|user_seen_message|follow|x)") {
        if let Some(fields) = value.as_object_mut() {
            fields.insert("event_name".into(), name.into());
            holds_for(&parse(&value));
        }
    }
}
