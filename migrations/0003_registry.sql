-- The registry of petitions (sổ tiếp nhận; Decree 20/2008 art. 9(1)(đ) and 20 make it a legal duty).

create table holiday (
    holiday_on date not null,
    name text not null,
    kind text not null check (kind in ('holiday', 'substitute_off', 'swap_off', 'swap_work')),
    -- official, reported, computed; 'proposed' days are working days until decided
    certainty text not null check (certainty in ('official', 'reported', 'computed', 'proposed')),
    source text not null,
    primary key (holiday_on, kind)
);

-- How long each step may take. A new policy is a new version; petitions keep the version they were filed under.
create table deadline_policy (
    version int not null,
    step text not null check (step in ('accept', 'refuse', 'supplement', 'transfer', 'answer', 'publish')),
    amount int not null check (amount > 0),
    unit text not null check (unit in ('working_hour', 'working_day')),
    valid_from date not null,
    basis text not null,
    primary key (version, step)
);

insert into deadline_policy (version, step, amount, unit, valid_from, basis) values
    (1, 'accept', 8, 'working_hour', '2026-01-01', 'Thông lệ iHanoi: tiếp nhận trong 8 giờ làm việc'),
    (1, 'refuse', 2, 'working_day', '2026-01-01', 'Quy chế Cổng Dịch vụ công quốc gia, theo tài liệu công thức 766'),
    (1, 'supplement', 5, 'working_day', '2026-01-01', 'Quy chế Cổng Dịch vụ công quốc gia, theo tài liệu công thức 766'),
    (1, 'transfer', 5, 'working_day', '2026-01-01', 'Nghị định 20/2008/NĐ-CP, điều 9 khoản 1 điểm d'),
    (1, 'answer', 15, 'working_day', '2026-01-01', 'Quy chế Cổng Dịch vụ công quốc gia, theo tài liệu công thức 766'),
    (1, 'publish', 2, 'working_day', '2026-01-01', 'Quy chế Cổng Dịch vụ công quốc gia, theo tài liệu công thức 766');

-- One line a day: the last number given out.
create table reference_counter (
    day_on date primary key,
    last_number int not null
);

create table petition (
    petition_id bigint generated always as identity primary key,
    reference text not null unique,
    national_code text,
    citizen_id bigint not null references citizen,
    -- the draft this petition was filed from: one draft files once, however often the send button is pressed
    draft_key text not null unique,
    status text not null check (status in (
        'submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
        'awaiting_supplement', 'answered', 'published', 'transferred_out', 'refused', 'withdrawn',
        'reopened', 'closed_no_content')),
    -- grows with every change; an officer's form carries the one it was drawn from
    version int not null default 1,

    -- the fields of the national form
    submitter_type text not null check (submitter_type in ('individual', 'enterprise', 'organisation')),
    submitter_name text not null,
    representative_name text,
    tax_code text,
    province_code text,
    commune_code text,
    -- what the citizen typed as address, and the house or hamlet in it
    address_detail text not null,
    -- E.164
    phone text,
    email text,
    category text not null check (category in ('regulation_policy_procedure', 'official_conduct')),
    kind text not null check (kind in ('reflection', 'recommendation')),
    title text not null,
    -- the citizen's own words, never changed
    content text not null,
    proposal text,
    -- conduct: where, when and at which step, as told
    incident text,
    target_agency_id text references agency,
    -- what the citizen called the agency, when it is not in our list
    target_agency_text text,
    publish_consent boolean not null,
    identity_confidential boolean not null,
    consent_version text not null,

    handling_agency_id text references agency,
    refusal_reason text,
    refusal_text text,

    submitted_at timestamptz not null,
    accepted_at timestamptz,
    answered_at timestamptz,
    published_at timestamptz,
    closed_at timestamptz,
    -- lateness is computed from these, never stored
    accept_due_at timestamptz not null,
    answer_due_at timestamptz not null,
    publish_due_at timestamptz,
    -- the one that counts now; none while the clock stands still and after the end
    due_at timestamptz generated always as (
        case
            when status in ('submitted', 'supplemented') and accepted_at is null then accept_due_at
            when status in ('supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal', 'reopened')
                then answer_due_at
            when status = 'answered' then publish_due_at
        end) stored,
    deadline_policy_version int not null,

    -- title, content, name, reference: folded, for search without diacritics
    search text not null
);

create index petition_citizen on petition (citizen_id, petition_id desc);
create index petition_due on petition (due_at, petition_id) where due_at is not null;
create index petition_published on petition (published_at desc) where status = 'published';

-- What happened to a petition, by whom and when. Lines are added, never changed.
create table petition_event (
    petition_event_id bigint generated always as identity primary key,
    petition_id bigint not null references petition,
    action text not null,
    status_from text,
    status_to text not null,
    -- null: the citizen or the service itself
    officer_id bigint references officer,
    detail jsonb not null default '{}',
    happened_at timestamptz not null
);

create index petition_event_petition on petition_event (petition_id, petition_event_id);

create function petition_event_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'petition_event is append-only';
end
$$;

create trigger petition_event_append_only before update or delete or truncate on petition_event
    for each statement execute function petition_event_is_append_only();

create table answer (
    answer_id bigint generated always as identity primary key,
    petition_id bigint not null references petition,
    -- what was done; goes to the citizen and, masked, to the public
    body text not null,
    outcome text not null check (outcome in (
        'explained', 'obstacle_removed', 'rule_to_be_changed', 'official_reminded', 'official_disciplined', 'not_well_founded')),
    document_number text,
    document_on date,
    agency_id text not null references agency,
    officer_id bigint not null references officer,
    answered_at timestamptz not null
);

create index answer_petition on answer (petition_id, answer_id);

-- Lower case without diacritics, as `vietnamese::fold` does it: for searching, never for showing.
create function folded(text) returns text language sql immutable strict parallel safe as $$
    select translate(lower(regexp_replace(normalize($1, nfd), '[\u0300-\u036f]', '', 'g')), 'đĐ', 'dd')
$$;

-- What everybody may read. Written when an officer has seen the preview.
create table publication (
    petition_id bigint primary key references petition,
    -- false: the answer went to the citizen only, the page shows nothing
    is_public boolean not null,
    title text not null,
    content text not null,
    answer text not null,
    officer_id bigint not null references officer,
    published_at timestamptz not null,
    -- what the public may find it by; folded, so that typing without diacritics is enough
    search text not null generated always as (folded(title || ' ' || content || ' ' || answer)) stored
);

-- What people sent along; the bytes are fetched later.
create table attachment (
    attachment_id bigint generated always as identity primary key,
    petition_id bigint not null references petition,
    kind text not null,
    url text,
    name text,
    size bigint,
    description text,
    latitude text,
    longitude text,
    unique (petition_id, attachment_id)
);

-- Proof of consent: who, when, to what, under which text. Withdrawable per purpose.
create table consent (
    consent_id bigint generated always as identity primary key,
    citizen_id bigint not null references citizen,
    purpose text not null check (purpose in ('processing', 'publication')),
    text_version text not null,
    given_at timestamptz not null,
    withdrawn_at timestamptz
);

create index consent_citizen on consent (citizen_id, purpose, consent_id);
