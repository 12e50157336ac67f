//! What citizens are told of a petition.

use super::*;

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_sender_reads_where_the_petition_stands(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let known = house.known(at("2026-11-18T14:00")).await;
    assert_eq!(known[0].short, reference[17..]);
    assert_eq!((known[0].draft.as_str(), known[0].submitted.as_str()), ("draft-1", "9h10 ngày 18/11/2026"));
    assert_eq!(known[0].status_line, "chờ tiếp nhận, hạn 9h10 thứ Năm 19/11");
    assert!(known[0].detail.contains("9h10 thứ Năm 19/11 (còn 4 giờ 10 phút)"), "{}", known[0].detail);

    house.accept(house.hand(&reference, at("2026-11-19T14:20")).await, WARD).await.expect("accepted");
    let known = house.known(at("2026-11-27T09:10")).await;
    assert_eq!(known[0].status_line, "đang giải quyết, hạn 10/12/2026");
    assert_eq!(
        known[0].detail,
        format!(
            "{reference}: ĐANG GIẢI QUYẾT\nĐang ở: UBND phường Cửa Nam, từ 14h20 thứ Năm 19/11.\n⏰ Hạn trả lời: 17h thứ Năm \
             10/12/2026 (còn 9 ngày làm việc).\nViệc kế tiếp: nơi giải quyết kiểm tra và trả lời. Ông/Bà không phải làm gì."
        )
    );
    let late = house.known(at("2026-12-14T09:00")).await;
    assert!(late[0].detail.contains("(quá hạn 2 ngày làm việc)"), "{}", late[0].detail);

    house.answer(house.hand(&reference, at("2026-11-30T10:00")).await, &good_answer()).await.expect("answered");
    let known = house.known(at("2026-11-30T11:00")).await;
    assert!(known[0].detail.contains("Hạn gửi: 17h thứ Tư 2/12/2026"), "{}", known[0].detail);
    assert_eq!(known[0].result_url, None);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_published_result_is_linked_and_a_refusal_repeats_the_right_place(pool: PgPool) {
    let house = House::build(pool).await;
    let (reference, proposal) = house.answered().await;
    house.publish(house.hand(&reference, at("2026-11-20T11:00")).await, &proposal).await.expect("published");
    let other = house.file(&house.filing("draft-2"), at("2026-11-20T12:00")).await.expect("filed").reference;
    let hand = house.hand(&other, at("2026-11-20T14:00")).await;
    house.refuse(hand, "khieu_nai", "Việc Ông/Bà gửi là khiếu nại.").await.expect("refused");

    let known = house.known(at("2026-11-21T09:00")).await;
    assert_eq!(known.len(), 2);
    assert_eq!(
        (known[0].reference.as_str(), known[0].status_line.as_str()),
        (other.as_str(), "không nhận được ở kênh này")
    );
    assert!(known[0].detail.contains("Ban Tiếp công dân thành phố Hà Nội"), "{}", known[0].detail);
    assert_eq!(known[1].status_line, "đã trả lời ngày 20/11/2026");
    assert_eq!(known[1].result_url, Some(format!("https://pakn.example.vn/p/{reference}")));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_reference_opens_for_its_sender_or_with_the_phone_number(pool: PgPool) {
    let house = House::build(pool).await;
    let reference = house.filed().await;
    let now = at("2026-11-18T14:00");
    let spoken = reference.to_lowercase().replace('-', " ");
    assert!(house.lookup(house.citizen_id, &spoken, None, now).await.contains("CHỜ TIẾP NHẬN"));
    assert!(house.lookup(house.neighbour_id, &spoken, Some("0901.234.567"), now).await.contains("CHỜ TIẾP NHẬN"));

    let unknown = "HN-PAKN-20261118-0042-K";
    let asked = house.lookup(house.neighbour_id, &reference, None, now).await;
    assert!(asked.contains("nhắn số điện thoại đã khai"), "{asked}");
    assert_eq!(asked, house.lookup(house.neighbour_id, unknown, None, now).await);
    let wrong = house.lookup(house.neighbour_id, &reference, Some("0912000111"), now).await;
    assert!(wrong.contains("chưa khớp"), "{wrong}");
    assert_eq!(wrong, house.lookup(house.neighbour_id, unknown, Some(PHONE), now).await);
    let misread = house.lookup(house.citizen_id, "0042", None, now).await;
    assert!(misread.contains("chưa đọc được mã này"), "{misread}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_public_part_is_for_everybody(pool: PgPool) {
    let house = House::build(pool).await;
    let (reference, proposal) = house.answered().await;
    house.publish(house.hand(&reference, at("2026-11-20T11:00")).await, &proposal).await.expect("published");
    let shown = house.lookup(house.neighbour_id, &reference, None, at("2026-11-21T09:00")).await;
    assert!(shown.ends_with(&format!("https://pakn.example.vn/p/{reference}")), "{shown}");
    assert!(!shown.contains("Bình"), "{shown}");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn outside_office_hours_people_learn_when_somebody_reads(pool: PgPool) {
    let house = House::build(pool).await;
    let mut connection = house.pool.acquire().await.expect("a connection");
    let time = casework::working_time(&house.rules, &mut connection).await.expect("read");
    for (now, words) in [
        ("2026-11-23T09:00", None),
        ("2026-11-23T12:30", Some("13h thứ Hai 23/11")),
        ("2026-11-20T19:30", Some("8h thứ Hai 23/11")),
        ("2026-11-23T19:30", Some("8h thứ Tư 25/11 (thứ Ba 24/11 nghỉ lễ)")),
    ] {
        let back = casework::officers_back(&time, at(now));
        assert_eq!(back.as_deref(), words, "{now}");
    }
}
