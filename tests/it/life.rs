//! The life of a petition, told with its officers and its sender. It is Wednesday 18/11/2026; Tuesday 24/11 is a day of rest.

use std::io::Cursor;

use axum::http::StatusCode;
use image::{DynamicImage, ImageFormat, RgbImage};
use sqlx::PgPool;
use zalo_petitions::casework::{self, FollowUp};
use zalo_petitions::officer::{self, NewOfficer, Role};

use crate::visitor::{Office, PASSWORD, Page, Visitor, typed};

const CONDUCT: &[(&str, &str)] = &[("category", "official_conduct")];
const DONE: &str =
    "Hồ sơ trợ cấp đã được duyệt chi. Tiền nhận tại quầy 3 của phường từ ngày 17/11, mang theo căn cước.";

/// An office with more people: a handler of the ward of Láng, and the focal officer of a department.
async fn office(pool: PgPool) -> Office {
    let office = Office::open(pool).await;
    let mut connection = office.pool.acquire().await.expect("a connection");
    for (login, name, agency_id, role) in
        [("duc.lang", "Phạm Đức", "HN-09454", Role::Handler), ("binh.sxd", "Vũ Bình", "HN-SXD", Role::AgencyFocal)]
    {
        let new = NewOfficer { login, name, agency_id, role };
        officer::add(&mut connection, &new, PASSWORD, office.clock.now()).await.expect("added");
    }
    drop(connection);
    office
}

async fn id(office: &Office, login: &str) -> String {
    let id: i64 = sqlx::query_scalar("select officer_id from officer where login = $1")
        .bind(login)
        .fetch_one(&office.pool)
        .await
        .expect("an officer");
    id.to_string()
}

/// What the senders were told, in order.
async fn told(office: &Office) -> Vec<String> {
    sqlx::query_scalar("select message ->> 'text' from outbox_message where kind = 'notice' order by outbox_message_id")
        .fetch_all(&office.pool)
        .await
        .expect("notices")
}

/// Posts a form of the petition's page as it stands now.
async fn does(officer: &mut Visitor, path: &str, form: &str, fields: &[(&str, &str)]) -> Page {
    let sheet = officer.get(path).await;
    officer.post_drawn(&format!("{path}/{form}"), &sheet, fields).await
}

/// A petition that lies with the ward of Láng.
async fn accepted(office: &Office, more: &[(&str, &str)]) -> String {
    let path = format!("/admin/petitions/{}", office.file(more).await);
    let mut focal = office.officer().await;
    let page = does(&mut focal, &path, "acceptance", &[("agency_id", "HN-09454")]).await;
    assert_eq!(page.to(), path, "{}", page.html);
    path
}

