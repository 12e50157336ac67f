-- The life of a petition: the desks it lies on, the answer as it is written, checked and released, and where it is sent on.

create extension if not exists pg_trgm;

-- Which agency has it, who in it («rõ việc, rõ người, rõ thời gian»), since when and why. The first desk is the focal office's,
-- from the filing on; it has no line. What closes a petition ends the last.
create table assignment (
    assignment_id bigint generated always as identity primary key,
    petition_id bigint not null references petition,
    agency_id text not null references agency,
    -- who in the agency
    handler_id bigint references officer,
    task text,
    task_due_on date,
    -- why it came here, in the words of whoever sent it
    why text,
    -- who sent it; null: its sender, who reopened it
    officer_id bigint references officer,
    begun_at timestamptz not null,
    ended_at timestamptz
);

create index assignment_petition on assignment (petition_id, assignment_id);
create index assignment_agency on assignment (agency_id, begun_at);

insert into assignment (petition_id, agency_id, begun_at, ended_at)
select petition_id, handling_agency_id, accepted_at, closed_at
from petition where handling_agency_id is not null and accepted_at is not null;

-- The ministry's agency that it was sent on to.
alter table petition add column transferred_to_id text references agency;

-- The five things that no answer leaves without. Earlier answers have a text only.
alter table answer
    add column did text,
    add column unit text,
    add column done_on date,
    add column evidence text check (evidence in ('document', 'photo', 'none')),
    add column no_evidence_reason text,
    -- none: nothing is left to be done
    add column next_step text,
    add column next_on date,
    -- the second person, where the policy wants one
    add column approved_by bigint references officer;

create index answer_officer on answer (officer_id, answer_id);
create index answer_agency on answer (agency_id, answer_id);

-- What is being written: everything as it was typed, finished or not. One a petition; gone once the answer is released.
create table answer_draft (
    petition_id bigint primary key references petition,
    -- grows with every saving; a form carries the one it was drawn from
    version int not null,
    typed jsonb not null,
    -- who saved it last, and everybody who has written in it: none of them releases it
    officer_id bigint not null references officer,
    writers bigint[] not null,
    saved_at timestamptz not null,
    -- why the second person wants it changed
    sent_back_reason text,
    sent_back_by bigint references officer,
    sent_back_at timestamptz
);

-- What goes out with an answer: checked as it was taken in, kept in the object store.
create table answer_file (
    answer_file_id bigint generated always as identity primary key,
    petition_id bigint not null references petition,
    -- none while the answer is being written
    answer_id bigint references answer,
    name text not null,
    mime text not null,
    size bigint not null,
    sha256 text not null,
    is_drawn boolean not null,
    -- cleared for everybody; else its sender only
    is_public boolean not null default false,
    folder uuid not null,
    copy uuid not null,
    -- whoever has it may read the file once the answer is out: it stands in the message to the sender
    key uuid not null unique default gen_random_uuid(),
    officer_id bigint not null references officer,
    added_at timestamptz not null
);

create index answer_file_petition on answer_file (petition_id, answer_file_id);
create index answer_file_answer on answer_file (answer_id);
