//! Finding one petition among many: by whatever somebody remembers of it, and by nothing they may not know.

use sqlx::PgPool;
use zalo_petitions::officer::{self, NewOfficer, Role};

use crate::admin::lists::listed;
use crate::visitor::{Office, PASSWORD, Visitor};

/// Two petitions in the same agency's hands that share no word, and one of another agency.
struct Filed {
    lan: String,
    binh: String,
    foreign: String,
}

async fn filed(office: &Office) -> Filed {
    let lan = office.file(&[("topic", "land_certificate")]).await;
    let binh = office
        .file(&[
            ("submitter_name", "Trần Văn Bình"),
            ("phone", "+84987654321"),
            ("title", "Đường dây điện của ông Trần Văn Bình thấp quá mức 50%"),
            ("content", "Đường dây qua ngõ tôi võng xuống thấp từ tháng 9, Bình đã báo rồi."),
            ("identity_confidential", "yes"),
        ])
        .await;
    let foreign = office.file(&[("title", "Giấy phép xây dựng chậm"), ("topic", "building_permit")]).await;
    let sql = "update petition set alike_id = null, status = 'in_progress', accepted_at = submitted_at,
                   handling_agency_id = case when reference = $1 then 'HN-SXD' else 'HN-09454' end,
                   national_code = case when reference = $2 then 'H26.12.3-261105-0042' end";
    sqlx::query(sql).bind(&foreign).bind(&binh).execute(&office.pool).await.expect("accepted");
    Filed { lan, binh, foreign }
}

async fn employ(office: &Office, login: &str, agency_id: &str, role: Role) -> Visitor {
    let mut connection = office.pool.acquire().await.expect("a connection");
    let new = NewOfficer { login, name: login, agency_id, role };
    officer::add(&mut connection, &new, PASSWORD, office.clock.now()).await.expect("added");
    drop(connection);
    office.signed_in(login).await
}

