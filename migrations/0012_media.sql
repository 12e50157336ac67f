-- What people send along: fetched from Zalo soon after it arrives, checked, kept in the object store.

create table media (
    media_id bigint generated always as identity primary key,
    citizen_id bigint not null references citizen,
    -- the message it came with, and its place in it: a turn that is repeated registers it once
    inbox_event_id bigint not null references inbox_event,
    position int not null,
    -- what Zalo says of it: image, gif, audio, video, file
    kind text not null,
    url text not null,
    declared_size bigint,
    -- MD5, in hexadecimal
    checksum text,
    received_at timestamptz not null,
    -- waiting: to be fetched. unscanned: kept, and nobody sees it before the scanner has. dropped: its bytes are to be
    -- deleted, and the row with them.
    state text not null default 'waiting'
        check (state in ('waiting', 'unscanned', 'kept', 'failed', 'infected', 'dropped')),
    attempts int not null default 0,
    retry_at timestamptz not null,
    -- whoever fetches it
    lease uuid,
    lease_until timestamptz,
    -- where its bytes lie in the object store: nothing there tells whose they are
    folder uuid not null default gen_random_uuid(),
    -- below the folder: the attempt that brought them. An attempt that comes too late lies beside it and goes again.
    copy uuid,
    -- by content, not by name
    mime text,
    size bigint,
    sha256 text,
    -- a thumbnail and a copy without metadata lie beside the original
    is_drawn boolean not null default false,
    -- why it could not be fetched so far: for officers a word, for the log a line
    reason text,
    last_error text,
    fetched_at timestamptz,
    scanned_at timestamptz,
    unique (inbox_event_id, position),
    constraint kept_somewhere check (state not in ('unscanned', 'kept') or (copy is not null and mime is not null))
);

create index media_due on media (retry_at) where state in ('waiting', 'unscanned');
create index media_dropped on media (media_id) where state = 'dropped';
create index media_citizen on media (citizen_id, media_id);

alter table attachment add column media_id bigint references media;
create index attachment_media on attachment (media_id);
