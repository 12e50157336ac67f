//! An officer's own words to a citizen.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::visitor::{Office, Page};

const WORDS: &str = "Mời Ông/Bà gửi ảnh giấy hẹn <bản rõ>.";

/// What was written for citizens in officers' names: text, state, and whether it belongs to a petition.
async fn words(office: &Office) -> Vec<(String, String, bool)> {
    sqlx::query_as(
        "select message ->> 'text', state, petition_id is not null from outbox_message
         where kind = 'word' order by outbox_message_id",
    )
    .fetch_all(&office.pool)
    .await
    .expect("words")
}

/// The lines of history about words: officer and whether the line repeats what was said.
async fn lines(office: &Office) -> Vec<(i64, bool)> {
    sqlx::query_as(
        "select officer_id, detail::text like '%giấy hẹn%' from petition_event
         where action = 'word' and status_from = status_to order by petition_event_id",
    )
    .fetch_all(&office.pool)
    .await
    .expect("lines")
}

/// Everybody who wrote to us asks for a person; gives the call of the last one.
async fn ask_for_a_person(office: &Office) -> i64 {
    sqlx::query_scalar(
        "with said as (
             insert into inbox_event (event_name, citizen_id, happened_at, received_at, body, state, retry_at, finished_at)
             select 'user_send_text', citizen_id, $1, $1, '', 'done', $1, $1 from citizen
             returning inbox_event_id, citizen_id
         )
         insert into officer_call (citizen_id, inbox_event_id, about, called_at)
         select citizen_id, inbox_event_id, 'Xin gặp', $1 from said order by inbox_event_id
         returning officer_call_id",
    )
    .bind(office.clock.now())
    .fetch_all(&office.pool)
    .await
    .expect("calls")
    .pop()
    .expect("somebody")
}

/// Somebody who wrote to us and has no petition.
async fn stranger(office: &Office) {
    sqlx::query("insert into citizen (zalo_user_id, created_at, last_heard_at) values ('ai-do', $1, $1)")
        .bind(office.clock.now())
        .execute(&office.pool)
        .await
        .expect("a citizen");
}

async fn is_answered(office: &Office) -> bool {
    sqlx::query_scalar("select bool_and(answered_at is not null and officer_id is not null) from officer_call")
        .fetch_one(&office.pool)
        .await
        .expect("a call")
}

