use super::super::refusal::Decision;
use super::*;

fn hide(title: &str, payload: &str) -> Button {
    Button { title: title.into(), press: Press::Hide(payload.into()) }
}

fn message(text: &str, buttons: Vec<Button>) -> Message {
    Message { text: text.into(), buttons, ..Message::default() }
}

fn card(title: &str, subtitle: &str) -> Message {
    let image_url = "https://pakn.example/contact.png".to_owned();
    let card = Card { title: title.into(), subtitle: subtitle.into(), image_url };
    Message { text: "Họ tên của Ông/Bà?".into(), card: Some(card), ..Message::default() }
}

fn attached(text: &str, attached: Attached) -> Message {
    Message { attached: Some(attached), ..message(text, vec![]) }
}

/// The `message` of the body.
fn written(message: &Message) -> Value {
    chat("2", message).expect("a message that Zalo takes")["message"].take()
}

#[test]
fn a_card_goes_alone_in_the_shape_of_the_sheet() {
    assert_eq!(
        chat("2", &card("Thông tin", "Bấm thẻ này")),
        Ok(json!({"recipient": {"user_id": "2"}, "message": {"attachment": {"type": "template", "payload": {
            "template_type": "request_user_info",
            "elements": [{"title": "Thông tin", "subtitle": "Bấm thẻ này",
                          "image_url": "https://pakn.example/contact.png"}]}}}}))
    );
    assert!(chat("2", &card(&"ệ".repeat(100), &"ệ".repeat(500))).is_ok());
    for (title, subtitle) in [(101, 1), (0, 1), (1, 501), (1, 0)] {
        let wrong = card(&"ệ".repeat(title), &"ệ".repeat(subtitle));
        assert_eq!(chat("2", &wrong).expect_err("a card that Zalo would refuse").decision, Decision::Never);
    }
}

#[test]
fn a_text_and_a_text_with_every_kind_of_button_have_the_shapes_of_the_sheet() {
    assert_eq!(
        chat("2", &message("Chào bà", vec![])),
        Ok(json!({"recipient": {"user_id": "2"}, "message": {"text": "Chào bà"}}))
    );
    let sms = Press::Sms { phone: "84912345678".into(), content: "Gọi lại giúp tôi".into() };
    let buttons = vec![
        hide("Gửi", "#send"),
        Button { title: "Có".into(), press: Press::Show("Có".into()) },
        Button { title: "Xem".into(), press: Press::Url("https://example.vn/p/1".into()) },
        Button { title: "Gọi 1022".into(), press: Press::Phone("1022".into()) },
        Button { title: "Nhắn".into(), press: sms },
    ];
    assert_eq!(
        written(&message("Chọn", buttons)),
        json!({"text": "Chọn", "attachment": {"type": "template",
        "payload": {"buttons": [
            {"title": "Gửi", "type": "oa.query.hide", "payload": "#send"},
            {"title": "Có", "type": "oa.query.show", "payload": "Có"},
            {"title": "Xem", "type": "oa.open.url", "payload": {"url": "https://example.vn/p/1"}},
            {"title": "Gọi 1022", "type": "oa.open.phone", "payload": {"phone_code": "1022"}},
            {"title": "Nhắn", "type": "oa.open.sms", "payload": {"phone_code": "84912345678", "content": "Gọi lại giúp tôi"}},
        ]}}})
    );
}

#[test]
fn pictures_files_and_quotations_have_the_shapes_of_the_sheet() {
    let media =
        |element: Value| json!({"type": "template", "payload": {"template_type": "media", "elements": [element]}});
    assert_eq!(
        written(&attached("Giấy hẹn", Attached::ImageUrl("https://a.example/1.png".into()))),
        json!({"text": "Giấy hẹn", "attachment": media(json!({"media_type": "image", "url": "https://a.example/1.png"}))})
    );
    assert_eq!(
        written(&attached("", Attached::Image("id-1".into()))),
        json!({"attachment": media(json!({"media_type": "image", "attachment_id": "id-1"}))})
    );
    assert_eq!(
        written(&attached("", Attached::File("token-1".into()))),
        json!({"attachment": {"type": "file", "payload": {"token": "token-1"}}})
    );
    let quoting = Message { quote: Some("m-1".into()), ..message("Vâng", vec![]) };
    assert_eq!(written(&quoting), json!({"text": "Vâng", "quote_message_id": "m-1"}));
}

#[test]
fn a_template_goes_to_a_user_or_to_a_number_in_zalos_writing() {
    let template = Template { id: "300001".into(), data: [("name".to_owned(), "Bà Lan".to_owned())].into() };
    assert_eq!(
        template_to_user("2", &template),
        json!({"user_id": "2", "template_id": "300001", "template_data": {"name": "Bà Lan"}})
    );
    for phone in ["+84987654321", "84987654321"] {
        assert_eq!(
            template_to_phone(phone, &template, "pakn-7"),
            Ok(json!({"phone": "84987654321", "template_id": "300001", "template_data": {"name": "Bà Lan"},
                      "tracking_id": "pakn-7"}))
        );
    }
    for phone in ["0987654321", "+1987654321", "", "84 987"] {
        let refusal = template_to_phone(phone, &template, "pakn-7").expect_err("a number that Zalo would refuse");
        assert_eq!(refusal.decision, Decision::NextWay, "{phone}");
    }
    assert!(template_to_phone("84987654321", &template, &"x".repeat(TRACKING_LIMIT + 1)).is_err());
}

#[test]
fn lengths_are_counted_in_composed_characters() {
    // «ệ» in three characters that compose into one
    let decomposed = "e\u{323}\u{302}".repeat(TEXT_LIMIT);
    assert_eq!(written(&message(&decomposed, vec![]))["text"], json!("ệ".repeat(TEXT_LIMIT)));
}

#[test]
fn what_zalo_would_not_take_is_not_sent() {
    let sms = Press::Sms { phone: "84912345678".into(), content: "x".repeat(SMS_LIMIT + 1) };
    for wrong in [
        message(&"ệ".repeat(TEXT_LIMIT + 1), vec![]),
        message("", vec![]),
        message("Chọn", vec![hide("Gửi", "#"); BUTTON_LIMIT + 1]),
        message("Chọn", vec![hide(&"ệ".repeat(TITLE_LIMIT + 1), "#")]),
        message("Chọn", vec![hide("Gửi", &"x".repeat(PAYLOAD_LIMIT + 1))]),
        message("Chọn", vec![Button { title: "Nhắn".into(), press: sms }]),
        attached("Giấy hẹn", Attached::File("token".into())),
        Message { buttons: vec![hide("Gửi", "#")], ..attached("Ảnh", Attached::Image("id".into())) },
    ] {
        let refusal = chat("2", &wrong).expect_err("a message that Zalo would refuse");
        assert_eq!((refusal.decision, refusal.code), (Decision::Never, None));
    }
    assert!(chat("2", &message(&"ệ".repeat(TEXT_LIMIT), vec![hide("Gửi", "#"); BUTTON_LIMIT])).is_ok());
}
