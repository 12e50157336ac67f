-- The office: who may do what, and what a petition carries while officers work on it.

-- Agencies change often (data/README.md). None is deleted: petitions name them.
alter table agency
    add column valid_from date,
    add column valid_to date,
    -- who took over its work
    add column successor_id text references agency;

alter table officer
    -- focal_office: triage, assign, publish, accounts; agency_focal: assign within, approve; handler: the petitions given to
    -- them; leader: figures and reading; oversight: reading, anonymised
    add column role text not null default 'agency_focal'
        check (role in ('focal_office', 'agency_focal', 'handler', 'leader', 'oversight'));
alter table officer alter column role drop default;

alter table petition
    -- «rõ việc, rõ người, rõ thời gian»: who in the agency has it, to do what, until when
    add column handler_id bigint references officer,
    add column task text,
    add column task_due_on date,
    add column is_urgent boolean not null default false,
    -- by which door it came in
    add column source text not null default 'zalo' check (source in ('zalo', 'hotline', 'counter', 'letter')),
    add column field text not null default 'other' check (field in ('land', 'construction', 'investment', 'other')),
    -- merged by an officer: what is done to the leader is done to it
    add column heap_id bigint references petition,
    -- proposed by the machine when it was filed: alike, same place, same days
    add column alike_id bigint references petition,
    add column transfer_count int not null default 0,
    -- a drafted answer waits for a second person
    add column approval_asked_at timestamptz;

create index petition_handler on petition (handler_id) where handler_id is not null;
create index petition_handling_agency on petition (handling_agency_id, petition_id desc);
create index petition_target_agency on petition (target_agency_id) where target_agency_id is not null;
create index petition_heap on petition (heap_id) where heap_id is not null;
create index petition_alike on petition (alike_id) where alike_id is not null;

-- Whom a petition on conduct names: they never see it.
create table petition_named_officer (
    petition_id bigint not null references petition,
    officer_id bigint not null references officer,
    primary key (petition_id, officer_id)
);

create index petition_named_officer_of on petition_named_officer (officer_id);
