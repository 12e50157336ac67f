//! The last look before everybody: what was found, what is left, which pictures are shown.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::media::{PLACE, holds, house, photo};
use crate::road;
use crate::visitor::{Office, Page, Visitor};

const STORY: &str = "Tôi là Phạm Thị Lan. Ngày 5/11 tôi nộp hồ sơ H26.41-261105-0077 tại quầy 3, anh Tuấn hẹn lại, chị Hoa \
                     bảo nộp vào tài khoản 1012345678. Thửa đất số 12 tờ 5, ngõ 73 phố Quan Nhân.";
const ANSWER: &str = "Ngày 16/11 UBND phường đã kiểm tra và nhắc nhở. Hồ sơ của bà Phạm Thị Lan đã nhận ngày 17/11, điện thoại \
                      0912 345 678.";

/// Posts the form of a page as a browser would, with these fields in the place of the page's own.
async fn post(visitor: &mut Visitor, path: &str, page: &Page, more: &[(&str, &str)]) -> Page {
    let (version, seen) = (page.field("version"), page.field("seen"));
    let mut fields = vec![("version", version.as_str()), ("seen", seen.as_str())];
    fields.extend(more);
    visitor.post(path, &fields).await
}

/// The boxes of the page: every find that may be left.
fn boxes(page: &Page) -> Vec<String> {
    let named = page.html.split("name=\"find\" value=\"").skip(1);
    named.filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
}

