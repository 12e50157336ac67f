-- Who saw, who changed, when. Lines are added; a worker of the house seals them, one after the other, into a chain.

create table audit_entry (
    audit_entry_id bigint generated always as identity primary key,
    -- no references: a line waits for nobody's lock, and outlives what it speaks of. None: nobody was signed in
    officer_id bigint,
    act text not null,
    petition_id bigint,
    -- what it was done to; nothing of a citizen
    subject text not null default '',
    detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object'),
    happened_at timestamptz not null,
    -- 1, 2, 3 … in the order of sealing; lines that were committed late are sealed late
    number bigint unique check (number > 0),
    -- sha256 of the hash before and the bytes of this line (officer::audit)
    hash bytea check (length(hash) = 32),
    constraint sealed_whole check ((number is null) = (hash is null))
);

create index audit_entry_unsealed on audit_entry (audit_entry_id) where number is null;
create index audit_entry_officer on audit_entry (officer_id, audit_entry_id desc);
create index audit_entry_petition on audit_entry (petition_id, audit_entry_id desc) where petition_id is not null;
create index audit_entry_act on audit_entry (act, audit_entry_id desc);
create index audit_entry_happened on audit_entry (happened_at, audit_entry_id);

create function audit_entry_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        -- sealing: once, and nothing else
        if old.number is null and new.number is not null
           and to_jsonb(old) - 'number' - 'hash' = to_jsonb(new) - 'number' - 'hash' then
            return new;
        end if;
    end if;
    raise exception 'audit_entry is append-only';
end
$$;

create trigger audit_entry_sealed_once before update on audit_entry
    for each row execute function audit_entry_is_append_only();
create trigger audit_entry_append_only before delete or truncate on audit_entry
    for each statement execute function audit_entry_is_append_only();

-- Whatever an officer does to a petition has a line of history, and with it a line here: no verb can forget it. What was
-- written there may name people; here stands its digest.
create function note_petition_event() returns trigger language plpgsql as $$
begin
    insert into audit_entry (officer_id, act, petition_id, detail, happened_at)
    values (new.officer_id, new.action, new.petition_id,
            jsonb_build_object(
                'event', new.petition_event_id, 'from', new.status_from, 'to', new.status_to,
                'sha256', encode(sha256(convert_to(new.detail::text, 'UTF8')), 'hex')),
            new.happened_at);
    return null;
end
$$;

create trigger petition_event_noted after insert on petition_event
    for each row when (new.officer_id is not null) execute function note_petition_event();

-- The last line of each day of Hanoi as it was published. Whoever wrote it down elsewhere can tell if the log was rewritten.
create table audit_head (
    day_on date primary key,
    number bigint not null,
    hash bytea not null check (length(hash) = 32),
    sealed_at timestamptz not null
);

create function audit_head_only_grows() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.day_on = old.day_on and new.number > old.number then
            return new;
        end if;
    end if;
    raise exception 'audit_head only grows';
end
$$;

create trigger audit_head_grows before update on audit_head for each row execute function audit_head_only_grows();
create trigger audit_head_append_only before delete or truncate on audit_head
    for each statement execute function audit_head_only_grows();

-- What came along and everybody may see: chosen one by one, clean copies only, as long as the result is public.
create table published_attachment (
    attachment_id bigint primary key references attachment,
    petition_id bigint not null references petition,
    officer_id bigint not null references officer,
    published_at timestamptz not null,
    -- how the sender agreed: the consent in the chat is about words, not about pictures
    agreed text not null
);

create index published_attachment_petition on published_attachment (petition_id);

-- Who may be meant by a name in a petition: the officers of an agency whose account is open.
create index officer_agency on officer (agency_id) where closed_at is null;