fn has_form(page: &Page) -> bool {
    page.shows("/word\" method=\"post\"")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_officer_writes_to_the_sender_and_the_history_says_so(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    let sheet = officer.get(&path).await;
    assert!(has_form(&sheet) && sheet.shows("Nhắn cho người gửi"), "{}", sheet.html);
    let seen = sheet.field("seen");
    let decomposed = " Mời Ông/Bà gửi a\u{309}nh giấy hẹn <bản rõ>.\0\r\n";
    let page = officer.post(&format!("{path}/word"), &[("seen", &seen), ("word", decomposed)]).await;
    assert_eq!((page.status, page.to()), (StatusCode::SEE_OTHER, path.as_str()), "{}", page.html);
    let said = format!("Cán bộ Văn phòng UBND Thành phố: {WORDS}");
    assert_eq!(words(&office).await, [(said, "waiting".to_owned(), true)]);
    assert_eq!(lines(&office).await, [(office.officer_id, false)], "the words stand in the outbox only");

    let sheet = officer.get(&path).await;
    assert!(sheet.shows("Đã gửi tin cho người gửi.") && sheet.shows("<b>Nhắn người gửi</b>"), "{}", sheet.html);
    assert!(sheet.shows("<span class=\"hide\">Cán bộ: </span>") && sheet.shows("&lt;bản rõ&gt;"), "{}", sheet.html);
    let version: i32 = sqlx::query_scalar("select version from petition").fetch_one(&office.pool).await.expect("one");
    assert_eq!(version, 1, "words move nothing");

    office.lay_at_the_ward(&reference).await;
    let mut ward = office.signed_in("minh.lang").await;
    let seen = ward.get(&path).await.field("seen");
    ward.post(&format!("{path}/word"), &[("seen", &seen), ("word", "Phường mời Ông/Bà đến quầy 3.")]).await;
    assert_eq!(words(&office).await[1].0, "Cán bộ UBND phường Láng: Phường mời Ông/Bà đến quầy 3.");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn words_that_cannot_be_sent_come_back_with_what_to_do(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    let seen = officer.get(&path).await.field("seen");
    let long = "ế".repeat(1_001);
    for (typed, say) in
        [("", "Viết điều cần nhắn"), (" \r\n \0", "Viết điều cần nhắn"), (&long, "nhiều nhất 1000 ký tự")]
    {
        let page = officer.post(&format!("{path}/word"), &[("seen", &seen), ("word", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.html);
        assert!(page.shows("href=\"#word\"") && page.shows("id=\"word-error\"") && page.shows(say), "{}", page.html);
        assert!(
            page.shows("word-error\" aria-invalid=\"true\"") && page.shows(&format!("{}</textarea>", typed.trim()))
        );
    }
    assert_eq!(words(&office).await, []);

    let fields = [("seen", seen.as_str()), ("word", WORDS)];
    assert_eq!(officer.post_from("https://evil.example", &format!("{path}/word"), &fields).await.status, 403);
    assert_eq!(officer.post(&format!("{path}/word"), &fields).await.status, StatusCode::SEE_OTHER);
    let page = officer.post(&format!("{path}/word"), &fields).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "a second press does not write twice");
    assert!(page.shows("đã thay đổi trong lúc") && page.shows("bản rõ") && words(&office).await.len() == 1);
    assert_eq!(officer.post("/admin/petitions/HN-PAKN-20261102-0009-C/word", &fields).await.status, 404);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn after_seven_days_an_officer_is_told_to_call(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let call = ask_for_a_person(&office).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    let seen = officer.get(&path).await.field("seen");
    office.wait(7 * 24);
    let mut officer = office.officer().await;
    for page in [officer.get(&path).await, officer.get("/admin/calls").await] {
        assert!(!has_form(&page), "{}", page.html);
        assert!(
            page.shows("Zalo chỉ cho nhắn người này đến 25/11/2026, 09:10. Cần báo gì thì gọi điện"),
            "{}",
            page.html
        );
    }
    let fields = [("seen", seen.as_str()), ("word", WORDS)];
    for post in [format!("{path}/word"), format!("/admin/officer-calls/{call}/word")] {
        let page = officer.post(&post, &fields).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{post}");
        assert!(page.shows("Zalo không còn cho nhắn người này") && page.shows("bản rõ"), "{post}: {}", page.html);
    }
    assert_eq!((words(&office).await, lines(&office).await), (vec![], vec![]));
    assert!(!is_answered(&office).await);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_asked_for_a_person_is_answered_in_the_chat(pool: PgPool) {
    let office = Office::open(pool).await;
    stranger(&office).await;
    let call = ask_for_a_person(&office).await;
    let path = format!("/admin/officer-calls/{call}/word");
    let mut officer = office.officer().await;
    let page = officer.get("/admin/calls").await;
    assert!(page.shows(&format!("action=\"{path}\"")), "{}", page.html);

    let page = officer.post(&path, &[("word", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows(&format!("id=\"word-{call}-error\"")) && page.shows("Viết điều cần nhắn"), "{}", page.html);
    assert!(!is_answered(&office).await);

    assert_eq!(officer.post(&path, &[("word", WORDS)]).await.to(), "/admin/calls");
    let said = format!("Cán bộ Văn phòng UBND Thành phố: {WORDS}");
    assert_eq!(words(&office).await, [(said, "waiting".to_owned(), false)]);
    assert!(is_answered(&office).await && lines(&office).await.is_empty());
    let page = officer.get("/admin/calls").await;
    assert!(page.shows("Đã gửi tin.") && page.shows("Không có ai đang chờ cán bộ"), "{}", page.html);

    let mut other = office.signed_in("minh.lang").await;
    let page = other.post(&path, &[("word", "Tôi cũng trả lời.")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.shows("người này đã được trả lời") && page.shows("Tôi cũng trả lời.</textarea>"), "{}", page.html);
    assert_eq!(words(&office).await.len(), 1, "nobody is answered twice");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_answer_to_a_sender_belongs_to_their_petition(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let call = ask_for_a_person(&office).await;
    office.lay_at_the_ward(&reference).await;
    let mut ward = office.signed_in("minh.lang").await;
    ward.post(&format!("/admin/officer-calls/{call}/word"), &[("word", WORDS)]).await;
    let said = format!("Cán bộ UBND phường Láng: {WORDS}");
    assert_eq!(words(&office).await, [(said, "waiting".to_owned(), true)]);
    assert!(is_answered(&office).await && lines(&office).await.len() == 1);
    let sheet = ward.get(&format!("/admin/petitions/{reference}")).await;
    assert!(sheet.shows("<b>Nhắn người gửi</b>") && sheet.shows("Lê Minh"), "{}", sheet.html);
}
