-- What the sender can do with a petition after filing: supplement, withdraw, reopen, rate.

alter table petition
    -- while an officer waits for the sender the clock stands still: since when, until when it was asked for, and what
    add column awaiting_since timestamptz,
    add column supplement_due_at timestamptz,
    add column supplement_asked text,
    -- once at most
    add column reopened_at timestamptz;

-- What the sender said about a petition after filing it, in their own words.
create table supplement (
    supplement_id bigint generated always as identity primary key,
    petition_id bigint not null references petition,
    -- the draft it came from: one draft files once
    draft_key text not null unique,
    -- asked: an officer asked for it; gone: asked for, and the sender has it no more; added: of their own accord;
    -- reopening, withdrawal: the reason
    occasion text not null check (occasion in ('asked', 'gone', 'added', 'reopening', 'withdrawal')),
    words text not null,
    -- of a reopening: one of the ready reasons
    reason text check (reason in ('not_to_the_point', 'not_done')),
    supplied_at timestamptz not null
);

create index supplement_petition on supplement (petition_id, supplement_id);

alter table attachment add column supplement_id bigint references supplement;

-- The four SIPAS criteria, 1 (worst) to 5 (best); what was not answered is empty and counts for nothing. Once a petition,
-- by its sender only.
create table survey (
    survey_id bigint generated always as identity primary key,
    petition_id bigint not null unique references petition,
    draft_key text not null unique,
    -- which wording was read
    text_version text not null,
    overall smallint check (overall between 1 and 5),
    channels smallint check (channels between 1 and 5),
    ease smallint check (ease between 1 and 5),
    handling smallint check (handling between 1 and 5),
    timely_notice smallint check (timely_notice between 1 and 5),
    comment text,
    rated_at timestamptz not null
);

alter table officer_call
    -- the petition from which the citizen asked for a person
    add column petition_id bigint references petition;
