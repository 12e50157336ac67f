//! The office writes how long things may take; what was filed before keeps what it had.

use sqlx::PgPool;

use super::{assigned, at, petition, wait_until};
use crate::visitor::{Office, Page, Visitor};

/// All fields of a form as it stands on a page.
fn fields(page: &Page) -> Vec<(String, String)> {
    let form = page.html.split("action=\"/admin/deadlines/new\"").nth(1).expect("the form");
    let inputs = form.split("<input ").skip(1).filter_map(|input| {
        let name = input.split("name=\"").nth(1)?.split('"').next()?;
        let value = input.split("value=\"").nth(1)?.split('"').next()?;
        Some((name.to_owned(), value.to_owned()))
    });
    let selects = form.split("<select ").skip(1).filter_map(|select| {
        let select = select.split("</select>").next()?;
        let name = select.split("name=\"").nth(1)?.split('"').next()?;
        let chosen = select.split("<option value=\"").skip(1).find(|option| option.contains(" selected"));
        let chosen = chosen.or_else(|| select.split("<option value=\"").nth(1))?;
        Some((name.to_owned(), chosen.split('"').next()?.to_owned()))
    });
    inputs.chain(selects).collect()
}

/// Posts the form with some fields changed.
async fn write(visitor: &mut Visitor, page: &Page, act: &str, changes: &[(&str, &str)]) -> Page {
    let mut fields = fields(page);
    for (name, value) in changes {
        fields.retain(|(field, _)| field != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields.push(("act".to_owned(), act.to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post("/admin/deadlines/new", &fields).await
}

const CHANGES: &[(&str, &str)] = &[
    ("valid_from", "19/11/2026"),
    ("amount_answer", "10"),
    ("basis_answer", "Quyết định 99/2026/QĐ-UBND"),
    ("step_2", "answer"),
    ("category_2", "official_conduct"),
    ("priority_2", "normal"),
    ("amount_2", "5"),
    ("basis_2", "Quyết định 99/2026/QĐ-UBND"),
];

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn a_new_policy_is_looked_at_first_and_holds_from_its_day_on(pool: PgPool) {
    let office = Office::open(pool).await;
    let old = assigned(&office).await;
    let mut ha = office.officer().await;
    let listed = ha.get("/admin/deadlines").await;
    for shown in ["Đang áp dụng", "Phản ánh khẩn", "4 giờ làm việc", "15 ngày làm việc", "Nghị định 20/2008/NĐ-CP"]
    {
        assert!(listed.shows(shown), "{shown}: {}", listed.html);
    }

    let form = ha.get("/admin/deadlines/new").await;
    let preview = write(&mut ha, &form, "preview", CHANGES).await;
    assert_eq!(preview.status.as_u16(), 200, "{}", preview.html);
    for shown in ["Với quy định mới, phản ánh gửi hôm nay có hạn", "17h thứ Năm 3/12/2026", "17h thứ Năm 26/11/2026"]
    {
        assert!(preview.shows(shown), "{shown}: {}", preview.html);
    }
    assert!(preview.shows("bây giờ: 17h thứ Năm 10/12/2026"), "{}", preview.html);
    assert_eq!(write(&mut ha, &preview, "save", &[]).await.to(), "/admin/deadlines");
    let listed = ha.get("/admin/deadlines").await;
    assert!(listed.shows("Đã ghi bản 2, áp dụng từ 19/11/2026.") && listed.shows("Sẽ áp dụng"), "{}", listed.html);
    assert!(
        listed.shows("từ 1/1/2026 đến 18/11/2026") && listed.shows("Trần Thu Hà ghi 18/11/2026"),
        "{}",
        listed.html
    );

    let today = office.file(&[]).await;
    assert_eq!(petition(&office, &today).await.answer_due_at, at("2026-12-10T17:00"), "it holds from tomorrow on");
    wait_until(&office, "2026-11-19T09:10");
    let procedure = office.file(&[]).await;
    let conduct = office.file(&[("category", "official_conduct")]).await;
    assert_eq!(petition(&office, &procedure).await.answer_due_at, at("2026-12-04T17:00"));
    assert_eq!(petition(&office, &conduct).await.answer_due_at, at("2026-11-27T17:00"));
    let old = petition(&office, &old).await;
    assert_eq!((old.deadline_policy_version, old.answer_due_at), (1, at("2026-12-10T17:00")));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn every_mistake_in_a_policy_is_named_with_its_field(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut ha = office.officer().await;
    let form = ha.get("/admin/deadlines/new").await;
    let changes = [("valid_from", "1/1/2020"), ("amount_answer", "không"), ("basis_publish", ""), ("amount_3", "4")];
    let page = write(&mut ha, &form, "save", &changes).await;
    assert_eq!(page.status.as_u16(), 422);
    for shown in [
        "Còn 4 điều chưa đủ",
        "href=\"#valid_from\">Ngày bắt đầu từ hôm nay trở đi",
        "href=\"#amount_answer\">Trả lời: nhập một số từ 1 đến 120.",
        "href=\"#basis_publish\">Công khai: ghi căn cứ",
        "href=\"#step_3\">Dòng riêng 3: chọn bước.",
        "value=\"không\"",
        "id=\"amount_answer-error\"",
    ] {
        assert!(page.shows(shown), "{shown}: {}", page.html);
    }
    assert!(!ha.get("/admin/deadlines").await.shows("Bản 2"));
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn two_officers_do_not_overwrite_each_other_and_nobody_changes_what_was_written(pool: PgPool) {
    let office = Office::open(pool).await;
    let mut ha = office.officer().await;
    let form = ha.get("/admin/deadlines/new").await;
    assert_eq!(write(&mut ha, &form, "save", CHANGES).await.status.as_u16(), 303);
    let page = write(&mut ha, &form, "save", CHANGES).await;
    assert_eq!(page.status.as_u16(), 409);
    assert!(
        page.shows("Vừa có người khác ghi một bản mới.") && page.shows("Quyết định 99/2026/QĐ-UBND"),
        "{}",
        page.html
    );
    assert_eq!(write(&mut ha, &page, "save", &[("amount_answer", "12")]).await.status.as_u16(), 303);
    let listed = ha.get("/admin/deadlines").await;
    assert!(listed.shows("Không áp dụng, đã có bản sau thay") && listed.shows("Bản 3"), "{}", listed.html);
    for change in
        ["update deadline_term set amount = 1", "delete from deadline_term", "update deadline_policy set version = 9"]
    {
        let changed = sqlx::query(change).execute(&office.pool).await;
        assert!(changed.is_err_and(|error| error.to_string().contains("never changed")), "{change}");
    }
}
