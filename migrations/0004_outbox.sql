-- The post room. What is written here is sent, or ends in a state that an officer sees.

create table outbox_message (
    outbox_message_id bigint generated always as identity primary key,
    citizen_id bigint not null references citizen,
    -- reply: answers an event in the chat; notice: tells of a petition; word: an officer's own words
    kind text not null check (kind in ('reply', 'notice', 'word')),
    petition_id bigint references petition,
    inbox_event_id bigint references inbox_event,
    -- text and buttons (zalo::message::Message)
    message jsonb not null,
    -- waiting: to be sent at send_at; leased: a worker has it until lease_until;
    -- replaced: a later reply took its place before it was claimed; unreachable: no channel left, call the citizen
    state text not null default 'waiting'
        check (state in ('waiting', 'leased', 'sent', 'replaced', 'given_up', 'unreachable')),
    send_at timestamptz not null,
    attempts int not null default 0,
    -- the worker that may settle the message: a new one with every claim
    lease uuid,
    lease_until timestamptz,
    -- a reply held for a moment of quiet: the next reply takes its place while it has not been claimed
    held boolean not null default false,
    -- sent once already without an answer that says so
    perhaps_twice boolean not null default false,
    zalo_message_id text,
    created_at timestamptz not null,
    sent_at timestamptz,
    delivered_at timestamptz,
    seen_at timestamptz,
    last_error text,
    constraint leased_has_a_lease check ((state = 'leased') = (lease is not null and lease_until is not null))
);

create index outbox_message_lane on outbox_message (citizen_id, outbox_message_id) where state in ('waiting', 'leased');
create index outbox_message_waiting_first on outbox_message (outbox_message_id) where state in ('waiting', 'leased');
create index outbox_message_due on outbox_message ((case state when 'waiting' then send_at else lease_until end))
    where state in ('waiting', 'leased');
create index outbox_message_petition on outbox_message (petition_id) where petition_id is not null;
create index outbox_message_citizen on outbox_message (citizen_id, outbox_message_id);
create index outbox_message_zalo on outbox_message (zalo_message_id) where zalo_message_id is not null;
create index outbox_message_failed on outbox_message (outbox_message_id) where state in ('given_up', 'unreachable');

-- The Official Account's tokens. The refresh token works once: the next one is written before the pair is used.
create table zalo_token (
    app_id text primary key,
    access_token text not null,
    refresh_token text not null,
    expires_at timestamptz not null,
    -- grows with every refresh
    version int not null,
    -- the process that is refreshing now, and until when others wait for it
    refreshing uuid,
    refreshing_until timestamptz
);
