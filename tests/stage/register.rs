//! A register full of petitions, as years of work leave it.

use chrono::{NaiveDate, TimeDelta};
use sqlx::{AssertSqlSafe, PgPool};
use zalo_petitions::petition::Reference;

/// Fills the register: four years of petitions, a few per cent of them open, most about few matters of few agencies; with their
/// history, answers, publications, and what was said in the chat. There is an officer who did it.
pub async fn fill(pool: &PgPool, petitions: u32) {
    let first = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day");
    // however many they are, all were filed before today
    let a_day = (petitions / 1_500).max(100);
    let reference = |n: u32| {
        let day = first + TimeDelta::days((n / a_day).into());
        Reference::new(day, n % a_day + 1).expect("a reference").to_string()
    };
    let references: Vec<String> = (0..petitions).map(reference).collect();
    let petitions = i32::try_from(petitions).expect("not so many");
    let mut connection = pool.acquire().await.expect("a connection");
    sqlx::raw_sql(
        "set synchronous_commit = off; set work_mem = '64MB'; set maintenance_work_mem = '256MB'; set jit = off;
         set timezone = 'Asia/Ho_Chi_Minh'",
    )
    .execute(&mut *connection)
    .await
    .expect("set");
    sqlx::query(CITIZEN_ROWS).bind(petitions).execute(&mut *connection).await.expect("filled");
    let filled = sqlx::query(AssertSqlSafe(PETITION_ROWS)).bind(&references).bind(petitions).execute(&mut *connection);
    assert_eq!(filled.await.expect("filled").rows_affected(), references.len() as u64);
    sqlx::raw_sql(OTHER_ROWS).execute(&mut *connection).await.expect("filled");
    sqlx::raw_sql("vacuum (analyze)").execute(&mut *connection).await.expect("analysed");
    sqlx::raw_sql("reset synchronous_commit; reset work_mem; reset maintenance_work_mem; reset timezone")
        .execute(&mut *connection)
        .await
        .expect("reset");
}

const CITIZEN_ROWS: &str = "insert into citizen (zalo_user_id, created_at)
     select 'c' || n, '2023-01-01' from generate_series(1, greatest($1 / 5, 1000)) as n";

const PETITION_ROWS: &str = r#"
with agencies as (
    insert into agency (agency_id, name, level, type, certainty)
    select 'T-' || n, 'UBND phường số ' || n, 'commune', 'test', 'confirmed' from generate_series(1, 60) as n
    union all select 'HN-09454', 'UBND phường Láng', 'commune', 'test', 'confirmed'
    on conflict (agency_id) do nothing
    returning agency_id
), drawn as (
    select n, reference,
        -- few of many are open, the latest among them
        case when n <= $2 - least($2 / 28, 3500) then
            (array['published', 'published', 'published', 'published', 'published', 'published', 'published',
                   'refused', 'refused', 'transferred_out', 'withdrawn', 'closed_no_content'])[1 + n % 12]
        else
            (array['submitted', 'in_progress', 'assigned', 'accepted', 'in_progress', 'answered', 'awaiting_supplement',
                   'supplemented', 'reopened', 'returned_internal', 'assigned', 'in_progress'])[1 + n % 12]
        end as status,
        timestamptz '2026-11-18 08:00' - ($2 - n) * (interval '1400 days' / $2) as at,
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
select reference, case when n % 50 = 0 then 'H26.' || n % 90 || '-' || n end, (select min(citizen_id) from citizen where zalo_user_id = 'c1') + n % (greatest($2 / 5, 1000) - 10), 'd' || n, status, 'individual',
    name, '01', '09454', 'số ' || n % 90 || ' ngõ ' || n % 40, '+849' || lpad((n * 7919 % 100000000)::text, 8, '0'),
    case when n % 9 = 0 then 'official_conduct' else 'regulation_policy_procedure' end, 'reflection', matter,
    'Tôi nộp hồ sơ ngày ' || n % 28 + 1 || ', ' || lower(matter) || ', mã ' || n || case when n % 5000 = 0 then ', hiếm' else '' end
        || ', giấy hẹn bị lùi.',
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
from filed, (select count(*) from agencies) as a
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
select petition_id, petition_id % 5 <> 0, title, title, 'Đã trả kết quả',
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
