//! More time before a date, an apology after it, and how pressing a petition is.

use sqlx::PgPool;
use zalo_petitions::petition::due;

use super::{assigned, at, history, messages, petition, post, wait_until};
use crate::visitor::Office;

const REASON: &str = "phải chờ kết quả xét duyệt của hội đồng.";

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn more_time_is_taken_before_the_date_and_the_sender_is_told(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = assigned(&office).await;
    let mut minh = office.signed_in("minh.lang").await;
    let sheet = minh.get(&format!("/admin/petitions/{reference}")).await;
    assert!(
        sheet.shows("Gia hạn trả lời") && sheet.shows("value=\"17/12/2026\""),
        "five days are proposed: {}",
        sheet.html
    );

    let fields = [("reason", REASON), ("new_due_on", "17/12/2026"), ("act", "preview")];
    let page = post(&mut minh, &reference, "extension", &fields).await;
    let told = "UBND phường Láng cần thêm thời gian cho phản ánh";
    assert!(page.shows(told) && page.shows("Gia hạn và báo người gửi"), "{}", page.html);
    assert_eq!(messages(&office, &reference).await.len(), 1, "a preview sends nothing");
    assert_eq!(petition(&office, &reference).await.answer_due_at, at("2026-12-10T17:00"));

    let fields = [("reason", REASON), ("new_due_on", "17/12/2026"), ("act", "send")];
    let page = post(&mut minh, &reference, "extension", &fields).await;
    assert_eq!(page.to(), format!("/admin/petitions/{reference}"), "{}", page.html);
    assert_eq!(petition(&office, &reference).await.answer_due_at, at("2026-12-17T17:00"));
    let message = messages(&office, &reference).await.pop().expect("a message");
    for part in [
        "(Trợ cấp hưu trí xã hội quá hẹn chưa có…), vì: phải chờ kết quả xét duyệt của hội đồng. Hạn cũ: 10/12/2026",
        "hạn mới: 17h thứ Năm 17/12/2026. Mong Ông/Bà thông cảm.",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    let sheet = minh.get(&format!("/admin/petitions/{reference}")).await;
    assert!(sheet.shows("hạn 10/12/2026 → 17/12/2026; phải chờ kết quả xét duyệt của hội đồng"), "{}", sheet.html);
    assert_eq!(history(&office, &reference).await.last().expect("a line"), "extend: Lê Minh");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn more_time_has_its_limits(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = assigned(&office).await;
    let mut minh = office.signed_in("minh.lang").await;
    for (reason, day, say) in [
        ("vội", "17/12/2026", "Viết lý do cho người gửi hiểu"),
        (REASON, "mai", "Nhập hạn mới theo ngày/tháng/năm"),
        (REASON, "19/12/2026", "19/12/2026 là ngày nghỉ. Chọn ngày làm việc, ví dụ 21/12/2026."),
        (REASON, "10/12/2026", "Hạn mới sớm nhất là 11/12/2026."),
        (REASON, "4/1/2027", "Hạn mới muộn nhất là 31/12/2026: lùi nhiều nhất 15 ngày làm việc theo quy định."),
    ] {
        let fields = [("reason", reason), ("new_due_on", day), ("act", "send")];
        let page = post(&mut minh, &reference, "extension", &fields).await;
        assert_eq!(page.status.as_u16(), 422, "{day}");
        assert!(page.shows(say) && page.shows(&format!("value=\"{day}\"")), "{say}: {}", page.html);
    }
    // put off again and again it still counts from what was promised first
    for (day, status) in [("31/12/2026", 303), ("4/1/2027", 422)] {
        let fields = [("reason", REASON), ("new_due_on", day), ("act", "send")];
        assert_eq!(post(&mut minh, &reference, "extension", &fields).await.status.as_u16(), status, "{day}");
    }
    wait_until(&office, "2027-01-04T09:00");
    let fields = [("reason", REASON), ("new_due_on", "11/1/2027"), ("act", "send")];
    let page = post(&mut minh, &reference, "extension", &fields).await;
    assert!(page.shows("Đã quá hạn trả lời nên không gia hạn được nữa."), "{}", page.html);
    assert_eq!(messages(&office, &reference).await.len(), 2);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_missed_date_is_apologised_for_with_a_reason_and_a_new_one(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = assigned(&office).await;
    let mut minh = office.signed_in("minh.lang").await;
    let path = format!("/admin/petitions/{reference}");
    assert!(!minh.get(&path).await.shows("Đã quá hạn: xin lỗi người gửi"));
    let fields = [("reason", REASON), ("new_due_on", "17/12/2026"), ("act", "send")];
    assert_eq!(post(&mut minh, &reference, "apology", &fields).await.status.as_u16(), 409, "nothing is late");

    wait_until(&office, "2026-12-11T09:00");
    let mut connection = office.pool.acquire().await.expect("a connection");
    let late = due::late_without_apology(&mut connection, office.clock.now(), 10).await.expect("read");
    assert_eq!(late, [reference.as_str()]);
    let sheet = minh.get(&path).await;
    assert!(sheet.shows("Đã quá hạn: xin lỗi người gửi") && sheet.shows("[lý do]"), "{}", sheet.html);
    assert!(sheet.shows("id=\"apology-day\" name=\"new_due_on\" value=\"16/12/2026\""), "{}", sheet.html);
    let fields = [("reason", REASON), ("new_due_on", "16/12/2026"), ("act", "preview")];
    let page = post(&mut minh, &reference, "apology", &fields).await;
    assert!(page.shows("xin lỗi Ông/Bà") && page.shows("Gửi lời xin lỗi, hẹn lại"), "{}", page.html);
    assert_eq!(messages(&office, &reference).await.len(), 1, "nothing goes without approval");

    let fields = [("reason", REASON), ("new_due_on", "16/12/2026"), ("act", "send")];
    assert_eq!(post(&mut minh, &reference, "apology", &fields).await.to(), path);
    let message = messages(&office, &reference).await.pop().expect("a message");
    let said = format!(
        "UBND phường Láng xin lỗi Ông/Bà: phản ánh {reference} (Trợ cấp hưu trí xã hội quá hẹn chưa có…) đã quá hạn trả lời \
         (17h thứ Năm 10/12/2026). Lý do: phải chờ kết quả xét duyệt của hội đồng. Hạn mới: 17h thứ Tư 16/12/2026. Văn phòng \
         UBND Thành phố đang đôn đốc."
    );
    assert_eq!(message, said);
    assert_eq!(petition(&office, &reference).await.answer_due_at, at("2026-12-16T17:00"));
    assert!(!minh.get(&path).await.shows("Đã quá hạn: xin lỗi người gửi"), "once for each date");
    let late = due::late_without_apology(&mut connection, office.clock.now(), 10).await.expect("read");
    assert!(late.is_empty());
    let missed: Option<chrono::DateTime<chrono::Utc>> =
        sqlx::query_scalar("select missed_due_at from petition").fetch_one(&mut *connection).await.expect("read");
    assert_eq!(missed, Some(at("2026-12-10T17:00")), "that it was late stays written");

    wait_until(&office, "2026-12-17T09:00");
    assert!(minh.get(&path).await.shows("Đã quá hạn: xin lỗi người gửi"), "the new date has passed too");
    assert_eq!(history(&office, &reference).await.last().expect("a line"), "apologise: Lê Minh");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_office_apologises_for_its_own_lateness(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    wait_until(&office, "2026-11-20T09:00");
    let mut ha = office.officer().await;
    let fields = [("reason", REASON), ("new_due_on", "25/11/2026"), ("act", "send")];
    post(&mut ha, &reference, "apology", &fields).await;
    let message = messages(&office, &reference).await.pop().expect("a message");
    assert!(message.starts_with("Văn phòng UBND Thành phố xin lỗi Ông/Bà"), "{message}");
    assert!(message.contains("đã quá hạn báo có tiếp nhận hay không (9h10 thứ Năm 19/11/2026)"), "{message}");
    assert!(message.ends_with("Ông/Bà không phải làm gì thêm."), "{message}");
    let petition = petition(&office, &reference).await;
    assert_eq!((petition.accept_due_at, petition.answer_due_at), (at("2026-11-25T17:00"), at("2026-12-10T17:00")));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_officer_marks_a_petition_as_urgent_and_takes_the_mark_away(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    wait_until(&office, "2026-11-18T10:00");
    let mut ha = office.officer().await;
    let page = post(&mut ha, &reference, "urgency", &[("priority", "urgent"), ("urgency_reason", "gấp")]).await;
    assert_eq!(page.status.as_u16(), 422);
    assert!(page.shows("Ghi lý do, từ 5 đến 200 ký tự.") && page.shows(">gấp</textarea>"), "{}", page.html);

    let fields = [("priority", "urgent"), ("urgency_reason", "Người gửi cần giấy trước ngày mổ 19/11.")];
    let page = post(&mut ha, &reference, "urgency", &fields).await;
    assert_eq!(page.to(), format!("/admin/petitions/{reference}"), "{}", page.html);
    let marked = petition(&office, &reference).await;
    assert!(marked.is_urgent);
    assert_eq!(marked.accept_due_at, at("2026-11-18T15:00"), "four hours of work from now");
    assert_eq!(marked.answer_due_at, at("2026-12-10T17:00"), "the first policy says nothing else of urgent ones");
    let sheet = ha.get(&format!("/admin/petitions/{reference}")).await;
    assert!(sheet.shows("đánh dấu khẩn; Người gửi cần giấy trước ngày mổ 19/11."), "{}", sheet.html);

    let fields = [("priority", "normal"), ("urgency_reason", "Lịch mổ đã lùi.")];
    post(&mut ha, &reference, "urgency", &fields).await;
    let ordinary = petition(&office, &reference).await;
    assert_eq!((ordinary.is_urgent, ordinary.accept_due_at), (false, at("2026-11-19T09:10")));
    assert_eq!(history(&office, &reference).await, ["file: -", "note: Trần Thu Hà", "note: Trần Thu Hà"]);
}
