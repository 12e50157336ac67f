//! Accepting, refusing, answering, publishing.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::visitor::{Office, Page, Visitor, typed};

/// What is not typed.
const CHOSEN: [&str; 4] = ["outcome", "evidence", "finished", "act"];
const ANSWER: &str = "UBND phường đã kiểm tra hồ sơ của bà Phạm Thị Lan ngày 16/11 và trả kết quả ngày 17/11.";

async fn notices(office: &Office) -> Vec<String> {
    sqlx::query_scalar("select message ->> 'text' from outbox_message where kind = 'notice' order by outbox_message_id")
        .fetch_all(&office.pool)
        .await
        .expect("notices")
}

/// Posts a form as it was drawn on `page`.
async fn post(officer: &mut Visitor, path: &str, page: &Page, fields: &[(&str, &str)]) -> Page {
    officer.post_drawn(path, page, fields).await
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_goes_its_whole_way_through_the_office(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;

    let sheet = officer.get(&path).await;
    assert!(sheet.shows("<option value=\"HN-09454\" selected>"), "the agency named in the petition is proposed");
    let (_, acceptance) = sheet.html.split_once("<form id=\"acceptance\"").expect("a form");
    let (acceptance, _) = acceptance.split_once("</form>").expect("its end");
    assert!(!acceptance.contains("TW-THUE-HN"), "the city cannot give work to an agency of a ministry");
    let page = post(&mut officer, &format!("{path}/acceptance"), &sheet, &[("agency_id", "HN-09454")]).await;
    assert_eq!(page.to(), path);
    let sheet = officer.get(&path).await;
    assert!(sheet.shows("Đã tiếp nhận và giao UBND phường Láng."), "{}", sheet.html);
    assert!(!officer.get(&path).await.shows("Đã tiếp nhận và giao"), "a word is said once");

    let page = post(&mut officer, &format!("{path}/answer"), &sheet, &typed(ANSWER)).await;
    assert_eq!(page.to(), format!("{path}/publication"), "{}", page.html);

    let preview = officer.get(&format!("{path}/publication")).await;
    let (_, public) = preview.html.split_once("id=\"out-title\"").expect("the public version");
    let (public, after) = public.split_once("</section>").expect("its end");
    assert!(public.contains("<span class=\"masked\">[họ tên]</span>") && public.contains("[địa chỉ]"), "{public}");
    for private in ["Lan", "345 678", "Nguyễn Thượng Hiền"] {
        assert!(!public.contains(private), "{private}: {public}");
    }
    assert!(after.contains("đã có trả lời của UBND phường Láng"), "the message that goes out: {after}");

    let fields = [
        ("audience", "everybody"),
        ("title", "Trợ cấp hưu trí xã hội quá hẹn"),
        ("content", "Tôi là [tên], hồ sơ quá hẹn."),
        ("answer", "UBND phường đã trả kết quả."),
        ("act", "preview"),
    ];
    let page = post(&mut officer, &format!("{path}/publication"), &preview, &fields).await;
    assert_eq!(page.status, StatusCode::OK, "a preview changes nothing");
    assert!(page.shows("<p>UBND phường đã trả kết quả.</p>"));
    let fields = fields.map(|(name, value)| (name, if name == "act" { "publish" } else { value }));
    let page = post(&mut officer, &format!("{path}/publication"), &page, &fields).await;
    assert_eq!(page.to(), path, "{}", page.html);
    let sheet = officer.get(&path).await;
    assert!(sheet.shows("Đã công khai.") && sheet.shows(&format!("href=\"/p/{reference}\"")), "{}", sheet.html);
    assert!(office.visitor().get(&format!("/p/{reference}")).await.shows("UBND phường đã trả kết quả."));
    let notices = notices(&office).await;
    assert_eq!(notices.len(), 2);
    assert!(preview.shows(&notices[1].replace('"', "&quot;")), "told exactly what the preview showed: {}", notices[1]);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_refusal_is_seen_before_it_is_sent(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}/refusal");
    let mut officer = office.officer().await;
    let page = officer.get(&path).await;
    assert!(page.shows("Chọn lý do để xem tin") && !page.shows("value=\"refuse\""));

    let page = post(&mut officer, &path, &page, &[("reason", "field_report"), ("act", "preview")]).await;
    assert!(page.shows("Việc này do kênh hiện trường của Thành phố nhận") && page.shows("iHanoi"), "{}", page.html);
    let ready = "Việc này do kênh hiện trường của Thành phố nhận; ở đây chỉ nhận việc thủ tục và thái độ cán bộ.";
    let page = post(&mut officer, &path, &page, &[("reason", "khieu_nai"), ("text", ready), ("act", "preview")]).await;
    assert!(page.shows("đó là khiếu nại") && !page.shows("kênh hiện trường"), "ready words follow the reason");
    let own = "Việc này phải làm đơn khiếu nại gửi <phường>.";
    let page = post(&mut officer, &path, &page, &[("reason", "khieu_nai"), ("text", own), ("act", "preview")]).await;
    assert!(page.shows("gửi &lt;phường&gt;") || page.shows("gửi &#60;phường&#62;"), "own words stay");
    assert!(notices(&office).await.is_empty());

    let page =
        post(&mut officer, &path, &page, &[("reason", "khieu_nai"), ("text", "Không."), ("act", "refuse")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("href=\"#text\"") && page.shows("id=\"text-error\"") && page.shows(">Không.</textarea>"));

    let page = post(&mut officer, &path, &page, &[("reason", "khieu_nai"), ("text", own), ("act", "refuse")]).await;
    assert_eq!(page.to(), format!("/admin/petitions/{reference}"), "{}", page.html);
    let told = notices(&office).await;
    assert!(told[0].contains(own) && told[0].contains("Ban Tiếp công dân"), "{told:?}");
    let sheet = officer.get(page.to()).await;
    assert!(sheet.shows("Đã từ chối: khiếu nại") && sheet.shows("Trần Thu Hà: khiếu nại"), "{}", sheet.html);
    assert!(officer.get(&path).await.shows("không còn từ chối được nữa"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_form_with_a_mistake_comes_back_with_what_was_typed(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let mut officer = office.officer().await;
    let sheet = officer.get(&path).await;
    let page = post(&mut officer, &format!("{path}/acceptance"), &sheet, &[("agency_id", "")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("id=\"agency_id-error\"") && page.shows("Chọn cơ quan giải quyết trong danh sách."));

    post(&mut officer, &format!("{path}/acceptance"), &sheet, &[("agency_id", "HN-SXD")]).await;
    let good = typed(ANSWER);
    for (field, value, say) in [
        ("did", "Đã xử lý.", "Viết rõ đã làm gì"),
        ("unit", "", "Nhập đơn vị đã làm việc này"),
        ("done_on", "30/11/2026", "Ngày đã làm không sau hôm nay"),
        ("evidence", "", "Chọn bằng chứng"),
        ("document_number", "", "Nhập số văn bản, hoặc nêu lý do không có bằng chứng"),
        ("document_on", "hôm qua", "Nhập ngày văn bản theo ngày/tháng/năm"),
        ("document_on", "30/11/2026", "Ngày của văn bản không sau hôm nay"),
        ("next", "", "Viết việc tiếp theo là gì"),
        ("outcome", "", "Chọn kết quả giải quyết"),
    ] {
        let typed = |name: &str, typed| match (name, field) {
            ("finished", "next") => "",
            _ if name == field => value,
            _ => typed,
        };
        let fields = good.map(|(name, value)| (name, typed(name, value)));
        // every refusal saves the draft: the form is drawn anew
        let sheet = officer.get(&path).await;
        let page = post(&mut officer, &format!("{path}/answer"), &sheet, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(
            page.shows(&format!("href=\"#{field}\"")) && page.shows(&format!("id=\"{field}-error\"")),
            "{}",
            page.html
        );
        // a radio button has no such attribute; its group says it in words
        assert!(field == "evidence" || page.shows("aria-invalid=\"true\""), "{field}: {}", page.html);
        assert!(page.shows(say), "{field}: {}", page.html);
        for (name, typed) in fields.iter().filter(|(name, typed)| !CHOSEN.contains(name) && !typed.is_empty()) {
            assert!(page.shows(&format!("{typed}<")) || page.shows(&format!("value=\"{typed}\"")), "{name} {typed}");
        }
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_stale_form_shows_what_changed_and_keeps_what_was_typed(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[]).await;
    let path = format!("/admin/petitions/{reference}");
    let (mut one, mut other) = (office.officer().await, office.signed_in("vy.vp").await);
    let sheet = one.get(&path).await;
    post(&mut other, &format!("{path}/acceptance"), &sheet, &[("agency_id", "HN-SXD")]).await;
    let page = post(&mut one, &format!("{path}/acceptance"), &sheet, &[("agency_id", "HN-09454")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let (_, news) = page.html.split_once("Phản ánh đã thay đổi trong lúc Ông/Bà làm.").expect("the news");
    let (news, _) = news.split_once("</ol>").expect("a list");
    assert!(
        news.contains("Tiếp nhận") && news.contains("Đỗ Hạ Vy: giao Sở Xây dựng") && !news.contains("Gửi phản ánh"),
        "{news}"
    );

    let sheet = one.get(&path).await;
    post(&mut other, &format!("{path}/answer"), &sheet, &typed(ANSWER)).await;
    let mine = "Câu trả lời tôi viết mất cả buổi sáng, ngày 16/11 đã kiểm tra xong.";
    let page = post(&mut one, &format!("{path}/answer"), &sheet, &typed(mine)).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.shows(&format!("readonly>{mine}</textarea>")), "nothing typed is lost: {}", page.html);

    let preview = one.get(&format!("{path}/publication")).await;
    let fields = [("audience", "sender"), ("title", "Tiêu đề tôi sửa"), ("act", "publish")];
    post(&mut other, &format!("{path}/publication"), &preview, &fields).await;
    let page = post(&mut one, &format!("{path}/publication"), &preview, &fields).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.shows("value=\"Tiêu đề tôi sửa\"") && !page.shows("value=\"publish\""), "{}", page.html);
    assert_eq!(notices(&office).await.len(), 2, "nobody is told twice");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn nothing_is_published_without_consent_or_with_the_senders_name(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[("publish_consent", "no")]).await;
    office.answer(&reference, ANSWER).await;
    let path = format!("/admin/petitions/{reference}/publication");
    let mut officer = office.officer().await;
    let preview = officer.get(&path).await;
    assert!(preview.shows("Người gửi không đồng ý đăng công khai.") && !preview.shows("value=\"everybody\""));
    assert!(preview.shows("Không có gì được đăng") && preview.shows("chỉ gửi riêng Ông/Bà"), "{}", preview.html);
    let page = post(&mut officer, &path, &preview, &[("audience", "everybody"), ("act", "publish")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = post(&mut officer, &path, &preview, &[("audience", "sender"), ("act", "publish")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html);
    let sheet = officer.get(page.to()).await;
    assert!(sheet.shows("Đã trả lời riêng người gửi.") && !sheet.shows("href=\"/p/"), "{}", sheet.html);

    let reference = office.file(&[]).await;
    office.answer(&reference, ANSWER).await;
    let path = format!("/admin/petitions/{reference}/publication");
    let preview = officer.get(&path).await;
    let fields = [
        ("audience", "everybody"),
        ("title", "Trợ cấp quá hẹn chưa có kết quả"),
        ("content", "Tôi là pham thi lan."),
        ("answer", "Đã trả kết quả cho người gửi."),
        ("act", "publish"),
    ];
    let page = post(&mut officer, &path, &preview, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("id=\"content-error\"") && page.shows("Tôi là pham thi lan."), "{}", page.html);
    assert_eq!(office.visitor().get(&format!("/p/{reference}")).await.status, StatusCode::NOT_FOUND);
}