async fn found(visitor: &mut Visitor, query: &str) -> Vec<String> {
    let page = visitor.get(&format!("/admin?{query}")).await;
    assert_eq!(page.status, 200, "{query}");
    listed(&page)
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_is_found_by_whatever_is_remembered_of_it(pool: PgPool) {
    let office = Office::open(pool).await;
    let Filed { lan, binh, foreign } = filed(&office).await;
    let mut officer = office.officer().await;
    let end = binh[17..].to_lowercase();
    let bare = binh.replace('-', "").to_lowercase();
    for query in [
        format!("q={binh}"),
        format!("q={bare}"),
        format!("q={end}"),
        format!("q={}", end.replace('-', "")),
        "q=H26.12.3-261105-0042".to_owned(),
        "q=261105".to_owned(),
        "q=binh+tran".to_owned(),
        "q=TR%E1%BA%A6N+V%C4%82N+B".to_owned(),
        "q=321".to_owned(),
        "q=0987+654+321".to_owned(),
        "q=%2B84987654321".to_owned(),
        "q=duong+day+die".to_owned(),
        "q=50%25".to_owned(),
    ] {
        assert_eq!(found(&mut officer, &query).await, std::slice::from_ref(&binh), "{query}");
    }
    for query in ["q=vinhomes", "q=_", "q=999", "q=duong+lan"] {
        assert_eq!(found(&mut officer, query).await, Vec::<String>::new(), "{query}");
    }
    for (query, one) in [
        ("agency=HN-SXD", &foreign),
        ("field=land", &lan),
        ("field=construction", &foreign),
        ("q=lan&agency=HN-09454&due_from=2026-11-18&field=land", &lan),
    ] {
        assert_eq!(found(&mut officer, query).await, std::slice::from_ref(one), "{query}");
    }
    for (query, count) in [
        ("status=in_progress", 3),
        ("status=published", 0),
        ("source=zalo", 3),
        ("source=letter", 0),
        ("urgent=yes", 0),
        ("due=overdue", 0),
        ("from=2026-11-18&to=2026-11-18", 3),
        ("to=2026-11-17", 0),
        ("due_to=18/11/2026", 0),
    ] {
        assert_eq!(found(&mut officer, query).await.len(), count, "{query}");
    }
    let page = officer.get("/admin?from=h%C3%B4m+qua").await;
    assert!(page.shows("Ngày chưa đọc được, viết như 18/11/2026.") && page.shows("value=\"hôm qua\""), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn nobody_finds_a_petition_or_a_sender_they_may_not_know(pool: PgPool) {
    let office = Office::open(pool).await;
    let Filed { lan, binh, foreign } = filed(&office).await;
    let mut agency = office.signed_in("minh.lang").await;
    assert_eq!(found(&mut agency, "").await.len(), 2, "of the own agency");
    assert_eq!(found(&mut agency, &format!("q={foreign}")).await, Vec::<String>::new());
    assert_eq!(found(&mut agency, "q=lan").await, std::slice::from_ref(&lan));
    assert_eq!(found(&mut agency, "q=678").await, std::slice::from_ref(&lan));
    for query in ["q=tran+van+binh", "q=binh", "q=321", "q=0987654321"] {
        assert_eq!(found(&mut agency, query).await, Vec::<String>::new(), "who stays unnamed is not found by {query}");
    }
    assert_eq!(found(&mut agency, "q=duong+day+dien").await, std::slice::from_ref(&binh), "the matter is");
    let page = agency.get("/admin").await;
    assert!(page.shows("[họ tên] thấp quá mức") && !page.shows("Trần Văn Bình"), "{}", page.html);

    let mut oversight = employ(&office, "oversight", "HN-VP", Role::Oversight).await;
    assert_eq!(found(&mut oversight, "").await.len(), 3);
    for query in ["q=pham+thi+lan", "q=678", "q=binh"] {
        assert_eq!(found(&mut oversight, query).await, Vec::<String>::new(), "{query}");
    }
    assert!(!oversight.get("/admin").await.shows("Tải danh sách này"));

    let mut handler = employ(&office, "handler", "HN-09454", Role::Handler).await;
    assert_eq!(found(&mut handler, "").await, Vec::<String>::new());
    sqlx::query("update petition set handler_id = officer_id from officer where login = 'handler' and reference = $1")
        .bind(&lan)
        .execute(&office.pool)
        .await
        .expect("given");
    assert_eq!(found(&mut handler, "").await, std::slice::from_ref(&lan));
    sqlx::query("insert into petition_named_officer select petition_id, officer_id from petition, officer where reference = $1 and login = 'ha.vp'")
        .bind(&lan)
        .execute(&office.pool)
        .await
        .expect("named");
    let mut named = office.officer().await;
    assert_eq!(found(&mut named, &format!("q={lan}")).await, Vec::<String>::new());
    let page = named.get("/admin").await;
    assert!(page.shows("aria-current=\"page\">Việc cần làm <span class=\"count\">2</span>"), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_filter_is_kept_under_a_name_and_is_its_officer_s_own(pool: PgPool) {
    let office = Office::open(pool).await;
    let Filed { lan, .. } = filed(&office).await;
    let mut officer = office.officer().await;
    let page = officer.post("/admin/filters", &[("query", "field=land&after=x.1"), ("name", " ")]).await;
    assert_eq!(page.status, 422);
    assert!(page.shows("Viết tên bộ lọc, ví dụ: Đất đai quá hạn."), "{}", page.html);
    let page = officer.post("/admin/filters", &[("query", "field=land&after=x.1"), ("name", "Đất đai")]).await;
    assert_eq!(page.to(), "/admin?field=land");
    let page = officer.get("/admin?field=land").await;
    let tab = "<a href=\"/admin?field=land\" aria-current=\"true\"><span class=\"\">Đất đai</span> <span class=\"count\">1</span>";
    assert!(page.shows(tab) && page.shows("Đã lưu bộ lọc “Đất đai”."), "{}", page.html);
    assert_eq!(listed(&page), [lan]);
    let page = officer.post("/admin/filters", &[("query", "field=construction"), ("name", "đất đai")]).await;
    assert!(page.shows("Đã có bộ lọc tên này, chọn tên khác.") && page.shows("value=\"đất đai\""), "{}", page.html);

    let id: i64 =
        sqlx::query_scalar("select saved_filter_id from saved_filter").fetch_one(&office.pool).await.expect("one");
    let path = format!("/admin/filters/{id}");
    let mut other = office.signed_in("minh.lang").await;
    assert!(!other.get("/admin").await.shows(">Đất đai</span>"));
    assert_eq!(other.post(&path, &[("act", "delete")]).await.status, 404);
    assert_eq!(officer.post(&path, &[("act", "rename"), ("name", "Sổ đỏ")]).await.to(), "/admin?field=land");
    assert!(officer.get("/admin").await.shows("<span class=\"\">Sổ đỏ</span>"));
    officer.post(&path, &[("act", "delete")]).await;
    assert!(!officer.get("/admin").await.shows("<span class=\"\">Sổ đỏ</span>"));
}
