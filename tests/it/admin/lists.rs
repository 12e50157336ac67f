//! The lists officers work through.

use sqlx::PgPool;

use crate::visitor::{Office, Page};

fn places(page: &Page, references: &[&String]) -> Vec<Option<usize>> {
    let rows = page.html.split_once("<tbody").map_or("", |(_, rows)| rows);
    references.iter().map(|reference| rows.find(&format!("/admin/petitions/{reference}"))).collect()
}

const ANSWER: &str = "UBND phường đã kiểm tra hồ sơ ngày 16/11, thiếu một chữ ký và đã trả kết quả ngày 17/11.";

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_gravest_stands_first_and_every_view_shows_its_own(pool: PgPool) {
    let office = Office::open(pool).await;
    let fine = office.file(&[("title", "Việc được giao sớm nhất trong ngày")]).await;
    accept(&office, &fine).await;
    let late = office.file(&[("title", "Việc chưa ai nhận từ hôm qua")]).await;
    let answered = office.file(&[]).await;
    office.answer(&answered, ANSWER).await;
    let refused = office.file(&[]).await;
    refuse(&office, &refused).await;
    office.wait(22); // Thursday 19/11, 7:10; at 9:10 the acceptance is due
    let soon = office.file(&[]).await;
    office.wait(3); // 10:10

    let mut officer = office.officer().await;
    let page = officer.get("/admin").await;
    let found = places(&page, &[&late, &soon, &answered, &fine, &refused]);
    assert!(found[..4].iter().all(Option::is_some) && found[4].is_none(), "{found:?}");
    assert!(found[..4].is_sorted(), "{found:?}");
    assert!(page.shows("<b>Quá hạn 1 giờ</b>"), "{}", page.html);
    assert!(page.shows("Quá hạn lâu nhất") && page.shows("1 giờ 00 phút"), "an alarm when something is late");
    assert!(page.shows("aria-current=\"page\">Việc cần làm <span class=\"count\">4</span>"), "{}", page.html);

    for (view, shown) in [
        ("overdue", vec![&late]),
        ("soon", vec![&answered]),
        ("new", vec![&late, &soon]),
        ("publish", vec![&answered]),
        ("closed", vec![&refused]),
        ("supplement", vec![]),
    ] {
        let page = officer.get(&format!("/admin?view={view}")).await;
        let all = [&fine, &late, &answered, &refused, &soon];
        let listed: Vec<&String> =
            all.into_iter().filter(|reference| places(&page, &[reference])[0].is_some()).collect();
        assert_eq!(listed, shown, "{view}");
        assert!(page.shows("Tất cả</span> <span class=\"count\">4</span>"), "{view}: {}", page.html);
    }
    let page = officer.get("/admin?view=supplement").await;
    assert!(page.shows("Không còn việc nào ở đây"));
    assert!(!page.shows("Quá hạn lâu nhất"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_is_found_by_reference_name_phone_and_folded_words(pool: PgPool) {
    let office = Office::open(pool).await;
    let lan = office.file(&[]).await;
    let binh = office
        .file(&[
            ("submitter_name", "Trần Văn Bình"),
            ("phone", "+84987654321"),
            ("title", "Đường dây điện thấp quá mức 50%"),
            ("content", "Đường dây qua ngõ tôi võng xuống thấp từ tháng 9, đã báo hai lần."),
        ])
        .await;
    refuse(&office, &binh).await;
    let mut officer = office.officer().await;
    let short = binh[17..].to_lowercase();
    for (typed, found) in [
        ("binh tran", &binh),
        ("Trần%20Văn%20Bình", &binh),
        ("321", &binh),
        ("0987654321", &binh),
        ("duong+day+dien", &binh),
        ("50%25", &binh),
        (short.as_str(), &binh),
        (lan.as_str(), &lan),
        ("678", &lan),
    ] {
        let page = officer.get(&format!("/admin?q={}", typed.replace(' ', "+"))).await;
        let other = if found == &binh { &lan } else { &binh };
        assert_eq!(
            places(&page, &[found, other]).iter().map(Option::is_some).collect::<Vec<_>>(),
            [true, false],
            "{typed}"
        );
    }
    for absent in ["vinhomes", "_", "999"] {
        let page = officer.get(&format!("/admin?q={absent}")).await;
        assert!(page.shows(&format!("Không có phản ánh nào khớp “{absent}”")), "{}", page.html);
    }
    let page = officer.get("/admin?q=binh&view=new").await;
    assert_eq!(places(&page, &[&binh]), [None], "a refused petition is not among the new ones");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_long_list_has_pages(pool: PgPool) {
    let office = Office::open(pool).await;
    for _ in 0..52 {
        office.file(&[]).await;
    }
    let mut officer = office.officer().await;
    let first = officer.get("/admin?view=new").await;
    assert_eq!(first.html.matches("scope=\"row\"").count(), 50);
    assert!(
        first.shows("Đang xem 1 đến 50 trong 52") && first.shows("href=\"/admin?view=new&#38;page=2\""),
        "{}",
        first.html
    );
    let second = officer.get("/admin?view=new&page=2").await;
    assert_eq!(second.html.matches("scope=\"row\"").count(), 2);
    assert!(second.shows("Trang trước") && !second.shows("Trang sau"));
    for odd in ["0", "-3", "x", "99999999999999999999"] {
        assert_eq!(officer.get(&format!("/admin?page={odd}")).await.status, 200, "{odd}");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn whom_no_message_reached_is_called_and_the_call_is_written_down(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let hidden = office.file(&[("identity_confidential", "yes"), ("submitter_name", "Ngô Thị Mai")]).await;
    accept(&office, &reference).await;
    accept(&office, &hidden).await;
    sqlx::query("update outbox_message set state = 'unreachable'").execute(&office.pool).await.expect("unreachable");

    let mut officer = office.officer().await;
    let page = officer.get("/admin/calls").await;
    for shown in ["Phạm Thị Lan", "0912 345 678", "đã được tiếp nhận", "Ngô Thị Mai", "2 người chưa được báo"]
    {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    officer.get("/admin/calls").await;
    let seen = count(&office, "reveal").await;
    assert_eq!(seen, 2, "written down once a day for each petition");

    let mut other = office.signed_in("minh.lang").await;
    let page = other.get("/admin/calls").await;
    assert!(page.shows("Phạm Thị Lan") && !page.shows("Ngô Thị Mai"), "{}", page.html);

    let id = page.html.split("action=\"/admin/calls/").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    let path = format!("/admin/calls/{id}");
    let reached = [("outcome", "reached"), ("attempts", "0")];
    assert_eq!(other.post(&path, &reached).await.to(), "/admin/calls");
    let page = officer.get("/admin/calls").await;
    assert!(!page.shows("Phạm Thị Lan") && page.shows("Ngô Thị Mai"));
    other.post(&path, &reached).await;
    assert_eq!(count(&office, "call").await, 1, "a second press writes nothing");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn who_asked_for_a_person_is_shown_until_somebody_answered(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[("identity_confidential", "yes")]).await;
    office.lay_at_the_ward(&reference).await;
    sqlx::query(
        "with said as (
             insert into inbox_event (event_name, citizen_id, happened_at, received_at, body, state, retry_at, finished_at)
             select 'user_send_text', citizen_id, $1, $1, convert_to(words, 'UTF8'), 'done', $1, $1
             from citizen, (values ('{}'), ('{\"message\":{\"text\":\"Bao giờ có <kết quả>?\"}}')) body (words)
             returning inbox_event_id, citizen_id
         )
         insert into officer_call (citizen_id, inbox_event_id, about, called_at)
         select citizen_id, min(inbox_event_id), 'Trợ cấp hưu trí', $1 from said group by citizen_id",
    )
    .bind(office.clock.now())
    .execute(&office.pool)
    .await
    .expect("a call");

    let mut officer = office.officer().await;
    let page = officer.get("/admin/calls").await;
    for shown in [
        "1 người muốn gặp cán bộ",
        "Phạm Thị Lan",
        "0912 345 678",
        "Trợ cấp hưu trí",
        "Bao giờ có &lt;kết quả&gt;?",
        &reference,
    ] {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    assert!(page.shows("Gọi điện <span class=\"count\">1</span>"));
    assert_eq!(count(&office, "reveal").await, 1);
    let mut other = office.signed_in("minh.lang").await;
    let page = other.get("/admin/calls").await;
    assert!(page.shows("Người gửi giữ kín tên") && !page.shows("Phạm Thị Lan") && !page.shows("0912"), "{}", page.html);

    let id = page.html.split("id=\"asking-").nth(1).and_then(|rest| rest.split('"').next());
    officer.post(&format!("/admin/officer-calls/{}", id.expect("an id")), &[]).await;
    assert!(officer.get("/admin/calls").await.shows("Không có ai đang chờ cán bộ"));
    let answered: i64 =
        sqlx::query_scalar("select officer_id from officer_call").fetch_one(&office.pool).await.expect("one");
    assert_eq!(answered, office.officer_id);
}

async fn count(office: &Office, action: &str) -> i64 {
    sqlx::query_scalar("select count(*) from petition_event where action = $1")
        .bind(action)
        .fetch_one(&office.pool)
        .await
        .expect("a count")
}

async fn accept(office: &Office, reference: &str) {
    let mut officer = office.officer().await;
    let fields = [("version", "1"), ("seen", "1"), ("agency_id", "HN-09454")];
    let page = officer.post(&format!("/admin/petitions/{reference}/acceptance"), &fields).await;
    assert_eq!(page.status, 303, "{}", page.html);
}

async fn refuse(office: &Office, reference: &str) {
    let mut officer = office.officer().await;
    let text = "Việc này do kênh hiện trường của Thành phố nhận.";
    let fields = [("version", "1"), ("seen", "1"), ("reason", "field_report"), ("text", text), ("act", "refuse")];
    let page = officer.post(&format!("/admin/petitions/{reference}/refusal"), &fields).await;
    assert_eq!(page.status, 303, "{}", page.html);
}
