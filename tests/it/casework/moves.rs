//! Accepting, refusing, answering; and what stops a verb.

use super::*;
use crate::app::until_somebody_waits_for_a_lock;

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn accepting_assigns_and_tells_the_citizen_once(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    house.accept(house.hand(&reference, at("2026-11-18T14:20")).await, WARD).await.expect("accepted");

    let petition = house.petition(&reference).await;
    assert_eq!((petition.status, petition.version), (Status::Assigned, 2));
    assert_eq!(petition.accepted_at, Some(at("2026-11-18T14:20")));
    assert_eq!(petition.handling_agency_name.as_deref(), Some("UBND phường Cửa Nam"));
    assert_eq!(
        house.history(&reference).await[1..],
        ["accept: submitted → accepted (Nguyễn Thị Lan)", "assign: accepted → assigned (Nguyễn Thị Lan)"]
    );
    let messages = house.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(
        messages[0].text,
        format!(
            "Phản ánh {reference} (Trợ cấp hưu trí xã hội quá hẹn) đã được tiếp nhận, giao UBND phường Cửa Nam giải quyết. \
             ⏰ Hạn trả lời: 17h thứ Năm 10/12/2026. Ông/Bà không phải làm gì thêm."
        )
    );
    assert_eq!(messages[0].buttons[0].press, Press::Hide(format!("#view:{reference}")));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn only_an_agency_of_the_city_can_be_given_a_petition(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let before = house.everything().await;
    for agency in ["", "HN-GONE", "TW-BHXH-HN"] {
        let hand = house.hand(&reference, at("2026-11-18T14:20")).await;
        assert_eq!(field(house.accept(hand, agency).await), "agency_id", "{agency}");
    }
    assert_eq!(house.everything().await, before);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn refusing_names_the_reason_and_the_right_place(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let why = "Việc này do kênh hiện trường của Thành phố nhận.";
    house.refuse(house.hand(&reference, at("2026-11-18T14:20")).await, "field_report", why).await.expect("refused");

    let petition = house.petition(&reference).await;
    assert_eq!((petition.status, petition.closed_at), (Status::Refused, Some(at("2026-11-18T14:20"))));
    assert_eq!(petition.refusal_text.as_deref(), Some(why));
    assert_eq!(house.history(&reference).await[1..], ["refuse: submitted → refused (Nguyễn Thị Lan)"]);
    let messages = house.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(
        messages[0].text,
        format!(
            "Cán bộ Văn phòng UBND Thành phố đã đọc phản ánh {reference} (Trợ cấp hưu trí xã hội quá hẹn) và không tiếp nhận \
             được ở kênh này. Lý do: {why} Nơi nhận: ứng dụng iHanoi (kèm ảnh, vị trí) hoặc gọi 024 1022. Có giấy tờ mới hoặc \
             thấy chưa đúng, Ông/Bà nhắn cán bộ."
        )
    );
    let presses: Vec<Press> = messages[0].buttons.iter().map(|button| button.press.clone()).collect();
    let hide = |payload: &str| Press::Hide(payload.to_owned());
    let person = hide(&format!("#person:{reference}"));
    assert_eq!(presses, [Press::Phone("84241022".to_owned()), person, hide("#start:petition")]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_refusal_needs_a_reason_of_the_list_and_words(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let before = house.everything().await;
    let hand = house.hand(&reference, at("2026-11-18T14:20")).await;
    assert_eq!(field(house.refuse(hand, "because", "Lý do đủ dài để người gửi hiểu.").await), "reason");
    assert_eq!(field(house.refuse(hand, "khieu_nai", " Không nhận. ").await), "text");
    assert_eq!(field(house.refuse(hand, "khieu_nai", &"a".repeat(801)).await), "text");
    assert_eq!(house.everything().await, before);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn every_ready_refusal_can_be_sent_as_it_stands(pool: PgPool) {
    let house = House::build(pool).await;
    for refusal in house.rules.notices.refusals() {
        let filed = house.file(&house.filing(&refusal.label), at("2026-11-18T09:10")).await.expect("filed");
        let hand = house.hand(&filed.reference, at("2026-11-18T14:20")).await;
        house.refuse(hand, refusal.reason.name(), &refusal.text).await.expect("refused");
    }
    for message in house.messages().await {
        assert!(message.text.chars().count() <= 500 && message.buttons.len() <= 5, "{}", message.text);
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn answering_waits_for_publication_and_tells_nobody_yet(pool: PgPool) {
    let house = House::build(pool).await;
    let (reference, _) = house.answered().await;
    let petition = house.petition(&reference).await;
    assert_eq!((petition.status, petition.version), (Status::Answered, 3));
    assert_eq!(petition.publish_due_at, Some(at("2026-11-25T17:00")));
    assert_eq!(house.history(&reference).await[3..], ["answer: assigned → answered (Nguyễn Thị Lan)"]);
    assert_eq!(house.messages().await.len(), 1);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_answer_without_substance_is_stopped_at_the_gate(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    house.accept(house.hand(&reference, at("2026-11-18T14:20")).await, WARD).await.expect("accepted");
    let before = house.everything().await;
    let hand = house.hand(&reference, at("2026-11-20T10:00")).await;
    let did = |did: &str| AnswerDraft { did: did.to_owned(), ..good_answer() };
    for draft in [did("Đã giải quyết xong."), did(&"đ".repeat(100)), did(&"a ".repeat(5_001))] {
        assert_eq!(field(house.answer(hand, &draft).await), "did");
    }
    let draft = AnswerDraft { outcome: "done".to_owned(), ..good_answer() };
    assert_eq!(field(house.answer(hand, &draft).await), "outcome");
    let draft = AnswerDraft { document_number: String::new(), ..good_answer() };
    assert_eq!(field(house.answer(hand, &draft).await), "document_number");
    let draft = AnswerDraft { document_on: String::new(), ..good_answer() };
    assert_eq!(field(house.answer(hand, &draft).await), "document_on");
    assert_eq!(house.everything().await, before);

    let no_evidence_reason = "Đã trả kết quả tại quầy, không có công văn.".to_owned();
    let draft = AnswerDraft { evidence: "none".to_owned(), no_evidence_reason, ..good_answer() };
    house.answer(hand, &draft).await.expect("answered");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_form_drawn_from_an_older_version_moves_nothing(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let old = house.hand(&reference, at("2026-11-18T14:20")).await;
    house.accept(old, WARD).await.expect("accepted");
    let before = house.everything().await;
    assert!(matches!(house.accept(old, WARD).await, Err(CaseError::Stale)));
    assert!(matches!(house.refuse(old, "khieu_nai", "Lý do đủ dài để hiểu.").await, Err(CaseError::Stale)));
    assert!(matches!(house.answer(old, &good_answer()).await, Err(CaseError::Stale)));
    assert_eq!(house.everything().await, before);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn of_two_officers_at_the_same_time_one_moves_the_petition(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let hand = house.hand(&reference, at("2026-11-18T14:20")).await;
    let mut first = house.pool.begin().await.expect("a transaction");
    casework::accept(&house.rules, &mut first, hand, WARD).await.expect("accepted");

    let second = house.refuse(hand, "legal_advice", "Ông/Bà hỏi luật quy định thế nào.");
    let then_commit = async {
        until_somebody_waits_for_a_lock(&house.pool).await;
        first.commit().await.expect("committed");
    };
    let (lost, ()) = tokio::join!(second, then_commit);
    assert!(matches!(lost, Err(CaseError::Stale)), "{lost:?}");
    assert_eq!(house.messages().await.len(), 1);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_move_that_is_not_allowed_leaves_nothing(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let before = house.everything().await;
    let hand = house.hand(&reference, at("2026-11-18T14:20")).await;
    let draft = PublicationDraft {
        is_public: true,
        title: "Trợ cấp quá hẹn".to_owned(),
        content: "Nội dung".to_owned(),
        answer: "Trả lời".to_owned(),
        ..PublicationDraft::default()
    };
    let from = |result| match result {
        Err(CaseError::NotAllowed { from }) => from,
        other => panic!("{other:?}"),
    };
    assert_eq!(from(house.answer(hand, &good_answer()).await), Status::Submitted);
    assert_eq!(from(house.publish(hand, &draft).await), Status::Submitted);
    assert_eq!(house.everything().await, before);

    let unknown = Hand { reference: "HN-PAKN-20261118-0042-K", ..hand };
    assert!(matches!(house.accept(unknown, WARD).await, Err(CaseError::Missing)));
    let misread = Hand { reference: "HN-PAKN-20261118-0042-M", ..hand };
    assert!(matches!(house.accept(misread, WARD).await, Err(CaseError::Missing)));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_history_cannot_be_changed(pool: PgPool) {
    let house = House::build(pool).await;
    house.filed().await;
    let before = house.everything().await;
    for statement in ["update petition_event set action = 'x'", "delete from petition_event", "truncate petition_event"]
    {
        let error = sqlx::query(statement).execute(&house.pool).await.expect_err(statement);
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(house.everything().await, before);
}
