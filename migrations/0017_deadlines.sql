-- Deadlines that the office writes itself: policies by kind of matter, the calendar, reminders, apologies.

-- A policy is in force from its first day until the next one begins. None is ever changed: petitions keep the version they
-- were filed under.
alter table deadline_policy rename to deadline_term;
alter table deadline_term rename constraint deadline_policy_pkey to deadline_term_pkey;

create table deadline_policy (
    version int primary key,
    valid_from date not null,
    -- none: came with the program
    officer_id bigint references officer,
    written_at timestamptz
);

insert into deadline_policy (version, valid_from) select distinct version, valid_from from deadline_term;

alter table deadline_term
    drop column valid_from,
    -- «any», or one of the two categories of the national form
    add column category text not null default 'any'
        check (category in ('any', 'regulation_policy_procedure', 'official_conduct')),
    add column priority text not null default 'normal' check (priority in ('normal', 'urgent')),
    drop constraint deadline_term_pkey,
    drop constraint deadline_policy_step_check,
    add constraint deadline_term_step_check
        check (step in ('accept', 'refuse', 'supplement', 'transfer', 'answer', 'publish', 'extend')),
    add primary key (version, step, category, priority),
    add foreign key (version) references deadline_policy;

insert into deadline_term (version, step, category, priority, amount, unit, basis) values
    (1, 'accept', 'any', 'urgent', 4, 'working_hour', 'Thông lệ iHanoi: việc khẩn tiếp nhận trong 4 giờ làm việc'),
    -- how much later than first promised an extension may end
    (1, 'extend', 'any', 'normal', 15, 'working_day', 'Quy tắc nội bộ, Văn phòng cần xác nhận');

create function deadline_policy_is_never_changed() returns trigger language plpgsql as $$
begin
    raise exception 'a policy of deadlines is never changed: write a new version';
end
$$;

create trigger deadline_policy_unchanged before update or delete or truncate on deadline_policy
    for each statement execute function deadline_policy_is_never_changed();
create trigger deadline_term_unchanged before update or delete or truncate on deadline_term
    for each statement execute function deadline_policy_is_never_changed();

-- What the office changed in the calendar stays as the office wants it, whatever list comes with the next version of the
-- program; a day that was taken out stays as a mark that it was.
alter table holiday
    add column officer_id bigint references officer,
    add column edited_at timestamptz,
    add column removed_at timestamptz;

-- Lateness is computed from the due dates; a date that passed unanswered is kept when a new one is promised, or nobody could
-- tell afterwards that the petition was late.
alter table petition
    add column missed_due_at timestamptz,
    add column apologised_at timestamptz;

-- Đôn đốc: somebody, or the clock, urges those who have a petition.
create table reminder (
    reminder_id bigint generated always as identity primary key,
    petition_id bigint not null references petition,
    -- whose due date it is about
    step text not null check (step in ('accept', 'answer', 'publish')),
    due_at timestamptz not null,
    -- asked: by an officer; soon, late: by the clock
    kind text not null check (kind in ('soon', 'late', 'asked')),
    note text not null default '',
    officer_id bigint references officer,
    reminded_at timestamptz not null,
    check ((kind = 'asked') = (officer_id is not null))
);

-- The clock reminds once of each due date, whichever instance it runs in.
create unique index reminder_by_clock on reminder (petition_id, step, due_at, kind) where kind <> 'asked';
create index reminder_petition on reminder (petition_id, reminder_id);

create table reminder_addressee (
    reminder_id bigint not null references reminder,
    officer_id bigint not null references officer,
    read_at timestamptz,
    primary key (reminder_id, officer_id)
);

create index reminder_unread on reminder_addressee (officer_id, reminder_id) where read_at is null;
