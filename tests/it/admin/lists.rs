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
    each_a_matter_of_its_own(&office).await;
    let answered = office.file(&[]).await;
    office.answer(&answered, ANSWER).await;
    let refused = office.file(&[]).await;
    refuse(&office, &refused).await;
    office.wait(22); // Thursday 19/11, 7:10; at 9:10 the acceptance is due
    let soon = office.file(&[]).await;
    each_a_matter_of_its_own(&office).await;
    office.wait(3); // 10:10

    let mut officer = office.officer().await;
    let page = officer.get("/admin").await;
    let found = places(&page, &[&late, &soon, &answered, &fine, &refused]);
    assert!(found[..4].iter().all(Option::is_some) && found[4].is_none(), "{found:?}");
    assert!(found[..4].is_sorted(), "{found:?}");
    assert!(page.shows("<b>Quá hạn 1 giờ</b>"), "{}", page.html);
    assert!(page.shows("<strong>1 ngày 1 giờ</strong> <span>Chờ lâu nhất</span>"), "{}", page.html);
    assert!(page.shows("giờ làm việc, báo động từ 8 giờ"), "{}", page.html);
    assert!(page.shows("Thứ Ba 24/11 nghỉ lễ, không tính vào hạn."), "{}", page.html);
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
    assert!(page.shows("Việc gần nhất đến hạn thứ Năm 19/11/2026"), "{}", page.html);
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
async fn a_long_list_is_turned_from_where_it_ended_and_back(pool: PgPool) {
    let office = Office::open(pool).await;
    for _ in 0..52 {
        office.file(&[]).await;
    }
    each_a_matter_of_its_own(&office).await;
    let mut officer = office.officer().await;
    let first = officer.get("/admin?view=new").await;
    assert_eq!(first.html.matches("scope=\"row\"").count(), 50);
    assert!(first.shows("50 phản ánh trên trang này, tất cả 52"), "{}", first.html);
    assert!(!first.shows("Trang trước"));
    // what is filed meanwhile does not move what was read
    office.file(&[]).await;
    each_a_matter_of_its_own(&office).await;
    let second = officer.get(&linked(&first, "next")).await;
    assert_eq!(second.html.matches("scope=\"row\"").count(), 3);
    assert!(second.shows("Trang trước") && !second.shows("Trang sau"));
    let back = officer.get(&linked(&second, "prev")).await;
    assert_eq!(listed(&back), listed(&first));
    for odd in ["after=0", "after=x.-3", "before=y", "after=99999999999999999999.1"] {
        assert_eq!(officer.get(&format!("/admin?{odd}")).await.status, 200, "{odd}");
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_heap_is_one_line_and_whoever_looks_for_a_member_finds_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let leader = office.file(&[("title", "Một cửa ngừng phát số từ 9 giờ")]).await;
    let alike = office.file(&[("title", "Không lấy được số ở Một cửa")]).await;
    let merged = office.file(&[("title", "Hết số từ 9 giờ sáng"), ("submitter_name", "Ngô Văn Tám")]).await;
    each_a_matter_of_its_own(&office).await;
    under(&office, "alike_id", &alike, &leader).await;
    let mut officer = office.officer().await;
    let page = officer.get("/admin").await;
    assert!(page.shows("2 phản ánh giống nhau"), "{}", page.html);
    under(&office, "heap_id", &merged, &leader).await;
    let page = officer.get("/admin").await;
    assert!(page.shows("<span class=\"heap\">2 người gửi</span>"), "{}", page.html);
    assert_eq!(listed(&page), std::slice::from_ref(&leader));
    assert!(page.shows("aria-current=\"page\">Việc cần làm <span class=\"count\">1</span>"), "{}", page.html);
    for typed in [merged.as_str(), "ngo+van+tam"] {
        assert_eq!(listed(&officer.get(&format!("/admin?q={typed}")).await), std::slice::from_ref(&merged), "{typed}");
    }
    sqlx::query("update petition set status = 'reopened' where reference = $1")
        .bind(&merged)
        .execute(&office.pool)
        .await
        .expect("reopened");
    let page = officer.get("/admin").await;
    assert!(listed(&page).contains(&merged), "what goes its own way has a line of its own: {}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn only_what_differs_is_said_out_loud(pool: PgPool) {
    let office = Office::open(pool).await;
    let plain = office.file(&[]).await;
    let mut officer = office.officer().await;
    assert!(officer.get("/admin").await.shows("Thủ tục<span class=\"meta\">UBND phường Láng</span>"));
    for (change, said) in [
        ("is_urgent = true", "<b>Khẩn</b>"),
        ("category = 'official_conduct'", "<b>Khẩn, thái độ cán bộ</b>"),
        ("scope_class = 'khieu_nai'", "<b>Khẩn, thái độ cán bộ, có dấu hiệu khiếu nại</b>"),
        ("scope_class = 'field_report'", "Hướng dẫn sang iHanoi hoặc 1022"),
        ("transfer_count = 3", "chuyển lần 3</b>"),
        ("status = 'in_progress', accepted_at = submitted_at, approval_asked_at = submitted_at", "Chờ duyệt trả lời"),
        ("identity_confidential = true", "UBND phường Láng, giữ kín người gửi"),
    ] {
        let sql = format!("update petition set {change} where reference = '{plain}'");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&office.pool).await.expect(change);
        let page = officer.get("/admin").await;
        assert!(page.shows(said), "{said}: {}", page.html);
    }
    assert_eq!(listed(&officer.get("/admin?view=approval").await), [plain]);
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

/// Petitions of a test are alike by chance: nothing is proposed to be one.
async fn each_a_matter_of_its_own(office: &Office) {
    sqlx::query("update petition set alike_id = null").execute(&office.pool).await.expect("apart");
}

async fn under(office: &Office, column: &str, member: &str, leader: &str) {
    let apart = if column == "heap_id" { ", alike_id = null" } else { "" };
    let sql = format!(
        "update petition set {column} = leader.petition_id{apart}
         from petition as leader where leader.reference = '{leader}' and petition.reference = '{member}'"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&office.pool).await.expect("under its leader");
}

/// The references on a page of the list, from top to bottom.
pub fn listed(page: &Page) -> Vec<String> {
    let rows = page.html.split_once("<tbody").map_or("", |(_, rows)| rows);
    let rows = rows.split("<th role=\"rowheader\"").skip(1);
    let reference = |row: &str| row.split("/admin/petitions/").nth(1)?.split('"').next().map(str::to_owned);
    rows.filter_map(reference).collect()
}

fn linked(page: &Page, rel: &str) -> String {
    let (before, _) = page.html.split_once(&format!("\" rel=\"{rel}\"")).expect("a link");
    before.rsplit("href=\"").next().expect("an address").replace("&#38;", "&")
}
