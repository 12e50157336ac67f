-- Around the petition: texts that an office edits, calls that reached nobody, senders without Zalo, conversations that are
-- watched while they go on.

-- Whose petition was keyed in for a hotline, a counter or a letter has no chat with us.
alter table citizen alter column zalo_user_id drop not null;
-- And what an officer put in with it came with no message.
alter table media alter column inbox_event_id drop not null;

create function lines_are_only_added() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;

-- What the office changed of `notices.toml`: every version of every text. The latest of a key holds.
create table office_text (
    office_text_id bigint generated always as identity primary key,
    -- where it stands in the file: «directory.hotline»
    key text not null,
    -- null: as the file has it, again
    text text,
    officer_id bigint not null references officer,
    written_at timestamptz not null
);

create index office_text_key on office_text (key, office_text_id);

create trigger office_text_append_only before update or delete or truncate on office_text
    for each statement execute function lines_are_only_added();

-- Sentences that officers often write to senders; of one agency, or (null) for all.
create table quick_text (
    quick_text_id bigint generated always as identity primary key,
    agency_id text references agency
);

create table quick_text_version (
    quick_text_version_id bigint generated always as identity primary key,
    quick_text_id bigint not null references quick_text,
    title text not null,
    body text not null,
    -- false: taken out of the list
    is_offered boolean not null,
    -- null: came with the program
    officer_id bigint references officer,
    written_at timestamptz not null
);

create index quick_text_version_text on quick_text_version (quick_text_id, quick_text_version_id);

create trigger quick_text_version_append_only before update or delete or truncate on quick_text_version
    for each statement execute function lines_are_only_added();

with ready (nth, title, body) as (values
    (1, 'Mời gửi ảnh giấy tờ', 'Về phản ánh {mã}, {tên cơ quan} cần xem thêm giấy tờ. Mời Ông/Bà chụp rõ giấy hẹn hoặc thông báo đã nhận, gửi ngay tại đây.'),
    (2, 'Đang xác minh', 'Phản ánh {mã} đang được {tên cơ quan} xác minh. Có kết quả, chúng tôi nhắn Ông/Bà tại đây; Ông/Bà không phải làm gì thêm.'),
    (3, 'Hẹn gọi điện', '{tên cơ quan} muốn hỏi thêm về phản ánh {mã}. Ông/Bà cho biết gọi lúc nào thì tiện?'),
    (4, 'Cảm ơn, kết thúc trao đổi', 'Cảm ơn Ông/Bà đã trao đổi. {tên cơ quan} đã ghi nhận và giải quyết tiếp phản ánh {mã}.')),
entered as (insert into quick_text (agency_id) select null from ready returning quick_text_id)
insert into quick_text_version (quick_text_id, title, body, is_offered, written_at)
select quick_text_id, title, body, true, '2026-11-01T00:00:00Z'
from (select quick_text_id, row_number() over (order by quick_text_id) as nth from entered) as numbered
join ready using (nth);

-- Calls to a sender whom no message reached; each is a line of the petition's history, too.
create table call_attempt (
    call_attempt_id bigint generated always as identity primary key,
    outbox_message_id bigint not null references outbox_message,
    officer_id bigint not null references officer,
    is_reached boolean not null,
    -- what was agreed, or why nobody answered
    note text not null default '',
    -- not reached: from when it is to be tried again
    again_on date,
    called_at timestamptz not null
);

create index call_attempt_message on call_attempt (outbox_message_id, call_attempt_id);

-- Whose conversation somebody has open just now. Only of these anything is told, so that an ordinary night of webhooks
-- tells nobody anything. Lost with a crash of Postgres, and written again by whoever watches.
create unlogged table conversation_watch (
    citizen_id bigint primary key,
    renewed_at timestamptz not null
);

create function tell_watchers() returns trigger language plpgsql as $$
begin
    perform pg_notify('conversation', watched.citizen_id::text)
    from (select distinct fresh.citizen_id from fresh join conversation_watch using (citizen_id)) as watched;
    return null;
end
$$;

create trigger inbox_event_watched after insert on inbox_event
    referencing new table as fresh for each statement execute function tell_watchers();
create trigger outbox_message_watched after insert on outbox_message
    referencing new table as fresh for each statement execute function tell_watchers();
create trigger outbox_message_change_watched after update on outbox_message
    referencing new table as fresh for each statement execute function tell_watchers();
