//! Pages at 100,000 petitions: the real pages, planned by the real planner, read no large table from end to end.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};
use zalo_petitions::casework;
use zalo_petitions::officer::{self, NewOfficer, Role};
use zalo_petitions::petition::Reference;

use crate::visitor::{Office, PASSWORD, Visitor};

const PETITIONS: i32 = 100_000;
const LARGE: [&str; 7] =
    ["petition", "petition_event", "answer", "publication", "outbox_message", "inbox_event", "attachment"];

/// How often each large table was read from end to end so far. The pool has one connection, so nothing is left untold.
async fn whole_reads(pool: &PgPool) -> BTreeMap<String, i64> {
    let mut connection = pool.acquire().await.expect("a connection");
    sqlx::query("select pg_stat_force_next_flush()").execute(&mut *connection).await.expect("told");
    let tables: Vec<String> = LARGE.iter().map(|table| (*table).to_owned()).collect();
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select relname::text, seq_scan from pg_stat_user_tables where relname = any($1)")
            .bind(&tables)
            .fetch_all(&mut *connection)
            .await
            .expect("counts");
    rows.into_iter().collect()
}

/// What was read from end to end, page by page.
struct Watch<'a> {
    pool: &'a PgPool,
    before: BTreeMap<String, i64>,
    found: Vec<String>,
}

impl Watch<'_> {
    async fn note(&mut self, page: &str) {
        let now = whole_reads(self.pool).await;
        let read = now.iter().filter(|(table, count)| self.before.get(*table) != Some(*count));
        self.found.extend(read.map(|(table, _)| format!("{page} reads all of {table}")));
        self.before = now;
    }

    async fn get(&mut self, who: &str, visitor: &mut Visitor, path: &str) -> String {
        let page = visitor.get(path).await;
        assert_eq!(page.status, 200, "{who} {path}: {}", page.html);
        self.note(&format!("{who}: {path}")).await;
        page.html
    }
}

#[sqlx::test(migrator = "zalo_petitions::MIGRATOR")]
async fn no_page_reads_a_whole_table(options: PgPoolOptions, connect: PgConnectOptions) {
    let pool = options.max_connections(1).connect_with(connect).await.expect("a pool");
    let office = Office::open(pool).await;
    employ(&office).await;
    let first = office.file(&[]).await;
    fill(&office.pool).await;
    let pool = office.pool.clone();
    let mut watch = Watch { before: whole_reads(&pool).await, pool: &pool, found: Vec::new() };

    for login in ["ha.vp", "minh.lang", "handler", "leader", "oversight"] {
        let mut visitor = office.signed_in(login).await;
        watch.note(&format!("{login} signs in")).await;
        for query in VIEWS.iter().chain(SEARCHES) {
            let html = watch.get(login, &mut visitor, &format!("/admin?{query}")).await;
            if let Some((before, _)) = html.split_once("\" rel=\"next\"") {
                let next = before.rsplit("href=\"").next().expect("an address").replace("&#38;", "&");
                watch.get(login, &mut visitor, &next).await;
            }
        }
    }
    let mut focal = office.signed_in("ha.vp").await;
    let open =
        reference(&pool, "select reference from petition where status = 'submitted' order by petition_id limit 1")
            .await;
    let done =
        reference(&pool, "select reference from petition where status = 'published' order by petition_id limit 1")
            .await;
    for path in [
        format!("/admin/petitions/{first}"),
        format!("/admin/petitions/{open}"),
        format!("/admin/petitions/{done}"),
        "/admin/triage".to_owned(),
        format!("/admin/triage?of={open}&of={first}"),
        "/admin/calls".to_owned(),
        "/".to_owned(),
        "/?page=50".to_owned(),
        "/?q=so+do+qua+hen".to_owned(),
        "/?q=hiem".to_owned(),
        format!("/?q={done}"),
        format!("/p/{done}"),
    ] {
        watch.get("ha.vp", &mut focal, &path).await;
    }
    for query in ["", "view=closed", "q=giay+hen", "agency=T-3&view=closed"] {
        let file = focal.post("/admin/export", &[("query", query)]).await;
        assert_eq!(file.status, 200, "{query}");
        watch.note(&format!("export {query}")).await;
        if query.is_empty() {
            continue;
        }
    }
    look_up(&office, &done).await;
    watch.note("a citizen looks up").await;
    assert!(watch.found.is_empty(), "{}", watch.found.join("\n"));
}

const VIEWS: &[&str] = &[
    "",
    "view=overdue",
    "view=soon",
    "view=new",
    "view=supplement",
    "view=approval",
    "view=publish",
    "view=closed",
    "view=mine",
];