/// The texts in the fields.
fn typed(page: &Page) -> [String; 3] {
    let area = |name: &str| {
        let (_, after) = page.html.split_once(&format!("<textarea id=\"{name}\"")).expect("a field");
        let (_, after) = after.split_once('>').expect("its text");
        after.split("</textarea>").next().expect("its end").to_owned()
    };
    [page.field("title"), area("content"), area("answer")]
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn every_find_is_listed_and_only_what_may_be_left_is_left(pool: PgPool) {
    let office = Office::open(pool).await;
    let reference = office.file(&[("content", STORY)]).await;
    office.answer(&reference, ANSWER).await;
    let path = format!("/admin/petitions/{reference}/publication");
    let mut officer = office.officer().await;
    let page = officer.get(&path).await;
    for marked in ["Phạm Thị Lan", "H26.41-261105-0077", "Tuấn", "1012345678", "Thửa đất số 12 tờ 5", "0912 345 678"]
    {
        assert!(page.shows(&format!("<mark>{marked}</mark>")), "{marked}: {}", page.html);
    }
    for said in [
        "Tên người gửi: “Phạm Thị Lan” (2 chỗ)",
        "Luôn che",
        "đồng ý lúc 18/11/2026, 09:10, theo lời hỏi bản 1",
        "<span class=\"masked\">[mã hồ sơ]</span>",
    ] {
        assert!(page.shows(said), "{said}: {}", page.html);
    }
    let all = boxes(&page);
    for kind in [
        "person:tuan",
        "person:hoa",
        "account:1012345678",
        "parcel:thua dat so 12 to 5",
        "address:ngo 73 pho quan nhan",
    ] {
        assert!(all.contains(&kind.to_owned()), "{kind}: {all:?}");
    }
    assert!(!all.iter().any(|find| find.contains("lan") && find.starts_with("sender")), "{all:?}");
    let [title, content, answer] = typed(&page);
    assert!(content.contains("anh [họ tên] hẹn lại") && content.contains("[thửa đất], [địa chỉ]."), "{content}");

    // «anh Tuấn» is left: first the preview changes, then it is published
    let mut fields: Vec<(&str, &str)> =
        vec![("audience", "everybody"), ("title", &title), ("content", &content), ("answer", &answer)];
    for find in &all {
        fields.push(("find", find));
        if find != "person:tuan" {
            fields.push(("mask", find));
        }
    }
    let publish = [fields.as_slice(), &[("act", "publish")]].concat();
    let again = post(&mut officer, &path, &page, &publish).await;
    assert!(again.status == StatusCode::OK && again.shows("Chưa công khai"), "{}", again.html);
    assert_eq!(office.visitor().get(&format!("/p/{reference}")).await.status, StatusCode::NOT_FOUND);
    let [_, content, _] = typed(&again);
    assert!(content.contains("anh Tuấn hẹn lại") && content.contains("chị [họ tên]"), "{content}");
    assert!(again.shows("name=\"left\" value=\"person:tuan\""), "{}", again.html);

    let mut fields: Vec<(&str, &str)> = vec![
        ("audience", "everybody"),
        ("title", &title),
        ("content", &content),
        ("answer", &answer),
        ("left", "person:tuan"),
        ("act", "publish"),
    ];
    for find in &all {
        fields.push(("find", find));
        if find != "person:tuan" {
            fields.push(("mask", find));
        }
    }
    let done = post(&mut officer, &path, &again, &fields).await;
    assert_eq!(done.to(), format!("/admin/petitions/{reference}"), "{}", done.html);
    let public = office.visitor().get(&format!("/p/{reference}")).await;
    assert!(
        public.shows("anh Tuấn hẹn lại") && public.shows("[tài khoản]") | public.shows("[số tài khoản]"),
        "{}",
        public.html
    );
    for hidden in ["Phạm Thị Lan", "Hoa", "0912", "H26.41", "1012345678", "ngõ 73"] {
        assert!(!public.shows(hidden), "{hidden}: {}", public.html);
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_officer_who_is_accused_is_named_only_after_a_conclusion(pool: PgPool) {
    let office = Office::open(pool).await;
    let told = "Sáng 17/11 cán bộ Lê Minh ở bộ phận một cửa quát mắng mẹ tôi và không nhận hồ sơ trợ cấp.";
    let conduct = [("category", "official_conduct"), ("content", told)];
    let mut officer = office.officer().await;
    for (outcome, may_be_named) in [("explained", false), ("official_disciplined", true)] {
        let reference = office.file(&conduct).await;
        office
            .answer(&reference, "Ngày 16/11 phường đã làm việc với cán bộ Lê Minh và người chứng kiến, đã báo lại.")
            .await;
        sqlx::query("update answer set outcome = $1").bind(outcome).execute(&office.pool).await.expect("concluded");
        let path = format!("/admin/petitions/{reference}/publication");
        let page = officer.get(&path).await;
        assert!(page.shows("Cán bộ bị nêu: “Lê Minh” (2 chỗ)"), "{}", page.html);
        assert_eq!(boxes(&page).contains(&"officer:le minh".to_owned()), may_be_named, "{outcome}");
        let [title, content, answer] = typed(&page);
        assert!(content.contains("cán bộ [người bị nêu] ở"), "{content}");
        let content = content.replace("[người bị nêu]", "Lê Minh");
        let fields = [
            ("audience", "everybody"),
            ("title", title.as_str()),
            ("content", content.as_str()),
            ("answer", answer.as_str()),
            ("find", "officer:le minh"),
            ("left", "officer:le minh"),
            ("act", "publish"),
        ];
        let page = post(&mut officer, &path, &page, &fields).await;
        let expected = if may_be_named { StatusCode::SEE_OTHER } else { StatusCode::UNPROCESSABLE_ENTITY };
        // the answer still hides what the content names: the boxes ask for it to be named there, too
        assert!(page.status == expected || may_be_named && page.shows("Chưa công khai"), "{outcome}: {}", page.html);
    }
}

/// Where the first attachment lies for everybody.
async fn shown_at(pool: &PgPool, reference: &str) -> (i64, String) {
    let id: i64 =
        sqlx::query_scalar("select min(attachment_id) from attachment").fetch_one(pool).await.expect("an attachment");
    (id, format!("/p/{reference}/attachments/{id}"))
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_picture_is_public_when_it_was_chosen_without_what_the_phone_wrote_and_only_as_long_as_the_result(
    pool: PgPool,
) {
    let (app, _folder) = house(&pool, &[]).await;
    let phone = app.zalo.phone("Ông Bình");
    for line in &road::CONVERSATION[..2] {
        app.ask(&phone, line).await;
    }
    phone.sends_photo("Tran_Van_Binh.jpg", photo());
    app.settle().await;
    for line in &road::CONVERSATION[2..] {
        app.ask(&phone, line).await;
    }
    let reference: String =
        sqlx::query_scalar("select reference from petition").fetch_one(&pool).await.expect("a petition");
    let office = Office::open_with(app.pool.clone(), app.house.keeper.shelf.clone()).await;
    office
        .answer(&reference, "Ngày 16/11 UBND phường đã kiểm tra hồ sơ, ngày 17/11 đã trả kết quả cho người gửi.")
        .await;
    let (id, address) = shown_at(&pool, &reference).await;
    let (path, id) = (format!("/admin/petitions/{reference}/publication"), id.to_string());
    let (mut officer, mut visitor) = (office.officer().await, office.visitor());
    let page = officer.get(&path).await;
    assert!(page.shows(&format!("name=\"picture\" value=\"{id}\"")) && !page.shows("Tran_Van_Binh"), "{}", page.html);
    let [title, content, answer] = typed(&page);
    let fields = [
        ("audience", "everybody"),
        ("title", title.as_str()),
        ("content", content.as_str()),
        ("answer", answer.as_str()),
        ("picture", id.as_str()),
        ("act", "publish"),
    ];
    let refused = post(&mut officer, &path, &page, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
    assert!(refused.shows("id=\"agreed-error\"") && refused.shows("checked> <span>Đăng"), "{}", refused.html);
    assert_eq!(visitor.get(&address).await.status, StatusCode::NOT_FOUND);

    let agreed = [fields.as_slice(), &[("agreed", "Nhắn đồng ý trong khung chat lúc 14:05 ngày 18/11")]].concat();
    let done = post(&mut officer, &path, &page, &agreed).await;
    assert_eq!(done.to(), format!("/admin/petitions/{reference}"), "{}", done.html);
    let public = visitor.get(&format!("/p/{reference}")).await;
    assert!(public.shows(&format!("<img src=\"{address}\"")), "{}", public.html);
    let picture = visitor.get(&address).await;
    assert_eq!(
        (picture.status, &picture.headers["content-type"]),
        (StatusCode::OK, &"image/jpeg".parse().expect("a kind"))
    );
    assert!(!holds(&picture.bytes, PLACE) && !holds(&picture.bytes, b"Exif"), "what the phone wrote is gone");
    let name = picture.headers["content-disposition"].to_str().expect("a name").to_owned();
    assert!(name.contains(&reference) && !name.contains("Binh"), "{name}");
    assert_eq!(image::load_from_memory(&picture.bytes).map(|picture| picture.height() > 0).ok(), Some(true));
    let other = office.file(&[]).await;
    let elsewhere = address.replace(&reference, &other);
    assert_eq!(visitor.get(&elsewhere).await.status, StatusCode::NOT_FOUND, "another petition's");

    sqlx::query("update publication set is_public = false").execute(&pool).await.expect("withdrawn");
    assert_eq!(visitor.get(&address).await.status, StatusCode::NOT_FOUND, "gone with the result");
}