async fn column(office: &Office, column: &str) -> Option<String> {
    let query = format!("select {column}::text from petition order by petition_id desc limit 1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&office.pool).await.expect("a petition")
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn accepted_assigned_drafted_approved_published_and_told(pool: PgPool) {
    let office = office(pool).await;
    let path = accepted(&office, CONDUCT).await;
    let (mut minh, mut duc) = (office.signed_in("minh.lang").await, office.signed_in("duc.lang").await);
    assert_eq!(duc.get(&path).await.status, StatusCode::NOT_FOUND, "not given to him yet");

    let sheet = minh.get(&path).await;
    assert!(sheet.shows("Giao người xử lý") && sheet.shows("Phạm Đức (người xử lý)"), "{}", sheet.html);
    assert!(!sheet.shows("acceptance") && !sheet.shows("/departure") && !sheet.shows("/publication"), "{}", sheet.html);
    let duc_id = id(&office, "duc.lang").await;
    let task = [("handler_id", duc_id.as_str()), ("task", "Xem camera, làm việc với người ở quầy 2.")];
    for (due_on, say) in [
        ("mai", "Nhập hạn theo ngày/tháng/năm"),
        ("17/11/2026", "Hạn phải từ hôm nay trở đi"),
        ("24/11/2026", "Ngày này nghỉ"),
        ("11/12/2026", "Hạn không sau hạn trả lời: 10/12/2026"),
    ] {
        let page = does(&mut minh, &path, "assignment", &[task[0], task[1], ("task_due_on", due_on)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.shows(say) && page.shows("Xem camera") && page.shows("id=\"task_due_on-error\""), "{}", page.html);
    }
    let stranger = id(&office, "binh.sxd").await;
    let page = does(&mut minh, &path, "assignment", &[("handler_id", &stranger), task[1]]).await;
    assert!(page.shows("Chọn người xử lý trong danh sách"), "{}", page.html);
    let page = does(&mut minh, &path, "assignment", &[task[0], task[1], ("task_due_on", "20/11/2026")]).await;
    assert_eq!(page.to(), path, "{}", page.html);

    office.wait(24);
    let page = does(&mut duc, &path, "start", &[]).await;
    assert_eq!(page.to(), path);
    let sheet = duc.get(&path).await;
    assert!(sheet.shows("Đang xử lý") && sheet.shows("Xem camera, làm việc với người ở quầy 2., hạn 20/11/2026"));
    assert!(sheet.shows("Gửi duyệt trả lời") && !sheet.shows("Chuyển cơ quan khác"), "{}", sheet.html);
    let page = does(&mut duc, &path, "answer", &typed(DONE)).await;
    assert_eq!(page.to(), path, "{}", page.html);
    let sheet = duc.get(&path).await;
    assert!(sheet.shows("Chờ duyệt trả lời") && sheet.shows("Ông/Bà đã soạn nên người khác duyệt"), "{}", sheet.html);
    assert_eq!(does(&mut duc, &path, "approval", &[]).await.status, StatusCode::FORBIDDEN);

    let sheet = minh.get(&path).await;
    assert!(sheet.shows("Duyệt câu trả lời") && sheet.shows("Ngày 17/11/2026, Bộ phận Một cửa phường: Hồ sơ"));
    let page = minh.post_drawn(&format!("{path}/sending-back"), &sheet, &[("reason", "Nói rõ.")]).await;
    assert!(page.shows("id=\"sending-back-reason-error\""), "{}", page.html);
    let why = "Nói rõ người ở quầy đã bị nhắc nhở thế nào";
    let page = does(&mut minh, &path, "sending-back", &[("reason", why)]).await;
    assert_eq!(page.to(), path, "{}", page.html);
    let sheet = duc.get(&path).await;
    assert!(sheet.shows("Được trả lại để sửa.") && sheet.shows(why) && sheet.shows(DONE), "{}", sheet.html);
    let better = "Chủ tịch phường đã xem camera và nhắc nhở bằng văn bản người ở quầy 2. Phường xin lỗi gia đình.";
    assert_eq!(does(&mut duc, &path, "answer", &typed(better)).await.to(), path);
    let page = does(&mut minh, &path, "approval", &[]).await;
    assert_eq!(page.to(), path, "{}", page.html);
    assert!(minh.get(&path).await.shows("Phạm Đức soạn, Lê Minh duyệt."));

    let mut focal = office.officer().await;
    let fields = [
        ("audience", "everybody"),
        ("title", "Thái độ khi trả hồ sơ trợ cấp"),
        ("content", "Hồ sơ quá hẹn."),
        ("answer", better),
        ("act", "publish"),
    ];
    let preview = focal.get(&format!("{path}/publication")).await;
    let page = focal.post_drawn(&format!("{path}/publication"), &preview, &fields).await;
    assert_eq!(page.to(), path, "{}", page.html);
    let told = told(&office).await;
    assert_eq!(told.len(), 2, "internal moves are not announced: {told:?}");
    assert!(
        told[1].contains("\"Ngày 17/11/2026, Bộ phận Một cửa phường: Chủ tịch phường đã xem camera"),
        "{}",
        told[1]
    );
    let public = office.visitor().get(&path.replace("/admin/petitions", "/p")).await;
    assert!(public.shows("Chuyển UBND phường Láng") && public.shows("ở đó 1 ngày"), "{}", public.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn the_third_transfer_goes_to_the_focal_office_whatever_was_chosen(pool: PgPool) {
    let office = office(pool).await;
    let path = accepted(&office, &[]).await;
    let (mut minh, mut binh) = (office.signed_in("minh.lang").await, office.signed_in("binh.sxd").await);
    let why = "việc này do sở cấp giấy phép giải quyết";
    let page = does(&mut minh, &path, "transfer", &[("agency_id", "HN-SXD"), ("reason", "Không.")]).await;
    assert!(page.shows("id=\"transfer-reason-error\""), "{}", page.html);
    let page = does(&mut minh, &path, "transfer", &[("agency_id", "HN-09454"), ("reason", why)]).await;
    assert!(page.shows("Phản ánh đang ở cơ quan này") && page.shows("id=\"transfer-agency-error\""), "{}", page.html);

    office.wait(24);
    let page = does(&mut minh, &path, "transfer", &[("agency_id", "HN-SXD"), ("reason", why)]).await;
    assert_eq!(page.to(), "/admin", "{}", page.html);
    assert_eq!(minh.get(&path).await.status, StatusCode::NOT_FOUND, "it lies elsewhere now");
    let notice = told(&office).await.pop().expect("a notice");
    assert!(
        notice.contains(
            "được chuyển từ UBND phường Láng đến Sở Xây dựng, vì: việc này do sở cấp giấy phép giải quyết. Nơi mới \
                         có hạn trả lời: 17h thứ Sáu 11/12/2026. Ông/Bà không phải gửi lại."
        ),
        "the term begins anew: {notice}"
    );
    office.wait(48);
    let sheet = binh.get(&path).await;
    assert!(sheet.shows("UBND phường Láng</b>") && sheet.shows("1 ngày · 18/11 đến 19/11"), "{}", sheet.html);
    assert!(sheet.shows("Lần thứ ba thì về Văn phòng UBND Thành phố"), "{}", sheet.html);
    does(&mut binh, &path, "transfer", &[("agency_id", "HN-09454"), ("reason", why)]).await;

    let sheet = minh.get(&path).await;
    assert!(
        sheet.shows("Nếu chuyển lần nữa") && sheet.shows("Đã chuyển 2 lần: lần này về Văn phòng"),
        "{}",
        sheet.html
    );
    let page = does(&mut minh, &path, "transfer", &[("agency_id", "HN-SXD"), ("reason", why)]).await;
    assert_eq!(page.to(), "/admin");
    assert!(minh.get("/admin").await.shows("Đây là lần chuyển thứ ba"));
    assert_eq!(column(&office, "handling_agency_id").await.as_deref(), Some("HN-VP"));
    let notice = told(&office).await.pop().expect("a notice");
    assert!(notice.contains("đến Văn phòng UBND Thành phố, vì: phản ánh đã được chuyển hai lần"), "{notice}");

    let mut focal = office.officer().await;
    let page =
        does(&mut focal, &path, "transfer", &[("agency_id", "HN-SXD"), ("reason", "Văn phòng giao Sở chủ trì")]).await;
    assert_eq!(page.to(), path, "{}", page.html);
    assert_eq!(column(&office, "handling_agency_id").await.as_deref(), Some("HN-SXD"), "the office decides");
    assert_eq!(column(&office, "transfer_count").await.as_deref(), Some("3"));
    let detail = known(&office).await;
    assert!(detail.contains("Đang ở: Sở Xây dựng, từ 9h10 thứ Bảy 21/11"), "{detail}");
    assert!(detail.contains("\nTrước đó: UBND phường Láng, 18/11 đến 19/11; Sở Xây dựng, 19/11 đến 21/11"), "{detail}");
}

/// What the sender of the newest petition reads about it.
async fn known(office: &Office) -> String {
    let mut connection = office.pool.acquire().await.expect("a connection");
    let citizen_id = column(office, "citizen_id").await.expect("a sender").parse().expect("a number");
    let (rules, now) = (&office.rules, office.clock.now());
    let time = casework::working_time(rules, &mut connection).await.expect("a calendar");
    let known = casework::known_petitions(rules, &mut connection, &time, &[citizen_id], now).await;
    known.expect("petitions").remove(&citizen_id).expect("a petition").remove(0).detail
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_is_given_back_in_silence_and_given_to_somebody_anew(pool: PgPool) {
    let office = office(pool).await;
    let path = accepted(&office, &[]).await;
    let due = column(&office, "answer_due_at").await;
    let mut minh = office.signed_in("minh.lang").await;
    assert!(does(&mut minh, &path, "return", &[("reason", "")]).await.shows("id=\"return-reason-error\""));
    office.wait(24);
    let why = "Hồ sơ nộp ở cơ quan khác";
    assert_eq!(does(&mut minh, &path, "return", &[("reason", why)]).await.to(), "/admin");
    assert_eq!(told(&office).await.len(), 1, "not told to the citizen");
    assert_eq!(column(&office, "status").await.as_deref(), Some("returned_internal"));

    let mut focal = office.officer().await;
    let sheet = focal.get(&path).await;
    assert!(
        sheet.shows("Giao cơ quan giải quyết") && sheet.shows(why) && !sheet.shows("Soạn trả lời"),
        "{}",
        sheet.html
    );
    does(&mut focal, &path, "transfer", &[("agency_id", "HN-09454"), ("reason", "Hồ sơ nộp tại phường")]).await;
    assert_eq!(told(&office).await.len(), 1, "it lies where the citizen believes it");
    assert_eq!(column(&office, "answer_due_at").await, due);
    does(&mut minh, &path, "return", &[("reason", why)]).await;
    does(&mut focal, &path, "transfer", &[("agency_id", "HN-SXD"), ("reason", "Sở cấp giấy phép này")]).await;
    let notice = told(&office).await.pop().expect("a notice");
    assert!(notice.contains("được chuyển từ UBND phường Láng đến Sở Xây dựng"), "{notice}");
    assert_eq!(
        column(&office, "transfer_count").await.as_deref(),
        Some("0"),
        "the office's decisions are no passing on"
    );
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_petition_is_sent_on_to_a_ministry_and_its_code_comes_later(pool: PgPool) {
    let office = office(pool).await;
    let path = format!("/admin/petitions/{}", office.file(&[]).await);
    let mut focal = office.officer().await;
    let fields = [("agency_id", "TW-THUE-HN"), ("reason", "Hoàn thuế do cơ quan thuế giải quyết")];
    let page = does(&mut focal, &path, "departure", &[fields[0], fields[1], ("national_code", "PAKN-1")]).await;
    assert!(page.shows("id=\"departure-code-error\"") && page.shows("value=\"PAKN-1\""), "{}", page.html);
    let page = does(&mut focal, &path, "departure", &[("agency_id", "HN-SXD"), fields[1]]).await;
    assert!(page.shows("id=\"departure-agency-error\""), "{}", page.html);
    let page = does(&mut focal, &path, "departure", &fields).await;
    assert_eq!(page.to(), path, "{}", page.html);
    let notice = told(&office).await.pop().expect("a notice");
    assert!(
        notice.contains("việc này do Thuế thành phố Hà Nội giải quyết, không thuộc Thành phố. Ngày 18/11/2026"),
        "{notice}"
    );
    assert!(
        notice.contains("Có mã tra cứu, tôi nhắn tại đây") && known(&office).await.contains("Thuế thành phố Hà Nội")
    );

    let page = does(&mut focal, &path, "national-code", &[("national_code", "pakn.20261118.0031")]).await;
    assert_eq!(page.to(), path, "{}", page.html);
    let notice = told(&office).await.pop().expect("a notice");
    assert!(notice.contains("là PAKN.20261118.0031. Kết quả xem tại dichvucong.gov.vn bằng mã đó."), "{notice}");
    let detail = known(&office).await;
    assert!(detail.contains("Mã trên hệ thống quốc gia: PAKN.20261118.0031"), "{detail}");
    assert!(focal.get(&path).await.shows("PAKN.20261118.0031"));
    assert!(!focal.get(&path).await.shows("Chuyển cơ quan trung ương"), "once");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_draft_is_kept_as_it_was_typed_and_nobody_overwrites_anothers(pool: PgPool) {
    let office = office(pool).await;
    let path = accepted(&office, &[]).await;
    let (mut minh, mut focal) = (office.signed_in("minh.lang").await, office.officer().await);
    let (mine, theirs) = (minh.get(&path).await, focal.get(&path).await);
    let half = [("did", "Đang kiểm tra <hồ sơ>"), ("done_on", "hôm qua"), ("act", "save")];
    let page = minh.post_drawn(&format!("{path}/answer"), &mine, &half).await;
    assert_eq!(page.to(), format!("{path}#answer"), "{}", page.html);
    let sheet = minh.get(&path).await;
    assert!(
        sheet.shows("Đã lưu nháp.") && sheet.shows("Bản nháp do Lê Minh lưu lúc 18/11/2026, 09:10."),
        "{}",
        sheet.html
    );
    assert!(sheet.shows("value=\"hôm qua\"") && sheet.shows("Đang kiểm tra"), "{}", sheet.html);

    let page = focal.post_drawn(&format!("{path}/answer"), &theirs, &typed(DONE)).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(
        page.shows("Người khác đã lưu bản nháp") && page.shows(DONE) && page.shows("Đang kiểm tra"),
        "{}",
        page.html
    );
    assert_eq!(column(&office, "status").await.as_deref(), Some("assigned"), "nothing went out");
    let page = focal.post_drawn(&format!("{path}/answer"), &page, &typed(DONE)).await;
    assert_eq!(page.to(), format!("{path}/publication"), "knowingly: {}", page.html);
}

fn photo() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(30, 20)).write_to(&mut bytes, ImageFormat::Jpeg).expect("a picture");
    let jpeg = bytes.into_inner();
    [&jpeg[..2], &[0xff, 0xe1, 0, 20], b"Exif\0\0GPS 21.02 10", &jpeg[2..]].concat()
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn what_proves_an_answer_goes_out_with_it_to_whom_it_may(pool: PgPool) {
    let office = office(pool).await;
    let path = accepted(&office, &[]).await;
    let mut focal = office.officer().await;
    let fields = typed(DONE).map(|(name, value)| (name, if name == "evidence" { "photo" } else { value }));
    let page = does(&mut focal, &path, "answer", &fields).await;
    assert!(page.shows("href=\"#files\"") && page.shows("Chọn ảnh hiện trường hoặc biên nhận"), "{}", page.html);
    let save = [("did", DONE), ("act", "save")];
    let page = focal.post_with_file(&format!("{path}/answer"), &page, &save, ("virus.pdf", b"MZ\x90\0\x03")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("«virus.pdf» không phải PDF, JPG, PNG hoặc DOCX") && page.shows(DONE), "{}", page.html);
    let page = focal.post_with_file(&format!("{path}/answer"), &page, &save, ("to.png", &vec![1; 1_000_001])).await;
    assert!(page.shows("«to.png» lớn hơn 1 MB"), "{}", page.html);
    let page = focal.post_with_file(&format!("{path}/answer"), &page, &save, ("hiện trường.jpg", &photo())).await;
    assert_eq!(page.to(), format!("{path}#answer"), "{}", page.html);
    let sheet = focal.get(&path).await;
    let save_pdf =
        focal.post_with_file(&format!("{path}/answer"), &sheet, &save, ("bien-ban.pdf", b"%PDF-1.7\n")).await;
    assert_eq!(save_pdf.to(), format!("{path}#answer"));
    let sheet = focal.get(&path).await;
    assert!(
        sheet.shows("hiện trường.jpg, ") && sheet.shows("/thumbnail") && sheet.shows("bien-ban.pdf"),
        "{}",
        sheet.html
    );

    let first: i64 =
        sqlx::query_scalar("select min(answer_file_id) from answer_file").fetch_one(&office.pool).await.expect("one");
    let first = first.to_string();
    let public: Vec<(&str, &str)> = fields.into_iter().chain([("public", first.as_str())]).collect();
    let page = focal.post_drawn(&format!("{path}/answer"), &sheet, &public).await;
    assert_eq!(page.to(), format!("{path}/publication"), "{}", page.html);
    let keys: Vec<uuid::Uuid> = sqlx::query_scalar("select key from answer_file order by answer_file_id")
        .fetch_all(&office.pool)
        .await
        .expect("keys");
    let at = |key: &uuid::Uuid| format!("{}/files/{key}", path.replace("/admin/petitions", "/p"));
    assert_eq!(office.visitor().get(&at(&keys[0])).await.status, StatusCode::NOT_FOUND, "not before it is published");

    let preview = focal.get(page.to()).await;
    let fields = [
        ("audience", "everybody"),
        ("title", "Trợ cấp hưu trí quá hẹn"),
        ("content", "Hồ sơ quá hẹn."),
        ("answer", DONE),
        ("act", "publish"),
    ];
    let page = focal.post_drawn(&format!("{path}/publication"), &preview, &fields).await;
    assert_eq!(page.to(), path, "{}", page.html);
    let result = office.visitor().get(&path.replace("/admin/petitions", "/p")).await;
    assert!(result.shows(&at(&keys[0])) && !result.shows(&at(&keys[1])), "{}", result.html);
    let picture = office.visitor().get(&at(&keys[0])).await;
    assert_eq!(picture.headers["content-type"], "image/jpeg");
    assert!(!picture.bytes.windows(4).any(|part| part == b"Exif"), "without what the camera wrote into it");
    let paper = office.visitor().get(&at(&keys[1])).await;
    assert_eq!(paper.bytes, b"%PDF-1.7\n", "who was given the address reads it");
    assert!(paper.headers["content-disposition"].to_str().expect("a text").starts_with("attachment"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn an_answer_that_fits_everything_is_pointed_out(pool: PgPool) {
    let office = office(pool).await;
    let first = accepted(&office, &[]).await;
    let mut minh = office.signed_in("minh.lang").await;
    assert_eq!(does(&mut minh, &first, "answer", &typed(DONE)).await.to(), first);
    let path = accepted(&office, &[]).await;
    let nearly = DONE.replace("quầy 3", "quầy 4");
    let page = does(&mut minh, &path, "answer", &typed(&nearly)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.shows("câu trả lời ngày 18/11/2026 của Ông/Bà.") && page.shows(&nearly), "{}", page.html);
    let (_, link) = page.html.split_once(&format!("href=\"{path}/comparison/")).expect("a link");
    let link = format!("{path}/comparison/{}", link.split('"').next().expect("an address"));
    let compared = minh.get(&link).await;
    assert!(compared.shows("quầy 3") && compared.shows("quầy 4") && compared.shows("So sánh"), "{}", compared.html);
    assert!(!compared.shows("Phạm Thị Lan"), "of the other petition nothing but its answer");
    let own: Vec<(&str, &str)> = typed(&nearly).into_iter().chain([("is_own", "yes")]).collect();
    assert_eq!(does(&mut minh, &path, "answer", &own).await.to(), path);
    let path = accepted(&office, &[]).await;
    let another = "Phường đã mời bà lên làm việc, giải thích vì sao chậm và hẹn trả kết quả trong tuần này.";
    assert_eq!(does(&mut minh, &path, "answer", &typed(another)).await.to(), path, "another matter passes");
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn reopened_it_lies_with_the_office_and_somebody_else_answers(pool: PgPool) {
    let office = office(pool).await;
    let path = accepted(&office, &[]).await;
    let mut focal = office.officer().await;
    let page = does(&mut focal, &path, "answer", &typed(DONE)).await;
    let preview = focal.get(page.to()).await;
    let fields = [("audience", "sender"), ("act", "publish")];
    assert_eq!(focal.post_drawn(&format!("{path}/publication"), &preview, &fields).await.to(), path);
    let given = FollowUp {
        citizen_id: column(&office, "citizen_id").await.expect("a sender").parse().expect("a number"),
        reference: path.replace("/admin/petitions/", ""),
        draft_key: "reopening".to_owned(),
        answers: [("words".to_owned(), "trả lời chung chung".into())].into(),
        attachments: Vec::new(),
    };
    let mut connection = office.pool.acquire().await.expect("a connection");
    casework::reopen(&office.rules, &mut connection, &given, office.clock.now()).await.expect("reopened");
    drop(connection);

    let sheet = focal.get(&path).await;
    assert!(!sheet.shows("Soạn trả lời") && sheet.shows("Văn phòng UBND Thành phố</b>"), "{}", sheet.html);
    let mut vy = office.signed_in("vy.vp").await;
    let sheet = vy.get(&path).await;
    assert!(sheet.shows("Đỗ Hạ Vy (đầu mối thành phố)") && !sheet.shows("Trần Thu Hà (đầu mối"), "{}", sheet.html);
    let page = does(&mut vy, &path, "answer", &typed(DONE)).await;
    assert!(page.shows("của cơ quan.") && page.shows("Giống 100%"), "the same again is pointed out: {}", page.html);
    let other = "Văn phòng đã làm việc với phường: tiền được chuyển vào tài khoản của bà ngày 17/11, kèm giấy báo có.";
    let page = does(&mut vy, &path, "answer", &typed(other)).await;
    assert_eq!(page.to(), format!("{path}/publication"), "{}", page.html);
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_stale_form_moves_nothing_and_brings_what_changed(pool: PgPool) {
    let office = office(pool).await;
    let path = accepted(&office, &[]).await;
    let (mut minh, mut focal) = (office.signed_in("minh.lang").await, office.officer().await);
    let old = focal.get(&path).await;
    let duc = id(&office, "duc.lang").await;
    let task = [("handler_id", duc.as_str()), ("task", "Xem hồ sơ, soạn trả lời."), ("task_due_on", "20/11/2026")];
    does(&mut minh, &path, "assignment", &task).await;
    let before = told(&office).await.len();
    for (form, fields) in [
        ("transfer", vec![("agency_id", "HN-SXD"), ("reason", "việc này của sở")]),
        ("return", vec![("reason", "không phải việc của phường")]),
        ("departure", vec![("agency_id", "TW-THUE-HN"), ("reason", "việc này của thuế")]),
        ("assignment", task.to_vec()),
        ("start", vec![]),
        ("answer", typed(DONE).to_vec()),
    ] {
        let page = focal.post_drawn(&format!("{path}/{form}"), &old, &fields).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{form}");
        assert!(
            page.shows("Phản ánh đã thay đổi") && page.shows("Lê Minh: giao Phạm Đức: Xem hồ sơ"),
            "{form}: {}",
            page.html
        );
    }
    assert_eq!((told(&office).await.len(), column(&office, "status").await.as_deref()), (before, Some("assigned")));
}
