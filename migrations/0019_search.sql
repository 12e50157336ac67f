-- Finding: what an officer types, filters that are kept, lists that are as fast at 100,000 petitions as at 100.

-- A trusted extension: whoever owns the database may create it.
create extension if not exists pg_trgm;

-- Folded, and letters and digits only: what words are made of.
create function words_of(text) returns text language sql immutable strict parallel safe as $$
    select regexp_replace(folded($1), '[^[:alnum:]]+', ' ', 'g')
$$;

-- A reference or a code without dashes, dots and blanks.
create function bare(text) returns text language sql immutable strict parallel safe as $$
    select regexp_replace(lower($1), '[^a-z0-9]+', '', 'g')
$$;

-- Words of weight A name the sender. They are taken out of the others (D), so that whoever may not know the sender, and
-- asks for D only, cannot try names.
create function petition_words(submitter text, told text) returns tsvector language sql immutable strict parallel safe as $$
    select setweight(who, 'A') || ts_delete(to_tsvector('simple', words_of(told)), tsvector_to_array(who))
    from to_tsvector('simple', words_of(submitter)) as who
$$;

alter table petition
    -- still to be done: work is done when the sender has been told
    add column is_open boolean not null generated always as (status in (
        'submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
        'awaiting_supplement', 'reopened', 'answered')) stored,
    add column words tsvector not null generated always as (petition_words(
        submitter_name || ' ' || coalesce(representative_name, ''),
        title || ' ' || content || ' ' || coalesce(proposal, ''))) stored;

-- The order of every list: what is due earliest on top; then, where no clock runs, the latest. One index a filter that
-- leaves few of many, each in that order.
create index petition_queue on petition
    ((coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end));
create index petition_queue_open on petition
    ((coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end)) where is_open;
create index petition_queue_closed on petition
    ((coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end)) where not is_open;
create index petition_queue_agency on petition
    (handling_agency_id, (coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end));
create index petition_queue_handler on petition
    (handler_id, (coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end))
    where handler_id is not null;
create index petition_queue_status on petition
    (status, (coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end));
create index petition_queue_field on petition
    (field, (coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end))
    where field <> 'other';
create index petition_queue_source on petition
    (source, (coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end))
    where source <> 'zalo';
create index petition_queue_urgent on petition
    ((coalesce(due_at, 'infinity')), (case when due_at is null then -petition_id else petition_id end)) where is_urgent;
create index petition_submitted on petition (submitted_at);
create index petition_accepted_by_nobody on petition (submitted_at) where is_open and accepted_at is null;

-- The counts of the bar and the tabs are read from this index alone.
create index petition_open on petition (handling_agency_id)
    include (petition_id, status, due_at, accept_due_at, accepted_at, handler_id, approval_asked_at, heap_id, alike_id)
    where is_open;

create index petition_words on petition using gin (words);
-- parts of a reference, of a national code, of a name
create index petition_reference_part on petition using gin (bare(reference) gin_trgm_ops);
create index petition_national_code_part on petition using gin (bare(national_code) gin_trgm_ops)
    where national_code is not null;
create index petition_name_part on petition using gin (folded(submitter_name) gin_trgm_ops);
-- the last digits
create index petition_phone_end on petition (reverse(phone) text_pattern_ops) where phone is not null;

-- A filter an officer named; it stands as a tab beside the fixed ones.
create table saved_filter (
    saved_filter_id bigint generated always as identity primary key,
    officer_id bigint not null references officer,
    name text not null,
    -- what stands after the `?` of the list's address
    query text not null,
    created_at timestamptz not null
);

create unique index saved_filter_name on saved_filter (officer_id, lower(name));

-- The notice board: by words, and the newest first.
alter table publication
    add column words tsvector not null
        generated always as (to_tsvector('simple', words_of(title || ' ' || content || ' ' || answer))) stored;

create index publication_words on publication using gin (words);
create index publication_board on publication (published_at desc, petition_id desc) where is_public;
