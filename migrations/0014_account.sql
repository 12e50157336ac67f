-- The channel, seen from outside: what Zalo says of the account, which knocks were turned away.

-- What Zalo said when it was last asked; what it did not say stays as it was told before.
create table zalo_account (
    app_id text primary key,
    name text,
    package text,
    -- the last day the package is paid for
    package_until date,
    followers bigint,
    -- chat messages that are left of what was bought
    chat_left bigint,
    chat_total bigint,
    -- template messages that are left of the day's
    template_left bigint,
    template_total bigint,
    -- when it last told us anything
    seen_at timestamptz,
    -- when it is to be asked again; whichever instance moves it on asks
    ask_at timestamptz not null,
    -- what it refused when it was last asked, in our words
    last_error text
);

-- How many knocks were turned away on a day of Hanoi, and why (inbox::webhook::TurnedAway). Instances add what they have
-- counted now and then: nobody who knocks in vain makes us write.
create table webhook_refusal (
    day_on date not null,
    reason text not null,
    count bigint not null,
    last_at timestamptz not null,
    primary key (day_on, reason)
);

create index inbox_event_received on inbox_event (received_at);
create index inbox_event_unknown on inbox_event (inbox_event_id) where event_name = 'unknown';
create index outbox_message_sent on outbox_message (sent_at) where sent_at is not null;
create index media_received on media (received_at);
