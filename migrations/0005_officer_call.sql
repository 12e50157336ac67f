-- Citizens who asked for a person («gặp cán bộ»); shown to officers until one of them has answered.
create table officer_call (
    officer_call_id bigint generated always as identity primary key,
    citizen_id bigint not null references citizen,
    -- one call an event, however often its turn is repeated
    inbox_event_id bigint not null unique references inbox_event,
    -- what the citizen was writing about
    about text not null,
    called_at timestamptz not null,
    answered_at timestamptz,
    officer_id bigint references officer
);

create index officer_call_open on officer_call (officer_call_id) where answered_at is null;