const SEARCHES: &[&str] = &[
    "q=HN-PAKN-20200103-0042-X",
    "q=0042-k",
    "q=0042",
    "q=H26.12",
    "q=nguyen+thi+hoa",
    "q=hiem",
    "q=so+do",
    "q=so+do+qua+he",
    "q=678",
    "q=0912345678",
    "agency=T-3",
    "agency=T-3&view=closed",
    "status=refused",
    "status=awaiting_supplement",
    "due=overdue",
    "due=soon",
    "due_from=2026-11-18&due_to=2026-11-20",
    "field=investment",
    "field=land&view=closed",
    "from=2024-03-01&to=2024-03-02",
    "from=2024-03-01&to=2024-03-31&field=land",
    "source=letter",
    "source=letter&view=closed",
    "handler=3",
    "urgent=yes",
    "urgent=yes&view=closed",
];

async fn employ(office: &Office) {
    let mut connection = office.pool.acquire().await.expect("a connection");
    for (login, role) in [("handler", Role::Handler), ("leader", Role::Leader), ("oversight", Role::Oversight)] {
        let new = NewOfficer { login, name: login, agency_id: "HN-09454", role };
        officer::add(&mut connection, &new, PASSWORD, office.clock.now()).await.expect("added");
    }
}

async fn reference(pool: &PgPool, query: &'static str) -> String {
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a reference")
}

async fn look_up(office: &Office, reference: &str) {
    let mut connection = office.pool.acquire().await.expect("a connection");
    let phone = "+84912345678".into();
    for phone in [None, Some(&phone)] {
        casework::lookup(&office.rules, &mut connection, 1, reference, phone, office.clock.now()).await.expect("found");
    }
}

/// Fills the register: four years of petitions, a few per cent of them open, most about few matters of few agencies.
async fn fill(pool: &PgPool) {
    let first = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day");
    let reference = |n: i32| {
        let day = first + chrono::TimeDelta::days((n / 100).into());
        Reference::new(day, (n % 100 + 1) as u32).expect("a reference").to_string()
    };
    let references: Vec<String> = (0..PETITIONS).map(reference).collect();
    let mut connection = pool.acquire().await.expect("a connection");
    sqlx::raw_sql(
        "set synchronous_commit = off; set work_mem = '64MB'; set jit = off; set timezone = 'Asia/Ho_Chi_Minh'",
    )
    .execute(&mut *connection)
    .await
    .expect("set");
    let filled = sqlx::query(AssertSqlSafe(PETITION_ROWS)).bind(&references).execute(&mut *connection).await;
    assert_eq!(filled.expect("filled").rows_affected(), PETITIONS as u64);
    sqlx::raw_sql(OTHER_ROWS).execute(&mut *connection).await.expect("filled");
    sqlx::raw_sql("vacuum (analyze)").execute(&mut *connection).await.expect("analysed");
}

const PETITION_ROWS: &str = r#"
with agencies as (
    insert into agency (agency_id, name, level, type, certainty)
    select 'T-' || n, 'UBND phường số ' || n, 'commune', 'test', 'confirmed' from generate_series(1, 60) as n
    returning agency_id
), citizens as (
    insert into citizen (zalo_user_id, created_at)
    select 'c' || n, '2023-01-01' from generate_series(1, 20000) as n
    returning citizen_id
), drawn as (
    select n, reference,
        -- few of many are open, the latest among them
        case when n <= 96500 then
            (array['published', 'published', 'published', 'published', 'published', 'published', 'published',
                   'refused', 'refused', 'transferred_out', 'withdrawn', 'closed_no_content'])[1 + n % 12]
        else
            (array['submitted', 'in_progress', 'assigned', 'accepted', 'in_progress', 'answered', 'awaiting_supplement',
                   'supplemented', 'reopened', 'returned_internal', 'assigned', 'in_progress'])[1 + n % 12]
        end as status,
        timestamptz '2026-11-18 08:00' - (100000 - n) * interval '20 minutes' as at,
        -- half of all petitions are about eight agencies
        case when n % 10 = 3 then 'HN-09454' when n % 2 = 0 then 'T-' || 1 + n / 7 % 8 else 'T-' || 1 + n / 7 % 60 end
            as agency_id
    from unnest($1::text[]) with ordinality as given (reference, n)
), filed as (
    select *, status not in ('submitted', 'refused', 'closed_no_content') as is_accepted,
        status in ('published', 'answered') as is_answered,
        status in ('published', 'refused', 'transferred_out', 'withdrawn', 'closed_no_content') as is_closed,
        (array['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi'])[1 + n % 8] || ' '
            || (array['Văn', 'Thị', 'Đức', 'Minh', 'Thu'])[1 + n / 8 % 5] || ' '
            || (array['Hoa', 'Nam', 'Hùng', 'Mai', 'Tuấn', 'Lan', 'Bình', 'Hạnh', 'Sơn', 'Yến'])[1 + n / 40 % 10] as name,
        (array['Sổ đỏ quá hẹn', 'Giấy phép xây dựng chậm', 'Trợ cấp hưu trí chưa có', 'Hộ tịch sai tên',
               'Một cửa ngừng phát số', 'Giấy hẹn bị lùi'])[1 + n / 3 % 6] as matter
    from drawn
)
insert into petition (reference, national_code, citizen_id, draft_key, status, submitter_type, submitter_name,
    province_code, commune_code, address_detail, phone, category, kind, title, content, target_agency_id, publish_consent,
    identity_confidential, consent_version, handling_agency_id, handler_id, submitted_at, accepted_at, answered_at,
    published_at, closed_at, accept_due_at, answer_due_at, publish_due_at, awaiting_since, supplement_due_at,
    supplement_asked, deadline_policy_version, search, topic, field, source, is_urgent, scope_class, transfer_count,
    approval_asked_at, gist)
