-- The door. Everything Zalo tells us waits here until a turn has finished it.

create table citizen (
    citizen_id bigint generated always as identity primary key,
    -- scoped to our Official Account; cannot be turned into a phone number
    zalo_user_id text not null unique,
    created_at timestamptz not null,
    -- the last thing the citizen did that opens Zalo's 7-day window; null when only receipts were seen
    last_heard_at timestamptz,
    -- how many of the citizen's events are finished; also the number of the last one
    turns bigint not null default 0,
    -- the last finished event: a checkpoint in Redis is believed only when it stands exactly here
    last_event_id bigint
);

create table inbox_event (
    inbox_event_id bigint generated always as identity primary key,
    -- (event name, message id) or what stands in for it; null for events that must never be taken for a repetition
    dedupe_key text unique,
    event_name text not null,
    -- whose lane the event waits in; null for events that concern no citizen (receipts, tags, unreadable ones)
    citizen_id bigint references citizen,
    -- the event's own time, or the time of arrival where the body has none that can be true
    happened_at timestamptz not null,
    received_at timestamptz not null,
    -- the body exactly as Zalo signed it
    body bytea not null,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'set_aside')),
    attempts int not null default 0,
    retry_at timestamptz not null,
    -- what the dialog was told of the world, kept so that a replay thinks the same thought
    facts jsonb,
    -- 1, 2, 3 … in the order in which the citizen's events were finished
    turn bigint,
    finished_at timestamptz,
    last_error text,
    constraint done_has_a_time check ((state = 'waiting') = (finished_at is null)),
    unique (citizen_id, turn)
);

create index inbox_event_waiting on inbox_event (citizen_id, inbox_event_id) where state = 'waiting';
create index inbox_event_waiting_first on inbox_event (inbox_event_id) where state = 'waiting';
create index inbox_event_set_aside on inbox_event (inbox_event_id) where state = 'set_aside';
