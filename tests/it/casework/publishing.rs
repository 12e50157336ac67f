//! Publishing: what becomes public, what does not, and the message with it.

use super::*;

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn publishing_shows_the_result_and_sends_exactly_what_the_preview_showed(pool: PgPool) {
    let house = House::build(pool).await;
    let (reference, proposal) = house.answered().await;
    assert!(proposal.is_public);
    assert!(proposal.answer.contains("của ông [họ tên]."), "{}", proposal.answer);
    let petition = house.petition(&reference).await;
    let mut connection = house.pool.acquire().await.expect("a connection");
    let answer = answer::latest(&mut connection, petition.petition_id).await.expect("read").expect("an answer");
    let preview = casework::publication_notice(&house.rules, &petition, &answer, &proposal);

    house.publish(house.hand(&reference, at("2026-11-20T11:00")).await, &proposal).await.expect("published");

    let petition = house.petition(&reference).await;
    assert_eq!((petition.status, petition.version), (Status::Published, 4));
    assert_eq!(petition.published_at, Some(at("2026-11-20T11:00")));
    assert_eq!(house.history(&reference).await[4..], ["publish: answered → published (Nguyễn Thị Lan)"]);
    let publication = answer::publication(&mut connection, petition.petition_id).await.expect("read").expect("one");
    assert_eq!((publication.title, publication.answer), (proposal.title, proposal.answer));
    let messages = house.messages().await;
    assert_eq!(messages.last(), Some(&preview));
    assert_eq!(
        preview.text,
        format!(
            "Phản ánh {reference} (Trợ cấp hưu trí xã hội quá hẹn) đã có trả lời của UBND phường Cửa Nam: \"Ngày 19/11/2026, Bộ \
             phận Một cửa phường Cửa Nam: Ngày 19/11 phường đã họp hội đồng xét hồ sơ của ông Trần Văn Bình. Quyết định số 512/QĐ-UBND đã ký.\" Toàn văn ở nút bên dưới. Trang \
             công khai không nêu tên, điện thoại, số nhà của Ông/Bà. Việc của Ông/Bà đã xong chưa?"
        )
    );
    assert_eq!(preview.buttons[0].press, Press::Url(format!("https://pakn.example.vn/p/{reference}")));
    let notice =
        sqlx::query!("select citizen_id, petition_id, kind, state from outbox_message order by 1 desc limit 1");
    let notice = notice.fetch_one(&house.pool).await.expect("a notice");
    assert_eq!((notice.citizen_id, notice.petition_id), (house.citizen_id, Some(petition.petition_id)));
    assert_eq!((notice.kind.as_str(), notice.state.as_str()), ("notice", "waiting"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_answer_for_the_sender_only_shows_nothing_to_others(pool: PgPool) {
    let house = House::build(pool).await;
    let (reference, proposal) = house.answered().await;
    let draft = PublicationDraft { is_public: false, ..proposal };
    house.publish(house.hand(&reference, at("2026-11-20T11:00")).await, &draft).await.expect("published");

    let petition_id = house.petition(&reference).await.petition_id;
    let mut connection = house.pool.acquire().await.expect("a connection");
    let publication = answer::publication(&mut connection, petition_id).await.expect("read").expect("one");
    assert!(!publication.is_public && publication.content.is_empty() && publication.answer.is_empty());
    let message = house.messages().await.pop().expect("a notice");
    assert!(message.text.contains("chỉ gửi riêng Ông/Bà, không đăng công khai"), "{}", message.text);
    assert_eq!(message.buttons[0].press, Press::Hide(format!("#view:{reference}")));

    let known = house.known(at("2026-11-21T09:00")).await;
    assert_eq!(known[0].result_url, None);
    assert!(known[0].detail.contains("Mời gia đình nhận tại quầy 3."), "{}", known[0].detail);
    let others = house.lookup(house.neighbour_id, &reference, None, at("2026-11-21T09:00")).await;
    assert!(!others.contains("https://"), "{others}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn nothing_is_public_without_consent(pool: PgPool) {
    let house = House::build(pool).await;
    let mut filing = house.filing("draft-1");
    filing.answers.insert("publish_consent".to_owned(), "no".into());
    house.file(&filing, at("2026-11-18T09:10")).await.expect("filed");
    let consents = sqlx::query_scalar!(r#"select count(*) as "count!" from consent"#).fetch_one(&house.pool).await;
    assert_eq!(consents.expect("a count"), 0);

    let (reference, proposal) = house.answered().await;
    assert!(!proposal.is_public);
    let before = house.everything().await;
    let hand = house.hand(&reference, at("2026-11-20T11:00")).await;
    let draft = PublicationDraft { is_public: true, ..proposal };
    assert_eq!(field(house.publish(hand, &draft).await), "is_public");
    assert_eq!(house.everything().await, before);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_gives_the_sender_away_is_not_published(pool: PgPool) {
    let house = House::build(pool).await;
    let (reference, proposal) = house.answered().await;
    let before = house.everything().await;
    let hand = house.hand(&reference, at("2026-11-20T11:00")).await;
    let leak = |text: &str| PublicationDraft { answer: format!("{} {text}", proposal.answer), ..proposal.clone() };
    for text in
        ["Gọi 0901 234 567.", "Ông trần văn bình đã nhận.", "so 8 ngo 30 Nguyen Thuong Hien", "CCCD 001087001234"]
    {
        assert_eq!(field(house.publish(hand, &leak(text)).await), "answer", "{text}");
    }
    let draft = PublicationDraft { content: "Tôi là Tran Van Binh".to_owned(), ..proposal.clone() };
    assert_eq!(field(house.publish(hand, &draft).await), "content");
    let draft = PublicationDraft { title: "Ngắn".to_owned(), ..proposal.clone() };
    assert_eq!(field(house.publish(hand, &draft).await), "title");
    let draft = PublicationDraft { content: "  ".to_owned(), ..proposal.clone() };
    assert_eq!(field(house.publish(hand, &draft).await), "content");
    assert_eq!(house.everything().await, before);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn without_its_notice_nothing_is_published(pool: PgPool) {
    let house = House::build(pool).await;
    let (reference, proposal) = house.answered().await;
    let before = house.everything().await;
    let hand = house.hand(&reference, at("2026-11-20T11:00")).await;
    sqlx::query!("alter table outbox_message add constraint closed check (state <> 'waiting') not valid")
        .execute(&house.pool)
        .await
        .expect("a post room that takes nothing");
    assert!(matches!(house.publish(hand, &proposal).await, Err(CaseError::Database(_))));
    assert_eq!(house.everything().await, before);
}
