-- What is shown the way elsewhere; what must not be kept; the reminder of a draft.

alter table inbox_event
    -- the words are not kept beyond this time (a denunciation: within a day)
    add column empty_at timestamptz,
    -- when the body was emptied; the row stays, so that a repetition is still recognised
    add column emptied_at timestamptz;

create index inbox_event_to_empty on inbox_event (empty_at) where empty_at is not null and emptied_at is null;

alter table outbox_message drop constraint outbox_message_kind_check;
-- reminder: of a draft, held until tomorrow; the next reply takes its place
alter table outbox_message add constraint outbox_message_kind_check
    check (kind in ('reply', 'notice', 'word', 'reminder'));

-- What the machine read a petition as, and the words that led to it: a proposal for officers, never a decision.
alter table petition
    add column scope_class text,
    add column scope_confidence real,
    add column scope_reasons jsonb not null default '[]';

-- Denunciations that citizens wanted passed on all the same («Vẫn gửi»). A closed list of the focal office: no petition,
-- no reference, no notice to anybody (Luật Tố cáo 2018).
create table denunciation (
    denunciation_id bigint generated always as identity primary key,
    citizen_id bigint not null references citizen,
    told text not null,
    passed_at timestamptz not null,
    -- what the focal office did with it
    closed_at timestamptz,
    officer_id bigint references officer,
    outcome text
);

create index denunciation_open on denunciation (denunciation_id) where closed_at is null;

-- Every reading of the closed list: who saw what, when. Lines are added, never changed.
create table denunciation_reading (
    denunciation_reading_id bigint generated always as identity primary key,
    denunciation_id bigint not null references denunciation,
    officer_id bigint not null references officer,
    read_at timestamptz not null
);

create index denunciation_reading_of on denunciation_reading (denunciation_id, denunciation_reading_id);
