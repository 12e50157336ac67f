//! Heaps: answered once, every sender told, each may reopen.

use axum::http::StatusCode;
use sqlx::PgPool;
use zalo_petitions::casework::{self, FollowUp};
use zalo_petitions::privacy::Personal;

use super::alike::COUNTER;
use super::{at, notices, post, status};
use crate::visitor::{Office, Visitor, drafted};

const ANSWER: &str = "UBND phường đã mở thêm một quầy và phát số đến 16 giờ từ ngày 17/11, có niêm yết tại Một cửa.";

/// Three people say the same; gives their petitions, oldest first.
async fn three(office: &Office) -> Vec<String> {
    let mut told = Vec::new();
    for text in &COUNTER[..3] {
        told.push(office.file(&[("title", "Một cửa ngừng phát số từ 9 giờ"), ("content", text)]).await);
    }
    told
}

/// Merges what is proposed on the page of the oldest.
async fn merged(office: &Office, officer: &mut Visitor) -> Vec<String> {
    let told = three(office).await;
    let page = officer.get("/admin/triage").await;
    assert_eq!(at(&page), told[0]);
    assert!(page.shows("data-key=\"m\""), "{}", page.html);
    let with: Vec<String> = told[1..].iter().map(|reference| format!("{reference}:1")).collect();
    for with in &with {
        assert!(page.shows(&format!("name=\"with\" value=\"{with}\" checked")), "{}", page.html);
    }
    let fields: Vec<(&str, &str)> = with.iter().map(|with| ("with", with.as_str())).collect();
    let done = post(officer, &page, &told[0], "merger", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    told
}

async fn given(office: &Office, reference: &str, draft_key: &str, name: &str, words: &str) -> FollowUp {
    let citizen_id = sqlx::query_scalar("select citizen_id from petition where reference = $1")
        .bind(reference)
        .fetch_one(&office.pool)
        .await
        .expect("the sender");
    FollowUp {
        citizen_id,
        reference: reference.to_owned(),
        draft_key: draft_key.to_owned(),
        answers: [(name.to_owned(), Personal::new(words))].into(),
        attachments: Vec::new(),
    }
}

async fn leads(office: &Office, reference: &str) -> Option<String> {
    sqlx::query_scalar(
        "select leader.reference from petition p left join petition leader on leader.petition_id = p.heap_id
         where p.reference = $1",
    )
    .bind(reference)
    .fetch_one(&office.pool)
    .await
    .expect("a petition")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn three_are_given_and_answered_as_one_and_every_sender_is_told(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let told = merged(&office, &mut officer).await;
    let page = officer.get("/admin/triage").await;
    assert_eq!(at(&page), told[0], "the others wait with the first");
    assert!(page.shows("3 người gửi") && page.shows("<b>1/1</b>"), "{}", page.html);
    assert!(page.shows("Đã gộp 2 phản ánh") && page.shows("Xem nhóm, tách ra"), "{}", page.html);
    let done = post(&mut officer, &page, &told[0], "acceptance", &[("agency_id", "HN-09454")]).await;
    assert!(officer.get(done.to()).await.shows("3 người gửi được báo qua Zalo."));
    for reference in &told {
        assert_eq!(status(&office, reference).await, "assigned");
        let words = format!("Phản ánh {reference} ");
        assert_eq!(notices(&office).await.iter().filter(|notice| notice.starts_with(&words)).count(), 1, "{reference}");
    }

    let path = format!("/admin/petitions/{}", told[0]);
    let sheet = officer.get(&path).await;
    assert!(sheet.shows("3 người gửi cùng một việc") && sheet.shows(&told[2]), "{}", sheet.html);
    let member = officer.get(&format!("/admin/petitions/{}", told[2])).await;
    assert!(member.shows("Đã gộp vào phản ánh khác") && member.shows(&told[0]), "{}", member.html);

    let mut connection = office.pool.acquire().await.expect("a connection");
    let draft = casework::AnswerDraft { is_own: "yes".to_owned(), ..drafted(ANSWER) };
    let version: i32 = sqlx::query_scalar("select version from petition where reference = $1")
        .bind(&told[0])
        .fetch_one(&office.pool)
        .await
        .expect("a version");
    let hand = |version| casework::Hand {
        reference: &told[0],
        version,
        officer_id: office.officer_id,
        at: office.clock.now(),
    };
    casework::answer(&office.rules, &mut connection, hand(version), &draft).await.expect("answered");
    let public = casework::PublicationDraft {
        is_public: true,
        title: "Một cửa ngừng phát số từ 9 giờ".to_owned(),
        content: "Một cửa ngừng phát số.".to_owned(),
        answer: ANSWER.to_owned(),
        ..casework::PublicationDraft::default()
    };
    casework::publish(&office.rules, &mut connection, hand(version + 1), &public).await.expect("published");
    for reference in &told {
        assert_eq!(status(&office, reference).await, "published");
    }
    let said = notices(&office).await.split_off(3);
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(said[0].contains("Trang công khai") && said[1].contains("cùng phản ánh của người khác"), "{said:#?}");
    assert!(said.iter().all(|notice| notice.contains("mở thêm một quầy")), "{said:#?}");
    assert_eq!(office.visitor().get(&format!("/p/{}", told[1])).await.status, StatusCode::NOT_FOUND, "not their words");

    // one of them is not content
    let again = given(&office, &told[2], "draft-9", "words", "Hôm nay vẫn hết số từ 9h").await;
    casework::reopen(&office.rules, &mut connection, &again, office.clock.now()).await.expect("reopened");
    assert_eq!(leads(&office, &told[2]).await, None, "a reopened one leaves the heap");
    assert_eq!(status(&office, &told[1]).await, "published");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn one_that_comes_later_is_brought_to_where_the_first_stands(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let told = three(&office).await;
    let page = officer.get("/admin/triage").await;
    post(&mut officer, &page, &told[0], "acceptance", &[("agency_id", "HN-SXD")]).await;
    let page = officer.get("/admin/triage").await;
    assert_eq!(at(&page), told[1]);
    assert!(
        page.shows(&format!("value=\"{}:2\" checked", told[0])),
        "the one that is handled is proposed: {}",
        page.html
    );
    let with = format!("{}:2", told[0]);
    let done = post(&mut officer, &page, &told[1], "merger", &[("with", &with)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
    assert_eq!(leads(&office, &told[1]).await.as_ref(), Some(&told[0]));
    assert_eq!(status(&office, &told[1]).await, "assigned");
    let agency: String = sqlx::query_scalar("select handling_agency_id from petition where reference = $1")
        .bind(&told[1])
        .fetch_one(&office.pool)
        .await
        .expect("an agency");
    assert_eq!(agency, "HN-SXD");
    let said = notices(&office).await;
    assert!(said.len() == 2 && said[1].contains(&told[1]) && said[1].contains("giao Sở Xây dựng"), "{said:#?}");

    // what was on the screen is old now
    let stale = post(&mut officer, &page, &told[1], "merger", &[("with", &with)]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.html);
    let page = officer.get(done.to()).await;
    let none = post(&mut officer, &page, &told[2], "merger", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.shows("Chọn ít nhất một phản ánh để gộp."), "{}", none.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_heap_outlives_its_first_and_lets_go_of_whom_an_officer_takes_out(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut officer = office.officer().await;
    let told = merged(&office, &mut officer).await;
    let mut connection = office.pool.acquire().await.expect("a connection");
    let more = given(&office, &told[2], "draft-7", "words", "Chiều nay cũng không phát số").await;
    casework::supplement(&office.rules, &mut connection, &more, office.clock.now()).await.expect("said");
    let sheet = officer.get(&format!("/admin/petitions/{}", told[0])).await;
    assert!(sheet.shows("Người gửi này nói thêm") && sheet.shows("Chiều nay cũng không phát số"), "{}", sheet.html);

    let given_back = given(&office, &told[0], "draft-8", "reason", "đã xong").await;
    casework::withdraw(&office.rules, &mut connection, &given_back, office.clock.now()).await.expect("withdrawn");
    assert_eq!(leads(&office, &told[1]).await, None);
    assert_eq!(leads(&office, &told[2]).await.as_ref(), Some(&told[1]));
    let sheet = officer.get(&format!("/admin/petitions/{}", told[1])).await;
    assert!(sheet.shows("2 người gửi cùng một việc"), "{}", sheet.html);

    let member = officer.get(&format!("/admin/petitions/{}", told[2])).await;
    let version = member.field("version");
    let path = format!("/admin/petitions/{}/separation", told[2]);
    let done = officer.post(&path, &[("version", &version)]).await;
    assert!(officer.get(done.to()).await.shows("Đã tách "), "{}", done.html);
    assert_eq!(leads(&office, &told[2]).await, None);
    let done = officer.post(&path, &[("version", &version)]).await;
    assert!(officer.get(done.to()).await.shows("Chưa tách."));
    let page = officer.get(&format!("/admin/triage?at={}", told[1])).await;
    assert_eq!(at(&page), told[1]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_one_citizen_sends_twice_is_shown_together(pool: PgPool) {
    let office = Office::open(pool).await;
    let first = office.file(&[("title", "Sổ đỏ quá hẹn"), ("target_agency_code", "HN-SXD")]).await;
    let second =
        office.file(&[("title", "Khai sinh cho con"), ("content", "Tôi nộp hồ sơ khai sinh cho con quá hẹn.")]).await;
    sqlx::query("update petition set citizen_id = (select min(citizen_id) from citizen)")
        .execute(&office.pool)
        .await
        .expect("one citizen");
    let mut officer = office.officer().await;
    let page = officer.get(&format!("/admin/triage?at={second}")).await;
    assert!(page.shows("cùng người gửi") && page.shows(&format!("value=\"{first}:1\">")), "not chosen: {}", page.html);
    let with = format!("{first}:1");
    post(&mut officer, &page, &second, "merger", &[("with", &with)]).await;
    assert_eq!(leads(&office, &second).await.as_ref(), Some(&first), "the earlier one leads");
}