select reference, case when n % 50 = 0 then 'H26.' || n % 90 || '-' || n end, 2 + n % 19990, 'd' || n, status, 'individual',
    name, '01', '09454', 'số ' || n % 90 || ' ngõ ' || n % 40, '+849' || lpad((n * 7919 % 100000000)::text, 8, '0'),
    case when n % 9 = 0 then 'official_conduct' else 'regulation_policy_procedure' end, 'reflection', matter,
    'Tôi nộp hồ sơ ngày ' || n % 28 + 1 || ', ' || lower(matter) || ', mã ' || n || case when n % 5000 = 0 then ', hiếm' else '' end
        || '. Cán bộ hẹn nhiều lần mà chưa trả kết quả, giấy hẹn bị lùi, mong Thành phố xem giúp.',
    agency_id, n % 3 <> 0, n % 20 = 0, '1', case when is_accepted then agency_id end,
    case when is_accepted and agency_id = 'HN-09454' and n % 4 = 0
         then (select officer_id from officer where login = 'handler') end,
    at, case when is_accepted then at + interval '2 hours' end, case when is_answered then at + interval '9 days' end,
    case when status = 'published' then at + interval '10 days' end, case when is_closed then at + interval '10 days' end,
    at + interval '1 day', at + interval '21 days', case when is_answered then at + interval '12 days' end,
    case when status = 'awaiting_supplement' then at + interval '1 day' end,
    case when status = 'awaiting_supplement' then at + interval '8 days' end,
    case when status = 'awaiting_supplement' then 'ảnh giấy hẹn' end, 1,
    folded(reference || ' ' || matter), case when n / 3 % 6 = 0 then 'land_certificate' else '' end,
    case when n / 3 % 6 = 0 then 'land' when n / 3 % 6 = 1 then 'construction' when n % 400 = 0 then 'investment' else 'other' end,
    case when n % 100 = 7 then 'letter' when n % 30 = 0 then 'counter' else 'zalo' end, n % 300 = 0, 'procedure', 0,
    case when status = 'in_progress' and n % 5 = 0 then at + interval '5 days' end, folded(matter || ' ' || n % 977)
from filed, (select count(*) from agencies) as a, (select count(*) from citizens) as c
"#;

const OTHER_ROWS: &str = r#"
insert into petition_event (petition_id, action, status_from, status_to, happened_at)
select petition_id, act, null, status, submitted_at + hours * interval '1 hour'
from petition, (values ('file', 0), ('accept', 2), ('answer', 90)) as done (act, hours)
where draft_key like 'd%' order by petition_id, hours;

insert into answer (petition_id, body, outcome, agency_id, officer_id, answered_at)
select petition_id, 'Đã kiểm tra và trả kết quả: ' || title, 'explained', handling_agency_id,
       (select min(officer_id) from officer), answered_at
from petition where answered_at is not null;

insert into publication (petition_id, is_public, title, content, answer, officer_id, published_at)
select petition_id, petition_id % 5 <> 0, title, content, 'Đã trả kết quả: ' || title,
       (select min(officer_id) from officer), published_at
from petition where status = 'published';

insert into inbox_event (event_name, citizen_id, happened_at, received_at, body, state, retry_at, finished_at)
select 'user_send_text', citizen_id, submitted_at, submitted_at, convert_to('{"message":{"text":"' || title || '"}}', 'UTF8'),
       'done', submitted_at, submitted_at
from petition;

insert into outbox_message (citizen_id, kind, petition_id, message, state, send_at, created_at, begun_at, sent_at)
select citizen_id, 'notice', petition_id, '{"text":"Phản ánh đã được tiếp nhận"}', 'sent', submitted_at, submitted_at,
       submitted_at, submitted_at
from petition;

insert into attachment (petition_id, kind, name)
select petition_id, 'photo', 'anh.jpg' from petition where petition_id % 2 = 0;
"#;
